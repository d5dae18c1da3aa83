"""A browser that several guests use, one after the other: nobody becomes the one before, by whichever link they come again."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from review import events
from review.actions import share_doors
from review.guests import GUEST
from review.models import AuditEntry, Share, SharePass, ShareRight, User
from review.share_secrets import derived_secret
from tests import factories
from tests.review.test_share_page import page_of, path_of

pytestmark = pytest.mark.django_db
NAMES = "/api/v1/guest"
ENDS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"expires_at": timezone.now() - timedelta(days=1)}, {"expires_at": None}),
    ({"key_number": 2}, {"key_number": 1}),
]


def call(client: Any, name: str) -> Any:
    return client.put(NAMES, {"name": name}, content_type="application/json")


def name_of(client: Any) -> Any:
    return client.get(NAMES).json()["data"]["name"]


def test_somebody_else_sits_at_the_same_browser(cast: SimpleNamespace, api: Any, client: Any):
    """They have no name yet and what the one before wrote is not theirs; the link lets the browser in as before, once."""
    share = factories.share(cast.version, rights=[ShareRight.COMMENT], max_uses=1)
    door = f"/s/{derived_secret(share)}"
    client.post(door)
    names, said = "/api/v1/guest", f"/api/v1/versions/{cast.version.pk}/comments"
    gita = client.put(names, {"name": "Gita"}, content_type="application/json").json()["data"]
    wrote = client.post(said, {"text": "mine", "frame": 3}, content_type="application/json").json()["data"]
    before = client.session.session_key
    assert client.delete(names).status_code == 204
    assert client.session.session_key != before, "sockets of the session before end"
    assert client.get(names).json()["data"] == {"id": None, "name": None}
    assert client.get(said).json()["data"] == [], "what was written before is somebody else's"
    assert client.post(said, {"text": "x", "frame": 3}, content_type="application/json").json()["code"] == "guest_name_missing"
    client.cookies.pop("sessionid")
    assert client.post(door).status_code == 302, "nor does the pass on its path lead back to who was there before"
    assert client.get(names).json()["data"]["name"] is None
    otto = client.put(names, {"name": "Otto"}, content_type="application/json").json()["data"]
    assert otto["id"] != gita["id"]
    assert client.patch(f"/api/v1/comments/{wrote['id']}", {"text": "y"}, content_type="application/json").status_code == 404
    told = api(cast.owner).get(f"/api/v1/shares/{share.pk}").json()["data"]
    assert ([one["name"] for one in told["guests"]], told["uses"]) == (["Gita", "Otto"], 1), "both came, one browser"
    shown = api(cast.owner).get(said).json()["data"]
    assert [(one["text"], one["author"]["name"]) for one in shown] == [("mine", "Gita")]


def test_a_recipient_who_goes_is_asked_for_a_code_again(cast: SimpleNamespace, api: Any):
    share = factories.share(cast.version, recipients=["clara@example.org"])
    session = factories.guest(share, email="clara@example.org")
    client = api(session=session)
    assert client.get(f"/api/v1/versions/{cast.version.pk}/media").status_code == 200
    assert client.delete("/api/v1/guest").status_code == 204
    assert client.get(f"/api/v1/versions/{cast.version.pk}/media").status_code == 401
    assert AuditEntry.objects.get(action="share.part").detail == {"email": "clara@example.org", "in_watermark": ""}


class Browser(Client):
    """One that keeps the pass of each link apart, as browsers do by its path."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, str] = {}

    def at(self, share: Share, method: str = "post") -> Any:
        self.cookies.pop("share_pass", None)
        if share.pk in self.kept:
            self.cookies["share_pass"] = self.kept[share.pk]
        answer = getattr(self, method)(path_of(share))
        if "share_pass" in answer.cookies:
            self.kept[share.pk] = answer.cookies["share_pass"].value
        return answer

    def me_at(self, share: Share) -> Any:
        return page_of(self.at(share, "get"))["me"]


def two_links(cast: SimpleNamespace, browser: Browser) -> tuple[Share, Share]:
    """Gita came by both and said her name."""
    one, two = (factories.share(cast.version, rights=[ShareRight.COMMENT]) for _ in range(2))
    for share in (one, two):
        browser.at(share)
    assert call(browser, "Gita").status_code == 200
    return one, two


