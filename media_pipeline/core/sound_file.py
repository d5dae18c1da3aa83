"""A mixdown as a reference: a file of sound alone, probed and turned into the features that a comparison reads.

Its first sample counts as heard when the picture's first frame appears. It is opened by the same allow-lists and limits as
everything, with the formats of sound added for it alone.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
from av.audio.stream import AudioStream
from av.packet import Packet

from media_pipeline.core import allow
from media_pipeline.core.consumer import Work
from media_pipeline.core.errors import MediaError
from media_pipeline.core.features import SoundFeatures
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.packets import audio_spans
from media_pipeline.core.proxy_plan import ProxyPlan
from media_pipeline.core.report import Report
from media_pipeline.core.sound import TrackClock
from media_pipeline.core.summary import AudioTrack, Summary

_RATE = Fraction(25)  # nothing is counted in it: a file without pictures has no frames
_CANCEL_EVERY = 64  # packets


def inspect(path: str) -> tuple[Summary, FrameIndex]:
    """Summary and an empty frame index. Raises MediaError for what is refused, cannot be read, or holds no sound."""
    with allow.open_media(path, sound=True) as container:
        spans = audio_spans(container, {})
        usable = [span for span in spans if span.sample_rate > 0 and span.channels > 0]
        if not usable:
            raise MediaError("no_sound", "The file has neither picture nor sound", "Choose a mixdown or an earlier version.")
        # What the header says; nothing is cut by it.
        length = Fraction(min(container.duration or 0, allow.LIMITS.seconds * av.time_base), av.time_base)
        audio = tuple(
            AudioTrack(
                index=number,
                stream=span.stream,
                codec=span.codec,
                layout=span.layout,
                channels=span.channels,
                sample_rate=span.sample_rate,
                start_num=0,
                start_den=1,
                duration_num=length.numerator,
                duration_den=length.denominator,
                language=span.language,
                title=span.title,
                bit_rate=span.bit_rate,
            )
            for number, span in enumerate(usable)
        )
        name = container.format.name
    size = Path(path).stat().st_size
    return _without_picture(name, size, audio), no_frames()


def no_frames() -> FrameIndex:
    """The frame index of a file without pictures."""
    nothing = np.zeros(0, np.int64)
    return FrameIndex(nothing, nothing.astype(bool), 1 / _RATE, 1, _RATE, variable=False)


def _without_picture(container: str, size: int, audio: tuple[AudioTrack, ...]) -> Summary:
    empty = "video_codec profile pixel_format color_primaries color_transfer color_space color_range field_order"
    words = dict.fromkeys((*empty.split(), "start_timecode", "timecode_source", "edit_list"), "")
    numbers = dict.fromkeys(("width", "height", "rotation", "frame_count"), 0)
    flags = dict.fromkeys(("variable_rate", "has_b_frames", "open_gop", "fragmented", "plays_exactly"), False)
    rest = {"video_stream": -1, "sar_num": 1, "sar_den": 1, "rate_num": _RATE.numerator, "rate_den": _RATE.denominator}
    known = {"container": container, "size": size, "start_frame": None, "drop_frame": None}
    plain = [vars(track) for track in audio]
    made: dict[str, Any] = {**words, **numbers, **flags, **rest, **known, "plays_why_not": "It has no picture."}
    return Summary.from_dict({**made, "audio": plain, "warnings": []})


def make_features(path: str, summary: Summary, out: Path, report: Report) -> None:
    """Decode every track once and publish its features (core.features) through `report`. Raises MediaError, Cancelled."""
    out.mkdir(parents=True, exist_ok=True)
    features = SoundFeatures()
    features.start(Work(summary, no_frames(), ProxyPlan(), out, report.publish))
    try:
        with allow.open_media(path, sound=True) as container:
            # Whatever an encoder put before the first sound is skipped by the decoder; times begin behind it.
            begins = Fraction(container.start_time or 0, av.time_base)
            clocks: dict[int, tuple[AudioTrack, TrackClock]] = {}
            streams: list[AudioStream] = []
            for track in summary.audio:
                stream = container.streams[track.stream]
                if isinstance(stream, AudioStream):
                    base = stream.time_base or Fraction(1, track.sample_rate)
                    clocks[stream.index] = track, TrackClock(track, base, begins, Fraction(allow.LIMITS.seconds))
                    streams.append(stream)
            total = max((int(track.duration_num / track.duration_den) for track in summary.audio), default=0)
            for number, packet in enumerate(allow.packets(container, *streams)):
                track, clock = clocks[packet.stream_index]
                for frame in _decode(packet):
                    for block in clock.feed(frame):
                        features.audio(track.index, block)
                if number % _CANCEL_EVERY == 0:
                    report.check_cancelled()
                    report.progress(min(clock.end // track.sample_rate, total), total)
            for track, clock in clocks.values():
                for block in clock.flush():
                    features.audio(track.index, block)
        for made in features.finish():
            report.publish(made)
    except BaseException:
        features.abandon()
        raise


def _decode(packet: "Packet[Any]") -> Iterator[Any]:
    """A damaged packet is silence."""
    try:
        yield from packet.decode()
    except av.error.EOFError:
        return
    except av.error.FFmpegError as error:
        if isinstance(error, MemoryError):
            raise
