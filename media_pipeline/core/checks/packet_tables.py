"""The packets of an MP4 or MOV from its tables alone: the media is not read, but for the beginnings of key pictures.

The times are those that FFmpeg's demuxer would give; a test holds both together. Uncompressed sound comes in chunks, as the
file keeps it, where the demuxer cuts smaller packets. Streams that are neither picture nor sound have no packets here.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core import allow, edit_list
from media_pipeline.core.checks.packet_arrays import (
    HEAD_BYTES,
    MOST_HEADS,
    PacketArrays,
    StreamPackets,
    described,
    keeps_heads,
    whole,
)
from media_pipeline.core.mp4_sound import read_sound
from media_pipeline.core.mp4_tables import Movie, Samples, Track


def read(path: str, movie: Movie) -> PacketArrays | None:
    """None if only demuxing can tell (fragments, edits that FFmpeg should interpret, tables that do not add up)."""
    if movie.fragmented:
        return None
    with allow.open_media(path) as container, Path(path).open("rb") as file:
        if not container.format.name.startswith("mov"):
            return None
        end = file.seek(0, 2)
        streams: dict[int, StreamPackets] = {}
        lost = 0
        for stream in container.streams:
            track = movie.tracks.get(stream.id)
            facts = described(stream)
            if facts["kind"] == "video" and track is not None:
                made = _picture(facts, track, movie, file, end)
            elif facts["kind"] == "audio" and track is not None:
                made = _sound(facts, track, movie, end)
            else:
                made = _empty(facts), 0
            if made is None:
                return None
            streams[stream.index], behind = made
            lost += behind
        error = f"{lost} packets lie behind the end of the file" if lost else ""
        return whole(container, streams, error)


def _picture(facts: dict[str, Any], track: Track, movie: Movie, file: BinaryIO, end: int) -> tuple[StreamPackets, int] | None:
    samples = track.samples
    presented = edit_list.present(samples, track.edits, track.timescale, movie.timescale) if samples is not None else None
    if samples is None or presented is None or facts["time_base"] != Fraction(1, track.timescale):
        return None
    chosen, pts = presented.sample, presented.pts
    there = (samples.size > 0) & (samples.offset >= 0) & (samples.offset + samples.size <= end)
    pts, chosen = pts[there[chosen]], chosen[there[chosen]]
    duration = np.append(np.diff(samples.dts), samples.last_duration)[chosen]
    made = _stream(facts, samples, chosen, pts, pts - (samples.cts - samples.dts)[chosen], duration)
    if keeps_heads(facts["kind"], facts["codec"]):
        for number in np.flatnonzero(made.key)[:MOST_HEADS].tolist():
            file.seek(int(made.position[number]))
            made.heads[number] = file.read(min(HEAD_BYTES, int(made.size[number])))
    return made, int(np.count_nonzero((samples.size > 0) & ~there))


def _sound(facts: dict[str, Any], track: Track, movie: Movie, end: int) -> tuple[StreamPackets, int] | None:
    samples = read_sound(track, pcm=facts["codec"].startswith("pcm_"))
    shown = [edit for edit in track.edits if edit.media_time >= 0]
    if samples is None or facts["time_base"] != Fraction(1, track.timescale) or not movie.timescale:
        return None
    if len(shown) > 1 or (track.edits and (not shown or track.edits[-1] is not shown[0] or not shown[0].plain)):
        return None
    begin = shown[0].media_time if shown else 0
    delay = sum(edit.duration for edit in track.edits if edit.media_time < 0)
    shift = (2 * delay * track.timescale + movie.timescale) // (2 * movie.timescale) - begin
    facts["skip_start"], facts["discard_end"] = 0, 0
    if shown:
        wanted = shown[0].duration * track.timescale // movie.timescale
        left = track.media_ticks - begin - wanted
        facts["skip_start"] = begin * facts["sample_rate"] // track.timescale
        if shown[0].duration and left > track.timescale // movie.timescale + 1:
            facts["discard_end"] = left * facts["sample_rate"] // track.timescale
    there = (samples.size > 0) & (samples.offset >= 0) & (samples.offset + samples.size <= end)
    chosen = np.flatnonzero(there)
    duration = np.append(np.diff(samples.dts), samples.last_duration)[chosen]
    times = samples.dts[chosen] + shift
    return _stream(facts, samples, chosen, times, times, duration), int(np.count_nonzero((samples.size > 0) & ~there))


def _stream(
    facts: dict[str, Any],
    samples: Samples,
    chosen: NDArray[np.int64],
    pts: NDArray[np.int64],
    dts: NDArray[np.int64],
    duration: NDArray[np.int64],
) -> StreamPackets:
    return StreamPackets(
        **facts,
        pts=pts,
        dts=dts,
        duration=duration,
        size=samples.size[chosen],
        key=samples.keyframe[chosen],
        corrupt=np.zeros(len(chosen), np.bool_),
        position=samples.offset[chosen],
        heads={},
    )


def _empty(facts: dict[str, Any]) -> StreamPackets:
    none, no = np.zeros(0, np.int64), np.zeros(0, np.bool_)
    return StreamPackets(**facts, pts=none, dts=none, duration=none, size=none, key=no, corrupt=no, position=none, heads={})
