"""From what a child made to what people see: once, whole, and only under the lease."""

import os
import shutil
from dataclasses import asdict, replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.db.models.functions import Now

from media_pipeline import api, jobs, publish, reaper, steps
from media_pipeline.core import frame_table
from media_pipeline.core.errors import MediaError
from media_pipeline.core.report import RenditionFile
from media_pipeline.models import Job, Media, Rendition
from media_pipeline.storage import get_storage, table_key
from tests.pipeline.conftest import files_of
from tests.pipeline.offers import FRAMES, SOURCE, offer
from tests.pipeline.scripted.steps import META, proxy_table, summary, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(pipeline_home):
    return pipeline_home


@pytest.fixture
def job(home):
    """A running job "renditions" of an indexed media."""
    return running(steps.RENDITIONS, Media.objects.create(sha256="a" * 64, size=1, frame_count=FRAMES))


def running(step, media):
    with transaction.atomic():
        jobs.enqueue(media, step)
    return jobs.claim(step.lane, holder="me")


@pytest.fixture
def out(home):
    folder = home / "out"
    folder.mkdir()
    return folder


def beat():
    pass


def put(job, out, *args, **kwargs):
    publish.publish(job, get_storage(), offer(out, *args, **kwargs), beat)


def table_bytes(files):
    return files.table_path.read_bytes()


def claimed(lane):
    job = jobs.claim(lane, holder="me")
    assert job is not None
    return job


def current(kind):
    return list(Rendition.objects.filter(kind=kind, superseded_at=None))


class TestPublish:
    def test_is_served_with_its_table(self, job, out):
        put(job, out)
        (row,) = current("proxy")
        files = files_of(job.media_id, row.pk)
        assert files.path.read_text() == "picture"
        assert table_bytes(files) == proxy_table(FRAMES, FRAMES)
        assert (files.status.extension, files.status.complete, files.status.has_table) == ("mp4", True, True)

    def test_a_new_one_takes_the_place_of_the_old(self, job, out):
        put(job, out, text="old")
        put(job, out, text="new")
        (row,) = current("proxy")
        assert files_of(job.media_id, row.pk).path.read_text() == "new"
        assert Rendition.objects.filter(kind="proxy").exclude(superseded_at=None).count() == 1

    def test_the_same_again_is_not_published_again(self, job, out):
        put(job, out)
        put(job, out)
        assert Rendition.objects.count() == 1

    def test_a_second_try_does_not_go_back_to_the_first_poster(self, job, out):
        for text in ("first", "better", "first"):
            put(job, out, "poster", label="", text=text, mime="image/jpeg")
        (row,) = current("poster")
        assert files_of(job.media_id, row.pk).path.read_text() == "better"

    def test_not_without_the_lease(self, job, out):
        Job.objects.update(lease_until=Now() - timedelta(seconds=1))
        jobs.sweep()
        with pytest.raises(jobs.LostLeaseError):
            put(job, out)
        assert Rendition.objects.count() == 0

    def test_previews_only_grow(self, job, out):
        for frames in (4, 8, 2):
            put(job, out, "preview", frames=frames, text=f"{frames} frames")
        assert [row.frame_count for row in current("preview")] == [8]

    def test_growing_sound_only_grows(self, job, out):
        for samples, growing in ((10, True), (20, True), (10, True), (30, False), (20, True)):
            meta = {"samples": samples} | ({"growing": True} if growing else {})
            put(job, out, "sound", label="audio-1", text=f"{meta}", mime="audio/mp4", meta=meta)
        assert [row.meta for row in current("sound")] == [{"samples": 30}]
        assert Rendition.objects.filter(kind="sound").count() == 3

    def test_no_preview_beside_a_whole_proxy(self, job, out):
        put(job, out)
        put(job, out, "preview", frames=4)
        assert current("preview") == []


