"""The worker: a supervisor that starts Celery's prefork pool, sweeps, and gives back what runs when it is told to stop.

    supervisor (this process)          sweeps, rings, reaps; no media, no long transactions
      └ celery                         takes hints from the broker
          └ pool process × slots       claims and runs one job at a time
              └ fork server            warm libraries, no network, no privileges
                  └ child              parses the one file

Each is killed by the kernel when the one above it ends, so that nothing is ever left running. Celery is forked and not started
anew: all that it needs is loaded here already, and to load it is most of what a start costs. The sweep lives here and not
in Celery's beat: it needs no schedule file, no message, and it still runs when the broker does not.
"""

import contextlib
import importlib
import logging
import os
import secrets
import signal
import threading
import time
import warnings
from collections.abc import Callable

import billiard
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, connections

from media_pipeline import api, enclosures, jobs, reaper, slots
from media_pipeline.core.lockdown import die_with_parent
from media_pipeline.storage import get_storage

log = logging.getLogger(__name__)

REAP_EVERY_SECONDS = 600
REMAKE_EVERY_SECONDS = 20
LONGEST_PAUSE_SECONDS = 30
STABLE_SECONDS = 30


def concurrency() -> int:
    """Processes of the pool: one per slot."""
    return sum(settings.JOB_SLOTS.values())


def celery_arguments() -> list[str]:
    """What Celery's command is told for the pool; `manage.py worker` does it."""
    return [
        *("--quiet", "worker"),
        *("--pool", "prefork", "--concurrency", str(concurrency()), "--loglevel", "WARNING"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat", "--hostname", f"{slots.worker_name()}@%h"),
    ]


class Worker:
    """Runs until `stop` is called (from a signal handler, say)."""

    def __init__(self) -> None:
        os.environ["TWOPOP_WORKER_ID"] = secrets.token_hex(4)
        self._stop = threading.Event()
        self._pool: billiard.Process | None = None
        self._presence = -1
        self._started = 0.0
        self._deaths = 0
        self._due = 0.0

    def stop(self) -> None:
        self._stop.set()

    def run(self) -> None:
        """Keep a pool running and the rows honest. On return nothing of it runs and nothing is held."""
        next_reap = next_remake = 0.0
        with slots.presence() as self._presence:
            try:
                while not self._stop.is_set():
                    self._keep_pool()
                    self._guarded(sweep)
                    if time.monotonic() >= next_remake:
                        next_remake = time.monotonic() + REMAKE_EVERY_SECONDS
                        self._guarded(lambda: api.rerun_outdated(settings.JOB_REMAKES))
                    for callback in _besides:
                        self._guarded(callback)
                    if time.monotonic() >= next_reap:
                        next_reap = time.monotonic() + REAP_EVERY_SECONDS
                        self._guarded(reaper.reap)
                    self._stop.wait(settings.JOB_SWEEP_SECONDS)
            finally:
                self._kill_pool()
                self._guarded(lambda: jobs.release(slots.worker_name()))
                self._guarded(lambda: reaper.reap_work_dirs(get_storage()))

    def _keep_pool(self) -> None:
        now = time.monotonic()
        if self._pool is not None and (code := self._pool.exitcode) is not None:
            self._deaths = 1 if now - self._started > STABLE_SECONDS else self._deaths + 1
            pause = min(2 ** (self._deaths - 1) - 1, LONGEST_PAUSE_SECONDS)
            log.error("the pool ended with code %s; starting it again in %s s", code, pause)
            self._kill_pool()
            self._due = now + pause
        if self._pool is None and now >= self._due:
            self._started = now
            connections.close_all()  # what is open is not for two
            # Celery's own kind of process: what it and its libraries hold is made anew in it.
            self._pool = billiard.Process(target=_run_pool, args=(os.getpid(), self._presence))
            self._pool.start()

    def _kill_pool(self) -> None:
        """Everything may be killed at any time, so stopping is killing; the rows are given back afterwards."""
        if self._pool is None:
            return
        assert self._pool.pid, "it was started"
        for kill in (os.killpg, os.kill):  # it may have no group of its own yet
            with contextlib.suppress(ProcessLookupError):
                kill(self._pool.pid, signal.SIGKILL)
        self._pool.join()
        self._pool = None
        deadline = time.monotonic() + 1
        while not slots.all_free() and time.monotonic() < deadline:
            time.sleep(0.01)

    def _guarded(self, action: Callable[[], object]) -> None:
        """The database may be away for a while; the supervisor stays."""
        try:
            close_old_connections()
            action()
        except DatabaseError as error:
            log.warning("the database does not answer: %s", error)
            connection.close()
        except Exception:
            log.exception("the worker's supervisor goes on")


def _run_pool(supervisor: int, presence: int) -> None:
    """In the forked process: be Celery's main process, which ends with the supervisor."""
    die_with_parent(supervisor)
    os.setsid()  # Ctrl-C reaches the supervisor only, which then stops the rest in order
    os.close(presence)  # the mark of the supervisor's life is not to outlive it
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    # Whether it runs as root is `manage.py doctor`'s to say, not a paragraph of every start.
    warnings.filterwarnings("ignore", "You're running the worker with superuser")
    # The checks belong to `manage.py check`: they load every page and API, which a worker does not need.
    os.environ["CELERY_SKIP_CHECKS"] = "1"
    importlib.import_module(settings.CELERY_APP).app.worker_main(celery_arguments())


def sweep() -> None:
    """Put back what dead processes held, then ring for what waits where there is room for it."""
    for token in slots.dead_tokens():
        jobs.expire(token)
    jobs.sweep()
    lanes = set(jobs.lanes_with_work())
    if enclosures.waiting().exists():
        lanes.add(enclosures.LANE)
    for lane in sorted(lanes):
        if slots.has_free(lane):
            jobs.ring(lane)


_besides: list[Callable[[], object]] = []


def on_sweep(callback: Callable[[], object]) -> None:
    """Call `callback()` in each sweep, for work that waits elsewhere than in this app's rows. It must be quick."""
    if callback not in _besides:
        _besides.append(callback)
