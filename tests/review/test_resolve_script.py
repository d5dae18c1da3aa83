"""The script for DaVinci Resolve against a fake of Resolve's objects and the real API.

The fake behaves as the scripting README of Resolve says: markers are counted from the timeline's start and come back under
float keys with float lengths, a frame holds one marker, AddMarker answers False for what it does not take.
"""

import json

import pytest
from django.utils import timezone

from media_pipeline.core.timecode import Rate, to_label
from review.models import Comment
from tests import factories
from twopop import resolve as script
from twopop import resolve_install

pytestmark = pytest.mark.django_db
COLOURS = set(
    "Blue Cyan Green Yellow Red Pink Purple Fuchsia Rose Lavender Sky Mint Lemon Sand Cocoa Cream".split()  # noqa: SIM905
)


class Timeline:
    def __init__(self, name="sc010", *, start=86400, length=1000, rate="23.976", drop_frame="0", comments=""):
        self.name, self.start, self.length, self.comments = name, start, length, comments
        self.settings = {"timelineFrameRate": rate, "timelineDropFrameTimecode": drop_frame}
        self.markers: dict[float, dict] = {}
        self.timecode = "01:00:00:00"
        self.writes = 0

    def GetName(self):
        return self.name

    def GetStartFrame(self):
        return self.start

    def GetEndFrame(self):
        return self.start + self.length

    def GetSetting(self, name):
        return self.settings.get(name, "")

    def GetMediaPoolItem(self):
        return self

    def GetMetadata(self, name):
        return self.comments if name == "Comments" else ""

    def GetMarkers(self):
        return {frame: dict(marker) for frame, marker in self.markers.items()}

    def AddMarker(self, frame, color, name, note, duration, custom_data=""):
        taken = float(frame) in self.markers or not 0 <= frame < self.length or duration < 1 or color not in COLOURS
        if not taken:
            self.writes += 1
            marker = {"color": color, "duration": float(duration), "note": note, "name": name, "customData": custom_data}
            self.markers[float(frame)] = marker
        return not taken

    def DeleteMarkerAtFrame(self, frame):
        self.writes += 1
        return self.markers.pop(float(frame), None) is not None

    def GetCurrentTimecode(self):
        return self.timecode

    def SetCurrentTimecode(self, label):
        self.timecode = label
        return True


class Resolve:
    def __init__(self, timeline):
        self.timeline = timeline

    def GetProjectManager(self):
        return self

    def GetCurrentProject(self):
        return self

    def GetCurrentTimeline(self):
        return self.timeline


@pytest.fixture
def edit(cast, api):
    """edit(timeline, what) runs a menu entry as the editor; answers with its line."""

    def run(timeline, what="sync", user=None):
        client = api(user or cast.editor)

        def send(method, path, body=None):
            address = path if path.startswith("http") else f"/api/v1/{path}"
            answer = client.generic(
                method, address.removeprefix("http://review.example"), json.dumps(body or {}), "application/json"
            )
            if answer.status_code >= 400:
                raise script.Refused(answer.json()["detail"])
            return answer.json()

        return script.run(Resolve(timeline), what, send)

    return run


def notes(timeline):
    return {int(frame): (marker["color"], marker["note"]) for frame, marker in timeline.markers.items()}


def test_comments_become_markers_and_a_second_time_changes_nothing(cast, edit):
    first = factories.comment(cast.version, cast.reviewer, text="Flash frame", frame=0)
    factories.comment(cast.version, cast.editor, text="On it", parent=first)
    factories.comment(cast.version, cast.editor, text="Fix", frame=0, completed_at=timezone.now(), completed_by=cast.owner)
    factories.comment(cast.version, cast.client, text="Last\nframe", frame=999, duration_frames=1)
    factories.comment(cast.version, cast.editor, text="Ours", frame=40, duration_frames=25, internal=True)
    timeline = Timeline()
    assert edit(timeline) == "sc010 v1: 3 added"
    assert notes(timeline) == {
        0: ("Yellow", "reviewer: Flash frame\n  editor: On it\n✓ editor: Fix"),
        40: ("Lavender", "editor: Ours"),
        999: ("Yellow", "client: Last\nframe"),
    }
    assert (timeline.markers[40]["duration"], timeline.markers[0]["name"]) == (25, "reviewer, editor")
    before = timeline.writes
    assert edit(timeline) == "sc010 v1: 3 kept"
    assert timeline.writes == before


def test_what_changed_and_went_is_followed(cast, edit):
    one = factories.comment(cast.version, cast.reviewer, text="Dark", frame=10)
    two = factories.comment(cast.version, cast.reviewer, text="Loud", frame=20)
    timeline = Timeline()
    edit(timeline)
    Comment.objects.filter(pk=one.pk).update(frame=11)
    Comment.objects.filter(pk=two.pk).update(text="Too loud", completed_at=timezone.now(), completed_by=cast.owner)
    assert edit(timeline) == "sc010 v1: 1 added, 1 changed, 1 removed"
    assert notes(timeline) == {11: ("Yellow", "reviewer: Dark"), 20: ("Green", "reviewer: Too loud")}


