"""Reads the tables of an MP4 or MOV: every sample's time, place and key flag, edit lists, rotation, timecode.

Nothing of the media itself is read, so a 100 GB file costs as much as its tables. Whatever does not add up is left to
the demuxer: `Track.samples` is None then.
"""

import math
import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.mp4_boxes import TopLevel, child, children, read_top_level

_MOST_RUNS = 1000


@dataclass(frozen=True)
class Edit:
    duration: int  # movie ticks
    media_time: int  # track ticks; −1: nothing is shown
    plain: bool  # plays at normal speed


@dataclass(frozen=True)
class Samples:
    """In decoding order, in track ticks, before edit lists."""

    dts: NDArray[np.int64]
    cts: NDArray[np.int64]
    size: NDArray[np.int64]
    offset: NDArray[np.int64]  # in the file
    keyframe: NDArray[np.bool_]
    last_duration: int
    has_offsets: bool  # the track has a table of composition offsets


@dataclass(frozen=True)
class TimecodeTrack:
    """What a tmcd track says of its first sample."""

    first_frame: int
    frames_per_second: int
    drop_frame: bool
    samples: int = 1  # more than one: the timecode jumps somewhere
    runs: tuple[tuple[Fraction, int], ...] = ()  # then: (seconds from the track's start, frame count) of each, the first ones


@dataclass(frozen=True)
class Track:
    id: int
    handler: bytes
    timescale: int
    rotation: int  # degrees clockwise
    edits: tuple[Edit, ...]
    media_ticks: int  # sum of all sample durations
    samples: Samples | None  # only of video tracks, and only if the tables are sound
    sound_table: memoryview | None = None  # the unread sample table of a sound track, for core.mp4_sound


@dataclass(frozen=True)
class Movie:
    timescale: int
    fragmented: bool
    cut_short: bool
    tracks: dict[int, Track]
    timecode: TimecodeTrack | None
    brands: tuple[bytes, ...] = ()


def read_movie(file: BinaryIO, limit: int) -> Movie | None:
    """The tables of a file, or None if it has none that can be read within `limit` bytes."""
    top = read_top_level(file, limit)
    if top.moov is None:
        return None
    moov = memoryview(top.moov)
    mvhd = child(moov, b"mvhd")
    if mvhd is None or len(mvhd) < 20:
        return None
    timescale, turn = u32(mvhd, 20 if mvhd[0] == 1 else 12), _turn(mvhd, 48 if mvhd[0] == 1 else 36)
    traks = [payload for kind, payload in children(moov) if kind == b"trak"]
    tracks = {track.id: track for trak in traks if (track := _track(trak, turn)) is not None}
    fragmented = top.fragments or child(moov, b"mvex") is not None
    return Movie(timescale, fragmented, top.cut_short, tracks, _timecode(file, traks), top.brands)


def top_level(file: BinaryIO) -> TopLevel:
    """The outline alone, to say why a file cannot be opened."""
    return read_top_level(file, 0)


def u32(data: memoryview, at: int) -> int:
    """A number of a box; 0 behind its end."""
    return int.from_bytes(data[at : at + 4], "big") if at + 4 <= len(data) else 0


def _track(trak: memoryview, movie_turn: int) -> Track | None:
    tkhd, mdhd, hdlr = child(trak, b"tkhd"), child(trak, b"mdia", b"mdhd"), child(trak, b"mdia", b"hdlr")
    stbl = child(trak, b"mdia", b"minf", b"stbl")
    if tkhd is None or mdhd is None or hdlr is None or stbl is None or not len(tkhd) or not len(mdhd):
        return None
    wide = tkhd[0] == 1
    timescale = u32(mdhd, 20 if mdhd[0] == 1 else 12)
    handler = bytes(hdlr[8:12])
    runs = read_runs(child(stbl, b"stts"), np.dtype(">u4"))
    if timescale == 0 or runs is None:
        return None
    samples, sound_table = None, None
    dref = child(trak, b"mdia", b"minf", b"dinf", b"dref")
    if dref is None or len(dref) < 20 or dref[19] & 1:  # else the media is in another file
        samples = read_samples(stbl, runs) if handler == b"vide" else None
        sound_table = stbl if handler == b"soun" else None
    bounded = int(runs[0].sum()) * int(runs[1].max(initial=0)) < 2**62
    media_ticks = int(np.dot(runs[0], runs[1])) if bounded else 0
    rotation = (_turn(tkhd, 52 if wide else 40) + movie_turn) % 360
    return Track(u32(tkhd, 20 if wide else 12), handler, timescale, rotation, _edits(trak), media_ticks, samples, sound_table)


