"""Words as a raster: which font has which letter, right to left where it must be, fitted into the picture.

Fonts come as Python packages, so that they are there on every machine and readable in the limited child. Chinese, Japanese and
Korean letters need 16 MB more: they are drawn where the package cvttf-notosanscjk-medium is installed.
"""

import importlib.util
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from media_pipeline.core.watermark.mark import Mark

FILES = (
    ("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf"),
    ("fontpkg_noto_sans_arabic", "files/NotoSansArabic[wdth,wght].ttf"),
    ("fontpkg_heebo", "files/Heebo[wght].ttf"),
    ("fontpkg_noto_sans_thai", "files/NotoSansThai[wdth,wght].ttf"),
    ("cvttf_NotoSansCJK_Medium", "NotoSansCJKtc-Medium.otf"),
)
NO_LETTER = "\U0010fffe"  # a noncharacter: every font draws its sign for what it lacks
PROBE = 24  # pixels: to tell letters apart
SMALLEST = 9  # pixels: below that nobody reads it
WEIGHT = 600  # between regular and bold: thin strokes are lost in 4:2:0
BRIGHT, DARK = 235, 16  # BT.709, limited range


@cache
def _paths() -> tuple[Path, ...]:
    found = []
    for package, file in FILES:
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin:
            found.append(Path(spec.origin).with_name(file) if "/" not in file else Path(spec.origin).parent / file)
    return tuple(path for path in found if path.exists())


@cache
def _font(number: int, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(_paths()[number]), size)
    try:
        axes = font.get_variation_axes()
    except OSError:
        return font  # of one weight
    font.set_variation_by_axes([float(WEIGHT if b"eight" in _name(axis) else axis["default"] or 0) for axis in axes])
    return font


def _name(axis: Any) -> bytes:
    name = axis["name"] or b""
    return name if isinstance(name, bytes) else str(name).encode()


@cache
def _lacks(number: int, letter: str) -> bool:
    font = _font(number, PROBE)
    wanted, nothing = font.getmask(letter), font.getmask(NO_LETTER)
    return wanted.size == nothing.size and bytes(wanted) == bytes(nothing)


@cache
def _font_of(letter: str) -> int | None:
    """The first font that has the letter; None: none has."""
    return next((number for number in range(len(_paths())) if not _lacks(number, letter)), None)


def _is_mute(letter: str) -> bool:
    """Spaces, joiners and marks of direction need no picture of their own."""
    return letter.isspace() or unicodedata.category(letter) in ("Cf", "Mn", "Me")


def missing(text: str) -> str:
    """Letters of the text that no font here has, each once."""
    return "".join(dict.fromkeys(letter for letter in text if not _is_mute(letter) and _font_of(letter) is None))


@dataclass(frozen=True)
class _Run:
    font: int
    text: str


def _runs(line: str) -> list[_Run]:
    """Stretches of one font, from left to right as they are drawn."""
    runs: list[_Run] = []
    for letter in line:
        last = runs[-1] if runs else None
        if last is not None and (_is_mute(letter) or not _lacks(last.font, letter)):
            runs[-1] = _Run(last.font, last.text + letter)
        else:
            runs.append(_Run(_font_of(letter) or 0, letter))
    return runs[::-1] if _right_to_left(line) else runs


def _right_to_left(line: str) -> bool:
    """By its first strong letter (rule P2 of the Unicode Bidirectional Algorithm)."""
    return next((kind in ("R", "AL") for kind in map(unicodedata.bidirectional, line) if kind in ("L", "R", "AL")), False)


def _width(line: str, size: int) -> float:
    return sum(_font(run.font, size).getlength(run.text) for run in _runs(line))


def _fitted(line: str, width: int, size: int) -> tuple[str, int]:
    """The line and the size at which it is no wider than that: smaller at first, then shortened in its middle."""
    while size > SMALLEST and _width(line, size) > width:
        size = max(SMALLEST, min(size - 1, int(size * width / _width(line, size))))
    kept = line
    while len(kept) > 3 and _width(kept, size) > width:
        half = (len(kept) - 2) // 2
        kept = f"{kept[:half].rstrip('…')}…{kept[-half:].lstrip('…')}"
    return kept, size


