"""Finds the exact rate behind times that were rounded to ticks, by fitting them to a grid."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

MONO_RATE = 8_000  # samples a second of the sound that is kept for the checks (core.features)
STANDARD = tuple(
    Fraction(rate)
    for rate in (
        "24000/1001", "24", "25", "30000/1001", "30", "48000/1001", "48", "50", "60000/1001", "60",
        "100", "120000/1001", "120", "15", "15000/1001", "12", "12000/1001", "25/2", "10", "8", "20", "5", "6", "1",
        "72", "90", "144", "240", "240000/1001",
    )
)  # fmt: skip
_JITTER = Fraction(11, 10_000)  # 1.1 ms: containers with millisecond ticks, plus their writers' rounding
_SAME_RATE = Fraction(
    20, 1_000_000
)  # 29.97 written for 30000/1001 is 1 ppm off; 23.98 for 24000/1001 (166 ppm) is another rate
_SLOWEST, _FASTEST = Fraction(1, 3600), Fraction(1000)


@dataclass(frozen=True)
class RateFit:
    rate: Fraction
    variable: bool  # some picture is more than a quarter of a frame off every grid


def fit_rate(pts: NDArray[np.int64], time_base: Fraction, declared: Iterable[Fraction] = ()) -> RateFit:
    """The rate of strictly increasing times in ticks. `declared` are the file's own claims, used where times cannot decide.

    A grid fits if no picture is further off than rounding explains (a tick, or 1.1 ms), else if none is more than a
    quarter of a frame off. Among grids that rounding explains, the declared one wins, then the closest. If none fits,
    the rate is the standard one nearest to the median step (within 2 %), else pictures per duration.
    """
    claims = [claim for claim in declared if _SLOWEST <= claim <= _FASTEST]
    n = len(pts)
    if n < 2:
        return RateFit(_snapped(claims[0]) if claims else Fraction(25), False)
    ticks = pts - pts[0]
    span = int(ticks[-1]) * time_base
    mean = (n - 1) / span
    steps = np.diff(ticks)
    even = int(steps[0]) if bool(np.all(steps == steps[0])) else 0
    candidates = list(dict.fromkeys([*(_snapped(claim) for claim in claims), *STANDARD, *claims]))
    if even:
        exact = 1 / (even * time_base)
        if not _SLOWEST <= exact <= _FASTEST:
            return RateFit(_snapped(claims[0]) if claims else Fraction(25), True)
        candidates.append(exact)
    elif mean.denominator > 1_000_000:
        candidates.append(mean.limit_denominator(1001))
    # A grid that ends more than a frame away from the last picture cannot fit: no need to measure it.
    near = [c for c in candidates if abs((n - 1) / c - span) <= max(1 / c, 2 * time_base)]
    deviations = {c: _deviation(ticks, time_base, c) for c in near}

    def within(limit: Fraction) -> list[Fraction]:
        return [c for c in near if deviations[c] <= min(limit, 1 / (4 * c))]

    tick_bound = within(time_base * Fraction(21, 20) / 2)
    jitter_bound = within(max(_JITTER, time_base * Fraction(21, 20)))
    if even and exact not in STANDARD and all(abs(c / exact - 1) > _SAME_RATE for c in near if c in STANDARD):
        # Even steps at an unusual rate (1000/33) are what the file means, unless ticks are too coarse to say it better.
        coarse = [c for c in jitter_bound if c != exact and round(1 / (c * time_base)) == even]
        standard = [c for c in coarse if c in STANDARD]
        return RateFit(standard[0] if standard else exact, False)
    claimed = {_snapped(claim) for claim in claims}
    for fitting in (tick_bound, jitter_bound, near_enough := within(Fraction(1))):
        if fitting:
            preferred = [c for c in fitting if c in claimed] or [c for c in fitting if c in STANDARD] or fitting
            return RateFit(min(preferred, key=lambda c: (deviations[c], candidates.index(c))), False)
    assert not near_enough
    median = 1 / (int(np.median(steps)) * time_base)
    nominal = min(STANDARD, key=lambda c: abs(c / median - 1))
    if abs(nominal / median - 1) <= Fraction(2, 100):
        closest = [c for c in [*claimed, *STANDARD] if abs(c / median - 1) <= max(Fraction(2, 100), c * time_base)]
        return RateFit(min(closest, key=lambda c: abs(c - mean)) if closest else nominal, True)
    # Beyond all cameras: the times are no measure of a rate.
    return RateFit(mean.limit_denominator(100_000) if _SLOWEST <= mean <= _FASTEST else Fraction(25), True)


def _snapped(rate: Fraction) -> Fraction:
    """The standard rate that a rounded number means: 2997/100 is 30000/1001."""
    nearest = min(STANDARD, key=lambda c: abs(c / rate - 1))
    return nearest if abs(nearest / rate - 1) <= _SAME_RATE else rate


def _deviation(ticks: NDArray[np.int64], time_base: Fraction, rate: Fraction) -> Fraction:
    """Half the spread between times and the grid of `rate`, in seconds: the largest error of the best-placed grid.

    Exact where 64 bits hold it, which is everywhere but in absurd files; there it is off by far less than a tick.
    """
    step = 1 / (rate * time_base)  # ticks per frame
    num, den = step.numerator, step.denominator
    n = len(ticks)
    if max(int(ticks[-1]) * den, n * num) < 2**62:
        error = ticks * den - np.arange(n, dtype=np.int64) * num
        return Fraction(int(error.max()) - int(error.min()), 2 * den) * time_base
    wide = ticks.astype(np.longdouble) - np.arange(n, dtype=np.longdouble) * np.longdouble(num) / np.longdouble(den)
    return Fraction(float(wide.max() - wide.min())) / 2 * time_base
