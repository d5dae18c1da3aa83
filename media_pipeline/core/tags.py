"""Colour tags, field order and rotation in FFmpeg's own words."""

import contextlib
from dataclasses import dataclass

import av
from av.container import InputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from media_pipeline.core import allow
from media_pipeline.core.mp4_tables import Track

# ISO/IEC 23091-2 code points; the words are those of FFmpeg's options.
_PRIMARIES = {
    1: "bt709", 4: "bt470m", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "film", 9: "bt2020", 10: "smpte428",
    11: "smpte431", 12: "smpte432", 22: "jedec-p22",
}  # fmt: skip
_TRANSFER = {
    1: "bt709", 4: "gamma22", 5: "gamma28", 6: "smpte170m", 7: "smpte240m", 8: "linear", 9: "log100", 10: "log316",
    11: "iec61966-2-4", 12: "bt1361e", 13: "iec61966-2-1", 14: "bt2020-10", 15: "bt2020-12", 16: "smpte2084", 17: "smpte428",
    18: "arib-std-b67",
}  # fmt: skip
_SPACE = {
    0: "gbr", 1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "ycgco", 9: "bt2020nc", 10: "bt2020c",
    11: "smpte2085", 12: "chroma-derived-nc", 13: "chroma-derived-c", 14: "ictcp",
}  # fmt: skip
_RANGE = {1: "tv", 2: "pc"}
_FIELD_ORDER = {1: "progressive", 2: "tt", 3: "bb", 4: "tb", 5: "bt"}


@dataclass(frozen=True)
class ColorTags:
    """Empty where the file says nothing."""

    primaries: str
    transfer: str
    space: str
    range: str


def color_tags(context: VideoCodecContext) -> ColorTags:
    return ColorTags(
        _PRIMARIES.get(int(context.color_primaries), ""),
        _TRANSFER.get(int(context.color_trc), ""),
        _SPACE.get(int(context.colorspace), "") if int(context.colorspace) != 0 or _is_rgb(context) else "",
        _RANGE.get(int(context.color_range), ""),
    )


def _is_rgb(context: VideoCodecContext) -> bool:
    return (context.pix_fmt or "").startswith(("rgb", "bgr", "gbr", "argb", "abgr"))


def field_order(context: VideoCodecContext) -> str:
    """ "progressive", or which field comes first in the file and on screen ("tt" "bb" "tb" "bt"); "" if unknown."""
    return _FIELD_ORDER.get(int(getattr(context, "field_order", 0)), "")


def display_rotation(container: InputContainer, video: VideoStream, track: Track | None) -> int:
    """Degrees clockwise that a player turns the picture: 0, 90, 180 or 270."""
    if track is not None:
        return track.rotation
    if container.format.name.startswith(("mov", "matroska")):
        # Only a decoded picture carries the display matrix here; PyAV does not show the stream's own.
        container.seek(0)
        for packet in allow.packets(container, video):
            with contextlib.suppress(av.error.InvalidDataError):  # a damaged picture; the next one tells as well
                for frame in packet.decode():
                    return round(-frame.rotation / 90) * 90 % 360
            if packet.pts is not None and packet.pts * packet.time_base > 5:
                break
    return 0
