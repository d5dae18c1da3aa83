"""The encoders of the browser proxy and the file that is muxed from their spools."""

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream

from media_pipeline.core.proxy_plan import GOP, FrameTimes, ProxyPlan, Rung, x264_options
from media_pipeline.core.spool import Spool

AUDIO_RATE = 48_000
_GLOBAL_HEADER = 1 << 22  # parameter sets beside the stream, as MP4 wants them


class PictureEncoder:
    """H.264 High 4:2:0 without B-frames, closed GOPs of twelve: frame n of the proxy is packet n."""

    def __init__(self, rung: Rung, times: FrameTimes, plan: ProxyPlan, spool: Path, threads: int) -> None:
        self.rung = rung
        self.spool = Spool(spool)
        self._times = times
        self._time_base = Fraction(1, times.timescale)
        self._holder = _holder()
        self.stream: VideoStream = self._holder.add_stream(
            "libx264",
            rate=times.rate,
            options=x264_options(plan),
            width=rung.width,
            height=rung.height,
            time_base=self._time_base,
        )
        context = self.stream.codec_context
        context.pix_fmt = "yuv420p"
        context.gop_size = GOP
        context.max_b_frames = 0
        context.sample_aspect_ratio = Fraction(1)
        context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
        context.thread_count = threads
        context.flags |= _GLOBAL_HEADER
        self._holder.start_encoding()

    def encode(self, n: int, frame: VideoFrame) -> None:
        times = self._times
        frame.pts, frame.time_base = int(times.times[n]), self._time_base
        frame.pict_type = 0  # the source's picture types are not the proxy's
        for packet in self.stream.encode(frame):
            self._keep(packet)

    def finish(self) -> None:
        for packet in self.stream.encode(None):
            self._keep(packet)

    def _keep(self, packet: "av.Packet[Any]") -> None:
        n = len(self.spool)
        if n < len(self._times):
            packet.duration = self._times.end(n + 1) - int(self._times.times[n])
        self.spool.append(packet)

    def close(self) -> None:
        self.spool.close()
        self._holder.close()


class SoundEncoder:
    """AAC-LC, 48 kHz. The encoder's priming comes before time 0 and is hidden by the file's edit list.

    `quick`: FFmpeg's coder "fast", which takes half of the time and needs half as many bits more for the same error.
    """

    def __init__(self, spool: Path, *, layout: str, bit_rate: int, quick: bool = False) -> None:
        self.spool = Spool(spool)
        self.layout = layout  # "mono" | "stereo"
        self._holder = _holder()
        options = {"aac_coder": "fast"} if quick else {}
        self.stream: AudioStream = self._holder.add_stream("aac", rate=AUDIO_RATE, options=options)
        self.stream.codec_context.layout = layout
        self.stream.codec_context.bit_rate = bit_rate
        self.stream.codec_context.flags |= _GLOBAL_HEADER
        self._holder.start_encoding()

    def encode(self, frame: AudioFrame) -> None:
        """Float planar samples of the layout at 48 kHz, their time in samples."""
        for packet in self.stream.encode(frame):
            self.spool.append(packet)

    def finish(self) -> None:
        for packet in self.stream.encode(None):
            self.spool.append(packet)

    def close(self) -> None:
        self.spool.close()
        self._holder.close()


class Packets(Protocol):
    """Packets in the order in which they are shown; `len` is 0 when there are none."""

    def packets(self) -> Iterator["av.Packet[Any]"]: ...

    def __len__(self) -> int: ...


class Sound(Protocol):
    """AAC at AUDIO_RATE: the stream that its packets are of, their times in samples."""

    @property
    def stream(self) -> AudioStream: ...

    @property
    def spool(self) -> Packets: ...


def mux(path: Path, pictures: PictureEncoder, sound: Sound | None, times: FrameTimes) -> bool:
    """Write a whole progressive MP4 (index first) of the frames of `times`, the first of the spool's.

    The file appears at `path` only when complete. Sound that begins after the last frame is over is left out. Returns
    whether the file has sound.
    """
    beside = path.with_name(path.name + ".part")
    # Edit lists count in the movie's timescale: the default of milliseconds would round the picture's length.
    options = {"movflags": "+faststart", "movie_timescale": str(times.timescale), "video_track_timescale": str(times.timescale)}
    with av.open(str(beside), "w", format="mp4", container_options=options) as container:
        video = container.add_stream_from_template(pictures.stream, opaque=True)
        audio = (
            container.add_stream_from_template(sound.stream, opaque=True) if sound is not None and len(sound.spool) else None
        )
        end = times.end()
        video_base, audio_base = Fraction(1, times.timescale), Fraction(1, AUDIO_RATE)
        waiting = sound.spool.packets() if sound is not None and audio is not None else iter(())
        next_sound = next(waiting, None)
        for n, packet in enumerate(pictures.spool.packets()):
            if n == len(times):
                break
            while next_sound is not None and _pts(next_sound) * times.timescale < _pts(packet) * AUDIO_RATE:
                _write(container, next_sound, audio, audio_base)
                next_sound = next(waiting, None)
            packet.duration = times.end(n + 1) - int(times.times[n])
            _write(container, packet, video, video_base)
        while next_sound is not None and _pts(next_sound) * times.timescale < end * AUDIO_RATE:
            _write(container, next_sound, audio, audio_base)
            next_sound = next(waiting, None)
    beside.replace(path)
    return audio is not None


def mux_sound(path: Path, sound: SoundEncoder) -> None:
    """Write an MP4 (index first) of what the encoder has made, time 0 being where frame 0 appears. There must be some."""
    beside = path.with_name(path.name + ".part")
    options = {"movflags": "+faststart", "movie_timescale": str(AUDIO_RATE)}
    with av.open(str(beside), "w", format="mp4", container_options=options) as container:
        audio = container.add_stream_from_template(sound.stream, opaque=True)
        for packet in sound.spool.packets():
            _write(container, packet, audio, Fraction(1, AUDIO_RATE))
    beside.replace(path)


def _write(container: OutputContainer, packet: "av.Packet[Any]", stream: Any, time_base: Fraction) -> None:
    packet.stream = stream
    packet.time_base = time_base
    container.mux_one(packet)


def _pts(packet: "av.Packet[Any]") -> int:
    assert packet.pts is not None
    return packet.pts


def _holder() -> OutputContainer:
    """A container that writes nothing: opens an encoder and keeps its stream's parameters for the real files."""
    return av.open(os.devnull, "w", format="null")
