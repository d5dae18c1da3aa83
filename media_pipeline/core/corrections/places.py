"""The loudest places of a track, kept while it is written, so that it can be found again in the copy."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

PLACES = 32  # over the track's length
_SECONDS = Fraction(1, 2)  # of a place: short enough to be one moment, long enough to be found only there
_AUDIBLE = 1e-4  # full scale is 1: below -80 dB there is nothing to find


@dataclass(frozen=True)
class Place:
    start: int  # number of its first sample on the track's own clock, before it is played faster
    samples: NDArray[np.float32]  # (channels, n)


class LoudPlaces:
    """Of each of PLACES equal parts of a track, the loudest half second."""

    def __init__(self, rate: int, seconds: Fraction) -> None:
        self.size = int(rate * _SECONDS)
        self._part = max(1, int(seconds * rate) // PLACES)
        self._best: dict[int, tuple[float, Place]] = {}
        self._rest = np.zeros((0, 0), np.float32)
        self._start = 0

    def look(self, start: int, samples: NDArray[np.float32]) -> None:
        """The track's next samples; `start` is the number of the first."""
        if not self._rest.size:
            self._rest, self._start = samples, start
        else:
            self._rest = np.concatenate([self._rest, samples], axis=1)
        while self._rest.shape[1] >= self.size:
            self._weigh(self._start, self._rest[:, : self.size])
            self._rest = self._rest[:, self.size :]
            self._start += self.size

    def _weigh(self, start: int, block: NDArray[np.float32]) -> None:
        loud = float(np.sqrt(np.mean(np.square(block, dtype=np.float64))))
        part = start // self._part
        if loud > max(_AUDIBLE, self._best.get(part, (0.0,))[0]):
            self._best[part] = loud, Place(start, block.copy())

    def found(self) -> list[Place]:
        """The places where something is heard, in order. Sound shorter than half a second is one place."""
        if not self._best and self._rest.size:
            self._weigh(self._start, self._rest)
        return [place for _, place in sorted(self._best.values(), key=lambda one: one[1].start)]
