"""Roughly where a long recording lies in another: its loudness, block by block, correlated with all of the other."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.sync_map.excerpt import Samples
from media_pipeline.core.checks.sync_map.gcc import fast_size

PER_SECOND = 100
_CHUNK = 60 * PER_SECOND
_LOCAL = PER_SECOND // 2  # half a second on both sides: what is slower than that is the mix, not the events
PEAKS = 3
MOST_BLOCKS = 240


@dataclass(frozen=True)
class Guess:
    """`delay` seconds (positive: the first recording is late) around `centre` of the first; `strength` over the noise."""

    centre: float
    delay: float
    strength: float


def envelope(sound: NDArray[np.int16], rate: int) -> Samples:
    """Loudness in decibels PER_SECOND times a second, less its own mean over the second around it."""
    hop = rate // PER_SECOND
    count = len(sound) // hop
    level = np.empty(count, np.float32)
    for first in range(0, count, _CHUNK):
        last = min(count, first + _CHUNK)
        part = sound[first * hop : last * hop].astype(np.float32).reshape(-1, hop)
        level[first:last] = 10 * np.log10(np.mean(part * part, axis=1) + 10.0)
    running = np.concatenate([[0.0], np.cumsum(level, dtype=np.float64)])
    low = np.maximum(0, np.arange(count) - _LOCAL)
    high = np.minimum(count, np.arange(count) + _LOCAL + 1)
    local = (running[high] - running[low]) / np.maximum(high - low, 1)
    over: Samples = np.clip(level - local, -20, 20).astype(np.float32)
    return over


def guesses(mine: Samples, other: Samples, *, slope: float = 0.0, seconds: float = 20.0) -> list[Guess]:
    """Where blocks of `mine` lie in `other` (both from `envelope`), the PEAKS best of each. `slope`: how much the delay is
    taken to grow per second."""
    if slope:
        at = np.arange(int(len(other) / (1 - slope))) * (1 - slope)
        other = np.interp(at, np.arange(len(other)), other).astype(np.float32)
    length = max(1, min(round(seconds * PER_SECOND), len(mine)))
    blocks = max(1, min(MOST_BLOCKS, 2 * len(mine) // length - 1))
    starts = np.unique(np.linspace(0, len(mine) - length, blocks).astype(np.int64))
    size = fast_size(len(other) + length)
    spectrum = np.conj(np.fft.rfft(other, size))
    found: list[Guess] = []
    for start in starts.tolist():
        block = mine[start : start + length]
        if float(np.abs(block).max(initial=0)) < 1.0:
            continue  # silence
        score = np.fft.irfft(np.fft.rfft(block, size) * spectrum, size)
        # Index k: the block begins at -k of the other (circular).
        lags = np.concatenate([score[-len(other) :], score[:length]])
        spread = float(lags.std())
        if spread <= 0:
            continue
        for _ in range(PEAKS):
            best = int(np.argmax(lags))
            begins = len(other) - best  # in the other, at its own speed
            moment = (start + length / 2) / PER_SECOND
            there = (begins + length / 2) / PER_SECOND * (1 - slope)
            found.append(Guess(moment, moment - there, float(lags[best]) / spread))
            lags[max(0, best - PER_SECOND // 2) : best + PER_SECOND // 2] = 0
    return found
