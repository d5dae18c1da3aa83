"""Jobs as rows: claims, leases, counters, cancel, retry, versions. No process is started here."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from media_pipeline import api, jobs, steps
from media_pipeline.core.errors import MediaError
from media_pipeline.models import Job, Media
from media_pipeline.signals import media_changed
from tests.pipeline.conftest import latest

pytestmark = pytest.mark.django_db

CRASH = jobs.Failure("crashed", "it fell", "pick it up")


@pytest.fixture(autouse=True)
def _home(pipeline_home, monkeypatch):
    """Index and renditions alone; those that run beside others are in test_check_steps.py."""
    needed = {step.name: step for step in (steps.INDEX, steps.RENDITIONS)}
    monkeypatch.setattr(steps, "_steps", needed)


@pytest.fixture
def rung(monkeypatch):
    """Lanes that were rung."""
    lanes: list[str] = []
    monkeypatch.setattr(jobs, "_bells", [lanes.append])
    return lanes


def make_media(number=0):
    return Media.objects.create(sha256=f"{number:064x}", size=1)


def make_job(number=0, step=steps.INDEX):
    with transaction.atomic():
        return jobs.enqueue(make_media(number), step)


def expire(job):
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))


def claim(holder="me"):
    job = jobs.claim("index", holder=holder)
    assert job is not None
    return job


def fetch(job):
    return Job.objects.get(pk=job.pk)


class TestEnqueue:
    def test_one_active_job_per_step(self):
        media = make_media()
        first, second = jobs.enqueue(media, steps.INDEX), jobs.enqueue(media, steps.INDEX)
        assert first.pk == second.pk
        assert Job.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_rings_after_commit_and_never_after_a_rollback(self, rung):
        media = make_media()
        with transaction.atomic():
            jobs.enqueue(media, steps.INDEX)
            assert rung == []
        assert rung == ["index"]
        other = make_media(2)
        with transaction.atomic():
            jobs.enqueue(other, steps.INDEX)
            transaction.set_rollback(True)
        assert rung == ["index"]
        assert Job.objects.count() == 1

    def test_a_broken_bell_breaks_nothing(self, monkeypatch):
        def bell(lane):
            raise ConnectionError("the broker is away")

        monkeypatch.setattr(jobs, "_bells", [bell])
        jobs.ring("index")


class TestClaim:
    def test_oldest_first_and_what_people_wait_for_before_the_rest(self):
        again = make_job(1)
        Job.objects.filter(pk=again.pk).update(priority=jobs.PRIORITY_AGAIN)
        older, newer = make_job(2), make_job(3)
        assert [claim().pk for _ in range(3)] == [older.pk, newer.pk, again.pk]
        assert jobs.claim("index", holder="me") is None

    def test_only_of_its_lane(self):
        make_job(1, steps.RENDITIONS)
        assert jobs.claim("index", holder="me") is None
        assert jobs.claim("media", holder="me") is not None

    def test_not_before_its_time(self):
        job = make_job()
        Job.objects.filter(pk=job.pk).update(not_before=Now() + timedelta(seconds=60))
        assert jobs.claim("index", holder="me") is None
        assert jobs.lanes_with_work() == []
        Job.objects.filter(pk=job.pk).update(not_before=Now() - timedelta(seconds=1))
        assert jobs.lanes_with_work() == ["index"]
        assert claim().pk == job.pk

    def test_one_job_of_a_media_however_late_one_looks(self, monkeypatch):
        """Another worker may take the media's other job between the look and the claim."""
        media = make_media()
        jobs.enqueue(media, steps.INDEX)
        jobs.enqueue(media, steps.RENDITIONS)
        seen_before = list(jobs.claimable("media").values_list("pk", flat=True))
        assert claim() is not None
        monkeypatch.setattr(jobs, "claimable", lambda _lane: Job.objects.filter(pk__in=seen_before))
        assert jobs.claim("media", holder="other") is None

    def test_one_job_of_a_media_at_a_time(self):
        media = make_media()
        jobs.enqueue(media, steps.INDEX)
        jobs.enqueue(media, steps.RENDITIONS)
        first = claim()
        assert jobs.claim("media", holder="me") is None
        with transaction.atomic():
            jobs.finish(first, 1)
        assert jobs.claim("media", holder="me") is not None

    def test_a_job_of_another_release_is_swept_and_left_alone(self):
        job = make_job()
        claim()
        Job.objects.update(step="of_the_future")
        expire(job)
        assert jobs.sweep() == 1
        assert fetch(job).state == "queued"
        assert jobs.lanes_with_work() == []

    def test_a_job_whose_media_is_deleted_ends_quietly(self):
        make_job()
        job = claim()
        Media.objects.all().delete()
        assert not jobs.renew(job)
        assert not jobs.crash(job, CRASH)
        assert not jobs.stop(job)

    def test_race_of_eight_threads_claims_each_job_once(self, shared_database):
        expected = {make_job(number).pk for number in range(24)}
        taken, start = [], threading.Barrier(8)

        def work():
            try:
                start.wait()
                while job := jobs.claim("index", holder="racer"):
                    taken.append((job.pk, job.token))
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # A racer may leave early when the ten it looked at were all taken by others; the sweep rings for the rest.
        while job := jobs.claim("index", holder="late"):
            taken.append((job.pk, job.token))
        assert sorted(pk for pk, _ in taken) == sorted(expected)
        assert len({token for _, token in taken}) == 24


