"""Deleted versions and originals that nothing holds go for good after their time, and nothing else ever does."""

import hashlib
import threading
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from media_pipeline import jobs
from media_pipeline.models import Job, Media, Rendition
from media_pipeline.storage import get_storage, rendition_key
from review.access import Actor
from review.actions import removal, uploads, versions
from review.doctor import Level, services
from review.models import AuditEntry, Upload, Version
from tests import factories
from tests.review.test_uploads import Described

BODY = b"a picture or two"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def storage(tmp_path, settings):
    settings.MEDIA_ROOT, settings.UPLOAD_ROOT = tmp_path / "media", tmp_path / "uploads"
    settings.UPLOAD_DISK_RESERVE_BYTES = 0
    settings.DELETED_KEEP_DAYS = 30
    return tmp_path


def uploaded(asset: Any, folder: Path, body: bytes = BODY) -> Version:
    described = Described(filename="a.mov", asset_id=asset.pk)
    begun = uploads.create_upload(
        Actor(asset.created_by), described, size=len(body), free_bytes=2**40, pending_bytes=lambda rows: 0
    )
    path = folder / f"{begun.pk}.part"
    path.write_bytes(body)
    finished = uploads.finish_upload(begun.pk, path=path, sha256=hashlib.sha256(body).hexdigest())
    path.unlink()
    version: Version = Version.objects.select_related("asset", "media").get(pk=finished.version_id)
    return version


def made_from(media: Media) -> Path:
    """A published file of the media."""
    row = factories.rendition(media, Rendition.Kind.PROXY)
    row.storage_key = rendition_key(media.pk, row.pk, "mp4")
    row.save()
    path = get_storage().local_path(row.storage_key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"p" * 1000)
    return path


def aged(row: Any, days: float, field: str = "deleted_at") -> None:
    type(row).objects.filter(pk=row.pk).update(**{field: timezone.now() - days * DAY})


