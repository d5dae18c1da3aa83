"""One order of locks for all actions: upload, media, jobs, projects by their ids, everything below (events.hold).

On SQLite writers follow each other anyway; what is tested here is PostgreSQL's.
"""

import functools
import hashlib
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from media_pipeline.models import Job, Media
from review.access import Actor
from review.actions import (
    assets,
    comment_removal,
    comments,
    labels,
    media,
    members,
    projects,
    reactions,
    sequences,
    uploads,
    versions,
)
from review.models import Role
from tests import factories
from tests.review.test_uploads import Described

BODY = b"12345"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def storage(tmp_path, settings):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one lock, and takes it when a transaction begins")
    settings.MEDIA_ROOT, settings.UPLOAD_ROOT = tmp_path / "media", tmp_path / "uploads"
    settings.UPLOAD_DISK_RESERVE_BYTES = 0
    return tmp_path


def begin(asset: Any) -> Any:
    described = Described(filename="a.mov", asset_id=asset.pk)
    return uploads.create_upload(
        Actor(asset.created_by), described, size=len(BODY), free_bytes=2**40, pending_bytes=lambda rows: 0
    )


def finish(upload: Any, folder: Path) -> uploads.Finished:
    path = folder / f"{upload.pk}.part"
    path.write_bytes(BODY)
    return uploads.finish_upload(upload.pk, path=path, sha256=hashlib.sha256(BODY).hexdigest())


def failed_media() -> Media:
    made = Media.objects.create(sha256=hashlib.sha256(BODY).hexdigest(), size=len(BODY))
    factories.job(made, "index", Job.State.FAILED_APP)
    return made


def wait_until_somebody_waits_for_a_lock(done: threading.Event) -> None:
    """Return when another connection waits for a lock, or `done` is set."""
    with connections["default"].cursor() as cursor:
        deadline = time.monotonic() + 20
        while not done.wait(0.02):
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            if cursor.fetchone()[0]:
                return
            assert time.monotonic() < deadline, "nobody waits, and nobody comes to an end"


