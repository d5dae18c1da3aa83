"""What the room asks for as it begins comes in one answer, which says to each person what the API would say to them."""

import pytest
from django.test import Client
from django.utils import timezone

from review.models import Role
from review.room_answers import addresses
from tests import factories

pytestmark = pytest.mark.django_db


def together(client, version):
    answer = client.get(f"/v/{version.pk}/answers", secure=True, headers={"If-None-Match": "*", "Accept": "text/html"})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    lines = answer.content.split(b"\n")
    return dict(zip(map(bytes.decode, lines[::2]), lines[1::2], strict=True))


@pytest.mark.parametrize("role", list(Role))
def test_it_is_what_the_api_answers(cast, role):
    for number in range(60):  # more than a page holds unless its size is asked for
        factories.label(cast.project, name=f"Line\nbreak {number}")
    factories.session(cast.version, cast.editor, ended_at=timezone.now())
    factories.marker(cast.version, cast.editor, frame=3)
    factories.comment(cast.version, cast.editor, internal=True)
    client = Client()
    client.force_login(factories.person_in(cast.project, role))
    found = together(client, cast.version)
    by_themselves = {address: client.get(address, secure=True) for address in addresses(cast.version)}
    assert found == {address: answer.content for address, answer in by_themselves.items() if answer.status_code == 200}
    assert len(found) >= 8
    assert found[addresses(cast.version)[2]].count(b'"id"') == 60
    assert b"https://" in found[addresses(cast.version)[1]]


def test_what_the_api_refuses_is_left_out(cast, monkeypatch):
    hidden = factories.version(factories.asset(factories.project()))
    asked = [f"/api/v1/versions/{pk}/media" for pk in (hidden.pk, cast.version.pk)]
    monkeypatch.setattr("review.room_answers.addresses", lambda version: asked)
    client = Client()
    client.force_login(cast.editor)
    assert list(together(client, cast.version)) == [f"/api/v1/versions/{cast.version.pk}/media"]


def test_the_page_names_it(cast):
    client = Client()
    client.force_login(cast.editor)
    page = client.get(f"/v/{cast.version.pk}").content.decode()
    assert f'href="/v/{cast.version.pk}/answers" data-answers="{" ".join(addresses(cast.version))}"' in page
