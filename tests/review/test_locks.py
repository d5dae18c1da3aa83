"""Locks of sequences: one holder at a time, for a time; nobody publishes into another's sequence; those who wait are told."""

import threading
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from review.access import Actor
from review.actions import assets, comments, locks, members, uploads
from review.models import Event, LockWish, Role, SequenceLock, Upload, Version
from review.problems import Problem
from tests import factories
from tests.review.test_uploads import begin, finish


@pytest.fixture(autouse=True)
def storage(tmp_path, settings):
    settings.MEDIA_ROOT, settings.UPLOAD_ROOT = tmp_path / "media", tmp_path / "uploads"
    settings.UPLOAD_DISK_RESERVE_BYTES = 0
    return tmp_path


@pytest.fixture
def reel(cast: SimpleNamespace) -> SimpleNamespace:
    """The cast, its asset in a sequence, and a second editor."""
    cast.sequence = factories.sequence(cast.project, "Ep3_Rough")
    cast.asset.sequence = cast.sequence
    cast.asset.save(update_fields=["sequence"])
    cast.second = factories.person_in(cast.project, Role.EDITOR)
    return cast


def freed(reel: SimpleNamespace) -> list[dict[str, Any]]:
    return list(Event.objects.filter(kind="lock.freed").order_by("seq").values_list("payload", flat=True))


def test_a_lock_is_held_waited_for_and_given_on(reel, api):
    path = f"/api/v1/sequences/{reel.sequence.pk}/lock"
    editor, second = api(reel.editor), api(reel.second)
    taken = editor.put(path, {"minutes": 30, "note": "Recut of the opening"}, format="json").json()["data"]["lock"]
    assert (taken["holder"]["id"], taken["note"], taken["minutes"]) == (reel.editor.pk, "Recut of the opening", 30)
    refused = second.put(path, {}, format="json").json()
    assert refused["code"] == "sequence_locked"
    assert "Recut of the opening" in refused["detail"]
    assert second.delete(path).json()["code"] == "sequence_locked"
    assert [one["id"] for one in second.put(f"{path}/queue").json()["data"]["waiting"]] == [reel.second.pk]
    assert editor.put(f"{path}/queue").json()["data"]["waiting"] == second.put(f"{path}/queue").json()["data"]["waiting"]
    longer = editor.put(path, {"minutes": 60}, format="json").json()["data"]["lock"]
    assert (longer["note"], longer["since"]) == (taken["note"], taken["since"]), "a renewal"
    assert longer["until"] > taken["until"]
    assert editor.get("/api/v1/me/locks").json()["data"]["held"] == [reel.sequence.pk]
    assert second.get("/api/v1/me/locks").json()["data"]["waiting_for"] == [reel.sequence.pk]
    assert second.get("/api/v1/me/locks").json()["data"]["free"] == []
    assert editor.delete(path).json()["data"]["lock"] is None
    assert second.get("/api/v1/me/locks").json()["data"]["free"] == [reel.sequence.pk]
    assert [one["id"] for one in freed(reel)[0]["waiting"]] == [reel.second.pk]
    assert second.put(path, {}, format="json").json()["data"]["waiting"] == [], "who has it waits no longer"
    assert second.put(path, {"minutes": 24 * 60 + 1}, format="json").status_code == 400


def test_a_lease_lasts_while_its_holder_does_something_and_runs_out_by_itself(reel):
    locks.take(Actor(reel.editor), reel.sequence.pk, minutes=60)
    locks.wish(Actor(reel.second), reel.sequence.pk, there=True)

    def left(minutes: int) -> None:
        SequenceLock.objects.update(until=timezone.now() + timedelta(minutes=minutes))

    def comment(person: Any) -> timedelta:
        comments.create_comment(Actor(person), reel.version.pk, text="x", frame=0)
        return SequenceLock.objects.get().until - timezone.now()

    left(40)
    assert comment(reel.editor) < timedelta(minutes=41), "more than half is left: nobody need be told of a renewal"
    left(20)
    assert comment(reel.second) < timedelta(minutes=21), "it is not the holder who is active"
    assert comment(reel.editor) > timedelta(minutes=59)
    left(20)
    upload = begin(Actor(reel.editor), asset_id=reel.asset.pk)
    left(20)
    uploads.prolong(upload.pk)
    assert SequenceLock.objects.get().until > timezone.now() + timedelta(minutes=59), "bytes of the holder arrive"
    last = Event.objects.filter(kind="sequence.updated").order_by("-seq")[0]
    assert last.payload["lock"]["until"][:19] == SequenceLock.objects.get().until.isoformat()[:19]

    assert locks.expire_locks() == 0
    left(-1)
    comments.create_comment(Actor(reel.editor), reel.version.pk, text="late", frame=0)
    locks.refuse_locked(reel.sequence.pk, reel.second)
    assert locks.expire_locks() == 1
    assert [one["id"] for one in freed(reel)[-1]["waiting"]] == [reel.second.pk]
    assert locks.expire_locks() == 0


