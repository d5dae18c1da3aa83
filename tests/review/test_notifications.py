"""Who is told of what, what their inbox says of it, and what it never tells."""

from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from review import events
from review.access import Actor
from review.actions import approvals, comment_removal, comments, deliveries, ghosts, locks, members, versions
from review.models import (
    Comment,
    Event,
    Membership,
    Notification,
    NotificationCursor,
    NotificationKind,
    Role,
    SequenceLock,
    Share,
    User,
    Version,
)
from review.notifications import rules, spreading, words
from tests import factories

pytestmark = pytest.mark.django_db
PATH = "/api/v1/me/notifications"
_numbers = count(1)


def say(version: Version, who: User, text: str = "Look here", **fields: Any) -> Comment:
    where: dict[str, Any] = {} if "parent_id" in fields or "frame" in fields else {"frame": 5}
    return comments.create_comment(Actor(who), version.pk, text=text, **where, **fields)[0]


def told() -> set[tuple[str, str]]:
    """Tell of what is new: (person's name, kind) of each new notification."""
    before = set(Notification.objects.values_list("pk", flat=True))
    spreading.spread()
    rows = Notification.objects.exclude(pk__in=before).select_related("user")
    return {(row.user.name, row.kind) for row in rows}


def put_up(cast: SimpleNamespace, who: User) -> Version:
    name = f"anything {next(_numbers)}.mov"
    return versions.create_version(Actor(who), cast.asset.pk, media=factories.media(), original_name=name)[0]


def happened(cast: SimpleNamespace, kind: str, payload: dict[str, Any]) -> None:
    with transaction.atomic():
        events.record(cast.project.pk, kind, payload)


@pytest.fixture
def cast(cast: SimpleNamespace) -> SimpleNamespace:
    """The version is the editor's; nothing is waiting to be told."""
    Version.objects.update(created_by=cast.editor)
    for name in ("editor", "reviewer", "client", "version_controller"):
        getattr(cast, name).refresh_from_db()
    spreading.spread()
    return cast


def test_mentions_and_new_threads(cast):
    say(cast.version, cast.reviewer, "@client and @version_controller and @reviewer, look")
    assert told() == {("client", "mention"), ("version_controller", "mention"), ("editor", "comment")}
    say(cast.version, cast.editor, "On my own version, without a name")
    assert told() == set()


def test_replies_reach_who_began_and_who_wrote_before(cast):
    first = say(cast.version, cast.reviewer)
    told()
    say(cast.version, cast.client, parent_id=first.pk)
    assert told() == {("reviewer", "reply")}
    say(cast.version, cast.reviewer, "@client yes", parent_id=first.pk)
    assert told() == {("client", "mention")}, "a mention says more than a reply, and is said once"
    say(cast.version, cast.editor, parent_id=first.pk)
    assert told() == {("reviewer", "reply"), ("client", "reply")}


def test_internal_words_reach_no_client_at_any_time(cast, api):
    first = say(cast.version, cast.reviewer)
    say(cast.version, cast.client, parent_id=first.pk)
    told()
    said = say(cast.version, cast.editor, "@client is not to know", parent_id=first.pk, internal=True)
    assert told() == {("reviewer", "reply")}
    comments.update_comment(Actor(cast.editor), said.pk, internal=False)
    assert told() == {("client", "mention")}, "now they may"
    seen = lambda: {row["text"] for row in api(cast.client).get(PATH).json()["data"]}  # noqa: E731 -- asked thrice
    assert seen() == {"@client is not to know"}
    comments.update_comment(Actor(cast.editor), said.pk, internal=True)
    assert seen() == set(), "asked when it is shown, not only when it was told"
    assert told() == set()


def test_an_edit_names_somebody_new(cast):
    said = say(cast.version, cast.reviewer, "@client look")
    told()
    comments.update_comment(Actor(cast.reviewer), said.pk, text="@client and @version_controller look")
    assert told() == {("version_controller", "mention")}
    comments.update_comment(Actor(cast.editor), said.pk, completed=True)
    assert told() == set()


def test_what_is_gone_or_was_carried_over_tells_nothing(cast):
    comment_removal.delete_comment(Actor(cast.reviewer), say(cast.version, cast.reviewer, "@client look").pk)
    assert told() == set()
    kept = say(cast.version, cast.reviewer, "@client look")
    newer = put_up(cast, cast.editor)
    told()
    ghosts.carry_over(Actor(cast.editor), newer.pk, comment_ids=[kept.pk])
    assert told() == set()


