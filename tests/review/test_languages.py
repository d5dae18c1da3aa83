"""Who is spoken to in which language."""

import pytest
from django.test import Client

from review.models import User

pytestmark = pytest.mark.django_db
GERMAN = {"Accept-Language": "de-AT,de;q=0.8,en;q=0.5"}


@pytest.fixture
def person() -> User:
    return User.objects.create_user("anna@example.com", "a long password", name="Anna")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_browser_gets_the_first_of_its_languages_that_there_is():
    page = Client().get("/accounts/login/", headers=GERMAN)
    assert '<html lang="de"' in page.content.decode()
    assert "Konten entstehen durch Einladung" in page.content.decode()
    assert page["Content-Language"] == "de"
    assert "Accept-Language" in page["Vary"]
    assert (
        "Accounts are made by invitation"
        in Client().get("/accounts/login/", headers={"Accept-Language": "fr"}).content.decode()
    )


def test_the_language_of_a_browser_is_chosen_before_signing_in():
    client = Client()
    assert 'data-language-choice="de"' in client.get("/accounts/login/").content.decode()
    client.cookies["language"] = "de"  # what the page's script does
    assert '<html lang="de"' in client.get("/accounts/login/").content.decode()


def test_a_person_is_spoken_to_in_their_language_in_every_browser(person: User):
    signed_in(person).post("/settings/language", {"language": "de"})
    page = signed_in(person).get("/settings/language").content.decode()
    assert '<html lang="de"' in page
    assert 'value="de" lang="de" aria-pressed="true"' in page
    assert signed_in(person).get("/api/v1/me/preferences").json()["data"]["language"] == "de"


@pytest.mark.parametrize("language", ["xx", "", "fr"])
def test_a_language_that_is_not_spoken_cannot_be_chosen(person: User, language: str):
    assert signed_in(person).post("/settings/language", {"language": language}).status_code == 400


def test_the_bytes_of_media_are_the_same_in_every_language():
    assert "Accept-Language" not in Client().get("/static/icon.svg", headers=GERMAN).get("Vary", "")
