"""What a page sends late says whom it is meant to be by: it never becomes somebody else's who signed in meanwhile."""

from typing import Any

import pytest

from review.guests import GUEST, PASSES
from review.models import Attachment, Comment
from tests import factories
from tests.review.test_attachments import home as home  # the fixture
from tests.review.test_attachments import image_bytes

pytestmark = pytest.mark.django_db


def say(client: Any, version: Any, meant: str) -> Any:
    body = {"text": "Look here", "frame": 3}
    return client.post(f"/api/v1/versions/{version.pk}/comments", body, format="json", headers={"Twopop-Person": meant})


def attach(client: Any, version: Any, meant: str) -> Any:
    where = f"/api/v1/versions/{version.pk}/attachments?name=a.png"
    kind = "application/octet-stream"
    return client.generic("POST", where, image_bytes(), content_type=kind, headers={"Twopop-Person": meant})


@pytest.mark.parametrize("send", [say, attach])
def test_by_members(cast, home, api, send):
    client = api(cast.reviewer)
    for other in (cast.editor.pk, "guest", "nobody-we-know"):
        answer = send(client, cast.version, other)
        assert (answer.status_code, answer.json()["code"]) == (409, "other_person")
    assert not Comment.objects.exists()
    assert not Attachment.objects.exists()
    assert send(client, cast.version, cast.reviewer.pk).status_code == 201
    answer = send(api(), cast.version, cast.reviewer.pk)  # signed out
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize("send", [say, attach])
def test_by_guests(cast, home, api, send):
    link = factories.share(cast.version, rights=["comment"])
    named = factories.guest(link, name="Gina")
    answer = send(api(session=named), cast.version, cast.reviewer.pk)  # a member wrote, signed out, and came by a link
    assert (answer.status_code, answer.json()["code"]) == (409, "other_person")
    answer = send(api(session=factories.guest(link, name="")), cast.version, cast.reviewer.pk)
    assert answer.status_code == 401
    signed_in = api(cast.reviewer)
    also = signed_in.session
    also.update({key: named[key] for key in (PASSES, GUEST)})
    also.save()
    answer = send(signed_in, cast.version, "guest")  # a guest wrote, and somebody signed in
    assert (answer.status_code, answer.json()["code"]) == (409, "other_person")
    assert send(api(session=named), cast.version, "guest").status_code == 201


def test_reading_asks_for_nobody(cast, api):
    where = f"/api/v1/versions/{cast.version.pk}/comments"
    assert api(cast.reviewer).get(where, headers={"Twopop-Person": "somebody"}).status_code == 200
