"""Two projects that hold the same content: neither can stop the other's work, and neither learns of the other."""

import hashlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models.functions import Now

from media_pipeline import api as pipeline
from media_pipeline import jobs, steps
from media_pipeline.models import Job, Media, Rendition
from review.access import Actor
from review.actions import checks, uploads
from review.actions import media as actions
from review.live import pump
from review.models import Event, Role
from review.selectors import media as selectors
from tests import factories
from tests.review.test_uploads import Described

BODY = b"the same bytes"


@pytest.fixture(autouse=True)
def storage(tmp_path, settings):
    settings.MEDIA_ROOT, settings.UPLOAD_ROOT = tmp_path / "media", tmp_path / "uploads"
    settings.UPLOAD_DISK_RESERVE_BYTES = 0
    return tmp_path


def upload(project: Any, person: Any, folder: Path, *, body: bytes = BODY, asset_id: str = "") -> uploads.Finished:
    described = Described(filename="sc010.mov", project_id=project.pk, asset_id=asset_id)
    begun = uploads.create_upload(
        Actor(person), described, size=len(body), free_bytes=2**40, pending_bytes=lambda rows: sum(rows.values())
    )
    path = folder / f"{begun.pk}.part"
    path.write_bytes(body)
    return uploads.finish_upload(begun.pk, path=path, sha256=hashlib.sha256(body).hexdigest())


@pytest.fixture
def two(db: None, storage: Path) -> SimpleNamespace:
    """Two projects with an editor each, who know nothing of each other and have uploaded the same content."""
    sides = []
    for name in ("first", "second"):
        project = factories.project(name=name)
        editor = factories.person_in(project, Role.EDITOR)
        version_id = upload(project, editor, storage).version_id
        sides.append(SimpleNamespace(project=project, editor=editor, actor=Actor(editor), version_id=version_id))
    return SimpleNamespace(first=sides[0], second=sides[1], media=Media.objects.get())


def shown(api: Any, side: SimpleNamespace) -> dict[str, Any]:
    media: dict[str, Any] = api(side.editor).get(f"/api/v1/versions/{side.version_id}/media").json()["data"]
    return media


def job_of(media: Media) -> Job:
    return Job.objects.get(media=media, step="index")


def run_index(media: Media) -> Job:
    """The index job, as a worker has begun it."""
    job = jobs.claim("index", holder="tester")
    assert job is not None
    assert job.media_id == media.pk
    return job


def complete(job: Job) -> None:
    """What publish.complete() does to the rows."""
    from django.db import transaction

    with transaction.atomic():
        Media.objects.filter(pk=job.media_id).update(frame_count=100, rate_num=24, rate_den=1)
        factories.rendition(job.media, Rendition.Kind.FRAME_INDEX, label="", job=job)
        jobs.finish(job, 100)
        jobs.enqueue(job.media, steps.get("renditions"))


