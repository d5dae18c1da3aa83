"""A mixdown of sound alone, uploaded to compare a version with: read in the limited child, heard against it, removed again."""

import hashlib
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from media_pipeline import jobs, runner
from media_pipeline.models import Job, Media, Rendition
from media_pipeline.storage import get_storage
from review.access import Actor
from review.actions import uploads
from review.models import AuditEntry, Event, ReferenceSound, Version
from tests import factories
from tests.checks.corpus_film import Film, Sound
from tests.checks.films import HIGH, speech
from tests.checks.test_mixdown import write
from tests.media import make_clip
from tests.pipeline.test_reference_step import drain, ingest
from tests.review.test_uploads import Described

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _home(pipeline_home, settings, tmp_path):
    settings.UPLOAD_ROOT, settings.UPLOAD_DISK_RESERVE_BYTES = tmp_path / "uploads", 0
    yield
    runner.shut_down()


def upload(version: Version, path: Any, **more: Any) -> uploads.Finished:
    """As the receiver does with an upload's first and last byte."""
    project_id, content = version.asset.project_id, path.read_bytes()
    described = Described(filename=path.name, project_id=project_id, reference_for=version.pk, **more)
    actor = Actor(version.asset.created_by)
    begun = uploads.create_upload(actor, described, size=len(content), free_bytes=2**40, pending_bytes=lambda rows: 0)
    done = uploads.finish_upload(begun.pk, path=path, sha256=hashlib.sha256(content).hexdigest())
    again = uploads.finish_upload(begun.pk, path=path, sha256=hashlib.sha256(content).hexdigest())
    assert (again.version_id, again.sound_id) == ("", ""), "done is done"
    return done


@pytest.fixture
def film(tmp_path):
    """A version of ten seconds whose sound is late by 80 ms, and the sound itself."""
    voice = speech(10).astype(np.float32)
    late = np.concatenate([np.zeros(round(0.08 * HIGH), np.float32), voice])[: len(voice)]
    path = Film(Fraction(25), list(range(250)), [Sound(late, "pcm_s16le")]).write(tmp_path / "film.mov")
    return factories.version(factories.asset(factories.project()), ingest(path)), voice


@pytest.mark.slow
def test_a_version_is_compared_with_a_mixdown(film, tmp_path, client):
    version, voice = film
    project_id = version.asset.project_id
    client.force_login(version.asset.created_by)

    def reference():
        return client.get(f"/api/v1/versions/{version.pk}/reference").json()["data"]

    done = upload(version, write(tmp_path / "the mix.m4a", voice, "aac"))
    assert (done.version_id, Version.objects.count()) == ("", 1), "it became no version"
    assert (reference()["mode"], reference()["chosen_id"], reference()["state"]) == ("sound", done.sound_id, "waiting")
    ran = drain()
    assert ran.count("sound") == ran.count("reference_checks") == 1
    assert (reference()["in_use"], reference()["state"]) == (None, "done")
    used = reference()["sound_in_use"]
    assert (used["name"], used["state"], used["versions"]) == ("the mix.m4a", "ready", 1)
    assert (used["tracks"], used["codec"]) == (1, "aac")
    assert used["milliseconds"] == pytest.approx(10_000, abs=60)

    report = client.get(f"/api/v1/versions/{version.pk}/checks").json()["data"]["report"]
    assert (report["complete"], report["against"]) == (True, "the mix.m4a (a mixdown)")
    checks = {check["id"]: check for check in report["checks"]}
    assert checks["reference_picture"]["state"] == "does_not_apply"
    (offset,) = [one for one in checks["reference_sound"]["numbers"] if one["name"] == "sound late at the beginning"]
    assert offset["value"] == pytest.approx(80, abs=0.5)
    assert report["verdict"]["kind"] == "fix_in_post"

    # Nothing of it can be played or seen, and its media is no version's.
    media = ReferenceSound.objects.get().media
    assert set(Rendition.objects.filter(media=media).values_list("kind", flat=True)) == {"features"}
    assert media.frame_count is None
    assert set(Job.objects.filter(media=media).values_list("step", flat=True)) == {"sound"}

    original = get_storage().local_path(media.original_key)
    assert original.exists()
    assert client.delete(f"/api/v1/reference-sounds/{done.sound_id}").status_code == 204
    assert (reference()["mode"], reference()["state"]) == ("previous", "none")
    assert client.get(f"/api/v1/projects/{project_id}/reference-sounds").json()["data"] == []
    assert not original.exists()
    assert not Media.objects.filter(pk=media.pk).exists()
    assert not Rendition.objects.filter(label=f"reference-{media.pk}", superseded_at=None).exists()
    kinds = set(AuditEntry.objects.filter(project_id=project_id).values_list("action", flat=True))
    assert {"reference_sound.create", "reference_sound.remove", "version.reference"} <= kinds


@pytest.mark.slow
def test_what_is_no_sound_alone_is_refused_and_said(tmp_path, client):
    version = factories.version(factories.asset(factories.project()))
    client.force_login(version.asset.created_by)
    done = upload(version, make_clip(tmp_path / "film.mp4", rate="25", frames=10, audio="aac"))
    job = Job.objects.get(step="sound", state="queued")
    claimed = jobs.claim("index", holder="test")
    assert claimed is not None
    runner.run(claimed)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed_user", "has_pictures")
    (shown,) = client.get(f"/api/v1/projects/{version.asset.project_id}/reference-sounds").json()["data"]
    assert (shown["id"], shown["state"], shown["error"]["code"]) == (done.sound_id, "failed", "has_pictures")
    assert client.get(f"/api/v1/versions/{version.pk}/reference").json()["data"]["state"] == "failed"
    told = [event.payload for event in Event.objects.filter(kind="media.changed") if event.payload["what"] == "reference"]
    assert told[-1]["version_ids"] == [version.pk], "chosen, then failed"
    assert len(told) == 2
