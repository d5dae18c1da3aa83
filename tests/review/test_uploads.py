"""What an upload becomes: version, media, job and events in one transaction, whoever finishes at the same time."""

import hashlib
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from media_pipeline.models import Job, Media
from review import access
from review.access import Actor, Forbidden, NotFound
from review.actions import assets, uploads, versions
from review.models import Asset, AuditEntry, Event, Upload, Version
from review.problems import Problem
from review.selectors import uploads as selectors
from tests import factories

GIB = 1024**3


@dataclass
class Described:
    filename: str = "sc010_v003.mov"
    raw: str = ""
    relative_path: str = ""
    project_id: str = ""
    asset_id: str = ""
    asset_name: str = ""
    sequence_id: str = ""
    version_name: str = ""
    sha256: str = ""
    release_lock: bool = False
    check_only: bool = False
    reference_for: str = ""


@pytest.fixture(autouse=True)
def storage(tmp_path, settings):
    settings.MEDIA_ROOT, settings.UPLOAD_ROOT = tmp_path / "media", tmp_path / "uploads"
    settings.UPLOAD_DISK_RESERVE_BYTES = 0
    return tmp_path


def begin(actor: Actor, size: int = 5, **described: Any) -> Upload:
    return uploads.create_upload(
        actor, Described(**described), size=size, free_bytes=GIB, pending_bytes=lambda rows: sum(rows.values())
    )


def finish(upload: Upload, body: bytes, folder: Path) -> uploads.Finished:
    path = folder / f"{upload.pk}.part"
    path.write_bytes(body)
    return uploads.finish_upload(upload.pk, path=path, sha256=hashlib.sha256(body).hexdigest())


def test_a_new_asset_with_the_name_of_its_file(cast: SimpleNamespace, storage: Path):
    editor = Actor(user=cast.editor)
    sequence = factories.sequence(cast.project)
    upload = begin(editor, project_id=cast.project.pk, sequence_id=sequence.pk)
    finished = finish(upload, b"12345", storage)
    version = Version.objects.get(pk=finished.version_id)
    assert (version.number, version.original_name, version.created_by) == (1, "sc010_v003.mov", cast.editor)
    assert (version.asset.name, version.asset.sequence) == ("sc010_v003", sequence)
    assert (version.media.size, version.media.sha256) == (5, hashlib.sha256(b"12345").hexdigest())
    assert (storage / "media" / version.media.original_key).read_bytes() == b"12345"
    assert Job.objects.filter(media=version.media, step="index", state=Job.State.QUEUED).count() == 1
    kinds = list(Event.objects.filter(project=cast.project).order_by("seq").values_list("kind", flat=True))
    assert [kind for kind in kinds if not kind.startswith("media")] == ["asset.created", "version.created", "asset.updated"]
    actions = set(AuditEntry.objects.filter(project=cast.project).values_list("action", flat=True))
    assert actions == {"upload.create", "asset.create", "version.create"}
    upload.refresh_from_db()
    assert (upload.state, upload.version_id, upload.sha256) == (Upload.State.DONE, version.pk, version.media.sha256)


@pytest.mark.parametrize(
    ("described", "name"),
    [
        ({"filename": "a.b.mov"}, "a.b"),
        ({"filename": "noextension"}, "noextension"),
        ({"filename": ".mov"}, ".mov"),
        ({"filename": "a.mov", "asset_name": "Trailer"}, "Trailer"),
        ({"filename": "é" * 250 + ".mov"}, "é" * 200),
    ],
)
def test_names_of_new_assets(cast, storage, described, name):
    upload = begin(Actor(user=cast.editor), project_id=cast.project.pk, **described)
    version = Version.objects.get(pk=finish(upload, b"12345", storage).version_id)
    assert version.asset.name == name


def test_finishing_again_answers_the_same(cast: SimpleNamespace, storage: Path):
    upload = begin(Actor(user=cast.editor), project_id=cast.project.pk)
    first = finish(upload, b"12345", storage)
    assert finish(upload, b"12345", storage).version_id == first.version_id
    assert Version.objects.filter(asset__project=cast.project).count() == 2  # this one and the cast's


def test_the_same_content_is_recognised(cast: SimpleNamespace, storage: Path):
    editor = Actor(user=cast.editor)
    first = finish(begin(editor, asset_id=cast.asset.pk), b"12345", storage)
    again = finish(begin(editor, asset_id=cast.asset.pk), b"12345", storage)
    elsewhere = finish(begin(editor, project_id=cast.project.pk), b"12345", storage)
    assert (first.known, again.known, elsewhere.known) == ("", "version", "project")
    assert first.version_id == again.version_id != elsewhere.version_id
    assert Media.objects.filter(sha256=hashlib.sha256(b"12345").hexdigest()).count() == 1
    assert Version.objects.get(pk=first.version_id).media == Version.objects.get(pk=elsewhere.version_id).media


def test_another_projects_content_is_not_told(cast: SimpleNamespace, storage: Path):
    finish(begin(Actor(user=cast.editor), asset_id=cast.asset.pk), b"12345", storage)
    stranger = factories.user()
    other = factories.project(stranger)
    assert finish(begin(Actor(user=stranger), project_id=other.pk), b"12345", storage).known == ""