def _turn(data: memoryview, at: int) -> int:
    """Degrees clockwise of a display matrix, to the nearest quarter."""
    if at + 36 > len(data):
        return 0
    a, b = struct.unpack_from(">ii", data, at)
    return round(math.degrees(math.atan2(b, a)) / 90) * 90 % 360 if a or b else 0


def _edits(trak: memoryview) -> tuple[Edit, ...]:
    elst = child(trak, b"edts", b"elst")
    if elst is None or len(elst) < 8:
        return ()
    entry = struct.Struct(">QqI" if elst[0] == 1 else ">IiI")
    count = min(u32(elst, 4), (len(elst) - 8) // entry.size)
    found = (entry.unpack_from(elst, 8 + i * entry.size) for i in range(count))
    return tuple(Edit(duration, media_time, rate == 1 << 16) for duration, media_time, rate in found)


def read_runs(
    box: memoryview | None, value: "np.dtype[np.uint32] | np.dtype[np.int32]"
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """(counts, values) of a run-length table (stts, ctts); None if it is cut."""
    if box is None or len(box) < 8:
        return None
    count = u32(box, 4)
    if len(box) < 8 + 8 * count:
        return None
    pairs = np.frombuffer(box, np.dtype([("count", ">u4"), ("value", value)]), count, 8)
    return pairs["count"].astype(np.int64), pairs["value"].astype(np.int64)


def read_samples(stbl: memoryview, runs: tuple[NDArray[np.int64], NDArray[np.int64]]) -> Samples | None:
    """None if the tables contradict each other or say what the demuxer should judge (zero or huge durations)."""
    size = _sizes(stbl)
    counts, deltas = runs
    if size is None or len(size) == 0 or int(counts.sum()) != len(size):
        return None
    n = len(size)
    if int(deltas[counts > 0].min()) < 1 or int(deltas.max()) >= 2**31:
        return None
    steps = np.repeat(deltas, counts)
    dts = np.concatenate([np.zeros(1, np.int64), np.cumsum(steps[:-1])])
    cts, has_offsets = dts, False
    if child(stbl, b"ctts") is not None:
        offsets = read_runs(child(stbl, b"ctts"), np.dtype(">i4"))
        if offsets is None or int(offsets[0].sum()) != n:
            return None
        cts, has_offsets = dts + np.repeat(offsets[1], offsets[0]), True
    place = _offsets(stbl, size)
    keyframe = _keyframes(stbl, n)
    if place is None or keyframe is None:
        return None
    return Samples(dts, cts, size, place, keyframe, int(steps[-1]), has_offsets)


def _sizes(stbl: memoryview) -> NDArray[np.int64] | None:
    stsz = child(stbl, b"stsz")
    if stsz is None or len(stsz) < 12:
        return None
    fixed, count = u32(stsz, 4), u32(stsz, 8)
    if fixed:
        stts = child(stbl, b"stts")
        # A fixed size costs no bytes: a count that the table of times (already bounded) does not share is a bomb.
        runs = read_runs(stts, np.dtype(">u4"))
        if runs is None or int(runs[0].sum()) != count or count > 50_000_000:
            return None
        return np.full(count, fixed, np.int64)
    if len(stsz) < 12 + 4 * count:
        return None
    return np.frombuffer(stsz, ">u4", count, 12).astype(np.int64)


def _offsets(stbl: memoryview, size: NDArray[np.int64]) -> NDArray[np.int64] | None:
    stsc, narrow, wide = child(stbl, b"stsc"), child(stbl, b"stco"), child(stbl, b"co64")
    table, kind = (narrow, ">u4") if narrow is not None else (wide, ">u8")
    if stsc is None or table is None or len(stsc) < 8 or len(table) < 8:
        return None
    chunks, entries = u32(table, 4), u32(stsc, 4)
    if len(table) < 8 + chunks * int(kind[2]) or len(stsc) < 8 + 12 * entries or not chunks or not entries:
        return None
    starts = np.frombuffer(table, kind, chunks, 8).astype(np.int64)
    runs = np.frombuffer(stsc, ">u4", 3 * entries, 8).reshape(-1, 3).astype(np.int64)
    first = runs[:, 0] - 1
    if first[0] != 0 or np.any(np.diff(first) <= 0) or first[-1] >= chunks:
        return None
    per_chunk = np.repeat(runs[:, 1], np.diff(np.append(first, chunks)))
    if int(per_chunk.sum()) != len(size):
        return None
    end = np.cumsum(size)
    begin = end - size
    first_sample = np.concatenate([np.zeros(1, np.int64), np.cumsum(per_chunk)[:-1]])
    used = per_chunk > 0
    places: NDArray[np.int64] = np.repeat(starts[used] - begin[first_sample[used]], per_chunk[used]) + begin
    return places


def _keyframes(stbl: memoryview, n: int) -> NDArray[np.bool_] | None:
    stss = child(stbl, b"stss")
    if stss is None:
        return np.ones(n, np.bool_)
    count = u32(stss, 4)
    if len(stss) < 8 + 4 * count:
        return None
    numbers = np.frombuffer(stss, ">u4", count, 8).astype(np.int64)
    if count and (int(numbers.min()) < 1 or int(numbers.max()) > n):
        return None
    keyframe = np.zeros(n, np.bool_)
    keyframe[numbers - 1] = True
    partial = child(stbl, b"stps")  # QuickTime's key frames of open GOPs
    if partial is not None and len(partial) >= 8 + 4 * u32(partial, 4):
        extra = np.frombuffer(partial, ">u4", u32(partial, 4), 8).astype(np.int64)
        keyframe[extra[(extra >= 1) & (extra <= n)] - 1] = True
    return keyframe


def _timecode(file: BinaryIO, traks: list[memoryview]) -> TimecodeTrack | None:
    """The tmcd track that the picture refers to, else the first (QuickTime File Format, Timecode Sample Description)."""
    wanted: set[int] = set()
    for trak in traks:
        refers = child(trak, b"tref", b"tmcd")
        if _handler(trak) == b"vide" and refers is not None:
            wanted |= {u32(refers, at) for at in range(0, min(len(refers), 64), 4)}
    found = [(trak, timecode) for trak in traks if (timecode := _read_timecode(file, trak)) is not None]
    found.sort(key=lambda pair: _track_id(pair[0]) not in wanted)
    return found[0][1] if found else None


def _handler(trak: memoryview) -> bytes:
    hdlr = child(trak, b"mdia", b"hdlr")
    return bytes(hdlr[8:12]) if hdlr is not None else b""


def _track_id(trak: memoryview) -> int:
    tkhd = child(trak, b"tkhd")
    return u32(tkhd, 20 if tkhd[0] == 1 else 12) if tkhd is not None and len(tkhd) else 0


def _read_timecode(file: BinaryIO, trak: memoryview) -> TimecodeTrack | None:
    stbl = child(trak, b"mdia", b"minf", b"stbl")
    stsd = child(stbl, b"stsd")
    if _handler(trak) != b"tmcd" or stbl is None or stsd is None or len(stsd) < 8:
        return None
    entry = next((payload for kind, payload in children(stsd[8:]) if kind == b"tmcd"), None)
    if entry is None or len(entry) < 25:
        return None
    flags, per_second = u32(entry, 12), entry[24]
    table, width = child(stbl, b"stco"), 4
    if table is None:
        table, width = child(stbl, b"co64"), 8
    if table is None or u32(table, 4) < 1 or len(table) < 8 + width:
        return None
    sizes = child(stbl, b"stsz")
    samples = u32(sizes, 8) if sizes is not None else 1
    file.seek(min(int.from_bytes(table[8 : 8 + width], "big"), 2**62))
    data = file.read(4)
    if len(data) < 4:
        return None
    count = int.from_bytes(data, "big", signed=bool(flags & 4))  # bit 2: negative times are allowed
    runs = _timecode_runs(file, trak, signed=bool(flags & 4)) if samples > 1 else ()
    return TimecodeTrack(count, per_second, bool(flags & 1), samples, runs)


def _timecode_runs(file: BinaryIO, trak: memoryview, *, signed: bool) -> tuple[tuple[Fraction, int], ...]:
    stbl, mdhd = child(trak, b"mdia", b"minf", b"stbl"), child(trak, b"mdia", b"mdhd")
    runs = read_runs(child(stbl, b"stts"), np.dtype(">u4"))
    timescale = u32(mdhd, 20 if mdhd[0] == 1 else 12) if mdhd is not None and len(mdhd) else 0
    samples = read_samples(stbl, runs) if stbl is not None and runs is not None else None
    if samples is None or not timescale:
        return ()
    found = []
    for dts, at in list(zip(samples.dts.tolist(), samples.offset.tolist(), strict=True))[:_MOST_RUNS]:
        file.seek(min(max(at, 0), 2**62))
        data = file.read(4)
        if len(data) == 4:
            found.append((Fraction(dts, timescale), int.from_bytes(data, "big", signed=signed)))
    return tuple(found)
