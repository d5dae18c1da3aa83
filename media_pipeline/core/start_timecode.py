"""Finds the timecode that a file itself carries for its first picture."""

import re
from dataclasses import dataclass
from fractions import Fraction

from av.container import InputContainer
from av.video.stream import VideoStream

from media_pipeline.core.bitstream import gop_timecode
from media_pipeline.core.mp4_tables import TimecodeTrack
from media_pipeline.core.timecode import Rate, TimecodeError, can_drop, start_frame, to_label


@dataclass(frozen=True)
class StartTimecode:
    label: str = ""  # "" if the file carries none
    frame: int | None = None
    drop_frame: bool | None = None
    source: str = ""  # "tmcd" | "mxf" | "metadata" | "gop" | ""
    warnings: tuple[str, ...] = ()


def find_start_timecode(
    container: InputContainer, video: VideoStream, rate: Fraction, *, track: TimecodeTrack | None, first_packet: bytes
) -> StartTimecode:
    """By order of trust: the tmcd track, MXF's timecode, a `timecode` tag, the first GOP header of MPEG-2.

    `first_packet` is the start of the first video packet. An all-zero GOP timecode counts as none:
    encoders write it by default.
    """
    if not Fraction(1) <= rate <= 999:
        return StartTimecode()  # nothing can be labelled at such a rate
    if track is not None:
        return _from_track(track, rate)
    name = container.format.name
    stores = [video.metadata, container.metadata, *(s.metadata for s in container.streams if s.type == "data")]
    for store in stores:
        for key, value in store.items():
            if key.lower() == "timecode" and value.strip():
                source = "mxf" if name.startswith("mxf") else "tmcd" if name.startswith("mov") else "metadata"
                return _from_label(value, rate, source)
    if video.codec_context.name in ("mpeg1video", "mpeg2video"):
        label = gop_timecode(first_packet)
        if label and not re.fullmatch(r"[0:;]+", label):
            return _from_label(label, rate, "gop")
    return StartTimecode()


def _from_label(label: str, rate: Fraction, source: str) -> StartTimecode:
    try:
        frame, drop = start_frame(label, rate)
    except TimecodeError as error:
        return StartTimecode(warnings=(f"The file's start timecode cannot be used: {error.message}",))
    # Only the separator may differ, where a file writes `;` at a rate that cannot drop.
    return StartTimecode(to_label(frame, Rate(rate.numerator, rate.denominator, drop)), frame, drop, source)


def _from_track(track: TimecodeTrack, rate: Fraction) -> StartTimecode:
    """A tmcd sample counts frames at its own nominal rate, which may be half the picture's (30 labels for 59.94)."""
    warnings: tuple[str, ...] = ()
    if track.samples > 1:
        warnings = ("The timecode track jumps: only its start is used",)
    nominal = Rate(rate.numerator, rate.denominator).nominal
    count = track.first_frame
    counted_at = track.frames_per_second or nominal
    if counted_at != nominal:
        if nominal % counted_at == 0:
            count *= nominal // counted_at
        else:
            warnings += (f"The timecode track counts {counted_at} frames a second, the picture has {nominal}",)
            seconds, frames = divmod(count, counted_at)
            count = seconds * nominal + min(frames, nominal - 1)
    drop = track.drop_frame and can_drop(rate)
    if track.drop_frame and not drop:
        warnings += ("The timecode track is marked drop-frame at a rate that cannot drop",)
    try:
        return StartTimecode(to_label(count, Rate(rate.numerator, rate.denominator, drop)), count, drop, "tmcd", warnings)
    except TimecodeError as error:
        return StartTimecode(warnings=(*warnings, error.message))
