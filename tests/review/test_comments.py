import pytest

pytestmark = pytest.mark.django_db


def url(cast, **query):
    return f"/api/v1/versions/{cast.version.pk}/comments"


def test_comment_on_a_frame(cast, api):
    answer = api(cast.reviewer).post(url(cast), {"text": " Flash frame ", "frame": 24}, format="json")
    assert answer.status_code == 201, answer.json()
    data = answer.json()["data"]
    assert data["text"] == "Flash frame"
    assert (data["frame"], data["duration_frames"]) == (24, 1)
    assert (data["timecode"], data["media_timecode"], data["start_timecode"]) == ("01:00:01:00", "00:00:01:00", "01:00:00:00")
    assert data["seconds"] == {"num": 24 * 1001, "den": 24000}
    assert data["rate"] == {"num": 24000, "den": 1001, "drop_frame": False}
    assert data["url"] == f"http://review.example/v/{cast.version.pk}?frame=24&comment={data['id']}"
    assert data["can"] == ["reply", "edit", "delete", "complete"]
    listed = api(cast.client).get(url(cast)).json()
    assert [row["id"] for row in listed["data"]] == [data["id"]]
    assert listed["data"][0]["can"] == ["reply"]
    assert listed["links"] == {"next": None}
