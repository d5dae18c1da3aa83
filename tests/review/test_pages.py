"""The pages' shells: who gets which, and what they name."""

import json
import re
from pathlib import Path
from typing import Any

import allauth
import pytest
from django.conf import settings
from django.test import Client

from media_pipeline.models import Media
from review.models import Asset, Membership, Project, Role, User, Version

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> Version:
    owner = User.objects.create_superuser("site@example.com", "a long password")
    project = Project.objects.create(name="Brand Film <b>", created_by=owner)
    for role in Role:
        user = User.objects.create_user(f"{role}@example.com", "a long password")
        Membership.objects.create(project=project, user=user, role=role)
    User.objects.create_user("outsider@example.com", "a long password")
    asset = Asset.objects.create(project=project, name="Main film", created_by=owner, last_number=1)
    media = Media.objects.create(sha256="ab" * 32, size=10)
    return Version.objects.create(asset=asset, number=1, media=media, original_name="film.mov", created_by=owner)


def signed_in(email: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=email))
    return client


def paths(version: Version) -> list[str]:
    project = f"/projects/{version.asset.project_id}"
    return [
        "/",
        project,
        f"{project}/sources",
        f"{project}/spec",
        f"{project}/protocol",
        f"{project}/deliveries",
        f"/stacks/{version.asset_id}",
        f"/v/{version.pk}",
        "/reviews",
        "/inbox",
        "/settings/notifications",
        "/settings/tokens",
    ]


@pytest.mark.parametrize("role", list(Role))
def test_members_see_the_pages(version: Version, role: str) -> None:
    project = f"/projects/{version.asset.project_id}"
    some = [f"{project}/audit"] if role in (Role.OWNER, Role.VERSION_CONTROLLER) else []
    some += [f"{project}/test-render", f"{project}/proxies"] if role not in (Role.REVIEWER, Role.CLIENT) else []
    some += [f"{project}/work"] if role != Role.CLIENT else []
    for path in [*paths(version), *some]:
        answer = signed_in(f"{role}@example.com").get(path)
        assert answer.status_code == 200
        assert "csrftoken" in answer.cookies
        body = answer.content.decode()
        assert "<script>" not in body
        assert 'style="' not in body
        assert "Brand Film <b>" not in body


def test_the_review_page_names_its_version_and_what_one_may_do(version: Version) -> None:
    body = signed_in("client@example.com").get(f"/v/{version.pk}?frame=12").content.decode()
    assert f'data-version="{version.pk}"' in body
    assert 'data-capabilities="approve comment download_proxy see_comments see_versions view"' in body
    assert 'data-theme="dark"' in body  # the room is dark unless somebody chose otherwise


def test_strangers_are_asked_to_sign_in(version: Version) -> None:
    for path in [*paths(version), "/v/nothing", "/projects/nothing"]:
        answer = Client().get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/?next=")


def test_outsiders_get_what_is_got_for_nothing(version: Version) -> None:
    outsider = signed_in("outsider@example.com")
    for real, absent in [
        (f"/v/{version.pk}", "/v/nothing"),
        (f"/projects/{version.asset.project_id}", "/projects/nothing"),
    ]:
        refused, missing = outsider.get(real), outsider.get(absent)
        assert refused.status_code == missing.status_code == 404
        assert body_without_token(refused.content) == body_without_token(missing.content)


def body_without_token(body: bytes) -> str:
    """The CSRF token in the sign-out form is masked anew each time."""
    return "".join(line for line in body.decode().splitlines() if "csrfmiddlewaretoken" not in line)


@pytest.mark.parametrize("chosen", ["light", "dark", "auto"])
def test_the_theme_chosen_is_in_the_first_paint(version: Version, chosen: str) -> None:
    client = signed_in("site@example.com")
    client.cookies["theme"] = chosen
    assert f'data-theme="{chosen}"' in client.get("/").content.decode()


def test_a_forged_theme_cookie_changes_nothing(version: Version) -> None:
    client = signed_in("site@example.com")
    client.cookies["theme"] = "x-injected"
    assert "x-injected" not in client.get("/").content.decode()


