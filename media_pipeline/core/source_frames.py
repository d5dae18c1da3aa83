"""The frame index as the worker keeps it, and what the frame table of every rendition must be: the same bytes.

The child that makes a file reads it back (verify.py). The worker, which opens no media, holds the table that it was handed
against its own frame index here: a picture at another time than the source's is not published, whatever the child says.
"""

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from media_pipeline.core import frame_table
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.frame_table import FrameTableError
from media_pipeline.core.proxy_plan import GOP, FrameTimes, frame_times

_LARGEST = 2**62


class SourceFrames:
    """A stored frame index: `table` is its file, `meta` what its rendition says beside it. Raises FrameTableError."""

    def __init__(self, table: bytes, meta: Mapping[str, Any], *, variable: bool | None = None) -> None:
        self._table = table
        stored = frame_table.unpack(table)
        base, last = _ticks(meta)
        pts = frame_table.rescale(stored.pts, stored.time_base, base)
        if len(pts) > 1 and int(np.diff(pts).min()) < 1:
            raise FrameTableError("two pictures at one time of the file's own clock")
        self.index = FrameIndex(
            pts, stored.keyframe, base, last, stored.rate, stored.variable if variable is None else variable
        )

    def __len__(self) -> int:
        return len(self.index)

    @cached_property
    def _times(self) -> FrameTimes:
        return frame_times(self.index)

    def original_table(self) -> bytes:
        """Of the source itself."""
        return self._table

    def proxy_table(self, count: int) -> bytes:
        """Of a proxy or preview that shows the first `count` frames."""
        times = self._times if count == len(self) else self._times.head(count)
        keyframe = np.arange(count) % GOP == 0
        shown = FrameIndex(times.times, keyframe, Fraction(1, times.timescale), times.last_duration, times.rate, times.variable)
        return frame_table.pack(shown, times.timescale)


def difference(held: bytes, wanted: bytes) -> str:
    """In what a table differs from the one it must be, in words; "" if in nothing. They say they hold as many frames."""
    if held == wanted:
        return ""
    try:
        mine, theirs = frame_table.unpack(wanted), frame_table.unpack(held)
    except FrameTableError as error:
        return f"its frame table is not valid: {error}"
    if theirs.time_base != mine.time_base:
        return f"its times count in {theirs.time_base} s, not in {mine.time_base} s"
    for what, one, other in (("is at tick", theirs.pts, mine.pts), ("is a key frame:", theirs.keyframe, mine.keyframe)):
        if len(off := np.flatnonzero(one != other)):
            n = int(off[0])
            return f"frame {n} {what} {one[n]}, the frame index says {other[n]}"
    return "its rate or its last frame's duration is not the frame index's"


def _ticks(meta: Mapping[str, Any]) -> tuple[Fraction, int]:
    """The file's own time base, and how many of its ticks the last frame lasts."""
    base, last = meta.get("time_base"), meta.get("last_duration")
    numbers = [*base, last] if isinstance(base, list) and len(base) == 2 else []
    if not numbers or not all(type(number) is int and 0 <= number < _LARGEST for number in numbers) or 0 in numbers[:2]:
        raise FrameTableError("the time base beside it cannot be read")
    return Fraction(numbers[0], numbers[1]), numbers[2]
