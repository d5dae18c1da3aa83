"""Markers on a version's timeline."""

import pytest

from review.models import AuditEntry, Marker
from tests import factories


@pytest.fixture
def path(cast) -> str:
    return f"/api/v1/versions/{cast.version.pk}/markers"


def test_markers_are_set_moved_and_taken_away(cast, api, path):
    reviewer, editor = api(cast.reviewer), api(cast.editor)
    made = reviewer.post(path, {"kind": "chapter", "frame": 24, "label": "Titles"}, format="json")
    assert made.status_code == 201, made.content
    marker = made.json()["data"]
    assert (marker["timecode"], marker["colour"], marker["author"]["id"]) == ("01:00:01:00", "#a855f7", cast.reviewer.pk)
    by_label = editor.post(path, {"kind": "version_starts", "timecode": "01:00:00:12", "duration_frames": 3}, format="json")
    assert by_label.json()["data"]["frame"] == 12
    assert [one["frame"] for one in api(cast.client).get(path).json()["data"]] == [12, 24]
    one = f"/api/v1/markers/{marker['id']}"
    etag = api(cast.client).get(one)["ETag"]
    moved = editor.patch(one, {"frame": 30}, format="json", HTTP_IF_MATCH=etag)  # those who manage assets may
    assert (moved.status_code, moved.json()["data"]["frame"]) == (200, 30)
    late = reviewer.patch(one, {"label": "Mine"}, format="json", HTTP_IF_MATCH=etag)
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert late.json()["current"] == moved.json()["data"]
    assert reviewer.delete(f"/api/v1/markers/{by_label.json()['data']['id']}").status_code == 403, "it is the editor's"
    assert reviewer.delete(one, HTTP_IF_MATCH=etag).status_code == 412
    assert reviewer.delete(one).status_code == 204
    assert AuditEntry.objects.get(action="marker.delete").detail["marker"]["label"] == "Titles"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "chapter"}, 400, "invalid_input"),
        ({"kind": "chapter", "frame": 1, "timecode": "01:00:00:01"}, 400, "invalid_input"),
        ({"kind": "party", "frame": 1}, 400, "invalid_input"),
        ({"kind": "chapter", "frame": 1.0}, 400, "invalid_input"),
        ({"kind": "custom", "frame": 999, "duration_frames": 2}, 422, "frame_out_of_range"),
        ({"kind": "custom", "timecode": "00:00:00:00"}, 422, "frame_out_of_range"),
    ],
)
def test_where_a_marker_cannot_be(cast, api, path, body, status, code):
    answer = api(cast.editor).post(path, body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Marker.objects.exists()


def test_a_version_whose_frames_are_not_counted_has_no_markers(cast, api):
    version = factories.version(cast.asset, factories.media(frame_count=None))
    path = f"/api/v1/versions/{version.pk}/markers"
    assert api(cast.editor).get(path).json()["data"] == []
    assert api(cast.editor).post(path, {"kind": "custom", "frame": 0}, format="json").json()["code"] == "media_not_indexed"
