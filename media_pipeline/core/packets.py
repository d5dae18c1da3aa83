"""Reads every packet of a file and tells which pictures are presented, when, and from when to when each audio track sounds."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

from media_pipeline.core import allow
from media_pipeline.core.errors import MediaError


@dataclass(frozen=True)
class Pictures:
    """Presented pictures in order of presentation."""

    pts: NDArray[np.int64]
    keyframe: NDArray[np.bool_]
    time_base: Fraction
    last_duration: int
    reordered: bool = False  # decoding order differs from presentation order
    open_gop: bool = False
    fragmented: bool = False
    edit_list: str = ""
    first_packet: bytes = b""  # start of the first packet, for what only the bitstream says
    warnings: tuple[str, ...] = ()


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


def read_packets(container: InputContainer, video: VideoStream) -> tuple[Pictures, list[AudioSpan]]:
    """Demux the whole file once. Raises MediaError if it claims more pictures than LIMITS."""
    audio = [stream for stream in container.streams.audio if stream.codec_context is not None]
    pts: list[int | None] = []
    dts: list[int | None] = []
    key: list[bool] = []
    discard: list[bool] = []
    last_duration = 0
    first_packet = b""
    heard: dict[int, list[Any]] = {}
    video_index = video.index
    with allow.translated_errors():
        for packet in container.demux(video, *audio):
            if packet.size == 0:
                continue
            if packet.stream_index == video_index:
                if not pts:
                    first_packet = bytes(memoryview(packet)[:4096])
                pts.append(packet.pts)
                dts.append(packet.dts)
                key.append(packet.is_keyframe)
                discard.append(packet.is_discard)
                last_duration = packet.duration or last_duration
                if len(pts) > allow.LIMITS.frames:
                    raise MediaError("too_many_frames", "The file holds more pictures than can be reviewed", "Split the file.")
            else:
                _hear(heard, packet)
    time_base = video.time_base or Fraction(1, 90_000)
    pictures = _present(pts, dts, key, discard, time_base, last_duration, first_packet)
    return pictures, [_span(stream, heard.get(stream.index)) for stream in audio]


def _present(
    pts: list[int | None],
    dts: list[int | None],
    key: list[bool],
    discard: list[bool],
    time_base: Fraction,
    last_duration: int,
    first_packet: bytes,
) -> Pictures:
    times = [p if p is not None else d for p, d in zip(pts, dts, strict=True)]
    kept = [i for i, t in enumerate(times) if t is not None and not discard[i]]
    decoded = np.array([times[i] for i in kept], np.int64)
    keys = np.array([key[i] for i in kept], np.bool_)
    order = np.argsort(decoded, kind="stable")
    return Pictures(
        pts=decoded[order],
        keyframe=keys[order],
        time_base=time_base,
        last_duration=last_duration,
        reordered=bool(np.any(np.diff(decoded) < 0)),
        open_gop=has_open_gop(decoded, keys),
        first_packet=first_packet,
    )


def has_open_gop(decoded: NDArray[np.int64], keyframe: NDArray[np.bool_]) -> bool:
    """Whether a picture is shown before a key frame that it is decoded after. Times in decoding order."""
    if len(decoded) == 0:
        return False
    later_minimum = np.minimum.accumulate(decoded[::-1])[::-1]
    return bool(np.any(later_minimum[keyframe] < decoded[keyframe]))


def _hear(heard: dict[int, list[Any]], packet: "Packet[Any]") -> None:
    if packet.pts is None or packet.is_discard:
        return
    entry = heard.get(packet.stream_index)
    if entry is None:
        skipped = 0
        if packet.has_sidedata("skip_samples"):
            skipped = int.from_bytes(bytes(packet.get_sidedata("skip_samples"))[:4], "little")
        rate = packet.stream.codec_context.sample_rate or 48_000
        base = packet.time_base
        start = packet.pts + round(Fraction(skipped, rate) / base)
        heard[packet.stream_index] = [start, packet.pts + (packet.duration or 0)]
    else:
        entry[1] = max(entry[1], packet.pts + (packet.duration or 0))


def _span(stream: Any, entry: list[Any] | None) -> AudioSpan:
    context = stream.codec_context
    base = stream.time_base or Fraction(1, 48_000)
    start, end = entry if entry is not None else (0, 0)
    return AudioSpan(
        stream=stream.index,
        codec=context.codec.canonical_name,
        layout=context.layout.name,
        channels=context.layout.nb_channels,
        sample_rate=context.sample_rate or 0,
        start=start * base,
        duration=max(0, end - start) * base,
        language=stream.metadata.get("language", "").replace("und", ""),
        title=stream.metadata.get("title", stream.metadata.get("handler_name", ""))[:200],
        bit_rate=context.bit_rate or 0,
    )
