"""What is true of a decoded picture before it is deinterlaced and scaled: its flags, and what its lines show of fields.

A frame holds two fields: top (lines 0, 2, …) and bottom. Whether they show one moment or two, and which comes first, is
measured by weaving them with those of the frame before: fields that are close in time fit between each other's lines, fields
that are far apart comb wherever something moves. Measured on bands of neighbouring lines, at some 320 columns of each.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av.error
import av.filter
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

INTERLACED, TOP_FIRST, REPEATS_FIELD, DAMAGED, MEASURED = 1, 2, 4, 8, 16  # bits of `flags`

# One record per frame. Distances in levels of 8 bits: means over all measured samples.
RECORD = np.dtype(
    [
        ("flags", "u1"),
        ("errors", "u1"),  # packets that could not be decoded since the frame before (255: so many or more)
        ("within", "<f4"),  # combing between this frame's own fields
        (
            "top_first",
            "<f4",
        ),  # between its top field and the bottom field of the frame before: small if the top field is earlier
        ("bottom_first", "<f4"),  # between its bottom field and the top field of the frame before
        ("top_change", "<f4"),  # mean difference of the top fields of both frames
        ("bottom_change", "<f4"),
    ]
)
Record = tuple[int, int, float, float, float, float, float]
NOTHING: Record = (0, 0, 0.0, 0.0, 0.0, 0.0, 0.0)

_BANDS = 12
_LINES = 9  # of a band: five of the top field, four between them
_COLUMNS = 320
# (bytes from sample to sample, offset of the first) of packed formats, at luma or green.
_PACKED = {
    "yuyv422": (2, 0), "uyvy422": (2, 1), "rgb24": (3, 1), "bgr24": (3, 1), "rgba": (4, 1), "bgra": (4, 1), "argb": (4, 2),
    "abgr": (4, 2), "rgb0": (4, 1), "bgr0": (4, 1), "0rgb": (4, 2), "0bgr": (4, 2),
}  # fmt: skip


@dataclass(frozen=True)
class _Layout:
    """Which bytes of plane 0 are measured: rows (bands, _LINES), every so many columns; `depth` bits a sample."""

    rows: NDArray[np.int64]
    columns: slice
    depth: int
    wide: bool


class RawPictures:
    """Looks at every decoded frame in order, before anything is done to it."""

    def __init__(self) -> None:
        self._shape: tuple[int, int, str] | None = None
        self._layout: _Layout | None = None
        self._before: tuple[NDArray[np.int16], ...] | None = None
        self._order: _FieldOrder | None = None
        self._errors = 0

    def failed(self) -> None:
        """A packet could not be decoded."""
        self._errors += 1

    def look(self, frame: VideoFrame) -> Record:
        """The RECORD of the frame. Distances are 0 where they cannot be measured: the first frame, or an unknown format."""
        shape = (frame.width, frame.height, frame.format.name)
        if shape != self._shape:
            self._shape, self._layout, self._before, self._order = shape, _layout(frame), None, None
        flags = DAMAGED if frame.is_corrupt else 0
        if frame.interlaced_frame:
            self._order = self._order or _FieldOrder(frame)
            flags |= INTERLACED | (TOP_FIRST if self._order.top_first(frame) else 0)
        if frame.opaque == REPEATS_FIELD:
            flags |= REPEATS_FIELD
        errors, self._errors = min(self._errors, 255), 0
        fields = _fields(frame, self._layout) if self._layout is not None else None
        before, self._before = self._before, fields
        if fields is None or before is None or self._layout is None:
            return (flags, errors, *NOTHING[2:])
        return (flags | MEASURED, errors, *_distances(fields, before, self._layout.depth))


def _layout(frame: VideoFrame) -> _Layout | None:
    name, width, height = frame.format.name, frame.width, frame.height
    if height < _LINES or width < 2 or frame.format.has_palette or frame.format.is_bit_stream:
        return None
    step, first, depth = 1, 0, frame.format.components[0].bits
    if name in _PACKED:
        step, first = _PACKED[name]
    elif not (name.startswith(("yuv", "gray", "gbrp", "nv1", "nv2", "p01")) and not name.endswith("be") and depth <= 16):
        return None
    bands = min(_BANDS, height // (_LINES + 1))
    starts = ((np.arange(bands) * 2 + 1) * height // (2 * bands) - _LINES // 2) // 2 * 2
    rows = np.maximum(0, starts)[:, np.newaxis] + np.arange(_LINES)
    if rows.max() >= height:
        return None
    every = max(1, width // _COLUMNS) * step
    return _Layout(rows, slice(first, width * step, every), depth, depth > 8)


def _fields(frame: VideoFrame, layout: _Layout) -> tuple[NDArray[np.int16], ...]:
    """(top lines, bottom lines, sums of neighbouring top lines, doubled bottom lines), each (bands, lines, columns)."""
    plane = frame.planes[0]
    kind = np.dtype(np.uint16 if layout.wide else np.uint8)
    samples = np.frombuffer(memoryview(plane), kind).reshape(-1, plane.line_size // kind.itemsize)
    taken: NDArray[np.integer[Any]] = samples[layout.rows, layout.columns]
    lines = (taken >> 4 if layout.depth > 12 else taken).astype(np.int16)
    top, bottom = lines[:, 0::2], lines[:, 1::2]
    return top, bottom, top[:, :-1] + top[:, 1:], bottom + bottom


def _distances(
    now: tuple[NDArray[np.int16], ...], before: tuple[NDArray[np.int16], ...], depth: int
) -> tuple[float, float, float, float, float]:
    level = float(1 << (min(depth, 12) - 8)) if depth > 8 else 1.0
    top, bottom, sums, doubled = now
    top_before, bottom_before, sums_before, doubled_before = before
    return (
        _mean(sums - doubled) / (2 * level),
        _mean(sums - doubled_before) / (2 * level),
        _mean(sums_before - doubled) / (2 * level),
        _mean(top - top_before) / level,
        _mean(bottom - bottom_before) / level,
    )


def _mean(values: NDArray[np.int16]) -> float:
    np.abs(values, out=values)
    return float(np.add.reduce(values.reshape(-1), dtype=np.int64)) / values.size


class _FieldOrder:
    """Which field of an interlaced frame the decoder says comes first. PyAV does not hand that flag on; FFmpeg's filter
    `select` reads it, without touching the picture."""

    def __init__(self, frame: VideoFrame) -> None:
        self._graph = av.filter.Graph()
        source = self._graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 1000)
        )
        chosen = self._graph.add("select", "eq(interlace_type,TOPFIRST)")
        self._graph.link_nodes(source, chosen, self._graph.add("buffersink")).configure()

    def top_first(self, frame: VideoFrame) -> bool:
        self._graph.vpush(frame)
        try:
            self._graph.vpull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return False
        return True
