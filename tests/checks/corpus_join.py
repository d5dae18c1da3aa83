"""Files made of others by copying packets, as `ffmpeg -f concat -c copy` does, and by editing packets on the way."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

_FORMATS = {".ts": "mpegts", ".mkv": "matroska"}


def concatenated(parts: Sequence[Path], path: Path) -> Path:
    """The parts one behind the other: each begins where the longest stream of the one before ends; a decoding time that does
    not rise becomes the one before plus a tick, as FFmpeg's muxing does."""
    offset = Fraction(0)
    last: dict[int, int] = {}
    with av.open(str(path), "w", format=_FORMATS.get(path.suffix)) as out:
        streams: dict[int, Any] = {}
        for part in parts:
            with av.open(str(part)) as source:
                if not streams:
                    streams = {s.index: out.add_stream_from_template(s) for s in source.streams if s.type in ("video", "audio")}
                for packet in source.demux():
                    if packet.size and packet.stream_index in streams and packet.pts is not None:
                        _copy(out, packet, streams, offset, last)
                offset += Fraction(source.duration or 0, 1_000_000)
    return path


def _copy(out: Any, packet: Any, streams: dict[int, Any], offset: Fraction, last: dict[int, int]) -> None:
    index = packet.stream_index
    copy = av.Packet(bytes(packet))
    shift = round(offset / packet.time_base)
    dts = (packet.dts if packet.dts is not None else packet.pts) + shift
    pts = packet.pts + shift
    if index in last and dts <= last[index]:
        dts = last[index] + 1
        pts = max(pts, dts)
    last[index] = dts
    copy.pts, copy.dts, copy.duration, copy.time_base = pts, dts, packet.duration or 0, packet.time_base
    copy.is_keyframe, copy.stream = packet.is_keyframe, streams[index]
    out.mux(copy)


# (stream type, number of the packet in its stream, pts, dts, time base) -> new (pts, dts), or None to leave it out
Edit = Callable[[str, int, int, int, Fraction], tuple[int, int] | None]


def edited(source: Path, path: Path, edit: Edit, *, mux: dict[str, str] | None = None) -> Path:
    """The packets of a file with other times, or without some of them."""
    with av.open(str(source)) as clip, av.open(str(path), "w", format=_FORMATS.get(path.suffix), options=mux or {}) as out:
        streams: dict[int, Any] = {}
        for stream in clip.streams:
            if stream.type in ("video", "audio"):
                streams[stream.index] = out.add_stream_from_template(stream)
        seen = dict.fromkeys(streams, 0)
        for packet in clip.demux():
            if not packet.size or packet.pts is None or packet.stream_index not in streams:
                continue
            number, base = seen[packet.stream_index], packet.time_base
            seen[packet.stream_index] += 1
            dts = packet.dts if packet.dts is not None else packet.pts
            times = edit(packet.stream.type, number, packet.pts, dts, base)
            if times is None:
                continue
            copy = av.Packet(bytes(packet))
            copy.pts, copy.dts = times
            copy.duration, copy.time_base, copy.is_keyframe = packet.duration or 0, base, packet.is_keyframe
            copy.stream = streams[packet.stream_index]
            out.mux(copy)
    return path