def test_requests_and_decisions(cast):
    approvals.ask(Actor(cast.version_controller), cast.version.pk, user_id=cast.client.pk)
    assert told() == {("client", "approval_asked")}
    approvals.decide(Actor(cast.client), cast.version.pk, decision="changes_requested", text="The end is late")
    assert told() == {("version_controller", "decision"), ("editor", "decision")}
    approvals.withdraw(Actor(cast.client), cast.version.pk)
    assert told() == {("version_controller", "decision"), ("editor", "decision")}


def test_a_new_version_reaches_who_has_to_do_with_its_stack(cast):
    say(cast.version, cast.reviewer)
    approvals.ask(Actor(cast.owner), cast.version.pk, user_id=cast.client.pk)
    told()
    put_up(cast, cast.version_controller)
    assert told() == {("editor", "version"), ("reviewer", "version"), ("client", "approval_asked")}


def test_failures_reach_the_uploader_and_the_version_controllers_once(cast):
    report = {"state": "done", "verdict": "fail", "errors": 2, "warnings": 0, "waived": 0, "revision": 2}
    told_of = {"version_id": cast.version.pk, "checks": report}
    happened(cast, "checks.changed", told_of)
    assert told() == {("editor", "checks_failed"), ("version_controller", "checks_failed")}
    happened(cast, "checks.changed", {**told_of, "checks": {**report, "errors": 1, "revision": 3}})
    assert told() == set(), "it had failed before"
    happened(cast, "checks.changed", {**told_of, "checks": {**report, "errors": 0, "revision": 4}})
    happened(cast, "checks.changed", {**told_of, "checks": {**report, "revision": 5}})
    assert told() == {("editor", "checks_failed"), ("version_controller", "checks_failed")}
    Membership.objects.filter(role=Role.VERSION_CONTROLLER).delete()
    failed = {"media_id": cast.version.media_id, "version_ids": [cast.version.pk], "what": "job", "state": "failed"}
    happened(cast, "media.changed", failed)
    happened(cast, "media.changed", failed)
    assert told() == {("editor", "media_failed"), ("Olga Owner", "media_failed")}


def test_locks(cast):
    reel = factories.sequence(cast.project)
    locks.take(Actor(cast.editor), reel.pk, minutes=60)
    locks.wish(Actor(cast.version_controller), reel.pk, there=True)
    assert told() == {("editor", "lock_asked")}
    locks.force(Actor(cast.owner), reel.pk, reason="The client is here")
    assert told() == {("editor", "lock_forced"), ("version_controller", "lock_free")}
    assert Notification.objects.get(kind="lock_forced").actor == cast.owner
    locks.take(Actor(cast.version_controller), reel.pk, minutes=60)
    locks.wish(Actor(cast.editor), reel.pk, there=True)
    told()
    SequenceLock.objects.update(until=timezone.now())
    locks.expire_locks()
    assert told() == {("editor", "lock_free")}


def test_deliveries_and_recalls(cast):
    for block in ("approval_missing", "failed_checks"):
        approvals.lift(Actor(cast.owner), cast.version.pk, block=block, reason="Agreed by telephone")
    told()
    row = deliveries.deliver(Actor(cast.owner), cast.version.pk)
    assert told() == {("editor", "delivery"), ("version_controller", "delivery")}
    deliveries.recall(Actor(cast.owner), row.pk, reason="Wrong end")
    assert told() == {("editor", "recall"), ("version_controller", "recall")}


def test_whoever_left_is_told_nothing_and_sees_nothing(cast, api):
    first = say(cast.version, cast.client)
    say(cast.version, cast.editor, parent_id=first.pk)
    assert told() == {("editor", "comment"), ("client", "reply")}
    assert len(api(cast.client).get(PATH).json()["data"]) == 1
    members.remove_member(Actor(cast.owner), cast.project.pk, cast.client.pk)
    say(cast.version, cast.editor, parent_id=first.pk)
    assert told() == set()
    assert api(cast.client).get(PATH).json()["data"] == []
    assert api(cast.client).get(f"{PATH}/counts").json()["data"] == {"unread": 0, "projects": []}


