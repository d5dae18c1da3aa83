"""Signing in, invitations, the first owner, two factors."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from review.models import AuditEntry, Invitation, Membership, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def test_sign_in_by_address_and_password(client):
    user = factories.user()
    assert client.get("/accounts/login/").status_code == 200
    answer = client.post("/accounts/login/", {"login": user.email, "password": factories.PASSWORD})
    assert answer.status_code == 302
    assert client.get("/api/v1/me").json()["data"]["email"] == user.email


def test_guessing_passwords_is_limited(client):
    user = factories.user()
    wrong = [client.post("/accounts/login/", {"login": user.email, "password": f"wrong {i}"}) for i in range(12)]
    assert wrong[0].status_code == 200
    client.post("/accounts/login/", {"login": user.email, "password": factories.PASSWORD})
    assert client.get("/api/v1/me").status_code == 401, "the right password came too late"


@pytest.mark.parametrize("path", ["/accounts/signup/", "/accounts/email/"])
def test_nobody_signs_up_or_takes_another_address(path, client):
    client.force_login(factories.user()) if "email" in path else None
    answer = client.post(path, {"email": "x@example.org", "password1": "long enough password", "action_add": "1"})
    assert answer.status_code in (200, 404)
    assert not User.objects.filter(email="x@example.org").exists()


MFA_PAGES = ["", "totp/activate/", "webauthn/add/", "webauthn/"]


@pytest.mark.parametrize("page", MFA_PAGES)
def test_two_factor_pages_work(page, client):
    user = factories.user()
    client.post("/accounts/login/", {"login": user.email, "password": factories.PASSWORD})
    # What changes how one signs in asks for the password again.
    client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
    answer = client.get(f"/accounts/2fa/{page}")
    assert answer.status_code == 200


def test_second_factor_is_asked_for(client):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time

    user = factories.user()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    client.post("/accounts/login/", {"login": user.email, "password": factories.PASSWORD})
    assert client.get("/api/v1/me").status_code == 401, "the password alone is not enough"
    code = f"{hotp_value(secret, next(yield_hotp_counters_from_time())):06}"
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.get("/api/v1/me").status_code == 200


class TestInvitation:
    def test_new_account_joins_and_is_signed_in(self, client):
        project = factories.project()
        invitation, secret = factories.invitation(project, "new@example.org")
        page = client.get(f"/invite/{secret}")
        assert page.status_code == 200
        assert "new@example.org" in page.content.decode()
        assert not User.objects.filter(email="new@example.org").exists(), "a link is followed without harm"
        answer = client.post(f"/invite/{secret}", {"name": "Nora", "password": "long enough password"})
        assert answer["Location"] == f"/projects/{project.pk}"
        assert client.get("/api/v1/me").json()["data"]["name"] == "Nora"
        assert Membership.objects.get(user__email="new@example.org").role == invitation.role
        assert AuditEntry.objects.filter(action="invitation.accept").count() == 1

    def test_works_once(self, client):
        _, secret = factories.invitation(factories.project())
        client.post(f"/invite/{secret}", {"name": "Nora", "password": "long enough password"})
        other = Client()
        answer = other.post(f"/invite/{secret}", {"name": "Eve", "password": "long enough password"})
        assert answer.status_code == 404

    @pytest.mark.parametrize("fields", [{"expires_at": timezone.now() - timedelta(seconds=1)}, {"accepted_at": timezone.now()}])
    def test_unusable_looks_like_unknown(self, client, fields):
        _, secret = factories.invitation(factories.project(), **fields)
        expired, unknown = client.get(f"/invite/{secret}"), client.get("/invite/nonsense")
        assert expired.status_code == unknown.status_code == 404
        assert expired.content == unknown.content

    def test_weak_password_keeps_the_link(self, client):
        _, secret = factories.invitation(factories.project())
        answer = client.post(f"/invite/{secret}", {"name": "Nora", "password": "password123"})
        assert answer.status_code == 422
        assert Invitation.objects.get().accepted_at is None
        assert not User.objects.filter(email="new@example.org").exists()

    def test_signed_in_person_joins(self, client):
        project = factories.project()
        user = factories.user()
        _, secret = factories.invitation(project, "another@example.org")
        client.force_login(user)
        assert client.get(f"/invite/{secret}").status_code == 200
        assert not Membership.objects.filter(user=user).exists()
        client.post(f"/invite/{secret}")
        assert Membership.objects.filter(project=project, user=user).exists()

    def test_link_never_opens_an_existing_account(self, client):
        user = factories.user()
        _, secret = factories.invitation(factories.project(), user.email)
        answer = client.post(f"/invite/{secret}", {"name": "Eve", "password": "long enough password"})
        assert answer.status_code == 409
        user.refresh_from_db()
        assert user.check_password(factories.PASSWORD)
        assert client.get("/api/v1/me").status_code == 401
        assert Invitation.objects.get().accepted_at is None


def test_first_owner_is_made_once():
    out = StringIO()
    call_command("ensure_owner", stdout=out)
    owner = User.objects.get()
    assert owner.is_superuser
    password = out.getvalue().split("password: ")[1].split("\n")[0]
    assert owner.check_password(password)
    again = StringIO()
    call_command("ensure_owner", stdout=again)
    assert again.getvalue() == ""
    assert User.objects.count() == 1
