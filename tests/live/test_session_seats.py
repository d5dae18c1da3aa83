"""How many places there are in a live session, and for whom."""

import asyncio

import pytest
from channels.db import database_sync_to_async

from review.access import Actor
from review.actions import sessions
from review.live import background, session_room, session_seats
from review.live.session_room import COME_BACK, REFUSED, TOO_MANY, SessionRoom
from review.live.session_seats import Seat
from review.live.session_state import EPOCH, Change
from review.models import Role
from tests.live import test_session_socket as sockets
from tests.live.test_session_socket import join, leads, order, somebody

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


async def test_who_comes_back_by_another_connection_has_the_seat_that_they_had(scene, socket, monkeypatch):
    """The one before may look alive to the server for a long time: nobody leads or watches by it meanwhile."""
    project, _version, host, session = scene
    b = await join(socket, session, await somebody(project))
    a = await join(socket, session, host)
    await leads(a)
    await order(a, "seek", frame=5)
    monkeypatch.setattr(session_seats, "MOST_SEATS", 1)
    again = await join(socket, session, host, instead=a.hello["you"]["seat"])
    await leads(again)
    assert again.parts["play"]["frame"] == 5
    assert await a.until_told("closed") == {"closed": COME_BACK}
    await order(again, "seek", frame=6)
    await b.until(lambda: b.parts["play"]["frame"] == 6 and b.names().count(host.pk) == 1)
    await b.until(lambda: b.parts["lead"]["seat"] == again.hello["you"]["seat"])
    for one in (a, b, again):
        await one.client.disconnect()


async def test_nobody_takes_the_seat_of_somebody_else(scene, socket):
    project, _version, host, session = scene
    a = await join(socket, session, host)
    await leads(a)
    b = await join(socket, session, await somebody(project), instead=a.hello["you"]["seat"])
    await order(a, "seek", frame=8)
    await b.until(lambda: b.parts["play"]["frame"] == 8)
    assert host.pk in b.names()
    for one in (a, b):
        await one.client.disconnect()


async def test_the_process_of_the_host_is_killed(scene, socket):
    """Those of another process stay where they are; who comes to them from the dead one leads on at once."""
    project, _version, host, session = scene
    a = await join(socket, session, host)
    await leads(a)
    rooms = SessionRoom._by_loop[asyncio.get_running_loop()]
    dead = rooms.pop(session.pk)
    b = await join(socket, session, await somebody(project))
    await order(a, "play", frame=12, num=1, den=1)
    await b.until(lambda: b.parts["play"]["playing"] and host.pk in b.names())
    await background.stop(dead._tasks)  # it says nothing any more, neither farewell nor who sits there
    again = await join(socket, session, host, instead=a.hello["you"]["seat"])
    await leads(again)
    assert again.parts["play"] == b.parts["play"]
    await order(again, "pause", frame=30)
    await b.until(lambda: b.parts["play"]["frame"] == 30 and b.names().count(host.pk) == 1)
    assert b.numbers == sorted(b.numbers)
    for one in (a, b, again):
        await one.client.disconnect()


@pytest.mark.parametrize("windows", [1, 2])
async def test_the_host_comes_back_to_a_process_where_nobody_sat(scene, socket, monkeypatch, windows):
    """It knows of no seat; the other one lives, still counts the seat that broke, and may have another window of theirs."""
    monkeypatch.setattr(session_room, "BEAT_SECONDS", 3600)  # what is not said at once comes too late
    project, _version, host, session = scene
    further = [await join(socket, session, host) for _ in range(windows - 1)]
    a = await join(socket, session, host)
    await order(a, "lead")
    await leads(a)
    b = await join(socket, session, await somebody(project))
    there = SessionRoom._by_loop[asyncio.get_running_loop()].pop(session.pk)
    again = await join(socket, session, host, instead=(former := a.hello["you"]["seat"]))
    seat = again.hello["you"]["seat"]
    await leads(again)
    assert await a.until_told("closed") == {"closed": COME_BACK}
    await a.client.disconnect()
    await b.until(lambda: b.parts["lead"]["seat"] == seat)
    number = there.state.number
    await there.settle_lead()  # as its next beat does
    assert (there.state.values["lead"]["seat"], there.state.number) == (seat, number), "nobody there takes it back"
    present = there.seats.all(asyncio.get_running_loop().time())
    assert (seat in present, former in present, there.seats.of_person(host.pk, 0)) == (True, False, windows)
    await order(again, "seek", frame=6)
    await b.until(lambda: b.parts["play"]["frame"] == 6)
    for one in (*further, b, again):
        await one.client.disconnect()
    await background.stop(there._tasks)


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("share.used", set()),  # somebody opens a link: of no one is anything taken by that
        ("share.updated", {"guest"}),
        ("version.created", {"guest"}),
        ("version.deleted", {"guest", "member"}),
        ("comment.created", set()),
    ],
)
async def test_who_is_asked_anew_what_they_may_see(scene, kind, asked):
    room = await SessionRoom.of(scene[3].pk)
    seats = {"guest": Seat({"id": "g"}, may_see=lambda version_id: True), "member": Seat({"id": "m"})}
    room.seats.here.update(seats)
    room._doubt(kind)
    assert {name for name, seat in seats.items() if seat.look_again.is_set()} == asked


async def test_word_of_another_process_that_comes_out_of_order(scene, socket):
    """The later was told as the whole, up to which all counts as known: so the earlier is told as the whole, too."""
    project, _version, host, session = scene
    b = await join(socket, session, await somebody(project))
    await b.until(lambda: "lead" in b.parts)
    room = SessionRoom._by_loop[asyncio.get_running_loop()][session.pk]
    number = 9 * EPOCH
    lead, play = {"seat": "there", "user": host.pk}, {**room.state.values["play"], "frame": 3}

    def hear(at, parts):
        room._heard({"from": "another", "kind": "change", "change": Change(at, at - 1, parts).message()})

    hear(number + 1, {"play": play})
    hear(number, {"lead": lead, "pointer": None, "drawing": None})
    while (message := await b.until_told("state"))["parts"].get("lead") != lead:
        pass
    assert (message["whole"], message["number"], message["parts"]["play"]) == (True, number + 1, play)
    await b.client.disconnect()


async def test_two_processes_that_number_at_once(scene, socket, monkeypatch):
    """Another drew a later epoch and used it while we drew ours: then we draw again."""
    _project, _version, host, session = scene
    a = await join(socket, session, host)
    await leads(a)
    room, drawn = SessionRoom._by_loop[asyncio.get_running_loop()][session.pk], []

    def claim(session_id):
        drawn.append(epoch := claim_epoch(session_id))
        if len(drawn) == 1:
            claim_epoch(session_id)  # by the other, which says so before we have ours
            room.state.merge((epoch + 1) * EPOCH, {"pointer": {"x": 1, "y": 1}})
        return epoch

    claim_epoch = sessions.claim_epoch
    monkeypatch.setattr(sessions, "claim_epoch", claim)
    room._epoch = 0
    await order(a, "seek", frame=4)
    await a.until(lambda: a.parts["play"]["frame"] == 4)
    await a.client.disconnect()
    assert (drawn[1] - drawn[0], a.numbers[-1] // EPOCH) == (2, drawn[1])
