"""Sound against picture, both measured against a reference: e(t) = the sound's delay less the picture's.

What was edited on purpose moves both and leaves e as it was; so e shows faults only. Positive: the sound is late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from media_pipeline.core.checks.sync_map.clock import PictureDelay
from media_pipeline.core.checks.sync_map.lines import Floats, Line, fit, isolated
from media_pipeline.core.checks.sync_map.sound import WINDOW, SoundMap

_NEAR = 1.5  # seconds beyond the last good points of two lines within which what parts them is looked for


@dataclass(frozen=True)
class PictureChange:
    """At `moment` (between `low` and `high`), the picture's delay grows by `size`; all in seconds. `frames`: the same."""

    moment: float
    low: float
    high: float
    size: float
    frames: int


@dataclass(frozen=True)
class Step:
    """Sound and picture part by `size` seconds more than before. `sound`, `picture`: what either moved there."""

    moment: float
    low: float
    high: float
    size: float
    sound: float
    picture: float


@dataclass(frozen=True)
class SyncMap:
    """`times`, `errors`: e(t) in seconds; `lines` through them; `steps` between the lines."""

    times: Floats
    errors: Floats
    lines: list[Line]
    steps: list[Step]


def sync_map(sound: SoundMap, picture: PictureDelay | None, changes: Sequence[PictureChange]) -> SyncMap:
    """`picture`: None if the reference has none; then its sound counts as beginning with the first frame."""
    if picture is None:
        times, errors = sound.times, sound.delays
    else:
        shown = [picture.steady(moment, WINDOW / 2) for moment in sound.times.tolist()]
        keep = np.array([one is not None for one in shown], bool)
        times = sound.times[keep]
        errors = sound.delays[keep] - np.array([one for one in shown if one is not None], np.float64)
    if len(times):
        good = ~isolated(times, errors)
        times, errors = times[good], errors[good]
    lines = fit(times, errors)
    steps = [_step(left, right, sound, changes) for left, right in pairwise(lines)]
    return SyncMap(times, errors, lines, steps)


def _step(left: Line, right: Line, sound: SoundMap, changes: Sequence[PictureChange]) -> Step:
    """What parts two lines: the sound's jumps and the picture's changes between them."""
    begin, end = left.end - _NEAR, right.begin + _NEAR
    jumps = [jump for jump in sound.jumps if begin <= jump.where.moment <= end]
    seen = [change for change in changes if begin <= change.moment <= end]
    moved, shown = sum(jump.size for jump in jumps), sum(change.size for change in seen)
    middle = (left.end + right.begin) / 2
    size = right.at(middle) - left.at(middle)
    spots = [(jump.where.moment, jump.where.low, jump.where.high) for jump in jumps if abs(jump.size) > 1e-3]
    if not spots or abs(shown + size) < abs(moved - size):  # the picture explains it better than the sound does
        spots = [(change.moment, change.low, change.high) for change in seen] or spots
    moment, low, high = spots[0] if len(spots) == 1 else (middle, left.end, right.begin)
    if spots and len(spots) > 1:
        moment, low, high = spots[0][0], min(spot[1] for spot in spots), max(spot[2] for spot in spots)
    return Step(moment, low, high, right.at(moment) - left.at(moment), moved, shown)
