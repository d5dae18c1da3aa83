"""The marker formats there are, by the name that the API knows them by."""

from collections.abc import Callable
from dataclasses import dataclass

from review.exports.markers import aaf, avid, fcpxml, otio, plain_files, resolve, xmeml
from review.exports.markers.timeline import Timeline, Written


@dataclass(frozen=True)
class Format:
    title: str  # the program, and the kind of file
    how: str  # where it is imported there
    write: Callable[..., Written]


FORMATS: dict[str, Format] = {
    "resolve": Format(
        "DaVinci Resolve (EDL)", "Media Pool: right-click the timeline, Timelines, Import, Timeline Markers from EDL.",
        resolve.write,
    ),
    "premiere": Format("Premiere Pro (XML)", "File, Import: copy the clip “Review markers” into your sequence.", xmeml.write),
    "fcpxml": Format("Final Cut Pro (FCPXML)", "File, Import, XML.", fcpxml.write),
    "avid": Format("Avid Media Composer (markers)", "Tools, Markers, then Import Markers from the panel's menu.", avid.write),
    "avid-aaf": Format("Avid Media Composer (AAF)", "Drag it into a bin; the sequence carries the markers.", aaf.write),
    "otio": Format("OpenTimelineIO", "Any program that reads .otio timelines.", otio.write),
    "csv": Format("Table (CSV)", "Excel, Numbers, Sheets.", plain_files.write_csv),
    "webvtt": Format("WebVTT", "Players that show text tracks.", plain_files.write_webvtt),
    "kdenlive": Format("Kdenlive (guides)", "Project, Guides, Import.", plain_files.write_kdenlive),
    "after-effects": Format("After Effects (script)", "File, Scripts, Run Script File.", plain_files.write_after_effects),
    "blender": Format("Blender (script)", "Open it in the text editor and run it.", plain_files.write_blender),
}  # fmt: skip


def write(timeline: Timeline, format: str, *, name: str = "markers") -> Written:
    """The files of one format. Raises KeyError for a format that there is not."""
    return FORMATS[format].write(timeline, name=name)
