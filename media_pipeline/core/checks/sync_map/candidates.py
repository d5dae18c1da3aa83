"""Which shifts between two films are worth following, second by second."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.sync_map.looks import coarse

QUERIES = 2  # pictures of a block that are looked for in all of the other film
TOP = 3  # places that each may lie at
NEIGHBOURS = 3  # blocks to either side whose shifts are tried too
AROUND = 2  # frames to either side of each shift
MOST = 40  # shifts of a block
_CHUNK = 64  # queries at once
_READ = 20_000  # pictures of the other film at once
LEAST = 0.6  # correlation of a picture with itself, graded otherwise and with lettering on it


@dataclass(frozen=True)
class Block:
    """Frames first … last - 1 of the film, and the shifts (own frame less the other's) to try there, sorted."""

    first: int
    last: int
    shifts: NDArray[np.int64]


def blocks(
    mine: NDArray[np.uint8],
    other: NDArray[np.uint8],
    *,
    length: int,
    hints: Callable[[int], Sequence[int]] = lambda frame: (),
    beat: Callable[[], None] = lambda: None,
) -> list[Block]:
    """The film in blocks of `length` frames. `hints(frame)`: shifts that something else (the sound) suggests there."""
    firsts = np.arange(0, len(mine), length)
    spots = np.minimum(firsts[:, np.newaxis] + (np.arange(QUERIES) * 2 + 1) * length // (2 * QUERIES), len(mine) - 1)
    votes = _places(mine, other, spots.reshape(-1), beat)
    own: list[Counter[int]] = []
    for number in range(len(firsts)):
        counted: Counter[int] = Counter()
        for query in range(QUERIES):
            for shift, weight in votes[number * QUERIES + query]:
                counted[shift] += weight
        own.append(counted)
    overall: Counter[int] = Counter()
    for counted in own:
        overall.update(counted)
    popular = [shift for shift, _ in overall.most_common(4)]
    made: list[Block] = []
    for number, first in enumerate(firsts.tolist()):
        near: Counter[int] = Counter()
        for other_number in range(max(0, number - NEIGHBOURS), min(len(firsts), number + NEIGHBOURS + 1)):
            near.update(own[other_number])
        best = [shift for shift, _ in near.most_common(8)]
        wanted = [*hints(first + length // 2), *best[:2], 0, popular[0] if popular else 0, *best[2:], *popular]
        shifts: list[int] = []
        for shift in wanted:
            shifts += [one for one in range(shift - AROUND, shift + AROUND + 1) if one not in shifts]
            if len(shifts) >= MOST:
                break
        made.append(Block(first, min(first + length, len(mine)), np.array(sorted(shifts), np.int64)))
    return made


def _places(
    mine: NDArray[np.uint8], other: NDArray[np.uint8], spots: NDArray[np.int64], beat: Callable[[], None]
) -> list[list[tuple[int, int]]]:
    """(shift, weight) of the best places of each queried picture in the other film."""
    step = 1 + len(other) // 200_000
    best = np.full((len(spots), TOP), -1.0, np.float32)
    place = np.zeros((len(spots), TOP), np.int64)
    wanted = coarse(np.asarray(mine[spots]))
    for begin in range(0, len(other), _READ * step):
        shown = coarse(np.asarray(other[begin : begin + _READ * step : step]))
        for at in range(0, len(spots), _CHUNK):
            beat()
            alike = wanted[at : at + _CHUNK] @ shown.T
            for _ in range(TOP):
                top = np.argmax(alike, axis=1)
                rows = np.arange(len(top))
                height = alike[rows, top]
                worst = np.argmin(best[at : at + _CHUNK], axis=1)
                better = height > best[at + rows, worst]
                best[at + rows[better], worst[better]] = height[better]
                place[at + rows[better], worst[better]] = begin + top[better] * step
                for row, column in enumerate(top.tolist()):
                    alike[row, max(0, column - 3) : column + 4] = -1
    found: list[list[tuple[int, int]]] = []
    for number, spot in enumerate(spots.tolist()):
        order = np.argsort(-best[number])
        good = [k for k in order.tolist() if best[number, k] >= max(LEAST, float(best[number].max()) - 0.1)]
        found.append([(spot - int(place[number, k]), 3 - rank) for rank, k in enumerate(good)])
    return found