def together(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    results: list[Any] = [None, None]

    def run(number: int, work: Callable[[], Any]) -> None:
        try:
            results[number] = work()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate((first, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_failed_media_uploaded_again_while_its_asset_is_renamed(storage, monkeypatch):
    """The upload used to hold the project (its media is at work again) and want the asset, the other way round here."""
    asset = factories.asset(factories.project())
    factories.version(asset, failed_media())
    upload = begin(asset)
    renaming, uploading = threading.Event(), threading.Event()
    announce = assets.announce

    def announce_late(row: Any) -> None:
        if threading.current_thread().name == "rename":
            renaming.set()  # the asset is written, the event is not
            wait_until_somebody_waits_for_a_lock(uploading)
        announce(row)

    monkeypatch.setattr(assets, "announce", announce_late)

    def rename() -> None:
        threading.current_thread().name = "rename"
        assets.update_asset(Actor(asset.created_by), asset.pk, name="renamed")

    def upload_again() -> uploads.Finished:
        assert renaming.wait(20)
        try:
            return finish(upload, storage)
        finally:
            uploading.set()

    results = together(rename, upload_again)
    assert not [one for one in results if isinstance(one, Exception)], results
    asset.refresh_from_db()
    assert asset.name == "renamed"


def test_two_projects_finish_each_others_content_at_once(storage):
    """Each one's upload is heard of in both: their rows are taken in one order, whoever's upload it is."""
    shelf = [factories.asset(factories.project()) for _ in range(2)]
    for _ in range(5):
        Job.objects.all().delete()
        media_row = Media.objects.filter(sha256=hashlib.sha256(BODY).hexdigest()).first() or failed_media()
        factories.job(media_row, "index", Job.State.FAILED_APP)
        begun = [begin(factories.asset(one.project)) for one in shelf]
        results = together(*(functools.partial(finish, one, storage) for one in begun))
        assert not [one for one in results if isinstance(one, Exception)], results


def test_every_action_takes_its_project_before_anything_in_it(storage):
    """By the statements themselves: nothing below a project is written or locked before the project's row is."""
    project = factories.project()
    owner = Actor(project.created_by)
    sequence = factories.sequence(project)
    asset = factories.asset(project)
    version = factories.version(asset)
    shared = factories.version(asset, failed_media())
    comment = factories.comment(version, project.created_by)
    friend, guest = factories.user(), factories.person_in(project, Role.CLIENT)
    upload = begin(factories.asset(project))
    label = factories.label(project, "Colour")
    works: dict[str, Callable[[], Any]] = {
        "create sequence": lambda: sequences.create_sequence(owner, project.pk, name="Reel 2"),
        "update sequence": lambda: sequences.update_sequence(owner, sequence.pk, name="Reel 3"),
        "create asset": lambda: assets.create_asset(owner, project.pk, name="x"),
        "update asset": lambda: assets.update_asset(owner, asset.pk, name="y", sequence_id=sequence.pk),
        "delete sequence": lambda: sequences.delete_sequence(owner, sequence.pk),
        "update version": lambda: versions.update_version(owner, version.pk, note="n"),
        "finish upload": lambda: finish(upload, storage),
        "cancel": lambda: media.cancel(owner, shared.pk),
        "retry": lambda: media.retry(owner, shared.pk),
        "create comment": lambda: comments.create_comment(owner, version.pk, text="t", frame=1),
        "update comment": lambda: comments.update_comment(owner, comment.pk, text="u"),
        "create label": lambda: labels.create_label(owner, project.pk, name="Sound", colour="#ff0000"),
        "update label": lambda: labels.update_label(owner, label.pk, name="Mix"),
        "label comment": lambda: comments.update_comment(owner, comment.pk, labels=[label.pk], text="@Owner"),
        "react": lambda: reactions.set_reaction(owner, comment.pk, "heart", there=True),
        "delete label": lambda: labels.delete_label(owner, label.pk),
        "delete comment": lambda: comment_removal.delete_comment(owner, comment.pk),
        "restore comment": lambda: comment_removal.restore_comment(owner, comment.pk),
        "add member": lambda: members.add_member(owner, project.pk, email=friend.email, role=Role.EDITOR),
        "change role": lambda: members.change_role(owner, project.pk, guest.pk, role=Role.REVIEWER),
        "remove member": lambda: members.remove_member(owner, project.pk, guest.pk),
        "update project": lambda: projects.update_project(owner, project.pk, name="z"),
        "delete version": lambda: versions.delete_version(owner, version.pk),
        "delete asset": lambda: assets.delete_asset(owner, asset.pk),
        "archive project": lambda: projects.archive_project(owner, project.pk),
    }
    below = "asset|version|sequence|comment|commentrevision|comment_labels|label|mention|reaction|membership|auditentry|event"
    writes = re.compile(rf'(INSERT INTO|UPDATE|DELETE FROM) "review_({below})"|FROM "review_({below})" .*FOR (NO KEY )?UPDATE')
    takes = re.compile(r'FROM "review_project" .*FOR NO KEY UPDATE|UPDATE "review_project"')
    # A row of a project that is locked wholly lets nobody add what refers to it: others would wait out of order.
    wholly = re.compile(r'FROM "(review_project|review_asset|media_pipeline_media)" .*FOR UPDATE')
    for name, work in works.items():
        with CaptureQueriesContext(connection) as queries:
            work()
        said = [query["sql"] for query in queries]
        taken = next((number for number, sql in enumerate(said) if takes.search(sql)), None)
        assert taken is not None, f"{name} does not take its project's row"
        early = [sql for sql in said[:taken] if writes.search(sql)]
        assert not early, (name, early)
        assert not [sql for sql in said if wholly.search(sql)], name
