"""Sockets without a session of their own: opened by a ticket from the API, once; and the socket of a single version."""

from datetime import timedelta

import pytest
from channels.db import database_sync_to_async
from django.contrib.sessions.models import Session
from django.utils import timezone
from rest_framework.test import APIClient

from review.access import Actor
from review.actions import comments, members, tokens
from review.actions import versions as version_actions
from review.live import consumers
from review.models import AccessToken, Event, Role, SocketTicket
from tests import factories
from tests.live.conftest import cookie_of

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = {"closed": consumers.SIGN_IN}


@pytest.fixture
def scene(transactional_db):
    project = factories.project()
    return project, factories.version(factories.asset(project)), project.created_by


@database_sync_to_async
def ticket_for(place, *, token="", user=None):
    client = APIClient()
    if token:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    else:
        client.force_login(user)
    answer = client.post(f"/api/v1/{place}/socket-tickets", HTTP_HOST="review.example")
    assert answer.status_code == 201, answer.content
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["data"]["seq"] == Event.objects.count()
    data = answer.json()["data"]
    assert data["url"] == f"ws://review.example/ws/{place}?ticket={data['ticket']}"
    return data["ticket"]


@database_sync_to_async
def token_of(user, **fields):
    return factories.token(user, **fields)[1]


say = database_sync_to_async(comments.create_comment)


async def answers(client):
    assert (await client.connect())["type"] == "websocket.accept"
    return await client.receive()


async def test_a_ticket_opens_once_from_anywhere_and_resumes_by_number(scene, socket):
    project, version, owner = scene
    for _ in range(3):
        await say(Actor(owner), version.pk, text="x", frame=1)
    ticket = await ticket_for(f"projects/{project.pk}", token=await token_of(owner, scopes=["read"]))
    client = socket(project.pk, ticket=ticket, after=1, origin=None)
    assert await answers(client) == {"type": "hello", "seq": 1}
    assert [(await client.receive())["seq"] for _ in range(2)] == [2, 3]
    assert await answers(socket(project.pk, ticket=ticket, origin=None)) == REFUSED, "it is used up"
    await say(Actor(owner), version.pk, text="y", frame=2)
    assert (await client.receive())["payload"]["text"] == "y"
    await client.disconnect()


async def test_what_is_no_good_ticket(scene, socket):
    """Unknown, too old, for another place; good cookies beside it do not help."""
    project, version, owner = scene
    token, cookie = await token_of(owner), await database_sync_to_async(cookie_of)(owner)
    old = await ticket_for(f"projects/{project.pk}", token=token)
    await database_sync_to_async(SocketTicket.objects.update)(expires_at=timezone.now() - timedelta(seconds=1))
    elsewhere = await ticket_for(f"versions/{version.pk}", token=token)
    for given in ("", "nonsense", old, elsewhere):
        assert await answers(socket(project.pk, cookie, ticket=given)) == REFUSED, given
    assert await answers(socket(version.pk, kind="versions", ticket=elsewhere)) == {"type": "hello", "seq": 0}
    assert await database_sync_to_async(SocketTicket.objects.count)() == 0, "old ones are cleared away with the next"


async def test_outsiders_get_none_and_others_tickets_end_with_their_right(scene, socket, monkeypatch):
    monkeypatch.setattr(consumers, "RECHECK_SECONDS", 0.1)
    project, _, owner = scene
    person = await database_sync_to_async(factories.person_in)(project, Role.CLIENT)
    secret = await token_of(person)
    ticket = await ticket_for(f"projects/{project.pk}", token=secret)
    # Removed between the ticket and the socket.
    await database_sync_to_async(members.remove_member)(Actor(owner), project.pk, person.pk)
    assert await answers(socket(project.pk, ticket=ticket)) == {"closed": consumers.NOT_FOUND}
    # A token that is revoked while the socket is open.
    ticket = await ticket_for(f"projects/{project.pk}", token=await token_of(owner))
    client = socket(project.pk, ticket=ticket)
    assert (await answers(client))["type"] == "hello"
    mine = await database_sync_to_async(AccessToken.objects.get)(user=owner)
    await database_sync_to_async(tokens.revoke_token)(Actor(owner), mine.pk)
    assert await client.receive() == REFUSED
    # A session that is ended while the socket is open.
    ticket = await ticket_for(f"projects/{project.pk}", user=owner)
    client = socket(project.pk, ticket=ticket)
    assert (await answers(client))["type"] == "hello"
    await database_sync_to_async(Session.objects.all().delete)()
    assert await client.receive() == REFUSED


async def test_internal_comments_stay_hidden_from_a_clients_token(scene, socket):
    project, version, owner = scene
    person = await database_sync_to_async(factories.person_in)(project, Role.CLIENT)
    ticket = await ticket_for(f"projects/{project.pk}", token=await token_of(person))
    client = socket(project.pk, ticket=ticket)
    await answers(client)
    await say(Actor(owner), version.pk, text="secret", frame=1, internal=True)
    assert (await client.receive())["kind"] == "hidden"
    await client.disconnect()


async def test_the_socket_of_a_version_hides_what_is_of_others(scene, socket):
    project, version, owner = scene
    other = await database_sync_to_async(lambda: factories.version(factories.asset(project, "other")))()
    cookie = await database_sync_to_async(cookie_of)(owner)
    client = socket(version.pk, cookie, kind="versions")
    assert await answers(client) == {"type": "hello", "seq": 0}
    await say(Actor(owner), other.pk, text="elsewhere", frame=1)
    await say(Actor(owner), version.pk, text="here", frame=1)
    first, second = await client.receive(), await client.receive()
    assert (first["seq"], first["kind"], first["payload"]) == (1, "hidden", None)
    assert (second["seq"], second["payload"]["text"]) == (2, "here")
    await database_sync_to_async(version_actions.delete_version)(Actor(owner), version.pk)
    assert await client.receive() == {"closed": consumers.NOT_FOUND}
    outsider = await database_sync_to_async(factories.user)()
    for version_id in (other.pk, "2222222222222222"):
        client = socket(version_id, await database_sync_to_async(cookie_of)(outsider), kind="versions")
        assert await answers(client) == {"closed": consumers.NOT_FOUND}
