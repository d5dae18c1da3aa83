"""Which frame of another film each frame of this one shows: the cheapest path through the shifts (Viterbi 1967)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.sync_map.candidates import Block
from media_pipeline.core.checks.sync_map.looks import UNLIKE, Looks, distance, looks
from media_pipeline.core.frame_map import Stretch

NOTHING = np.iinfo(np.int64).min  # instead of a shift: the frame shows nothing of the other film
SWITCH = 14.0  # what a change costs, in units of the usual difference of matching pictures
MOST_OF_A_FRAME = 6.0  # evidence of a single frame at most: one spoilt picture moves nothing
OUTSIDE = 4.0  # instead of a difference: the other film has no such frame
LEAST_NOISE = 0.012  # difference that the rounding to levels alone makes
UNEQUAL = 2.0  # times the difference of the run beside: other pictures
DOUBT = 5.0  # a place whose path costs so much more may still be the right one
_SECONDS_OF_NOISE = 2  # blocks to either side


@dataclass(frozen=True)
class Run(Stretch):
    """`difference`: the usual one of its pictures from the other film's (looks.distance)."""

    difference: float = 0.0


def follow(
    mine: NDArray[np.uint8], other: NDArray[np.uint8], blocks: Sequence[Block], beat: Callable[[], None] = lambda: None
) -> list[Run]:
    """The runs of constant shift, in order, covering all of `mine`."""
    if not blocks:
        return []
    raw = [_distances(mine, other, block, beat) for block in blocks]
    noise = _noise([one.min(axis=1) for one in raw])
    costs = [_costs(one, level) for one, level in zip(raw, noise, strict=True)]
    path = _path(blocks, costs, beat)
    edges = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), len(path)]
    runs: list[Run] = []
    lookup = _Lookup(blocks, costs, raw)
    for number, (first, last) in enumerate(pairwise(edges)):
        shift = int(path[first])
        low = high = first
        if number:
            before = edges[number - 1]
            low, high = lookup.doubt(before, first, last, int(path[first - 1]), shift)
        usual = lookup.usual(first, last, shift)
        runs.append(Run(first, last - first, None if shift == NOTHING else shift, low, high, usual))
    return _ended(runs, len(other))


def _ended(runs: list[Run], other: int) -> list[Run]:
    """The same, where one of the two films goes on beyond the other's end (or begins before it): what comes there is none of
    its pictures, only more like some of them than like nothing."""
    made = list(runs)
    for end, beside in ((-1, -2), (0, 1)):
        if len(made) < 2 or made[end].shift is None or (shift := made[beside].shift) is None:
            continue
        one, known = made[end], made[beside]
        used_up = known.first + known.count - shift == other if end else known.first == shift
        if used_up and one.difference > UNEQUAL * max(known.difference, LEAST_NOISE):
            made[end] = replace(one, shift=None, difference=1.0)
    return made


def _distances(
    mine: NDArray[np.uint8], other: NDArray[np.uint8], block: Block, beat: Callable[[], None]
) -> NDArray[np.float32]:
    """Shape (frames, shifts); OUTSIDE beyond the other film's ends."""
    beat()
    shown = looks(np.asarray(mine[block.first : block.last]))
    found = np.full((len(shown), len(block.shifts)), OUTSIDE, np.float32)
    known: dict[int, Looks] = {}
    frames = np.arange(block.first, block.last)
    low, high = int(block.first - block.shifts[-1]), int(block.last - block.shifts[0])
    if high - low <= 4 * len(shown) + 200:  # shifts close together: read what they need in one go
        start, stop = max(0, low), min(len(other), high)
        table = looks(np.asarray(other[start:stop])) if stop > start else None
        for column, shift in enumerate(block.shifts.tolist()):
            there = frames - shift
            inside = (there >= 0) & (there < len(other))
            if table is not None and inside.any():
                found[inside, column] = distance(shown[inside], table[there[inside] - start])
        return found
    for column, shift in enumerate(block.shifts.tolist()):
        start, stop = max(0, block.first - shift), min(len(other), block.last - shift)
        if stop <= start:
            continue
        begin = start // 64 * 64
        parts = []
        for chunk in range(begin, stop, 64):
            if chunk not in known:
                known[chunk] = looks(np.asarray(other[chunk : chunk + 64]))
            parts.append(known[chunk])
        table = np.concatenate(parts)[start - begin : stop - begin]
        rows = slice(start + shift - block.first, stop + shift - block.first)
        found[rows, column] = distance(shown[rows], table)
    return found