class TestLease:
    def test_lives_as_long_as_it_is_renewed(self):
        make_job()
        job = claim()
        assert jobs.renew(job, done=5, total=10, per_second=2.5)
        assert jobs.sweep() == 0
        row = fetch(job)
        assert (row.done_units, row.total_units, row.units_per_second) == (5, 10, 2.5)

    def test_expired_goes_back_and_counts_as_lost_not_as_crash(self, rung, django_capture_on_commit_callbacks):
        make_job()
        job = claim()
        expire(job)
        with django_capture_on_commit_callbacks(execute=True):
            assert jobs.sweep() == 1
        row = fetch(job)
        assert (row.state, row.lost, row.crashes, row.token) == ("queued", 1, 0, "")
        assert "index" in rung

    def test_the_late_holder_can_do_nothing_any_more(self):
        make_job()
        late = claim("late")
        expire(late)
        jobs.sweep()
        now = claim("now")
        assert not jobs.renew(late)
        assert not jobs.is_wanted(late)
        assert not jobs.refuse(late, MediaError("a", "b", "c"))
        assert not jobs.crash(late, CRASH)
        with transaction.atomic():
            assert not jobs.hold(late)
            assert not jobs.finish(late, 1)
        assert fetch(now).token == now.token
        with transaction.atomic():
            assert jobs.finish(now, 1)

    def test_lost_twenty_times_is_parked_with_its_reason(self):
        make_job()
        for _ in range(jobs.MAX_LOST):
            expire(claim())
            jobs.sweep()
        row = Job.objects.get()
        assert (row.state, row.lost, row.error_code) == ("failed_app", 20, "worker_lost")
        assert row.error_message
        assert row.error_remedy

    def test_a_dead_process_is_not_waited_for(self):
        make_job()
        job = claim()
        assert jobs.expire(job.token)
        assert jobs.sweep() == 1
        assert not jobs.expire(job.token)

    def test_an_orderly_stop_counts_as_nothing(self):
        make_job(1)
        make_job(2)
        mine, other = claim("mine"), claim("other")
        assert jobs.release("mine") == 1
        row = fetch(mine)
        assert (row.state, row.lost, row.crashes) == ("queued", 0, 0)
        assert fetch(other).state == "running"


class TestFailure:
    def test_own_crash_is_tried_once_more_then_parked_with_the_reason(self):
        make_job()
        jobs.crash(claim(), CRASH)
        row = Job.objects.get()
        assert (row.state, row.crashes, row.error_code) == ("queued", 1, "crashed")
        jobs.crash(claim(), CRASH)
        row = Job.objects.get()
        assert (row.state, row.crashes, row.error_message, row.error_remedy) == ("failed_app", 2, "it fell", "pick it up")
        assert row.finished_at is not None

    def test_waits_longer_after_each_crash(self, settings):
        settings.JOB_BACKOFF_SECONDS = 60
        make_job()
        jobs.crash(claim(), CRASH)
        assert jobs.claim("index", holder="me") is None

    def test_a_success_after_a_crash_clears_the_error(self):
        make_job()
        jobs.crash(claim(), CRASH)
        job = claim()
        with transaction.atomic():
            jobs.finish(job, 7)
        row = fetch(job)
        assert (row.state, row.error_code, row.done_units, row.total_units) == ("done", "", 7, 7)

    def test_a_bad_file_is_not_tried_again(self):
        make_job()
        jobs.refuse(claim(), MediaError("format_refused", "no video", "send one"))
        row = Job.objects.get()
        assert (row.state, row.error_code, row.error_message, row.error_remedy) == (
            "failed_user",
            "format_refused",
            "no video",
            "send one",
        )


