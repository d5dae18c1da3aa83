"""Writes a corrected copy: pictures copied packet by packet wherever that is possible, changed sound laid anew."""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any
from zlib import crc32

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.stream import Stream
from av.video.stream import VideoStream

from media_pipeline.core import allow
from media_pipeline.core.corrections.picture import PictureCopy, PictureEncoder, kept_times, timescale_of
from media_pipeline.core.corrections.places import Place
from media_pipeline.core.corrections.plan import PROXY_PRESETS, Plan, TrackChange, size_of
from media_pipeline.core.corrections.sound import TrackWriter
from media_pipeline.core.errors import MediaError
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.report import Report
from media_pipeline.core.summary import AudioTrack, Summary

_EXACT = ("mov", "matroska", "mxf")  # whose sound packets carry exact times: that of others is laid anew


@dataclass
class Written:
    """`frames`: pictures of the copy. `checksum` of the copied packets, None if they were encoded or
    must be packed in another way (a stream with start codes). `places`: where the loudest
    moments of each changed track were (core.corrections.places). `left_out`: tracks of the source that the copy has not."""

    container: str
    frames: int = 0
    checksum: int | None = 0
    encoded: bool = False
    timescale: int = 1
    places: dict[int, list[Place]] = field(default_factory=dict)
    left_out: int = 0


def write(
    source: str, summary: Summary, index: FrameIndex, plan: Plan, target: Path, report: Report, *, container: str
) -> Written:
    """Write the copy to `target`. Raises MediaError("not_correctable") for what cannot be done by copying pictures and
    laying sound anew; the source's own errors too."""
    for track in plan.tracks:
        if not 0 <= track < len(summary.audio):
            raise MediaError("not_correctable", f"The file has no sound track {track + 1}", "Name a track that it has.")
    with allow.open_media(source) as original:
        try:
            scale = timescale_of(index, plan.rate)
            # Edit lists count in the movie's timescale: the default of milliseconds would round what they hide.
            options = {"movflags": "+faststart", "movie_timescale": str(scale), "video_track_timescale": str(scale)}
            with av.open(str(target), "w", format=container, container_options=options) as out:
                writing = _Writing(original, out, summary, index, plan, scale)
                writing.run(report)
                return writing.written
        except (av.error.FFmpegError, ValueError) as error:
            raise MediaError(
                "not_correctable",
                f"The tracks cannot be written as {container.upper()} ({error})",
                "Use the command of the finding, or export the file again.",
            ) from error