def test_each_file_of_the_frontend_is_named_once(version: Version, settings: Any, tmp_path: Path) -> None:
    """The style sheet that all pages share comes before a page's own, never again behind it, where it would override that."""
    shared = {"file": "site.js", "name": "site", "isEntry": True, "css": ["site.css"], "imports": ["_common.js"]}
    page = {"file": "review.js", "name": "review", "isEntry": True, "imports": ["_room.js", "site.ts"]}
    parts = {"_common.js": {"file": "common.js"}, "_room.js": {"file": "room.js", "css": ["room.css"]}}
    (tmp_path / ".vite").mkdir()
    (tmp_path / ".vite/manifest.json").write_text(json.dumps({"site.ts": shared, "review.ts": page, **parts}))
    settings.FRONTEND_DIST = tmp_path
    body = signed_in("owner@example.com").get(f"/v/{version.pk}").content.decode()
    assert re.findall(r'rel="stylesheet" href="/static/(\w+\.css)"', body) == ["site.css", "room.css"]
    assert re.findall(r'(?:modulepreload" href|module" src)="/static/(\w+\.js)"', body) == [
        "common.js",
        "site.js",
        "room.js",
        "review.js",
    ]


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/"])
def test_account_pages_wear_the_product_s_dress(path: str) -> None:
    body = Client().get(path).content.decode()
    assert "entrance-card" in body
    assert "<script>" not in body


@pytest.mark.parametrize(
    "path", ["/accounts/password/change/", "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/logout/"]
)
def test_pages_of_one_s_own_account(version: Version, path: str) -> None:
    client = signed_in("site@example.com")
    answer = client.get(path, follow=True)
    assert answer.status_code == 200
    [heading] = re.findall("<h1>(.*?)</h1>", answer.content.decode())
    assert not re.search(r" [A-Z][a-z]", heading), "allauth's own words are in title case"


@pytest.mark.parametrize("name", ["account/", "mfa/"])
def test_every_page_of_allauth_that_is_shown_speaks_as_ours_do(name: str) -> None:
    """A new page of allauth is looked at before it is shown. Codes by mail or phone, changed addresses and sign-up are
    never shown (settings, urls.py); what has no words of its own need not be written anew."""
    never = re.compile(r"code|phone|email|verif|signup_by_passkey|signup\.html|signup_form|trust|base|snippets|password_set")
    theirs = Path(allauth.__file__).parent / "templates" / name
    shown = {path.relative_to(theirs) for path in theirs.rglob("*.html") if not never.search(path.name + path.parent.name)}
    shown |= {path.relative_to(theirs) for path in (theirs / "recovery_codes").glob("[!b]*.html")}
    ours = settings.BASE_DIR / "templates" / name
    assert not sorted(str(path) for path in shown if not (ours / path).exists())


def test_the_mail_with_the_link_for_a_new_password(version: Version, settings: Any, mailoutbox: Any) -> None:
    settings.EMAIL_HOST = "mail.example"
    assert Client().post("/accounts/password/reset/", {"email": "site@example.com"}).status_code == 302
    assert Client().post("/accounts/password/reset/", {"email": "nobody@example.com"}).status_code == 302
    link, none = mailoutbox
    assert "With this link you set one:" in link.body
    assert "/accounts/password/reset/key/" in link.body
    assert "Accounts are made by invitation" in none.body
    assert not any("Thank you for using" in mail.body or "Hello from" in mail.body for mail in mailoutbox)


def test_a_server_without_mail_promises_none(client: Client, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    page = client.get("/accounts/password/reset/").content.decode()
    assert "sends no mail" in page
    assert 'name="email"' not in page
    settings.EMAIL_HOST = "mail.example"
    page = client.get("/accounts/password/reset/").content.decode()
    assert "sends no mail" not in page
    assert 'name="email"' in page


def test_signing_in_needs_no_announcement(version: Version) -> None:
    client = Client()
    answer = client.post("/accounts/login/", {"login": "site@example.com", "password": "a long password"}, follow=True)
    assert answer.redirect_chain
    assert "Successfully" not in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_words(version: Version) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(email="site@example.com"))
    answer = client.post("/accounts/logout/")
    assert answer.status_code == 403
    assert "sent from an old page" in answer.content.decode()
    assert client.get("/").status_code == 200, "still signed in"
