"""Every marker format says the same frames, read by programs that are not ours; text comes out right or as it must."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from fractions import Fraction
from xml.etree import ElementTree as ET

import aaf2
import av
import opentimelineio
import pycmx
import pytest
import webvtt
from lxml import etree
from timecode.timecode import Timecode

from media_pipeline.core.timecode import Rate, to_frame, to_label
from review.exports.markers import formats
from review.exports.markers.timeline import Note, Said, Timeline

RATES = [
    Rate(24000, 1001), Rate(24, 1), Rate(25, 1), Rate(30000, 1001, True), Rate(30000, 1001), Rate(30, 1), Rate(50, 1),
    Rate(60000, 1001, True), Rate(60, 1),
]  # fmt: skip
STARTS = ["00:00:00:00", "00:59:58:12", "23:59:50:00"]
COUNT = 1000
FRAMES = [0, 1, 500, COUNT - 1]
NASTY = '3|C:Red\r\n* <b>&amp;</b>\t"it\'s" 🎬 שלום\n\n=SUM(A1)'


def timeline(rate: Rate = RATES[2], start: str = "01:00:00:00", notes: list[Note] | None = None) -> Timeline:
    label = start[:8] + ";" + start[9:] if rate.drop_frame else start
    made = notes if notes is not None else [Note(f"c{frame}", "Anna", f"at {frame}", frame) for frame in FRAMES]
    return Timeline("Review cut v3", rate, to_frame(label, rate), 0, COUNT, tuple(made))


def written(format: str, what: Timeline) -> str:
    (content,) = formats.write(what, format).files.values()
    return content.decode("utf-8-sig")


def frames_in(format: str, what: Timeline, tmp_path) -> list[int]:
    """The frames that somebody else's reader finds in the file, from the timeline's first one."""
    if format == "avid-aaf":
        path = tmp_path / "markers.aaf"
        path.write_bytes(formats.write(what, format).files["markers.aaf"])
        read = opentimelineio.adapters.read_from_file(str(path), "AAF")
        return [int(one.marked_range.start_time.value) for clip in read.tracks[0] for one in clip.markers]
    text, rate = written(format, what), what.rate
    day = rate.frames_per_day

    def from_record(label: str) -> int:
        # `timecode` counts from 1; its own drop-frame follows from the separator alone.
        framerate = str(rate.num) if rate.den == 1 else f"{rate.num}/{rate.den}"
        read = Timecode(framerate, label, force_non_drop_frame=not rate.drop_frame)
        return (read.frame_number - what.start) % day

    if format == "resolve":
        path = tmp_path / "markers.edl"
        path.write_text(text)
        with path.open() as file:
            events = pycmx.parse_cmx3600(file).edits if hasattr(pycmx.parse_cmx3600, "edits") else None
        if events is None:
            with path.open() as file:
                events = [edit for event in pycmx.parse_cmx3600(file).events for edit in event.edits]
        assert [from_record(edit.record_out) for edit in events] == [(from_record(edit.record_in) + 1) % day for edit in events]
        return [from_record(edit.record_in) for edit in events]
    if format == "premiere":
        path = tmp_path / "markers.xml"
        path.write_text(text)
        read = opentimelineio.adapters.read_from_file(str(path), "fcp_xml")
        return [int(marker.marked_range.start_time.value) for marker in read.tracks.markers]
    if format == "otio":
        read = opentimelineio.adapters.read_from_string(text, "otio_json")
        assert read.global_start_time.value == what.start
        return [int(marker.marked_range.start_time.value) for marker in read.tracks.markers]
    if format == "fcpxml":
        found = [Fraction(one.attrib["start"].rstrip("s")) * rate.fraction for one in ET.fromstring(text).iter("marker")]
        assert all(frame.denominator == 1 for frame in found), "on frames, exactly"
        return [int(frame) - what.start for frame in found]
    if format == "avid":
        return [from_record(line.split("\t")[1]) for line in text.splitlines()]
    if format == "csv":
        return [int(row["frame"]) for row in csv.DictReader(io.StringIO(text))]
    if format == "kdenlive":
        return [guide["pos"] for guide in json.loads(text)]
    if format == "webvtt":
        cues = webvtt.from_buffer(io.StringIO(text)).captions
        return [
            int((Fraction(re.sub(r".*:", "", cue.start)) + 60 * int(cue.start.split(":")[1])) * rate.fraction) for cue in cues
        ]
    notes = (
        re.search(r"var notes = (\[.*?\n\]);", text, re.S) if format == "after-effects" else re.search(r"loads\((.*)\)", text)
    )
    assert notes is not None
    rows = (
        json.loads(notes[1])
        if format == "after-effects"
        else json.loads(json.loads('"' + notes[1][1:-1].replace('"', '\\"') + '"'))
    )
    return [row["frame"] for row in rows]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("rate", RATES, ids=lambda rate: f"{rate.num}-{rate.den}{'-df' if rate.drop_frame else ''}")
@pytest.mark.parametrize("format", [name for name in formats.FORMATS if name not in {"blender", "avid-aaf"}])
def test_all_formats_say_the_same_frames(format, rate, start, tmp_path):
    assert frames_in(format, timeline(rate, start), tmp_path) == FRAMES


@pytest.mark.parametrize(("rate", "start"), [(RATES[0], STARTS[1]), (RATES[3], STARTS[2]), (RATES[8], STARTS[0])])
def test_an_aaf_says_the_same_frames_with_their_timecode(rate, start, tmp_path):
    """Fewer than the others, for its reader takes its time."""
    what = timeline(rate, start)
    assert frames_in("avid-aaf", what, tmp_path) == FRAMES
    with aaf2.open(str(tmp_path / "markers.aaf")) as file:
        (sequence,) = file.content.toplevel()
        clock = next(slot.segment for slot in sequence.slots if slot.name == "TC1")
        assert (clock.start, clock.fps, clock.drop) == (what.start, rate.nominal, rate.drop_frame)


@pytest.mark.parametrize("format", formats.FORMATS)
def test_hostile_text_breaks_no_file(format, tmp_path):
    nasty = [
        Note("c1", "1st|Unit\n*", NASTY * 300, 4, 25, replies=(Said("Béla", "\x00\x08ok\x1f"),)),
        Note("c2", "B", "plain", 9),
    ]
    what = timeline(notes=nasty)
    if format == "blender":
        compile(written(format, what), "markers.py", "exec")
        return
    if format == "avid-aaf":
        assert frames_in(format, what, tmp_path) == [4, 9]
        return
    assert frames_in(format, what, tmp_path) == [4, 9]
    assert "🎬" in written(format, what) or format == "after-effects"
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", written(format, what))


def test_lengths_and_states():
    what = timeline(notes=[Note("a", "Anna", "long", 10, 25), Note("b", "Ben", "done", 20, completed=True)])
    assert "|D:25" in written("resolve", what)
    assert "Anna: long |C:ResolveColorYellow |M:Anna" in written("resolve", what)
    assert "Ben: done |C:ResolveColorGreen" in written("resolve", what)
    spans = [
        (one.findtext("in"), one.findtext("out")) for one in ET.fromstring(written("premiere", what)).findall("sequence/marker")
    ]
    assert spans == [("10", "35"), ("20", "-1")]
    assert written("avid", what).splitlines()[0] == "Anna\t01:00:00:10\tV1\tyellow\tlong\t25"
    assert [one.attrib["completed"] for one in ET.fromstring(written("fcpxml", what)).iter("marker")] == ["0", "1"]
    read = opentimelineio.adapters.read_from_string(written("otio", what), "otio_json")
    first = read.tracks.markers[0]
    assert (first.name, first.comment, first.marked_range.duration.value, first.color) == ("Anna", "long", 25, "YELLOW")
    assert first.metadata["Resolve_OTIO"]["Note"] == "long"


def test_what_shares_a_frame_is_one_marker_where_the_format_holds_one():
    same = [Note("a", "Anna", "first", 7, completed=True), Note("b", "Ben", "second", 7, 3)]
    made = formats.write(timeline(notes=same), "resolve")
    (content,) = made.files.values()
    assert b"Anna: first / Ben: second |C:ResolveColorYellow |M:Anna |D:3" in content
    assert made.altered[0] in content.decode(), "the file says so"
    assert len(json.loads(written("kdenlive", timeline(notes=same)))) == 1
    assert written("avid", timeline(notes=same)).count("\n") == 2


def test_more_events_than_an_edl_holds_go_to_further_files():
    made = formats.write(timeline(notes=[Note(f"c{n}", "A", "x", n % COUNT) for n in range(COUNT)]), "resolve", name="cut")
    assert list(made.files) == ["cut-1.edl", "cut-2.edl"]
    assert [content.count(b"|M:") for content in made.files.values()] == [999, 1]


def test_a_webvtt_cue_begins_inside_its_frame_at_every_frame_of_an_ntsc_minute():
    rate = Rate(30000, 1001)
    notes = [Note("c", "A", "x", frame) for frame in range(1798)]
    what = Timeline("t", rate, 0, 0, 1800, tuple(notes))
    with av.open(io.BytesIO(written("webvtt", what).encode()), "r") as read:  # FFmpeg's reader, which is ffprobe's
        base = read.streams.subtitles[0].time_base
        assert base is not None
        found = [packet.pts * base for packet in read.demux() if packet.pts is not None]
    assert [int(at * rate.fraction) for at in found] == list(range(1798))
    for frame, cue in enumerate(webvtt.from_buffer(io.StringIO(written("webvtt", what))).captions):
        minutes, seconds = cue.start.split(":")[1:]
        at = Fraction(int(minutes) * 60) + Fraction(seconds)
        assert frame <= at * rate.fraction < frame + 1


def test_the_blender_script_sets_each_marker_once(tmp_path):
    """Run with a stand-in for bpy: Blender itself reads frames and names as here."""
    fake = """
