"""Faults inside picture and sound (stage B): events that do not meet, repeats, freezes, holes, damage, wrong fields."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.contract import Stage
from media_pipeline.core.checks.spec import Spec
from tests.checks import corpus_surgery as surgery
from tests.checks.corpus import NTSC24, NTSC30, Maker, Planted
from tests.checks.corpus_film import BLACK, FLASH, RATE, Film, Sound, babble, pops, stretched
from tests.checks.corpus_join import concatenated

Change = Callable[[Maker, Film], None]


def clips(seed: int) -> list[Planted]:
    made: list[Planted] = []

    def plant(name: str, change: Change | None, suffix: str = ".mp4", *, alter: Any = None, **more: Any) -> None:
        about = {key: more.pop(key) for key in ("told", "truth", "spec") if key in more}

        def write(folder: Path) -> Path:
            maker = Maker(seed, name)
            film = maker.film(**more)
            if change is not None:
                change(maker, film)
            path = film.write(folder / f"clip{suffix}")
            if alter is not None:
                path.write_bytes(alter(path.read_bytes(), maker.rng))
            return path

        made.append(Planted(name, write, Stage.DECODED, **about))

    _events(plant, seed)
    _picture(plant)
    _sound(plant)
    plant("bits-flipped", None, alter=surgery.flipped)
    plant("zeros-in-media", None, alter=surgery.holed)
    plant("bits-flipped-mpeg2", None, ".ts", alter=surgery.flipped, codec="mpeg2video", sound="mp2")
    plant("field-order-lie", _wrong_fields, interlaced="tff", size=(128, 96))
    plant("interlaced-not-said", _fields, ".mov", codec="prores_ks", sound="pcm_s16le", size=(128, 96))
    plant("too-quiet", None, spec=Spec(loudness_lufs=-23.0), codec="mpeg4")
    made.append(Planted("repeat-at-join", lambda folder: _repeat_at_join(Maker(seed, "repeat-at-join"), folder), Stage.DECODED))
    return made


def with_events(film: Film, seconds: list[float], *, milliseconds: float = 0.0, ratio: float = 1.0) -> None:
    """Flash frames at these times, beeps at the same instants of a sound that is late by so much and stretched by `ratio`."""
    length = float(len(film.order) / film.rate)
    at = [round(second * film.rate) for second in seconds]
    for frame in at:
        film.order[frame] = FLASH
    exact = [float(frame / film.rate) for frame in at]
    sound = pops(babble(length, film.seed), exact, length=float(1 / film.rate))
    if ratio != 1.0:
        sound = stretched(sound, ratio)[: round(length * RATE)]
        sound = np.concatenate([sound, np.zeros(max(0, round(length * RATE) - len(sound)), np.float32)])
    shift = round(milliseconds * RATE / 1000)
    late = np.concatenate([np.zeros(max(0, shift), np.float32), sound[max(0, -shift) :]])[: len(sound)]
    late = np.concatenate([late, np.zeros(len(sound) - len(late), np.float32)])
    film.sounds[0] = Sound(late.astype(np.float32), film.sounds[0].codec)


def _events(plant: Any, seed: int) -> None:
    for name, low, high in (("late", 60, 400), ("early", -300, -60)):
        offset = int(Maker(seed, f"flash-{name}").rng.integers(low, high))

        def shifted(maker: Maker, film: Film, offset: int = offset) -> None:
            with_events(film, [1.0, 3.0, 5.0, 7.0], milliseconds=offset)

        plant(f"flash-{name}", shifted, seconds=9, truth={"offset_ms": offset})
        plant(
            f"flash-{name}-prores",
            shifted,
            ".mov",
            seconds=9,
            codec="prores_ks",
            sound="pcm_s16le",
            truth={"offset_ms": offset},
        )
    two_pop = int(Maker(seed, "two-pop").rng.integers(80, 300))

    def popped(maker: Maker, film: Film) -> None:
        with_events(film, [0.0, 2.0, 10.0], milliseconds=two_pop)

    plant("two-pop-late", popped, seconds=12, rate=NTSC24, truth={"offset_ms": two_pop})
    for name, ppm, seconds in (("drift-2000ppm", 2000, 60), ("drift-1000ppm", -1000, 90)):

        def drifting(maker: Maker, film: Film, ppm: int = ppm, seconds: int = seconds) -> None:
            with_events(film, [float(t) for t in range(2, seconds - 1, 6)], ratio=1 + ppm * 1e-6)

        plant(name, drifting, ".mov", seconds=seconds, codec="mpeg4", sound="pcm_s16le", truth={"ppm": ppm})


def _insert(film: Film, frame: int, pictures: list[int]) -> None:
    """Put pictures in and let the rest come later; the length stays."""
    film.order[frame:] = (pictures + film.order[frame:])[: len(film.order) - frame]


def _freeze(maker: Maker, film: Film) -> None:
    frame = maker.frame(film)
    film.order[frame : frame + 30] = [film.order[frame]] * 30


def _black(maker: Maker, film: Film) -> None:
    film.order[maker.frame(film)] = BLACK


def _flash(maker: Maker, film: Film) -> None:
    frame = maker.frame(film)
    film.order[frame] = film.order[frame] + 4000 + 199  # a single picture of elsewhere


def _repeats(maker: Maker, film: Film) -> None:
    frame = maker.frame(film)
    _insert(film, frame, [film.order[frame - 1]])


def _pulled_up(maker: Maker, film: Film) -> None:
    """24 in 25: every 25th picture is the one before."""
    first = film.order[0]
    film.order[:] = [first + n - n // 25 for n in range(len(film.order))]


def _picture(plant: Any) -> None:
    plant("freeze", _freeze)
    plant("freeze-hevc", _freeze, codec="libx265")
    plant("black-frame", _black)
    plant("black-frame-prores", _black, ".mov", codec="prores_ks", sound="pcm_s16le")
    plant("flash-frame", _flash)
    plant("repeated-frame", _repeats, told=True)
    plant("24-in-25", _pulled_up, seconds=12)


def _holes(*lengths: float) -> Change:
    def change(maker: Maker, film: Film) -> None:
        sound = film.sounds[0].samples + maker.rng.normal(0, 0.02, len(film.sounds[0].samples)).astype(np.float32)
        for n, length in enumerate(lengths):
            at = round((1.3 + 1.7 * n + float(maker.rng.uniform(0, 0.4))) * RATE)
            sound[at : at + round(length * RATE)] = 0
        film.sounds[0] = Sound(sound.astype(np.float32), film.sounds[0].codec)

    return change


def _sound(plant: Any) -> None:
    plant("hole-30ms", _holes(0.03))
    plant("holes-of-an-aac-packet", _holes(0.0213, 0.0213), ".mov", sound="pcm_s16le")
    plant("hole-200ms", _holes(0.2), ".mkv", sound="ac3")


def _woven(film: Film, first: int) -> None:
    """Each picture holds two moments: rows of parity `first` show the earlier one."""
    drawn: Callable[[int], NDArray[np.uint8]] = Film(film.rate, [], [], film.seed, size=film.size).draw

    def draw(number: int) -> NDArray[np.uint8]:
        earlier, later = drawn(2 * number), drawn(2 * number + 1)
        woven = later.copy()
        woven[first::2] = earlier[first::2]
        return woven

    film.pictures = draw


def _wrong_fields(maker: Maker, film: Film) -> None:
    _woven(film, 1)  # the bottom field comes first, the flag says the top one


def _fields(maker: Maker, film: Film) -> None:
    _woven(film, 0)


def _repeat_at_join(maker: Maker, folder: Path) -> Path:
    """The last picture of each segment comes again as the first of the next one; the sound is whole."""
    parts = []
    for n in range(4):
        order = [max(0, 49 * n - 1 + k) for k in range(50)]
        film = Film(NTSC30 if maker.seed % 2 else Fraction(25), order, [], maker.seed)
        parts.append(film.write(folder / f"part{n}.mov"))
    return concatenated(parts, folder / "clip.mov")
