"""Running claimed jobs: slots, one limited child per job, heartbeat, and what comes of it.

Everything happens in one thread of a pool process of the worker. Whatever dies, and whenever: the row says what must be
done again, and what was half made lies in the job's work folder, which nobody serves.
"""

import errno
import logging
import os
import signal
import time
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings

from media_pipeline import enclosures, jobs, slots, steps
from media_pipeline.core.errors import MediaError
from media_pipeline.core.sandbox import Child, ForkServer
from media_pipeline.core.source_frames import SourceFrames
from media_pipeline.models import Job, Media
from media_pipeline.publish import check, complete, current_files, publish, stored_frames
from media_pipeline.storage import Storage, get_storage

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25
LOOK_SECONDS = 0.5  # how often progress is written and a wish to cancel noticed
RATE_WINDOW_SECONDS = 8.0
STDERR_CHARS = 600

_server: ForkServer | None = None


def server() -> ForkServer:
    """This process's fork server. Not inherited by forks: each process of the pool has its own."""
    global _server
    if _server is None:
        _server = ForkServer(
            sorted({run.partition(":")[0] for run in (enclosures.RUN, *(step.run for step in steps.all_steps()))})
        )
    return _server


def warm_up() -> None:
    """Start loading now what the first job will need."""
    server().start()


def shut_down() -> None:
    """End this process's fork server and its child."""
    global _server
    if _server is not None:
        _server.stop()
        _server = None


def drain(lane: str) -> int:
    """Run what waits in this lane, then in the others, until nothing does or all slots are taken. Returns how many ran."""
    ran = 0
    lanes = [lane, *(other for other in steps.LANES if other != lane)]
    while any(_run_next(one) for one in lanes) or _run_enclosure():
        ran += 1
    return ran


def _run_next(lane: str) -> bool:
    with slots.take(lane) as slot:
        job = jobs.claim(lane, holder=slots.worker_name()) if slot else None
        if slot is None or job is None:
            return False
        slot.note(job.token)
        run(job)
        return True


def _run_enclosure() -> bool:
    with slots.take(enclosures.LANE) as slot:
        return slot is not None and enclosures.run_next(server())


def run(job: Job) -> None:
    """Run a claimed job to its end. Never raises for what the job or its child does."""
    log.info("job %s: %s of media %s begins", job.pk, job.step, job.media_id)
    try:
        _Run(job, get_storage()).go()
    except jobs.LostLeaseError:
        stopped = jobs.patiently(lambda: jobs.stop(job))
        log.warning("job %s (%s): %s", job.pk, job.step, "cancelled" if stopped else "somebody else's now; dropped")
    except Exception as error:
        code = "disk_full" if isinstance(error, OSError) and error.errno == errno.ENOSPC else "internal_error"
        log.exception("job %s (%s)", job.pk, job.step)
        failure = app_failure(code, f"{type(error).__name__}: {error}")
        jobs.patiently(lambda: jobs.crash(job, failure))


