"""The socket of a live session, spoken to directly."""

import asyncio

import pytest
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from review.access import Actor
from review.actions import members, sessions, shares
from review.live import session_consumer, session_room
from review.live.consumers import NOT_FOUND, SIGN_IN
from review.live.session_consumer import SessionConsumer
from review.live.session_room import ENDED, SessionRoom
from review.live.session_seats import Seat
from review.models import Attendance, ReviewSession, Role
from tests import factories
from tests.live.conftest import cookie_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(session_room, "GRACE_SECONDS", 0.05)
    monkeypatch.setattr(session_room, "REST_SECONDS", 0.05)
    monkeypatch.setattr(session_room, "BEAT_SECONDS", 0.05)


@pytest.fixture(autouse=True)
async def _all_have_left(transactional_db):
    """What a room still writes when its people have gone belongs to the test: the database is emptied after that."""
    yield
    for room in list(SessionRoom._by_loop.get(asyncio.get_running_loop(), {}).values()):
        await asyncio.gather(*room._leaving.values(), *room._looking.values(), return_exceptions=True)
    await database_sync_to_async(bool)()  # one thread asks the database: what was asked before is done then


@pytest.fixture
def scene(transactional_db):
    project = factories.project()
    version = factories.version(factories.asset(project))
    host = project.created_by
    return project, version, host, sessions.start_session(Actor(host), version.pk)


class Guest:
    """A page in a session: what it was told, and what it makes of it."""

    def __init__(self, client):
        self.client, self.parts, self.people, self.numbers, self.hello = client, {}, {}, [], {}

    async def next(self):
        message = await self.client.receive()
        if message.get("type") == "state":
            self.numbers.append(message["number"])
            self.parts.update(message["parts"])
        elif message.get("type") == "people":
            if message["whole"]:
                self.people = {}
            self.people |= {one["seat"]: one for one in message["people"]}
            for seat in message["gone"]:
                self.people.pop(seat, None)
        return message

    async def until(self, condition):
        def holds():
            try:
                return condition()
            except KeyError:  # of what was not told of yet
                return False

        async with asyncio.timeout(10):
            while not holds():
                await self.next()

    async def until_told(self, kind):
        async with asyncio.timeout(10):
            while (message := await self.next()).get("type") != kind and "closed" not in message:
                pass
        return message

    def names(self):
        return sorted(one["person"]["id"] for one in self.people.values())


async def join(socket, session, user, *, instead=None):
    client = socket(session.pk, await database_sync_to_async(cookie_of)(user), kind="sessions", instead=instead)
    assert (await client.connect())["type"] == "websocket.accept"
    guest = Guest(client)
    guest.hello = await guest.next()
    return guest


async def somebody(project, role=Role.REVIEWER):
    return await database_sync_to_async(factories.person_in)(project, role)


def order(guest, do, **more):
    return guest.client.send({"type": "do", "do": do, **more})


async def leads(guest):
    await guest.until(lambda: (guest.parts.get("lead") or {}).get("seat") == guest.hello["you"]["seat"])


async def test_everybody_is_told_what_the_host_does(scene, socket):
    project, version, host, session = scene
    a = await join(socket, session, host)
    b = await join(socket, session, await somebody(project))
    await leads(a)
    await order(a, "seek", frame=12)
    await b.until(lambda: b.parts["play"]["frame"] == 12)
    await order(a, "play", frame=12, num=1, den=1)
    await b.until(lambda: b.parts["play"]["playing"])
    assert b.parts["play"]["version_id"] == version.pk
    assert b.numbers == sorted(b.numbers)
    late = await join(socket, session, await somebody(project))
    await late.until(lambda: "play" in late.parts)
    assert late.parts["play"] == b.parts["play"], "who comes late lands where everybody is"
    for one in (a, b, late):
        await one.client.disconnect()


