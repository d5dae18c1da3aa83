"""kill -9 at the moments that chance seldom meets: between what was made and the commit that shows it, and around both.

The worker is the product's; the tests' settings make it stand still at the moment asked for (scripted/stops.py).
"""

import os
import signal
from pathlib import Path

import pytest

from media_pipeline import jobs
from media_pipeline.models import Job
from tests.pipeline.conftest import adopt_script, latest
from tests.pipeline.scripted.stops import MOMENTS
from tests.pipeline.scripted_work import all_ready, assert_once, work
from tests.pipeline.worker_process import WorkerProcess, children, is_alive, tree, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

VICTIMS = ("pool", "celery", "supervisor")
FULL = os.environ.get("TWOPOP_E2E_FULL") == "1"
CELLS = [(moment, victim) for moment in MOMENTS for victim in (VICTIMS if FULL else ("pool",))]
CELLS += [] if FULL else [("between output and commit", "supervisor")]
CELLS += [("between a file and its commit", victim) for victim in ("child", "fork server")]


@pytest.fixture
def worker(pipeline_home, shared_database, scripted, monkeypatch):
    monkeypatch.setattr(jobs, "_bells", [])
    worker = WorkerProcess(pipeline_home, shared_database, TWOPOP_TEST_STOPS="1")
    yield worker
    worker.close()


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def victim_of(worker, role, pool):
    """The process of that role on the way to the pool process that stands still, or below it."""
    if role in {"child", "fork server"}:
        (server,) = children(pool)
        return children(server)[0] if role == "child" else server
    return {"pool": pool, "celery": parent(pool), "supervisor": worker.pid}[role]


def test_kill_9_at_every_moment(worker, pipeline_home):
    stop, stopped = pipeline_home / "stop", pipeline_home / "stopped"
    medias = []
    worker.start()
    for number, (moment, role) in enumerate(CELLS):
        where = f"{role} killed {moment}"
        stop.write_text(moment)
        media = adopt_script(pipeline_home, work(number, 3.0 if role == "child" else 0.2))  # it works on while its file waits
        medias.append(media)
        wait_for(lambda: stopped.exists() and stopped.read_text(), what=f"got to: {where}", log=worker.log)
        victim = victim_of(worker, role, int(stopped.read_text()))
        below = tree(victim)
        os.kill(victim, signal.SIGKILL)
        if role == "supervisor":
            worker.process.wait()
        wait_for(lambda: not any(map(is_alive, below)), seconds=5, what=f"nothing is left: {where}")  # noqa: B023
        stopped.unlink()
        if role == "supervisor":
            worker.start()
        wait_for(lambda: all_ready([media]), what=f"finished: {where}", log=worker.log)  # noqa: B023
        assert_once([media])
        job = latest(media, "renditions")
        crashed = role in {"child", "fork server"}
        assert job.crashes == int(crashed), f"whose fault it was: {where}"
        if not crashed and moment not in {"before the claim", "after the commit"}:
            assert job.lost >= 1, where
    assert_once(medias)
    assert not Job.objects.exclude(state="done").exists()
    worker.terminate()
    assert not list((pipeline_home / "media" / "work").iterdir())
