"""Device-code login (RFC 8628) and the scopes of tokens."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.utils import timezone

from review.actions import device_logins
from review.models import AccessToken, AuditEntry, DeviceLogin
from tests import factories

pytestmark = pytest.mark.django_db
GRANT = "urn:ietf:params:oauth:grant-type:device_code"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _quiet():
    cache.clear()


@pytest.fixture
def program(api):
    """A program without a session, with its request: begin(**fields), poll(code)."""

    def post(path, fields):
        return api().post(f"/api/v1/device/{path}", urlencode(fields), content_type=FORM)

    def poll(code, *, waited=True):
        if waited:
            DeviceLogin.objects.update(polled_at=timezone.now() - device_logins.INTERVAL)
        return post("token", {"grant_type": GRANT, "device_code": code})

    return post, poll


def test_a_program_is_signed_in_by_the_code_it_shows(cast, api, program):
    post, poll = program
    begun = post("authorization", {"client_id": "Panel <b>", "scope": "comment"}).json()
    assert begun["verification_uri"] == "http://review.example/settings/device"
    assert begun["interval"] == 5
    assert poll(begun["device_code"]).json() == {"error": "authorization_pending"}
    assert poll(begun["device_code"], waited=False).json() == {"error": "slow_down"}
    person = api(cast.editor)
    page = person.get(begun["verification_uri_complete"].removeprefix("http://review.example")).content.decode()
    assert begun["user_code"] in page
    assert "Panel &lt;b&gt;" in page
    assert "Comment, and mark comments as done" in page
    assert "Approve and deliver" not in page
    typed = begun["user_code"].replace("-", " ").lower()
    assert person.post("/settings/device", {"user_code": typed, "answer": "allow"}).status_code == 200
    answer = poll(begun["device_code"])
    assert answer["Cache-Control"] == "no-store"
    given = answer.json()
    assert (given["token_type"], given["scope"]) == ("Bearer", "read comment")
    client = api(token=given["access_token"])
    assert client.get("/api/v1/me").json()["data"]["id"] == cast.editor.pk
    assert poll(begun["device_code"]).json() == {"error": "invalid_grant"}, "a token is handed out once"
    token = AccessToken.objects.get()
    assert token.name == "Panel <b>"
    assert token.expires_at is not None
    assert token.expires_at > timezone.now() + timedelta(days=89)
    assert given["access_token"] not in str(vars(token))
    actions = AuditEntry.objects.order_by("pk").values_list("action", "actor_id")
    assert list(actions) == [("device.allow", cast.editor.pk), ("token.create", cast.editor.pk)]


def test_a_code_is_answered_once_and_runs_out(cast, api, program):
    post, poll = program
    person = api(cast.editor)
    refused = post("authorization", {"client_id": "Panel"}).json()
    assert person.post("/settings/device", {"user_code": refused["user_code"], "answer": "refuse"}).status_code == 200
    assert person.post("/settings/device", {"user_code": refused["user_code"], "answer": "allow"}).status_code == 404
    assert poll(refused["device_code"]).json() == {"error": "access_denied"}
    late = post("authorization", {"client_id": "Panel"}).json()
    DeviceLogin.objects.update(expires_at=timezone.now())
    assert person.get("/settings/device", {"user_code": late["user_code"]}).status_code == 404
    assert poll(late["device_code"]).json() == {"error": "expired_token"}
    assert AccessToken.objects.count() == 0


def test_somebody_who_left_gets_nothing(cast, api, program):
    post, poll = program
    begun = post("authorization", {"client_id": "Panel"}).json()
    api(cast.editor).post("/settings/device", {"user_code": begun["user_code"], "answer": "allow"})
    cast.editor.is_active = False
    cast.editor.save()
    assert poll(begun["device_code"]).json() == {"error": "access_denied"}


@pytest.mark.parametrize(
    ("path", "fields", "error"),
    [
        ("authorization", {}, "invalid_request"),
        ("authorization", {"client_id": "Panel", "scope": "read everything"}, "invalid_scope"),
        ("token", {"grant_type": "password", "device_code": "x"}, "unsupported_grant_type"),
        ("token", {"grant_type": GRANT, "device_code": "x"}, "invalid_grant"),
        ("token", {"grant_type": GRANT}, "invalid_request"),
    ],
)
def test_what_is_refused(path, fields, error, program):
    answer = program[0](path, fields)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_codes_cannot_be_guessed_at(cast, api):
    person = api(cast.editor)
    statuses = [person.get("/settings/device", {"user_code": "BCDFGHJK"}).status_code for _ in range(21)]
    assert (statuses[0], statuses[-2], statuses[-1]) == (404, 404, 429)


def test_a_token_does_what_its_scopes_allow(cast, api):
    path = f"/api/v1/versions/{cast.version.pk}/comments"

    def status(scopes, method="post", url=path, body=None):
        _, secret = factories.token(cast.owner, scopes=scopes)
        return getattr(api(token=secret), method)(url, body or {"text": "Look", "frame": 3}, format="json").status_code

    assert status(["read"]) == 403
    assert status(["read", "comment"]) == 201
    assert status(["read", "upload"]) == 403
    assert status(["read", "comment"], "patch", f"/api/v1/projects/{cast.project.pk}", {"name": "New"}) == 403
    assert status(["read", "manage"], "patch", f"/api/v1/projects/{cast.project.pk}", {"name": "New"}) == 200
    assert (
        status(["read", "approve"], url=f"/api/v1/versions/{cast.version.pk}/approvals", body={"decision": "approved"}) == 201
    )
    site_owner = factories.site_owner()
    for scopes, expected in ((["read", "comment"], 403), (["read", "manage"], 201)):
        _, secret = factories.token(site_owner, scopes=scopes)
        assert api(token=secret).post("/api/v1/projects", {"name": "New"}, format="json").status_code == expected


def test_reading_is_always_among_the_scopes(cast, api):
    made = api(cast.editor).post("/api/v1/tokens", {"name": "Panel", "scopes": ["upload", "comment"]}, format="json")
    assert made.json()["data"]["scopes"] == ["read", "comment", "upload"]
    every = api(cast.editor).post("/api/v1/tokens", {"name": "All"}, format="json").json()["data"]
    assert every["scopes"] == ["read", "comment", "upload", "approve", "manage"]
    assert api(cast.editor).post("/api/v1/tokens", {"name": "No", "scopes": ["root"]}, format="json").status_code == 400


def test_every_capability_belongs_to_one_scope():
    from review.access import SCOPES, Capability

    assert sorted(one for scope in SCOPES.values() for one in scope) == sorted(Capability)
