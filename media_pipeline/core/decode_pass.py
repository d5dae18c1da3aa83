"""The one decode pass: a source is read and decoded once, and everything derived from its content is made on the way.

Memory does not grow with the length: packets, frames and samples are handed on as they come, results go to disk.
"""

import errno
import logging
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import av.logging
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard
from av.video.stream import VideoStream

from media_pipeline.core.allow import open_media
from media_pipeline.core.bitstream import HEAD_BYTES, repeats_first_field
from media_pipeline.core.checks.registry import register_consumers
from media_pipeline.core.consumer import Consumer, SoundBlock, Work, register, registered
from media_pipeline.core.errors import MediaError, PipelineError
from media_pipeline.core.features import PictureFeatures, SoundFeatures
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.levels import LevelConsumer
from media_pipeline.core.picture import Picture
from media_pipeline.core.prepare import Preparation
from media_pipeline.core.proxy import ProxyConsumer
from media_pipeline.core.proxy_plan import ProxyPlan, rungs
from media_pipeline.core.raw_picture import REPEATS_FIELD
from media_pipeline.core.report import Report
from media_pipeline.core.solo_sound import SoloConsumer
from media_pipeline.core.sound import TrackClock
from media_pipeline.core.summary import Summary
from media_pipeline.core.thumbs import PosterConsumer, SpriteConsumer
from media_pipeline.core.waveform import WaveformConsumer

log = logging.getLogger(__name__)

_OUTPUT_CORRUPT = 1 << 3  # a damaged picture is better than none, and keeps the count
_SOUND_BEYOND_PICTURE = 600  # seconds of audio after the last frame that features and waveforms still take in
_CANCEL_EVERY = 8  # frames

# What every source is turned into, the most wanted first. Others add themselves with consumer.register.
register("proxy", ProxyConsumer)
register("poster", PosterConsumer)
register("sprites", SpriteConsumer)
register("waveform", WaveformConsumer)
register("solo-sound", SoloConsumer)
register("levels", LevelConsumer)
register("picture-features", PictureFeatures, for_checks=True)
register("sound-features", SoundFeatures, for_checks=True)
register_consumers()


def make_renditions(
    source: str, summary: Summary, index: FrameIndex, out: Path, report: Report, *, plan: ProxyPlan | None = None
) -> None:
    """Decode `source` once and publish, through `report`, all that is made of it: previews while it runs, then proxies,
    poster, thumbnails, waveforms, single channels of sound, features. Files are written into the folder `out`.

    Raises MediaError (`undecodable`: not one picture could be decoded), Cancelled, PipelineError (a result was not
    one to one with `index`, or an encoder failed). Nothing unverified is published.
    """
    _decode_once(source, Work(summary, index, plan or ProxyPlan(), out, report.publish), registered(), report)


def make_features(source: str, summary: Summary, index: FrameIndex, out: Path, report: Report) -> None:
    """The same pass for a file that is only to be checked: nothing is encoded, what the sync checks read is stored."""
    _decode_once(source, Work(summary, index, ProxyPlan(), out, report.publish), registered(for_checks=True), report)


def _decode_once(source: str, work: Work, wanted: list[Consumer], report: Report) -> None:
    # FFmpeg's threads must not wait for Python's lock to say something while Python waits for them.
    av.logging.set_level(None)
    work.out.mkdir(parents=True, exist_ok=True)
    consumers = [consumer for consumer in wanted if consumer.wants(work.summary)]
    try:
        for consumer in consumers:
            consumer.start(work)
        with open_media(source) as container:
            _Pass(container, work, consumers, report).run()
        for consumer in consumers:
            for rendition in consumer.finish():
                report.publish(rendition)
    except BaseException:
        for consumer in consumers:
            try:
                consumer.abandon()
            except Exception:
                log.exception("a consumer could not be abandoned")
        raise