class TestCancel:
    def test_stops_nothing_that_another_project_wants(self, two, api):
        job = run_index(two.media)
        assert api(two.first.editor).post(f"/api/v1/versions/{two.first.version_id}/media/cancel").status_code == 200
        job.refresh_from_db()
        assert (job.state, job.cancel_requested) == (Job.State.RUNNING, False)
        assert (shown(api, two.first)["state"], shown(api, two.second)["state"]) == ("cancelled", "indexing")

    def test_stops_the_work_once_nobody_wants_it(self, two, api):
        run_index(two.media)
        actions.cancel(two.first.actor, two.first.version_id)
        actions.cancel(two.second.actor, two.second.version_id)
        assert job_of(two.media).cancel_requested
        assert (shown(api, two.first)["state"], shown(api, two.second)["state"]) == ("cancelled", "cancelled")

    @pytest.mark.parametrize("how", ["version", "asset", "project"])
    def test_what_is_deleted_wants_nothing(self, two, how):
        version = two.second.project.assets.get().versions.get()
        row = {"version": version, "asset": version.asset, "project": two.second.project}[how]
        setattr(row, "archived_at" if how == "project" else "deleted_at", two.media.created_at)
        row.save()
        actions.cancel(two.first.actor, two.first.version_id)
        assert job_of(two.media).state == Job.State.CANCELLED

    def test_the_canceller_sees_the_same_whoever_else_goes_on(self, two, api):
        """Whatever is made for the other project afterwards, this one's answers stay as they are."""
        complete(run_index(two.media))
        running = jobs.claim("media", holder="tester")
        assert running is not None
        factories.rendition(two.media, Rendition.Kind.POSTER, label="", job=running)
        Job.objects.filter(pk=running.pk).update(done_units=40, total_units=100)
        actions.cancel(two.first.actor, two.first.version_id)
        before, events = shown(api, two.first), Event.objects.filter(project=two.first.project).count()
        assert (before["state"], before["frame_count"], bool(before["poster_url"])) == ("cancelled", 100, True)
        assert [(job["step"], job["state"], job["done"]) for job in before["jobs"]] == [
            ("index", "done", 100),
            ("renditions", "cancelled", 0),
        ]
        two.media.refresh_from_db()
        factories.rendition(two.media, Rendition.Kind.PROXY, label="720p", job=running)
        pipeline.media_changed.send(sender=Job, media_id=two.media.pk, what="rendition", detail={})
        assert shown(api, two.first) == before
        Job.objects.filter(pk=running.pk).update(state=Job.State.DONE, finished_at=Now())
        assert shown(api, two.first) == before
        assert shown(api, two.second)["state"] == "ready"
        assert Event.objects.filter(project=two.first.project).count() == events, "not a word of the other's progress"
        listed = api(two.first.editor).get(f"/api/v1/projects/{two.first.project.pk}/assets").json()["data"]
        assert listed[0]["latest_version"]["media_state"] == "cancelled"

    def test_the_index_is_not_told_either(self, two, api):
        job = run_index(two.media)
        actions.cancel(two.first.actor, two.first.version_id)
        complete(job)
        assert shown(api, two.first)["frame_count"] is None
        answer = api(two.first.editor).get(f"/api/v1/versions/{two.first.version_id}/frame-index")
        assert (answer.status_code, answer.json()["code"]) == (409, "media_not_indexed")

    def test_looks_the_same_alone(self, db, storage, api):
        """A project that shares with nobody sees after cancelling what one that shares sees."""
        project = factories.project()
        side = SimpleNamespace(editor=project.created_by, version_id=upload(project, project.created_by, storage).version_id)
        media = Media.objects.get()
        complete(run_index(media))
        running = jobs.claim("media", holder="tester")
        assert running is not None
        actions.cancel(Actor(side.editor), side.version_id)
        at_once = shown(api, side)
        jobs.stop(running)
        assert shown(api, side) == at_once
        assert at_once["state"] == "cancelled"

    def test_progress_is_for_those_who_want_it(self, two):
        run_index(two.media)
        actions.cancel(two.first.actor, two.first.version_id)
        rooms = {side.project.pk: pump.Room() for side in (two.first, two.second)}
        pump._jobs_by_media(rooms)
        assert rooms[two.first.project.pk].media_ids == []
        assert rooms[two.second.project.pk].media_ids == [two.media.pk]

    def test_nothing_to_cancel_is_no_wish(self, two, api):
        for step in steps.all_steps():
            Job.objects.update_or_create(media=two.media, step=step.name, defaults={"state": "done", "step_version": 1})
        Job.objects.update(finished_at=Now())
        actions.cancel(two.first.actor, two.first.version_id)
        pipeline.media_changed.send(sender=Job, media_id=two.media.pk, what="rendition", detail={})
        newest = Event.objects.filter(project=two.first.project, kind="media.changed").latest("seq")
        assert newest.payload["what"] == "rendition", "it still hears of its media"


