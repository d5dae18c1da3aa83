"""Files that are only to be checked: in no list, in no event, gone after a day."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from media_pipeline.models import Media
from media_pipeline.storage import get_storage
from review.access import Actor
from review.actions import preflights, uploads
from review.models import Asset, AuditEntry, Event, Role, Version
from review.selectors import names
from tests import factories
from tests.review.test_uploads import Described

pytestmark = pytest.mark.django_db
BODY = b"a film that nobody keeps"


@pytest.fixture(autouse=True)
def storage(tmp_path, settings):
    settings.MEDIA_ROOT, settings.UPLOAD_ROOT = tmp_path / "media", tmp_path / "uploads"
    settings.UPLOAD_DISK_RESERVE_BYTES = 0


def upload(project: Any, folder: Any, *, check_only: bool = True, asset_id: str = "", filename: str = "test.mov") -> Version:
    described = Described(filename=filename, project_id=project.pk, asset_id=asset_id, check_only=check_only)
    actor = Actor(project.created_by)
    begun = uploads.create_upload(actor, described, size=len(BODY), free_bytes=2**40, pending_bytes=lambda rows: 0)
    path = folder / f"part-{begun.pk}"
    path.write_bytes(BODY)
    done = uploads.finish_upload(begun.pk, path=path, sha256=hashlib.sha256(BODY).hexdigest())
    return Version.objects.select_related("asset", "media").get(pk=done.version_id)


def test_it_is_listed_for_those_who_upload_and_nowhere_else(tmp_path, client):
    project = factories.project()
    client.force_login(project.created_by)
    before = Event.objects.count()
    version = upload(project, tmp_path)
    (shown,) = client.get(f"/api/v1/projects/{project.pk}/preflights").json()["data"]
    assert (shown["version"]["id"], shown["version"]["original_name"]) == (version.pk, "test.mov")
    assert client.get(f"/api/v1/projects/{project.pk}/assets").json()["data"] == []
    assert client.get(f"/api/v1/projects/{project.pk}/sources?versions=all").json()["data"]["rows"] == []
    assert client.get(f"/api/v1/versions/{version.pk}/checks").status_code == 200
    told = Event.objects.order_by("pk")[before:]
    assert not [one for one in told if one.kind.startswith(("asset.", "version."))]
    assert client.delete(f"/api/v1/assets/{version.asset_id}").status_code == 204
    assert client.get(f"/api/v1/projects/{project.pk}/preflights").json()["data"] == []
    assert not [one for one in Event.objects.order_by("pk")[before:] if one.kind.startswith(("asset.", "version."))]
    client.force_login(factories.person_in(project, Role.CLIENT))
    assert client.get(f"/api/v1/projects/{project.pk}/preflights").status_code == 403


def test_a_named_asset_gets_a_version_whatever_else_is_said(tmp_path):
    project = factories.project()
    asset = factories.asset(project)
    assert upload(project, tmp_path, asset_id=asset.pk).asset.expires_at is None
    assert Asset.objects.count() == 1


def test_its_name_claims_nothing(tmp_path):
    """No number of a stack, nor a word that only a delivery may say; what comes later is named as if it were not there."""
    project = factories.project()
    kept = upload(project, tmp_path, check_only=False, filename="sc010_V3.mov")
    checked = upload(project, tmp_path, filename="sc010_V3.mov")
    assert checked.asset_id != kept.asset_id
    assert (checked.name, checked.number) == ("", 1)
    assert upload(project, tmp_path, filename="sc010_FINAL.mov").asset.expires_at is not None
    assert [one.id for one in names.stacks(project.pk)] == [kept.asset_id]


def test_after_a_day_it_is_gone_with_its_file(tmp_path):
    project = factories.project()
    version = upload(project, tmp_path)
    original = get_storage().local_path(version.media.original_key)
    assert original.exists()
    assert preflights.remove_expired() == 0
    Asset.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert preflights.remove_expired() == 1
    assert not Asset.objects.exists()
    assert not Media.objects.exists()
    assert not original.exists()
    assert AuditEntry.objects.filter(action="preflight.remove").exists()


def test_content_that_is_a_version_too_stays(tmp_path):
    project = factories.project()
    upload(project, tmp_path)
    kept = upload(project, tmp_path, check_only=False)
    Asset.objects.filter(expires_at__isnull=False).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert preflights.remove_expired() == 1
    assert list(Version.objects.values_list("pk", flat=True)) == [kept.pk]
    assert get_storage().local_path(kept.media.original_key).exists()
