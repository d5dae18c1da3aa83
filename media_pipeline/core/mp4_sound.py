"""Reads the sample tables of sound tracks in MP4 and MOV: every packet's time, length, size and place."""

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.mp4_boxes import child
from media_pipeline.core.mp4_tables import Samples, Track, read_runs, read_samples, u32

_MOST_CHUNKS = 10_000_000


def read_sound(track: Track, *, pcm: bool) -> Samples | None:
    """The packets of a sound track, or None if its tables do not add up (the demuxer shall judge).

    Uncompressed sound has a table entry per sample; there, a packet is a chunk: the demuxer cuts chunks into smaller ones.
    """
    table = track.sound_table
    if table is None:
        return None
    runs = read_runs(child(table, b"stts"), np.dtype(">u4"))
    sizes = child(table, b"stsz")
    if runs is None or sizes is None or len(sizes) < 12:
        return None
    fixed = u32(sizes, 4)
    if not pcm:
        return read_samples(table, runs)
    counts, deltas = runs
    if not fixed or len(counts) == 0 or len(set(deltas[counts > 0].tolist())) != 1:
        return None
    return _chunks(table, fixed, int(counts.sum()), int(deltas[counts > 0][0]))


def _chunks(table: memoryview, fixed: int, total: int, delta: int) -> Samples | None:
    stsc, narrow, wide = child(table, b"stsc"), child(table, b"stco"), child(table, b"co64")
    places, width = (narrow, 4) if narrow is not None else (wide, 8)
    if stsc is None or places is None or len(stsc) < 8 or len(places) < 8 or not 0 < delta < 2**31:
        return None
    chunks, entries = u32(places, 4), u32(stsc, 4)
    if not 0 < chunks <= _MOST_CHUNKS or not entries or len(places) < 8 + width * chunks or len(stsc) < 8 + 12 * entries:
        return None
    offset = np.frombuffer(places, f">u{width}", chunks, 8).astype(np.int64)
    rows = np.frombuffer(stsc, ">u4", 3 * entries, 8).reshape(-1, 3).astype(np.int64)
    first = rows[:, 0] - 1
    if first[0] != 0 or np.any(np.diff(first) <= 0) or first[-1] >= chunks:
        return None
    samples: NDArray[np.int64] = np.repeat(rows[:, 1], np.diff(np.append(first, chunks)))
    if int(samples.sum()) != total or total * delta >= 2**62:
        return None
    dts = (np.cumsum(samples) - samples) * delta
    key = np.ones(chunks, np.bool_)
    return Samples(dts, dts, samples * fixed, offset, key, int(samples[-1]) * delta, False)