@pytest.mark.parametrize(("ends", "again"), ENDS, ids=["over", "another passphrase"])
def test_a_link_that_does_not_count_at_that_moment_is_left_too(
    cast: SimpleNamespace, ends: dict[str, Any], again: dict[str, Any]
):
    browser = Browser()
    _, second = two_links(cast, browser)
    Share.objects.filter(pk=second.pk).update(**ends)
    assert browser.delete(NAMES).status_code == 204
    Share.objects.filter(pk=second.pk).update(**again)
    assert browser.me_at(second) is None
    browser.at(second)
    assert name_of(browser) is None
    gita = User.objects.get(is_guest=True)
    rows = set(SharePass.objects.filter(guest=gita).values_list("share_id", "key_number"))
    assert rows == {(one.pk, 0) for one in Share.objects.all()}, "that she came stays known"


def test_a_link_whose_session_was_lost_is_left_too(cast: SimpleNamespace):
    """Its pass is in a cookie that the API is not sent; that guest's passes are known by the guest."""
    browser = Browser()
    first, second = two_links(cast, browser)
    browser.cookies.pop("sessionid")
    browser.at(first)
    assert name_of(browser) == "Gita"
    assert browser.delete(NAMES).status_code == 204
    browser.cookies.pop("share_parted")
    assert browser.me_at(second) is None
    browser.at(second)
    assert name_of(browser) is None


def test_nor_does_a_pass_of_an_earlier_session_lead_back(cast: SimpleNamespace):
    """At the parting nobody knows that this browser has it; the door sees by a mark that its guest is of before."""
    browser = Browser()
    first, second = two_links(cast, browser)
    del browser.kept[first.pk]
    browser.cookies.pop("sessionid")
    browser.at(first)
    call(browser, "Gita again")
    assert browser.me_at(second)["name"] == "Gita again", "the session's"
    assert browser.delete(NAMES).status_code == 204
    for _ in range(2):
        assert browser.me_at(second) is None
        browser.at(second)
        assert name_of(browser) is None
        browser.cookies.pop("sessionid")
    browser.at(second)
    assert call(browser, "Otto").status_code == 200
    browser.cookies.pop("sessionid")
    assert browser.me_at(second)["name"] == "Otto", "whoever came after it is known as ever"
    browser.at(second)
    assert name_of(browser) == "Otto"
    told = set(SharePass.objects.filter(share=second).values_list("guest__name", "key_number"))
    assert told == {("Gita", 0), ("Otto", 1)}


def test_of_who_is_in_the_page_says_what_the_api_says(cast: SimpleNamespace, client: Client):
    """Else it would never ask for the name without which no comment is taken."""
    share = factories.share(cast.version, rights=[ShareRight.COMMENT])
    client.post(path_of(share))
    call(client, "Gita")
    session = client.session
    del session[GUEST]
    session.save()
    assert (page_of(client.get(path_of(share)))["me"], name_of(client)) == (None, None)


def test_leaving_again_and_again_leaves_nothing(cast: SimpleNamespace, client: Client, settings: Any):
    """Without a name there is nothing to leave; and names are so many, by browser and by address."""
    share = factories.share(cast.version)
    client.post(path_of(share))
    before = SharePass.objects.count(), AuditEntry.objects.count()
    assert client.delete(NAMES).status_code == 204
    assert (SharePass.objects.count(), AuditEntry.objects.count()) == before
    for limits, whose in (({"share_guest_here": "2/h/key"}, 1), ({"share_guest": "4/h/key"}, 2)):
        settings.ACCOUNT_RATE_LIMITS = limits
        browsers = [Client(REMOTE_ADDR="192.0.2.6") for _ in range(whose)]
        for one in browsers:
            one.post(path_of(share))
            assert (call(one, "Gita").status_code, one.delete(NAMES).status_code) == (200, 204)
        rows = User.objects.count()
        told = call(browsers[0], "Otto"), browsers[-1].delete(NAMES)
        assert [(one.status_code, one.json()["code"]) for one in told] == [(429, "throttled")] * 2
        assert User.objects.count() == rows
        elsewhere = Client(REMOTE_ADDR="192.0.2.7")
        elsewhere.post(path_of(share))
        assert call(elsewhere, "Anna").status_code == 200, "others do not wait"


def test_a_page_that_is_looked_at_takes_the_project_only_to_tell(cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch):
    held: list[str] = []
    monkeypatch.setattr(events, "hold", lambda *ids: held.extend(ids))
    share, now = factories.share(cast.version), timezone.now()
    for used, taken in ((now, []), (now - share_doors.SEEN_EVERY * 2, [cast.project.pk])):
        Share.objects.filter(pk=share.pk).update(last_used_at=used)
        one = SharePass.objects.create(share=Share.objects.get(pk=share.pk), key_number=1)
        one.last_seen_at = now - share_doors.SEEN_EVERY * 2
        one.save()
        share_doors.seen(one)
        one.refresh_from_db()
        assert one.last_seen_at >= now
        assert held == taken