async def test_only_who_leads_is_followed(scene, socket):
    project, _version, host, session = scene
    a = await join(socket, session, host)
    b = await join(socket, session, await somebody(project))
    await leads(a)
    await order(b, "seek", frame=99)
    assert (await b.until_told("refused"))["code"] == "not_leading"
    await order(a, "seek", frame="12")
    assert (await a.until_told("refused"))["code"] == "number"
    other = await database_sync_to_async(factories.version)(
        await database_sync_to_async(factories.asset)(await database_sync_to_async(factories.project)())
    )
    await order(a, "version", version_id=other.pk, frame=0)
    assert (await a.until_told("refused"))["code"] == "version", "of another project"
    assert a.parts["play"]["frame"] == 0
    for one in (a, b):
        await one.client.disconnect()


async def test_handing_over(scene, socket):
    project, _version, host, session = scene
    colleague = await somebody(project)
    a = await join(socket, session, host)
    b = await join(socket, session, colleague)
    await leads(a)
    stroke = {"frame": 0, "tool": "pen", "color": "#ff0000", "width": 100, "points": [1, 2, 3, 4]}
    await order(a, "pointer", x=5, y=6)
    await order(a, "drawing", frame=0, shapes=[stroke])
    await b.until(lambda: (b.parts["drawing"] or {}).get("shapes") == [stroke] and b.parts["pointer"] == {"x": 5, "y": 6})
    await order(b, "pointer", x=1, y=1)
    assert (await b.until_told("refused"))["code"] == "not_leading"
    await database_sync_to_async(sessions.hand_over)(Actor(host), session.pk, colleague.pk)
    await leads(b)
    assert [a.parts["pointer"], a.parts["drawing"]] == [None, None], "what the one held is not the other's"
    await order(b, "seek", frame=5)
    await a.until(lambda: a.parts["play"]["frame"] == 5)
    await order(a, "seek", frame=9)
    assert (await a.until_told("refused"))["code"] == "not_leading"
    for one in (a, b):
        await one.client.disconnect()


async def test_who_sits_down_while_it_is_read_who_was_let_in_stays(scene, socket, monkeypatch):
    _project, _version, host, session = scene
    a = await join(socket, session, host)
    room = SessionRoom._by_loop[asyncio.get_running_loop()][session.pk]
    late, decided = Seat({"id": "late", "name": "Late"}), session_room._decided

    def meanwhile(session_id, people):
        room.seats.here[late.id] = late
        return decided(session_id, people)

    monkeypatch.setattr(session_room, "_decided", meanwhile)
    await room._read_again()
    assert late.closing is None
    del room.seats.here[late.id]
    await a.client.disconnect()


async def test_who_is_there_and_on_which_frame(scene, socket):
    project, version, host, session = scene
    a = await join(socket, session, host)
    b = await join(socket, session, colleague := await somebody(project))
    await a.until(lambda: len(a.people) == 2)
    report = {"version_id": version.pk, "frame": 3, "at_rest": True, "lag": 0, "buffering": False, "following": True}
    await b.client.send({"type": "report", **report})
    seat = b.hello["you"]["seat"]
    await a.until(lambda: a.people[seat]["report"] == report)
    await b.client.send({"type": "leave"})
    await b.until_told("closed")
    await b.client.disconnect()
    await a.until(lambda: len(a.people) == 1)
    await a.client.disconnect()
    stays = await database_sync_to_async(lambda: list(Attendance.objects.order_by("pk").values_list("user_id", "left_at")))()
    assert [user for user, _ in stays] == [host.pk, colleague.pk]
    assert stays[1][1] is not None, "who says that they leave has left"


async def test_a_server_that_comes_back_goes_on_where_it_was(scene, socket):
    _project, _version, host, session = scene
    a = await join(socket, session, host)
    await leads(a)
    await order(a, "seek", frame=41)

    def kept():
        row = ReviewSession.objects.get(pk=session.pk)
        return row.rest and row.rest["values"]["play"]["frame"] == 41

    async with asyncio.timeout(5):
        while not await database_sync_to_async(kept)():  # noqa: ASYNC110 -- what is waited for has no event
            await asyncio.sleep(0.02)
    before = a.numbers[-1]
    await a.client.disconnect()
    SessionRoom._by_loop.clear()  # as a new process knows nothing
    again = await join(socket, session, host)
    await again.until(lambda: "play" in again.parts)
    assert again.parts["play"]["frame"] == 41
    await leads(again)
    assert again.numbers[-1] > before
    await again.client.disconnect()


