"""How many places there are in a live session, and for whom."""

import pytest
from channels.db import database_sync_to_async

from review.access import Actor
from review.actions import sessions
from review.live import session_seats
from review.live.session_room import COME_BACK, REFUSED, TOO_MANY
from review.models import Role
from tests.live import test_session_socket as sockets
from tests.live.test_session_socket import join, order, somebody

pytestmark = pytest.mark.django_db(transaction=True)
_quick, _all_have_left, scene = sockets._quick, sockets._all_have_left, sockets.scene


async def test_nobody_takes_all_the_places(scene, socket, monkeypatch):
    project, _version, host, session = scene
    b = await somebody(project)
    places = [await join(socket, session, b) for _ in range(session_seats.MOST_SEATS)]
    refused = await join(socket, session, b)
    assert refused.hello == {"closed": TOO_MANY}
    other = await join(socket, session, host)
    assert other.hello["type"] == "hello", "others have places of their own"
    await places[0].client.send({"type": "leave"})
    assert await places[0].until_told("closed") == {"closed": 1000}
    places[0] = await join(socket, session, b)
    assert places[0].hello["type"] == "hello", "whoever leaves makes room"
    monkeypatch.setattr(session_seats, "SILENT_SECONDS", -1.0)
    again = await join(socket, session, b)
    assert again.hello["type"] == "hello", "so does a window of theirs that is not heard any more"
    assert await places[1].until_told("closed") == {"closed": COME_BACK}, "the one that was silent longest"
    for one in (*places[2:], places[0], again, other):
        await one.client.disconnect()


async def test_the_waiting_room(scene, socket):
    project, _version, host, session = scene
    await database_sync_to_async(sessions.change_session)(Actor(host), session.pk, waiting_room=True)
    a = await join(socket, session, host)
    client = await somebody(project, Role.CLIENT)
    b = await join(socket, session, client)
    assert b.hello["waiting"]
    await a.until(lambda: any(one["waiting"] for one in a.people.values()))
    await order(a, "seek", frame=7)
    await a.until(lambda: a.parts["play"]["frame"] == 7)
    assert b.client.output_queue.empty(), "who waits is told nothing"
    await database_sync_to_async(sessions.admit)(Actor(host), session.pk, client.pk, admitted=True)
    await b.until(lambda: b.parts.get("play", {}).get("frame") == 7)
    c = await join(socket, session, other := await somebody(project, Role.CLIENT))
    await database_sync_to_async(sessions.admit)(Actor(host), session.pk, other.pk, admitted=False)
    assert (await c.until_told("pause"))["seconds"] == 30
    assert await c.until_told("closed") == {"closed": REFUSED}
    again = await join(socket, session, other)
    assert (again.hello["type"], again.hello["seconds"] > 0) == ("pause", True), "and may not knock at once"
    assert await again.next() == {"closed": REFUSED}
    for one in (a, b):
        await one.client.disconnect()