import types, sys
class Marker(dict):
    def __init__(self, name, frame): self.name, self.frame = name, frame
class Markers(list):
    def new(self, name, frame): self.append(Marker(name, frame)); return self[-1]
scene = types.SimpleNamespace(frame_start=1, render=types.SimpleNamespace(), timeline_markers=Markers())
sys.modules["bpy"] = types.SimpleNamespace(context=types.SimpleNamespace(scene=scene))
code = open(sys.argv[1]).read()
exec(code); exec(code)
print([(one.frame, one["review_id"]) for one in scene.timeline_markers], scene.render.fps, scene.render.fps_base)
"""
    path = tmp_path / "markers.py"
    path.write_text(written("blender", timeline(Rate(24000, 1001))))
    done = subprocess.run([sys.executable, "-c", fake, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{[(frame + 1, f'c{frame}') for frame in FRAMES]} 24 1.001"


@pytest.mark.parametrize("rate", [Rate(24, 1), Rate(25, 1), Rate(30, 1)], ids=lambda rate: str(rate.num))
def test_the_edl_is_one_to_another_reader_of_cmx_3600(rate):
    """OpenTimelineIO's takes whole rates and no drop-frame; it stumbles over notes that begin with a digit."""
    notes = [Note("a", "3rd unit", NASTY, 0), Note("b", "Anna", "* 9 frames", 500), Note("c", "Ben", "last", COUNT - 1)]
    what = timeline(rate, STARTS[1], notes)
    read = opentimelineio.adapters.read_from_string(written("resolve", what), "cmx_3600", rate=rate.num)
    (track,) = read.tracks
    clips = [child for child in track if isinstance(child, opentimelineio.schema.Clip)]
    assert [int(clip.source_range.start_time.value) - what.start for clip in clips] == [0, 500, COUNT - 1]


