"""What a guest of a share link hears on the socket of a version: picture and conversation, and the end of the link."""

from datetime import timedelta
from typing import Any

import pytest
from channels.db import database_sync_to_async as sync
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from review import events
from review.access import Actor
from review.actions import comments, shares, versions
from review.guests import GUEST
from review.live import consumers
from review.models import Event, ShareRight, User
from tests import factories
from tests.live.test_socket import open_socket

pytestmark = pytest.mark.django_db(transaction=True)
KINDS_FOR_GUESTS = {"comment.created", "comment.updated", "media.changed", "session.created", "session.updated"}


def cookie(session):
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


async def until(client, seq):
    """Events up to this number, by kind."""
    told: list[dict[str, Any]] = []
    while not told or told[-1]["seq"] < seq:
        message = await client.receive()
        if message.get("type") == "event":
            told.append(message)
    return told


@pytest.fixture
def place(transactional_db):
    earlier = factories.version(factories.asset(factories.project()))
    version = factories.version(earlier.asset)
    return version, Actor(version.asset.project.created_by)


def happen(version, actor):
    """Everything that the outbox can hold of a version; the number of the last event."""
    project_id, media_id = version.asset.project_id, version.media_id
    comments.create_comment(actor, version.pk, text="open", frame=1)
    comments.create_comment(actor, version.pk, text="inside", frame=1, internal=True)
    other = factories.version(factories.asset(version.asset.project, "secret stack"))
    earlier = version.asset.versions.get(number=1)
    comments.create_comment(actor, other.pk, text="elsewhere", frame=1)
    with transaction.atomic():
        for kind in sorted(set(events.KINDS) - {"project.deleted"}):
            if kind.startswith(("comment.", "member.", "share.")):
                continue
            payload = {"id": version.pk, "version_id": version.pk, "version_ids": [version.pk, other.pk], "media_id": media_id}
            events.record(project_id, kind, {**payload, "what": "job", "state": "ready"})
        events.record(project_id, "session.created", {"id": "elsewhere", "version_id": other.pk})
        events.record(project_id, "session.created", {"id": "earlier", "version_id": earlier.pk})
    version.asset.project.refresh_from_db()
    return version.asset.project.event_seq


@pytest.mark.parametrize("rights", [[], [ShareRight.SEE_COMMENTS, ShareRight.SEE_VERSIONS]], ids=["own", "all"])
async def test_what_a_guest_hears(place, socket, rights):
    version, actor = place
    share = await sync(factories.share)(version, rights=rights)
    session = await sync(factories.guest)(share)
    guest = await sync(User.objects.get)(pk=session[GUEST])
    client = socket(version.pk, cookie(session), kind="versions")
    await client.connect()
    assert (await client.receive())["type"] == "hello"
    seq = await sync(happen)(version, actor)
    own = await sync(factories.comment)(version, guest, text="mine")
    await sync(comments.create_comment)(actor, version.pk, text="answer", parent_id=own.pk)
    told = await until(client, seq + 1)
    assert {one["kind"] for one in told} <= {*KINDS_FOR_GUESTS, "hidden"}
    assert all(one["payload"] is None for one in told if one["kind"] == "hidden")
    said = [one["payload"]["text"] for one in told if one["kind"] == "comment.created"]
    assert said == (["open", "answer"] if rights else ["answer"])
    media = [one["payload"]["version_ids"] for one in told if one["kind"] == "media.changed"]
    assert media == [[version.pk]], "nothing of the other stack, which holds the same media"
    sessions = {one["payload"]["id"] for one in told if one["kind"] == "session.created"}
    assert sessions == ({version.pk, "earlier"} if rights else {version.pk}), "on what the link shows"
    await client.disconnect()


async def test_what_comments_said_before_they_were_edited_is_not_told_to_guests(place, socket):
    version, actor = place
    said, _ = await sync(comments.create_comment)(actor, version.pk, text="harsh", frame=1)
    await sync(comments.update_comment)(actor, said.pk, text="soft")
    await sync(Event.objects.update)(created_at=timezone.now() - timedelta(minutes=1))
    session = await sync(factories.guest)(await sync(factories.share)(version))
    client = socket(version.pk, cookie(session), kind="versions", after=0)
    await client.connect()
    told = [one["payload"]["text"] for one in await until(client, 2) if one["payload"] is not None]
    assert told == ["soft"]
    await client.disconnect()


@pytest.mark.parametrize("how", ["revoked", "expired", "a newer version"])
async def test_the_socket_closes_with_the_link(place, socket, monkeypatch, how):
    version, actor = place
    share = await sync(factories.share)(version.asset)
    client = socket(version.pk, cookie(await sync(factories.guest)(share)), kind="versions")
    await client.connect()
    assert (await client.receive())["type"] == "hello"
    if how == "revoked":
        await sync(shares.revoke_share)(actor, share.pk)
    elif how == "expired":
        monkeypatch.setattr(consumers, "RECHECK_SECONDS", 0.0)
        share.expires_at = await sync(timezone.now)()
        await sync(share.save)()
    else:
        share.rights = []
        await sync(share.save)()
        await sync(versions.create_version)(actor, version.asset_id, media=await sync(factories.media)(), original_name="b.mov")
    closed = {}
    while "closed" not in closed:
        closed = await client.receive()
        assert closed.get("kind") in (None, "hidden")
    assert closed["closed"] == (consumers.NOT_FOUND if how == "a newer version" else consumers.SIGN_IN)


async def test_other_sockets_are_not_for_guests(place, socket):
    version, _ = place
    other = await sync(factories.version)(await sync(factories.asset)(version.asset.project, "sc020"))
    session = await sync(factories.guest)(await sync(factories.share)(version))
    for kind, pk, code in (
        ("projects", version.asset.project_id, consumers.SIGN_IN),
        ("versions", other.pk, consumers.NOT_FOUND),
    ):
        client = socket(pk, cookie(session), kind=kind)
        await client.connect()
        assert await client.receive() == {"closed": code}


async def test_a_guest_is_told_of_no_job(place, socket):
    """What is made, and for which other link, is the team's business."""
    version, actor = place
    session = await sync(factories.guest)(await sync(factories.share)(version))
    client = socket(version.pk, cookie(session), kind="versions")
    await client.connect()
    assert (await client.receive())["type"] == "hello"
    member, _ = await open_socket(socket, version.asset.project, actor.user)
    await sync(factories.job)(version.media, "watermark", done_units=1, total_units=10, units_per_second=1.0)
    while (await member.receive())["type"] != "progress":
        pass
    await sync(comments.create_comment)(Actor(actor.user), version.pk, text="heard after it", frame=1)
    assert (await client.receive())["type"] == "event", "no progress before it"
    for one in (client, member):
        await one.disconnect()
