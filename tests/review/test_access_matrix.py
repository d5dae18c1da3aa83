"""Who may do what, for every route there is.

ADDING A ROUTE: add one line to ROUTES (or to DESK in desk_routes.py, GUESTS in guest_routes.py, ALLAUTH, RAW, SOCKETS). A route
or method without a line fails this test.

A line is: path as in the URLconf → {method: (body, {kind of person: status})}, with kinds in KINDS. The statuses are
written as a rule: EVERYBODY, SIGNED_IN, INSIDERS, or may(Capability) for those whose role has it. What a rule gives
outsiders (404, the same body as for an object that does not exist) and tokens follows from it and is checked for each.
"""

import json
import re
from collections.abc import Iterator
from copy import copy, deepcopy
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker
from rest_framework.test import APIClient

from review.models import AccessToken, Comment, Role
from review.notifications.mail_links import Letter, sealed
from tests import factories
from tests.review.access_rules import FULL, GUEST, KINDS, METHODS, ROLES, TOKENS, C, Rule, kinds_that_ask, may
from tests.review.conftest import client_of, people_and_a_version
from tests.review.desk_routes import DESK
from tests.review.guest_routes import GUESTS

SIGNED_IN = Rule(200)
EVERYBODY = Rule(200, public=True)
PAGE = Rule(200, page=True)
NAME = {"name": "New name"}

