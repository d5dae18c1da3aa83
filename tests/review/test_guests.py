"""Guests of share links: exactly what the link grants, on exactly the versions that it shows, exactly as long as it holds."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from media_pipeline.models import Rendition
from review.access import Actor
from review.actions import comments
from review.guests import GUEST, Guest
from review.models import Comment, Share, SharePass, ShareRight, User
from tests import factories
from tests.review.test_attachments import home as home  # the fixture
from tests.review.test_attachments import image_bytes

pytestmark = pytest.mark.django_db
R = ShareRight
PNG = image_bytes()


def say(client: APIClient, version: Any, **more: Any) -> Any:
    body = {"text": "Look here", "frame": 3, **more}
    return client.post(f"/api/v1/versions/{version.pk}/comments", body, format="json")


def read(client: APIClient, version: Any) -> list[str]:
    answer = client.get(f"/api/v1/versions/{version.pk}/comments")
    assert answer.status_code == 200, answer.content
    return [one["text"] for one in answer.json()["data"]]


def asked(version: Any) -> dict[str, tuple[str, str, Any]]:
    """The routes that serve guests, by what right: method, path, body."""
    of = f"/api/v1/versions/{version.pk}"
    return {
        "watch": ("get", f"{of}/media", None),
        "read": ("get", f"{of}/comments", None),
        "own decision": ("get", f"{of}/decision", None),
        R.COMMENT: ("post", f"{of}/comments", {"text": "Look", "frame": 3}),
        R.APPROVE: ("put", f"{of}/decision", {"decision": "approved"}),
        R.DOWNLOAD_PROXY: ("get", f"/media/{version.pk}/proxy", None),
        R.DOWNLOAD_ORIGINAL: ("get", f"/media/{version.pk}/original", None),
    }


def statuses(client: APIClient, version: Any) -> dict[str, int]:
    found = {}
    for right, (method, path, body) in asked(version).items():
        found[str(right)] = getattr(client, method)(path, body, format="json").status_code
    return found


FREE = {"watch": 200, "read": 200, "own decision": 200}
# No file lies behind the cast's media: who may download one gets 404, who may not 403.
DONE = {R.COMMENT: 201, R.APPROVE: 200, R.DOWNLOAD_PROXY: 404, R.DOWNLOAD_ORIGINAL: 404}


@pytest.mark.parametrize(
    "rights", [[], *([right] for right in DONE), list(ShareRight)], ids=lambda rights: "+".join(rights) or "none"
)
def test_a_guest_has_the_rights_of_the_link(cast: SimpleNamespace, api: Any, rights: list[str]):
    client = api(session=factories.guest(factories.share(cast.version, rights=rights)))
    assert statuses(client, cast.version) == FREE | {str(one): DONE[one] if one in rights else 403 for one in DONE}


def nobody(share: Share, kind: str) -> None:
    """Make the link what it must no longer let anybody in by."""
    now = timezone.now()
    changes: dict[str, dict[str, Any]] = {
        "revoked": {"revoked_at": now},
        "expired": {"expires_at": now - timedelta(seconds=1)},
        "another passphrase": {"key_number": 2},
        "no longer a recipient": {"recipients": ["other@example.org"]},
    }
    Share.objects.filter(pk=share.pk).update(**changes[kind])


@pytest.mark.parametrize("kind", ["revoked", "expired", "another passphrase", "no longer a recipient"])
def test_a_guest_whose_link_ended_is_nobody_at_once(cast: SimpleNamespace, api: Any, kind: str):
    share = factories.share(cast.version)
    client = api(session=factories.guest(share))
    assert client.get(f"/api/v1/versions/{cast.version.pk}/media").status_code == 200
    nobody(share, kind)
    for method, path, body in asked(cast.version).values():
        mine, theirs = (getattr(one, method)(path, body, format="json") for one in (client, api()))
        assert (mine.status_code, mine.content) == (theirs.status_code, theirs.content) == (401, theirs.content), path


def test_what_a_link_does_not_show_is_not_there(cast: SimpleNamespace, api: Any):
    """Another stack, another project, another version of the stack: as absent as what never was."""
    other = factories.version(factories.asset(cast.project, "sc020"))
    strange = factories.version(factories.asset(factories.project()))
    newer = factories.version(cast.asset)
    client = api(session=factories.guest(factories.share(cast.version, rights=[R.COMMENT, R.APPROVE])))
    absent = SimpleNamespace(pk="z" * 16)
    for version in (other, strange, newer):
        for (method, path, body), (_, nothing, _) in zip(asked(version).values(), asked(absent).values(), strict=True):
            hidden, missing = (getattr(client, method)(one, body, format="json") for one in (path, nothing))
            assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content) == (404, missing.content)


def test_what_a_link_shows(cast: SimpleNamespace):
    first, second, third = cast.version, factories.version(cast.asset), factories.version(cast.asset)
    other = factories.version(factories.asset(cast.project, "sc020"))

    def shown(*items: Any, rights: list[str]) -> list[Any]:
        actor = Actor(None, guest=Guest.of(factories.guest(factories.share(*items, rights=rights))))
        return [one for one in (first, second, third, other) if actor.capabilities_on(one)]

    assert shown(second, rights=[]) == [second]
    assert shown(second, rights=[R.SEE_VERSIONS]) == [first, second], "not what came after the one that was pinned"
    assert shown(cast.asset, rights=[]) == [third], "always the newest"
    assert shown(cast.asset, rights=[R.SEE_VERSIONS]) == [first, second, third]
    assert shown(first, other, rights=[]) == [first, other], "a playlist"


def test_a_guest_is_asked_for_a_name_once(cast: SimpleNamespace, api: Any):
    client = api(session=factories.guest(factories.share(cast.version), name=""))
    assert client.get("/api/v1/guest").json()["data"] == {"id": None, "name": None}
    refused = say(client, cast.version)
    assert (refused.status_code, refused.json()["code"]) == (409, "guest_name_missing")
    named = client.put("/api/v1/guest", {"name": "  Gita   Guest "}, format="json").json()["data"]
    assert named == {"id": named["id"], "name": "Gita Guest", "guest": True}
    assert client.get("/api/v1/guest").json()["data"] == named
    assert say(client, cast.version).json()["data"]["author"] == named
    row = User.objects.get(pk=named["id"])
    assert row.is_guest
    assert not row.is_active
    assert not row.has_usable_password()
    assert SharePass.objects.get().guest == row
    shown = api(cast.client).get(f"/api/v1/versions/{cast.version.pk}/comments").content.decode()
    assert "Gita Guest" in shown
    assert "guest.invalid" not in shown


def test_guests_are_no_members_and_cannot_sign_in(cast: SimpleNamespace, api: Any, client: Any):
    session = factories.guest(factories.share(cast.version), name="Gita")
    guest = User.objects.get(pk=session[GUEST])
    signed_in = client.post("/accounts/login/", {"login": guest.email, "password": "!"})
    assert signed_in.status_code == 200, "the form again"
    path, body = f"/api/v1/projects/{cast.project.pk}/members", {"email": guest.email, "role": "client"}
    added = api(cast.owner).post(path, body, format="json")
    assert "invitation" in added.json()["data"], "nobody is found by that address"
    comment, _ = comments.create_comment(Actor(cast.owner), cast.version.pk, text="@Gita look", frame=1)
    assert not comment.mentions.exists()


def test_whom_a_guest_may_read(cast: SimpleNamespace, api: Any):
    """Never internal comments; those of others by right, but always the answers to one's own."""
    factories.comment(cast.version, cast.owner, text="Open")
    factories.comment(cast.version, cast.reviewer, text="Inside", internal=True)
    share = factories.share(cast.version, rights=[R.COMMENT])
    client, other = api(session=factories.guest(share)), api(session=factories.guest(share, name="Otto"))
    own = say(client, cast.version, text="Mine").json()["data"]
    assert own["can"] == ["reply", "edit", "delete", "react"]
    say(api(cast.owner), cast.version, text="Answer", parent_id=own["id"])
    assert (read(client, cast.version), read(other, cast.version)) == (["Mine", "Answer"], [])
    assert other.get(f"/api/v1/comments/{own['id']}").status_code == 404
    Share.objects.update(rights=[R.SEE_COMMENTS])
    assert read(other, cast.version) == ["Open", "Mine", "Answer"]
    taken = client.patch(f"/api/v1/comments/{own['id']}", {"text": "Changed"}, format="json")
    assert taken.status_code == 403, "the right to comment was taken away meanwhile"


