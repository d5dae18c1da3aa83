"""A sound track written anew: its samples laid on the picture's clock, moved, played faster, and encoded."""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.filter import Graph
from numpy.typing import NDArray

from media_pipeline.core.corrections.places import LoudPlaces
from media_pipeline.core.corrections.plan import TrackChange
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.sound import TrackClock, format_for, framed, planar
from media_pipeline.core.summary import AudioTrack

Samples = NDArray[np.float32]

_BLOCK = 1 << 15  # samples handed to the encoder at once
_LARGEST = 1_000_000  # of the two whole numbers that stand for a ratio; it is met to a part in 10**12
_LEAD = Fraction(1, 10)  # seconds
_NO_FAULT = Fraction(45, 1000)  # seconds that sound may end before the picture (checks.packets.length)
_AAC_BITS = 160_000  # a second and channel: nothing more is gained above


class TrackWriter:
    """Takes a track's decoded frames and gives encoded packets. Uncompressed sound stays of its kind, to the bit where it
    is only moved; compressed sound becomes AAC in MP4 and 24-bit PCM in MOV."""

    def __init__(
        self, out: OutputContainer, stream: AudioStream, track: AudioTrack, change: TrackChange, index: FrameIndex
    ) -> None:
        self.places = LoudPlaces(track.sample_rate, index.duration * change.ratio)
        self.codec = _codec(track.codec, out.format.name)
        made = out.add_stream(self.codec, rate=track.sample_rate)
        assert isinstance(made, AudioStream)
        self.stream = made
        context = self.stream.codec_context
        context.layout = track.layout or stream.layout.name
        if self.codec == "aac":
            context.bit_rate = _AAC_BITS * track.channels
        for key in ("language", "title"):
            if key in stream.metadata:
                self.stream.metadata[key] = stream.metadata[key]
        self._rate = track.sample_rate
        self._layout = context.layout.name
        self._format = context.format.name
        shift = change.milliseconds / 1000
        base = stream.time_base or Fraction(1, track.sample_rate)
        # Sound that is to come later begins on a clock that begins earlier. The clock must begin before the sound does: times
        # are rounded to the container's ticks, and only the first of them may count.
        first = index.start + Fraction(track.start_num, track.start_den) - _LEAD
        self._lead = max(0, math.ceil((index.start - shift - first) * self._rate))
        origin, length = index.start - shift - Fraction(self._lead, self._rate), index.duration * change.ratio
        self._clock = TrackClock(track, base, origin, length + Fraction(self._lead, self._rate))
        self._player = _Player(self._rate, self._layout, self._clock.channels, change.ratio) if change.ratio != 1 else None
        self._length = int(_end(track, change, index.duration) * self._rate)
        self._written = 0
        self._taken = 0

    def feed(self, frame: AudioFrame) -> "Iterator[av.Packet[Any]]":
        for block in self._clock.feed(frame):
            yield from self._take(block.samples)

    def finish(self) -> "Iterator[av.Packet[Any]]":
        """Silence up to where the track ends, and what the encoder still holds."""
        for block in self._clock.flush():
            yield from self._take(block.samples)
        if self._player is not None:
            for samples in self._player.finish():
                yield from self._encode(samples)
        while (left := self._length - self._written) > 0:
            yield from self._encode(np.zeros((self._clock.channels, min(left, _BLOCK)), np.float32))
        yield from self.stream.encode(None)

    def _take(self, samples: Samples) -> "Iterator[av.Packet[Any]]":
        early = min(self._lead, samples.shape[1])
        self._lead -= early
        samples = samples[:, early:]
        if not samples.shape[1]:
            return
        self.places.look(self._taken, samples)
        self._taken += samples.shape[1]
        for played in self._player.play(samples) if self._player is not None else (samples,):
            yield from self._encode(played)

    def _encode(self, samples: Samples) -> "Iterator[av.Packet[Any]]":
        samples = samples[:, : max(0, self._length - self._written)]
        for start in range(0, samples.shape[1], _BLOCK):
            part = samples[:, start : start + _BLOCK]
            frame = frame_of(part, self._format, self._layout, self._rate)
            frame.pts, frame.time_base = self._written, Fraction(1, self._rate)
            self._written += part.shape[1]
            yield from self.stream.encode(frame)


