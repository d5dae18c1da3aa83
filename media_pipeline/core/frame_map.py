"""Which frame of one version is which of another: what carries comments over and shows what changed. Pure; no pixels here."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_PARTS = 20_000


class Kind(StrEnum):
    SAME = "same"  # the same pictures, whatever their grade; possibly at another place
    INSERTED = "inserted"  # only in the new version; from_first: the old frame before which they stand
    REMOVED = "removed"  # only in the old one; to_first: the new frame before which they would stand
    REPEATED = "repeated"  # old frames that are shown once more
    CHANGED = "changed"  # at this place other pictures than before


@dataclass(frozen=True)
class Part:
    """`count` frames from `from_first` on in the old version and from `to_first` on in the new one."""

    kind: Kind
    from_first: int
    to_first: int
    count: int


@dataclass(frozen=True)
class Mapped:
    """`frame` of the new version, None if it has none. `confidence` from 0 to 1: 1 the same picture; 0.5 within the few frames
    by which the place of a cut or a dropped frame is known; 0.3 another picture at the same place."""

    frame: int | None
    kind: Kind | None
    confidence: float


@dataclass(frozen=True)
class Stretch:
    """Frames first … first + count - 1 of the new version show the old one's from first - shift on; None: nothing of it."""

    first: int
    count: int
    shift: int | None
    low: int  # between which frames it may begin
    high: int


@dataclass(frozen=True)
class FrameMap:
    """Parts in the order of the new version; removed ones where they would stand. `doubts`: [low, high) frames of the new
    version near which a border lies."""

    from_count: int
    to_count: int
    parts: tuple[Part, ...]
    doubts: tuple[tuple[int, int], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "from_count": self.from_count,
            "to_count": self.to_count,
            "parts": [[part.kind.value, part.from_first, part.to_first, part.count] for part in self.parts],
            "doubts": [list(doubt) for doubt in self.doubts],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "FrameMap":
        """Raises KeyError, TypeError, ValueError for what is none."""
        parts = tuple(Part(Kind(kind), int(a), int(b), int(n)) for kind, a, b, n in data["parts"])
        doubts = tuple((int(low), int(high)) for low, high in data["doubts"])
        return cls(int(data["from_count"]), int(data["to_count"]), parts, doubts)

    @cached_property
    def _sources(self) -> tuple[list[int], list[Part]]:
        kinds = (Kind.SAME, Kind.CHANGED, Kind.REMOVED)
        parts = sorted((part for part in self.parts if part.kind in kinds), key=lambda part: part.from_first)
        return [part.from_first for part in parts], parts

    def map_frame(self, frame: int) -> Mapped:
        """Where a frame of the old version is in the new one."""
        firsts, parts = self._sources
        at = bisect_right(firsts, frame) - 1
        if at < 0 or frame >= parts[at].from_first + parts[at].count:
            return Mapped(None, None, 0.0)
        part = parts[at]
        if part.kind is Kind.REMOVED:
            return Mapped(None, part.kind, self._near_border(part.to_first))
        there = part.to_first + frame - part.from_first
        return Mapped(there, part.kind, 0.3 if part.kind is Kind.CHANGED else self._near_border(there))

    def _near_border(self, frame: int) -> float:
        at = bisect_right([low for low, _ in self.doubts], frame) - 1
        return 0.5 if at >= 0 and frame < self.doubts[at][1] else 1.0

    def inverted(self) -> "FrameMap":
        """From the new version to the old one. What was repeated has no place of its own there: removed."""
        swap = {Kind.INSERTED: Kind.REMOVED, Kind.REMOVED: Kind.INSERTED, Kind.REPEATED: Kind.REMOVED}
        parts = [Part(swap.get(part.kind, part.kind), part.to_first, part.from_first, part.count) for part in self.parts]
        parts.sort(key=lambda part: (part.to_first, part.from_first))
        doubts = [self._source_of(low, high) for low, high in self.doubts]
        return FrameMap(self.to_count, self.from_count, tuple(parts), tuple(sorted(doubts)))

    def _source_of(self, low: int, high: int) -> tuple[int, int]:
        for part in self.parts:
            if part.kind is Kind.SAME and part.to_first <= high and low <= part.to_first + part.count:
                first = max(0, part.from_first + low - part.to_first)
                return first, first + high - low
        return low, high


def identity(count: int) -> FrameMap:
    """Of a version to itself."""
    return FrameMap(count, count, (Part(Kind.SAME, 0, 0, count),))


def make_map(stretches: Sequence[Stretch], from_count: int) -> FrameMap:
    """The map of a film whose stretches (in order, without gap) are known."""
    to_count = stretches[-1].first + stretches[-1].count if stretches else 0
    seen = np.zeros(from_count, bool)
    parts: list[Part] = []
    follows: dict[int, int] = {0: 0}  # old frame → new frame behind the one before it
    source = 0  # the old frame that would come next
    for stretch in stretches:
        if stretch.shift is None:
            parts.append(Part(Kind.INSERTED, source, stretch.first, stretch.count))
            continue
        begin = stretch.first - stretch.shift
        for first, count, known in _runs(seen[begin : begin + stretch.count]):
            kind = Kind.REPEATED if known else Kind.SAME
            parts.append(Part(kind, begin + first, stretch.first + first, count))
            if not known:
                follows[begin + first + count] = stretch.first + first + count
        seen[begin : begin + stretch.count] = True
        source = begin + stretch.count
    for first, count, known in _runs(seen):
        if not known:
            parts.append(Part(Kind.REMOVED, first, follows.get(first, to_count), count))
    doubts = tuple((one.low, one.high + 1) for one in stretches[1:] if one.high > one.low)
    return FrameMap(from_count, to_count, tuple(_paired(parts)), doubts)


def _runs(flags: NDArray[np.bool_]) -> Iterable[tuple[int, int, bool]]:
    """(first, count, flag) of runs of equal flags."""
    if not len(flags):
        return
    edges = [0, *(np.flatnonzero(np.diff(flags)) + 1).tolist(), len(flags)]
    for first, last in pairwise(edges):
        yield first, last - first, bool(flags[first])


def _paired(parts: list[Part]) -> list[Part]:
    """Removed and inserted frames at one place are changed ones, as far as both reach."""
    removed = {part.to_first: part for part in parts if part.kind is Kind.REMOVED}
    made: list[Part] = []
    for part in parts:
        gone = removed.get(part.to_first) if part.kind is Kind.INSERTED else None
        if part.kind is Kind.REMOVED:
            continue
        if gone is None:
            made.append(part)
            continue
        del removed[part.to_first]
        both = min(part.count, gone.count)
        made.append(Part(Kind.CHANGED, gone.from_first, part.to_first, both))
        if part.count > both:
            made.append(Part(Kind.INSERTED, gone.from_first + both, part.to_first + both, part.count - both))
        if gone.count > both:
            rest = replace(gone, from_first=gone.from_first + both, to_first=part.to_first + both, count=gone.count - both)
            removed[rest.to_first] = rest
    made += removed.values()
    return sorted(made, key=lambda part: (part.to_first, part.kind is not Kind.REMOVED, part.from_first))