class _Writing:
    def __init__(
        self, original: InputContainer, out: OutputContainer, summary: Summary, index: FrameIndex, plan: Plan, scale: int
    ) -> None:
        self._original, self._out, self._index = original, out, index
        self._size = max(1, summary.size)
        video = original.streams[summary.video_stream]
        assert isinstance(video, VideoStream)
        self._video = video
        times = kept_times(index, plan.rate, scale)
        preset = PROXY_PRESETS.get(plan.proxy)
        self._copy = None
        if times is not None and preset is None:
            self._copy = PictureCopy(out, video, index, times, scale, timeless=_timeless(summary))
        self._encoder = None
        if preset is not None or (times is None and plan.rate is not None):
            video.thread_type = "AUTO"
            rate, size = plan.rate or index.rate, size_of(plan, summary)
            self._encoder = PictureEncoder(out, video, index, summary, rate, scale, times=times, preset=preset, size=size)
        self._picture = self._copy.stream if self._copy is not None else self._encoder.stream if self._encoder else None
        assert self._picture is not None
        if timecode := plan.timecode or summary.start_timecode:
            self._picture.metadata["timecode"] = timecode
        self._exact = summary.container.startswith(_EXACT)
        self._writers: dict[int, TrackWriter] = {}
        self._copied: dict[int, Stream] = {}
        for track in summary.audio:
            self._add(track, plan)
        for key, value in original.metadata.items():
            if key.lower() not in ("timecode", "encoder", "major_brand", "minor_version", "compatible_brands"):
                out.metadata[key] = value
        known = 1 + len(self._writers) + len(self._copied)
        self.written = Written(out.format.name, encoded=self._encoder is not None, timescale=scale)
        if self._encoder is not None or _with_start_codes(video):
            self.written.checksum = None
        self.written.left_out = sum(stream.type in ("video", "audio", "subtitle") for stream in original.streams) - known

    def _add(self, track: AudioTrack, plan: Plan) -> None:
        stream = self._original.streams[track.stream]
        assert isinstance(stream, AudioStream)
        change = plan.tracks.get(track.index, None if self._exact else TrackChange())
        if change is not None:
            self._writers[stream.index] = TrackWriter(self._out, stream, track, change, self._index)
        else:
            made = self._out.add_stream_from_template(stream, opaque=True)
            for key in ("language", "title"):
                if key in stream.metadata:
                    made.metadata[key] = stream.metadata[key]
            self._copied[stream.index] = made

    def run(self, report: Report) -> None:
        wanted = {self._video.index, *self._writers, *self._copied}
        streams = [stream for stream in self._original.streams if stream.index in wanted]
        done = 0
        for packet in allow.packets(self._original, *streams):
            done += packet.size
            if packet.stream_index == self._video.index:
                self._show(packet)
            elif packet.stream_index in self._writers:
                self._sound(packet)
            elif packet.size:
                self._pass_on(packet)
            report.progress(min(done, self._size - 1), self._size)
        if self._encoder is not None:
            self._mux(self._encoder.finish())
            self.written.frames = self._encoder.count
        elif self._copy is not None:
            self.written.frames = self._copy.count
        for number, (_, writer) in enumerate(sorted(self._writers.items())):
            self._mux(writer.finish())
            self.written.places[self._track_of(number)] = writer.places.found()

    def _track_of(self, number: int) -> int:
        """Number of a changed track among the source's sound tracks."""
        order = sorted({*self._writers, *self._copied})
        return order.index(sorted(self._writers)[number])

    def _show(self, packet: "av.Packet[Any]") -> None:
        if self._encoder is not None:
            for frame in _decoded(packet):
                self._mux(self._encoder.feed(frame))
        elif self._copy is not None and packet.size:
            if self.written.checksum is not None:
                self.written.checksum = crc32(memoryview(packet), self.written.checksum)
            self._out.mux(self._copy.take(packet))

    def _sound(self, packet: "av.Packet[Any]") -> None:
        for frame in _decoded(packet):
            self._mux(self._writers[packet.stream_index].feed(frame))

    def _pass_on(self, packet: "av.Packet[Any]") -> None:
        """A packet of a track that stays as it is, on the clock of the first picture."""
        base = packet.time_base or Fraction(1, 48_000)
        moved = round(self._index.start / base)
        if packet.pts is None:
            return
        packet.pts -= moved
        packet.dts = packet.pts if packet.dts is None else packet.dts - moved
        packet.stream = self._copied[packet.stream_index]
        self._out.mux(packet)

    def _mux(self, packets: Any) -> None:
        for packet in packets:
            self._out.mux(packet)


def _decoded(packet: "av.Packet[Any]") -> list[Any]:
    """A damaged packet gives nothing: silence, or the picture before, as everywhere."""
    try:
        return list(packet.decode())
    except (av.error.EOFError, av.error.InvalidDataError):
        return []


def _timeless(summary: Summary) -> bool:
    """AVI has no times; where no picture is stored before another that it follows, order is all that is needed."""
    return summary.container == "avi" and not summary.has_b_frames


def _with_start_codes(video: VideoStream) -> bool:
    extradata = video.codec_context.extradata
    return video.codec_context.codec.canonical_name in ("h264", "hevc") and (not extradata or extradata[0] != 1)
