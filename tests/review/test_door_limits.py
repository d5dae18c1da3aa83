"""How often something may be tried by a share link: by one, by all, and what whoever is stopped is told."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from review.actions import share_doors
from review.guests import GUEST
from review.models import Attachment, AuditEntry, Share, ShareCode, SharePass
from review.share_secrets import derived_secret
from tests import factories
from tests.review.test_attachments import image_bytes

pytestmark = pytest.mark.django_db
MANY, PNG = "1000/h/key", image_bytes()


@pytest.fixture
def rates(settings: Any) -> Callable[..., None]:
    """rates(name="2/h/key"): these limits, and as good as none else."""
    names = [name for name in configured.ACCOUNT_RATE_LIMITS if name.startswith("share_")]

    def chosen(**given: str) -> None:
        assert set(given) <= set(names), "no such limit"
        settings.ACCOUNT_RATE_LIMITS = dict.fromkeys(names, MANY) | given

    return chosen


def knock(share: Share, address: str = "192.0.2.1", *, client: Client | None = None, **given: str) -> Any:
    return (client or Client()).post(f"/s/{derived_secret(share)}", given, REMOTE_ADDR=address)


def browser_at(share: Share) -> Client:
    """One that has the door before it, and so the cookie that forms need."""
    made = Client()
    made.get(f"/s/{derived_secret(share)}")
    return made


# --- what asks for nothing --------------------------------------------------------------------------------------------


def test_opening_is_limited_by_address(cast: SimpleNamespace, rates: Any):
    rates(share_open="2/m/key")
    share, other = factories.share(cast.version), factories.share(cast.version)
    inside = Client()
    assert [knock(share, client=inside).status_code, knock(other).status_code] == [302, 302]
    assert [knock(share, client=inside).status_code for _ in range(3)] == [302] * 3, "who is in goes on as before"
    told = knock(share)
    assert told.status_code == 429
    assert 0 < int(told["Retry-After"]) <= 60
    assert f'data-wait="{told["Retry-After"]}"' in told.content.decode()
    assert "Nothing is wrong with your link" in told.content.decode()
    by_script = Client().post(f"/s/{derived_secret(share)}", REMOTE_ADDR="192.0.2.1", HTTP_ACCEPT="application/json")
    assert (by_script.status_code, by_script.json()["code"], bool(by_script["Retry-After"])) == (429, "throttled", True)
    assert (SharePass.objects.count(), AuditEntry.objects.filter(action="share.open").count()) == (2, 2)
    assert knock(share, "192.0.2.2").status_code == 302, "others do not wait"
    lost = Client()
    lost.cookies["share_pass"] = inside.cookies["share_pass"].value
    assert knock(share, client=lost).status_code == 302, "nor does a browser that was in before, at the same address"
    assert SharePass.objects.count() == 3


def test_an_address_that_the_client_itself_names_counts_for_nothing(cast: SimpleNamespace, rates: Any):
    rates(share_open="1/m/key")
    share = factories.share(cast.version)
    path = f"/s/{derived_secret(share)}"
    told = [Client().post(path, HTTP_X_FORWARDED_FOR=f"198.51.100.{n}").status_code for n in range(2)]
    assert told == [302, 429]
    networks = [knock(share, address).status_code for address in ("2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:2::1")]
    assert networks == [302, 429, 302], "of IPv6 the network is one"


def test_a_browser_that_is_in_keeps_its_pass_without_the_cookie(cast: SimpleNamespace):
    share, client = factories.share(cast.version, max_uses=1), Client()
    for _ in range(2):
        assert knock(share, client=client).status_code == 302
        del client.cookies["share_pass"]
    assert SharePass.objects.count() == 1


def test_passes_that_nobody_uses_are_swept(cast: SimpleNamespace):
    def one(share: Share, *, made: int, seen: int, **fields: Any) -> str:
        row, now = SharePass.objects.create(share=share, key_number=1, **fields), timezone.now()
        times = {"created_at": now - timedelta(days=made), "last_seen_at": now - timedelta(days=seen)}
        SharePass.objects.filter(pk=row.pk).update(**times)
        return row.pk

    free, counted = factories.share(cast.version), factories.share(cast.version, max_uses=5)
    asked = factories.share(cast.version, passphrase="hash")
    over = factories.share(cast.version, max_uses=5, expires_at=timezone.now() - timedelta(days=31))
    named = factories.user("Gita")
    gone = [one(free, made=3, seen=3), one(free, made=60, seen=31), one(asked, made=40, seen=31), one(over, made=40, seen=40)]
    kept = [
        one(free, made=1, seen=1),
        one(free, made=20, seen=3),
        one(free, made=60, seen=60, guest=named),
        one(asked, made=3, seen=3),
        one(counted, made=60, seen=60),
    ]
    ShareCode.objects.create(share=free, email="a@x.example", tries_left=5, expires_at=timezone.now() - timedelta(minutes=1))
    for days in (-1, 1):
        Session.objects.create(session_key=f"s{days}", session_data="", expire_date=timezone.now() + timedelta(days=days))
    assert share_doors.forget_unused() == len(gone)
    assert set(SharePass.objects.values_list("pk", flat=True)) == set(kept)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["s1"]
    assert not ShareCode.objects.exists()
    assert share_doors.forget_unused() == 0


# --- passphrases and codes --------------------------------------------------------------------------------------------


def test_a_stranger_uses_up_his_own_tries_first(cast: SimpleNamespace, rates: Any):
    rates(share_link_address="3/m/key", share_link_everywhere="5/m/key")
    share, other = (factories.share(cast.version, passphrase=make_password("open sesame")) for _ in range(2))
    regular = Client()
    assert knock(share, client=regular, passphrase="open sesame").status_code == 302
    Share.objects.filter(pk=share.pk).update(key_number=2)

    def tries(one: Share, address: str, given: str = "wrong", client: Client | None = None) -> int:
        return int(knock(one, address, client=client, passphrase=given).status_code)

    assert [tries(share, "192.0.2.9") for _ in range(9)] == [403] * 3 + [429] * 6
    assert tries(share, "192.0.2.9", "open sesame") == 429, "even the right one waits"
    assert tries(other, "192.0.2.9") == 403
    assert tries(share, "192.0.2.2", "open sesame") == 302, "those of one stranger close the door to nobody else"
    assert tries(share, "192.0.2.3") == 429, "many addresses are slowed down together"
    assert tries(share, "192.0.2.9", "open sesame", regular) == 302, "but not who was in before, even beside the stranger"
    door = knock(share, "192.0.2.9")
    assert "tried too often. You can try again in" in door.content.decode()
    assert 0 < int(door["Retry-After"]) <= 60


def test_one_browser_among_many_at_an_address(cast: SimpleNamespace, rates: Any):
    rates(share_link_here="2/m/key")
    share = factories.share(cast.version, passphrase=make_password("open sesame"))
    first, second = browser_at(share), browser_at(share)
    assert [knock(share, client=first).status_code for _ in range(3)] == [403, 403, 429]
    assert knock(share, client=second, passphrase="open sesame").status_code == 302


def test_a_stranger_does_not_keep_a_recipient_from_a_code(cast: SimpleNamespace, rates: Any, mailoutbox: Any, monkeypatch: Any):
    monkeypatch.setattr(share_doors._post, "submit", lambda run, *given: run(*given))
    rates(share_code_here="2/h/key", share_code_everywhere="3/h/key")
    share, email = factories.share(cast.version, recipients=["clara@example.org"]), "clara@example.org"
    stranger, clara = browser_at(share), browser_at(share)

    def asks(client: Client, address: str) -> int:
        return int(knock(share, address, client=client, what="code", email=email).status_code)

    assert asks(clara, "192.0.2.1") == 200
    assert [asks(stranger, "192.0.2.9") for _ in range(4)] == [200, 200, 429, 429]
    assert asks(stranger, "192.0.2.10") == 429, "one browser, wherever it is"
    assert len(mailoutbox) == 3
    for _ in range(share_doors.CODE_TRIES):
        assert knock(share, "192.0.2.9", client=stranger, email=email, code="000000x").status_code == 403
    code = mailoutbox[0].subject[:6]
    assert knock(share, "192.0.2.9", client=stranger, email=email, code=code).status_code == 403, "the code of another browser"
    assert knock(share, client=clara, email=email, code=code).status_code == 302, "hers is neither replaced nor used up"
    assert asks(browser_at(share), "192.0.2.11") == 429, "what all together may"
    assert asks(clara, "192.0.2.1") == 200, "is no limit to who was in as that recipient"


def test_another_recipient_at_the_same_browser_is_somebody_else(cast: SimpleNamespace, mailoutbox: Any, monkeypatch: Any):
    monkeypatch.setattr(share_doors._post, "submit", lambda run, *given: run(*given))
    share = factories.share(cast.version, recipients=["clara@example.org", "dora@example.org"])
    client = browser_at(share)

    def comes_in(email: str) -> Any:
        knock(share, client=client, what="code", email=email)
        assert knock(share, client=client, email=email, code=mailoutbox[-1].subject[:6]).status_code == 302
        return client.get("/api/v1/guest").json()["data"]["name"]

    comes_in("clara@example.org")
    client.put("/api/v1/guest", {"name": "Clara"}, content_type="application/json")
    assert comes_in("clara@example.org") == "Clara"
    assert comes_in("dora@example.org") is None
    client.cookies.pop("sessionid")  # and where the session was lost as well
    assert comes_in("clara@example.org") is None, "the name stays with who gave it"
    assert sorted(SharePass.objects.values_list("email", flat=True)) == ["clara@example.org"] * 2 + ["dora@example.org"]


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def send(cast: SimpleNamespace, api: Any, settings: Any, tmp_path: Any) -> Callable[..., Any]:
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    path = f"/api/v1/versions/{cast.version.pk}/attachments?name=a.png"

    def sent(session: Any, address: str = "192.0.2.1") -> Any:
        client = api(session=session)
        answer = client.generic("POST", path, PNG, content_type="application/octet-stream", REMOTE_ADDR=address)
        return 201 if answer.status_code == 201 else answer.json()["code"]

    return sent


def test_a_guest_leaves_few_files_lying_and_keeps_nobody_else_from_it(cast: SimpleNamespace, send: Any, monkeypatch: Any):
    monkeypatch.setattr("review.actions.attachments.MOST_OF_A_GUEST", 2)
    monkeypatch.setattr("review.actions.attachments.MOST_OF_GUESTS", 3)
    monkeypatch.setattr("review.api.attachments.GuestFileRate.rate", "4/day")
    share = factories.share(cast.version)
    stranger, other = factories.guest(share), factories.guest(share)
    assert [send(stranger) for _ in range(3)] == [201, 201, "attachment_limit"]
    assert send(other, "192.0.2.2") == 201
    assert send(factories.guest(share), "192.0.2.2") == "attachment_limit", "of all guests"
    Attachment.objects.filter(user_id=other[GUEST]).delete()
    assert [send(factories.guest(share)) for _ in range(2)] == [201, "throttled"], "one address, with ever new browsers"


def test_the_files_of_a_link_have_a_size_together(cast: SimpleNamespace, send: Any, settings: Any):
    settings.LINK_FILES_BYTES = 2 * len(PNG) + 1
    share = factories.share(cast.version)
    told = [send(factories.guest(share)) for _ in range(3)]
    assert told == [201, 201, "link_files_full"]
    assert set(Attachment.objects.values_list("share", flat=True)) == {share.pk}
    assert send(factories.guest(factories.share(cast.version))) == 201, "each link has its own"
    settings.LINK_FILES_BYTES = 2 * len(PNG)
    assert send(factories.guest(share)) == "link_files_full", "not a byte is left"