@pytest.mark.skipif("TWOPOP_FCPXML_DTD" not in os.environ, reason="Apple's DTD is not ours to bring along")
def test_fcpxml_is_valid_by_apples_dtd():
    dtd = etree.DTD(os.environ["TWOPOP_FCPXML_DTD"])
    notes = [
        Note("a", "Anna", NASTY, 0, 9),
        Note("b", "Chapter", "Titles", 20, kind="chapter"),
        Note("c", "Marker", "", 30, kind="custom"),
    ]
    made = etree.fromstring(written("fcpxml", timeline(RATES[3], STARTS[1], notes)).encode())
    assert dtd.validate(made), dtd.error_log


def test_markers_of_the_version_are_told_from_comments():
    """In every format; where a frame holds one marker, the comment's state decides."""
    notes = [
        Note("m", "Chapter", "Titles", 20, 30, kind="chapter"), Note("a", "Anna", "done", 20, completed=True),
        Note("n", "Marker", "", 40, kind="custom"),
    ]  # fmt: skip
    what = timeline(notes=notes)
    assert "Anna: done / Chapter: Titles |C:ResolveColorGreen |M:Anna |D:30" in written("resolve", what)
    assert "\nMarker |C:ResolveColorBlue |M:Marker |D:1" in written("resolve", what)
    colours = [one.findtext("pproColor") for one in ET.fromstring(written("premiere", what)).findall("sequence/marker")]
    assert colours == ["4294741314", None, "4294741314"]
    chapter, comment, custom = ET.fromstring(written("fcpxml", what)).find("library/event/project/sequence/spine/gap") or []
    assert (chapter.tag, chapter.get("value"), comment.get("completed"), custom.get("completed")) == (
        "chapter-marker", "Titles", "1", None,
    )  # fmt: skip
    assert [line.split("\t")[3] for line in written("avid", what).splitlines()] == ["blue", "green", "blue"]
    rows = list(csv.DictReader(io.StringIO(written("csv", what))))
    assert [(row["kind"], row["status"]) for row in rows] == [("chapter", ""), ("comment", "done"), ("custom", "")]
    assert [guide["type"] for guide in json.loads(written("kdenlive", what))] == [2, 3]
    read = opentimelineio.adapters.read_from_string(written("otio", what), "otio_json")
    assert [one.color for one in read.tracks.markers] == ["BLUE", "GREEN", "BLUE"]
    for format in ("webvtt", "after-effects", "blender"):
        assert "Chapter: Titles" in written(format, what)


def test_labels_are_the_timelines_own():
    what = timeline(RATES[3], "00:59:58:12")
    assert what.record(0) == "00:59:58;12"
    assert to_label(what.start + 48, what.rate) == "01:00:00;00"
