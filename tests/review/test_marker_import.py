"""Markers of editing programs as comments: our own files come back as they were, others' as far as they say something."""

import json

import pytest

from media_pipeline.core.timecode import Rate, to_frame
from review.exports.markers import formats
from review.exports.markers.timeline import Note, Timeline
from review.imports import markers
from review.imports.markers import Mark, Target
from tests import factories

RATES = [
    Rate(24000, 1001), Rate(24, 1), Rate(25, 1), Rate(30000, 1001, True), Rate(30000, 1001), Rate(30, 1), Rate(50, 1),
    Rate(60000, 1001, True), Rate(60, 1),
]  # fmt: skip
STARTS = ["00:00:00:00", "00:59:58:12", "23:59:50:00"]
NOTES = [
    Note("a", "Anna", "3 frames too long", 0),
    Note("b", "7 Bob", "* “quoted”, =SUM(A1); 🎬 שלום", 500, 30),
    Note("c", "Carl", "Last", 999),
]


def texts(found):
    assert found.left_out == []
    return [(mark.frame, mark.duration_frames, mark.text, mark.author) for mark in found.marks]


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("program", ["resolve", "otio", "csv"])
def test_our_own_files_come_back(program, rate):
    for start in STARTS:
        first = to_frame(start, rate)
        made = formats.write(Timeline("Cut", rate, first, 0, 1000, tuple(NOTES)), program)
        ((name, content),) = made.files.items()
        found = markers.read(name, content, Target(rate, first, 1000))
        assert texts(found) == [(note.frame, note.duration_frames, note.text, note.author) for note in NOTES]


def at_25(name, text):
    return markers.read(name, text.encode() if isinstance(text, str) else text, Target(Rate(25, 1), 90000, 1000))


def test_files_of_resolve_avid_and_premiere():
    resolve = (
        "TITLE: Timeline 1\nFCM: NON-DROP FRAME\n\n"
        "001  001      V     C        01:00:02:00 01:00:02:01 01:00:02:00 01:00:02:01  \n"
        " |C:ResolveColorBlue |M:Marker 1 |D:1\n\n"
        "002  001      V     C        01:00:03:05 01:00:03:06 01:00:03:05 01:00:03:06  \n"
        "Wire removal |C:ResolveColorRed |M:VFX |D:12\n"
    )
    assert at_25("r.EDL", resolve).marks == [Mark(50, 1, "Marker 1", "Marker 1"), Mark(80, 12, "Wire removal", "VFX")]
    avid = "TITLE: Cut\n001  A001 V C 00:00:00:00 00:00:04:00 01:00:00:00 01:00:04:00\n* LOC: 01:00:01:14 RED     Too dark\n"
    assert at_25("a.edl", avid).marks == [Mark(39, 1, "Too dark")]
    premiere = "Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type\nAnna\tToo dark\t01:00:01:00\t\t\tComment\n"
    assert at_25("p.csv", premiere.encode("utf-16")).marks == [Mark(25, 1, "Too dark", "Anna")]


def test_otio_markers_on_clips_stand_where_their_clip_lies():
    def time(value, rate=25.0):
        return {"OTIO_SCHEMA": "RationalTime.1", "value": value, "rate": rate}

    def clip(begin, frames, *marks, schema="Clip.2"):
        spans = [
            {"name": "VFX", "comment": text, "marked_range": {"start_time": time(at), "duration": time(3)}}
            for at, text in marks
        ]
        return {"OTIO_SCHEMA": schema, "source_range": {"start_time": time(begin), "duration": time(frames)}, "markers": spans}

    fade = {"OTIO_SCHEMA": "Transition.1", "in_offset": time(5), "out_offset": time(5)}
    children = [clip(0, 100, schema="Gap.1"), clip(1000, 50, (1010, "In the clip")), fade, clip(0, 50, (2, "Next"))]
    slow = {"name": "", "comment": "At 50", "marked_range": {"start_time": time(20, 50), "duration": time(0, 50)}}
    whole = {"OTIO_SCHEMA": "Timeline.1", "tracks": {"markers": [slow], "children": [{"children": children}]}}
    assert texts(at_25("t.otio", json.dumps(whole))) == [
        (10, 1, "At 50", ""), (110, 3, "In the clip", "VFX"), (152, 3, "Next", "VFX"),
    ]  # fmt: skip


def test_what_is_left_out_is_told():
    found = at_25("c.csv", "timecode;notes\n01:00:01:00;Good\n01:00:01:30;Wrong\n02:00:00:00;Far\n01:00:02:00;\n")
    assert [mark.text for mark in found.marks] == ["Good"]
    assert [line.partition(":")[0] for line in found.left_out] == ["row 3", "row 4", "row 5"]
    drop = markers.read("c.csv", b"tc,text\n00:01:00;00,Never\n", Target(Rate(30000, 1001, True), 0, 5000))
    assert "00:00:59;29 and 00:01:00;02" in drop.left_out[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.aaf", b""), ("a.otio", b"{"), ("a.otio", b"[1]"), ("a.csv", b"a,b\n1,2\n"),
        ("a.otio", b'{"tracks": {"children": [3]}}'),
        ("a.edl", b"\xff\xff\xff"), ("a.otio", b"[" * 100_000), ("a.csv", b"frame,text\n" + b"1,x\n" * 1001),
        ("a.otio", b'{"tracks": {"markers": [{"marked_range": {"start_time": {"value": 1, "rate": 0}, "duration": 1}}]}}'),
        ("a.otio", b'{"tracks": {"markers": [{"marked_range": {"start_time": {"value": Infinity, "rate": 25}}}]}}'),
    ],
)  # fmt: skip
def test_what_cannot_be_read(name, content):
    with pytest.raises(markers.Unreadable):
        at_25(name, content)


@pytest.mark.django_db
def test_import_makes_comments_once(cast, api):
    def send(user, content, **query):
        path = f"/api/v1/versions/{cast.version.pk}/marker-import"
        address = "&".join(f"{key}={value}" for key, value in {"name": "m.csv", **query}.items())
        return api(user).generic("POST", f"{path}?{address}", content, content_type="application/octet-stream")

    factories.comment(cast.version, cast.reviewer, text="Known", frame=7)
    rows = b"frame,text,author,duration_frames\n5,Dark,Anna,3\n7,Known,reviewer,1\n9999,Far,Anna,1\n"
    answer = send(cast.editor, rows)
    assert answer.status_code == 201, answer.content
    told = answer.json()["data"]
    ((made),) = told["created"]
    assert (made["frame"], made["duration_frames"], made["text"]) == (5, 3, "Anna: Dark")
    assert (made["author"]["id"], made["timecode"]) == (cast.editor.pk, "01:00:00:05")
    assert (told["known"], told["left_out"]) == (1, ["row 4: lies outside the version."])
    again = send(cast.editor, rows).json()["data"]
    assert (again["created"], again["known"]) == ([], 2)
    assert (
        send(cast.editor, b"tc,text\n00:00:00:05,From zero\n", start_tc="00:00:00:00").json()["data"]["created"][0]["frame"]
        == 5
    )
    assert send(cast.editor, b"\x00", name="m.aaf").json()["code"] == "marker_file_unreadable"
    assert send(cast.client, rows, internal="true").status_code == 403
    send(cast.editor, b"frame,text\n30,Ours\n", internal="true")
    assert send(cast.client, b"frame,text\n30,Ours\n").json()["data"]["known"] == 0, "it does not tell of internal comments"
    assert send(cast.outsider, rows).status_code == 404