def test_numbers_are_never_given_again(cast: SimpleNamespace, storage: Path):
    editor = Actor(user=cast.editor)
    second = finish(begin(editor, asset_id=cast.asset.pk), b"22222", storage)
    versions.delete_version(editor, second.version_id)
    third = finish(begin(editor, asset_id=cast.asset.pk), b"22222", storage)  # deleted: the content is new again
    assert Version.objects.get(pk=third.version_id).number == 3


def test_a_place_that_is_gone_ends_the_upload_for_good(cast: SimpleNamespace, storage: Path):
    editor = Actor(user=cast.editor)
    upload = begin(editor, asset_id=cast.asset.pk)
    Asset.objects.filter(pk=cast.asset.pk).update(deleted_at=timezone.now())
    with pytest.raises(Problem) as raised:
        finish(upload, b"12345", storage)
    assert raised.value.code == "upload_target_gone"
    upload.refresh_from_db()
    assert (upload.state, upload.error_code) == (Upload.State.FAILED, "upload_target_gone")
    assert not Media.objects.filter(size=5).exists()
    assert not list((storage / "media").rglob("*/*"))  # no original that no row names


def test_what_was_deleted_does_not_count_against_the_quota(cast: SimpleNamespace, storage: Path, settings):
    settings.UPLOAD_QUOTA_BYTES = 2_000_000
    editor = Actor(user=cast.editor)
    held = cast.version.media.size
    with pytest.raises(Problem) as raised:
        begin(editor, size=2_000_001 - held, project_id=cast.project.pk)
    assert raised.value.code == "quota_exceeded"
    assets.delete_asset(editor, cast.asset.pk)
    begin(editor, size=2_000_000, project_id=cast.project.pk)


def test_who_lost_the_right_does_not_finish(cast: SimpleNamespace, storage: Path):
    upload = begin(Actor(user=cast.editor), project_id=cast.project.pk)
    cast.editor.memberships.all().delete()
    with pytest.raises(Problem):
        finish(upload, b"12345", storage)
    assert not Media.objects.filter(size=5).exists()


def test_who_may_begin(cast: SimpleNamespace):
    with pytest.raises(NotFound):
        begin(Actor(user=cast.outsider), project_id=cast.project.pk)
    with pytest.raises(Forbidden):
        begin(Actor(user=cast.client), project_id=cast.project.pk)
    with pytest.raises(Forbidden):
        begin(Actor(user=cast.reviewer), asset_id=cast.asset.pk)


def test_whose_upload_it_is(cast: SimpleNamespace):
    upload = begin(Actor(user=cast.editor), project_id=cast.project.pk)
    assert access.upload(Actor(user=cast.editor), upload.pk) == upload
    for other in (cast.owner, cast.version_controller, cast.outsider, None):
        with pytest.raises(NotFound):
            access.upload(Actor(user=other), upload.pk)


def test_lists_show_ones_own_that_are_not_over(cast: SimpleNamespace):
    editor = Actor(user=cast.editor)
    old, new = (begin(editor, project_id=cast.project.pk, filename=name) for name in ("old.mov", "new.mov"))
    over = begin(editor, project_id=cast.project.pk)
    uploads.terminate_upload(editor, over.pk)
    assert list(selectors.open_uploads(cast.editor, cast.project.pk)) == [new, old]
    assert not selectors.open_uploads(cast.owner, cast.project.pk)
    shown = selectors.upload(new)
    assert (shown["filename"], shown["size"], shown["offset"], shown["state"]) == ("new.mov", 5, 0, "open")
    assert shown["url"] == f"/files/{new.pk}"


def test_expiry_moves_with_use(cast: SimpleNamespace, settings):
    settings.UPLOAD_EXPIRY_HOURS = 1
    upload = begin(Actor(user=cast.editor), project_id=cast.project.pk)
    Upload.objects.filter(pk=upload.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert list(uploads.expired_uploads()) == [upload]
    assert uploads.prolong(upload.pk) > timezone.now() + timedelta(minutes=59)
    assert not uploads.expire_upload(upload.pk)
    Upload.objects.filter(pk=upload.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert uploads.expire_upload(upload.pk)
    with pytest.raises(Problem, match="upload_gone"):
        uploads.terminate_upload(Actor(user=cast.editor), upload.pk)


@pytest.mark.django_db(transaction=True)
def test_many_finish_in_one_stack_at_once(storage: Path):
    """On PostgreSQL too: different numbers for all, one version for the same content, none lost."""
    if connection.vendor == "sqlite":
        pytest.skip("a test database in memory knows no waiting; tests/live/files does this on SQLite by two processes")
    editor = factories.user()
    project = factories.project(editor)
    asset = factories.asset(project)
    bodies = [bytes([number]) * 5 for number in range(6)] + [b"same!"] * 3
    begun = [begin(Actor(user=editor), asset_id=asset.pk) for _ in bodies]
    barrier = threading.Barrier(len(bodies))
    finished: dict[int, uploads.Finished] = {}

    def work(index: int) -> None:
        barrier.wait()
        try:
            finished[index] = finish(begun[index], bodies[index], storage)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(index,)) for index in range(len(bodies))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(finished) == len(bodies)
    assert len({finished[index].version_id for index in (6, 7, 8)}) == 1
    numbers = sorted(asset.versions.values_list("number", flat=True))
    assert numbers == list(range(1, 8))
    assert list(project.events.order_by("seq").values_list("seq", flat=True)) == list(range(1, project.events.count() + 1))
