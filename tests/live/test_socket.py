"""The socket of a project, spoken to directly."""

import asyncio
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client

from media_pipeline.models import Job
from review.access import Actor
from review.actions import comments, members, projects
from review.live import consumers
from review.live.pump import GROUP, Pump, Room, Subscription
from review.models import Event, Role
from tests import factories
from tests.live.conftest import cookie_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db):
    """A project, its version, and who owns it."""
    project = factories.project()
    return project, factories.version(factories.asset(project)), project.created_by


def say(user, version, **given):
    return database_sync_to_async(comments.create_comment)(Actor(user), version.pk, **{"text": "x", "frame": 1, **given})


async def open_socket(socket, project, user, **given):
    """Connected; returns the socket and its hello."""
    opened = socket(project.pk, await database_sync_to_async(cookie_of)(user), **given)
    assert (await opened.connect())["type"] == "websocket.accept"
    return opened, await opened.receive()


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 -- what is waited for has no event
            await asyncio.sleep(0.01)


async def test_hello_then_events_by_number(scene, socket):
    project, version, owner = scene
    client, hello = await open_socket(socket, project, owner)
    assert hello == {"type": "hello", "seq": 0}
    comment, _ = await say(owner, version)
    event = await client.receive()
    assert (event["type"], event["seq"], event["kind"]) == ("event", 1, "comment.created")
    assert event["payload"]["id"] == comment.pk
    assert "can" not in event["payload"]
    assert event["payload"]["url"].startswith(f"http://review.example/v/{version.pk}?frame=1")
    await client.disconnect()


async def test_own_commits_arrive_without_waiting_for_the_poll(scene, socket, monkeypatch):
    monkeypatch.setattr("review.live.pump.POLL_SECONDS", 30)
    project, version, owner = scene
    client, _ = await open_socket(socket, project, owner)
    await say(owner, version)
    assert (await client.receive(2))["seq"] == 1
    await client.disconnect()


async def test_hints_of_other_processes(scene, socket, monkeypatch):
    from channels.layers import get_channel_layer

    monkeypatch.setattr("review.live.pump.POLL_SECONDS", 30)
    monkeypatch.setattr("review.events._ring", lambda: None)  # as if another process had committed
    project, version, owner = scene
    client, _ = await open_socket(socket, project, owner)
    await asyncio.sleep(0.3)  # the first looks at the table are over, the next would come in half a minute
    await say(owner, version)
    layer = get_channel_layer()
    assert layer is not None
    async with asyncio.timeout(5):
        while client.output_queue.empty():  # until this process has joined the group, hints go nowhere
            await layer.group_send(GROUP, {"type": "hint"})
            await asyncio.sleep(0.05)
    assert (await client.receive())["seq"] == 1
    await client.disconnect()


async def test_resume_from_a_number(scene, socket):
    project, version, owner = scene
    for _ in range(7):
        await say(owner, version)
    client, hello = await open_socket(socket, project, owner, after=3)
    assert hello == {"type": "hello", "seq": 3}
    assert [(await client.receive())["seq"] for _ in range(4)] == [4, 5, 6, 7]
    await client.send({"type": "resume", "after": 5})
    assert [(await client.receive())["seq"] for _ in range(2)] == [6, 7]
    await client.disconnect()


async def test_without_a_number_from_now_on(scene, socket):
    project, version, owner = scene
    await say(owner, version)
    client, hello = await open_socket(socket, project, owner)
    assert hello == {"type": "hello", "seq": 1}
    await say(owner, version)
    assert (await client.receive())["seq"] == 2
    await client.disconnect()


@pytest.mark.parametrize("after", ["-1", "x", "9" * 30, "%00", "1e3", "١"])
async def test_numbers_that_are_none_mean_from_now_on(scene, socket, after):
    project, version, owner = scene
    await say(owner, version)
    client, hello = await open_socket(socket, project, owner, after=after.encode().decode("latin-1"))
    assert hello == {"type": "hello", "seq": 1}
    nonsense: list[Any] = [{"type": "resume", "after": given} for given in (after, True, None, 1.5)]
    for message in [*nonsense, {"type": "resume"}, {"type": "nonsense"}, [], None, 1]:
        await client.send(message)
    await client.send_input({"type": "websocket.receive", "text": "no json"})
    await say(owner, version)
    assert (await client.receive())["seq"] == 2, "nonsense disturbs nothing"
    await client.disconnect()


async def test_far_behind_reads_it_all(scene, socket, monkeypatch):
    monkeypatch.setattr("review.live.pump.BATCH", 10)
    monkeypatch.setattr("review.live.pump.KEPT", 10)
    project, version, owner = scene
    for _ in range(35):
        await say(owner, version)
    client, _ = await open_socket(socket, project, owner, after=0)
    assert [(await client.receive())["seq"] for _ in range(35)] == list(range(1, 36))
    await client.disconnect()