class _Pass:
    def __init__(self, container: InputContainer, work: Work, consumers: list[Consumer], report: Report) -> None:
        summary, index = work.summary, work.index
        self._container = container
        self._consumers = consumers
        self._report = report
        self._count = len(index)
        video = container.streams[summary.video_stream]
        assert isinstance(video, VideoStream)
        self._video = video
        video.thread_type = "AUTO"
        video.codec_context.flags |= _OUTPUT_CORRUPT
        self._repeats_fields = summary.video_codec == "mpeg2video"
        if self._repeats_fields:
            video.codec_context.copy_opaque = True
        time_base = video.time_base or index.time_base
        self._preparation = Preparation(summary, index, rungs(summary, work.plan)[0], time_base)
        origin = int(index.pts[0]) * index.time_base
        limit = work.picture_end + _SOUND_BEYOND_PICTURE
        self._tracks: dict[int, tuple[int, AudioStream, TrackClock]] = {}
        for track in work.tracks:
            stream = container.streams[track.stream]
            if isinstance(stream, AudioStream) and stream.codec_context is not None:
                clock = TrackClock(track, stream.time_base or Fraction(1, track.sample_rate), origin, limit)
                self._tracks[stream.index] = (track.index, stream, clock)
        for stream in container.streams:
            if stream is not video and stream.index not in self._tracks:
                stream.discard = Discard.all
        self._decoded = 0

    def run(self) -> None:
        for packet in self._packets():
            if packet.stream_index == self._video.index:
                if self._repeats_fields and packet.size and repeats_first_field(bytes(memoryview(packet)[:HEAD_BYTES])):
                    packet.opaque = REPEATS_FIELD
                for frame in self._decode(packet):
                    self._decoded += 1
                    self._show(self._preparation.feed(frame))
            else:
                number, _, clock = self._tracks[packet.stream_index]
                for frame in self._decode(packet):
                    self._sound(number, clock.feed(frame))
        if not self._decoded:
            raise MediaError(
                "undecodable",
                "Not one picture of the file can be decoded: its picture data is damaged or not of the codec it claims",
                "Check that it plays where it was made, render it again, and upload it again.",
            )
        self._show(self._preparation.finish())
        for number, _, clock in self._tracks.values():
            self._sound(number, clock.flush())
        if self._preparation.placement.surplus:
            log.warning("%d decoded pictures have no place in the frame index", self._preparation.placement.surplus)
        self._report.progress(self._count, self._count)

    def _packets(self) -> "Iterator[Packet[Any]]":
        """Packets of the streams that are wanted, then an empty one of each to flush its decoder. A file cut short, or
        with a hole, ends or goes on as far as its demuxer can."""
        streams = [self._video, *(stream for _, stream, _ in self._tracks.values())]
        packets = self._container.demux(streams)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except IndexError:  # PyAV 18.1, behind the last packet of a transport stream that announced further streams
                break
            except av.error.FFmpegError as error:
                log.warning("reading stopped early: %s", error)
                break
            yield packet
        for stream in streams:
            flush: Packet[Any] = Packet()
            flush.stream = stream
            yield flush

    def _decode(self, packet: "Packet[Any]") -> list[Any]:
        try:
            return packet.decode()
        except av.error.EOFError:
            return []
        except av.error.FFmpegError as error:
            if error.errno == errno.ENOMEM:
                raise
            log.info("a packet of stream %d is not decodable: %s", packet.stream_index, error)
            if packet.stream_index == self._video.index:
                self._preparation.raw.failed()
            return []

    def _show(self, pictures: Iterator[tuple[int, Picture]]) -> None:
        for n, picture in pictures:
            try:
                for consumer in self._consumers:
                    consumer.video(n, picture)
            except av.error.FFmpegError as error:
                raise PipelineError(f"frame {n}: {error}") from error
            if n % _CANCEL_EVERY == 0:
                self._report.check_cancelled()
            self._report.progress(n + 1, self._count)

    def _sound(self, track: int, blocks: Iterator[SoundBlock]) -> None:
        for block in blocks:
            try:
                for consumer in self._consumers:
                    consumer.audio(track, block)
            except av.error.FFmpegError as error:
                raise PipelineError(f"audio track {track}, sample {block.start}: {error}") from error