class _Run:
    def __init__(self, job: Job, storage: Storage) -> None:
        self.job = job
        self.step = steps.get(job.step).of(job.subject)
        self.storage = storage
        self.work_name = f"{job.pk}-{job.token.rpartition('-')[2]}"
        self.done = self.total = 0
        self.written = (0, 0)
        self.marks: list[tuple[float, int]] = []
        self.next_look = 0.0
        self.next_beat = time.monotonic() + settings.JOB_LEASE_SECONDS / 3
        self.last_sign = self.started = time.monotonic()
        self.outcome: dict[str, Any] | None = None

    def go(self) -> None:
        work = self.storage.make_work_dir(self.work_name)
        self.out = work / "out"
        self.out.mkdir()
        try:
            child = server().spawn(self._order(work), self.step.limits)
            try:
                self._attend(child)
            finally:
                child.finish()
            self._settle(child, work)
        finally:
            self.storage.remove_work_dir(self.work_name)

    @cached_property
    def _source(self) -> SourceFrames | None:
        return stored_frames(self.job.media, self.storage)

    def _order(self, work: Path) -> dict[str, Any]:
        media = self.job.media
        inputs: dict[str, Any] = {"summary": media.summary, "frame_count": media.frame_count}
        files: dict[str, str] = {}
        for kind, rendition in current_files(media, self.step.reads).items():
            if not self.storage.exists(rendition.storage_key):
                continue  # lost, and perhaps what this very run will make again
            inputs[kind] = rendition.meta
            files[kind] = str(self.storage.local_path(rendition.storage_key))
        if self.step.compares:
            inputs["reference"] = self._reference(files)
        if self.job.subject:
            inputs |= self.job.order
            inputs["label"] = min(self.step.labels, key=len)  # of several files the first; the others' begin with a number
        return {
            "run": self.step.run,
            "source": str(self.storage.local_path(media.original_key).resolve()),
            "out": str(self.out.resolve()),
            "stderr": str((work / "stderr.txt").resolve()),
            "inputs": inputs,
            "files": files,
        }

    def _reference(self, files: dict[str, str]) -> dict[str, Any]:
        """What the child may know of the media to compare with; its files are added to `files`, behind "reference/"."""
        other = Media.objects.get(pk=self.job.subject)
        known: dict[str, Any] = {"summary": other.summary, "frame_count": other.frame_count}
        for kind, rendition in current_files(other, self.step.reads).items():
            known[kind] = rendition.meta
            files[f"reference/{kind}"] = str(self.storage.local_path(rendition.storage_key))
        return known

    def _attend(self, child: Child) -> None:
        """Listen until the child has ended; stop it when it is out of time or no longer wanted."""
        while not child.ended:
            for message in child.receive(TICK_SECONDS):
                self._hear(child, message)
            self._beat()
            now = time.monotonic()
            if now - self.started > self.step.limits.wall_seconds:
                child.kill(f"it took longer than {self.step.limits.wall_seconds:.0f} s")
            elif now - self.last_sign > self.step.limits.stall_seconds:
                child.kill(f"it showed no progress for {self.step.limits.stall_seconds:.0f} s")

    def _hear(self, child: Child, message: dict[str, Any]) -> None:
        self.last_sign = time.monotonic()
        kind = message.get("kind")
        if kind == "progress":
            self._note(message)
        elif kind == "publish":
            offer = check(self.step, self.out, message.get("file") or {}, self._source)
            publish(self.job, self.storage, offer, self._beat)
        elif kind in {"result", "error"} and self.outcome is None:
            self.outcome = message
        else:
            child.kill(f"it sent an unknown message ({str(kind)[:20]!r})")

    def _note(self, message: dict[str, Any]) -> None:
        done, total = message.get("done"), message.get("total")
        if isinstance(done, int) and isinstance(total, int) and 0 <= done <= total < 2**62:
            self.done, self.total = done, total
            now = time.monotonic()
            self.marks = [mark for mark in self.marks if now - mark[0] < RATE_WINDOW_SECONDS]
            self.marks.append((now, done))

    def _per_second(self) -> float:
        (first, from_done), (last, to_done) = self.marks[0], self.marks[-1]
        if len(self.marks) < 2 or last - first < 0.2:
            first, from_done = self.started, 0
        return max(to_done - from_done, 0) / max(last - first, 0.001)

    def _beat(self) -> None:
        """Renew the lease when it is time, write progress, notice a wish to cancel. Raises jobs.LostLeaseError."""
        now = time.monotonic()
        if now < self.next_look:
            return
        self.next_look = now + LOOK_SECONDS
        if self.marks and self.written != (self.done, self.total):
            self.written = (self.done, self.total)
            self.next_beat = now + settings.JOB_LEASE_SECONDS / 3
            rate = self._per_second()
            wanted = jobs.patiently(lambda: jobs.renew(self.job, done=self.done, total=self.total, per_second=rate))
        elif now >= self.next_beat:
            self.next_beat = now + settings.JOB_LEASE_SECONDS / 3
            wanted = jobs.patiently(lambda: jobs.renew(self.job))
        else:
            wanted = jobs.patiently(lambda: jobs.is_wanted(self.job))
        if not wanted:
            raise jobs.LostLeaseError

    def _settle(self, child: Child, work: Path) -> None:
        outcome = self.outcome
        if child.killed_because or outcome is None:
            failure = _death(child, _last_words(work), self.done)
            jobs.patiently(lambda: jobs.crash(self.job, failure))
        elif outcome["kind"] == "result":
            result = outcome.get("result") or {}
            complete(self.job, self.step, self.storage, self.out, result, self._beat)
            log.info("job %s: %s done after %.1f s", self.job.pk, self.step.name, time.monotonic() - self.started)
        elif outcome.get("whose") == "file":
            error = MediaError(*(str(outcome.get(name, ""))[:2000] for name in ("code", "message", "remedy")))
            jobs.patiently(lambda: jobs.refuse(self.job, error))
        else:
            log.error("job %s (%s): the child says:\n%s", self.job.pk, self.step.name, _last_words(work, 4000))
            failure = app_failure(str(outcome.get("code", "")), str(outcome.get("message", "")))
            jobs.patiently(lambda: jobs.crash(self.job, failure))


def app_failure(code: str, message: str) -> jobs.Failure:
    """A failure of the program, with what the operator can do about it."""
    remedies = {
        "disk_full": "Free space on the disk that holds the media, then try again.",
        "out_of_memory": "The step is held to a fixed amount of memory; report this file to Twopop's developers.",
        "took_too_long": "Try again when the machine is less busy; if it happens again, export the file in another codec.",
        "crashed": "Export the file in another codec, or report it to Twopop's developers; it was not retried any further.",
    }
    code = code if code in {*remedies, "file_too_large", "step_failed"} else "internal_error"
    return jobs.Failure(code, message, remedies.get(code, "Look at the worker's log, then try again."))


def _death(child: Child, words: str, done: int) -> jobs.Failure:
    """Why a child ended without an answer."""
    if child.killed_because:
        code = "took_too_long" if child.killed_because.startswith(("it took", "it showed")) else "internal_error"
        return app_failure(code, f"The process that reads the file was stopped: {child.killed_because}.")
    where = f" after {done} frames" if done else ""
    if os.WIFSIGNALED(child.exit_status):
        number = os.WTERMSIG(child.exit_status)
        if number == signal.SIGXCPU:
            return app_failure("took_too_long", f"The process that reads the file used up its processor time{where}.")
        name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
        how = f"was ended by {name}"
    else:
        how = f"ended with status {os.waitstatus_to_exitcode(child.exit_status)} and no answer"
    return app_failure("crashed", f"The process that reads the file {how}{where}. {words}".strip())


def _last_words(work: Path, chars: int = STDERR_CHARS) -> str:
    try:
        with (work / "stderr.txt").open("rb") as reader:
            reader.seek(0, os.SEEK_END)
            reader.seek(max(0, reader.tell() - 4 * chars))
            return reader.read().decode(errors="replace").replace("\0", "")[-chars:].strip()
    except OSError:
        return ""
