"""Which beep belongs to which flash: the offsets that most of them share, as a straight line or as levels with jumps."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from media_pipeline.core.checks.sync_map.lines import Floats

REACH = 1.2  # seconds
EXACT = 4e-3  # seconds that events of one line may stray
STEEPEST = 0.1
SHARE = 0.6  # of the flashes must have their beep
MOST_PAIRS = 240
FEWEST_OF_A_LEVEL = 2
LEVELS = 8


@dataclass(frozen=True)
class Group:
    """Pairs (picture, tone) on one line: `offset` seconds at moment 0 of the film (positive: sound late), growing by `slope`
    per second; `spread`: root mean square distance from it."""

    pairs: tuple[tuple[int, int], ...]
    offset: float
    slope: float
    spread: float

    def at(self, moment: float) -> float:
        return self.offset + self.slope * moment


def groups(pictures: Floats, tones: Floats, frame: float) -> list[Group]:
    """Lines in the order of time; [] where too few of the flashes have a beep. `frame`: seconds of one."""
    if len(pictures) < 2 or len(tones) < 2:
        return []
    candidates = _candidates(pictures, tones)
    for tolerance in (EXACT, frame / 2):
        needed = max(3, SHARE * len(pictures), SHARE * min(len(tones), len(pictures)))
        if tolerance > EXACT:
            needed = max(needed, 5)
        line = _best(candidates, pictures, tones, tolerance, level=False)
        if line is not None and len(line.pairs) >= needed:
            return [line]
        levels = _levels(candidates, pictures, tones, min(tolerance, EXACT * 2))
        if len(levels) > 1 and sum(len(one.pairs) for one in levels) >= needed:
            return levels
    two = _best(candidates, pictures, tones, EXACT, level=True)
    if two is not None and len(two.pairs) == len(pictures) == len(tones) == 2:
        return [two]
    return []


def _candidates(pictures: Floats, tones: Floats) -> list[tuple[int, int]]:
    """Pairs within reach, nearest first where there are too many."""
    pairs = []
    for i, moment in enumerate(pictures.tolist()):
        low, high = np.searchsorted(tones, [moment - REACH, moment + REACH])
        pairs += [(abs(float(tones[j]) - moment), i, j) for j in range(int(low), int(high))]
    pairs.sort()
    return sorted((i, j) for _, i, j in pairs[:MOST_PAIRS])


def _best(candidates: list[tuple[int, int]], pictures: Floats, tones: Floats, tolerance: float, *, level: bool) -> Group | None:
    """The line (or level) that most pairs share; of equals the flatter one, then the nearest."""
    if not candidates:
        return None
    first = np.array([i for i, _ in candidates])
    times = pictures[first]
    offsets = np.array([tones[j] for _, j in candidates]) - times
    trials = {(float(offset), 0.0) for offset in offsets}
    if not level:
        for a in range(len(candidates)):
            later = np.flatnonzero(times > times[a])
            slopes = (offsets[later] - offsets[a]) / (times[later] - times[a])
            # Long baselines only: a short one makes a slope of noise.
            far = later[(np.abs(slopes) <= STEEPEST) & (times[later] - times[a] >= 0.3 * np.ptp(pictures))]
            trials |= {
                (float(offsets[a] - slope * times[a]), float(slope))
                for slope in ((offsets[far] - offsets[a]) / (times[far] - times[a])).tolist()
            }
    best: tuple[tuple[float, float, float], tuple[float, float]] | None = None
    for offset, slope in sorted(trials)[:20_000]:
        near = np.abs(offsets - offset - slope * times) <= tolerance
        count = len(np.unique(first[near]))
        rank = (float(count) - (0.5 if slope else 0.0), -abs(offset + slope * float(times.mean())), -abs(slope))
        if best is None or rank > best[0]:
            best = rank, (offset, slope)
    assert best is not None
    return _fitted(candidates, times, offsets, best[1], tolerance, level=level)


def _fitted(
    candidates: list[tuple[int, int]],
    times: Floats,
    offsets: Floats,
    line: tuple[float, float],
    tolerance: float,
    *,
    level: bool,
) -> Group:
    """Least squares through the nearest beep of each flash on the line."""
    off = np.abs(offsets - line[0] - line[1] * times)
    chosen: dict[int, int] = {}
    for k in np.flatnonzero(off <= tolerance).tolist():
        i = candidates[k][0]
        if i not in chosen or off[k] < off[chosen[i]]:
            chosen[i] = k
    kept = sorted(chosen.values())
    t, d = times[kept], offsets[kept]
    middle = float(t.mean())
    across = t - middle
    power = float(across @ across)
    slope = float(across @ d) / power if power > 0 and not level and len(kept) > 2 else 0.0
    rest = d - float(d.mean()) - slope * across
    offset = float(d.mean()) - slope * middle
    return Group(tuple(candidates[k] for k in kept), offset, slope, float(np.sqrt(np.mean(rest * rest))))


def _levels(candidates: list[tuple[int, int]], pictures: Floats, tones: Floats, tolerance: float) -> list[Group]:
    """Constant offsets one behind the other: each of two events at least, none among another's."""
    left, found = list(candidates), []
    for _ in range(LEVELS):
        group = _best(left, pictures, tones, tolerance, level=True)
        if group is None or len(group.pairs) < FEWEST_OF_A_LEVEL:
            break
        found.append(group)
        used = {i for i, _ in group.pairs}
        left = [pair for pair in left if pair[0] not in used]
    found.sort(key=lambda group: group.pairs[0][0])
    if any(before.pairs[-1][0] > after.pairs[0][0] for before, after in pairwise(found)):
        return []
    return found
