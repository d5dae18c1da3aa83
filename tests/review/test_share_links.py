"""Making, changing and revoking share links, and who is let in at their door."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from review.access import Actor
from review.actions import share_doors, shares
from review.guests import GUEST, PASSES, Guest
from review.models import Asset, AuditEntry, Event, Share, SharePass, Version
from review.problems import Problem
from review.selectors.shares import shown_items
from tests import factories

pytestmark = pytest.mark.django_db


# --- the door -----------------------------------------------------------------------------------------------------------


def refused(share: Share, **given: Any) -> str:
    with pytest.raises(Problem) as caught:
        share_doors.admit(share, **given)
    return caught.value.code


def test_a_link_is_used_as_often_as_it_may(cast: SimpleNamespace):
    share = factories.share(cast.version, max_uses=1)
    first = share_doors.admit(share)
    assert refused(share) == "share_closed"
    assert share_doors.admit(share, known=first) == first, "the same browser again"
    share.refresh_from_db()
    assert share.uses == 1


def test_a_passphrase_is_asked_for_anew_when_it_changes(cast: SimpleNamespace, settings: Any):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    owner = Actor(cast.owner)
    items = [{"version_id": cast.version.pk}]
    share = shares.create_share(owner, cast.project.pk, items=items, rights=[], passphrase="first one")
    assert refused(share) == refused(share, passphrase="First one") == "share_key_wrong"
    one = share_doors.admit(share, passphrase="first one")
    guest = Guest((one.pk,))
    assert guest.passes
    share = shares.update_share(owner, share.pk, passphrase="second one")
    assert not Guest((one.pk,)).passes
    assert refused(share, passphrase="first one", known=one) == "share_key_wrong"
    assert share_doors.admit(share, passphrase="second one", known=one).pk == one.pk
    with pytest.raises(Problem, match="at least 6"):
        shares.update_share(owner, share.pk, passphrase="short")


def test_a_code_is_mailed_to_recipients_alone(cast: SimpleNamespace, settings: Any, mailoutbox: Any, monkeypatch: Any):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(share_doors._post, "submit", lambda run, *given: run(*given))
    share = factories.share(cast.version, recipients=["clara@example.org"])
    share_doors.mail_code(share, "somebody@example.org")
    assert not mailoutbox
    share_doors.mail_code(share, "Clara@Example.org")
    code = mailoutbox[0].subject[:6]
    assert mailoutbox[0].to == ["clara@example.org"]
    assert refused(share, email="somebody@example.org", code=code) == "share_key_wrong"
    assert share_doors.admit(share, email="clara@example.org", code=code).email == "clara@example.org"
    assert refused(share, email="clara@example.org", code=code) == "share_key_wrong", "it is good once"
    share_doors.mail_code(share, "clara@example.org")
    code = mailoutbox[1].subject[:6]
    for _ in range(share_doors.CODE_TRIES):
        assert refused(share, email="clara@example.org", code="x") == "share_key_wrong"
    assert refused(share, email="clara@example.org", code=code) == "share_key_wrong", "five tries were had"


def test_how_long_a_refusal_takes_does_not_tell_who_is_a_recipient(cast: SimpleNamespace, monkeypatch: Any):
    """A mailed code is compared by a slow hash: where there is none to compare with, that work is done all the same."""
    hashed: list[tuple[str, ...]] = []

    def slow(*given: str) -> str:
        hashed.append(given)
        return ""

    monkeypatch.setattr(share_doors, "make_password", slow)
    monkeypatch.setattr(share_doors, "check_password", slow)
    monkeypatch.setattr(share_doors._post, "submit", lambda run, *given: None)
    share = factories.share(cast.version, recipients=["clara@example.org", "dora@example.org"])
    share_doors.mail_code(share, "clara@example.org")
    for email in ("clara@example.org", "dora@example.org", "somebody@example.org"):
        hashed.clear()
        refused(share, email=email, code="x")
        assert len(hashed) == 1, email


def test_a_code_that_cannot_be_mailed_stands_in_the_log(monkeypatch: Any, caplog: pytest.LogCaptureFixture):
    def away(*given: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(share_doors, "send_mail", away)
    share_doors._send("123456 is your code", "123456", "clara@example.org")
    assert "could not be mailed" in caplog.text
    assert "123456 is" not in caplog.messages[0]


def test_a_name_said_again_is_no_news(cast: SimpleNamespace, api: Any):
    client = api(session=factories.guest(factories.share(cast.version), name=""))
    for name in ("Gita", "Gita", "Gita Guest"):
        client.put("/api/v1/guest", {"name": name}, format="json")
    assert AuditEntry.objects.filter(action="share.name").count() == 2


# --- those who make links ---------------------------------------------------------------------------------------------


def test_those_who_look_at_the_links_hear_of_each_use(cast: SimpleNamespace, api: Any):
    """Who came, at once; that it is opened again, once a minute, by however many; and what they are called."""
    share = factories.share(cast.version)

    def told() -> list[dict[str, Any]]:
        rows = Event.objects.filter(kind="share.used").order_by("seq")
        assert {row.audience for row in rows} <= {"internal"}
        return [row.payload for row in rows]

    one, other = share_doors.admit(share), share_doors.admit(share)
    assert [row["uses"] for row in told()] == [1, 2]
    assert not {"url", "recipients", "guests"} & set(told()[0])
    share_doors.seen(one)
    assert len(told()) == 2
    a_while_ago = timezone.now() - share_doors.SEEN_EVERY
    SharePass.objects.update(last_seen_at=a_while_ago)
    Share.objects.update(last_used_at=a_while_ago)
    for row in SharePass.objects.all():
        share_doors.seen(row)
    assert len(told()) == 3, "of two who open it again"
    assert told()[2]["last_used_at"] > told()[1]["last_used_at"]
    assert SharePass.objects.filter(last_seen_at__gt=a_while_ago).count() == 2
    api(session=factories.guest(share, name="")).put("/api/v1/guest", {"name": "Gita"}, format="json")
    assert len(told()) == 4
    assert share_doors.admit(share, known=other)
    assert len(told()) == 4, "the same browser again"


def test_making_changing_and_revoking(cast: SimpleNamespace, api: Any):
    client, path = api(cast.editor), f"/api/v1/projects/{cast.project.pk}/shares"
    body = {"items": [{"asset_id": cast.asset.pk}, {"version_id": cast.version.pk}], "rights": ["see_comments", "comment"]}
    made = client.post(path, {**body, "recipients": ["Clara@example.org"]}, format="json").json()["data"]
    assert made["rights"] == ["comment", "see_comments"]
    assert [one["number"] for one in made["items"]] == [None, 1]
    assert (made["state"], made["recipients"], made["uses"]) == ("open", ["clara@example.org"], 0)
    secret = made["url"].rpartition("/s/")[2]
    assert share_doors.share_of(secret).pk == made["id"]
    assert secret not in str([vars(one) for one in (*Event.objects.all(), *AuditEntry.objects.all(), *Share.objects.all())])
    assert "clara" not in str(list(Event.objects.values_list("payload", flat=True)))
    again = client.get(path).json()["data"]
    assert [one["url"] for one in again] == [made["url"]], "it can be copied again"
    changed = client.patch(f"/api/v1/shares/{made['id']}", {"rights": [], "max_uses": 3}, format="json").json()["data"]
    assert (changed["rights"], changed["max_uses"], changed["url"]) == ([], 3, made["url"])
    assert client.delete(f"/api/v1/shares/{made['id']}").json()["data"]["state"] == "revoked"
    assert client.patch(f"/api/v1/shares/{made['id']}", {"name": "x"}, format="json").json()["code"] == "share_revoked"
    with pytest.raises(Problem):
        share_doors.share_of(secret)
    kinds = Event.objects.filter(kind__startswith="share.").order_by("pk").values_list("kind", "audience")
    assert list(kinds) == [(f"share.{what}", "internal") for what in ("created", "updated", "revoked")]


def test_the_list_of_links_asks_for_all_their_guests_at_once(
    cast: SimpleNamespace, api: Any, django_assert_max_num_queries: Any
):
    client, path = api(cast.editor), f"/api/v1/projects/{cast.project.pk}/shares"
    made = [factories.share(cast.version) for _ in range(3)]

    def come(name: str, *by: Share) -> None:
        browser = factories.guest(*by, name=name)
        SharePass.objects.filter(pk__in=browser[PASSES]).update(guest=browser[GUEST])

    come("Gita", made[0], made[1])
    come("Otto", made[1])
    with CaptureQueriesContext(connection) as three:
        told = client.get(path).json()["data"]
    assert {one["id"]: [guest["name"] for guest in one["guests"]] for one in told} == {
        made[0].pk: ["Gita"],
        made[1].pk: ["Gita", "Otto"],
        made[2].pk: [],
    }
    for _ in range(4):
        come("Rita", factories.share(cast.version))
    with django_assert_max_num_queries(len(three)):
        assert len(client.get(path).json()["data"]) == 7


def test_what_a_playlist_shows_is_read_in_two_queries(cast: SimpleNamespace, django_assert_num_queries: Any):
    stacks = [cast.asset, *(factories.asset(cast.project, f"sc0{number}") for number in range(3))]
    newest = [[factories.version(one), factories.version(one)][1] for one in stacks]
    pinned = cast.version
    share = factories.share(*stacks, pinned)
    Version.objects.filter(pk=newest[3].pk).update(deleted_at=timezone.now())
    Asset.objects.filter(pk=stacks[2].pk).update(deleted_at=timezone.now())
    with django_assert_num_queries(2):
        shown = [version for _, version in shown_items(share)]
        assert [version.asset.name for version in shown] == [cast.asset.name, "sc00", "sc02", cast.asset.name]
    before = newest[3].asset.versions.get(number=1)
    assert shown == [newest[0], newest[1], before, pinned]


def test_links_that_are_over_do_not_count(cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shares, "MOST", 1)
    factories.share(cast.version, expires_at=timezone.now() - timedelta(seconds=1))
    given: Any = {"items": [{"version_id": cast.version.pk}], "rights": []}
    shares.create_share(Actor(cast.owner), cast.project.pk, **given)
    with pytest.raises(Problem) as caught:
        shares.create_share(Actor(cast.owner), cast.project.pk, **given)
    assert caught.value.code == "share_limit"


@pytest.mark.parametrize(
    "items",
    [[], [{}], [{"version_id": "z" * 16}], [{"asset_id": "elsewhere"}], [{"asset_id": "here"}, {"asset_id": "here"}]],
    ids=["nothing", "no name", "absent", "of another project", "twice"],
)
def test_what_a_link_cannot_show(cast: SimpleNamespace, api: Any, items: list[dict[str, str]]):
    elsewhere = factories.asset(factories.project()).pk
    places = {"elsewhere": elsewhere, "here": cast.asset.pk}
    named = [{key: places.get(pk, pk) for key, pk in one.items()} for one in items]
    answer = api(cast.editor).post(f"/api/v1/projects/{cast.project.pk}/shares", {"items": named}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "share_invalid")