def test_a_guest_changes_own_comments_only(cast: SimpleNamespace, api: Any):
    client = api(session=factories.guest(factories.share(cast.version)))
    own, theirs = say(client, cast.version).json()["data"]["id"], factories.comment(cast.version, cast.owner).pk
    for body, status in (({"text": "Changed"}, 200), ({"internal": True}, 403), ({"completed": True}, 403)):
        assert client.patch(f"/api/v1/comments/{own}", body, format="json").status_code == status, body
    assert say(client, cast.version, internal=True).status_code == 403
    assert client.patch(f"/api/v1/comments/{theirs}", {"text": "No"}, format="json").status_code == 403
    assert client.delete(f"/api/v1/comments/{theirs}").status_code == 403
    assert client.delete(f"/api/v1/comments/{own}").status_code == 204
    assert client.post(f"/api/v1/comments/{own}/restore").status_code == 200
    named = say(client, cast.version, text=f"@{cast.owner.display_name}").json()["data"]
    assert named["mentions"] == [], "who is in the project is not for guests to find out"


def test_labels_are_not_for_guests(cast: SimpleNamespace, api: Any):
    """On their own comments neither: the team sorts by them."""
    client = api(session=factories.guest(factories.share(cast.version)))
    label = factories.label(cast.project)
    assert say(client, cast.version, labels=[label.pk]).status_code == 403
    own = say(client, cast.version).json()["data"]["id"]
    Comment.objects.get(pk=own).labels.set([label])
    for ids in ([], [label.pk]):
        assert client.patch(f"/api/v1/comments/{own}", {"labels": ids}, format="json").status_code == 403
    assert Comment.objects.get(pk=own).labels.get() == label


