"""Faults of the picture itself, and pictures that must not be taken for faulty: made of textures like those of photographs, so
that movement, grain and encoders behave as with real footage."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.contract import Stage
from tests.checks import corpus_surgery as surgery
from tests.checks.corpus import NTSC24, NTSC30, NTSC60, Maker, Planted
from tests.checks.corpus_film import BLACK, FLASH, Film

Luma = NDArray[np.uint8]
Draw = Callable[[float], Luma]
Change = Callable[[Maker, Film], None]
SIZE = (192, 108)
ELSEWHERE = 5000  # pictures from here on show another scene

ENCODERS: dict[str, tuple[str, dict[str, Any]]] = {
    "x264": (".mp4", {}),
    "x264-weak": (".mp4", {"options": {"crf": "30", "preset": "veryfast"}}),
    "x265": (".mp4", {"codec": "libx265"}),
    "prores": (".mov", {"codec": "prores_ks", "sound": "pcm_s16le"}),
    "dnxhr": (".mov", {"codec": "dnxhd", "sound": "pcm_s16le", "size": (256, 144)}),
    "mpeg2": (".ts", {"codec": "mpeg2video", "sound": "mp2", "options": {"b": "8M"}}),
    "vp9": (".webm", {"codec": "libvpx-vp9", "sound": "libopus"}),
    "mjpeg": (".mov", {"codec": "mjpeg", "sound": "pcm_s16le", "options": {"q:v": "3", "b": "9M"}}),
    "ffv1": (".mkv", {"codec": "ffv1", "sound": "flac"}),
}


def texture(rng: np.random.Generator, power: float, light: tuple[float, float] = (30, 210)) -> NDArray[np.float64]:
    """A large picture whose spectrum falls like that of a photograph, seamless at its edges."""
    spectrum = np.fft.rfft2(rng.standard_normal((512, 1024)))
    far = np.hypot(np.fft.fftfreq(512)[:, np.newaxis], np.fft.rfftfreq(1024)[np.newaxis])
    made = np.fft.irfft2(spectrum / (0.004 + far) ** power, (512, 1024))
    low, high = light
    return np.asarray((made - made.min()) / np.ptp(made) * (high - low) + low)


def camera(
    maker: Maker,
    size: tuple[int, int],
    *,
    across: float | None = None,
    down: float | None = None,
    grain: float | None = None,
    power: float = 1.4,
    part: bool = False,
    move: Callable[[float], float] | None = None,
) -> Draw:
    """Pictures of a camera that pans (or, with `part`, of a thing that moves before a still background): number → luma. Numbers
    may be fractions; `move` maps them to how far it has come, in pictures."""
    rng = np.random.default_rng(maker.seed + 7)
    scenes = [texture(rng, power), texture(rng, power)]
    across = float(rng.uniform(1.5, 5)) if across is None else across
    down = float(rng.uniform(-1, 1)) if down is None else down
    grain = float(rng.uniform(0, 3)) if grain is None else grain
    width, height = size

    def view(scene: NDArray[np.float64], x: float, y: float) -> NDArray[np.float64]:
        column, row = int(np.floor(x)), int(np.floor(y))
        seen = scene[np.ix_((np.arange(height + 1) + row) % 512, (np.arange(width + 1) + column) % 1024)]
        seen = (1 - y + row) * seen[:-1] + (y - row) * seen[1:]
        return np.asarray((1 - x + column) * seen[:, :-1] + (x - column) * seen[:, 1:])

    def draw(number: float) -> Luma:
        scene = scenes[int(number >= ELSEWHERE)]
        far = move(number) if move is not None else number
        seen = view(scene, 40 + across * far, 40 + down * far)
        if part:
            still = view(scene, 40, 40)
            top, left = height // 3, width // 3
            still[top : top + height // 3, left : left + width // 5] = seen[top : top + height // 3, left : left + width // 5]
            seen = still
        if grain:
            seen = seen + np.random.default_rng(int(number * 2) + maker.seed).normal(0, grain, seen.shape)
        return np.clip(np.rint(seen), 16, 235).astype(np.uint8)

    return draw


def pan(**options: Any) -> Change:
    """Everything is seen by such a camera."""

    def change(maker: Maker, film: Film) -> None:
        film.pictures = camera(maker, film.size, **options)

    return change


def _with(*changes: Change) -> Change:
    def change(maker: Maker, film: Film) -> None:
        for one in changes:
            one(maker, film)

    return change


def adder(seed: int, made: list[Planted]) -> Callable[..., None]:
    """add(name, change, suffix, code=…, told=…, alter=…, **film): a clip of a moving camera with that fault; clean without a
    code."""

    def add(name: str, change: Change, suffix: str = ".mp4", *, code: str = "", told: bool = False, **more: Any) -> None:
        alter = more.pop("alter", None)
        options = {"size": SIZE, "seconds": 5, **more}

        def write(folder: Path) -> Path:
            maker = Maker(seed, name)
            film = maker.film(**options)
            film.order = list(range(len(film.order)))
            change(maker, film)
            path = film.write(folder / f"clip{suffix}")
            if alter is not None:
                path.write_bytes(alter(path.read_bytes(), maker.rng))
            return path

        codes = (code,) if code else ()
        full = name if code else f"clean-{name}"
        made.append(Planted(full, write, Stage.DECODED, codes, told=told, clean=not code))

    return add


def clips(seed: int) -> list[Planted]:
    made: list[Planted] = []
    add = adder(seed, made)
    _planted(add)
    _damage(add)
    _clean(add)
    return made


# Faults of continuity


def _freeze(maker: Maker, film: Film) -> None:
    frame, length = maker.frame(film), int(maker.rng.integers(5, 25))
    film.order[frame : frame + length] = [film.order[frame]] * length


def _long_freeze(maker: Maker, film: Film) -> None:
    film.order[60:150] = [film.order[60]] * 90


def _late_freeze(maker: Maker, film: Film) -> None:
    """What follows comes later instead of jumping."""
    frame, length = maker.frame(film), int(maker.rng.integers(5, 25))
    film.order[frame:] = ([film.order[frame]] * length + film.order[frame:])[: len(film.order) - frame]


def _black(maker: Maker, film: Film) -> None:
    frame, length = maker.frame(film), int(maker.rng.integers(1, 4))
    film.order[frame : frame + length] = [BLACK] * length


def _foreign(maker: Maker, film: Film) -> None:
    frame = maker.frame(film)
    film.order[frame] = ELSEWHERE + frame


def _lone(maker: Maker, film: Film) -> None:
    """The rest of a clip under a cut: one picture of neither shot."""
    frame = maker.frame(film)
    film.order[frame:] = [ELSEWHERE + n for n in range(frame, len(film.order))]
    film.order[frame] = 300


def _repeat(maker: Maker, film: Film) -> None:
    frame = maker.frame(film)
    film.order[frame:] = [film.order[frame - 1], *film.order[frame:-1]]


def _stutter(maker: Maker, film: Film) -> None:
    frame = maker.frame(film)
    film.order[frame] = film.order[frame - 1]


def _every(period: int) -> Change:
    def change(maker: Maker, film: Film) -> None:
        phase = int(maker.rng.integers(period))
        film.order[:] = [n - (n + phase) // period for n in range(len(film.order))]

    return change


def _later_every(period: int) -> Change:
    """The rhythm begins in the middle."""

    def change(maker: Maker, film: Film) -> None:
        begin = len(film.order) // 3
        film.order[:] = [n - max(0, n - begin) // period for n in range(len(film.order))]

    return change


def _planted(add: Any) -> None:
    for name, (suffix, options) in ENCODERS.items():
        add(f"picture-freeze-{name}", _with(pan(), _freeze), suffix, code="picture_continuity.freeze", **options)
        add(f"picture-black-{name}", _with(pan(), _black), suffix, code="picture_continuity.black_frame", **options)
        add(f"picture-foreign-{name}", _with(pan(), _foreign), suffix, code="picture_continuity.flash_frame", **options)
        if name == "x264-weak":
            continue  # its B-pictures go on moving: the repeat is gone from the picture
        change = _stutter if name in ("x265", "dnxhr", "vp9") else _repeat
        add(f"picture-repeat-{name}", _with(pan(), change), suffix, code="picture_continuity.repeated", **options)
    add("picture-freeze-long", _with(pan(), _long_freeze), code="picture_continuity.freeze", seconds=9)
    add(
        "picture-freeze-long-mpeg2",
        _with(pan(), _long_freeze),
        ".ts",
        code="picture_continuity.freeze",
        seconds=9,
        **ENCODERS["mpeg2"][1],
    )
    add("picture-freeze-late", _with(pan(), _late_freeze), code="picture_continuity.freeze")
    add("picture-lone", _with(pan(), _lone), code="picture_continuity.lone_frame")
    regular = "picture_continuity.regular_repeats"
    add("picture-24-in-25", _with(pan(), _every(25)), code=regular, seconds=8)
    add("picture-24-in-25-weak", _with(pan(), _every(25)), code=regular, seconds=8, options={"crf": "30"})
    add("picture-24-in-25-mpeg2", _with(pan(), _every(25)), ".ts", code=regular, seconds=8, **ENCODERS["mpeg2"][1])
    add("picture-25-in-30", _with(pan(), _every(6)), code=regular, rate=30)
    add("picture-50-in-60", _with(pan(), _every(6)), ".mov", code=regular, rate=NTSC60, codec="prores_ks", sound="")
    add("picture-cadence-changes", _with(pan(), _later_every(25)), code=regular, seconds=9)
    add("picture-every-48th", _with(pan(), _every(48)), ".mkv", code=regular, seconds=9, rate=NTSC24)
    add("picture-repeat-120", _with(pan(across=3.0), _repeat), code="picture_continuity.repeated", rate=120, seconds=3)


def _damage(add: Any) -> None:
    code = "picture_continuity.decode_errors"
    long: dict[str, Any] = {"seconds": 8, "sound": ""}
    add("damage-x264", pan(), ".mp4", code=code, alter=surgery.holed, **long)
    add("damage-x265", pan(), ".mp4", code=code, alter=surgery.holed, codec="libx265", **long)
    add("damage-mpeg2", pan(), ".ts", code=code, alter=surgery.holed, codec="mpeg2video", options={"b": "8M"}, **long)
    add("damage-mpeg4", pan(), ".mp4", code=code, alter=surgery.holed, codec="mpeg4", options={"b": "4M"}, **long)


# Clean


def held(count: int) -> Change:
    """Each picture for so many frames."""

    def change(maker: Maker, film: Film) -> None:
        film.order[:] = [n // count * count for n in range(len(film.order))]

    return change


def _mixed_holds(maker: Maker, film: Film) -> None:
    """Animation on ones, twos and threes as the movement asks for."""
    order: list[int] = []
    while len(order) < len(film.order):
        order += [len(order)] * maker.pick(1, 1, 2, 2, 3, 4, 8)
    film.order[:] = order[: len(film.order)]


def _cuts(least: int, most: int, *, still: bool = False) -> Change:
    """Shots of so many pictures."""

    def change(maker: Maker, film: Film) -> None:
        order: list[int] = []
        shot = 0
        while len(order) < len(film.order):
            length = int(maker.rng.integers(least, most + 1))
            begin = (ELSEWHERE if shot % 2 else 0) + 100 * shot
            order += [begin if still else begin + n for n in range(length)]
            shot += 1
        film.order[:] = order[: len(film.order)]

    return change


def _strobe(maker: Maker, film: Film) -> None:
    step = maker.pick(2, 3, 4, 5)
    for n in range(30, 100, step):
        film.order[n] = maker.pick(FLASH, FLASH, BLACK)


def _lamp(maker: Maker, film: Film) -> None:
    film.order[maker.frame(film)] = FLASH


def _lit(light: Callable[[float, int], float]) -> Change:
    """The picture's light over black, by number and count."""

    def change(maker: Maker, film: Film) -> None:
        draw, count = camera(maker, film.size), len(film.order)
        film.pictures = lambda number: (16 + (draw(number).astype(np.float32) - 16) * light(number, count)).astype(np.uint8)

    return change


