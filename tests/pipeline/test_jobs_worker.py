"""Whatever dies, and whenever: the work is finished after a restart, once. Real processes, a real broker, kill -9."""

import contextlib
import os
import random
import signal
import time
from typing import Any

import pytest
from celery import Celery
from django.db.models import F

from media_pipeline import api, jobs
from media_pipeline.models import Job, Rendition
from tests.pipeline.conftest import adopt_script, latest
from tests.pipeline.scripted_work import FRAMES, all_ready, assert_once, is_mid_way, work
from tests.pipeline.worker_process import WorkerProcess, is_alive, redis_server, tree, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def worker(pipeline_home, shared_database, scripted):
    worker = WorkerProcess(pipeline_home, shared_database)
    yield worker
    worker.close()


@pytest.fixture(autouse=True)
def _no_bell(monkeypatch):
    """No hint is sent from here (all of them are "lost") unless a test says so: the sweep must find the rows."""
    monkeypatch.setattr(jobs, "_bells", [])


def test_kill_9_mid_way(worker, pipeline_home):
    """Each kind of process, the worker's supervisor last, while it is at work."""
    worker.start()
    for number, victim in enumerate(["child", "fork server", "pool", "celery", "supervisor"]):
        media = adopt_script(pipeline_home, work(number, 1.5))
        wait_for(lambda: is_mid_way(media), what=f"work begins, to kill {victim}", log=worker.log)  # noqa: B023
        below = kill(worker, victim)
        assert below, f"no {victim} at work"
        wait_for(lambda: not any(map(is_alive, below)), seconds=5, what="nothing is left running")  # noqa: B023
        if victim == "supervisor":
            worker.start()
        wait_for(lambda: all_ready([media]), what=f"finished after {victim} was killed", log=worker.log)  # noqa: B023
        assert_once([media])
        job = latest(media, "renditions")
        if victim in {"child", "fork server"}:
            assert (job.crashes, job.lost) == (1, 0), "whose fault it was"
        else:  # on a busy machine the next one may lose its lease, too
            assert job.crashes == 0 < job.lost, "whose fault it was"


FULL = os.environ.get("TWOPOP_E2E_FULL") == "1"
BROKER = "redis" if os.environ.get("REDIS_URL") else "files"  # of this run; the full run crosses databases and brokers
STORMS = {"files": ["pool", "celery", "supervisor", "pool"], "redis": ["pool", "supervisor"]}


@pytest.mark.servers
@pytest.mark.parametrize(
    "broker",
    [
        pytest.param(name, marks=pytest.mark.skipif(name != BROKER and not FULL, reason=f"the run with {name} does it"))
        for name in STORMS
    ],
)
def test_storm_of_kills(worker, pipeline_home, broker, request):
    """kill -9 of whatever, at any time: everything is finished, once, and nobody is condemned for it."""
    chance = random.Random(broker)
    worker.environment.pop("REDIS_URL", None)
    if broker == "redis":
        server = redis_server(pipeline_home)
        worker.environment["REDIS_URL"] = server.__enter__()
        request.addfinalizer(lambda: server.__exit__(None, None, None))
    medias = [adopt_script(pipeline_home, work(number, chance.uniform(0.5, 1.0))) for number in range(len(STORMS[broker]) + 2)]
    worker.start()
    for number, victim in enumerate(STORMS[broker]):
        if number == 0:  # strikes work for sure, however busy the machine is
            wait_for(lambda: any(map(is_mid_way, medias)), what="work begins", log=worker.log)
        wait_for(lambda: worker.find("pool") or all_ready(medias), what="a pool at work", log=worker.log)
        if all_ready(medias):
            break
        if number:
            time.sleep(chance.uniform(0, 0.4))  # not a wait for anything: the moment is meant to be any
        if worker.find(victim) is None or not kill(worker, victim):
            continue
        if victim == "supervisor":
            worker.start()
    wait_for(lambda: all_ready(medias), what="all finished", log=worker.log)
    assert_once(medias)
    assert not Job.objects.filter(crashes__gt=0).exists()
    assert Job.objects.filter(lost__gt=0).exists(), "no kill struck anything"
    worker.terminate()
    assert not list((pipeline_home / "media" / "work").iterdir())


def kill(worker, victim):
    """SIGKILL; returns the process ids of the victim and of all below it, none if there is no such process (any more)."""
    pid = worker.find(victim)
    if pid is None:
        return []
    below = tree(pid)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    if victim == "supervisor":
        worker.process.wait()
        worker.process = None
    return below