def _noise(smallest: Sequence[NDArray[np.float32]]) -> list[float]:
    """The usual difference of matching pictures around each block: medians over the blocks beside it."""
    middles = np.array([float(np.median(one)) for one in smallest])
    reach = _SECONDS_OF_NOISE
    return [
        float(np.clip(np.median(middles[max(0, k - reach) : k + reach + 1]), LEAST_NOISE, UNLIKE / 3))
        for k in range(len(middles))
    ]


def _costs(raw: NDArray[np.float32], noise: float) -> NDArray[np.float32]:
    """One column more than shifts, the first: to show nothing of the other film. Each row's smallest is 0."""
    whole: NDArray[np.float32] = np.concatenate([np.full((len(raw), 1), UNLIKE, np.float32), raw], axis=1)
    whole /= noise
    whole -= whole.min(axis=1, keepdims=True)
    np.minimum(whole, MOST_OF_A_FRAME, out=whole)
    whole[:, 1:][raw == OUTSIDE] = 10 * SWITCH
    return whole


def _path(blocks: Sequence[Block], costs: Sequence[NDArray[np.float32]], beat: Callable[[], None]) -> NDArray[np.int64]:
    """The shift of every frame (NOTHING for none)."""
    names = [np.concatenate([[NOTHING], block.shifts]) for block in blocks]
    # Where nothing tells one shift from another (a still), both films begin together.
    total = np.where(names[0] == 0, 0.0, SWITCH)
    # Of each frame: whether each state was entered by a change, and the cheapest state before.
    switched: list[NDArray[np.bool_]] = []
    cheapest: list[int] = []
    carried: list[NDArray[np.int64]] = []  # per block: index in the block before of each of its states, -1: new
    for number, cost in enumerate(costs):
        beat()
        if number:
            place = {int(name): k for k, name in enumerate(names[number - 1].tolist())}
            link = np.array([place.get(int(name), -1) for name in names[number].tolist()], np.int64)
            stay = np.where(link >= 0, total[link], np.inf)
        else:
            link = np.arange(len(names[0]))
            stay = total
        carried.append(link)
        for row in cost:
            best = int(np.argmin(total))
            jump = float(total[best]) + SWITCH
            leave = stay > jump
            switched.append(leave)
            cheapest.append(best)
            total = np.where(leave, jump, stay) + row
            stay = total
    path = np.empty(len(switched), np.int64)
    state = int(np.argmin(total))
    frame = len(switched) - 1
    for number in range(len(costs) - 1, -1, -1):
        for row in range(len(costs[number]) - 1, -1, -1):
            path[frame] = names[number][state]
            if switched[frame][state]:
                state = cheapest[frame]
            elif row == 0:
                state = int(carried[number][state])
            frame -= 1
    return path


class _Lookup:
    """Costs of one shift over many frames, whatever block they are in."""

    def __init__(
        self, blocks: Sequence[Block], costs: Sequence[NDArray[np.float32]], raw: Sequence[NDArray[np.float32]]
    ) -> None:
        self._blocks, self._costs, self._raw = blocks, costs, raw
        self._length = blocks[0].last - blocks[0].first

    def _column(self, number: int, shift: int) -> int:
        """0 for none, -1 if the block does not try this shift."""
        if shift == NOTHING:
            return 0
        at = int(np.searchsorted(self._blocks[number].shifts, shift))
        shifts = self._blocks[number].shifts
        return at + 1 if at < len(shifts) and shifts[at] == shift else -1

    def _cost(self, frame: int, shift: int) -> float:
        number = frame // self._length
        column = self._column(number, shift)
        return MOST_OF_A_FRAME if column < 0 else float(self._costs[number][frame - self._blocks[number].first, column])

    def doubt(self, before: int, border: int, end: int, old: int, new: int) -> tuple[int, int]:
        """Between which frames the change from `old` to `new` at `border` may lie: within the runs on both sides."""
        low = high = border
        more = 0.0
        for frame in range(border - 1, before, -1):  # these frames with the new shift instead
            more += self._cost(frame, new) - self._cost(frame, old)
            if more > 3 * DOUBT:
                break
            if more <= DOUBT:
                low = frame
        more = 0.0
        for frame in range(border, end - 1):  # these with the old one
            more += self._cost(frame, old) - self._cost(frame, new)
            if more > 3 * DOUBT:
                break
            if more <= DOUBT:
                high = frame + 1
        return low, high

    def usual(self, first: int, last: int, shift: int) -> float:
        """Median difference of some of a run's pictures from the other's."""
        if shift == NOTHING:
            return 1.0
        values = []
        for frame in np.unique(np.linspace(first, last - 1, min(last - first, 200)).astype(np.int64)).tolist():
            number = frame // self._length
            column = self._column(number, shift)
            if column > 0:
                values.append(float(self._raw[number][frame - self._blocks[number].first, column - 1]))
        return float(np.median(values)) if values else 1.0