class TestAccess:
    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://review.example.evil.example", None, ""])
    async def test_pages_of_other_sites_are_refused(self, scene, socket, origin):
        project, _, owner = scene
        client = socket(project.pk, await database_sync_to_async(cookie_of)(owner), origin=origin)
        assert (await client.connect())["type"] == "websocket.close"

    async def test_nobody(self, scene, socket):
        client = socket(scene[0].pk)
        await client.connect()
        assert await client.receive() == {"closed": consumers.SIGN_IN}

    async def test_outsiders_learn_nothing(self, scene, socket):
        outsider = await database_sync_to_async(factories.user)()
        cookie = await database_sync_to_async(cookie_of)(outsider)
        answers = []
        for project_id in (scene[0].pk, "2222222222222222", "x" * 300):
            client = socket(project_id, cookie)
            await client.connect()
            answers.append(await client.receive())
        assert answers == [{"closed": consumers.NOT_FOUND}] * 3

    async def test_no_such_address(self, scene, socket):
        client = socket(f"{scene[0].pk}/more", await database_sync_to_async(cookie_of)(scene[2]))
        assert (await client.connect())["type"] == "websocket.close"

    async def test_removed_person_is_closed_out(self, scene, socket):
        project, _version, owner = scene
        person = await database_sync_to_async(factories.person_in)(project, Role.REVIEWER)
        client, _ = await open_socket(socket, project, person)
        await database_sync_to_async(members.remove_member)(Actor(owner), project.pk, person.pk)
        assert await client.receive(5) == {"closed": consumers.NOT_FOUND}

    async def test_removed_person_gets_nothing_that_follows(self, scene, socket):
        """Even if removal and the next event are read in one go."""
        project, version, owner = scene
        person = await database_sync_to_async(factories.person_in)(project, Role.REVIEWER)
        client, _ = await open_socket(socket, project, person)

        def both():
            from django.db import transaction

            with transaction.atomic():
                members.remove_member(Actor(owner), project.pk, person.pk)
                comments.create_comment(Actor(owner), version.pk, text="secret", frame=1)

        await database_sync_to_async(both)()
        assert await client.receive(5) == {"closed": consumers.NOT_FOUND}

    async def test_archived_project_is_closed(self, scene, socket):
        project, _, owner = scene
        client, _ = await open_socket(socket, project, owner)
        await database_sync_to_async(projects.archive_project)(Actor(owner), project.pk)
        assert await client.receive(5) == {"closed": consumers.NOT_FOUND}

    async def test_signed_out_is_noticed(self, scene, socket, monkeypatch):
        monkeypatch.setattr(consumers, "RECHECK_SECONDS", 0.1)
        client, _ = await open_socket(socket, scene[0], scene[2])
        await database_sync_to_async(Session.objects.all().delete)()
        assert await client.receive(5) == {"closed": consumers.SIGN_IN}

    async def test_internal_comments_are_numbers_only_for_clients(self, scene, socket):
        project, version, owner = scene
        person = await database_sync_to_async(factories.person_in)(project, Role.CLIENT)
        client, _ = await open_socket(socket, project, person)
        await say(owner, version, internal=True, text="secret")
        await say(owner, version, text="open")
        first, second = await client.receive(), await client.receive()
        assert (first["seq"], first["kind"], first["payload"]) == (1, "hidden", None)
        assert (second["seq"], second["kind"], second["payload"]["text"]) == (2, "comment.created", "open")
        # From the next event on, a new role counts.
        await database_sync_to_async(members.change_role)(Actor(owner), project.pk, person.pk, role=Role.REVIEWER)
        assert (await client.receive())["kind"] == "member.updated"
        await say(owner, version, internal=True, text="now seen")
        assert (await client.receive())["payload"]["text"] == "now seen"
        await client.disconnect()