def test_who_may_not_see_earlier_versions_is_not_told_of_them(cast: SimpleNamespace, api: Any):
    source = factories.comment(cast.version, cast.owner)
    newer = factories.version(cast.asset)
    factories.comment(newer, cast.owner, carried_from=source)
    told = {}
    granted: tuple[list[str], ...] = ([R.SEE_COMMENTS], [R.SEE_COMMENTS, R.SEE_VERSIONS])
    for rights in granted:
        client = api(session=factories.guest(factories.share(newer, rights=rights)))
        told[len(rights)] = client.get(f"/api/v1/versions/{newer.pk}/comments").json()["data"][0]["carried_from"]
    assert told[1] is None
    assert told[2]["version_id"] == cast.version.pk


def test_signs_and_files_of_guests(cast: SimpleNamespace, api: Any, home: Any):
    """As the link lets them comment, on what they may read; their own files alone."""
    share = factories.share(cast.version, rights=[R.COMMENT])
    client, other = api(session=factories.guest(share)), api(session=factories.guest(share, name="Otto"))
    own, theirs = say(client, cast.version).json()["data"], factories.comment(cast.version, cast.owner)
    sign, path = f"/api/v1/comments/{own['id']}/reactions/eyes", f"/api/v1/versions/{cast.version.pk}/attachments?name=a.png"

    def send(who: APIClient) -> Any:
        return who.generic("POST", path, PNG, content_type="application/octet-stream")

    assert "react" in own["can"]
    assert client.put(sign).json()["data"]["reactions"][0]["people"][0]["name"] == own["author"]["name"]
    unseen = f"/api/v1/comments/{theirs.pk}/reactions/eyes"
    assert (other.put(sign).status_code, client.put(unseen).status_code) == (404, 404), "what they may not read"
    nameless = api(session=factories.guest(share, name=""))
    assert send(nameless).json()["code"] == "guest_name_missing"
    sent = send(client).json()["data"]["id"]
    for method in ("get", "delete"):
        assert getattr(other, method)(f"/api/v1/attachments/{sent}").status_code == 404
    assert say(other, cast.version, attachments=[sent]).json()["code"] == "attachment_unknown"
    shown = say(client, cast.version, attachments=[sent]).json()["data"]
    assert [one["name"] for one in shown["attachments"]] == ["a.png"]
    assert client.get(shown["attachments"][0]["original_url"]).status_code == 200
    assert other.get(shown["attachments"][0]["original_url"]).status_code == 404
    assert client.delete(sign).json()["data"]["reactions"] == []
    Share.objects.update(rights=[R.SEE_COMMENTS])
    assert (client.put(sign).status_code, send(client).status_code) == (403, 403), "the right to comment was taken away"
    assert other.get(shown["attachments"][0]["original_url"]).status_code == 200, "who reads the comment sees its file"