def original(media: Media) -> Path:
    return get_storage().local_path(media.original_key)


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("remove_deleted", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def version(db: None, storage: Path) -> Version:
    """Deleted forty days ago; its media is as old."""
    made = uploaded(factories.asset(factories.project()), storage)
    aged(made.media, 50, "created_at")
    aged(made, 40)
    return made


def test_is_shown_and_left_without_delete(version):
    made_from(version.media)
    said = command()
    assert "1 deleted versions, 1 originals" in said
    assert "--delete does it" in said
    assert version.media.sha256[:16] in said
    assert original(version.media).exists()
    assert Version.objects.filter(pk=version.pk).exists()


def test_goes_with_all_that_was_made_of_it(version):
    proxy = made_from(version.media)
    factories.comment(version, version.created_by)
    found = removal.removable(30 * DAY)
    assert (found.version_ids, found.media_ids, found.bytes) == ((version.pk,), (version.media_id,), len(BODY) + 1000)
    assert "Removed 1 versions and 1 originals" in command("--delete")
    assert not any((Version.objects.exists(), Media.objects.exists(), Job.objects.exists(), Rendition.objects.exists()))
    assert not proxy.exists()
    assert not [path for path in get_storage().root.rglob("*") if path.is_file()]
    assert AuditEntry.objects.get(action="version.remove").detail["sha256"] == version.media.sha256
    assert Upload.objects.get().version is None


def test_numbers_are_not_given_again(version, storage):
    command("--delete")
    assert uploaded(version.asset, storage).number == version.number + 1


@pytest.mark.parametrize("days", [0, 29.9])
def test_has_its_time_of_grace(version, days):
    aged(version, days)
    command("--delete")
    assert original(version.media).exists()
    assert "Removed 1 versions" in command("--delete", "--older-than", "-1")


def test_a_version_of_a_deleted_asset(version):
    Version.objects.update(deleted_at=None)
    aged(version.asset, 29)
    command("--delete")
    assert original(version.media).exists()
    aged(version.asset, 31)
    command("--delete")
    assert not original(version.media).exists()


@pytest.mark.parametrize("how", ["shown", "deleted lately", "in an archived project"])
def test_what_another_version_holds_stays(version, storage, how):
    other = uploaded(factories.asset(factories.project()), storage)
    if how == "deleted lately":
        aged(other, 3)
    elif how == "in an archived project":
        aged(other.asset.project, 400, "archived_at")
    assert "Removed 1 versions and 0 originals" in command("--delete")
    assert original(version.media).read_bytes() == BODY
    assert Version.objects.get() == other


def test_restored_between_look_and_removal(version):
    found = removal.removable(30 * DAY)
    Version.objects.update(deleted_at=None)
    assert not any(removal.remove_version(pk, 30 * DAY) for pk in found.version_ids)
    assert not any(removal.remove_media(pk) for pk in found.media_ids)
    assert original(version.media).exists()


def test_uploaded_again_between_look_and_removal(version, storage):
    found = removal.removable(30 * DAY)
    assert removal.remove_version(version.pk, 30 * DAY)
    again = uploaded(version.asset, storage)
    assert not any(removal.remove_media(pk) for pk in found.media_ids)
    assert original(again.media).read_bytes() == BODY


def test_a_running_job_notices(version):
    job = jobs.claim("index", holder="tester")
    assert job is not None
    command("--delete")
    assert not jobs.is_wanted(job)
    assert not jobs.stop(job)


def test_an_original_without_a_row(version, storage):
    """Linked by an upload whose transaction did not come about. Its age is that of its last link."""
    sha256 = hashlib.sha256(b"never a version").hexdigest()
    path = storage / "never.part"
    path.write_bytes(b"never a version")
    get_storage().adopt_original(path, sha256)
    assert sha256[:16] not in command(), "too young"
    found = removal.removable(-1 * DAY)
    assert [stray.sha256 for stray in found.strays] == [sha256]
    late = uploaded(version.asset, storage, b"never a version")
    assert not removal.remove_stray(found.strays[0]), "it has a row by now"
    assert original(late.media).exists()
    late.delete()
    late.media.delete()
    assert removal.remove_stray(found.strays[0])
    assert not original(late.media).exists()
    assert not Media.objects.filter(sha256=sha256).exists()


def test_doctor_tells(version):
    [finding] = services.deleted()
    assert (finding.level, "remove_deleted" in finding.remedy) == (Level.WARNING, True)
    command("--delete")
    [finding] = services.deleted()
    assert finding.level is Level.OK


@pytest.mark.django_db(transaction=True)
def test_removal_and_upload_of_the_same_content_at_once(storage):
    """Whoever is first: what was uploaded is there, with its original and a job. (On SQLite by two processes: tests/live.)"""
    if connection.vendor == "sqlite":
        pytest.skip("a test database in memory knows no waiting; tests/live/files/test_removal.py does this on SQLite")
    asset = factories.asset(factories.project())
    actor = Actor(asset.created_by)
    for turn in range(12):
        held = uploaded(asset, storage)
        versions.delete_version(actor, held.pk)
        assert removal.remove_version(held.pk, -1 * DAY)
        barrier = threading.Barrier(2)
        results: dict[str, Any] = {}

        def run(name: str, work: Any, barrier: Any = barrier, results: dict[str, Any] = results) -> None:
            try:
                barrier.wait(10)
                results[name] = work()
            except Exception as error:
                results[name] = error
            finally:
                connections.close_all()

        works = {"upload": lambda: uploaded(asset, storage), "remove": lambda pk=held.media_id: removal.remove_media(pk)}
        threads = [threading.Thread(target=run, args=pair) for pair in works.items()]
        for thread in threads if turn % 2 else reversed(threads):
            thread.start()
        for thread in threads:
            thread.join(30)
        assert not [one for one in results.values() if isinstance(one, Exception)], results
        made = Version.objects.select_related("media").get(pk=results["upload"].pk)
        assert original(made.media).read_bytes() == BODY
        assert made.media.jobs.filter(state__in=Job.ACTIVE).exists()
        versions.delete_version(actor, made.pk)
        removal.remove_version(made.pk, -1 * DAY)
        removal.remove_media(made.media_id)