class TestCancel:
    def test_waiting_at_once(self):
        job = make_job()
        assert api.cancel(job.media_id) == 1
        assert fetch(job).state == "cancelled"
        assert api.cancel(job.media_id) == 0

    def test_running_is_asked_and_stops(self):
        make_job()
        job = claim()
        assert not jobs.stop(job), "nobody asked yet"
        assert api.cancel(job.media_id) == 1
        assert fetch(job).state == "running"
        assert not jobs.is_wanted(job)
        assert not jobs.renew(job)
        assert jobs.stop(job)
        assert fetch(job).state == "cancelled"

    @pytest.mark.parametrize("how", ["worker died", "worker stopped", "child crashed"])
    def test_a_wish_to_cancel_outlives_the_worker(self, how):
        make_job()
        job = claim()
        api.cancel(job.media_id)
        if how == "worker died":
            expire(job)
            jobs.sweep()
        elif how == "worker stopped":
            jobs.release("me")
        else:
            jobs.crash(job, CRASH)
        assert fetch(job).state == "cancelled"

    def test_retry_begins_a_new_job(self):
        job = make_job()
        assert api.retry(job.media_id) == 0, "it is still waiting"
        api.cancel(job.media_id)
        assert api.retry(job.media_id) == 1
        again = latest(job.media, "index")
        assert again.pk != job.pk
        assert (again.state, again.crashes) == ("queued", 0)

    def test_retry_begins_where_it_failed(self):
        job = make_job()
        with transaction.atomic():
            jobs.finish(claim(), 1)
            jobs.enqueue(job.media, steps.RENDITIONS)
        running = jobs.claim("media", holder="me")
        assert running is not None
        jobs.refuse(running, MediaError("a", "b", "c"))
        assert api.retry(job.media_id) == 1
        assert latest(job.media, "renditions").state == "queued"
        assert Job.objects.filter(step="index").count() == 1


class TestVersions:
    @pytest.fixture
    def raised(self):
        from dataclasses import replace

        steps.register(replace(steps.INDEX, version=steps.INDEX.version + 1))
        yield
        steps.register(steps.INDEX)

    def finish_all(self, count):
        for number in range(count):
            job = make_job(number)
            Media.objects.filter(pk=job.media_id).update(frame_count=1)
            with transaction.atomic():
                jobs.finish(claim(), 1)

    def test_nothing_to_do_while_versions_stand(self):
        self.finish_all(2)
        assert api.rerun_outdated() == 0

    def test_a_raised_version_runs_again_for_all_behind_new_media(self, raised):
        self.finish_all(3)
        Job.objects.update(step_version=1)
        assert api.rerun_outdated() == 3
        assert api.rerun_outdated() == 0, "they are ordered already"
        new = make_job(9)
        assert claim().pk == new.pk
        assert claim().priority == jobs.PRIORITY_AGAIN

    def test_it_is_spread_newest_first(self, raised):
        self.finish_all(3)
        Job.objects.update(step_version=1)
        assert (api.rerun_outdated(0), api.count_outdated()) == (0, 3)
        assert (api.rerun_outdated(2), api.rerun_outdated(2), api.count_outdated()) == (2, 0, 1)
        newest = Media.objects.order_by("-created_at")[:2]
        again = Job.objects.filter(state="queued", priority=jobs.PRIORITY_AGAIN)
        assert set(again.values_list("media_id", flat=True)) == {media.pk for media in newest}
        with transaction.atomic():
            jobs.finish(claim(), 1)
        assert (api.rerun_outdated(2), api.count_outdated()) == (1, 0)

    def test_what_follows_waits_for_what_comes_before(self, raised):
        self.finish_all(1)
        media = Media.objects.get()
        with transaction.atomic():
            jobs.enqueue(media, steps.RENDITIONS)
        done = jobs.claim("media", holder="me")
        assert done is not None
        with transaction.atomic():
            jobs.finish(done, 1)
        Job.objects.update(step_version=0)
        assert api.rerun_outdated() == 1
        assert Job.objects.get(state="queued").step == "index"

    def test_what_was_refused_gets_another_chance_what_was_cancelled_does_not(self, raised):
        make_job(1)
        make_job(2)
        jobs.refuse(claim(), MediaError("a", "b", "c"))
        api.cancel(claim().media_id)
        jobs.release("me")
        Job.objects.update(step_version=1)
        assert api.rerun_outdated() == 1
        assert Job.objects.get(state="queued").media.sha256 == f"{1:064x}"


def test_every_change_of_state_is_told_inside_its_transaction():
    told = []

    def listen(sender, media_id, what, detail, **_):
        assert connection.in_atomic_block
        told.append((what, detail["state"]))

    media_changed.connect(listen)
    try:
        make_job()
        jobs.crash(claim(), CRASH)
        expire(claim())
        jobs.sweep()
        with transaction.atomic():
            jobs.finish(claim(), 1)
    finally:
        media_changed.disconnect(listen)
    states = ["queued", "running", "queued", "running", "queued", "running", "done"]
    assert told == [("job", state) for state in states]
