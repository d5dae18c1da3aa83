"""Live sessions by their actions and API: who may, what is refused, and the minutes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from review.access import Actor, Forbidden
from review.actions import approvals, assets, comments, sessions
from review.models import ReviewSession
from review.problems import Problem
from tests import factories

pytestmark = pytest.mark.django_db


def code_of(call, *args, **given):
    with pytest.raises(Problem) as caught:
        call(*args, **given)
    return caught.value.code


def test_one_session_at_a_time_on_a_version(cast):
    row = sessions.start_session(Actor(cast.reviewer), cast.version.pk)
    assert code_of(sessions.start_session, Actor(cast.owner), cast.version.pk) == "session_running"
    sessions.end_session(Actor(cast.reviewer), row.pk)
    assert code_of(sessions.join_session, Actor(cast.owner), row.pk) == "session_ended"
    assert sessions.start_session(Actor(cast.owner), cast.version.pk).pk != row.pk


def test_clients_do_not_start_sessions(cast):
    with pytest.raises(Forbidden):
        sessions.start_session(Actor(cast.client), cast.version.pk)


def test_who_may_lead(cast):
    host, other, third = Actor(cast.owner), Actor(cast.editor), Actor(cast.reviewer)
    row = sessions.start_session(host, cast.version.pk)
    assert code_of(sessions.hand_over, host, row.pk, cast.editor.pk) == "attendance_unknown"
    for one in (host, other, third):
        sessions.join_session(one, row.pk)
    with pytest.raises(Forbidden):
        sessions.hand_over(third, row.pk, cast.reviewer.pk)
    sessions.hand_over(host, row.pk, cast.editor.pk)
    sessions.hand_over(host, row.pk, cast.owner.pk)  # the host takes it back
    sessions.hand_over(host, row.pk, cast.editor.pk)
    sessions.leave_session(row.pk, cast.editor.pk)
    sessions.hand_over(third, row.pk, cast.reviewer.pk)  # who led is gone: anybody of the team may
    row.refresh_from_db()
    assert row.controller_id == cast.reviewer.pk


def test_who_was_let_in_once_does_not_wait_again(cast):
    host, client = Actor(cast.owner), Actor(cast.client)
    row = sessions.start_session(host, cast.version.pk, waiting_room=True)
    assert sessions.join_session(client, row.pk).admitted_at is None
    sessions.admit(host, row.pk, cast.client.pk, admitted=True)
    sessions.leave_session(row.pk, cast.client.pk)
    assert sessions.join_session(client, row.pk).admitted_at is not None
    assert sessions.join_session(Actor(cast.reviewer), row.pk).admitted_at is not None, "the team never waits"


def test_forsaken_sessions_end_by_themselves(cast):
    row = sessions.start_session(Actor(cast.owner), cast.version.pk)
    assert sessions.end_forsaken() == 0
    long_ago = timezone.now() - timedelta(hours=1)
    ReviewSession.objects.update(seen_at=long_ago, started_at=long_ago - timedelta(hours=1))
    assert sessions.end_forsaken() == 1
    row.refresh_from_db()
    assert row.ended_at == long_ago, "it ended when somebody was last there"


def test_the_minutes(cast, api):
    owner, client = Actor(cast.owner), Actor(cast.client)

    def say(actor, text, **given):
        return comments.create_comment(actor, cast.version.pk, text=text, frame=12, **given)

    say(owner, "before")
    row = sessions.start_session(owner, cast.version.pk, waiting_room=True)
    say(owner, "not there yet")
    for one in (owner, client, Actor(cast.reviewer)):
        sessions.join_session(one, row.pk)
    say(owner, "in it")
    say(owner, "among us", internal=True)
    say(client, "while waiting")
    approvals.decide(Actor(cast.reviewer), cast.version.pk, decision="approved", text="Fine")
    sessions.leave_session(row.pk, cast.owner.pk)
    say(owner, "after leaving")
    sessions.end_session(owner, row.pk)

    def read(user):
        found = api(user).get(f"/api/v1/sessions/{row.pk}/minutes").json()["data"]
        return [one["comment"]["text"] for one in found["comments"]], found

    said, found = read(cast.owner)
    assert said == ["in it", "among us"]
    assert read(cast.client)[0] == ["in it"]
    assert [one["person"]["id"] for one in found["attendees"]] == [cast.owner.pk, cast.reviewer.pk], (
        "who only waited was not there"
    )
    assert [(one["entry"]["by"]["id"], one["entry"]["decision"]) for one in found["decisions"]] == [
        (cast.reviewer.pk, "approved")
    ]
    paper = api(cast.client).get(f"/api/v1/sessions/{row.pk}/minutes.pdf")
    assert paper.content.startswith(b"%PDF")
    page = api(cast.client).get(f"/sessions/{row.pk}").content.decode()
    assert "in it" in page
    assert "among us" not in page
    assert f"/sessions/{row.pk}" in api(cast.client).get(f"/projects/{cast.project.pk}/sessions").content.decode()


def test_the_minutes_tell_nothing_of_a_stack_that_was_deleted(cast, api):
    """A session goes to other stacks than that which it began on; one of them may be gone by the time it is read of."""
    owner, other = Actor(cast.owner), factories.version(factories.asset(cast.project, "Secret"))
    row = sessions.start_session(owner, cast.version.pk)
    sessions.join_session(owner, row.pk)
    comments.create_comment(owner, other.pk, text="of the other", frame=12)
    approvals.decide(owner, other.pk, decision="approved")
    read = f"/api/v1/sessions/{row.pk}/minutes"
    assert "Secret" in api(cast.client).get(read).content.decode()
    assets.delete_asset(owner, other.asset_id)
    found = api(cast.client).get(read).json()["data"]
    assert (found["comments"], found["decisions"]) == ([], [])


def test_a_session_goes_through_the_playlist_of_a_link(cast, api):
    other = factories.version(factories.asset(cast.project, "Second"))
    share = factories.share(cast.version, other.asset)
    start = {"share_id": share.pk}
    row = api(cast.owner).post(f"/api/v1/versions/{cast.version.pk}/sessions", start, format="json").json()["data"]
    assert "share_id" not in row, "nobody is told of the link"
    read = f"/api/v1/sessions/{row['id']}/playlist"
    assert [one["version_id"] for one in api(cast.client).get(read).json()["data"]] == [cast.version.pk, other.pk]
    newer = factories.version(other.asset)
    assert [one["version_id"] for one in api(cast.client).get(read).json()["data"]] == [cast.version.pk, newer.pk]
    foreign = factories.share(factories.version(factories.asset(factories.project())))
    for wrong in (foreign.pk, "nothing"):
        answer = api(cast.owner).post(f"/api/v1/versions/{other.pk}/sessions", {"share_id": wrong}, format="json")
        assert answer.status_code == 404
    with pytest.raises(Forbidden):
        sessions.start_session(Actor(cast.reviewer), other.pk, share_id=share.pk)
    alone = sessions.start_session(Actor(cast.reviewer), other.pk)
    assert api(cast.reviewer).get(f"/api/v1/sessions/{alone.pk}/playlist").json()["data"] == []