def test_nothing_is_published_into_a_sequence_that_another_holds(reel, api, storage):
    before = begin(Actor(reel.second), asset_id=reel.asset.pk)
    locks.take(Actor(reel.editor), reel.sequence.pk, minutes=60, note="Mine")
    by_place: list[dict[str, Any]] = [
        {"asset_id": reel.asset.pk},
        {"project_id": reel.project.pk, "sequence_id": reel.sequence.pk, "asset_name": "new"},
        {"project_id": reel.project.pk, "filename": "sc010_v02_grade.mov"},
    ]
    for place in by_place:
        with pytest.raises(Problem, match="sequence_locked") as refused:
            begin(Actor(reel.second), **place)
        assert refused.value.errors[0]["message"] == reel.sequence.pk
    told = api(reel.second).get(f"/api/v1/projects/{reel.project.pk}/incoming", {"filename": "sc010_v02_grade.mov"})
    assert told.json()["data"]["refused"]["code"] == "sequence_locked"
    with pytest.raises(Problem, match="sequence_locked"):
        assets.update_asset(Actor(reel.second), reel.asset.pk, sequence_id=None)
    with pytest.raises(Problem, match="sequence_locked"):
        finish(before, b"bytes", storage)
    before.refresh_from_db()
    assert (before.state, before.error_code) == (Upload.State.OPEN, "sequence_locked"), "nothing is lost: it waits"
    mine = begin(Actor(reel.editor), asset_id=reel.asset.pk, release_lock=True)
    published = Version.objects.get(pk=finish(mine, b"other", storage).version_id)
    assert not SequenceLock.objects.exists(), "published and released in one step"
    LockWish.objects.create(sequence=reel.sequence, user=reel.second)
    waited = Version.objects.get(pk=finish(before, b"bytes", storage).version_id)
    assert not LockWish.objects.exists(), "who has published waits for nothing"
    assert (published.number, waited.number) == (2, 3)


def test_a_lock_is_taken_away_with_a_reason_and_goes_with_its_holder(reel, api):
    path = f"/api/v1/sequences/{reel.sequence.pk}/lock"
    locks.take(Actor(reel.editor), reel.sequence.pk, minutes=60)
    assert api(reel.owner).post(f"{path}/force", {}, format="json").status_code == 400, "not without a reason"
    assert api(reel.second).post(f"{path}/force", {"reason": "x"}, format="json").status_code == 403
    forced = api(reel.version_controller).post(f"{path}/force", {"reason": "She is on holiday"}, format="json")
    assert forced.json()["data"]["lock"] is None
    assert (freed(reel)[0]["holder"]["id"], freed(reel)[0]["forced_because"]) == (reel.editor.pk, "She is on holiday")
    told = api(reel.editor).get("/api/v1/me/locks").json()["data"]["taken"]
    assert [(one["name"], one["reason"], one["by"]["id"]) for one in told] == [
        ("Ep3_Rough", "She is on holiday", reel.version_controller.pk)
    ]
    assert api(reel.second).get("/api/v1/me/locks").json()["data"]["taken"] == []

    locks.take(Actor(reel.editor), reel.sequence.pk, minutes=60)
    locks.wish(Actor(reel.second), reel.sequence.pk, there=True)
    members.remove_member(Actor(reel.owner), reel.project.pk, reel.second.pk)
    assert not LockWish.objects.exists()
    members.change_role(Actor(reel.owner), reel.project.pk, reel.editor.pk, role=Role.CLIENT)
    assert not SequenceLock.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_want_one_lock_at_once():
    """One gets it; tests/live/files/test_claims.py does this on SQLite."""
    if connection.vendor == "sqlite":
        pytest.skip("a test database in memory knows no waiting; tests/live/files/test_claims.py does this on SQLite")
    project = factories.project(factories.user())
    sequence = factories.sequence(project)
    people = [Actor(factories.person_in(project, Role.EDITOR)) for _ in range(5)]
    barrier = threading.Barrier(len(people))
    results: list[str] = []

    def work(actor: Actor) -> None:
        barrier.wait()
        try:
            locks.take(actor, sequence.pk, minutes=5)
            results.append("taken")
        except Problem as problem:
            results.append(problem.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(actor,)) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["sequence_locked"] * 4 + ["taken"]
    assert SequenceLock.objects.count() == 1