def test_an_editors_own_marker_is_kept_and_given_back(cast, edit):
    comment = factories.comment(cast.version, cast.reviewer, text="Dark", frame=10)
    timeline = Timeline()
    timeline.AddMarker(10, "Red", "VFX", "Wire removal", 12, "own data")
    timeline.AddMarker(11, "Blue", "Mine", "", 1)
    own = timeline.GetMarkers()
    edit(timeline)
    merged = timeline.markers[10]
    assert (merged["color"], merged["name"], merged["duration"]) == ("Red", "VFX", 12)
    assert merged["note"] == "Wire removal\n— Twopop —\nreviewer: Dark"
    assert edit(timeline) == "sc010 v1: 1 kept"
    Comment.objects.filter(pk=comment.pk).update(text="Darker")
    edit(timeline)
    assert timeline.markers[10]["note"] == "Wire removal\n— Twopop —\nreviewer: Darker"
    Comment.objects.filter(pk=comment.pk).update(deleted_at=timezone.now())
    edit(timeline)
    assert timeline.GetMarkers() == own


def test_green_means_done_and_any_other_colour_open_again(cast, edit):
    comments = [factories.comment(cast.version, cast.reviewer, frame=frame) for frame in (5, 6)]
    timeline = Timeline()
    edit(timeline)
    timeline.markers[5]["color"] = "Green"
    assert edit(timeline) == "sc010 v1: 1 changed, 1 kept; 1 marked in Twopop"
    comments[0].refresh_from_db()
    assert comments[0].completed_by == cast.editor
    timeline.markers[5]["color"] = "Red"
    edit(timeline)
    comments[0].refresh_from_db()
    assert comments[0].completed_at is None
    timeline.markers[6]["color"] = "Green"
    assert "client" not in edit(timeline, user=cast.client)
    comments[1].refresh_from_db()
    assert comments[1].completed_at is None, "who may not mark as done is refused"


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [(86400, 1000, 7), (86300, 2000, 107), (0, 1000, 7), (90000, 500, 7)],
    ids=["the same", "a longer timeline around it", "starts at zero", "starts elsewhere"],
)
def test_where_the_version_lies_on_the_timeline(cast, edit, start, length, expected):
    factories.comment(cast.version, cast.reviewer, frame=7)
    factories.comment(cast.version, cast.reviewer, frame=900)
    timeline = Timeline(start=start, length=length)
    told = edit(timeline)
    assert expected in notes(timeline)
    assert ("1 outside" in told) == (length == 500)


def test_the_playhead_goes_to_open_comments(cast, edit):
    for frame, done in ((10, None), (20, timezone.now()), (30, None)):
        factories.comment(cast.version, cast.reviewer, frame=frame, completed_at=done)
    timeline = Timeline()
    edit(timeline)
    assert edit(timeline, "next").endswith("01:00:00:10")
    assert edit(timeline, "next").endswith("01:00:01:06"), "the one that is done is passed over"
    assert "no open comment" in edit(timeline, "next")
    assert edit(timeline, "previous").endswith("01:00:00:10")


@pytest.mark.parametrize(("setting", "rate"), [("29.97", Rate(30000, 1001, True)), ("59.94", Rate(60000, 1001, True))])
def test_drop_frame_labels(setting, rate):
    place = script.Place(
        Timeline(rate=setting, drop_frame="1", start=0, length=10),
        {"rate": {"num": rate.num, "den": rate.den}, "start_frame": None, "frame_count": 5},
    )
    for frame in [*range(1790, 3700), *range(17970, 18100), *range(107880, 107900), 2589407]:
        assert place.label(frame) == to_label(frame, rate)


def test_what_is_refused_is_said(cast, edit):
    assert edit(Timeline(rate="25")) == "Twopop: The timeline runs at 25, the version at 24000/1001 frames per second."
    assert "Paste the address" in edit(Timeline("Elsewhere"))
    assert edit(None) == "Twopop: Open a timeline first."


def test_how_the_version_is_found(cast, edit):
    factories.comment(cast.version, cast.reviewer, frame=3)
    newer = factories.version(cast.asset)
    assert edit(Timeline("SC010_v07")).startswith("sc010 v2")
    older = Timeline("Elsewhere", comments=f"See http://review.example/v/{cast.version.pk}?frame=3 for notes")
    assert edit(older) == "sc010 v1: 1 added"
    assert newer.number == 2


def test_the_menu_entries_stand_alone(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nothing"))
    made = resolve_install.install(tmp_path / "Utility")
    assert len(made) == 3
    for path in made:
        code = compile(path.read_text(encoding="utf-8"), str(path), "exec")
        exec(code, {"__name__": "__main__", "resolve": Resolve(Timeline())})  # as Resolve runs it: no __file__
        assert "twopop login" in capsys.readouterr().out
    assert resolve_install.remove(tmp_path / "Utility") == made
