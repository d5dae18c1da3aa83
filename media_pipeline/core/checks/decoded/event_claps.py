"""Claps that somebody may confirm: a sudden single bang where a movement stops. Proposed only, never judged."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.sync_map.lines import Floats

SUDDEN = 28.0  # dB within 3 ms
SHORT = 15.0  # dB lower again after 60 ms
REACH = 0.25  # seconds between bang and stop
STOPS = 3.0  # times less movement than before
MOST = 5
SECONDS = 90.0  # from the beginning, and before the end: where slates are


@dataclass(frozen=True)
class Clap:
    """Seconds of the bang, the frame that shows the closed slate, and how sudden both are."""

    at: float
    frame: int
    rise: float
    stop: float


def claps(rms: NDArray[np.float16], change: NDArray[np.float32], times: Floats) -> list[Clap]:
    """The best few near the beginning and the end."""
    made: list[Clap] = []
    span = round(SECONDS * 1000)
    for first in {0, max(0, len(rms) - span)}:
        level = 20 * np.log10(rms[first : first + span].astype(np.float32) + 1e-5)
        for at, rise in _bangs(level):
            stop = _stop(change, times, (first + at) / 1000)
            if stop is not None:
                made.append(Clap((first + at) / 1000, stop[0], rise, stop[1]))
    best = sorted(made, key=lambda clap: -clap.rise * min(clap.stop, 10))[:MOST]
    return sorted({clap.at: clap for clap in best}.values(), key=lambda clap: clap.at)


def _bangs(level: NDArray[np.float32]) -> list[tuple[int, float]]:
    if len(level) < 700:
        return []
    quiet = np.lib.stride_tricks.sliding_window_view(level, 100).max(axis=1)  # the 100 ms from k on
    at = np.arange(103, len(level) - 560)
    rise = np.maximum(level[at], level[at + 1]) - quiet[at - 103]
    fall = np.maximum(level[at], level[at + 1]) - np.lib.stride_tricks.sliding_window_view(level, 20).mean(axis=1)[at + 60]
    good = np.flatnonzero((rise >= SUDDEN) & (fall >= SHORT))
    found: list[tuple[int, float]] = []
    for k in good.tolist():
        if not found or at[k] - found[-1][0] > 100:
            found.append((int(at[k]), float(rise[k])))
    return found


def _stop(change: NDArray[np.float32], times: Floats, moment: float) -> tuple[int, float] | None:
    """The frame near a moment from which on the picture moves far less than in the three before."""
    low, high = np.searchsorted(times[:-1], [moment - REACH, moment + REACH])
    best: tuple[int, float] | None = None
    for frame in range(max(4, int(low)), min(int(high), len(change) - 3)):
        before, after = float(change[frame - 3 : frame].mean()), float(change[frame + 1 : frame + 4].mean())
        ratio = before / max(after, 0.3)
        if before > 1.0 and ratio >= STOPS and (best is None or ratio > best[1]):
            best = frame, ratio
    return best
