"""When a recording passes from one delay to another: the moment at which switching explains it best."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.sync_map.excerpt import excerpt
from media_pipeline.core.checks.sync_map.lines import Floats, Line

LONGEST = 30.0  # seconds that are searched at most
_SURE = 1.0  # seconds at either end that are known to have their side's delay
_AROUND = 0.05  # seconds over which the difference that is left is taken as one noise
_ROUNDING = 1.0  # samples of 16 bits: what rounding both recordings leaves, in a silence too
_EVERYWHERE = 0.01  # of the noise at both ends, at least: codecs leave a little everywhere, if not at this very moment
_MOST_COLOUR = 0.95
_SURELY = 0.999  # that the moment lies in the range
_MARGIN = 0.1  # seconds on either side of it: an echo in another mix goes on for about as long
_DOUBT = 3.0  # times less than that is believed for the range: another mix is no mere noise


@dataclass(frozen=True)
class Crossover:
    """Seconds: the likeliest moment, and between which it may lie."""

    moment: float
    low: float
    high: float


def crossover(late: NDArray[np.int16], early: NDArray[np.int16], before: Line, after: Line, *, rate: int) -> Crossover:
    """When `late` passes from the delay of `before` to that of `after`.

    The likelihood of each moment, all else being noise: what is heard up to it is the reference by the one delay, from then
    on by the other (change point of known signals, Page 1954). The noise is as strong, from place to place, as what the better
    of the two leaves over there: codecs, other mixes and other voices differ most where it is loud, and a pause tells as much
    as speech. Told is the median of the likelihood, since in a silence one moment is as good as the next.
    """
    begin = before.end - _SURE
    span = after.begin + _SURE - begin
    if span > LONGEST:
        return Crossover((before.end + after.begin) / 2, before.end, after.begin)
    count, first, sure = round(span * rate), round(begin * rate), round(_SURE * rate)
    mine = excerpt(late, first, count).astype(np.float64)
    sides = [
        excerpt(early, first - side.at(first / rate) * rate, count, 1 - side.slope).astype(np.float64)
        for side in (before, after)
    ]
    ends = (slice(0, sure), slice(count - sure, count))
    power = sum(float(side[end] @ side[end]) for side, end in zip(sides, ends, strict=True))
    gain = sum(float(mine[end] @ side[end]) for side, end in zip(sides, ends, strict=True)) / max(power, 1e-9)
    left = [mine[end] - gain * side[end] for side, end in zip(sides, ends, strict=True)]
    colour = _colour(left)
    old, new = (_whitened(mine - gain * side, colour) ** 2 for side in sides)
    usual = float(np.mean([side[end].mean() for side, end in zip((old, new), ends, strict=True)]))
    there = np.minimum(_smooth(old, rate), _smooth(new, rate)) + _EVERYWHERE * usual
    noise = np.maximum(there, (1 + colour**2) * _ROUNDING**2)
    score = np.concatenate([[0.0], np.cumsum((new - old) / (2 * noise))])
    (middle,) = _moments(score, 0.5)
    low, high = _moments(score / _DOUBT, (1 - _SURELY) / 2, (1 + _SURELY) / 2)
    return Crossover((first + middle) / rate, (first + low) / rate - _MARGIN, (first + high) / rate + _MARGIN)


def _moments(score: Floats, *shares: float) -> list[int]:
    """Where these shares of the likelihood lie before."""
    likely = np.cumsum(np.exp(score - score.max()))
    found: list[int] = np.searchsorted(likely, np.array(shares) * likely[-1]).tolist()
    return found


def _colour(parts: list[Floats]) -> float:
    """How much each sample of a noise follows the one before: 0 of white noise."""
    power = sum(float(part @ part) for part in parts)
    return float(np.clip(sum(float(part[1:] @ part[:-1]) for part in parts) / max(power, 1e-9), 0, _MOST_COLOUR))


def _whitened(noise: Floats, colour: float) -> Floats:
    """The same without what follows from the sample before: two taps, that nothing loud rings into a pause."""
    made = noise.copy()
    made[1:] -= colour * noise[:-1]
    return made


def _smooth(power: Floats, rate: int) -> Floats:
    width = max(1, round(_AROUND * rate))
    return np.convolve(power, np.ones(width) / width, "same")
