"""What a file has otherwise than the project's spec asks for, from what is known of it without decoding. Pure.

The sync checks say more, with places and remedies; this answers "which versions no longer conform" for a whole project.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from media_pipeline.core.checks.spec import Spec
from media_pipeline.core.summary import Summary

# FFmpeg's demuxer names → the spec's words for containers (review.conformance compares families: MOV and MP4 share one reader).
_CONTAINERS = {
    "mov": {"mov", "mp4"},
    "mp4": {"mov", "mp4"},
    "mxf": {"mxf"},
    "mkv": {"matroska"},
    "webm": {"matroska", "webm"},
    "ts": {"mpegts"},
    "avi": {"avi"},
}


@dataclass(frozen=True)
class Deviation:
    what: str  # rate, drop_frame, raster … as _compared() names them
    expected: str
    found: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def deviations(spec: Spec, summary: Summary) -> list[Deviation]:
    """In the order of a report. What the spec leaves open is not judged."""
    return [
        Deviation(what, expected, found or "none") for what, expected, found in _compared(spec, summary) if expected != found
    ]


def _compared(spec: Spec, summary: Summary) -> Iterator[tuple[str, str, str]]:
    """(what, wanted, found) of all that the spec names; equal where the file conforms."""
    if spec.rate is not None:
        yield "rate", str(spec.rate), f"{summary.rate}{' (variable)' if summary.variable_rate else ''}"
    if spec.drop_frame is not None and summary.drop_frame is not None:
        yield "drop_frame", _yes(spec.drop_frame), _yes(summary.drop_frame)
    if spec.width and spec.height:
        yield "raster", f"{spec.width}×{spec.height}", f"{summary.width}×{summary.height}"
    if spec.pixel_aspect_num and summary.sar_num > 0 and summary.sar_den > 0:
        wanted = Fraction(spec.pixel_aspect_num, spec.pixel_aspect_den)
        yield "pixel_aspect", str(wanted), str(Fraction(summary.sar_num, summary.sar_den))
    if spec.scan and summary.field_order:
        scan = {"tt": "tff", "tb": "tff", "bb": "bff", "bt": "bff"}.get(summary.field_order, summary.field_order)
        yield "scan", spec.scan, scan
    if spec.start_timecode:
        yield "start_timecode", _label(spec.start_timecode), _label(summary.start_timecode)
    if spec.containers:
        fits = any(_CONTAINERS.get(word, {word}) & set(summary.container.split(",")) for word in spec.containers)
        wanted_words = " or ".join(spec.containers)
        yield "container", wanted_words, wanted_words if fits else summary.container
    yield from _one_of("video_codec", spec.video_codecs, [summary.video_codec])
    tracks = summary.audio
    if spec.audio_rate and tracks:
        rates = " + ".join(f"{rate} Hz" for rate in dict.fromkeys(track.sample_rate for track in tracks))
        yield "audio_rate", f"{spec.audio_rate} Hz", rates
    if spec.audio_layouts:
        yield "audio_layouts", " + ".join(spec.audio_layouts), " + ".join(track.layout for track in tracks)
    yield from _one_of("audio_codec", spec.audio_codecs, list(dict.fromkeys(track.codec for track in tracks)))


def _one_of(what: str, allowed: tuple[str, ...], found: list[str]) -> Iterator[tuple[str, str, str]]:
    if not allowed or not found:
        return
    others = [codec for codec in found if not any(codec == word or codec.startswith(f"{word}_") for word in allowed)]
    wanted = " or ".join(allowed)
    yield what, wanted, ", ".join(others) or wanted


def _yes(value: bool) -> str:
    return "drop-frame" if value else "non-drop-frame"


def _label(label: str) -> str:
    """Labels are compared by their digits: whether they drop is a property of its own."""
    return label.strip().replace(";", ":").replace(".", ":")


def changed_keys(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs between two revisions of a spec."""
    return sorted(key for key in {*before, *now} if before.get(key) != now.get(key))