def _block(lines: Sequence[str], width: int, size: int) -> Image.Image:
    """The lines below each other, bright (255) with a dark edge (128), on nothing (0)."""
    fitted = [_fitted(line, width, size) for line in lines]
    edge = max(1, size // 14)
    heights = [round(one * 1.35) + 2 * edge for _, one in fitted]
    widths = [int(_width(line, one)) + 2 * edge + 1 for line, one in fitted]
    image = Image.new("L", (max(widths), sum(heights)), 0)
    draw = ImageDraw.Draw(image)
    top = 0
    for (line, one), high, wide in zip(fitted, heights, widths, strict=True):
        left = float((image.width - wide) // 2 + edge)
        for fill, stroke in ((128, edge), (255, 0)):
            x = left
            for run in _runs(line):
                font = _font(run.font, one)
                draw.text(
                    (x, top + edge + one), run.text, fill=fill, font=font, anchor="ls", stroke_width=stroke, stroke_fill=fill
                )
                x += font.getlength(run.text)
        top += high
    return image


@dataclass(frozen=True)
class Overlay:
    """What is laid over every picture from row `top` and column `left` on (even): how much of it (0 to 256) and what luma."""

    top: int
    left: int
    weight: NDArray[np.uint16]
    luma: NDArray[np.uint16]


def overlay(mark: Mark, width: int, height: int) -> Overlay:
    """The mark for pictures of that (even) size."""
    short = min(width, height)
    margin = max(4, short // 24)
    if mark.place == "tiled":
        canvas = _tiled(mark, width, height)
    else:
        wide = width - 2 * margin if mark.place == "center" else (width - 2 * margin) * 2 // 3
        block = _block(mark.lines, wide, max(SMALLEST, short // (12 if mark.place == "center" else 22)))
        block.thumbnail((width - 2 * margin, height - 2 * margin))
        canvas = Image.new("L", (width, height), 0)
        canvas.paste(block, _corner(mark.place, (width, height), block.size, margin))
    box = canvas.getbbox() or (0, 0, 2, 2)
    left, top = box[0] // 2 * 2, box[1] // 2 * 2
    right, bottom = min(width, (box[2] + 1) // 2 * 2), min(height, (box[3] + 1) // 2 * 2)
    drawn = np.asarray(canvas, dtype=np.uint32)[top:bottom, left:right]
    # 0 … 128: the dark edge fades in; 128 … 255: from dark to bright at full weight.
    seen = np.minimum(drawn * 2, 255)
    bright = np.where(drawn > 128, (drawn - 128) * 2, 0)
    weight = (seen * mark.opacity * 256 // (255 * 100)).astype(np.uint16)
    luma = (DARK + bright * (BRIGHT - DARK) // 255).astype(np.uint16)
    return Overlay(top, left, weight, np.minimum(luma, BRIGHT))


def _corner(place: str, whole: tuple[int, int], block: tuple[int, int], margin: int) -> tuple[int, int]:
    x = {"left": margin, "right": whole[0] - block[0] - margin}.get(place.partition("-")[2], (whole[0] - block[0]) // 2)
    y = {"top": margin, "bottom": whole[1] - block[1] - margin}.get(place.partition("-")[0], (whole[1] - block[1]) // 2)
    return x, y


def _tiled(mark: Mark, width: int, height: int) -> Image.Image:
    """The block again and again, slanted and each row shifted: no crop is without it."""
    short = min(width, height)
    block = _block(mark.lines, width * 2 // 5, max(SMALLEST, short // 24))
    slanted = block.rotate(18, expand=True, resample=Image.Resampling.BICUBIC)
    canvas = Image.new("L", (width, height), 0)
    across, down = slanted.width + short // 12, slanted.height + short // 20
    for row, y in enumerate(range(-slanted.height // 2, height, down)):
        shift = across // 2 if row % 2 else 0
        for x in range(-slanted.width // 2 - shift, width, across):
            canvas.paste(slanted, (x, y))
    return canvas
