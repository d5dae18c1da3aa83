"""Drawings: who gets them, and that they follow their comment. What may be kept: tests/unit/test_annotations.py."""

import dataclasses
import io

import numpy as np
import pytest
from PIL import Image

from media_pipeline.core.summary import Summary
from review import annotations
from review.models import Event
from tests import factories

PEN = {"tool": "pen", "points": [16384, 32768, 19660, 32768], "pressure": [180, 200], "color": "#ff3b30", "width": 260}


# A PAL picture that stands on its side; of the rest nothing is asked here.
_EMPTY = {"str": "", "int": 0, "bool": False}
SUMMARY: dict[str, object] = {one.name: _EMPTY.get(str(one.type)) for one in dataclasses.fields(Summary)}
SUMMARY |= {
    "width": 720,
    "height": 576,
    "sar_num": 16,
    "sar_den": 15,
    "rotation": 90,
    "audio": [],
    "warnings": [],
    "rate_den": 1,
}


def drawing(*frames):
    return {"v": 1, "shapes": [{"frame": frame, **PEN} for frame in frames]}


@pytest.mark.parametrize(
    ("now", "frames"), [((20, 5), [20, 24]), ((8, 10), [10, 14]), ((12, 2), [12, 13]), ((10, 1), [10]), ((0, 5), [0, 4])]
)
def test_drawings_follow_their_comment(now, frames):
    moved = annotations.moved(drawing(10, 14), was=(10, 5), now=now)
    assert moved.frames == frames
    assert len(moved.data["shapes"]) == 2, "nothing that was drawn is lost"


