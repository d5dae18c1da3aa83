"""A piecewise straight line through measured delays: as few pieces as the noise allows, found exactly."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SHORTEST = 3  # points of a piece
PENALTY = 30.0  # in units of the noise's variance, for each further piece (2 parameters and a border; ln n is about 7)
LEAST_NOISE = 2e-5  # seconds: what interpolation between samples leaves
LEAST_JUMP = 2e-3  # seconds: less is joined again; nobody hears it and codecs wander as much


@dataclass(frozen=True)
class Line:
    """Delay over time: `delay` at the moment `middle`, growing by `slope` per second, between `begin` and `end` (seconds).

    `first`, `last`: the points it was laid through, last included. `spread`: their root mean square distance from it."""

    first: int
    last: int
    begin: float
    end: float
    middle: float
    delay: float
    slope: float
    spread: float

    def at(self, moment: float) -> float:
        return self.delay + self.slope * (moment - self.middle)

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def isolated(times: Floats, delays: Floats, tolerance: float = 5e-3) -> NDArray[np.bool_]:
    """Points that have no companion: fewer than two of the three on either side lie within the tolerance, which widens by a
    thousandth of the distance in time."""
    count = len(delays)
    friends = np.zeros(count, np.int64)
    for shift in (1, 2, 3):
        if shift >= count:
            break
        near = np.abs(delays[shift:] - delays[:-shift]) <= tolerance + 1e-3 * (times[shift:] - times[:-shift])
        friends[shift:] += near
        friends[:-shift] += near
    return friends < min(2, count - 1)


def noise_of(delays: Floats) -> float:
    """Standard deviation of single delays, from second differences: neither offset nor drift is in it, jumps hardly."""
    if len(delays) < 5:
        return LEAST_NOISE
    bend = delays[:-2] - 2 * delays[1:-1] + delays[2:]
    return max(LEAST_NOISE, 1.4826 * float(np.median(np.abs(bend))) / 6**0.5)


def fit(times: Floats, delays: Floats, *, noise: float | None = None) -> list[Line]:
    """The cheapest lines: squared distances over the noise's variance plus PENALTY for each (optimal partitioning, Jackson et
    al. 2005, exact). Borders that neither jump nor bend worth telling are taken out again. Points must be free of isolated
    ones."""
    count = len(times)
    if count == 0:
        return []
    sigma = noise_of(delays) if noise is None else max(noise, LEAST_NOISE)
    origin_t, origin_d = float(times.mean()), float(delays.mean())
    t, d = times - origin_t, (delays - origin_d) / sigma
    sums = [np.concatenate([[0.0], np.cumsum(values)]) for values in (np.ones(count), t, d, t * t, t * d, d * d)]
    best = np.full(count + 1, np.inf)
    best[0] = 0.0
    back = np.zeros(count + 1, np.int64)
    for end in range(min(SHORTEST, count), count + 1):
        starts = np.arange(0, max(1, end - SHORTEST + 1))
        n, st, sd, stt, std, sdd = (values[end] - values[starts] for values in sums)
        spread_t = np.maximum(stt - st * st / n, 1e-12)
        shared = std - st * sd / n
        error = np.maximum(sdd - sd * sd / n - shared * shared / spread_t, 0.0)
        total = best[starts] + error + PENALTY
        back[end] = start = int(np.argmin(total))
        best[end] = total[start]
    borders: list[int] = [count]
    while borders[-1] > 0:
        borders.append(int(back[borders[-1]]))
    borders.reverse()
    return _joined(times, delays, borders)


def _joined(times: Floats, delays: Floats, borders: list[int]) -> list[Line]:
    """Lines between the borders, without those borders that mean nothing: the weakest goes first."""
    while True:
        lines = [line(times, delays, first, last - 1) for first, last in pairwise(borders)]
        steps = [_step(times, delays, *pair) for pair in pairwise(lines)]
        if not steps or min(steps) >= LEAST_JUMP:
            return lines
        del borders[1 + int(np.argmin(steps))]


def _step(times: Floats, delays: Floats, left: Line, right: Line) -> float:
    """What is lost by taking two lines for one: how far the common line is from the smoothed points of either."""
    both = line(times, delays, left.first, right.last)
    inner = (times[left.last] + times[right.first]) / 2
    moments = (left.begin, inner, right.end)
    off = max(
        abs(one.at(m) - both.at(m)) for one, m in ((left, moments[0]), (left, inner), (right, inner), (right, moments[2]))
    )
    return max(off, abs(left.at(inner) - right.at(inner)))


def line(times: Floats, delays: Floats, first: int, last: int) -> Line:
    """The straight line through the points first … last: least squares, twice, the second time without what is more than
    four times the median distance off."""
    t, d = times[first : last + 1], delays[first : last + 1]
    keep = np.ones(len(t), bool)
    middle = delay = slope = 0.0
    for _ in range(2):
        middle, delay = float(t[keep].mean()), float(d[keep].mean())
        across = t[keep] - middle
        power = float(np.dot(across, across))
        slope = float(np.dot(across, d[keep])) / power if power > 0 else 0.0
        off = np.abs(d - delay - slope * (t - middle))
        good = off <= 4 * max(1.4826 * float(np.median(off)), LEAST_NOISE)
        if good.sum() < max(2, len(t) // 2):
            break
        keep = good
    rest = d[keep] - delay - slope * (t[keep] - middle)
    spread = float(np.sqrt(np.mean(rest * rest)))
    return Line(first, last, float(t[0]), float(t[-1]), middle, delay, slope, spread)
