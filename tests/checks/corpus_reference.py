"""Faults that only a comparison shows (stage C): each clip comes with the reference that is right."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from media_pipeline.core.checks.contract import Stage
from tests.checks.corpus import Maker, Planted
from tests.checks.corpus_film import RATE, Film, Sound, stretched


def clips(seed: int) -> list[Planted]:
    made: list[Planted] = []

    def plant(
        name: str, change: Callable[[Maker, Film], None], suffix: str = ".mp4", *, clean: bool = False, **more: Any
    ) -> None:
        truth = more.pop("truth", {})
        options = {"seconds": 16, **more}

        def write(folder: Path) -> Path:
            maker = Maker(seed, name)
            film = maker.film(**options)
            change(maker, film)
            return film.write(folder / f"clip{suffix}")

        def reference(folder: Path) -> Path:
            return Maker(seed, name).film(**options).write(folder / f"reference{suffix}")

        made.append(Planted(name, write, Stage.REFERENCE, clean=clean, reference=reference, truth=truth))

    _sound(plant, Maker(seed, "reference").rng)
    _picture(plant)
    plant("reference-same", lambda maker, film: None, clean=True)
    plant("reference-other-encode", _encoded_again, clean=True)
    return made


def _encoded_again(maker: Maker, film: Film) -> None:
    film.options = {"crf": "34"}
    film.sounds[0] = Sound((film.sounds[0].samples * 0.6).astype(np.float32), "libmp3lame", bit_rate=64_000)


def _replaced(film: Film, samples: Any, track: int = 0) -> None:
    n = len(film.sounds[track].samples)
    kept = np.asarray(samples, np.float32)[:n]
    film.sounds[track] = Sound(np.concatenate([kept, np.zeros(n - len(kept), np.float32)]), film.sounds[track].codec)


def _late(film: Film, milliseconds: float, begin: float = 0.0) -> None:
    """Sound from `begin` seconds on late by so much: by silence put in, or samples left out."""
    sound, at, shift = film.sounds[0].samples, round(begin * RATE), round(milliseconds * RATE / 1000)
    tail = np.concatenate([np.zeros(max(0, shift), np.float32), sound[at + max(0, -shift) :]])
    _replaced(film, np.concatenate([sound[:at], tail]))


def _sound(plant: Any, rng: np.random.Generator) -> None:
    late, early = int(rng.integers(50, 300)), -int(rng.integers(50, 300))
    plant("reference-sound-late", lambda maker, film: _late(film, late), truth={"offset_ms": late})
    plant("reference-sound-early", lambda maker, film: _late(film, early), truth={"offset_ms": early})
    plant("reference-drift", lambda maker, film: _replaced(film, stretched(film.sounds[0].samples, 1.001)), ".mov",
          seconds=90, codec="mpeg4", sound="pcm_s16le", truth={"ppm": 1000})  # fmt: skip
    plant("reference-jump", lambda maker, film: _late(film, 60, begin=8), truth={"jump_ms": 60})
    plant("reference-block-missing", lambda maker, film: _late(film, -120, begin=7), ".mov", sound="pcm_s16le",
          truth={"jump_ms": -120})  # fmt: skip

    def second_drifts(maker: Maker, film: Film) -> None:
        film.sounds.append(Sound(film.sounds[0].samples, "pcm_s16le"))
        _replaced(film, stretched(film.sounds[0].samples, 1.0008), track=1)

    plant(
        "one-track-drifts", second_drifts, ".mov", seconds=90, codec="mpeg4", sound="pcm_s16le", truth={"track": 1, "ppm": 800}
    )


def _picture(plant: Any) -> None:
    def dropped(maker: Maker, film: Film) -> None:
        del film.order[maker.frame(film)]
        film.order.append(film.order[-1] + 1)

    def repeated(maker: Maker, film: Film) -> None:
        frame = maker.frame(film)
        film.order.insert(frame, film.order[frame])
        film.order.pop()

    def missing(maker: Maker, film: Film) -> None:
        frame = maker.frame(film)
        del film.order[frame : frame + 12]
        film.order += [film.order[-1] + 1 + n for n in range(12)]

    def swapped(maker: Maker, film: Film) -> None:
        order = film.order
        order[100:200], order[200:300] = order[200:300], order[100:200]

    plant("reference-dropped-frame", dropped)
    plant("reference-repeated-frame", repeated)
    plant("reference-pictures-missing", missing)
    plant("reference-segments-swapped", swapped)