ROUTES: dict[str, dict[str, Rule]] = {
    **DESK,
    **GUESTS,
    "healthz": {"GET": EVERYBODY},
    # --- API
    "api/v1/me": {"GET": SIGNED_IN},
    "api/v1/me/preferences": {"GET": SIGNED_IN, "PATCH": Rule(200, body={"tour_seen": True})},
    "api/v1/tokens": {"GET": SIGNED_IN, "POST": Rule(201, no_tokens=True, body=NAME)},
    "api/v1/tokens/<str:token_id>": {"DELETE": Rule(404, no_tokens=True, extra={"owner": 204})},  # only one's own
    "api/v1/device/authorization": {"POST": Rule(400, public=True)},
    "api/v1/device/token": {"POST": Rule(400, public=True)},
    "api/v1/projects": {"GET": SIGNED_IN, "POST": Rule(201, site_owner_only=True, body=NAME)},
    "api/v1/projects/<str:project_id>": {
        "GET": may(C.VIEW),
        "PATCH": may(C.MANAGE_PROJECT, body=NAME),
        "DELETE": may(C.MANAGE_PROJECT, 204),
    },
    "api/v1/projects/<str:project_id>/members": {
        "GET": may(C.VIEW),
        "POST": may(C.MANAGE_MEMBERS, 201, body={"email": "new@example.org", "role": "client"}),
    },
    "api/v1/projects/<str:project_id>/members/<str:user_id>": {
        "PATCH": may(C.MANAGE_MEMBERS, body={"role": "editor"}),
        "DELETE": may(C.MANAGE_MEMBERS, 204, extra={"client": 204}),  # it is the client's own membership: one may leave
    },
    "api/v1/projects/<str:project_id>/invitations": {"GET": may(C.MANAGE_MEMBERS)},
    "api/v1/invitations/<str:invitation_id>": {"DELETE": may(C.MANAGE_MEMBERS, 204)},
    "api/v1/projects/<str:project_id>/sequences": {"GET": may(C.VIEW), "POST": may(C.MANAGE_ASSETS, 201, body=NAME)},
    "api/v1/projects/<str:project_id>/preflights": {"GET": may(C.UPLOAD)},
    "api/v1/projects/<str:project_id>/proxy-audit": {"GET": may(C.UPLOAD), "POST": may(C.MANAGE_ASSETS)},
    "api/v1/projects/<str:project_id>/test-render": {"GET": may(C.UPLOAD, 400)},  # the timeline is in the query
    "api/v1/projects/<str:project_id>/sources": {"GET": may(C.VIEW)},
    "api/v1/projects/<str:project_id>/sources.csv": {"GET": may(C.VIEW)},
    "api/v1/sequences/<str:sequence_id>": {
        "PATCH": may(C.MANAGE_ASSETS, body=NAME),
        "DELETE": may(C.MANAGE_ASSETS, 204),
    },
    "api/v1/projects/<str:project_id>/assets": {"GET": may(C.VIEW), "POST": may(C.MANAGE_ASSETS, 201, body=NAME)},
    "api/v1/assets/<str:asset_id>": {
        "GET": may(C.VIEW),
        "PATCH": may(C.MANAGE_ASSETS, body=NAME),
        "DELETE": may(C.MANAGE_ASSETS, 204),
    },
    "api/v1/assets/<str:asset_id>/versions": {"GET": may(C.VIEW)},
    "api/v1/projects/<str:project_id>/uploads": {"GET": may(C.UPLOAD)},
    "api/v1/projects/<str:project_id>/pattern-preview": {"GET": may(C.VIEW, 400)},  # the pattern is in the query
    "api/v1/projects/<str:project_id>/incoming": {"GET": may(C.UPLOAD, 400)},  # the file is in the query
    "api/v1/assets/<str:asset_id>/names": {"GET": may(C.VIEW)},
    "api/v1/versions/<str:version_id>/name": {
        "GET": may(C.VIEW),
        "PUT": may(C.MANAGE_ASSETS, body={"name": "sc010_v01_rough"}),
    },
    "api/v1/uploads/<str:upload_id>/name": {  # only one's own
        "PUT": Rule(404, body=NAME, extra={"owner": 200, "owner_token": 200}),
    },
    "api/v1/versions/<str:version_id>": {
        "GET": may(C.VIEW),
        "PATCH": may(C.MANAGE_ASSETS, body={"note": "New note"}),
        "DELETE": may(C.MANAGE_ASSETS, 204),
    },
    "api/v1/versions/<str:version_id>/checks": {"GET": may(C.VIEW)},
    "api/v1/versions/<str:version_id>/checks.pdf": {"GET": may(C.VIEW, 409)},  # the cast's media was never checked
    "api/v1/versions/<str:version_id>/corrections": {  # the cast's media was never checked
        "GET": may(C.VIEW),
        "POST": may(C.UPLOAD, 409, body={}),
    },
    "api/v1/versions/<str:version_id>/reference": {
        "GET": may(C.VIEW),
        "PUT": may(C.MANAGE_ASSETS, body={"mode": "none"}),
    },
    "api/v1/projects/<str:project_id>/reference-sounds": {"GET": may(C.VIEW)},
    "api/v1/reference-sounds/<str:sound_id>": {"DELETE": may(C.MANAGE_ASSETS, 204)},
    "api/v1/versions/<str:version_id>/frame-map": {"GET": may(C.VIEW, 400)},  # the other version is in the query
    "api/v1/versions/<str:version_id>/checks/waivers": {  # the cast's media was never checked: there is nothing to waive
        "POST": may(C.WAIVE_FINDINGS, 422, body={"code": "cadence.variable", "reason": "Meant so"}),
    },
    "api/v1/versions/<str:version_id>/checks/claps/<str:bang>": {  # nor to confirm
        "PUT": may(C.WAIVE_FINDINGS, 422, body={"frame": 20}),
        "DELETE": may(C.WAIVE_FINDINGS, 204),
    },
    "api/v1/versions/<str:version_id>/checks/waivers/<str:code>": {"DELETE": may(C.WAIVE_FINDINGS, 204)},
    "api/v1/versions/<str:version_id>/frame-index": {"GET": may(C.VIEW, 409)},  # the cast's media has no index file
    "api/v1/versions/<str:version_id>/media/cancel": {"POST": may(C.MANAGE_MEDIA)},
    "api/v1/versions/<str:version_id>/media/retry": {"POST": may(C.MANAGE_MEDIA)},
    "api/v1/versions/<str:version_id>/marker-file": {"GET": may(C.VIEW, 400)},  # the program is in the query
    "api/v1/versions/<str:version_id>/comments.html": {"GET": may(C.VIEW)},
    "api/v1/versions/<str:version_id>/comments.pdf": {"GET": may(C.VIEW)},
    "api/v1/versions/<str:version_id>/marker-import": {"POST": may(C.COMMENT, 400)},  # its name is missing
    "api/v1/assets/<str:asset_id>/marker-file": {"GET": may(C.VIEW, 400)},
    "api/v1/assets/<str:asset_id>/comments": {"GET": may(C.VIEW)},
    "api/v1/versions/<str:version_id>/comments/complete": {  # not one is named
        "POST": may(C.COMPLETE_COMMENTS, 400, body={"comment_ids": [], "completed": True}),
    },
    # the internal comment has no drawing
    "api/v1/comments/<str:comment_id>/annotation.png": {"GET": may(C.SEE_INTERNAL, 404, extra={"client": 404})},
    "api/v1/versions/<str:version_id>/frames/<str:frame>.png": {"GET": may(C.VIEW, 409)},
    "api/v1/comments/<str:comment_id>/annotation.svg": {"GET": may(C.SEE_INTERNAL, 404, extra={"client": 404})},
    "api/v1/comments/<str:comment_id>/revisions": {"GET": may(C.SEE_INTERNAL, extra={"client": 404})},
    "api/v1/versions/<str:version_id>/seen": {
        "GET": may(C.VIEW),
        "PUT": may(C.VIEW, body={"seen_at": "2026-01-01T00:00:00Z"}),
    },
    "api/v1/projects/<str:project_id>/labels": {
        "GET": may(C.VIEW),
        "POST": may(C.MANAGE_LABELS, 201, body={"name": "Picture", "colour": "#00aa00"}),
    },
    "api/v1/labels/<str:label_id>": {
        "PATCH": may(C.MANAGE_LABELS, body={"colour": "#00aa00"}),
        "DELETE": may(C.MANAGE_LABELS, 204),
    },
    "api/v1/versions/<str:version_id>/markers": {
        "GET": may(C.VIEW),
        "POST": may(C.MARK, 201, body={"kind": "chapter", "frame": 3}),
    },
    "api/v1/markers/<str:marker_id>": {  # the reviewer's
        "GET": may(C.VIEW),
        "PATCH": may(C.MARK, body={"label": "New"}),
        "DELETE": may(C.MARK, 204),
    },
    "api/v1/projects/<str:project_id>/spec": {
        "GET": may(C.VIEW),
        "PUT": may(C.MANAGE_SPEC, body={"technical": {"preset": "hd-25"}}),
    },
    "api/v1/projects/<str:project_id>/spec/revisions": {"GET": may(C.VIEW)},
    "api/v1/projects/<str:project_id>/spec/presets": {"GET": may(C.VIEW)},
    "api/v1/projects/<str:project_id>/spec/conformance": {"GET": may(C.VIEW)},
    "api/v1/projects/<str:project_id>/protocol": {"GET": may(C.VIEW), "PUT": may(C.MANAGE_SPEC, body={"text": "Ours"})},
    "api/v1/projects/<str:project_id>/protocol/acknowledge": {"POST": may(C.VIEW, body={"revision": 0})},
    "api/v1/projects/<str:project_id>/events": {"GET": may(C.VIEW)},
    "api/v1/projects/<str:project_id>/socket-tickets": {"POST": may(C.VIEW, 201, extra={"read_only_token": 201})},
    "api/v1/versions/<str:version_id>/socket-tickets": {"POST": may(C.VIEW, 201, extra={"read_only_token": 201})},
    "api/v1/schema": {"GET": EVERYBODY},
    "api/v1/docs": {"GET": EVERYBODY},
    "api/v1/^.*$": {method: Rule(404) for method in METHODS},
    # --- pages
    "": {"GET": PAGE},
    "projects/<str:project_id>": {"GET": may(C.VIEW, page=True)},
    "projects/<str:project_id>/sources": {"GET": may(C.VIEW, page=True)},
    "projects/<str:project_id>/preflight": {"GET": may(C.UPLOAD, page=True)},
    "projects/<str:project_id>/proxies": {"GET": may(C.UPLOAD, page=True)},
    "projects/<str:project_id>/test-render": {"GET": may(C.UPLOAD, page=True)},
    "v/<str:version_id>": {"GET": may(C.VIEW, page=True)},
    "v/<str:version_id>/answers": {"GET": may(C.VIEW, page=True)},
    "v/<str:version_id>/checks": {"GET": may(C.VIEW, page=True)},
    "companions": {"GET": PAGE},
    "companions/<str:filename>": {"GET": EVERYBODY},  # programs, nobody's data: pip and installers fetch them
    "settings/tokens": {"GET": PAGE},
    "settings/device": {"GET": PAGE, "POST": Rule(404, page=True)},  # a form without a code
    "settings/language": {"GET": PAGE, "POST": Rule(400, page=True)},  # a form without a choice
    "invite/<str:secret>": {  # the link is the right; an empty form (nobody signed in) is shown again
        "GET": EVERYBODY,
        "POST": Rule(302, public=True, extra=dict.fromkeys(["anonymous", *TOKENS], 200)),
    },
    "accounts/email/": {method: Rule(404, public=True) for method in METHODS},
}
# Routes of allauth, which has tests of its own: signing in, password, two factors. They show and change only oneself.
ALLAUTH = re.compile(r"accounts/(?!email/$)")
# These are asked in tests/live/test_access_matrix_raw.py, through the ASGI application.
RAW = {"/files", "/files/"}
SOCKETS = {"ws/projects/<str:project_id>", "ws/versions/<str:version_id>", "ws/sessions/<str:session_id>"}