@pytest.mark.django_db
class TestOfAComment:
    @pytest.fixture
    def comments(self, cast):
        return f"/api/v1/versions/{cast.version.pk}/comments"

    def test_kept_and_given_back_where_it_is_asked_for(self, cast, api, comments):
        client = api(cast.reviewer)
        sent = {"text": "Boom", "frame": 10, "duration_frames": 5, "annotation": drawing(10, 12)}
        made = client.post(comments, sent, format="json").json()["data"]
        assert made["annotation"] == drawing(10, 12)
        assert made["annotation_frames"] == [10, 12]
        assert len(made["annotation_digest"]) == 16
        assert client.get(f"/api/v1/comments/{made['id']}").json()["data"] == made
        (listed,) = client.get(comments).json()["data"]
        assert listed == {**made, "annotation": None}
        (with_drawing,) = client.get(comments, {"include": "annotations"}).json()["data"]
        assert with_drawing == made
        event = Event.objects.get(kind="comment.created")
        assert event.payload["annotation"] is None
        assert event.payload["annotation_digest"] == made["annotation_digest"]

    def test_a_still_is_opaque_or_as_the_source_has_it(self, cast, api):
        client = api(cast.reviewer)
        url = f"/api/v1/versions/{cast.version.pk}/frames/0.png"
        assert client.get(url, {"alpha": "perhaps"}).json()["errors"][0]["field"] == "alpha"
        assert client.get(url, {"alpha": "true"}).json()["code"] == "media_not_indexed"

    def test_moved_replaced_taken_away(self, cast, api, comments):
        client = api(cast.reviewer)
        sent = {"text": "Boom", "frame": 10, "annotation": drawing(10)}
        made = client.post(comments, sent, format="json").json()["data"]
        url = f"/api/v1/comments/{made['id']}"
        moved = client.patch(url, {"frame": 20}, format="json").json()["data"]
        assert moved["annotation"] == drawing(20)
        assert moved["annotation_digest"] != made["annotation_digest"]
        wide = client.patch(url, {"duration_frames": 3, "annotation": drawing(20, 22)}, format="json").json()["data"]
        assert wide["annotation_frames"] == [20, 22]
        outside = client.patch(url, {"annotation": drawing(23)}, format="json")
        assert (outside.status_code, outside.json()["code"]) == (422, "annotation_out_of_range")
        bare = client.patch(url, {"annotation": None}, format="json").json()["data"]
        assert (bare["annotation"], bare["annotation_frames"], bare["annotation_digest"]) == (None, [], None)

    def test_alone_it_is_enough(self, cast, api, comments):
        client = api(cast.reviewer)
        made = client.post(comments, {"text": "", "frame": 10, "annotation": drawing(10)}, format="json")
        assert made.status_code == 201
        url = f"/api/v1/comments/{made.json()['data']['id']}"
        nothing = [
            client.post(comments, {"text": " ", "frame": 10}, format="json"),
            client.post(comments, {"text": "", "frame": 10, "annotation": drawing()}, format="json"),
            client.patch(url, {"annotation": None}, format="json"),
        ]
        assert [(answer.status_code, answer.json()["code"]) for answer in nothing] == [(422, "comment_empty")] * 3
        assert client.patch(url, {"text": "Here", "annotation": None}, format="json").status_code == 200
        assert client.patch(url, {"text": ""}, format="json").json()["code"] == "comment_empty"

    def test_only_for_those_who_may_edit(self, cast, api, comments):
        comment = factories.comment(cast.version, cast.reviewer, frame=1)
        url = f"/api/v1/comments/{comment.pk}"
        assert api(cast.editor).patch(url, {"annotation": drawing(1)}, format="json").status_code == 403
        assert api(cast.version_controller).patch(url, {"annotation": drawing(1)}, format="json").status_code == 200

    def test_replies_have_none(self, cast, api, comments):
        parent = factories.comment(cast.version, cast.reviewer, frame=1)
        sent = {"text": "Here", "parent_id": parent.pk, "annotation": drawing(1)}
        assert api(cast.editor).post(comments, sent, format="json").json()["code"] == "annotation_invalid"

    def test_a_tombstone_shows_nothing_of_it(self, cast, api, comments):
        client = api(cast.reviewer)
        made = client.post(comments, {"text": "x", "frame": 3, "annotation": drawing(3)}, format="json").json()["data"]
        client.delete(f"/api/v1/comments/{made['id']}")
        query = {"updated_since": "2020-01-01T00:00:00Z", "include": "annotations"}
        (gone,) = client.get(comments, query).json()["data"]
        assert (gone["annotation"], gone["annotation_frames"], gone["annotation_digest"]) == (None, [], None)

    def test_an_unknown_word_to_include(self, cast, api, comments):
        assert api(cast.reviewer).get(comments, {"include": "everything"}).json()["code"] == "invalid_input"

    def test_as_svg(self, cast, api, comments):
        client = api(cast.reviewer)
        sent = {"text": "Boom", "frame": 10, "duration_frames": 5, "annotation": drawing(10, 12, 12), "internal": True}
        made = client.post(comments, sent, format="json").json()["data"]
        url = f"/api/v1/comments/{made['id']}/annotation.svg"
        assert client.get(url).json()["code"] == "media_not_indexed"  # the cast's media has no summary
        media = cast.version.media
        media.summary = SUMMARY
        media.save()
        first, second = client.get(url), client.get(url, {"frame": 12})
        assert first["Content-Type"] == "image/svg+xml"
        assert b'viewBox="0 0 576 768"' in first.content
        assert (first.content.count(b"<path"), second.content.count(b"<path")) == (1, 2)
        assert client.get(url, {"frame": 11}).status_code == 404
        assert client.get(url, {"frame": "x"}).json()["code"] == "invalid_input"
        assert api(cast.client).get(url).json() == api(cast.client).get("/api/v1/comments/nothing").json()

    def test_as_png_with_transparency(self, cast, api, comments):
        client = api(cast.reviewer)
        made = client.post(comments, {"text": "Boom", "frame": 10, "annotation": drawing(10)}, format="json").json()["data"]
        url = f"/api/v1/comments/{made['id']}/annotation.png"
        assert client.get(url).json()["code"] == "media_not_indexed"
        cast.version.media.summary = SUMMARY
        cast.version.media.save()
        answer = client.get(url)
        assert answer["Content-Type"] == "image/png"
        picture = Image.open(io.BytesIO(answer.content))
        assert (picture.size, picture.mode) == ((576, 768), "RGBA")
        assert 0 < np.count_nonzero(np.asarray(picture)[..., 3]) < 576 * 768 / 2
        assert client.get(url, {"over": "everything"}).json()["code"] == "invalid_input"
        assert client.get(url, {"over": "picture"}).json()["code"] == "media_not_indexed"  # it has no frame index