def test_poison_beside_good_ones(worker, pipeline_home):
    """Crashes are parked with their reason after the second time; a bad file at once; the others do not notice."""
    poison = adopt_script(pipeline_home, {"number": "poison", "renditions": {"then": "segv"}})
    raises = adopt_script(pipeline_home, {"number": "raises", "index": {"then": "raise"}})
    hungry = adopt_script(pipeline_home, {"number": "hungry", "index": {"then": "memory"}})
    refused = adopt_script(pipeline_home, {"number": "bad", "index": {"media_error": ["format_refused", "No.", "Send one."]}})
    liar = adopt_script(
        pipeline_home,
        {"renditions": {"publish": [{"kind": "proxy", "label": "720p", "frames": FRAMES - 1, "mime": "video/mp4"}]}},
    )
    late = adopt_script(
        pipeline_home,
        {"renditions": {"publish": [{"kind": "proxy", "label": "720p", "frames": FRAMES, "late": 1, "mime": "video/mp4"}]}},
    )
    good = [adopt_script(pipeline_home, work(number, 0.1)) for number in range(12)]
    bad = [poison, raises, hungry, refused, liar, late]
    worker.start()

    def over():
        return all_ready(good) and all(status.state == "failed" for status in api.status([m.pk for m in bad]).values())

    wait_for(over, what="good ones done, bad ones failed", log=worker.log)
    assert_once(good)
    errors: dict[str, Any] = {media.pk: api.status([media.pk])[media.pk].jobs[-1] for media in bad}
    assert {errors[media.pk].state for media in (poison, raises, hungry, liar, late)} == {"failed_app"}
    assert "SIGSEGV" in errors[poison.pk].error.message
    assert "scripted" in errors[raises.pk].error.message
    assert errors[hungry.pk].error.code == "out_of_memory"
    assert f"{FRAMES - 1} frames" in errors[liar.pk].error.message
    assert "frame 0 is at tick 1, the frame index says 0" in errors[late.pk].error.message
    assert (errors[refused.pk].state, errors[refused.pk].error.code) == ("failed_user", "format_refused")
    assert {job.crashes for job in Job.objects.filter(state="failed_app")} == {jobs.MAX_CRASHES}
    assert not Rendition.objects.filter(media__in=[liar, late], kind="proxy").exists()


def test_cancel_retry_an_orderly_stop_and_a_raised_version(worker, pipeline_home):
    earlier = adopt_script(pipeline_home, work(0, 0))
    media = adopt_script(pipeline_home, work(1, 3))
    worker.start()
    wait_for(lambda: all_ready([earlier]) and is_mid_way(media), what="work begins", log=worker.log)
    child = worker.find("child")
    begun = time.monotonic()
    assert api.cancel(media.pk) == 1
    wait_for(lambda: latest(media, "renditions").state == "cancelled", what="cancelled", log=worker.log)
    assert time.monotonic() - begun < 3
    assert not is_alive(child)
    assert api.status([media.pk])[media.pk].state == "cancelled"

    assert api.retry(media.pk) == 1
    wait_for(lambda: is_mid_way(media), what="work begins again", log=worker.log)
    running = latest(media, "renditions")
    below = tree(worker.pid)
    assert worker.terminate() < 4  # two seconds, on a machine that has nothing else to do
    assert not any(map(is_alive, below))
    running.refresh_from_db()
    assert (running.state, running.crashes, running.lost, running.token) == ("queued", 0, 0, "")

    before = set(Rendition.objects.filter(media=earlier).values_list("pk", flat=True))
    Job.objects.filter(media=earlier, step="renditions").update(step_version=F("step_version") - 1)
    worker.start()
    wait_for(lambda: all_ready([media]), what="done by the next worker", log=worker.log)
    again = Job.objects.filter(media=earlier, step="renditions")
    wait_for(lambda: again.filter(state="done").count() == 2, what="the old version's result made anew", log=worker.log)
    assert Job.objects.filter(media=earlier, step="index").count() == 1
    assert set(Rendition.objects.filter(media=earlier).values_list("pk", flat=True)) == before, "same bytes, same rows"


def test_a_quick_job_does_not_wait_behind_a_long_one(worker, pipeline_home, monkeypatch):
    """And from the commit to the claim it takes the doorbell only, no sweep."""
    worker.environment["TWOPOP_JOB_SWEEP_SECONDS"] = "60"
    long = adopt_script(pipeline_home, work(1, 30))
    worker.start()
    wait_for(lambda: is_mid_way(long), seconds=80, what="the long one runs", log=worker.log)
    ring_as_the_web_server_does(worker, monkeypatch)
    waits = []
    for number in range(2, 5):
        media = adopt_script(pipeline_home, work(number))
        wait_for(lambda: latest(media, "index").state == "done", seconds=20, what="indexed", log=worker.log)  # noqa: B023
        job = latest(media, "index")
        waits.append((job.started_at - job.created_at).total_seconds())
    assert is_mid_way(long)
    assert min(waits) < 0.3, waits


def ring_as_the_web_server_does(worker, monkeypatch):
    if url := worker.environment.get("REDIS_URL"):
        web = Celery(broker=url, set_as_current=False)
    else:
        web = Celery(broker="folder://localhost", set_as_current=False)
        web.conf.broker_transport = "media_pipeline.doorbell:Transport"
        web.conf.broker_transport_options = {"folder": f"{worker.log.parent}/broker"}
    monkeypatch.setattr(jobs, "_bells", [lambda lane: web.send_task("media_pipeline.work", args=[lane])])