def test_a_guests_decision_counts_as_of_somebody_who_was_asked(cast: SimpleNamespace, api: Any):
    client = api(session=factories.guest(factories.share(cast.version, rights=[R.APPROVE])))
    path = f"/api/v1/versions/{cast.version.pk}"
    said = client.put(f"{path}/decision", {"decision": "approved", "text": "Lovely"}, format="json").json()["data"]
    assert (said["decision"], said["text"], said["delivered"]) == ("approved", "Lovely", False)
    stands = api(cast.owner).get(f"{path}/approvals").json()["data"]
    assert stands["state"] == "approved"
    assert stands["reviewers"][0]["person"]["guest"] is True
    other = api(session=factories.guest(Share.objects.get(), name="Otto"))
    assert other.get(f"{path}/decision").json()["data"]["decision"] is None, "what others said is not told"


def test_what_a_guest_learns_of_the_media(cast: SimpleNamespace, api: Any):
    """Picture and sound; nothing of the file, and the original only for those who may download it."""
    factories.rendition(cast.version.media, Rendition.Kind.ORIGINAL)
    factories.rendition(cast.version.media, Rendition.Kind.PROXY)

    def kinds(rights: list[str]) -> set[str]:
        client = api(session=factories.guest(factories.share(cast.version, rights=rights)))
        told = client.get(f"/api/v1/versions/{cast.version.pk}/media").json()["data"]
        assert (told["sha256"], told["size"], told["container"], told["warnings"]) == ("", 0, None, [])
        originals = [one["url"] for one in client_of_owner["renditions"] if one["kind"] == "original"]
        assert client.get(originals[0]).status_code == (404 if rights else 403), "no file lies behind it"
        return {one["kind"] for one in told["renditions"]}

    client_of_owner = api(cast.owner).get(f"/api/v1/versions/{cast.version.pk}/media").json()["data"]
    assert kinds([]) == {"proxy"}
    assert kinds([R.DOWNLOAD_ORIGINAL]) == {"proxy", "original"}


def test_a_guest_sends_the_csrf_token(cast: SimpleNamespace):
    client = APIClient(enforce_csrf_checks=True)
    client.cookies["sessionid"] = factories.guest(factories.share(cast.version)).session_key or ""
    answer = say(client, cast.version)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert not Comment.objects.exists()


def test_people_with_an_account(cast: SimpleNamespace, api: Any):
    """Members keep their own role where they have one; for others the link is what they have, under their own name."""
    session = factories.guest(factories.share(cast.version), name="")
    for user, status, writer in ((cast.client, 403, cast.client), (cast.outsider, 404, cast.outsider)):
        client = api(user)
        signed_in = client.session
        signed_in["share_passes"] = session["share_passes"]
        signed_in.save()
        assert client.get(f"/media/{cast.version.pk}/original").status_code == status
        assert say(client, cast.version).json()["data"]["author"]["id"] == writer.pk
        assert client.get("/api/v1/guest").status_code == 404
    assert client.get(f"/api/v1/projects/{cast.project.pk}").status_code == 404
