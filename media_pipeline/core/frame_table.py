"""The binary frame table `.tpfi`: what the player seeks by. The format stands in docs/architecture.md.

A table is written for a FrameIndex in whatever timescale its file has, and read back as a FrameIndex.
"""

import math
import struct
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.frame_index import FrameIndex

_HEADER = struct.Struct("<4sHHIIIIqII")
_MAGIC = b"TPFI"
_VERSION = 1
_VARIABLE = 1
_U32 = 2**32 - 1


class FrameTableError(ValueError):
    """The bytes are no frame table, or the times do not fit into one."""


def natural_timescale(index: FrameIndex) -> int:
    """The timescale in which the index's own ticks are exact; a coarser one if a step would not fit the format."""
    exact = index.time_base.denominator
    for scale in (exact, 1_000_000, 90_000, 10_000, 1000):
        if scale <= min(exact, _U32) and _fits(np.diff(rescale(index.pts, index.time_base, Fraction(1, scale)))):
            return scale
    raise FrameTableError("the times do not fit any timescale")


def _fits(steps: NDArray[np.int64]) -> bool:
    return len(steps) == 0 or (int(steps.min()) >= 1 and int(steps.max()) <= _U32)


def pack(index: FrameIndex, timescale: int | None = None) -> bytes:
    """The table of `index` in ticks of 1/`timescale` (its own ticks if None).

    Times that are no whole ticks are rounded to the nearest. Uses the constant form if every time lies exactly on the
    rate's grid. Raises FrameTableError if pictures would fall on one tick or a number does not fit.
    """
    n = len(index)
    if n == 0:
        raise FrameTableError("no pictures")
    scale = natural_timescale(index) if timescale is None else timescale
    if not 1 <= scale <= _U32:
        raise FrameTableError(f"timescale {scale} does not fit 32 bits")
    if index.rate.numerator > _U32 or index.rate.denominator > _U32:
        raise FrameTableError(f"rate {index.rate} does not fit 32 bits")
    times = rescale(index.pts, index.time_base, Fraction(1, scale))
    steps = np.diff(times)
    if not _fits(steps):
        raise FrameTableError(f"times do not fit a table with timescale {scale}")
    last = round(index.last_duration * index.time_base * scale)
    last = min(max(last, 1), _U32)
    tick_step = Fraction(scale) / index.rate
    constant = tick_step.denominator == 1 and (n == 1 or bool(np.all(steps == tick_step.numerator)))
    bits = np.packbits(index.keyframe.astype(np.uint8), bitorder="little").tobytes()
    rate = index.rate
    header = _HEADER.pack(
        _MAGIC,
        _VERSION,
        0 if constant else _VARIABLE,
        n,
        rate.numerator,
        rate.denominator,
        scale,
        int(times[0]),
        last,
        len(bits),
    )
    return header + (b"" if constant else steps.astype("<u4").tobytes()) + bits


def frame_count(data: bytes) -> int:
    """How many pictures a table says it holds, from its header alone: before memory is spent on them."""
    if len(data) < _HEADER.size or data[:4] != _MAGIC:
        raise FrameTableError("not a frame table")
    return int(_HEADER.unpack_from(data)[3])


def unpack(data: bytes) -> FrameIndex:
    """The index of a table. `variable` is True if the table lists its times. Raises FrameTableError for anything else."""
    if len(data) < _HEADER.size:
        raise FrameTableError("shorter than its header")
    magic, version, flags, n, num, den, scale, first, last, key_bytes = _HEADER.unpack_from(data)
    if magic != _MAGIC or version != _VERSION or flags & ~_VARIABLE:
        raise FrameTableError("not a frame table of this version")
    if n == 0 or 0 in (num, den, scale) or key_bytes != (n + 7) // 8:
        raise FrameTableError("its header contradicts itself")
    variable = bool(flags & _VARIABLE)
    step_bytes = 4 * (n - 1) if variable else 0
    if len(data) != _HEADER.size + step_bytes + key_bytes:
        raise FrameTableError("its length contradicts its header")
    if variable:
        steps = np.frombuffer(data, "<u4", n - 1, _HEADER.size).astype(np.int64)
        if n > 1 and int(steps.min()) < 1:
            raise FrameTableError("two pictures at one time")
    else:
        step = Fraction(scale * den, num)
        if step.denominator != 1 or step < 1:
            raise FrameTableError("its timescale does not hold its rate")
        steps = np.full(n - 1, step.numerator, np.int64)
    pts = np.concatenate([np.zeros(1, np.int64), np.cumsum(steps)]) + first
    bits = np.unpackbits(np.frombuffer(data, np.uint8, key_bytes, _HEADER.size + step_bytes), bitorder="little")
    return FrameIndex(pts, bits[:n].astype(np.bool_), Fraction(1, scale), last, Fraction(num, den), variable)


def rescale(pts: NDArray[np.int64], time_base: Fraction, to: Fraction) -> NDArray[np.int64]:
    """Ticks of `time_base` as ticks of `to`, rounded half up; exact for any size of number."""
    if time_base == to or not len(pts):
        return pts.astype(np.int64)
    factor = time_base / to
    num, den = factor.numerator, factor.denominator
    largest = max(abs(int(pts.min())), abs(int(pts.max())), 1)
    if math.log2(largest) + math.log2(2 * num) < 62 and den < 2**61:
        scaled: NDArray[np.int64] = (pts * (2 * num) + den) // (2 * den)
        return scaled
    exact = [(2 * num * int(tick) + den) // (2 * den) for tick in pts]
    if max(map(abs, exact)) >= 2**63:
        raise FrameTableError("times do not fit 64 bits")
    return np.array(exact, np.int64)