class TestComplete:
    def complete(self, job, step, out, result):
        publish.complete(job, step, get_storage(), out, result, beat)

    def test_end_takes_previews_and_leftovers_away(self, job, out):
        put(job, out, "preview", frames=4)
        put(job, out)
        earlier = Job.objects.create(media=job.media, step="renditions", step_version=1, state="done")
        Rendition.objects.create(
            media=job.media, job=earlier, kind="proxy", label="2160p", storage_key="derived/x/y.mp4", size=1
        )
        self.complete(job, steps.RENDITIONS, out, {})
        assert [(row.kind, row.label) for row in Rendition.objects.filter(superseded_at=None)] == [("proxy", "720p")]
        assert Job.objects.get(pk=job.pk).state == "done"

    def test_a_later_run_that_makes_the_same_keeps_it(self, job, out):
        put(job, out)
        put(job, out, "poster", label="", mime="image/jpeg")
        self.complete(job, steps.RENDITIONS, out, {})
        before = {(row.pk, row.kind) for row in Rendition.objects.filter(superseded_at=None)}
        again = running(steps.RENDITIONS, Media.objects.get(pk=job.media_id))
        put(again, out)
        put(again, out, "poster", label="", mime="image/jpeg")
        self.complete(again, steps.RENDITIONS, out, {})
        assert {(row.pk, row.kind) for row in Rendition.objects.filter(superseded_at=None)} == before

    def index(self, out, **changes):
        (out / "i.tpfi").write_bytes(table(FRAMES))
        (out / "o.tpfi").write_bytes(table(FRAMES))
        mime = "application/octet-stream"
        table_file = RenditionFile("frame_index", "", "i.tpfi", mime, frame_count=FRAMES, meta=META)
        original = RenditionFile("original", "", "", "video/mp4", 64, 36, FRAMES, "o.tpfi")
        found = summary(FRAMES, 1).as_dict() | changes
        return {"summary": found, "files": [asdict(table_file), asdict(original)]}

    @pytest.mark.parametrize(
        "meta",
        [{}, {"time_base": [1, 24]}, {"time_base": [0, 24], "last_duration": 1}, {"time_base": [1, 24.0], "last_duration": 1},
         {"time_base": [2**62, 1], "last_duration": 1}, {"time_base": "24", "last_duration": 1}, [], None],
    )  # fmt: skip
    def test_an_index_whose_clock_cannot_be_read(self, home, out, meta):
        job = running(steps.INDEX, Media.objects.create(sha256="b" * 64, size=1))
        result = self.index(out)
        result["files"][0]["meta"] = meta
        with pytest.raises(publish.GateError):
            self.complete(job, steps.INDEX, out, result)
        assert not Rendition.objects.exists()

    def test_an_original_that_is_not_the_index(self, home, out):
        job = running(steps.INDEX, Media.objects.create(sha256="b" * 64, size=1))
        result = self.index(out)
        (out / "o.tpfi").write_bytes(frame_table.pack(replace(SOURCE.index, pts=SOURCE.index.pts + 1)))
        with pytest.raises(publish.GateError, match="frame 0 is at tick 1"):
            self.complete(job, steps.INDEX, out, result)
        assert not Rendition.objects.exists()

    def test_the_published_index_is_what_renditions_are_held_against(self, home, out):
        media = Media.objects.create(sha256="b" * 64, size=1)
        assert publish.stored_frames(media, get_storage()) is None
        self.complete(running(steps.INDEX, media), steps.INDEX, out, self.index(out))
        stored = publish.stored_frames(media, get_storage())
        assert stored is not None
        assert stored.original_table() == table(FRAMES)

    def test_index_is_one_transaction_with_the_next_job(self, home, out):
        media = Media.objects.create(sha256="b" * 64, size=1)
        self.complete(running(steps.INDEX, media), steps.INDEX, out, self.index(out))
        status = api.status([media.pk])[media.pk]
        assert (status.state, status.frame_count, str(status.rate)) == ("reviewable", FRAMES, "24")
        assert [rendition.kind for rendition in status.renditions] == ["original"]
        assert [(job.step, job.state) for job in status.jobs] == [
            ("index", "done"), ("renditions", "queued"), ("checks", "queued"),
        ]  # fmt: skip
        assert status.duration == 2

    def test_what_is_missing_on_disk_is_made_again(self, home, out):
        media = Media.objects.create(sha256="f" * 64, size=1)
        original = get_storage().local_path(media.original_key)
        original.parent.mkdir(parents=True)
        original.write_text("x")
        self.complete(running(steps.INDEX, media), steps.INDEX, out, self.index(out))
        made = claimed("media")
        put(made, out)
        self.complete(made, steps.RENDITIONS, out, {})
        assert api.remake_missing() == 0
        (proxy,) = current("proxy")
        get_storage().delete(table_key(media.pk, proxy.pk))
        assert api.remake_missing() == 1
        again = claimed("media")
        assert again.step == "renditions"
        put(again, out)
        self.complete(again, steps.RENDITIONS, out, {})
        assert api.remake_missing() == 0
        shutil.rmtree(get_storage().root / "derived")
        assert api.remake_missing() == 1
        self.complete(claimed("index"), steps.INDEX, out, self.index(out))
        assert claimed("media").step == "renditions"
        original.unlink()
        assert api.remake_missing() == 0

    def measured(self, job, out):
        (out / "measurements.json").write_text("{}")
        file = RenditionFile("measurements", "decoded", "measurements.json", "application/json")
        self.complete(job, steps.DECODED_CHECKS, out, {"files": [asdict(file)]})

    def test_what_reads_features_is_made_again_with_them(self, job, out):
        """Also where they were handed over before the end; not if they are the same, nor if they are none of its matter."""
        waiting = Job.objects.filter(step="decoded_checks", state="queued")
        for text, label, again in (("a", "luma", 1), ("a", "luma", 0), ("b", "luma", 1), ("b", "luma", 0)):
            put(job, out, "features", label=label, text=text, mime="application/x-npy", frames=0)
            put(job, out, "poster", label="", text=f"{text}{again}", mime="image/jpeg")
            self.complete(job, steps.RENDITIONS, out, {})
            assert waiting.count() == again
            if again:
                self.measured(jobs.claim(steps.DECODED_CHECKS.lane, holder="me"), out)
            job = running(steps.RENDITIONS, Media.objects.get(pk=job.media_id))

    def test_files_missing_at_both_ends_of_the_chain(self, job, out):
        """The step between makes the same again, which would order nothing by itself."""
        original = get_storage().local_path(job.media.original_key)
        original.parent.mkdir(parents=True)
        original.write_text("x")
        put(job, out, "features", label="luma", mime="application/x-npy", frames=0)
        put(job, out)
        self.complete(job, steps.RENDITIONS, out, {})
        self.measured(jobs.claim(steps.DECODED_CHECKS.lane, holder="me"), out)
        get_storage().delete(Rendition.objects.get(kind="measurements").storage_key)
        assert api.remake_missing() == 1
        again = jobs.claim(steps.DECODED_CHECKS.lane, holder="me")
        assert again is not None
        assert again.step == "decoded_checks", "whoever made it makes it again"
        self.measured(again, out)
        assert api.remake_missing() == 0
        get_storage().delete(Rendition.objects.get(kind="measurements", superseded_at=None).storage_key)
        get_storage().delete(Rendition.objects.get(kind="proxy").storage_key)
        assert api.remake_missing() == 1
        again = claimed("media")
        put(again, out, "features", label="luma", mime="application/x-npy", frames=0)
        put(again, out)
        self.complete(again, steps.RENDITIONS, out, {})
        assert Job.objects.filter(step="decoded_checks", state="queued").count() == 1

    @pytest.mark.parametrize(
        "changes", [{"frame_count": FRAMES + 1}, {"frame_count": 0}, {"rate_num": 0}, {"rate_num": 25}, {"audio": 5}, {"x": 1}]
    )
    def test_a_summary_that_contradicts_its_index_changes_nothing(self, home, out, changes):
        media = Media.objects.create(sha256="c" * 64, size=1)
        job = running(steps.INDEX, media)
        with pytest.raises(publish.GateError):
            self.complete(job, steps.INDEX, out, self.index(out, **changes))
        media.refresh_from_db()
        assert media.frame_count is None
        assert Rendition.objects.count() == 0
        assert Job.objects.get(pk=job.pk).state == "running"

    def test_index_again_with_the_same_result_leaves_the_rest_alone(self, home, out):
        media = Media.objects.create(sha256="d" * 64, size=1)
        original = get_storage().local_path(media.original_key)
        original.parent.mkdir(parents=True)
        original.write_text("x")
        self.complete(running(steps.INDEX, media), steps.INDEX, out, self.index(out))
        with transaction.atomic():
            jobs.finish(claimed("media"), FRAMES)
        self.complete(running(steps.INDEX, media), steps.INDEX, out, self.index(out))
        assert not Job.objects.filter(step="renditions", state="queued").exists()
        self.complete(running(steps.INDEX, media), steps.INDEX, out, self.index(out, start_frame=86400))
        assert Job.objects.filter(step="renditions", state="queued").exists()


