"""The delay between two recordings within one short window: generalised cross-correlation with phase transform.

Knapp and Carter, "The generalized correlation method for estimation of time delay" (1976); the exponent below 1 keeps some
of the spectrum's weight, which measured better on speech with music than the full transform.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.sync_map.excerpt import Samples, excerpt

EXPONENT = 0.8
LOW_HERTZ, HIGH_HERTZ = 80.0, 3600.0
SILENCE = 3.0  # root mean square of 16-bit samples below which there is nothing to compare (-81 dB)
AMBIGUOUS = 0.75  # of a peak's height: another one so high may be the right one
_GUARD = 0.005  # seconds around a peak that do not count as its surroundings


@dataclass(frozen=True)
class Peak:
    """`delay` in seconds, positive where the first recording is late; `quality`: the peak over the noise around it."""

    delay: float
    quality: float


@cache
def _frame(count: int, size: int, rate: int) -> tuple[Samples, Samples]:
    window = np.hanning(count).astype(np.float32)
    hertz = np.fft.rfftfreq(size, 1 / rate)
    rise = np.clip((hertz - LOW_HERTZ / 2) / (LOW_HERTZ / 2), 0, 1)
    fall = np.clip((HIGH_HERTZ + 200 - hertz) / 200, 0, 1)
    return window, (rise * fall).astype(np.float32)


def fast_size(least: int) -> int:
    """The next length from `least` on that has no prime factor above 5."""
    best = 1 << (least - 1).bit_length()
    five = 1
    while five < best:
        three = five
        while three < best:
            size = three
            while size < least:
                size *= 2
            best = min(best, size)
            three *= 3
        five *= 5
    return best


def peak(
    late: NDArray[np.int16],
    early: NDArray[np.int16],
    *,
    centre: float,
    seconds: float,
    around: float,
    reach: float,
    slope: float,
    rate: int,
) -> Peak | None:
    """How late `late` is against `early` around the moment `centre` (of `late`): the best within `reach` of `around`, all in
    seconds. `slope`: how much the delay grows per second, undone before comparing. None where one of them is silent."""
    count = round(seconds * rate)
    margin = round(reach * rate)
    first = round((centre - seconds / 2) * rate)
    mine = excerpt(late, first, count)
    size = fast_size(count + 2 * margin)
    window, band = _frame(count, size, rate)
    if float(np.sqrt(np.mean(mine * mine))) < SILENCE:
        return None
    # Moment t of `late` is moment t - delay(t) of `early`.
    middle = (first + (count - 1) / 2) / rate
    begin = (middle - around) * rate - (1 - slope) * ((count - 1) / 2 + margin)
    whole = around * rate == round(around * rate) and slope == 0
    other = excerpt(early, round(begin) if whole else begin, count + 2 * margin, 1 - slope)
    if float(np.sqrt(np.mean(other * other))) < SILENCE:
        return None
    padded = np.zeros(size, np.float32)
    padded[margin : margin + count] = mine * window
    cross = np.fft.rfft(padded) * np.conj(np.fft.rfft(other, size))
    weight = np.abs(cross)
    weight = band / (weight + 1e-6 * float(weight.max()) + 1e-12) ** EXPONENT
    lags = np.fft.irfft(cross * weight, size)
    near = np.concatenate([lags[-margin:], lags[: margin + 1]]) if margin else lags[:1]
    best = int(np.argmax(near))
    height = float(near[best])
    guard = round(_GUARD * rate)
    rest = np.concatenate([near[: max(0, best - guard)], near[best + guard + 1 :]])
    noise = float(rest.std()) if len(rest) else 0.0
    if noise <= 0 or height <= 0:
        return None
    if _second(near, best) > AMBIGUOUS * height:
        return Peak(around, 0.0)  # a tone: one period is as good as the next
    return Peak(around + (best - margin + _vertex(near, best)) / rate, height / noise)


def _second(values: NDArray[np.floating], best: int) -> float:
    """The highest other top."""
    tops = (values[1:-1] > values[:-2]) & (values[1:-1] >= values[2:])
    tops[max(0, best - 3) : best + 2] = False
    return float(values[1:-1][tops].max(initial=0.0))


def _vertex(values: NDArray[np.floating], at: int) -> float:
    """Where between samples the top lies: the parabola through three of them."""
    if not 0 < at < len(values) - 1:
        return 0.0
    left, middle, right = (float(values[at + k]) for k in (-1, 0, 1))
    bend = left - 2 * middle + right
    return 0.5 * (left - right) / bend if bend < 0 else 0.0