async def test_two_processes(scene, socket, monkeypatch):
    """Each has a room of its own; the channel layer is between them."""
    project, _version, host, session = scene
    a = await join(socket, session, host)
    await leads(a)
    rooms = SessionRoom._by_loop[asyncio.get_running_loop()]
    first = rooms.pop(session.pk)
    b = await join(socket, session, colleague := await somebody(project))
    second = rooms[session.pk]
    assert first is not second
    await a.until(lambda: colleague.pk in a.names())
    await b.until(lambda: host.pk in b.names())
    await order(a, "seek", frame=21)
    await b.until(lambda: b.parts["play"]["frame"] == 21)
    await database_sync_to_async(sessions.hand_over)(Actor(host), session.pk, colleague.pk)
    await leads(b)
    await order(b, "seek", frame=22)
    await a.until(lambda: a.parts["play"]["frame"] == 22)

    def longer():
        return factories.version(factories.asset(project), factories.media(frame_count=100_000))

    await order(b, "version", version_id=(await database_sync_to_async(longer)()).pk, frame=0)
    await a.until(lambda: a.parts["play"]["frame"] == 0)
    await database_sync_to_async(sessions.hand_over)(Actor(host), session.pk, host.pk)
    await leads(a)
    await order(a, "seek", frame=99_999)
    await b.until(lambda: b.parts["play"]["frame"] == 99_999)
    assert a.numbers == sorted(a.numbers)
    rooms["first"] = first
    for one in (a, b):
        await one.client.disconnect()


async def test_the_end(scene, socket):
    project, _version, host, session = scene
    a = await join(socket, session, host)
    b = await join(socket, session, await somebody(project))
    await database_sync_to_async(sessions.end_session)(Actor(host), session.pk)
    for one in (a, b):
        assert await one.until_told("closed") == {"closed": ENDED}
    later = await join(socket, session, host)
    assert later.hello == {"closed": ENDED}


async def test_a_guest_of_a_link_sees_what_the_link_shows_and_nothing_else(scene, socket):
    project, version, host, session = scene

    def invited():
        browser = factories.guest(factories.share(version))
        other = factories.version(factories.asset(project))
        return f"sessionid={browser.session_key}", other

    cookie, other = await database_sync_to_async(invited)()
    a = await join(socket, session, host)
    await leads(a)
    client = socket(session.pk, cookie, kind="sessions")
    await client.connect()
    b = Guest(client)
    b.hello = await b.next()
    assert b.hello["you"]["person"]["name"] == "Gita Guest"
    await order(a, "seek", frame=7)
    await b.until(lambda: b.parts["play"]["frame"] == 7)
    how = {"mode": "side", "wipe": 50, "opacity": 50, "gain": 4, "flipped": True, "offset": 0}
    await order(a, "compare", **{"with": "nobodys"}, **how)
    assert (await a.until_told("refused"))["code"] == "version"
    await order(a, "compare", **{"with": other.pk}, **how)
    await a.until(lambda: a.parts["compare"] == {"with": other.pk, **how})
    await b.until(lambda: b.parts["compare"] == {"with": None})
    await order(a, "version", version_id=other.pk, frame=3)
    await b.until(lambda: b.parts["play"] is None)
    await order(a, "pointer", x=1, y=1)
    await order(a, "seek", frame=4)
    await a.until(lambda: a.parts["play"]["frame"] == 4)
    while not client.output_queue.empty():
        assert other.pk not in str(await b.next())
    assert b.parts["pointer"] is None
    await order(a, "version", version_id=version.pk, frame=9)
    await b.until(lambda: (b.parts["play"] or {}).get("frame") == 9)
    await order(b, "pointer", x=1, y=1)
    assert (await b.until_told("refused"))["code"] == "not_leading"
    await database_sync_to_async(sessions.hand_over)(Actor(host), session.pk, b.hello["you"]["person"]["id"])
    await leads(b)
    await order(b, "version", version_id=other.pk, frame=0)
    assert (await b.until_told("refused"))["code"] == "version", "who leads as a guest leads to what the link shows"
    await order(b, "pointer", x=1, y=2)
    await a.until(lambda: a.parts["pointer"] == {"x": 1, "y": 2})
    await b.client.disconnect()
    await a.until(lambda: a.parts["pointer"] is None)
    await a.client.disconnect()


