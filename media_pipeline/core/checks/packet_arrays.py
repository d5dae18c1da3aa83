"""Every packet of a file as arrays, read once without decoding.

Times are the demuxer's own: in ticks of the stream, after the edit lists that FFmpeg applies, packets in file order. What
players see of the pictures (sorted, hidden ones left out) is the frame index; here stand the raw facts. MP4 and MOV tell the
same in their tables: core.checks.packet_tables.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av.container import InputContainer


NO_TIME = -(2**63)
HEAD_BYTES = 256  # enough to find an encoder's message behind the parameter sets
MOST_HEADS = 20_000
MOST_EXTRADATA = 4096
_BLOCK = 65_536
_FLAGS_LOSS = frozenset({"mpegts", "mpeg"})  # elsewhere only the last packet of a file that was cut
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
    corrupt: NDArray[np.bool_]  # flagged by the demuxer (transport and program streams), or the last one of a file that was cut
    position: NDArray[np.int64]  # byte in the file, by the tables of MP4 and MOV; -1 elsewhere
    heads: dict[int, bytes]  # first HEAD_BYTES of the key packets of video that is not all key frames, by packet number
    sample_rate: int = 0
    frame_size: int = 0  # samples that a packet of this codec decodes to; 0 if it varies or is unknown
    skip_start: int = 0  # samples that a player leaves out at the start (priming)
    discard_end: int = 0  # and at the end (padding)
    metadata: Mapping[str, str] = field(default_factory=dict)  # what the container says of the stream
    claimed_frames: int = 0  # packets that the header announces; 0 if it does not say
    claimed_ticks: int = 0  # length that the header announces; 0 if it does not say
    extradata: bytes = b""  # the codec's own header
    sample_bytes: int = 0  # one sample of all channels, of uncompressed sound; else 0

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
    """Packets of one stream as they come: columns, folded into arrays block by block. Each step here is felt in long files."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.columns: tuple[list[int | None], ...] = tuple([] for _ in range(6))  # pts, dts, duration, size, key, corrupt
        self.blocks: list[NDArray[np.int64]] = []
        self.folded = 0
        self.heads: dict[int, bytes] = {}
        self.keeps_heads = keeps_heads(stream.type, stream.codec_context.codec.canonical_name if stream.codec_context else "")
        self.first: Any = None  # the first and the last packet know what of the sound is left out at the ends
        self.last: Any = None

    def keep_head(self, packet: Any) -> None:
        if len(self.heads) < MOST_HEADS:
            self.heads[self.folded + len(self.columns[0]) - 1] = bytes(memoryview(packet)[:HEAD_BYTES])

    def fold(self) -> None:
        count = len(self.columns[0])
        corrupt = self.columns[5] or [0] * count
        self.blocks.append(np.stack([_numbers(column) for column in (*self.columns[:5], corrupt)]))
        self.folded += count
        for column in self.columns:
            column.clear()

    def whole(self) -> StreamPackets:
        pts, dts, duration, size, key, corrupt = np.concatenate(self.blocks, 1)
        if len(corrupt) and self.last is not None:
            corrupt[-1] |= self.last.is_corrupt  # wherever a file is cut, its last packet is
        return StreamPackets(
            **described(self.stream),
            pts=pts,
            dts=dts,
            duration=np.where(duration == NO_TIME, 0, duration),
            size=size,
            key=key.astype(np.bool_),
            corrupt=corrupt.astype(np.bool_),
            position=np.full(len(pts), -1, np.int64),
            heads=self.heads,
            skip_start=_skipped(self.first)[0],
            discard_end=_skipped(self.last)[1],
        )


def _numbers(column: list[int | None]) -> NDArray[np.int64]:
    try:
        return np.array(column, np.int64)  # the usual case, at C speed
    except TypeError:
        return np.array([NO_TIME if value is None else value for value in column], np.int64)


