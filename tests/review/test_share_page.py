"""The door and the page of a share link."""

import html
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from media_pipeline.models import Rendition
from review.actions import share_doors
from review.guests import GUEST
from review.models import Role, Share, SharePass, ShareRight, User
from review.share_secrets import derived_secret
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def path_of(share: Share) -> str:
    return f"/s/{derived_secret(share)}"


def page_of(answer: Any) -> dict[str, Any]:
    found = re.search(r'data-page="([^"]*)"', answer.content.decode())
    assert found, answer.content.decode()
    return dict(json.loads(html.unescape(found[1])))


def test_fetching_a_link_counts_for_nothing(cast: SimpleNamespace, client: Client):
    """Chats fetch it for the preview card, mail scanners to look at it."""
    share = factories.share(cast.version, max_uses=1)
    answer = client.get(path_of(share))
    assert answer.status_code == 200
    assert page_of(answer)["enter"] is True, "a browser lets itself in, by POST"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]
    share.refresh_from_db()
    assert (share.uses, SharePass.objects.count()) == (0, 0)


def test_a_link_opens_and_stays_open_in_this_browser(cast: SimpleNamespace, client: Client):
    share = factories.share(cast.version, max_uses=1, rights=[ShareRight.COMMENT])
    path = path_of(share)
    assert client.post(path).headers["Location"] == path
    page = page_of(client.get(path))
    assert (page["can"], page["me"], page["from"]) == (["comment", "view"], None, cast.owner.display_name)
    assert [(one["version_id"], one["number"], one["versions"]) for one in page["items"]] == [(cast.version.pk, 1, [])]
    elsewhere = factories.version(factories.asset(cast.project))
    running = factories.session(cast.version, cast.owner)
    for one in (elsewhere, factories.version(cast.version.asset)):
        factories.session(one, cast.owner)
    told = page_of(client.get(path))["sessions"]
    assert [one["id"] for one in told] == [running.pk], "live sessions on what the link shows, and no others"
    named = client.put("/api/v1/guest", {"name": "Gita"}, content_type="application/json").json()["data"]
    client.cookies.pop("sessionid")
    page = page_of(client.get(path))
    assert (page["enter"], page["me"]) == (True, named), "the name is kept on the device"
    assert client.post(path, HTTP_ACCEPT="application/json").status_code == 204
    page = page_of(client.get(path))
    assert (page["enter"], page["me"]) == (False, named), "and it is no second use"
    assert Client().post(path).status_code == 404, "another browser would be one"
    assert "data-enter" in Client().get(path).content.decode(), "which is told so by the door"


def test_what_the_page_is_told_at_once_is_what_the_api_says(cast: SimpleNamespace, client: Client):
    """So that the picture waits for nothing but the page, also before the browser was let in."""
    for kind in (Rendition.Kind.ORIGINAL, Rendition.Kind.PROXY):
        factories.rendition(cast.version.media, kind)
    of = f"/api/v1/versions/{cast.version.pk}"
    granted: list[list[str]] = [[ShareRight.APPROVE], [ShareRight.DOWNLOAD_ORIGINAL]]
    for rights in granted:
        path, guest = path_of(factories.share(cast.version, rights=rights)), Client()
        told = page_of(guest.get(path))
        assert guest.get(f"{of}/media").status_code == 401, "the page lets nobody in"
        guest.post(path)
        assert told["media"] == guest.get(f"{of}/media").json()["data"]
        assert told["decision"] == (guest.get(f"{of}/decision").json()["data"] if ShareRight.APPROVE in rights else None)
    marked = factories.share(
        cast.version, watermark={"text": "N", "viewer": False, "date": False, "place": "tiled", "opacity": 20}
    )
    answer = client.get(path_of(marked))
    assert page_of(answer)["media"] is None
    assert "/media/" not in answer.content.decode()


def test_a_link_that_ended_says_so(cast: SimpleNamespace, client: Client):
    share = factories.share(cast.version)
    path = path_of(share)
    client.post(path)
    shares = ("/s/" + "x" * 32, path)
    Share.objects.update(max_uses=1, key_number=5)
    assert client.get(path).status_code == 200, "the door: it is asked for something else now"
    Share.objects.update(revoked_at=timezone.now())
    gone = [client.get(one) for one in shares]
    assert [one.status_code for one in gone] == [404, 404]
    assert gone[0].content == gone[1].content, "what was revoked and what never was look alike"
    assert client.get(f"{path}/poster.jpg").status_code == 404