def walk(resolver: Any, prefix: str = "") -> Any:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from walk(one, prefix + str(one.pattern))
        else:
            assert isinstance(one, URLPattern)
            yield prefix + str(one.pattern)


def test_every_route_has_a_line():
    found = {route for route in walk(get_resolver()) if not ALLAUTH.match(route)}
    shadowed = {"accounts/email/"}
    assert found - set(ROUTES) == set(), "add these routes to ROUTES in this file"
    assert set(ROUTES) - found - shadowed == set(), "these routes are gone: take them out of ROUTES"


def test_every_socket_and_raw_route_has_a_line():
    from pathlib import Path

    from review import asgi
    from review.live.routing import websocket_urlpatterns

    assert {str(one.pattern) for one in websocket_urlpatterns} == SOCKETS
    raw = set(re.findall(r'path(?: ==|\.startswith\()\s*"([^"]+)"', Path(asgi.__file__).read_text(encoding="utf-8")))
    assert raw == RAW


# --- the cast -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[SimpleNamespace]:
    """Objects of a project and somebody of each kind, made once: every test leaves them as they were."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield set_the_stage()
        transaction.set_rollback(True)


def set_the_stage() -> SimpleNamespace:
    cast = people_and_a_version()
    sequence = factories.sequence(cast.project)
    comment: Comment = factories.comment(cast.version, cast.reviewer, internal=True)
    token, _ = factories.token(cast.owner)
    invitation, secret = factories.invitation(cast.project)
    factories.person_in(cast.project, Role.OWNER)  # so that the first one is not the last
    factories.job(cast.version.media, state="cancelled")
    upload = factories.upload(cast.project, cast.owner)
    meeting = factories.session(factories.version(factories.asset(cast.project, "met")), cast.owner)
    factories.attendance(meeting, cast.client, waiting=True)
    names = {
        "project_id": cast.project.pk,
        "asset_id": cast.asset.pk,
        "version_id": cast.version.pk,
        "sequence_id": sequence.pk,
        "upload_id": upload.pk,
        "comment_id": comment.pk,
        "token_id": token.pk,
        "share_id": factories.share(cast.version).pk,
        "invitation_id": invitation.pk,
        "user_id": cast.client.pk,
        "secret": secret,
        "code": "cadence.variable",
        "block": "approval_missing",
        "delivery_id": factories.delivery(factories.version(factories.asset(cast.project, "trailer"))).pk,
        "marker_id": factories.marker(cast.version, cast.reviewer).pk,
        "session_id": meeting.pk,
        "webhook_id": (hook := factories.webhook(cast.project)).pk,
        "webhook_delivery_id": hook.deliveries.create(kind="ping", next_at=timezone.now()).pk,
        "label_id": factories.label(cast.project).pk,
        "sound_id": factories.reference_sound(cast.project).pk,
        "name": "thumbs_up",
        "frame": "12",
        "filename": "twopop-client.zip",
        "thread": "comment:0000000000000000",
        "letter": sealed(Letter(cast.client.pk, cast.project.pk)),
        "bang": "12",
        "attachment_id": factories.attachment(comment).pk,
        "part": "original",
        "rendition_id": "2222222222222222",
        "digest": "0" * 16,
        "extension": "mp4",
    }
    past = timezone.now() - timedelta(seconds=1)

    def with_token(user: Any, **fields: Any) -> APIClient:
        return client_of(token=factories.token(user, **fields)[1])

    clients = {
        "anonymous": client_of(),
        "outsider": client_of(cast.outsider),
        **{role: client_of(getattr(cast, role)) for role in ROLES},
        "site_owner": client_of(factories.site_owner()),
        "owner_token": with_token(cast.owner),
        "read_only_token": with_token(cast.owner, scopes=["read"]),
        "outsider_token": with_token(cast.outsider),
        "expired_token": with_token(cast.owner, expires_at=past),
        "revoked_token": with_token(cast.owner, revoked_at=past),
        GUEST: client_of(session=factories.guest(factories.share(cast.version))),
    }
    assert set(clients) == set(KINDS)
    return SimpleNamespace(names=names, clients=clients)


@pytest.fixture
def matrix(stage: SimpleNamespace, db: None) -> SimpleNamespace:
    """Paths of the objects, and a client for each kind of person, with the cookies that it began with."""
    clients = {kind: copy(client) for kind, client in stage.clients.items()}
    for client in clients.values():
        client.cookies = deepcopy(client.cookies)
    return SimpleNamespace(names=stage.names, clients=clients)


def address(route: str, names: dict[str, str]) -> str:
    filled = re.sub(r"<str:(\w+)>", lambda match: names[match[1]], route)
    return "/" + filled.replace("^.*$", "no/such/thing")


def send(client: Any, method: str, path: str, body: Any = None) -> Any:
    return client.generic(method, path, json.dumps({} if body is None else body), content_type="application/json")


def rule_of(route: str) -> Rule:
    return next(iter(ROUTES[route].values()))


@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES)
def test_who_may_do_what(route: str, matrix: SimpleNamespace):
    """Every method × every kind of person, each on the untouched cast. Wrong ones are listed together."""
    wrong = []
    path = address(route, matrix.names)
    whole = connection.vendor == "sqlite" or FULL
    for method in METHODS if whole else ROUTES[route]:
        rule = ROUTES[route].get(method)
        for kind in kinds_that_ask(method, ROUTES[route], whole=whole):
            client = matrix.clients[kind]
            with transaction.atomic():
                answer = send(client, method, path, rule.body if rule else None)
                transaction.set_rollback(True)
            if rule is not None:
                expected = {rule.expected(kind, write=method not in ("GET", "OPTIONS"))}
            elif not route.startswith("api/"):
                nobody = kind in ("anonymous", GUEST) or kind in TOKENS
                expected = {405} if answer.status_code != 302 else {302 if nobody else 405}
            elif kind in ("anonymous", GUEST, "expired_token", "revoked_token") and not rule_of(route).public:
                expected = {401}
            else:
                expected = {403, 405} if kind == "read_only_token" else {405}
            if answer.status_code not in expected:
                wrong.append((method, kind, f"expected {expected}", answer.status_code, answer.content[:120]))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.django_db
@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith("api/") and "<str:" in route])
def test_outsiders_cannot_tell_forbidden_from_absent(route: str, matrix: SimpleNamespace):
    nothing = dict.fromkeys(matrix.names, "z" * 16)
    for method, rule in ROUTES[route].items():
        if rule.needs is None:
            continue
        for kind in ("outsider", "outsider_token") if connection.vendor == "sqlite" or FULL else ("outsider",):
            client = matrix.clients[kind]
            hidden = send(client, method, address(route, matrix.names), rule.body)
            absent = send(client, method, address(route, nothing), rule.body)
            impossible = send(client, method, address(route, dict.fromkeys(nothing, "%00\u00fc-" + "x" * 300)), rule.body)
            assert hidden.status_code == absent.status_code == impossible.status_code == 404
            assert hidden.content == absent.content == impossible.content
            assert dict(hidden.headers) == dict(absent.headers)


@pytest.mark.django_db
def test_token_notes_its_use_once_a_minute(cast, api, django_assert_num_queries):
    token, secret = factories.token(cast.owner)
    client = api(token=secret)
    client.get("/api/v1/me")
    token.refresh_from_db()
    first = token.last_used_at
    assert first is not None
    client.get("/api/v1/me")
    token.refresh_from_db()
    assert token.last_used_at == first
    AccessToken.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    client.get("/api/v1/me")
    token.refresh_from_db()
    assert token.last_used_at > first


@pytest.mark.django_db
def test_session_needs_the_csrf_token(cast):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(cast.reviewer)
    answer = client.post(f"/api/v1/versions/{cast.version.pk}/comments", {"text": "x", "frame": 0}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert not Comment.objects.filter(version=cast.version).exists()
