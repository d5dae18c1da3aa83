"""Mixdowns as references: who may bring them, what becomes of choices when they go."""

from datetime import timedelta
from typing import Any

import pytest

from media_pipeline.models import Job
from review import access
from review.access import Actor
from review.actions import removal, uploads
from review.models import ReferenceMode, Role, SyncVerdict, Version
from review.selectors import references
from tests import factories
from tests.review.test_uploads import Described

pytestmark = pytest.mark.django_db


def begin(actor: Actor, version: Version, **more: Any) -> Any:
    described = Described(filename="mix.wav", project_id=version.asset.project_id, reference_for=version.pk, **more)
    return uploads.create_upload(actor, described, size=10, free_bytes=2**40, pending_bytes=lambda rows: 0)


def choose(client: Any, version: Version, **body: Any) -> Any:
    return client.put(f"/api/v1/versions/{version.pk}/reference", body, content_type="application/json")


def test_whoever_may_not_choose_a_reference_may_not_bring_one(cast):
    assert begin(Actor(cast.owner), cast.version).reference_for == cast.version.pk
    with pytest.raises(access.Forbidden):
        begin(Actor(cast.reviewer), cast.version)
    with pytest.raises(access.NotFound):
        begin(Actor(cast.outsider), cast.version)
    elsewhere = factories.version(factories.asset(factories.project(cast.owner)))
    described = Described(project_id=cast.project.pk, reference_for=elsewhere.pk)
    with pytest.raises(access.NotFound):  # of another project than the upload
        uploads.create_upload(Actor(cast.owner), described, size=10, free_bytes=2**40, pending_bytes=lambda rows: 0)


def test_one_of_another_project_is_not_found(cast, client):
    client.force_login(cast.owner)
    other = factories.reference_sound(factories.project(cast.owner))
    assert choose(client, cast.version, mode="sound", reference_id=other.pk).status_code == 404
    assert choose(client, cast.version, mode="sound").status_code == 400


def test_a_reference_says_what_its_own_report_finds(cast, client):
    """What is compared with a version that is out of sync itself is accused of its fault."""
    client.force_login(cast.owner)
    media = factories.media(frame_count=250)
    above = factories.version(cast.asset, media)

    def verdict() -> str | None:
        found = choose(client, above, mode="chosen", reference_id=cast.version.pk).json()["data"]["in_use"]["verdict"]
        return found and str(found)

    assert verdict() is None
    SyncVerdict.objects.update_or_create(version=cast.version, defaults={"state": "running", "verdict": "fix_in_post"})
    assert verdict() is None, "not before all of it is known"
    SyncVerdict.objects.filter(version=cast.version).update(state="done")
    assert verdict() == "fix_in_post"


def test_a_version_in_that_mode_is_compared_with_it_alone(cast, client):
    client.force_login(cast.owner)
    sound = factories.reference_sound(cast.project)
    above = factories.version(cast.asset)
    assert choose(client, above, mode="sound", reference_id=sound.pk).json()["data"]["sound_in_use"]["name"] == "mix.wav"
    above.refresh_from_db()
    assert references.media_of(above) == sound.media_id
    assert references.reference_of(above) is None, "no version: nothing with pictures"
    assert choose(client, above, mode="none").json()["data"]["sound_in_use"] is None
    above.refresh_from_db()
    assert (above.reference_mode, above.reference_sound) == (ReferenceMode.NONE, None)


def test_its_media_is_kept_as_long_as_it_is_there(cast):
    sound = factories.reference_sound(cast.project)
    assert not removal.remove_media(sound.media_id)
    assert sound.media_id not in removal.removable(timedelta(0)).media_ids
    sound.delete()
    assert sound.media_id in removal.removable(timedelta(0)).media_ids


def test_cancelling_the_work_of_a_version_leaves_the_mixdown_to_be_read(cast, client):
    client.force_login(cast.owner)
    media = factories.media(frame_count=None)
    version = factories.version(cast.asset, media)
    factories.reference_sound(cast.project, media=media)
    mine, sound = factories.job(media, "index", "queued"), factories.job(media, "sound", "queued")
    assert client.post(f"/api/v1/versions/{version.pk}/media/cancel").status_code == 200
    states = dict(Job.objects.values_list("pk", "state"))
    assert (states[mine.pk], states[sound.pk]) == ("cancelled", "queued")
    assert [job["step"] for job in client.get(f"/api/v1/versions/{version.pk}/media").json()["data"]["jobs"]] == ["index"]


def test_it_counts_for_the_quota(cast, settings):
    settings.UPLOAD_QUOTA_BYTES = cast.version.media.size + 15
    uploads.check_quota(cast.project.pk, 15)
    factories.reference_sound(cast.project)
    with pytest.raises(Exception, match="bytes"):
        uploads.check_quota(cast.project.pk, 15)


def test_clients_see_and_do_not_remove_it(cast, client):
    sound = factories.reference_sound(cast.project)
    client.force_login(factories.person_in(cast.project, Role.CLIENT))
    assert client.delete(f"/api/v1/reference-sounds/{sound.pk}").status_code == 403
