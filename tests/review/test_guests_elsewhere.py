"""What others learn of guests, and what is told to those who may no longer see it."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from review.access import Actor
from review.actions import members, sessions, share_doors
from review.models import Event, Membership, Notification, ShareRight, User
from review.notifications import choices_shown
from review.notifications.mail_links import Letter
from review.selectors import feed, minutes, notifications
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_new_name_is_told_where_that_guest_is_read(cast: SimpleNamespace, api: Any):
    share = factories.share(cast.version, rights=[ShareRight.COMMENT, ShareRight.SEE_COMMENTS])
    session = factories.guest(share, name="Gita")
    client = api(session=session)
    for name in ("Gita", "Gita Guest"):
        client.put("/api/v1/guest", {"name": name}, format="json")
    row = Event.objects.get(kind="guest.renamed")
    pk = session["share_guest"]
    assert row.payload == {"id": pk, "name": "Gita Guest", "guest": True}

    def told(**fields: Any) -> str:
        to = feed.Receiver(user_id="somebody", guest=True, **fields)
        return str(feed.event_for(to, row, base="", withdrawn={}, version_id=cast.version.pk)["kind"])

    assert told(sees_comments=True) == "hidden", "they wrote nothing here"
    own = factories.comment(cast.version, cast.owner)
    factories.comment(cast.version, User.objects.get(pk=pk), parent=own)
    assert (told(sees_comments=True), told()) == ("guest.renamed", "hidden")


def test_asking_for_a_code_does_the_same_for_everybody_before_it_answers(cast: SimpleNamespace, monkeypatch: Any):
    """What takes longer for those who are named is done after the answer."""
    ordered: list[Any] = []
    monkeypatch.setattr(share_doors._post, "submit", lambda run, *given: ordered.append(run))
    monkeypatch.setattr(share_doors, "make_password", lambda code: pytest.fail("hashed while somebody waits"))
    share = factories.share(cast.version, recipients=["clara@example.org"])
    with CaptureQueriesContext(connection) as asked:
        for email in ("clara@example.org", "otto@example.org"):
            share_doors.mail_code(share, email)
    assert (ordered, len(asked)) == ([share_doors._mail] * 2, 0)


def test_minutes_are_cut_after_it_is_known_who_was_there(cast: SimpleNamespace, monkeypatch: Any):
    monkeypatch.setattr(minutes, "MOST_COMMENTS", 2)
    row = sessions.start_session(Actor(cast.owner), cast.version.pk)
    for person in (cast.owner, cast.reviewer):
        sessions.join_session(Actor(person), row.pk)
    sessions.leave_session(row.pk, cast.reviewer.pk)
    away = [factories.comment(cast.version, cast.reviewer, frame=frame) for frame in range(3)]
    there = [factories.comment(cast.version, cast.owner, frame=frame) for frame in (10, 11, 12)]
    told = minutes.of_session(row, sees_internal=True).comments
    assert [one.pk for one in told] == [one.pk for one in there[:2]]
    assert not {one.pk for one in away} & {one.pk for one in told}


def test_a_mails_link_names_no_project_to_who_was_removed(cast: SimpleNamespace, client: Any, monkeypatch: Any):
    letter = Letter(cast.reviewer.pk, cast.project.pk, "")
    monkeypatch.setattr("review.mail_page.opened", lambda text: letter)
    assert (choices_shown.about(letter) or {})["project"] == cast.project.name
    members.remove_member(Actor(cast.owner), cast.project.pk, cast.reviewer.pk)
    assert not Membership.objects.filter(user=cast.reviewer).exists()
    for told in (client.get("/mail/x"), client.post("/mail/x", {"what": "project"})):
        assert told.status_code == 200
        assert cast.project.name not in told.content.decode()
        assert "no longer in" in told.content.decode()


def test_who_was_not_let_in_asks_again_after_a_pause(cast: SimpleNamespace):
    row = sessions.start_session(Actor(cast.owner), cast.version.pk, waiting_room=True)
    sessions.join_session(Actor(cast.client), row.pk)
    stay = sessions.admit(Actor(cast.owner), row.pk, cast.client.pk, admitted=False)
    with pytest.raises(sessions.TooSoon) as caught:
        sessions.join_session(Actor(cast.client), row.pk)
    assert 0 < caught.value.seconds <= 31
    stay.refused_at = timezone.now() - sessions.PAUSE - timedelta(seconds=1)
    stay.save()
    assert sessions.join_session(Actor(cast.client), row.pk).admitted_at is None
    sessions.leave_session(row.pk, cast.client.pk)
    assert sessions.join_session(Actor(cast.client), row.pk).left_at is None, "whoever went by themselves need not wait"


def test_the_people_of_a_line_are_read_once_each(cast: SimpleNamespace):
    """However often each of them did something."""
    people, mine = [factories.user(f"P{n}") for n in range(7)], Notification.objects.filter(user=cast.owner)
    for seq, one in enumerate([*people, *people[:2]]):
        event = Event.objects.create(project=cast.project, seq=1000 + seq, kind="comment.created", payload={})
        Notification.objects.create(
            user=cast.owner,
            project=cast.project,
            event=event,
            kind="comment",
            thread="t",
            actor=one,
            happened_at=timezone.now(),
        )
    with CaptureQueriesContext(connection) as asked:
        told = notifications._people(mine)
    assert [one["name"] for one in told["t"]] == ["P1", "P0", "P6", "P5", "P4"]
    assert len(asked) == 2