def _skipped(packet: Any) -> tuple[int, int]:
    """Samples that a player leaves out at the start and at the end of a packet."""
    if packet is None or not packet.has_sidedata("skip_samples"):
        return 0, 0
    data = bytes(packet.get_sidedata("skip_samples"))
    return int.from_bytes(data[:4], "little"), int.from_bytes(data[4:8], "little")


PCM_BITS = {"u8": 8, "s8": 8, "alaw": 8, "mulaw": 8, "s16": 16, "s24": 24, "s32": 32, "f32": 32, "f64": 64}


def pcm_bits(codec: str) -> int:
    """Per sample of uncompressed sound, by FFmpeg's name of the codec; 0 for all other, and where packing is special."""
    kind = codec.removeprefix("pcm_").removesuffix("_planar").removesuffix("le").removesuffix("be")
    return PCM_BITS.get(kind, 0) if codec.startswith("pcm_") else 0


def described(stream: Any) -> dict[str, Any]:
    """What the header says of a stream, as fields of StreamPackets."""
    context = stream.codec_context
    sound = context if stream.type == "audio" else None
    codec = context.codec.canonical_name if context is not None else ""
    return {
        "stream": stream.index,
        "kind": stream.type,
        "codec": codec,
        "time_base": stream.time_base or Fraction(1, 90_000),
        "sample_rate": sound.sample_rate or 0 if sound is not None else 0,
        "frame_size": sound.frame_size or 0 if sound is not None else 0,
        "sample_bytes": pcm_bits(codec) // 8 * sound.layout.nb_channels if sound is not None else 0,
        "metadata": {key.lower(): value[:500] for key, value in list(stream.metadata.items())[:50]},
        "claimed_frames": stream.frames or 0,
        "claimed_ticks": stream.duration or 0,
        "extradata": bytes(context.extradata or b"")[:MOST_EXTRADATA] if context is not None else b"",
    }


def whole(container: "InputContainer", streams: dict[int, StreamPackets], error: str) -> PacketArrays:
    """The arrays together with what the header says of the whole."""
    metadata = {key.lower(): value[:500] for key, value in list(container.metadata.items())[:50]}
    return PacketArrays(streams, error, metadata, (container.duration or 0) / 1000)


def keeps_heads(kind: str, codec: str) -> bool:
    """Whether the beginnings of this stream's key packets are worth keeping."""
    return kind == "video" and codec not in _INTRA_ONLY


def read(path: str) -> PacketArrays:
    """Demux the whole file. Raises MediaError if it cannot be opened; a read error later ends the arrays early."""
    import av.error  # here, since those who only judge what was measured do without FFmpeg

    from media_pipeline.core import allow

    error = ""
    with allow.open_media(path) as container:
        growing = {stream.index: _Growing(stream) for stream in container.streams}
        packets = container.demux()
        try:
            while _take(packets, growing, flagged=container.format.name in _FLAGS_LOSS):
                for stream in growing.values():
                    stream.fold()
        except IndexError:  # PyAV 18.1 at the end of some transport streams
            pass
        except av.error.FFmpegError as reason:
            error = str(reason)[:200]
        for stream in growing.values():
            stream.fold()
        return whole(container, {number: stream.whole() for number, stream in growing.items()}, error)


def _take(packets: Iterator[Any], growing: dict[int, _Growing], *, flagged: bool) -> bool:
    """Read a block of packets; False at the end. `flagged`: the demuxer marks packets that lost something."""
    to = None
    appends = {number: tuple(column.append for column in stream.columns) for number, stream in growing.items()}
    for packet in islice(packets, _BLOCK):
        size, number = packet.size, packet.stream_index
        if not size or number not in appends:
            to = to or growing.get(number)
            continue
        to = growing[number]
        pts, dts, duration, sizes, key, corrupt = appends[number]
        pts(packet.pts)
        dts(packet.dts)
        duration(packet.duration)
        sizes(size)
        is_key = packet.is_keyframe
        key(is_key)
        if flagged:
            corrupt(packet.is_corrupt)
        to.last = packet
        if to.first is None:
            to.first = packet
        if is_key and to.keeps_heads:
            to.keep_head(packet)
    return to is not None
