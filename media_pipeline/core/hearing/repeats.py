"""Blocks that come twice, sample for sample: what a buffer that was played again leaves in lossless sound.

Every 64th sample or so, chosen by its own value, is an anchor; two anchors with the same eight samples less than a quarter of
a second apart suggest a distance, and the samples around them decide. (Content-defined anchors: Manber 1994.)
"""

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.hearing.events import REPEAT, event

LONGEST, SHORTEST = 0.25, 0.004  # seconds
WHOLE = 0.98  # of a block must come again
OFTEN = 3.0  # in a row: that is a tone or a loop, no fault
_ALIKE = 8  # samples that anchors are compared by
_LEAST = 1e-3  # full scale: quieter blocks are not told from dither
_MIX = np.uint32(2654435761)  # Knuth's multiplier


class RepeatFinder:
    """Of one track."""

    def __init__(self, channels: int, rate: int) -> None:
        self._longest, self._shortest = int(LONGEST * rate), int(SHORTEST * rate)
        self._samples = np.zeros((channels, 0), np.float32)
        self._first = 0  # sample of the first column
        self._searched = 0  # sample up to which repeats have been told

    def add(self, samples: NDArray[np.float32]) -> list[NDArray[np.void]]:
        """Repeats that lie wholly inside what is known now. (Blocks of half a second, so each is seen in one piece.)"""
        self._samples = np.concatenate([self._samples, samples], axis=1)
        if self._samples.shape[1] < 3 * self._longest:
            return []
        made = [one for channel in range(len(self._samples)) for one in self._search(channel)]
        self._searched = self._first + self._samples.shape[1] - self._longest
        keep = self._samples.shape[1] - 3 * self._longest
        self._samples = self._samples[:, max(0, keep) :].copy()
        self._first += max(0, keep)
        return made

    def finish(self) -> list[NDArray[np.void]]:
        return [one for channel in range(len(self._samples)) for one in self._search(channel, last=True)]

    def _search(self, channel: int, *, last: bool = False) -> list[NDArray[np.void]]:
        sound = self._samples[channel]
        words = sound.view(np.uint32)
        if len(words) < 4 * _ALIKE or not np.any(np.abs(sound) > _LEAST):
            return []
        known = max(0, self._searched - self._longest - self._first)  # what lies before has been searched
        anchors = np.flatnonzero((words[known:] * _MIX >> np.uint32(26)) == 0) + known
        anchors = anchors[(anchors < len(words) - _ALIKE) & (np.abs(sound[anchors]) > _LEAST)]
        if len(anchors) < 2:
            return []
        keys = np.zeros(len(anchors), np.uint64)
        for k in range(_ALIKE):
            keys = keys * np.uint64(0x9E3779B97F4A7C15) + words[anchors + k]
        order = np.argsort(keys, kind="stable")
        same = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
        pairs = [(int(anchors[order[i]]), int(anchors[order[i + 1]])) for i in same]
        made: list[NDArray[np.void]] = []
        told = -1
        for one, other in sorted(pairs, key=lambda pair: pair[1])[:2000]:
            lag = other - one
            if one <= told or not self._shortest <= lag <= self._longest:
                continue
            begin, end = _reach(sound, one, lag)
            told = max(told, end)
            start = begin + lag  # of the copy
            complete = last or self._first + end < self._first + len(sound) - 1
            fresh = self._first + start >= self._searched
            if complete and fresh and WHOLE * lag <= end - begin < OFTEN * lag:
                made.append(event(REPEAT, channel, self._first + start, lag, (end - begin) / lag))
        return made


def _reach(sound: NDArray[np.float32], at: int, lag: int) -> tuple[int, int]:
    """From where to where samples equal those `lag` later, around `at`."""
    low, high = max(0, at - 3 * lag), min(len(sound) - lag, at + 4 * lag)
    differ = np.flatnonzero(sound[low:high] != sound[low + lag : high + lag]) + low
    split = int(np.searchsorted(differ, at))
    begin = int(differ[split - 1]) + 1 if split else low
    end = int(differ[split]) if split < len(differ) else high
    return begin, end