def test_killed_in_between_nothing_is_lost_or_told_twice(cast, monkeypatch):
    first = say(cast.version, cast.reviewer)
    for _ in range(4):
        say(cast.version, cast.client, parent_id=first.pk)
    real, calls = rules.notifications_of, count()

    def dies(event: Event) -> Any:
        if next(calls) == 3:
            raise KeyboardInterrupt
        return real(event)

    monkeypatch.setattr(spreading, "notifications_of", dies)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        spreading.spread()
    assert not Notification.objects.exists()
    spreading.spread()
    assert Notification.objects.filter(user=cast.reviewer, kind="reply").count() == 4
    NotificationCursor.objects.update(seq=0)  # as if the cursor had not been kept
    spreading.spread()
    assert Notification.objects.filter(user=cast.reviewer, kind="reply").count() == 4
    row = Notification.objects.filter(kind="reply")[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.create(
            project=cast.project, user=cast.reviewer, event=row.event, kind="mention", thread="x", happened_at=timezone.now()
        )


def test_the_rules_speak_of_each_kind_and_each_event_exists():
    assert {rule.kind for rule in rules.RULES} == set(NotificationKind)
    assert {kind for rule in rules.RULES for kind in rule.on} <= set(events.KINDS)


def test_five_replies_are_one_line_that_lands_on_the_newest(cast, api):
    first = say(cast.version, cast.reviewer)
    told()
    for who in (cast.client, cast.editor, cast.client, cast.editor):
        last = say(cast.version, who, f"By {who.name}", parent_id=first.pk)
    spreading.spread()
    (line,) = api(cast.reviewer).get(PATH).json()["data"]
    assert (line["kind"], line["count"], line["unread"]) == ("reply", 4, 4)
    assert [one["name"] for one in line["people"]] == ["editor", "client"]
    assert line["url"].endswith(f"/v/{cast.version.pk}?frame=5&comment={last.pk}")
    assert (line["title"], line["text"], line["place"]) == ("editor replied in your thread", "By editor", "sc010 v1")
    assert line["timecode"] == "01:00:00:05"
    assert line["project"] == {"id": cast.project.pk, "name": "Feature"}
    german = api(cast.reviewer).get(PATH, HTTP_ACCEPT_LANGUAGE="de").json()["data"][0]["title"]
    assert german != line["title"]


def test_pages_filters_and_marking(cast, api):
    for number in range(5):
        say(cast.version, cast.editor, f"@client {number}")
    other = factories.project(cast.owner, "Trailer")
    factories.member(other, cast.client, Role.REVIEWER)
    elsewhere = factories.version(factories.asset(other))
    say(elsewhere, cast.owner, "@client there")
    spreading.spread()
    client = api(cast.client)
    page = client.get(f"{PATH}?page_size=4").json()
    assert [row["text"][-1] for row in page["data"]] == ["e", "4", "3", "2"]
    rest = client.get(page["links"]["next"]).json()
    assert ([row["text"][-1] for row in rest["data"]], rest["links"]["next"]) == (["1", "0"], None)
    assert len(client.get(f"{PATH}?project={other.pk}").json()["data"]) == 1
    assert client.get(f"{PATH}/counts").json()["data"]["unread"] == 6

    def mark(**what: Any) -> Any:
        answer = client.post(f"{PATH}/read", what, format="json")
        assert answer.status_code == 200, answer.content
        return answer.json()["data"]["unread"]

    newest, following = page["data"][0], page["data"][1]
    assert mark(threads=[following["thread"]]) == 5
    assert mark(threads=[following["thread"]], read=False) == 6
    assert mark(comment_id=Comment.objects.get(text="@client 0").pk) == 5
    assert mark(project_id=cast.project.pk, up_to=page["data"][2]["id"]) == 2, "what came since is not meant"
    assert [row["id"] for row in client.get(f"{PATH}?unread=true").json()["data"]] == [newest["id"], following["id"]]
    assert mark(everything=True) == 0
    assert client.post(f"{PATH}/read", {}, format="json").status_code == 400
    assert Notification.objects.filter(user=cast.editor, read_at=None).exists() is False


def test_opening_a_version_reads_what_tells_of_it_alone(cast, api):
    say(cast.version, cast.editor, "@client look")
    approvals.ask(Actor(cast.editor), cast.version.pk, user_id=cast.client.pk)
    spreading.spread()
    answer = api(cast.client).post(f"{PATH}/read", {"version_id": cast.version.pk}, format="json")
    assert answer.json()["data"]["unread"] == 1


def test_a_page_of_the_inbox_costs_the_same_however_long_it_is(cast, api, django_assert_max_num_queries):
    for number in range(12):
        say(cast.version, cast.editor, f"@client {number}")
    spreading.spread()
    client = api(cast.client)
    with django_assert_max_num_queries(20):
        assert len(client.get(PATH).json()["data"]) == 12


def test_a_line_shows_the_comments_own_frame_and_its_drawing(cast, api):
    media = cast.version.media
    factories.rendition(media, "poster", label="", mime="image/jpeg")
    meta = {"tile_width": 160, "tile_height": 90, "columns": 10, "rows": 10, "frame_step": 2}
    sheets = [factories.rendition(media, "sprites", label=f"sheet-00{n}", mime="image/jpeg", meta=meta) for n in range(2)]
    drawing = {"v": 1, "shapes": [factories.line(227), factories.line(228)]}
    say(cast.version, cast.editor, "@client here", frame=227, duration_frames=2, annotation=drawing)
    say(cast.version, cast.editor, "@client beyond the last sheet", frame=999)
    approvals.ask(Actor(cast.editor), cast.version.pk, user_id=cast.client.pk)
    spreading.spread()
    asked, beyond, here = api(cast.client).get(PATH).json()["data"]
    where = f"/media/{cast.version.pk}/{sheets[1].pk}/{sheets[1].sha256[:16]}."
    assert here["thumbnail"].pop("sheet_url").startswith(where)
    assert here["thumbnail"] == {"width": 160, "height": 90, "columns": 10, "column": 3, "row": 1}, "the 114th picture"
    assert here["drawing"] == {"v": 1, "shapes": [factories.line(227)]}
    assert [(one["thumbnail"], one["drawing"]) for one in (asked, beyond)] == [(None, None)] * 2
    assert all(one["poster_url"] for one in (asked, beyond, here))
    heavy = {"v": 1, "shapes": [{**factories.line(5), "tool": "pen", "points": [7] * 2002}]}
    say(cast.version, cast.editor, "@client a long drawing", annotation=heavy)
    spreading.spread()
    (newest, *_) = api(cast.client).get(PATH).json()["data"]
    assert (newest["thumbnail"]["column"], newest["drawing"]) == (2, None)


def test_frames_are_shown_to_nobody_from_outside(cast, api):
    """What an inbox names is served like all media; who was removed has neither the line nor the picture."""
    meta = {"tile_width": 160, "tile_height": 90, "columns": 10, "rows": 10, "frame_step": 2}
    factories.rendition(cast.version.media, "sprites", label="sheet-000", mime="image/jpeg", meta=meta)
    say(cast.version, cast.editor, "@client here")
    spreading.spread()
    (line,) = api(cast.client).get(PATH).json()["data"]
    url = line["thumbnail"]["sheet_url"]
    guest = api(session=factories.guest(factories.share(cast.version)))
    assert guest.get(PATH).status_code == 401
    Membership.objects.filter(user=cast.client).delete()
    assert api(cast.client).get(PATH).json()["data"] == []
    assert api(cast.client).get(url).status_code == 404
    assert api().get(url).status_code == 401


def test_inboxes_go_back_half_a_year(cast):
    say(cast.version, cast.reviewer)
    told()
    Notification.objects.update(happened_at=timezone.now() - spreading.KEPT_FOR - timedelta(minutes=1))
    spreading.forget_old()
    assert not Notification.objects.exists()


def test_whoever_sent_the_link_hears_what_the_client_says(cast: SimpleNamespace, api: Any):
    """Also where the version is somebody else's; of links that do not show it, and of one's own word, nobody hears."""
    other = factories.version(factories.asset(cast.project, "sc020"))
    link, elsewhere = factories.share(cast.version), factories.share(other)
    Share.objects.filter(pk=link.pk).update(created_by=cast.editor)
    Share.objects.filter(pk=elsewhere.pk).update(created_by=cast.reviewer)
    Version.objects.update(created_by=cast.owner)
    spreading.spread()
    Notification.objects.all().delete()
    guest = api(session=factories.guest(link, elsewhere, name=""))
    guest.put("/api/v1/guest", {"name": "Clara"}, format="json")
    guest.post(f"/api/v1/versions/{cast.version.pk}/comments", {"text": "Too late", "frame": 3}, format="json")
    guest.put(f"/api/v1/versions/{cast.version.pk}/decision", {"decision": "approved"}, format="json")
    spreading.spread()
    told = set(Notification.objects.values_list("user__name", "kind"))
    assert told == {(one.name, kind) for one in (cast.editor, cast.owner) for kind in ("comment", "decision")}
    titles = {
        row.user_id: words.title(row) for row in Notification.objects.filter(kind="comment").select_related("actor", "version")
    }
    shared, own = "Clara commented on what you shared", "Clara commented on your version"
    assert titles == {cast.editor.pk: shared, cast.owner.pk: own}
