"""Every packet of a file as arrays, read once without decoding.

Times are the demuxer's own: in ticks of the stream, after the edit lists that FFmpeg applies, packets in file order. What
players see of the pictures (sorted, hidden ones left out) is the frame index; here stand the raw facts. MP4 and MOV tell the
same in their tables: core.checks.packet_tables.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import repeat
from typing import Any

import av.error
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from media_pipeline.core import allow

NO_TIME = -(2**63)
HEAD_BYTES = 256  # enough to find an encoder's message behind the parameter sets
MOST_HEADS = 20_000
MOST_EXTRADATA = 4096
_INTRA_ONLY = frozenset({"prores", "dnxhd", "mjpeg", "jpeg2000", "v210", "rawvideo", "dvvideo", "cfhd", "png", "hap", "qtrle"})


@dataclass(frozen=True)
class StreamPackets:
    """One stream's packets in file order. A time that a packet does not have is NO_TIME."""

    stream: int
    kind: str  # "video" | "audio" | "data" | "subtitle" | …
    codec: str
    time_base: Fraction
    pts: NDArray[np.int64]
    dts: NDArray[np.int64]
    duration: NDArray[np.int64]  # ticks; 0 where the file does not say
    size: NDArray[np.int64]  # bytes
    key: NDArray[np.bool_]
    corrupt: NDArray[np.bool_]  # flagged by the demuxer
    position: NDArray[np.int64]  # byte in the file; -1 where unknown
    heads: dict[int, bytes]  # first HEAD_BYTES of the key packets of video that is not all key frames, by packet number
    sample_rate: int = 0
    frame_size: int = 0  # samples that a packet of this codec decodes to; 0 if it varies or is unknown
    skip_start: int = 0  # samples that a player leaves out at the start (priming)
    discard_end: int = 0  # and at the end (padding)
    metadata: Mapping[str, str] = field(default_factory=dict)  # what the container says of the stream
    claimed_frames: int = 0  # packets that the header announces; 0 if it does not say
    claimed_ticks: int = 0  # length that the header announces; 0 if it does not say
    extradata: bytes = b""  # the codec's own header

    def __len__(self) -> int:
        return len(self.size)

    @property
    def times(self) -> NDArray[np.int64]:
        """Presentation times, decoding times where there are none."""
        return np.where(self.pts != NO_TIME, self.pts, self.dts)


@dataclass(frozen=True)
class PacketArrays:
    streams: dict[int, StreamPackets]
    read_error: str = ""  # why reading stopped before the end, in FFmpeg's words
    metadata: Mapping[str, str] = field(default_factory=dict)  # of the container
    claimed_ms: float = 0.0  # length that the container's header announces (or FFmpeg estimates); 0 if nothing does

    def of_kind(self, kind: str) -> list[StreamPackets]:
        return [stream for stream in self.streams.values() if stream.kind == kind]


class _Growing:
    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.pts, self.dts, self.duration, self.size, self.position = (array("q") for _ in range(5))
        self.key, self.corrupt = bytearray(), bytearray()
        self.heads: dict[int, bytes] = {}
        self.skip_start = self.discard_end = 0
        codec = stream.codec_context
        self.codec = codec.codec.canonical_name if codec is not None else ""
        self.keeps_heads = keeps_heads(stream.type, self.codec)
        self.has_sound = stream.type == "audio"

    def add(self, packet: Any) -> None:
        pts, dts = packet.pts, packet.dts
        self.pts.append(NO_TIME if pts is None else pts)
        self.dts.append(NO_TIME if dts is None else dts)
        self.duration.append(packet.duration or 0)
        self.size.append(packet.size)
        position = packet.pos
        self.position.append(-1 if position is None else position)
        is_key = packet.is_keyframe
        self.key.append(is_key)
        self.corrupt.append(packet.is_corrupt)
        if is_key and self.keeps_heads and len(self.heads) < MOST_HEADS:
            self.heads[len(self.size) - 1] = bytes(memoryview(packet)[:HEAD_BYTES])
        elif self.has_sound and packet.has_sidedata("skip_samples"):
            data = bytes(packet.get_sidedata("skip_samples"))
            if len(self.size) == 1:
                self.skip_start = int.from_bytes(data[:4], "little")
            self.discard_end = int.from_bytes(data[4:8], "little")
        elif self.has_sound:
            self.discard_end = 0

    def whole(self) -> StreamPackets:
        def numbers(values: "array[int]") -> NDArray[np.int64]:
            return np.frombuffer(values, np.int64).copy() if len(values) else np.zeros(0, np.int64)

        return StreamPackets(
            **described(self.stream),
            pts=numbers(self.pts),
            dts=numbers(self.dts),
            duration=numbers(self.duration),
            size=numbers(self.size),
            key=np.frombuffer(bytes(self.key), np.bool_),
            corrupt=np.frombuffer(bytes(self.corrupt), np.bool_),
            position=numbers(self.position),
            heads=self.heads,
            skip_start=self.skip_start,
            discard_end=self.discard_end,
        )


def described(stream: Any) -> dict[str, Any]:
    """What the header says of a stream, as fields of StreamPackets."""
    context = stream.codec_context
    sound = context if stream.type == "audio" else None
    return {
        "stream": stream.index,
        "kind": stream.type,
        "codec": context.codec.canonical_name if context is not None else "",
        "time_base": stream.time_base or Fraction(1, 90_000),
        "sample_rate": sound.sample_rate or 0 if sound is not None else 0,
        "frame_size": sound.frame_size or 0 if sound is not None else 0,
        "metadata": {key.lower(): value[:500] for key, value in list(stream.metadata.items())[:50]},
        "claimed_frames": stream.frames or 0,
        "claimed_ticks": stream.duration or 0,
        "extradata": bytes(context.extradata or b"")[:MOST_EXTRADATA] if context is not None else b"",
    }


def whole(container: InputContainer, streams: dict[int, StreamPackets], error: str) -> PacketArrays:
    """The arrays together with what the header says of the whole."""
    metadata = {key.lower(): value[:500] for key, value in list(container.metadata.items())[:50]}
    return PacketArrays(streams, error, metadata, (container.duration or 0) / 1000)


def keeps_heads(kind: str, codec: str) -> bool:
    """Whether the beginnings of this stream's key packets are worth keeping."""
    return kind == "video" and codec not in _INTRA_ONLY


def read(path: str) -> PacketArrays:
    """Demux the whole file. Raises MediaError if it cannot be opened; a read error later ends the arrays early."""
    error = ""
    with allow.open_media(path) as container:
        growing = {stream.index: _Growing(stream) for stream in container.streams}
        packets = container.demux()
        for _ in repeat(None):
            try:
                packet = next(packets)
            except (StopIteration, IndexError):  # IndexError: PyAV 18.1 at the end of some transport streams
                break
            except av.error.FFmpegError as reason:
                error = str(reason)[:200]
                break
            if packet.size and packet.stream_index in growing:
                growing[packet.stream_index].add(packet)
        return whole(container, {number: stream.whole() for number, stream in growing.items()}, error)
