"""Reads a file's packets: which pictures are presented, when, and from when to when each audio track sounds.

MP4 and MOV tell all of it in their tables; everything else is demuxed once, from beginning to end.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, BinaryIO

import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard
from av.video.stream import VideoStream
from numpy.typing import NDArray

from media_pipeline.core import allow, bitstream, edit_list
from media_pipeline.core.errors import MediaError
from media_pipeline.core.mp4_tables import Movie, Track
from media_pipeline.core.pictures import NO_TIME, Pictures, arrange, has_open_gop, unwrapped


@dataclass(frozen=True)
class AudioSpan:
    """One audio track as heard: after priming and edit lists."""

    stream: int
    codec: str
    layout: str
    channels: int
    sample_rate: int
    start: Fraction  # seconds on the container's clock
    duration: Fraction  # seconds
    language: str = ""
    title: str = ""
    bit_rate: int = 0


def read_tables(file: BinaryIO, movie: Movie, video: VideoStream) -> Pictures | None:
    """The pictures of an MP4 or MOV by its sample tables; None if only demuxing can tell."""
    track = movie.tracks.get(video.id)
    if movie.fragmented or track is None or track.samples is None or video.codec_context is None:
        return None
    samples = track.samples
    if len(samples.dts) > allow.LIMITS.frames:
        raise MediaError("too_many_frames", "The file holds more pictures than can be reviewed", "Split the file.")
    presented = edit_list.present(samples, track.edits, track.timescale, movie.timescale)
    if presented is None:
        return None
    size = file.seek(0, 2)
    chosen = presented.sample
    there = (samples.size > 0) & (samples.offset >= 0) & (samples.offset + samples.size <= size)

    def head(i: int) -> bytes:
        file.seek(int(samples.offset[chosen[i]]))
        return file.read(min(int(samples.size[chosen[i]]), bitstream.HEAD_BYTES))

    codec = video.codec_context.codec.canonical_name
    pictures = arrange(
        presented.pts,
        samples.keyframe[chosen],
        presented.shown & there[chosen],
        codec=codec,
        time_base=Fraction(1, track.timescale),
        last_duration=samples.last_duration,
        head=head,
        length_size=bitstream.nal_length_size(codec, video.codec_context.extradata),
        reordered=bool(np.any(np.diff(samples.cts) < 0)),
        open_gop=has_open_gop(samples.cts, samples.keyframe),
    )
    warnings = pictures.warnings
    missing = int(np.count_nonzero(samples.offset + samples.size > size))
    if missing or movie.cut_short:
        warnings += (f"The file is cut short: {missing} of {len(samples.dts)} pictures are missing",)
    first = head(0) if codec in ("mpeg1video", "mpeg2video") and len(chosen) else b""
    return replace(pictures, edit_list=edit_list.classify(track.edits), first_packet=first, warnings=warnings)


def demux(container: InputContainer, video: VideoStream, *, with_audio: bool) -> tuple[Pictures, dict[int, list[int]]]:
    """Pictures by reading every packet, and [first tick heard, last tick] by audio stream."""
    assert video.codec_context is not None
    audio = [stream for stream in container.streams.audio if stream.codec_context is not None] if with_audio else []
    codec = video.codec_context.codec.canonical_name
    _only(container, video, *audio)
    hides = codec in ("vp8", "vp9")
    fields = bitstream.FieldReader(video.codec_context.extradata) if codec == "h264" else None
    pts: list[int | None] = []
    dts: list[int | None] = []
    key: list[bool] = []
    hidden: list[int] = []
    heads: list[bytes] = []
    found_fields: list[bitstream.Field | None] = []
    avi = container.format.name == "avi"
    b_pictures: list[bool] = []
    length_size = bitstream.nal_length_size(codec, video.codec_context.extradata)
    keys = last_duration = 0
    heard: dict[int, list[int]] = {}
    video_index, limit = video.index, allow.LIMITS.frames
    for packet in allow.packets(container, video, *audio):
        if packet.stream_index != video_index:
            _hear(heard, packet)
            continue
        if not packet.size:
            continue
        if keys < 2:
            heads.append(bytes(memoryview(packet)[: bitstream.HEAD_BYTES]))
            if fields is not None and len(heads) > 8 and not fields.possible:
                fields = None
        if fields is not None:
            found_fields.append(fields.field(bytes(memoryview(packet)[: bitstream.HEAD_BYTES])))
        if avi:
            b_pictures.append(bitstream.is_b_picture(codec, bytes(memoryview(packet)[: bitstream.HEAD_BYTES]), length_size))
        if packet.is_discard or (hides and not bitstream.shown_pictures(codec, memoryview(packet))):
            hidden.append(len(pts))
        pts.append(packet.pts)
        dts.append(packet.dts)
        key.append(is_key := packet.is_keyframe)
        keys += is_key
        if packet.duration:
            last_duration = packet.duration
        if len(pts) > limit:
            raise MediaError("too_many_frames", "The file holds more pictures than can be reviewed", "Split the file.")
    shown = np.ones(len(pts), np.bool_)
    shown[hidden] = False
    keyframe = np.array(key, np.bool_)
    if any(found_fields):
        _join_fields(found_fields, shown, keyframe)
    times = _avi_times(_times(dts, dts), b_pictures) if avi else _times(pts, dts)
    if container.format.name in ("mpegts", "mpeg"):
        times = unwrapped(times)
    shown &= times != NO_TIME
    pictures = arrange(
        times,
        keyframe,
        shown,
        codec=codec,
        time_base=video.time_base or Fraction(1, 90_000),
        last_duration=last_duration,
        head=lambda i: heads[i] if i < len(heads) else b"",
        length_size=length_size,
        reordered=bool(np.any(np.diff(times[times != NO_TIME]) < 0)),
        open_gop=has_open_gop(times[times != NO_TIME], keyframe[times != NO_TIME]),
    )
    return replace(pictures, first_packet=heads[0] if heads else b""), heard


def _times(first: list[int | None], second: list[int | None]) -> NDArray[np.int64]:
    try:
        return np.array(first, np.int64)  # the usual case, at C speed
    except TypeError:
        pairs = zip(first, second, strict=True)
        return np.array([a if a is not None else b if b is not None else NO_TIME for a, b in pairs], np.int64)


def _avi_times(slots: NDArray[np.int64], b_pictures: list[bool]) -> NDArray[np.int64]:
    """AVI has no presentation times: pictures fill its even steps in the order that their types demand.

    (FFmpeg's guesses are a frame late, and out of order with B-frames.)
    """
    if not any(b_pictures):
        return slots
    times = np.empty_like(slots)
    times[bitstream.shown_order(b_pictures)] = np.sort(slots)
    return times


def _join_fields(found: list[bitstream.Field | None], shown: NDArray[np.bool_], keyframe: NDArray[np.bool_]) -> None:
    """Hide the second field of every pair, and a lone one at the start, whose other half was cut off."""
    paired = -1
    for i, (first, second) in enumerate(pairwise(found)):
        if i == paired or first is None or second is None:
            continue
        if first.frame_num == second.frame_num and first.bottom != second.bottom:
            shown[i + 1] = keyframe[i + 1] = False
            paired = i + 1
        elif i == 0:
            shown[0] = keyframe[0] = False


def first_sounds(container: InputContainer, movie: Movie) -> dict[int, list[int]]:
    """[first tick heard, last tick] by audio stream of an MP4 or MOV: start from the first packet, end from the tables."""
    heard: dict[int, list[int]] = {}
    for stream in container.streams.audio:
        track = movie.tracks.get(stream.id)
        if stream.codec_context is None or track is None:
            continue
        _only(container, stream)
        with allow.translated_errors():
            container.seek(0, stream=stream)
        for packet in allow.packets(container, stream):
            _hear(heard, packet)
            if stream.index in heard or not packet.size:
                break
        if stream.index in heard:
            heard[stream.index][1] = heard[stream.index][0] + sounding_ticks(track, movie.timescale)
    return heard


def sounding_ticks(track: Track, movie_timescale: int) -> int:
    """How long a track sounds by its edit list, in its own ticks.

    Edits are counted in movie ticks, often milliseconds: one that ends within such a tick of the media's end means the end.
    """
    if not track.edits or not movie_timescale:
        return track.media_ticks
    total = 0
    for edit in track.edits:
        if edit.media_time >= 0:
            left = max(0, track.media_ticks - edit.media_time)
            wanted = edit.duration * track.timescale // movie_timescale
            whole = not edit.duration or left - wanted <= track.timescale // movie_timescale + 1
            total += left if whole else wanted
    return total


def _only(container: InputContainer, *streams: Any) -> None:
    """Let the demuxer skip what is not asked for."""
    wanted = {stream.index for stream in streams}
    for stream in container.streams:
        stream.discard = Discard.default if stream.index in wanted else Discard.all


def _hear(heard: dict[int, list[int]], packet: "Packet[Any]") -> None:
    pts = packet.pts
    if pts is None or not packet.size:
        return
    entry = heard.get(packet.stream_index)
    if entry is not None:
        entry[1] = pts + (packet.duration or 0)
        return
    skipped = 0
    if packet.has_sidedata("skip_samples"):
        skipped = int.from_bytes(bytes(packet.get_sidedata("skip_samples"))[:4], "little")
    rate = packet.stream.codec_context.sample_rate or 48_000
    if packet.duration and Fraction(skipped, rate) >= packet.duration * packet.time_base:
        # Nothing of this packet is heard; the next one's own side data says how it goes on.
        skipped = round(packet.duration * packet.time_base * rate)
    start = pts + round(Fraction(skipped, rate) / packet.time_base)
    heard[packet.stream_index] = [start, pts + (packet.duration or 0)]


def audio_spans(container: InputContainer, heard: dict[int, list[int]]) -> list[AudioSpan]:
    """Every audio track that can be decoded, in the file's order."""
    return [_span(stream, heard.get(stream.index)) for stream in container.streams.audio if stream.codec_context is not None]


def _span(stream: Any, entry: list[int] | None) -> AudioSpan:
    context = stream.codec_context
    base = stream.time_base or Fraction(1, 48_000)
    start, end = entry if entry is not None else (0, 0)
    return AudioSpan(
        stream=stream.index,
        codec=context.codec.canonical_name,
        layout={"1 channels": "mono", "2 channels": "stereo"}.get(context.layout.name, context.layout.name),
        channels=context.layout.nb_channels,
        sample_rate=context.sample_rate or 0,
        start=start * base,
        duration=max(0, end - start) * base,
        language=stream.metadata.get("language", "").replace("und", ""),
        title=stream.metadata.get("title", stream.metadata.get("handler_name", ""))[:200],
        bit_rate=context.bit_rate or 0,
    )