class TestNothingIsLost:
    async def test_when_the_channel_layer_drops_everything(self, scene, socket, monkeypatch):
        from channels.layers import InMemoryChannelLayer

        async def dropped(self, group, message):
            return None

        monkeypatch.setattr(InMemoryChannelLayer, "group_send", dropped)
        monkeypatch.setattr("review.events._listeners", [])  # nor does this process know of its own commits
        monkeypatch.setattr("review.events.on_new_event", lambda callback: None)
        monkeypatch.setattr("review.events.forget_listener", lambda callback: None)
        project, version, owner = scene
        clients = [(await open_socket(socket, project, owner))[0] for _ in range(2)]
        for _ in range(20):
            await say(owner, version)
        for client in clients:
            assert [(await client.receive())["seq"] for _ in range(20)] == list(range(1, 21))
            await client.disconnect()

    async def test_when_the_layer_is_down(self, scene, socket, monkeypatch):
        from channels.layers import InMemoryChannelLayer

        async def down(self, *args):
            raise ConnectionError("no Redis")

        monkeypatch.setattr(InMemoryChannelLayer, "group_send", down)
        monkeypatch.setattr(InMemoryChannelLayer, "receive", down)
        project, version, owner = scene
        client, _ = await open_socket(socket, project, owner)
        for number in range(1, 4):
            await say(owner, version)
            assert (await client.receive())["seq"] == number
        await client.disconnect()

    async def test_when_the_database_hiccups(self, scene, socket, monkeypatch):
        from review.selectors import feed

        project, version, owner = scene
        client, _ = await open_socket(socket, project, owner)
        real, failures = feed.heads, iter([True, False])

        def failing(ids):
            if next(failures, False):
                raise OSError("database away")
            return real(ids)

        monkeypatch.setattr(feed, "heads", failing)
        await say(owner, version)
        assert (await client.receive(10))["seq"] == 1
        await client.disconnect()

    async def test_a_slow_reader_delays_nobody(self, scene, socket, monkeypatch):
        """Its sends block for ever, as a full TCP window does."""
        project, version, owner = scene
        real_send = consumers.LiveConsumer.send_json
        blocked: list[object] = []

        async def send_json(self, content, close=False):
            if not blocked and content["type"] == "event":
                blocked.append(self)
            if self in blocked:
                await asyncio.Event().wait()
            await real_send(self, content, close)

        monkeypatch.setattr(consumers.LiveConsumer, "send_json", send_json)
        pair = [(await open_socket(socket, project, owner))[0] for _ in range(2)]
        for _ in range(50):
            await say(owner, version)
        await until(lambda: sum(client.output_queue.qsize() for client in pair) == 50)
        assert len(blocked) == 1
        quick = max(pair, key=lambda client: client.output_queue.qsize())
        assert [(await quick.receive())["seq"] for _ in range(50)] == list(range(1, 51))
        for client in pair:
            await client.disconnect()


async def test_progress_of_running_jobs(scene, socket):
    project, version, owner = scene
    given: dict[str, Any] = {"done_units": 100, "total_units": 1000, "units_per_second": 50.0}
    job = await database_sync_to_async(factories.job)(version.media, "renditions", **given)
    client, _ = await open_socket(socket, project, owner)
    message = await client.receive()
    assert message["type"] == "progress"
    assert message["media_id"] == version.media_id
    assert [(one["id"], one["done"], one["total"], one["eta_seconds"]) for one in message["jobs"]] == [(job.pk, 100, 1000, 18)]
    await database_sync_to_async(Job.objects.update)(done_units=200)
    async with asyncio.timeout(5):
        while (await client.receive())["jobs"][0]["done"] != 200:
            pass
    await client.disconnect()


def test_progress_that_stands_still_is_told_once():
    place = Subscription(Room(), "p")
    waiting, running = [{"id": "j", "done": 0}], [{"id": "j", "done": 1}]
    told = []
    for now in ({"m": waiting}, {"m": waiting}, {"m": running}, {"m": running, "n": waiting}, {}, {"m": running}):
        place.tell(now)
        told.append(place.take_progress())
    assert told == [{"m": waiting}, {}, {"m": running}, {"n": waiting}, {}, {"m": running}]


async def test_an_error_closes_the_socket_so_that_the_client_comes_back(scene, socket, monkeypatch):
    project, version, owner = scene
    client, _ = await open_socket(socket, project, owner)

    def away(*_args, **_given):
        raise OperationalError("the database is away")

    monkeypatch.setattr("review.selectors.feed.event", away)
    await say(owner, version)
    assert await client.receive() == {"closed": 1011}
    monkeypatch.undo()
    again, _ = await open_socket(socket, project, owner, after=0)
    assert (await again.receive())["seq"] == 1
    await again.disconnect()


async def test_resume_in_the_middle_of_a_batch(scene, socket, monkeypatch):
    project, version, owner = scene
    for _ in range(3):
        await say(owner, version)
    sending, go_on, senders = asyncio.Event(), asyncio.Event(), []
    shown = consumers.LiveConsumer.send_json

    async def slowly(self, content, **given):
        await shown(self, content, **given)
        if content.get("seq") == 2:
            senders.append(self)
            sending.set()
            await go_on.wait()

    monkeypatch.setattr(consumers.LiveConsumer, "send_json", slowly)
    client, _ = await open_socket(socket, project, owner, after=0)
    await sending.wait()
    await client.send({"type": "resume", "after": 1})
    await until(lambda: senders[0].resume_after == 1)
    go_on.set()
    assert [(await client.receive())["seq"] for _ in range(5)] == [1, 2, 3, 2, 3]
    await client.disconnect()


async def test_the_pump_rests_when_nobody_listens(scene, socket):
    client, _ = await open_socket(socket, scene[0], scene[2])
    assert Pump.here()._tasks
    await client.disconnect()
    await until(lambda: not Pump.here()._tasks)


async def test_the_gap_filler_sends_the_same(scene, socket):
    project, version, owner = scene
    await say(owner, version)
    await say(owner, version, internal=True)
    client, _ = await open_socket(socket, project, owner, after=0)
    live = [await client.receive() for _ in range(2)]
    await client.disconnect()

    def ask():
        http = Client(headers={"host": "review.example"})
        http.force_login(owner)
        return http.get(f"/api/v1/projects/{project.pk}/events?after=0").json()["data"]

    assert await database_sync_to_async(ask)() == live
    assert await database_sync_to_async(Event.objects.count)() == 2
