"""Every marker format says the same frames, read by programs that are not ours; text comes out right or as it must."""

import csv
import io
import json
import re
import subprocess
import sys
from fractions import Fraction
from xml.etree import ElementTree as ET

import opentimelineio
import pycmx
import pytest
import webvtt
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
@pytest.mark.parametrize("format", [name for name in formats.FORMATS if name != "blender"])
def test_all_formats_say_the_same_frames(format, rate, start, tmp_path):
    assert frames_in(format, timeline(rate, start), tmp_path) == FRAMES


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


def test_labels_are_the_timelines_own():
    what = timeline(RATES[3], "00:59:58:12")
    assert what.record(0) == "00:59:58;12"
    assert to_label(what.start + 48, what.rate) == "01:00:00;00"