def _fade(number: float, count: int) -> float:
    return float(min(1, number / 20, (count - 1 - number) / 20, abs(number - count // 2) / 10))


def _lightning(number: float, count: int) -> float:
    return 1.0 if int(number) in (count // 2, count // 2 + 3, count // 2 + 4) else 0.45


def _dissolve(maker: Maker, film: Film) -> None:
    draw, middle = camera(maker, film.size), len(film.order) // 2

    def blended(number: float) -> Luma:
        share = float(np.clip((number - middle) / 20, 0, 1))
        return np.asarray((1 - share) * draw(number) + share * draw(ELSEWHERE + number)).astype(np.uint8)

    film.pictures = blended


def _title(maker: Maker, film: Film) -> None:
    """A moving shot, a still card, a moving shot: by cuts."""
    film.order[45:85] = [ELSEWHERE] * 40


def _eased(number: float) -> float:
    """A camera that starts, comes to rest, and starts again."""
    return float(30 * np.interp(number % 60, [0, 10, 30, 40, 60], [0, 0, 0.5, 0.5, 1]) + 30 * (number // 60)) if number else 0.0


def _ease(number: float) -> float:
    """The same with soft ends."""
    turn, rest = divmod(number, 60)
    at = min(1.0, rest / 40)
    return float(60 * turn + 60 * (3 * at**2 - 2 * at**3))


def _handheld(number: float) -> float:
    return float(4 * np.sin(number / 3.1) + 3 * np.sin(number / 1.7 + 1) + number / 4)


def _screen(maker: Maker, film: Film) -> None:
    """A recorded screen: nothing, then something, then nothing."""
    order: list[int] = []
    at = 0
    while len(order) < len(film.order):
        order += [at] * int(maker.rng.integers(3, 40))
        order += [at + n for n in range(1, int(maker.rng.integers(2, 12)))]
        at = order[-1]
    film.order[:] = order[: len(film.order)]


def _three_two(maker: Maker, film: Film) -> None:
    """24 in 60: three pictures, then two."""
    film.order[:] = [2 * (n // 5) + (n % 5 >= 3) for n in range(len(film.order))]


def _four_on_five(maker: Maker, film: Film) -> None:
    film.order[:] = [n * 4 // 5 for n in range(len(film.order))]


def _clean(add: Any) -> None:
    for name, (suffix, options) in ENCODERS.items():
        add(f"pan-{name}", pan(), suffix, **options)
    for name in ("x264", "x264-weak", "vp9", "mpeg2"):
        suffix, options = ENCODERS[name]
        add(f"slow-pan-{name}", pan(across=0.2, down=0.05, grain=0.0), suffix, **options)
        add(f"part-moves-{name}", pan(part=True, across=3.0), suffix, **options)
        add(f"handheld-{name}", pan(move=_handheld), suffix, **options)
    for count in (2, 3, 4):
        add(f"animation-on-{count}", _with(pan(grain=0.0), held(count)), rate=24)
    add("animation-mixed", _with(pan(grain=0.0), _mixed_holds), rate=NTSC24, seconds=8)
    add("animation-mixed-prores", _with(pan(grain=0.0), _mixed_holds), ".mov", codec="prores_ks", sound="pcm_s16le", rate=24)
    add("animation-part", _with(pan(grain=0.0, part=True), _mixed_holds), rate=24, seconds=8)
    add("short-shots", _with(pan(), _cuts(3, 12)))
    add("shots", _with(pan(), _cuts(20, 50)), seconds=8)
    add("slides-cut", _with(pan(), _cuts(20, 50, still=True)), seconds=8)
    add("strobe-light", _with(pan(), _strobe))
    add("photo-flash", _with(pan(), _lamp))
    add("fades-to-black", _lit(_fade))
    add("lightning", _lit(_lightning))
    add("dissolve", _dissolve)
    add("title-card", _with(pan(), _title))
    add("camera-stops", pan(move=_eased, grain=0.0), seconds=8)
    add("camera-eases", pan(move=_ease, grain=0.0), seconds=8)
    add("screen-recording", _with(pan(grain=0.0), _screen), rate=30, seconds=8)
    add("24-in-60", _with(pan(), _three_two), rate=60)
    add("24-in-30", _with(pan(), _four_on_five), rate=NTSC30)
    add("120-fps", pan(across=0.7), rate=120, seconds=3)
    add("120-fps-still", held(1000), rate=120, seconds=2)