class TestReaper:
    def test_superseded_files_go_after_the_grace(self, job, out, settings):
        put(job, out, text="old")
        old = Rendition.objects.get()
        files = files_of(job.media_id, old.pk)
        put(job, out, text="new")
        assert reaper.reap() == 0
        assert files.path.exists()
        settings.JOB_REAP_GRACE_SECONDS = 0
        Rendition.objects.filter(pk=old.pk).update(superseded_at=Now() - timedelta(seconds=5))
        reaper.reap()
        assert not files.path.exists()
        assert files.table_path
        assert not files.table_path.exists()
        (row,) = Rendition.objects.all()
        assert files_of(job.media_id, row.pk).path.read_text() == "new"

    def test_originals_are_never_touched(self, home, settings):
        upload = home / "upload"
        upload.write_text("x")
        sha = "e" * 64
        with transaction.atomic():
            media = api.adopt(upload, sha256=sha, size=1)
        row = Rendition.objects.create(
            media=media, kind="original", storage_key=media.original_key, sha256=sha, size=1, superseded_at="2020-01-01T00:00Z"
        )
        settings.JOB_REAP_GRACE_SECONDS = 0
        reaper.reap()
        assert not Rendition.objects.filter(pk=row.pk).exists()
        assert get_storage().exists(media.original_key)

    def test_strays_and_scratch_go(self, job, out, settings):
        put(job, out)
        storage = get_storage()
        storage.make_work_dir("dead-token")
        name = f"{job.pk}-{job.token.rpartition('-')[2]}"
        storage.make_work_dir(name)
        stray = out / "stray"
        stray.write_text("x")
        storage.publish(stray, "derived/m/stray.mp4")
        os.utime(storage.root / "work" / "dead-token", (0, 0))
        os.utime(storage.root / "work" / name, (0, 0))
        assert reaper.reap_strays(storage, grace=3600) == 0
        assert reaper.reap_strays(storage, grace=-1) == 1
        assert len(list(storage.keys("derived"))) == 2
        assert reaper.reap_work_dirs(storage) == 1
        assert [left for left, _ in storage.work_dirs()] == [name]


def test_adopt_recognises_content_and_takes_up_what_was_left(home):
    def adopt():
        upload = home / "again"
        upload.write_text("same bytes")
        with transaction.atomic():
            media = api.adopt(upload, sha256="f" * 64, size=10)
        upload.unlink()
        return media

    first, second = adopt(), adopt()
    assert first.pk == second.pk
    assert Job.objects.count() == 1
    api.cancel(first.pk)
    adopt()
    assert Job.objects.filter(state="queued").count() == 1
    jobs.refuse(claimed("index"), MediaError("a", "b", "c"))
    adopt()
    assert not Job.objects.filter(state="queued").exists(), "the same bytes get the same answer"
    Media.objects.all().delete()
    wrong = SimpleNamespace(path=home / "short")
    wrong.path.write_text("x")
    with pytest.raises(api.StorageError), transaction.atomic():
        api.adopt(wrong.path, sha256="f" * 64, size=10)
