"""Who is spoken to in which language."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation

from review.media_words import in_words
from review.models import User

pytestmark = pytest.mark.django_db
GERMAN = {"Accept-Language": "de-AT,de;q=0.8,en;q=0.5"}


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """A request leaves its language to the thread; the next request sets its own, but a test without one would not."""
    yield
    translation.deactivate()


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


def test_errors_say_what_to_do_in_the_language_of_whoever_asks(person: User):
    answer = signed_in(person).get("/api/v1/versions/nosuchversion0001", headers=GERMAN).json()
    assert answer["code"] == "not_found"
    assert answer["title"] == "Hier ist nichts für Sie"
    assert answer["remedy"].startswith("Prüfen Sie die Adresse")


def test_what_the_pipeline_says_of_a_file_is_found_again_by_its_shape():
    with translation.override("de"):
        assert in_words("The file was cut short") == "Die Datei ist abgeschnitten"
        assert in_words("A picture of 9000×5000 is more than can be reviewed").startswith("Ein Bild von 9000×5000 ist mehr")
        assert in_words("100% of nothing known") == "100% of nothing known"
    with translation.override("en"):
        assert in_words("The file was cut short") == "The file was cut short"
