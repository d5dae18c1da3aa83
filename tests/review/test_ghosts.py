"""Open comments of earlier versions on a later one, and carrying them over."""

import pytest

from review.models import AuditEntry, Mention
from tests import factories


@pytest.fixture
def stack(cast, api):
    """A second version, shorter than the first, and comments on both."""
    cast.second = factories.version(cast.asset, factories.media(frame_count=500))
    say = factories.comment
    cast.open = say(cast.version, cast.client, 100, "Louder, @reviewer", duration_frames=24)
    cast.open.labels.add(factories.label(cast.project))
    Mention.objects.create(comment=cast.open, user=cast.reviewer, label="@reviewer")
    cast.late = say(cast.version, cast.client, 499, duration_frames=2)
    cast.internal = say(cast.version, cast.reviewer, 20, internal=True)
    done = say(cast.version, cast.client, 30)
    done.completed_at, done.completed_by = done.created_at, cast.editor
    done.save()
    say(cast.version, cast.editor, 100, "Will do", parent=cast.open)
    say(cast.second, cast.client, 5, "New")
    return cast


def test_open_comments_of_earlier_versions_are_seen_and_carried_over(stack, api):
    editor, client = api(stack.editor), api(stack.client)
    path = f"/api/v1/versions/{stack.second.pk}"

    def ghosts(web, version=stack.second):
        found = web.get(f"/api/v1/versions/{version.pk}/ghosts").json()["data"]
        return [(one["comment"]["id"], one["version_number"], one["frame"]) for one in found]

    everything = [(stack.internal.pk, 1, 20), (stack.open.pk, 1, 100), (stack.late.pk, 1, None)]
    assert ghosts(editor) == everything
    assert ghosts(client) == everything[1:], "internal ones are not for clients"
    assert ghosts(editor, stack.version) == []
    assert client.post(f"{path}/carry-over", {"comment_ids": [stack.open.pk]}, format="json").status_code == 403
    beyond = editor.post(f"{path}/carry-over", {"comment_ids": [stack.open.pk, stack.late.pk]}, format="json")
    assert beyond.json()["code"] == "frame_out_of_range"
    assert ghosts(editor) == everything, "all or none"

    made = editor.post(f"{path}/carry-over", {"comment_ids": [stack.open.pk, stack.internal.pk]}, format="json").json()["data"]
    carried = made[0]
    assert (carried["frame"], carried["duration_frames"], carried["text"]) == (100, 24, "Louder, @reviewer")
    assert carried["carried_from"] == {"comment_id": stack.open.pk, "version_id": stack.version.pk, "version_number": 1}
    assert carried["author"]["id"] == stack.client.pk, "the words stay their author's"
    assert carried["labels"]
    assert carried["mentions"][0]["id"] == stack.reviewer.pk
    assert made[1]["internal"]
    assert AuditEntry.objects.filter(action="comment.carry", actor=stack.editor, target_id=carried["id"]).count() == 1
    listed = {one["id"]: one for one in editor.get(f"{path}/comments").json()["data"]}
    assert listed[carried["id"]]["carried_from"] == carried["carried_from"]
    assert ghosts(editor) == [(stack.late.pk, 1, None)]
    again = editor.post(f"{path}/carry-over", {"comment_ids": [stack.open.pk]}, format="json")
    assert again.json()["code"] == "ghost_unknown"

    third = factories.version(stack.asset)
    assert (carried["id"], 2, 100) in ghosts(editor, third)
    assert (stack.open.pk, 1, 100) not in ghosts(editor, third), "the carried comment stands for it"
    editor.patch(f"/api/v1/comments/{carried['id']}", {"completed": True}, format="json")
    assert not [one for one in ghosts(editor, third) if one[2] == 100]
    api(stack.owner).delete(f"/api/v1/comments/{carried['id']}")
    assert (stack.open.pk, 1, 100) in ghosts(editor), "what was carried and deleted is open again"
