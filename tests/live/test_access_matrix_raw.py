"""Who may do what, for what does not go through the URLconf: the upload server and the socket.

The counterpart of tests/review/test_access_matrix.py, with the same kinds of people, through the ASGI application itself.
"""

import base64
from datetime import timedelta
from types import SimpleNamespace

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.utils import timezone

from review.access import CAPABILITIES, Capability
from review.live import consumers
from review.models import Role
from tests import factories
from tests.live.conftest import cookie_of
from tests.review.access_rules import GUEST, KINDS, ROLES

pytestmark = pytest.mark.django_db(transaction=True)

METHODS = ("OPTIONS", "GET", "POST", "PUT", "HEAD", "PATCH", "DELETE")
EXPIRED = ("expired_token", "revoked_token", GUEST)  # to whom nobody listens here
OUTSIDE = ("outsider", "outsider_token")


@pytest.fixture
def people(transactional_db):
    """The headers by which each kind of person is known."""
    project = factories.project(factories.user("Owner"))
    owner = project.created_by
    past = timezone.now() - timedelta(seconds=1)
    outsider = factories.user("Outsider")
    users = {role: owner if role == Role.OWNER else factories.person_in(project, role) for role in ROLES}
    cookies = {"outsider": outsider, "site_owner": factories.site_owner(), **users}
    secrets = {
        "owner_token": factories.token(owner)[1],
        "read_only_token": factories.token(owner, scopes=["read"])[1],
        "outsider_token": factories.token(outsider)[1],
        "expired_token": factories.token(owner, expires_at=past)[1],
        "revoked_token": factories.token(owner, revoked_at=past)[1],
    }
    guest = factories.guest(factories.share(factories.version(factories.asset(project))))
    origin = (b"origin", b"http://review.example")
    headers: dict[str, list[tuple[bytes, bytes]]] = {
        "anonymous": [origin],
        **{kind: [origin, (b"cookie", cookie_of(user).encode())] for kind, user in cookies.items()},
        GUEST: [origin, (b"cookie", f"{settings.SESSION_COOKIE_NAME}={guest.session_key}".encode())],
        **{kind: [(b"authorization", f"Bearer {secret}".encode())] for kind, secret in secrets.items()},
    }
    assert set(headers) == set(KINDS)
    return SimpleNamespace(project=project, headers=headers)


async def ask(method, path, headers, body=b"", **more):
    from review.asgi import application

    given = {name.replace("_", "-"): value for name, value in more.items()}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "headers": [
            (b"host", b"review.example"),
            (b"tus-resumable", b"1.0.0"),
            (b"content-length", str(len(body)).encode()),
            *[(name.encode(), value.encode()) for name, value in given.items()],
            *headers,
        ],
    }
    exchange = ApplicationCommunicator(application, scope)
    await exchange.send_input({"type": "http.request", "body": body, "more_body": False})
    start = await exchange.receive_output(timeout=10)
    answer = await exchange.receive_output(timeout=10)
    await exchange.wait(10)
    return start["status"], dict(start["headers"]), answer.get("body", b"")


def described(project):
    return f"filename {base64.b64encode(b'a.mov').decode()},projectId {base64.b64encode(project.pk.encode()).decode()}"


async def begin(people, kind):
    given = {"upload_length": "1000", "upload_metadata": described(people.project)}
    return await ask("POST", "/files/", people.headers[kind], **given)


async def test_beginning_an_upload(people):
    for kind in KINDS:
        status, _, _ = await begin(people, kind)
        if kind == "anonymous" or kind in EXPIRED:
            expected = 401
        elif kind in OUTSIDE:
            expected = 404
        elif kind == "read_only_token":
            expected = 403
        else:
            role = {"site_owner": Role.OWNER, "owner_token": Role.OWNER}.get(kind, kind)
            expected = 201 if Capability.UPLOAD in CAPABILITIES[role] else 403
        assert status == expected, kind


async def test_other_methods_of_the_collection(people):
    for path in ("/files", "/files/"):
        for method in set(METHODS) - {"POST"}:
            for kind in KINDS:
                status, _, _ = await ask(method, path, people.headers[kind])
                nobody = kind == "anonymous" or kind in EXPIRED
                assert status == (204 if method == "OPTIONS" else 401 if nobody else 405), (path, method, kind)


async def test_an_upload_is_its_own_persons(people):
    """HEAD, PATCH, DELETE of the editor's upload: to all others it does not exist."""
    _, headers, _ = await begin(people, "editor")
    path = headers[b"location"].decode()
    absent = "/files/" + "x" * 32
    patch = {"upload_offset": "0", "content_type": "application/offset+octet-stream"}
    for method, more, body, own in (("HEAD", {}, b"", 200), ("PATCH", patch, b"x", 204), ("DELETE", {}, b"", 204)):
        for kind in [kind for kind in KINDS if kind != "editor"]:
            status, _, said = await ask(method, path, people.headers[kind], body, **more)
            nobody = kind == "anonymous" or kind in EXPIRED
            assert status == (401 if nobody else 404), (method, kind)
            assert (status, said) == (await ask(method, absent, people.headers[kind], body, **more))[::2], (method, kind)
        assert (await ask(method, path, people.headers["editor"], body, **more))[0] == own, method
    for method in ("GET", "POST", "PUT"):
        assert (await ask(method, path, people.headers["editor"]))[0] == 405


async def test_who_may_listen(people, socket):
    """By session only: a token in a socket's address or header would end up in logs of proxies."""
    for kind in KINDS:
        client = socket(people.project.pk)
        client.scope["headers"] = [(b"host", b"review.example"), *people.headers[kind]]
        opened = await client.connect()
        if kind.endswith("_token"):  # programs name no origin
            assert opened["type"] == "websocket.close", kind
            continue
        assert opened["type"] == "websocket.accept", kind
        first = await client.receive()
        if kind in ("anonymous", GUEST):  # the project's socket is not for guests
            assert first == {"closed": consumers.SIGN_IN}
        elif kind == "outsider":
            assert first == {"closed": consumers.NOT_FOUND}
        else:
            assert first["type"] == "hello", kind
            await client.disconnect()


async def test_a_token_opens_no_socket_even_with_an_origin(people, socket):
    client = socket(people.project.pk)
    client.scope["headers"] = [
        (b"host", b"review.example"),
        (b"origin", b"http://review.example"),
        *people.headers["owner_token"],
    ]
    await client.connect()
    assert await client.receive() == {"closed": consumers.SIGN_IN}
