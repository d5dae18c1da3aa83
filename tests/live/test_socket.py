"""The socket of a project, spoken to directly."""

import pytest
from channels.db import database_sync_to_async

from review.access import Actor
from review.actions import comments, members
from review.models import Role
from tests import factories
from tests.live.conftest import cookie_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db):
    project = factories.project()
    version = factories.version(factories.asset(project))
    return project, version


def say(user, version, **given):
    return database_sync_to_async(comments.create_comment)(Actor(user), version.pk, **{"text": "x", "frame": 1, **given})


async def test_hello_then_events_by_number(scene, socket):
    project, version = scene
    owner = project.created_by
    client = socket(project.pk, await database_sync_to_async(cookie_of)(owner))
    assert (await client.connect())["type"] == "websocket.accept"
    assert await client.receive() == {"type": "hello", "seq": 0}
    comment, _ = await say(owner, version)
    event = await client.receive()
    assert (event["type"], event["seq"], event["kind"]) == ("event", 1, "comment.created")
    assert event["payload"]["id"] == comment.pk
    assert "can" not in event["payload"]
    assert event["payload"]["url"].startswith(f"http://review.example/v/{version.pk}?frame=1")
    await client.disconnect()


async def test_removed_person_is_closed_out(scene, socket):
    project, _ = scene
    person = await database_sync_to_async(factories.person_in)(project, Role.REVIEWER)
    client = socket(project.pk, await database_sync_to_async(cookie_of)(person))
    await client.connect()
    await client.receive()
    await database_sync_to_async(members.remove_member)(Actor(project.created_by), project.pk, person.pk)
    event = await client.receive()
    assert event == {"closed": 4404}
