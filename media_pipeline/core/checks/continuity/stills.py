"""Pictures that show the one before again: single repeats, their rhythm, and freezes.

An encoder rarely leaves a repeat exactly as it was, and skips small movement: so a picture counts as still by how little it
changes against what usually changes around it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

AROUND = 12  # frames to either side that say what is usual
USUAL = 80  # percentile: in animation on fours only every fourth picture moves
STILL = 0.12  # of the usual change; repeats behind strong encoders: 0 to 0.1, the slowest frame of a handheld pan: 0.2
NEARLY = 0.35  # of the usual change: an encoder that sharpens a still picture, or begins a group within it
SETTLED = 0.6  # of a freeze's frames are still, the others nearly
TOUCHED = 0.5  # of the usual change, behind a freeze: its last picture, coded anew
MENDED = 0.65  # likewise, in a single picture between still ones: the encoder mends what it left out
CREPT, CAUGHT = 0.25, 2.0  # of the usual change: what a hung picture still does, and what it then makes up for
FULL_PACE, ONE_STEP = 0.8, 1.2  # of the usual change: nothing slowed down before a freeze; at most one step
STRONG, EVEN = 1.5, 0.7  # levels; of the middle change, and no more than its inverse
VERY_EVEN, HALF = 0.85, 0.5  # likewise: so even a movement never halves its step by itself
TOWARDS = 0.1  # of the way to the picture behind it that a repeat coded anew may seem to go: up to 0.05 behind eight encoders
EXACT = 0.02  # levels: nothing but rounding
MOVES = 0.3  # levels of usual change below which nothing is called moving
REACH = 75  # frames from which on a movement no longer says what a freeze must be quieter than
LONG = 50  # frames to either side that tell a moving shot from held animation
LONGEST_REPEAT = 3  # frames; from four on it is a freeze
_BLOCK = 16_384
_POINTS = 160 * 90  # of fingerprint.RECORD

Floats = NDArray[np.float32]


def _halfway(frame: int) -> float:
    return 0.5


@dataclass(frozen=True)
class Motion:
    """Of every frame. `usual`: what usually changes around it; `share`: of the samples that usually move there."""

    change: Floats
    usual: Floats
    share: Floats
    still: NDArray[np.bool_]
    quiet: NDArray[np.bool_]  # still, or nothing around it moves at all
    nearly: NDArray[np.bool_]  # quiet, or as little changes as an encoder may do to a still picture
    towards: Callable[[int], float] = _halfway  # the share of the way to the next picture that a frame has gone


def motion(
    change: Floats,
    moved: NDArray[np.uint16],
    towards: Callable[[int], float] = _halfway,
    beat: Callable[[], None] = lambda: None,
) -> Motion:
    """`change`, `moved`: of fingerprint.RECORD; `towards`: the share of the way to the next picture that a frame has gone.
    Works in blocks; frame 0 is never still."""
    usual = _rolling(np.asarray(change, np.float32), beat)
    share = _rolling(np.asarray(moved, np.float32) / np.float32(_POINTS), beat)
    part = np.asarray(moved, np.float32) / np.float32(_POINTS)
    still = (usual >= MOVES) & (change <= STILL * usual) & (part <= STILL * np.maximum(share, 0.02))
    still |= (change <= EXACT) & (part <= 0.0005)
    still[_recoded(change, usual, towards)] = True
    quiet = still | (usual < MOVES) & (change < MOVES)  # inside a long freeze nothing usual is left to measure by
    nearly = quiet | (change <= NEARLY * _highest(usual, REACH))
    within = _highest(usual, AROUND)  # amid a freeze what is usual was spoilt by its still pictures
    touched = np.flatnonzero(still[:-2] & (change[1:-1] <= MENDED * within[1:-1]) & still[2:]) + 1
    nearly[touched] = True
    still[:1] = quiet[:1] = nearly[:1] = False
    return Motion(np.asarray(change, np.float32), usual, share, still, quiet, nearly, towards)


def _recoded(change: Floats, usual: Floats, towards: Callable[[int], float]) -> list[int]:
    """Repeats whose picture was coded anew, so that its grain is another: little changes against an even movement, and what
    does change leads nowhere. A picture that a weak encoder leaves behind goes a part of the way."""
    made = []
    for n in np.flatnonzero((usual >= STRONG) & (change <= HALF * usual)).tolist():
        near = np.concatenate([change[max(1, n - 8) : n], change[n + 2 : n + 8]])
        if len(near) < 8 or not _steady(near, EVEN, 1 / EVEN):
            continue
        far = np.concatenate([change[max(1, n - AROUND) : n], change[n + 2 : n + AROUND]])
        most = HALF if far.min() >= VERY_EVEN * np.median(far) and far.max() <= np.median(far) / VERY_EVEN else NEARLY
        if change[n] <= most * np.median(near) and towards(n) <= TOWARDS:
            made.append(n)
    return made


def _highest(values: Floats, reach: int) -> Floats:
    """The largest within `reach` to either side."""
    made, done = np.array(values), 0
    while done < reach and done < len(values) - 1:
        step = min(done + 1, reach - done)
        ahead, behind = made[step:].copy(), made[:-step].copy()
        np.maximum(made[:-step], ahead, out=made[:-step])
        np.maximum(made[step:], behind, out=made[step:])
        done += step
    return made


def _rolling(values: Floats, beat: Callable[[], None]) -> Floats:
    """The USUAL percentile over AROUND frames to either side."""
    width = 2 * AROUND + 1
    if len(values) < width:
        return np.full(len(values), np.percentile(values, USUAL) if len(values) else 0, np.float32)
    padded = np.pad(values, AROUND, mode="reflect")
    made = np.empty(len(values), np.float32)
    rank = (width - 1) * USUAL // 100
    for first in range(0, len(values), _BLOCK):
        beat()
        stop = min(len(values), first + _BLOCK)
        windows = np.lib.stride_tricks.sliding_window_view(padded[first : stop + 2 * AROUND], width)
        made[first:stop] = np.partition(windows, rank, axis=1)[:, rank]
    return made


@dataclass(frozen=True)
class Run:
    """Frames first … first + count - 1 show the picture before them.

    `before`, `after`: the usual (median) change of up to AROUND frames there, 0 where there are fewer than four; `share`: of
    the samples that usually move; `entry`, `exit`: the change of the last picture before it and of the first one behind,
    in units of these; `even`: the frames around move steadily, before and behind a freeze each by itself; `held`: the share of
    still frames within LONG to either side.
    """

    first: int
    count: int
    before: float
    after: float
    share: float
    entry: float
    exit: float
    even: bool
    held: float


def runs(seen: Motion) -> list[Run]:
    """Every run of still frames; of a freeze, with what an encoder changed in the still picture."""
    count = np.concatenate([[0], np.cumsum(seen.still, dtype=np.int64)])
    quiet = np.concatenate([[0], np.cumsum(seen.quiet, dtype=np.int64)])
    full = seen.change >= FULL_PACE * seen.usual
    edges = _edges(seen.nearly)
    nearly = [(_unmended(seen, first, stop), stop) for first, stop in edges]
    settled = [(f, s) for f, s in nearly if s - f >= 2 and quiet[s] - quiet[f] >= SETTLED * (s - f)]
    ends = {stop for _, stop in settled}
    settled += [(first, stop) for first, stop in edges if stop not in ends and _hung(seen, full, first, stop)]
    # A short run may be the end of a freeze, or its beginning.
    begun = [(_begun(seen, full, first), stop + _coded_anew(seen, full, stop)) for first, stop in settled]
    long = [(first, stop) for first, stop in begun if stop - first > LONGEST_REPEAT]
    frozen = np.zeros(len(seen.still), bool)
    for first, stop in long:
        frozen[first:stop] = True
    return [_run(seen, count, first, stop) for first, stop in sorted([*long, *_edges(seen.still & ~frozen)])]


def _hung(seen: Motion, full: NDArray[np.bool_], first: int, stop: int) -> bool:
    """A picture that stands still though it creeps: some encoders spread the step before it and the one behind it over all of
    the pictures between. All together they hardly move, right behind full pace, and the next one makes up for it."""
    if stop - first <= LONGEST_REPEAT or stop >= len(full) or first < 2 or not full[first - 1]:
        return False
    usual = float(seen.usual[first - 1])
    crept = float(seen.change[first:stop].sum()) <= CREPT * usual * (stop - first)
    return crept and usual >= STRONG and float(seen.change[stop]) >= CAUGHT * usual


def _unmended(seen: Motion, first: int, stop: int) -> int:
    """The first picture that is quite still, if only one or two before it are not: whether those belong to the freeze is told
    by the movement before them (_begun), not by how still they are."""
    for at in range(first, min(first + 3, stop)):
        if seen.quiet[at]:
            return at
    return first


def _begun(seen: Motion, full: NDArray[np.bool_], first: int) -> int:
    """Where a freeze began: one or two pictures earlier, if those were at half pace right after full pace. An encoder mends the
    first still picture, or spreads the last step over the pictures that it makes of both sides."""
    for count in (0, 1, 2):
        if first - count >= 2 and full[first - count - 1]:
            step = float(seen.change[first - count : first].sum())
            return first - count if step <= ONE_STEP * float(seen.usual[first - 1]) else first
    return first


def _coded_anew(seen: Motion, full: NDArray[np.bool_], stop: int) -> bool:
    """Whether the picture behind a freeze is its last one, coded anew (as a key picture, say): it changes by half a step at
    most, leads nowhere, and full pace follows at once. What starts to move goes a part of the way."""
    if stop + 1 >= len(full) or not full[stop + 1]:
        return False
    return bool(seen.change[stop] <= TOUCHED * seen.usual[stop]) and seen.towards(stop) <= TOWARDS


def _edges(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first, stop) of each run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(first), int(stop)) for first, stop in edges.reshape(-1, 2)]


def _run(seen: Motion, count: NDArray[np.int64], first: int, stop: int) -> Run:
    n = len(seen.change)
    # Frame 0 changes from nothing; the first one behind a freeze takes up all that was left out.
    left, right = seen.change[max(1, first - AROUND) : first], seen.change[stop + 1 : stop + 1 + AROUND]
    before = float(np.median(left)) if len(left) >= 4 else 0.0
    after = float(np.median(right)) if len(right) >= 4 else 0.0
    still_near = int(count[first] - count[max(0, first - 8)] + count[min(n, stop + 8)] - count[stop])
    if stop - first > LONGEST_REPEAT:
        even = still_near == 0 and all(_steady(side, EVEN, 1.5) for side in (left[-8:], right[:8]))
    else:
        even = still_near == 0 and _steady(np.concatenate([left[-8:], right[:8]]), 0.4, 2.5)
    low, high = max(0, first - LONG), min(n, stop + LONG)
    others = (first - low) + (high - stop)
    held = float(count[first] - count[low] + count[high] - count[stop]) / max(others, 1)
    return Run(
        first,
        stop - first,
        before,
        after,
        float(seen.share[first]) if stop - first <= LONGEST_REPEAT else _share(seen, first, stop),
        float(seen.change[first - 1]) / before if first > 1 and before > 0 else 0.0,
        float(seen.change[stop]) / after if stop < n and after > 0 else 0.0,
        even,
        held,
    )


def _steady(near: Floats, low: float, high: float) -> bool:
    """Whether no change falls below so much of the middle one, and few rise above so much of it."""
    middle = float(np.median(near)) if len(near) >= 4 else 0.0
    return bool(middle > 0 and near.min() >= low * middle and np.percentile(near, 85) <= high * middle)


def _share(seen: Motion, first: int, stop: int) -> float:
    """Of the samples that usually move beside a freeze."""
    n = len(seen.share)
    sides = [float(seen.share[max(0, first - AROUND)])]
    if stop + AROUND < n:
        sides.append(float(seen.share[stop + AROUND]))
    return min(sides)


@dataclass(frozen=True)
class Rhythm:
    """Single repeats every `period` frames from `first` over `count` frames; `repeats` of them; `usual` change around."""

    first: int
    count: int
    period: int
    repeats: int
    usual: float


LONGEST_PERIOD = 400
MISSED = 3  # periods that one may be overlooked or lie in a still
LEAST_REPEATS = 4
LEAST_FAR = 3  # where they are at least FAR frames apart: hardly by chance
FAR = 20


def rhythms(found: Sequence[Run]) -> list[Rhythm]:
    """Stretches in which single repeats keep to one period."""
    single = [run for run in found if run.count <= LONGEST_REPEAT]
    made: list[Rhythm] = []
    at = 0
    while at + 2 < len(single):
        period, chain = _longest_chain(single, at)
        if len(chain) >= LEAST_REPEATS or (period >= FAR and _hardly_by_chance(chain, period)):
            last = chain[-1]
            period = _film_in_video(single, chain, period)
            usual = float(np.median([max(run.before, run.after) for run in chain]))
            made.append(Rhythm(chain[0].first, last.first + last.count - chain[0].first, period, len(chain), usual))
            at += len(chain) - 1
        else:
            at += 1
    return made


def _film_in_video(single: Sequence[Run], chain: Sequence[Run], period: int) -> int:
    """Five, if several repeats beside these keep to every fifth picture too, and none does not: of pulldown that was blended or
    deinterlaced only some pictures stand quite still."""
    near = [run.first - chain[0].first for run in single if abs(run.first - chain[-1].first) <= LONG + period]
    beside = sum(distance % period != 0 for distance in near)
    return 5 if period % 5 == 0 and beside >= 2 and all(distance % 5 == 0 for distance in near) else period


def _hardly_by_chance(chain: Sequence[Run], period: int) -> bool:
    """Three in a row; if one between them was overlooked, each amid an even movement: a shaky camera stops now and then."""
    whole = all(after.first - before.first == period for before, after in pairwise(chain))
    return len(chain) >= LEAST_FAR and (whole or all(run.even for run in chain))


def _longest_chain(single: Sequence[Run], at: int) -> tuple[int, list[Run]]:
    """The period, among the next few distances, that most repeats from this one on keep to: the first distance alone may be
    several periods, where a strong encoder smoothed some repeats away."""
    near = single[at : at + MISSED + 2]
    distances = {after.first - before.first for before, after in pairwise(near)}
    chains = [(period, _chain(single, at, period)) for period in distances if period <= LONGEST_PERIOD]
    return max(chains, key=lambda one: (len(one[1]), one[0]), default=(0, []))


def _chain(single: Sequence[Run], at: int, period: int) -> list[Run]:
    chain = [single[at]]
    for run in single[at + 1 :]:
        gap = run.first - chain[-1].first
        if gap % period or gap > MISSED * period:
            break
        chain.append(run)
    return chain
