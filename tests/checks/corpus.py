"""The acceptance corpus: clips with one planted fault each, and clean clips that must stay silent. All made of a seed.

`all_clips(seed)` lists them; `Planted.make(folder)` writes one (with its reference, where it has one). A fault counts as found
if a finding has one of its codes (or, where `codes` is empty, if any check of its stage warns). A clean clip must have no
finding above information at all. `truth` holds what was planted, for tests that measure accuracy.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from media_pipeline.core.checks.contract import Stage
from media_pipeline.core.checks.spec import Spec
from tests.checks.corpus_film import Film, Sound, babble

NTSC24, NTSC30, NTSC60 = Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001)


@dataclass(frozen=True)
class Planted:
    name: str
    write: Callable[[Path], Path]  # into an empty folder
    stage: Stage = Stage.PACKETS  # the earliest that can see it
    codes: tuple[str, ...] = ()
    told: bool = False  # information is enough
    clean: bool = False
    spec: Spec = field(default_factory=Spec)
    reference: Callable[[Path], Path] | None = None  # into the same folder
    refused: bool = False  # the file may not be opened at all: it is refused at the upload, which counts as found
    truth: Mapping[str, Any] = field(default_factory=dict)


class Maker:
    """Random numbers of one clip: the same for the same seed and name, whatever is made before."""

    def __init__(self, seed: int, name: str) -> None:
        self.seed = seed * 1000 + sum(name.encode()) % 997
        self.rng = np.random.default_rng(self.seed)

    def film(
        self, seconds: float = 6, rate: Fraction | int | str = 25, codec: str = "libx264", sound: str = "aac", **options: Any
    ) -> Film:
        """Picture and one track of babble of equal length."""
        exact = Fraction(rate)
        frames = round(seconds * exact)
        first = int(self.rng.integers(0, 500))
        length = options.pop("sound_seconds", frames / exact)
        sounds = [Sound(babble(float(length), self.seed), sound)] if sound else []
        return Film(exact, list(range(first, first + frames)), sounds, self.seed, codec=codec, **options)

    def frame(self, film: Film) -> int:
        """Somewhere inside, away from both ends."""
        n = len(film.order)
        return int(self.rng.integers(n // 3, 2 * n // 3))

    def pick(self, *choices: Any) -> Any:
        return choices[int(self.rng.integers(len(choices)))]


def all_clips(seed: int) -> list[Planted]:
    """Every clip of the corpus, faults first."""
    # They use what stands above.
    from tests.checks import (
        corpus_clean,
        corpus_essence,
        corpus_fields,
        corpus_packets,
        corpus_picture,
        corpus_reference,
        corpus_sound,
    )

    films = (corpus_packets, corpus_essence, corpus_picture, corpus_fields, corpus_sound)
    parts = (*films, corpus_reference, corpus_clean)
    clips = [clip for part in parts for clip in part.clips(seed)]
    names = [clip.name for clip in clips]
    assert len(set(names)) == len(names), "two clips have one name"
    return clips