@pytest.mark.parametrize("account", [False, True], ids=["a guest", "with an account"])
async def test_who_came_by_a_link_learns_nothing_of_what_others_see_and_goes_with_the_link(scene, socket, account):
    """Also somebody who is signed in, but has no role in the project."""
    project, version, host, session = scene

    def invited():
        share = factories.share(version)
        browser = factories.guest(share, name="" if account else "Gita Guest")
        if account:
            user = factories.user()
            browser[SESSION_KEY], browser[HASH_SESSION_KEY] = user.pk, user.get_session_auth_hash()
            browser[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            browser.save()
        return share, f"sessionid={browser.session_key}", factories.version(factories.asset(project))

    share, cookie, other = await database_sync_to_async(invited)()
    a = await join(socket, session, host)
    await leads(a)
    client = socket(session.pk, cookie, kind="sessions")
    await client.connect()
    b = Guest(client)
    b.hello = await b.next()
    report = {"version_id": version.pk, "frame": 3, "at_rest": True, "lag": 0, "buffering": False, "following": True}
    seat = a.hello["you"]["seat"]
    await a.client.send({"type": "report", **report})
    await b.until(lambda: b.people[seat]["report"] == report)
    await order(a, "version", version_id=other.pk, frame=3)
    await a.client.send({"type": "report", **report, "version_id": other.pk})
    await b.until(lambda: b.parts["play"] is None and b.people[seat]["report"] is None)
    await client.send({"type": "whole"})
    await b.until_told("people")
    assert b.people[seat]["report"] is None
    assert b.parts["play"] is None
    await database_sync_to_async(shares.revoke_share)(Actor(host), share.pk)
    assert await b.until_told("closed") == {"closed": NOT_FOUND if account else SIGN_IN}, "at once"
    await a.client.disconnect()


async def test_nobody_sits_there_whose_socket_broke_while_it_was_answered(scene, socket, monkeypatch):
    _project, _version, host, session = scene
    a = await join(socket, session, host)
    room = SessionRoom._by_loop[asyncio.get_running_loop()][session.pk]

    async def broken(self, message):
        raise OSError("the client is gone")

    monkeypatch.setattr(SessionConsumer, "_say", broken)
    await a.client.send({"type": "ping", "sent": 1})
    with pytest.raises(OSError, match="gone"):
        await a.client.wait(5)
    assert not room.seats.here


@pytest.mark.parametrize("kind", ["whole", "ping"])
async def test_nobody_asks_for_more_than_a_page_would(scene, socket, monkeypatch, kind):
    monkeypatch.setattr(session_consumer, "AT_ONCE", 2.0)
    _project, _version, host, session = scene
    a = await join(socket, session, host)
    for _ in range(5):
        await a.client.send({"type": kind})
    assert (await a.until_told("refused"))["code"] == "too_fast"
    await a.client.disconnect()


async def test_strangers_learn_nothing(scene, socket):
    project, _version, host, session = scene
    outsider = await database_sync_to_async(factories.user)()
    for user, code in ((None, SIGN_IN), (outsider, NOT_FOUND)):
        assert (await join(socket, session, user)).hello == {"closed": code}
    colleague = await somebody(project)
    monkey = await join(socket, session, colleague)
    await database_sync_to_async(members.remove_member)(Actor(host), project.pk, colleague.pk)
    again = await join(socket, session, colleague)
    assert again.hello == {"closed": NOT_FOUND}
    await monkey.client.disconnect()
