"""What stands before and around the picture: slate, countdown, burn-ins. A Frame is uint8 RGB, (FRAME_HEIGHT, WIDTH, 3)."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from media_pipeline.core.demo.texture import HEIGHT, WIDTH, fractal

Frame = NDArray[np.uint8]
FRAME_HEIGHT = 720
BAR = (FRAME_HEIGHT - HEIGHT) // 2  # the black above and below the picture, where the burn-ins stand
PAPER = np.array([214, 204, 184], np.float32)


@dataclass(frozen=True)
class Slate:
    """What the slate says of a version."""

    title: str
    version: str
    rows: tuple[tuple[str, str], ...]


@lru_cache
def font(size: int) -> ImageFont.FreeTypeFont:
    face = ImageFont.load_default(size)
    assert isinstance(face, ImageFont.FreeTypeFont), "Pillow was built without FreeType"
    return face


@lru_cache(maxsize=512)
def lettering(text: str, size: int) -> NDArray[np.float32]:
    """The text's coverage, 0 to 1, cut to the line's height."""
    left, _, right, _ = font(size).getbbox(text)
    image = Image.new("L", (int(right - left) + 2, int(size * 1.3)), 0)
    ImageDraw.Draw(image).text((1 - left, 0), text, fill=255, font=font(size))
    return np.asarray(image, np.float32) / np.float32(255)


def write(
    frame: NDArray[np.uint8], text: str, x: int, y: int, *, size: int, ink: int = 235, align: str = "left", cell: int = 0
) -> None:
    """Letter the frame (RGB, or a plane of luma) with (x, y) at the top left (right, centre) of the line.

    `cell`: columns per character, for numbers that must not dance; each character is centred in its cell.
    """
    masks = [lettering(character, size) for character in text] if cell else [lettering(text, size)]
    widths = [cell if cell else mask.shape[1] for mask in masks]
    x -= {"left": 0, "right": sum(widths), "centre": sum(widths) // 2}[align]
    for mask, width in zip(masks, widths, strict=True):
        left = x + (width - mask.shape[1]) // 2
        area = frame[y : y + mask.shape[0], left : left + mask.shape[1]]
        area[:] = area + (ink - area.astype(np.float32)) * (mask if area.ndim == 2 else mask[..., None])
        x += width


def slate_frame(slate: Slate) -> Frame:
    """The slate, as a still."""
    frame = np.empty((FRAME_HEIGHT, WIDTH, 3), np.uint8)
    frame[:] = (np.linspace(30, 17, FRAME_HEIGHT)[:, None, None] * np.array([0.96, 1.0, 1.08])).astype(np.uint8)
    frame[96:98, 88 : WIDTH - 88] = 120
    frame[-98:-96, 88 : WIDTH - 88] = 120
    write(frame, slate.title, 84, 124, size=78)
    write(frame, slate.version, WIDTH - 88, 140, size=56, ink=250, align="right")
    for k, (name, value) in enumerate(slate.rows):
        x, y = 88 + 400 * (k % 2), 266 + 74 * (k // 2)
        write(frame, name.upper(), x, y, size=15, ink=140)
        write(frame, value, x, y + 20, size=25, ink=225)
    # A grey scale in even steps, and the six colours at 75 %: what a grade can be judged by.
    for k in range(11):
        frame[270:398, 900 + 27 * k : 927 + 27 * k] = round(16 + 219 * k / 10)
    for k, bits in enumerate((0b110, 0b011, 0b010, 0b101, 0b100, 0b001)):
        left = 900 + 297 * k // 6
        frame[398:490, left : 900 + 297 * (k + 1) // 6] = [180 if bits & 1 << channel else 16 for channel in (2, 1, 0)]
    write(frame, "TWOPOP DEMO · RENDERED ON THIS MACHINE", 88, FRAME_HEIGHT - 84, size=15, ink=140)
    return frame


class Countdown:
    """The leader: a hand sweeps once per number, 24 frames each; worn paper, a little weave."""

    def __init__(self) -> None:
        y, x = np.mgrid[0:FRAME_HEIGHT, 0:WIDTH].astype(np.float32)
        dx, dy = x - WIDTH / 2, y - FRAME_HEIGHT / 2
        radius = np.hypot(dx, dy)
        self.angle = (np.arctan2(dx, -dy) / (2 * np.pi)) % 1
        lines = [np.clip(2.2 - np.abs(radius - ring), 0, 1) for ring in (236, 266)]
        lines += [np.clip(1.6 - np.abs(dx), 0, 1), np.clip(1.6 - np.abs(dy), 0, 1)]
        self.lines = np.clip(sum(lines), 0, 1) * np.float32(0.82)
        self.shade = 1.04 - 0.45 * (radius / 734) ** 2 + 0.018 * fractal(51, FRAME_HEIGHT, WIDTH, slope=2.0)
        self.disc = np.clip(236 - radius, 0, 1)

    def frame(self, number: int, n: int) -> Frame:
        """Frame `n` (0 to 23) of `number`."""
        swept = (self.angle < (n + 1) / 24).astype(np.float32)
        tone = self.shade * (1 - 0.17 * swept) * (1 + 0.05 * self.disc)
        tone *= 1 - self.lines
        digit = lettering(str(number), 330)
        height, width = digit.shape
        top, left = FRAME_HEIGHT // 2 - int(height * 0.49), WIDTH // 2 - width // 2
        tone[top : top + height, left : left + width] *= 1 - 0.9 * digit
        rng = np.random.default_rng(1000 * number + n)
        tone += rng.standard_normal((FRAME_HEIGHT // 2, WIDTH // 2)).astype(np.float32).repeat(2, 0).repeat(2, 1) * 0.014
        for _ in range(rng.integers(0, 3)):  # dust
            spot_x, spot_y, size = rng.integers(40, WIDTH - 40), rng.integers(40, FRAME_HEIGHT - 40), rng.integers(1, 4)
            tone[spot_y : spot_y + size, spot_x : spot_x + size] = 0.2
        if rng.random() < 0.3:
            tone[:, rng.integers(60, WIDTH - 60)] *= 1.25  # a scratch
        shown: Frame = np.clip(tone[..., None] * PAPER, 0, 255).astype(np.uint8)
        return shown


def burn_in(luma: NDArray[np.uint8], *, title: str, look: str, timecode: str, number: int, rate: str) -> None:
    """Letter the bars of a plane of luma: title and look above, record timecode and frame number below."""
    write(luma, title, 40, 36, size=20, ink=150)
    write(luma, look, WIDTH - 40, 36, size=20, ink=150, align="right")
    low = FRAME_HEIGHT - BAR + 26
    write(luma, "TC", 40, low + 9, size=15, ink=110)
    write(luma, timecode, 72, low, size=30, ink=215, cell=19)
    write(luma, rate, WIDTH // 2, low + 7, size=18, ink=110, align="centre")
    write(luma, f"{number:04}", WIDTH - 40, low, size=30, ink=215, align="right", cell=19)
    write(luma, "FRAME", WIDTH - 40 - 4 * 19 - 10, low + 9, size=15, ink=110, align="right")