def test_a_passphrase_is_asked_for(cast: SimpleNamespace, client: Client):
    share = factories.share(cast.version, passphrase=make_password("open sesame"))
    path = path_of(share)
    door = client.get(path).content.decode()
    assert "data-enter" not in door
    assert cast.asset.name not in door, "nothing is told before it is given"
    wrong = client.post(path, {"passphrase": "sesame"})
    assert (wrong.status_code, "data-page" in wrong.content.decode()) == (403, False)
    assert client.post(path, {"passphrase": "open sesame"}).status_code == 302
    assert page_of(client.get(path))


def test_a_code_is_asked_for(cast: SimpleNamespace, client: Client, mailoutbox: Any, monkeypatch: Any):
    monkeypatch.setattr(share_doors._post, "submit", lambda run, *given: run(*given))
    share = factories.share(cast.version, recipients=["clara@example.org"])
    path = path_of(share)
    client.get(path)
    told = [
        client.post(path, {"what": "code", "email": who}).content.decode() for who in ("clara@example.org", "otto@example.org")
    ]
    hidden = [re.sub(r"clara|otto|csrfmiddlewaretoken\" value=\"\w+", "", one) for one in told]
    assert hidden[0] == hidden[1], "whether an address is on the list is not told"
    assert len(mailoutbox) == 1
    code = mailoutbox[0].subject[:6]
    assert client.post(path, {"email": "otto@example.org", "code": code}).status_code == 403
    assert client.post(path, {"email": "clara@example.org", "code": code}).status_code == 302
    assert SharePass.objects.get().email == "clara@example.org"


def test_the_preview_card(cast: SimpleNamespace, client: Client):
    def card(**fields: Any) -> dict[str, str]:
        text = client.get(path_of(factories.share(cast.version, **fields))).content.decode()
        return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', text))

    told = card()
    assert (told["og:title"], "og:image" in told) == (cast.asset.name, False), "there is no poster yet"
    factories.rendition(cast.version.media, "poster", mime="image/jpeg")
    assert card()["og:image"].endswith("/poster.jpg")
    marked = {"text": "Nord", "viewer": False, "date": False, "place": "tiled", "opacity": 20}
    told = card(watermark=marked)
    assert (told["og:title"], "og:image" in told) == (cast.asset.name, False), "no picture without its watermark"
    for fields in ({"passphrase": make_password("x")}, {"recipients": ["clara@example.org"]}):
        told = card(**fields)
        assert (told["og:title"], "og:image" in told) == ("Twopop", False)
        assert cast.asset.name not in str(told)
        assert client.get(path_of(Share.objects.latest("created_at")) + "/poster.jpg").status_code == 404


def test_what_the_page_of_a_playlist_tells(cast: SimpleNamespace, client: Client):
    newer, other = factories.version(cast.asset), factories.version(factories.asset(cast.project, "sc020"))
    third = factories.version(factories.asset(cast.project, "sc030"))
    share = factories.share(cast.asset, other, rights=[ShareRight.SEE_VERSIONS])
    client.post(path_of(share))
    answer = client.get(path_of(share))
    page = page_of(answer)
    assert [(one["name"], one["version_id"], one["follows"]) for one in page["items"]] == [
        (cast.asset.name, newer.pk, True),
        ("sc020", other.pk, False),
    ]
    assert [one["number"] for one in page["items"][0]["versions"]] == [2, 1]
    for secret in (third.pk, "sc030", cast.project.pk, cast.owner.email, "a.mov"):
        assert secret not in answer.content.decode(), secret


def test_members_are_led_to_the_room_and_others_keep_their_name(cast: SimpleNamespace):
    path = path_of(factories.share(cast.version))
    member, outsider = Client(), Client()
    member.force_login(factories.person_in(cast.project, Role.CLIENT))
    assert member.get(path).headers["Location"] == f"/v/{cast.version.pk}"
    outsider.force_login(cast.outsider)
    assert outsider.post(path).headers["Location"] == path
    page = page_of(outsider.get(path))
    assert (page["me"], page["account"]) == ({"id": cast.outsider.pk, "name": "Otto Outsider"}, True)
    assert GUEST not in outsider.session
    assert not User.objects.filter(is_guest=True).exists()