class _Player:
    """Plays samples `ratio` times as fast, with their pitch. FFmpeg's resampler with long filters and interpolation between
    their phases; the ratio is met exactly on average, so that nothing adds up over the hours."""

    def __init__(self, rate: int, layout: str, channels: int, ratio: Fraction) -> None:
        exact = ratio.limit_denominator(_LARGEST)
        scale = max(1, -(-8000 // exact.denominator))  # rates so small would be taken for filters of another length
        self._from, self._layout = exact.numerator * scale, layout
        graph = Graph()
        source = graph.add(
            "abuffer",
            sample_rate=str(self._from),
            sample_fmt=format_for(channels),
            channel_layout=layout,
            time_base=f"1/{self._from}",
        )
        speed = graph.add("aresample", f"{exact.denominator * scale}:filter_size=64:phase_shift=12:linear_interp=1:cutoff=0.97")
        graph.link_nodes(source, speed, graph.add("abuffersink")).configure()
        self._graph = graph
        self._fed = 0

    def play(self, samples: Samples) -> Iterator[Samples]:
        frame = framed(samples, self._layout)
        frame.sample_rate, frame.pts, frame.time_base = self._from, self._fed, Fraction(1, self._from)
        self._fed += samples.shape[1]
        self._graph.push(frame)
        yield from self._pull()

    def finish(self) -> Iterator[Samples]:
        self._graph.push(None)
        yield from self._pull()

    def _pull(self) -> Iterator[Samples]:
        while True:
            try:
                frame = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            assert isinstance(frame, AudioFrame)
            yield planar(frame)


def _end(track: AudioTrack, change: TrackChange, picture: Fraction) -> Fraction:
    """When the track ends, in seconds after the first picture: with the picture, unless sound is missing at its end. What is
    missing is not made whole by silence: it shall still be found."""
    shift = change.milliseconds / 1000
    ends = Fraction(track.start_num, track.start_den) + Fraction(track.duration_num, track.duration_den)
    moved = (ends + shift) / change.ratio
    return picture if moved + abs(shift) >= picture - _NO_FAULT else max(Fraction(0), moved)


def frame_of(samples: Samples, kind: str, layout: str, rate: int) -> AudioFrame:
    """Samples (channels, n) of full scale 1 as a frame of FFmpeg's format `kind`. Integers are rounded; those of up to 24
    bits come out as they once went in."""
    packed = kind.removesuffix("p")
    data = _CONVERT[packed](samples)
    apart = kind != packed and format_for(len(samples)).endswith(
        "p"
    )  # PyAV fills the planes of fewer than eight channels alone
    if not apart:
        data = data.T.reshape(1, -1)
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(data), format=kind if apart else packed, layout=layout)
    frame.sample_rate = rate
    if frame.format.name != kind:
        (frame,) = AudioResampler(format=kind, layout=layout, rate=rate).resample(frame)
    return frame


def _whole(bits: int, kind: Any) -> Callable[[Samples], NDArray[Any]]:
    top = 2 ** (bits - 1)
    return lambda samples: np.clip(np.rint(samples.astype(np.float64) * top), -top, top - 1).astype(kind)


_CONVERT: dict[str, Callable[[Samples], NDArray[Any]]] = {
    "u8": lambda samples: (np.clip(np.rint(samples * 128), -128, 127) + 128).astype(np.uint8),
    "s16": _whole(16, np.int16),
    "s32": _whole(32, np.int32),
    "flt": lambda samples: samples,
    "dbl": lambda samples: samples.astype(np.float64),
}


def _codec(codec: str, container: str) -> str:
    if codec.startswith("pcm_") and not codec.endswith(("law", "planar", "bluray", "dvd")):
        return codec
    if codec in ("alac", "flac"):
        return "alac"
    return "aac" if container == "mp4" and not codec.startswith("pcm_") else "pcm_s24le"
