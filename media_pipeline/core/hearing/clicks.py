"""Steps in the wave: the second difference of the samples against what is usual around it."""

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.hearing.events import CLICK, event

HEIGHT = 6.0  # times the median of the surroundings
LEAST = 0.002  # of full scale: less is not heard
_PER_SECOND = 100
_AROUND = 50  # tens of milliseconds to either side


class ClickFinder:
    """Of one track. Every stronger step is noted; most are plosives and drums, so only those at joins will count."""

    def __init__(self, channels: int, rate: int) -> None:
        self._hop = rate // _PER_SECOND
        self._samples = np.zeros((channels, 0), np.float32)
        self._steps = np.zeros((channels, 0), np.float32)  # the largest step of every hop
        self._at = np.zeros((channels, 0), np.int32)  # where in its hop
        self._first = 0  # hop of the first column
        self._searched = 0

    def add(self, samples: NDArray[np.float32]) -> list[NDArray[np.void]]:
        joined = np.concatenate([self._samples, samples], axis=1)
        count = (joined.shape[1] - 2) // self._hop if self._hop else 0
        if count <= 0:
            self._samples = joined
            return []
        used = joined[:, : count * self._hop + 2]
        bend = np.abs(used[:, 2:] - 2 * used[:, 1:-1] + used[:, :-2]).reshape(len(used), count, self._hop)
        at = bend.argmax(axis=2)
        self._steps = np.concatenate([self._steps, np.take_along_axis(bend, at[..., None], 2)[..., 0]], axis=1)
        self._at = np.concatenate([self._at, at.astype(np.int32) + 1], axis=1)
        self._samples = joined[:, count * self._hop :].copy()
        return self._search(self._first + self._steps.shape[1] - _AROUND)

    def finish(self) -> list[NDArray[np.void]]:
        return self._search(self._first + self._steps.shape[1])

    def _search(self, until: int) -> list[NDArray[np.void]]:
        """One median serves a whole search, of half a second and what lies around it."""
        if until <= self._searched:
            return []
        a, b = self._searched - self._first, until - self._first
        around = self._steps[:, max(0, a - _AROUND) : b + _AROUND]
        usual = np.median(around, axis=1, keepdims=True)
        inside = self._steps[:, a:b]
        high = inside >= np.maximum(HEIGHT * usual, LEAST)
        made = []
        for channel, hop in np.argwhere(high).tolist():
            column = a + hop
            sample = (self._first + column) * self._hop + int(self._at[channel, column])
            height = float(inside[channel, hop] / max(float(usual[channel, 0]), 1e-6))
            made.append(event(CLICK, channel, sample, 1, height))
        self._searched = until
        keep = max(0, until - _AROUND - self._first)
        self._steps, self._at = self._steps[:, keep:], self._at[:, keep:]
        self._first += keep
        return made
