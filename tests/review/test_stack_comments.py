"""Comments of a whole stack, its marker files, and many comments marked as done at once."""

import io
import zipfile

import pytest
from django.utils import timezone

from review.models import Comment, Event
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def stack(cast):
    """Two versions at different rates, with comments; a third without."""
    newer = factories.version(cast.asset, factories.media(rate=(25, 1), start_frame=0))
    factories.version(cast.asset)
    old = factories.comment(cast.version, cast.reviewer, text="Old", frame=24)
    factories.comment(cast.version, cast.editor, text="Fixed", frame=24, parent=old)
    factories.comment(cast.version, cast.editor, text="Ours", frame=2, internal=True)
    factories.comment(newer, cast.client, text="New", frame=25)
    deleted = factories.version(cast.asset, deleted_at=timezone.now())
    factories.comment(deleted, cast.editor, text="Gone")
    return f"/api/v1/assets/{cast.asset.pk}"


def test_a_stack_lists_what_its_versions_list(cast, api, stack):
    def listed(**query):
        answer = api(cast.editor).get(f"{stack}/comments", query)
        assert answer.status_code == 200, answer.content
        return answer.json()["data"]

    found = listed()
    assert [(one["text"], one["timecode"]) for one in found] == [
        ("Ours", "01:00:00:02"), ("Old", "01:00:01:00"), ("Fixed", "01:00:01:00"), ("New", "00:00:01:00"),
    ]  # fmt: skip
    single = api(cast.editor).get(f"/api/v1/versions/{cast.version.pk}/comments").json()["data"]
    assert found[:3] == single
    assert [one["text"] for one in listed(sort="newest")] == ["New", "Ours", "Fixed", "Old"]
    (thread,) = listed(include="replies", q="old")
    assert [one["text"] for one in thread["replies"]] == ["Fixed"]
    assert len(listed(updated_since="2026-01-01T00:00:00Z")) == 4
    assert [one["text"] for one in api(cast.client).get(f"{stack}/comments").json()["data"]] == ["Old", "Fixed", "New"]


def test_its_pages_keep_the_order_over_versions(cast, api, stack):
    texts, address = [], f"{stack}/comments?page_size=1"
    while address:
        page = api(cast.editor).get(address).json()
        texts += [one["text"] for one in page["data"]]
        address = page["links"]["next"]
    assert texts == ["Ours", "Old", "Fixed", "New"]


def test_its_marker_files_come_as_a_zip(cast, api, stack):
    answer = api(cast.editor).get(f"{stack}/marker-file", {"program": "avid"})
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.namelist() == ["sc010_v01_avid.txt", "sc010_v02_avid.txt"]
    assert b"00:00:01:00" in archive.read("sc010_v02_avid.txt")
    one = api(cast.client).get(f"{stack}/marker-file", {"program": "avid", "q": "New"})
    assert one.content.startswith(b"client\t00:00:01:00"), "the only file comes as it is"


def test_many_are_marked_as_done_at_once(cast, api, stack):
    comments = [factories.comment(cast.version, cast.reviewer, frame=frame) for frame in (30, 31, 32)]
    comments[1].completed_at, comments[1].completed_by = timezone.now(), cast.owner
    comments[1].save()
    path = f"/api/v1/versions/{cast.version.pk}/comments/complete"
    body = {"comment_ids": [one.pk for one in reversed(comments)], "completed": True}
    answer = api(cast.editor).post(path, body, format="json")
    shown = answer.json()["data"]
    assert [(one["frame"], one["completed_by"]["id"]) for one in shown] == [
        (30, cast.editor.pk), (31, cast.owner.pk), (32, cast.editor.pk),
    ]  # fmt: skip
    assert Event.objects.filter(kind="comment.updated").count() == 2, "the one that was done already is no change"
    assert shown[0] == api(cast.editor).get(f"/api/v1/comments/{comments[0].pk}").json()["data"]
    assert api(cast.client).post(path, body, format="json").status_code == 403
    elsewhere = Comment.objects.get(text="New").pk
    body = {"comment_ids": [comments[0].pk, elsewhere], "completed": False}
    assert api(cast.editor).post(path, body, format="json").status_code == 404
    comments[0].refresh_from_db()
    assert comments[0].completed_at is not None, "all or none"