class TestWantedAgain:
    def test_retry_resumes_the_wish(self, two, api):
        job = run_index(two.media)
        actions.cancel(two.first.actor, two.first.version_id)
        assert api(two.first.editor).post(f"/api/v1/versions/{two.first.version_id}/media/retry").status_code == 200
        assert shown(api, two.first)["state"] == "indexing"
        newest = Event.objects.filter(project=two.first.project, kind="media.changed").latest("seq")
        assert newest.payload["state"] == "indexing"
        assert Job.objects.get(media=two.media) == job, "it was never stopped, so nothing is begun anew"
        actions.cancel(two.second.actor, two.second.version_id)
        job.refresh_from_db()
        assert not job.cancel_requested, "now the first one wants it"

    def test_retry_starts_what_was_cancelled(self, two, api):
        for side in (two.first, two.second):
            actions.cancel(side.actor, side.version_id)
        actions.retry(two.first.actor, two.first.version_id)
        assert Job.objects.filter(media=two.media, state=Job.State.QUEUED).count() == 1
        assert (shown(api, two.first)["state"], shown(api, two.second)["state"]) == ("new", "cancelled")

    def test_the_same_content_once_more(self, two, api, storage):
        """Whoever uploads the file again wants it worked on, for all versions of the project that hold it."""
        actions.cancel(two.first.actor, two.first.version_id)
        again = upload(two.first.project, two.first.editor, storage)
        assert again.known == "project"
        assert again.version_id != two.first.version_id
        assert shown(api, two.first)["state"] == "new"
        wishes = [one.payload for one in Event.objects.filter(project=two.first.project) if one.payload.get("what") == "wish"]
        assert [(one["version_ids"], one["state"]) for one in wishes] == [
            ([two.first.version_id], "cancelled"),
            ([two.first.version_id], "new"),
        ]

    def test_by_another_project_leaves_the_wish_of_this_one(self, two, api, storage):
        for side in (two.first, two.second):
            actions.cancel(side.actor, side.version_id)
        third = factories.project()
        upload(third, third.created_by, storage)
        assert Job.objects.filter(media=two.media, state=Job.State.QUEUED).count() == 1
        assert shown(api, two.first)["state"] == "cancelled"


class TestWhatAnUploadTells:
    def test_content_of_other_projects_is_not_known(self, two, storage):
        outside = factories.project()
        assert upload(outside, outside.created_by, storage).known == ""

    def test_content_of_the_own_project_is(self, two, storage):
        assert upload(two.first.project, two.first.editor, storage).known == "project"
        asset = two.first.project.assets.order_by("created_at").first()
        assert upload(two.first.project, two.first.editor, storage, asset_id=asset.pk).known == "version"

    def test_what_was_deleted_is_not_known(self, two, storage):
        two.first.project.assets.update(deleted_at=two.media.created_at)
        assert upload(two.first.project, two.first.editor, storage).known == ""

    def test_answers_for_new_and_shared_content_differ_in_nothing_but_names(self, two, storage, api):
        """As long as the work is not done, the same fields with the same values, whether others hold the content or not."""
        outside = factories.project()
        finished = [upload(outside, outside.created_by, storage, body=body) for body in (BODY, b"all new bytes!")]
        answers = []
        for one in finished:
            side = SimpleNamespace(editor=outside.created_by, version_id=one.version_id)
            answers.append(shown(api, side))
        own = {"id", "sha256", "jobs"}
        assert all(answers[0][name] == answers[1][name] for name in answers[0].keys() - own)
        assert [{**job, "id": ""} for job in answers[0]["jobs"]] == [{**job, "id": ""} for job in answers[1]["jobs"]]


def test_selector_asks_a_fixed_number_of_questions(two, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        selectors.known_to(two.first.project.pk, [two.media.pk])


@pytest.mark.parametrize(
    ("what", "detail", "judged"),
    [
        ("rendition", {"kind": "preview"}, False),
        ("rendition", {"kind": "measurements"}, True),
        ("job", {"step": "decoded_checks", "state": "done"}, True),
        ("indexed", {}, True),
    ],
)
def test_a_report_is_judged_again_only_by_what_may_change_it(two, monkeypatch, what, detail, judged):
    asked: list[str] = []
    monkeypatch.setattr(checks, "follow_media", lambda project_id, version_ids: asked.append(project_id))
    pipeline.media_changed.send(sender=Job, media_id=two.media.pk, what=what, detail=detail)
    assert sorted(asked) == (sorted([two.first.project.pk, two.second.project.pk]) if judged else [])
