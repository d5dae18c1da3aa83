"""When a recording passes from one delay to another: the moment at which switching explains it best."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.sync_map.excerpt import Samples, excerpt
from media_pipeline.core.checks.sync_map.gcc import EXPONENT, HIGH_HERTZ, LOW_HERTZ
from media_pipeline.core.checks.sync_map.lines import Line

_SMOOTH_HERTZ = 60.0
_DOUBT_SECONDS = 0.03  # of ordinary evidence: a moment that explains it as well but for so much is as good
LONGEST = 30.0  # seconds that are searched at most


@dataclass(frozen=True)
class Crossover:
    """Seconds: the best moment, and between which it may lie."""

    moment: float
    low: float
    high: float


def crossover(late: NDArray[np.int16], early: NDArray[np.int16], before: Line, after: Line, *, rate: int) -> Crossover:
    """When `late` passes from the delay of `before` to that of `after`: what is heard up to each moment is held against the
    reference by the one delay, what is heard from then on by the other (cumulative sum, Page 1954)."""
    begin = before.end - 1.0
    span = after.begin + 1.0 - begin
    if span > LONGEST:
        return Crossover((before.end + after.begin) / 2, before.end, after.begin)
    count = round(span * rate)
    first = round(begin * rate)
    mine = _whitened(excerpt(late, first, count), rate)
    sides = []
    for side in (before, after):
        start = first - side.at(first / rate) * rate
        sides.append(_whitened(excerpt(early, start, count, 1 - side.slope), rate))
    old, new = (mine * side for side in sides)
    score = np.concatenate([[0.0], np.cumsum(old - new, dtype=np.float64)])
    best = int(np.argmax(score))
    usual = (float(np.sum(old[: best + 1])) + float(np.sum(new[best:]))) / count  # evidence of one sample
    doubt = max(usual, 0.0) * _DOUBT_SECONDS * rate
    good = score >= score[best] - doubt
    low, high = best, best
    while low > 0 and good[low - 1]:
        low -= 1
    while high < count and good[high + 1]:
        high += 1
    moments = [first / rate + k / rate for k in (best, low, high)]
    return Crossover(*moments)


def _whitened(sound: Samples, rate: int) -> Samples:
    """All of the band about equally strong: else a bass note outweighs what could tell the moment."""
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / rate)
    width = max(1, round(_SMOOTH_HERTZ / (hertz[1] if len(hertz) > 1 else 1)))
    running = np.concatenate([[0.0], np.cumsum(np.abs(spectrum), dtype=np.float64)])
    low = np.maximum(0, np.arange(len(spectrum)) - width)
    high = np.minimum(len(spectrum), np.arange(len(spectrum)) + width + 1)
    level = (running[high] - running[low]) / (high - low)
    band = (hertz >= LOW_HERTZ) & (hertz <= HIGH_HERTZ)
    weight = np.where(band, 1 / (level + 1e-6 * float(level.max(initial=0)) + 1e-9) ** EXPONENT, 0)
    return np.fft.irfft(spectrum * weight, len(sound)).astype(np.float32)
