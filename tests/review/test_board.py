"""The project at a glance: board, work under way, may I start, audit trail."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from media_pipeline.models import Media
from review.access import Actor
from review.actions import approvals, locks, specs
from review.models import Asset, AuditEntry, Comment, SyncVerdict, Version
from tests import factories


def test_five_hundred_stacks_of_twenty_versions_in_few_queries(cast, api, django_assert_max_num_queries):
    sequence = factories.sequence(cast.project)
    stacks = Asset.objects.bulk_create(
        Asset(project=cast.project, name=f"sh{at:03}", created_by=cast.owner, sequence=sequence, last_number=20)
        for at in range(500)
    )
    media = Media.objects.bulk_create(
        Media(sha256=f"{at:064x}", size=1, frame_count=10, rate_num=25, rate_den=1) for at in range(500)
    )
    versions = Version.objects.bulk_create(
        Version(asset=stack, number=number, media=media[at], original_name="a.mov", created_by=cast.editor)
        for at, stack in enumerate(stacks)
        for number in range(1, 21)
    )
    newest = versions[19::20]
    Comment.objects.bulk_create(
        Comment(version=row, author=cast.client, frame=0, text="x", internal=internal)
        for row in newest
        for internal in (True, False)
    )
    SyncVerdict.objects.bulk_create(SyncVerdict(version=row, state="done", verdict="in_sync") for row in newest)
    approvals.ask(Actor(cast.owner), newest[0].pk, user_id=cast.client.pk)
    locks.take(Actor(cast.editor), sequence.pk, minutes=5, note="Mine")
    web = api(cast.reviewer)
    with django_assert_max_num_queries(14):
        cards = web.get(f"/api/v1/projects/{cast.project.pk}/board").json()["data"]
    assert len(cards) == 501
    first = next(one for one in cards if one["version"]["id"] == newest[0].pk)
    assert (first["version"]["number"], first["version_count"], first["open_comments"]) == (20, 20, 2)
    assert (first["state"], [one["id"] for one in first["waiting_for"]]) == ("in_review", [cast.client.pk])
    assert (first["lock"]["note"], first["version"]["checks"]["verdict"]) == ("Mine", "in_sync")
    assert api(cast.client).get(f"/api/v1/projects/{cast.project.pk}/board").json()["data"][0]["open_comments"] == 1
    Asset.objects.filter(pk=stacks[0].pk).update(sequence=None)
    Version.objects.filter(asset=stacks[0]).update(deleted_at=timezone.now())
    empty = web.get(f"/api/v1/projects/{cast.project.pk}/board").json()["data"][-1]
    assert (empty["asset_id"], empty["version"], empty["state"], empty["lock"]) == (stacks[0].pk, None, None, None)


@pytest.fixture
def busy(cast):
    """Two versions of one stack and an upload; the newest version is still being prepared."""
    cast.sequence = factories.sequence(cast.project)
    cast.asset.sequence = cast.sequence
    cast.asset.save()
    cast.newest = factories.version(cast.asset, created_by=cast.editor)
    cast.job = factories.job(cast.newest.media, "index")
    return cast


def test_what_is_under_way_by_person(busy, api):
    factories.upload(busy.project, busy.editor, "next.mov")
    path = f"/api/v1/projects/{busy.project.pk}/work"
    work = api(busy.reviewer).get(path).json()["data"]
    counts = {one.pop("person")["id"]: one for one in work["people"]}
    nothing = {"uploading": 0, "processing": 0, "failed": 0, "ready": 0, "superseded": 0}
    assert counts == {
        busy.editor.pk: {**nothing, "uploading": 1, "processing": 1},
        busy.owner.pk: {**nothing, "superseded": 1},
    }
    assert {(one["state"], one["name"]) for one in work["items"]} == {
        ("uploading", "next.mov"),
        ("processing", "sc010_v002.mov"),
    }
    busy.job.state = "failed_user"
    busy.job.save()
    checked = factories.asset(busy.project, "only to be checked")
    checked.expires_at = timezone.now() + timedelta(hours=1)
    checked.save()
    factories.version(checked, created_by=busy.client)
    assert busy.client.pk not in [one["person"]["id"] for one in api(busy.reviewer).get(path).json()["data"]["people"]]
    assert "failed" in [one["state"] for one in api(busy.reviewer).get(path).json()["data"]["items"]]


def test_may_i_start(busy, api):
    def ask(**query):
        return api(busy.editor).get(f"/api/v1/projects/{busy.project.pk}/pre-session", query).json()["data"]

    def codes(**query):
        return [one["code"] for one in ask(**query)["reasons"]]

    assert codes() == ["media_processing"]
    busy.job.state = "failed_user"
    busy.job.save()
    assert codes(asset_id=busy.asset.pk) == ["media_failed"]
    assert "sc010" in ask()["line"]
    other = factories.asset(busy.project, "other")
    assert ask(asset_id=other.pk) == {"may_start": True, "line": "You may start.", "reasons": []}
    locks.take(Actor(busy.owner), busy.sequence.pk, minutes=5, note="Recut")
    pattern: dict[str, Any] = {
        "technical": {"preset": "hd-25"},
        "naming_pattern": "{project}_v{version}",
        "proxies_by": "server",
    }
    specs.revise_spec(Actor(busy.owner), busy.project.pk, **pattern)
    protocol = specs.revise_protocol(Actor(busy.owner), busy.project.pk, text="Ours")
    assert codes(asset_id=other.pk) == ["protocol_not_acknowledged"], "the lock is another sequence's"
    specs.acknowledge(Actor(busy.editor), busy.project.pk, revision=protocol.revision)
    assert codes(sequence_id=busy.sequence.pk) == ["sequence_locked", "media_failed"]
    assert "Recut" in ask()["reasons"][0]["message"]
    SyncVerdict.objects.update_or_create(version=busy.newest, defaults={"state": "done", "errors": 2, "verdict": "rerender"})
    factories.upload(busy.project, busy.owner, "next.mov", asset=busy.asset)
    assert codes(asset_id=busy.asset.pk) == ["sequence_locked", "upload_under_way", "media_failed", "checks_failed"]
    foreign = factories.asset(factories.project())
    assert api(busy.editor).get(f"/api/v1/projects/{busy.project.pk}/pre-session", {"asset_id": foreign.pk}).status_code == 404


def test_the_audit_trail_by_person_kind_object_and_day(busy, api):
    locks.take(Actor(busy.editor), busy.sequence.pk, minutes=5)
    locks.force(Actor(busy.owner), busy.sequence.pk, reason="Because")
    approvals.ask(Actor(busy.owner), busy.newest.pk, user_id=busy.client.pk)
    old = AuditEntry.objects.create(
        project=busy.project, actor=busy.owner, action="invitation.create", target_type="invitation", target_id="1",
        detail={"email": "new@example.org", "role": "client"},
    )  # fmt: skip
    before = timezone.now() - timedelta(days=10)
    AuditEntry.objects.filter(pk=old.pk).update(created_at=before)

    def ask(person, **query):
        answer = api(person).get(f"/api/v1/projects/{busy.project.pk}/audit", query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def kinds(**query):
        return [one["kind"] for one in ask(busy.owner, **query)["data"]]

    assert kinds() == ["approval.asked", "lock.force", "lock.take", "invitation.create"]
    assert kinds(by=busy.editor.pk) == ["lock.take"]
    assert kinds(kind="lock") == ["lock.force", "lock.take"]
    assert kinds(kind="lock.force") == ["lock.force"]
    assert kinds(object_type="sequence", object_id=busy.sequence.pk) == ["lock.force", "lock.take"]
    assert kinds(from_date=f"{before:%Y-%m-%d}", to_date=f"{before:%Y-%m-%d}") == ["invitation.create"]
    assert kinds(to_date=f"{before - timedelta(days=1):%Y-%m-%d}") == []
    first = ask(busy.owner, page_size=3)
    following = api(busy.owner).get(first["links"]["next"]).json()
    assert [one["kind"] for one in following["data"]] == ["invitation.create"]
    assert "new@example.org" in json.dumps(following)
    assert "new@example.org" not in json.dumps(ask(busy.version_controller)), "addresses are for those who manage members"
