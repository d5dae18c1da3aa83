"""Jobs: the row is the truth, the queue is a doorbell.

A row is written in the transaction of the business change. After the commit a hint is sent; a worker claims the row by
a conditional UPDATE that gives it a token and a lease. The holder renews the lease every third of it, and everything it
publishes is fenced by `WHERE token = mine`. A sweep finds leases that ran out and rows whose hint was lost. Deaths of
the worker (not the job's fault) and crashes of the job's own child are counted apart, so that a restarted machine never
condemns a good file and a file that kills its child is parked with the reason after the second time.

Times of leases are the database's clock, so that workers on several machines need not agree on the time.
"""

import logging
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Now

from media_pipeline import steps
from media_pipeline.core.errors import MediaError
from media_pipeline.models import Job, Media
from media_pipeline.signals import media_changed

log = logging.getLogger(__name__)
T = TypeVar("T")

MAX_CRASHES = 2
MAX_LOST = 20
PRIORITY_NEW = 0
PRIORITY_AGAIN = 10

_bells: list[Callable[[str], None]] = []


@dataclass(frozen=True)
class Failure:
    """Why a job could not be done, as people read it."""

    code: str
    message: str
    remedy: str


class LostLeaseError(Exception):
    """The job is no longer this worker's to run: whatever it made is dropped."""


def patiently(action: Callable[[], T]) -> T:
    """Do something with the database; while it is away, try again for as long as the lease holds. Raises LostLeaseError."""
    deadline = time.monotonic() + settings.JOB_LEASE_SECONDS
    while True:
        try:
            return action()
        except (OperationalError, InterfaceError) as error:
            log.warning("the database does not answer: %s", error)
            connection.close()
            if time.monotonic() > deadline:
                raise LostLeaseError from error
            time.sleep(0.5)


def on_hint(callback: Callable[[str], None]) -> None:
    """Call `callback(lane)` when there is work (tasks.py rings the worker's bell). A hint may be lost: the sweep repeats."""
    if callback not in _bells:
        _bells.append(callback)


def ring(lane: str) -> None:
    """Say that there is work in `lane`. Never raises: the row is written, a sweep will find it."""
    for bell in _bells:
        try:
            bell(lane)
        except Exception:
            log.warning("the doorbell does not ring; a sweep will find the job", exc_info=True)


def enqueue(
    media: Media,
    step: steps.Step,
    *,
    priority: int = PRIORITY_NEW,
    subject: str = "",
    order: Mapping[str, Any] | None = None,
) -> Job:
    """The media's active job of that step (and that subject): a new one, or the one already waiting or running.

    Belongs into the caller's transaction; the bell rings after its commit.
    """
    assert transaction.get_connection().in_atomic_block, "a job belongs to the transaction of its change"
    hold_media(media.pk)
    try:
        with transaction.atomic():
            job = Job.objects.create(
                media=media,
                step=step.name,
                step_version=step.version,
                priority=priority,
                subject=subject,
                order=dict(order or {}),
            )
    except IntegrityError:  # one active job per step, media and subject
        job = Job.objects.get(media=media, step=step.name, subject=subject, state__in=Job.ACTIVE)
        if priority < job.priority:
            Job.objects.filter(pk=job.pk).update(priority=priority)
        return job
    changed(job)
    transaction.on_commit(lambda: ring(step.lane))
    return job


def hold_media(media_id: str) -> Media | None:
    """Lock a media and its active jobs until the transaction ends; None if it was removed meanwhile.

    One order for all, or two transactions could wait for each other: media, then jobs, then whatever the receivers of
    `media_changed` lock. Whoever changes several jobs of a media, or one that is not theirs, calls this first.
    """
    media = Media.objects.select_for_update(no_key=True).filter(pk=media_id).first()
    if media is not None:
        active = Job.objects.select_for_update(no_key=True).filter(media_id=media_id, state__in=Job.ACTIVE)
        list(active.order_by("pk").values_list("pk"))
    return media


def claimable(lane: str) -> QuerySet[Job]:
    """Waiting jobs of a lane whose time has come, in the order in which they run. One job of a media at a time: while its
    frame index is made anew, nothing is derived from the old one. Steps that only look (`aside`) run beside later steps."""
    due = Q(not_before=None) | Q(not_before__lte=Now())
    rows = Job.objects.filter(due, _may_run(), state=Job.State.QUEUED, step__in=steps.in_lane(lane), cancel_requested=False)
    return rows.order_by("priority", "created_at")


def _may_run() -> Q:
    running = Job.objects.filter(media=OuterRef("media"), state=Job.State.RUNNING)
    first, aside = steps.first().name, steps.aside()
    return (
        Q(~Exists(running))
        | Q(~Exists(running.filter(step=first)), step__in=aside)
        | Q(Q(~Exists(running.exclude(step__in=aside))), ~Q(step=first))
    )


def claim(lane: str, *, holder: str) -> Job | None:
    """Take the next job of a lane, or None. `holder` (up to 12 characters) names the worker in the token."""
    for job_id, media_id in claimable(lane).values_list("pk", "media_id")[:10]:
        token = f"{holder[:12]}-{secrets.token_hex(8)}"
        with transaction.atomic():
            # Two workers may take two jobs of one media at the same moment: one after the other, looking again.
            Media.objects.select_for_update(no_key=True).filter(pk=media_id).first()
            taken = Job.objects.filter(_may_run(), pk=job_id, state=Job.State.QUEUED, cancel_requested=False).update(
                state=Job.State.RUNNING,
                token=token,
                lease_until=Now() + timedelta(seconds=settings.JOB_LEASE_SECONDS),
                started_at=Coalesce(F("started_at"), Now()),
                done_units=0,
                units_per_second=0,
            )
            if not taken:
                continue  # another worker was first
            job = Job.objects.select_related("media").get(pk=job_id)
            changed(job)
        return job
    return None


def renew(job: Job, *, done: int | None = None, total: int | None = None, per_second: float = 0) -> bool:
    """Renew the lease and note the progress. False: the job is no longer ours to run (lease lost, or asked to stop)."""
    values: dict[str, Any] = {"lease_until": Now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)}
    if done is not None and total is not None:
        values |= {"done_units": done, "total_units": total, "units_per_second": per_second}
    return bool(_mine(job).filter(cancel_requested=False).update(**values))


def is_wanted(job: Job) -> bool:
    """Whether the job is still ours and nobody asked to stop it. Cheap."""
    return _mine(job).filter(cancel_requested=False).exists()


def hold(job: Job) -> bool:
    """Inside a transaction: lock the row for its holder, renewing the lease. False: it is not ours any more."""
    assert transaction.get_connection().in_atomic_block
    return renew(job)


def finish(job: Job, units: int) -> bool:
    """Mark as done (`units` of them), inside the transaction that publishes the last of it. False: not ours any more."""
    assert transaction.get_connection().in_atomic_block
    return _end(job, Job.State.DONE, done_units=units, total_units=units)


def refuse(job: Job, error: MediaError) -> bool:
    """The file is at fault: no second try."""
    log.info("job %s (%s): %s", job.pk, job.step, error)
    failure = Failure(error.code, error.message, error.remedy)
    with transaction.atomic():
        return _end(job, Job.State.FAILED_USER, **_error(failure))


def crash(job: Job, failure: Failure) -> bool:
    """The job's own child died or the program raised: try again a little later, and after the second time park it."""
    log.error("job %s (%s) of media %s: %s: %s", job.pk, job.step, job.media_id, failure.code, failure.message)
    with transaction.atomic():
        before = Job.objects.select_for_update().filter(pk=job.pk).values_list("crashes", flat=True).first()
        if before is None:
            return False  # the media was deleted meanwhile
        count = before + 1
        if count >= MAX_CRASHES:
            return _end(job, Job.State.FAILED_APP, crashes=count, **_error(failure))
        wait = timedelta(seconds=settings.JOB_BACKOFF_SECONDS * 2 ** (count - 1))
        return _requeue(job, crashes=count, not_before=Now() + wait, **_error(failure))


def stop(job: Job) -> bool:
    """It has stopped: note that, if somebody asked for it. False: nobody did."""
    with transaction.atomic():
        asked = Job.objects.select_for_update().filter(pk=job.pk, token=job.token, cancel_requested=True).exists()
        return asked and _end(job, Job.State.CANCELLED)


def release(holder: str) -> int:
    """Give back what a worker that stops in an orderly way was running. Counts as nothing. Returns how many."""
    count = 0
    for job in Job.objects.filter(state=Job.State.RUNNING, token__startswith=f"{holder[:12]}-"):
        with transaction.atomic():
            count += _requeue(job)
    return count


def request_cancel(jobs: Iterable[Job]) -> int:
    """Cancel what waits at once, and ask what runs to stop (its worker looks twice a second). Returns how many."""
    count = 0
    cancelled = Case(When(state=Job.State.QUEUED, then=Value(Job.State.CANCELLED)), default=F("state"))
    for job in jobs:
        with transaction.atomic():
            active = Job.objects.filter(pk=job.pk, state__in=Job.ACTIVE)
            if active.update(state=cancelled, cancel_requested=True):
                changed(job)
                count += 1
    return count


def expire(token: str) -> bool:
    """The process that held this token is known to be dead: the next sweep need not wait for its lease."""
    return bool(Job.objects.filter(token=token, state=Job.State.RUNNING).update(lease_until=Now() - timedelta(seconds=1)))


def sweep() -> int:
    """Put back what dead workers held. Returns how many rows were touched."""
    touched = 0
    for job in Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=Now()):
        with transaction.atomic():
            expired = Job.objects.filter(pk=job.pk, token=job.token, state=Job.State.RUNNING, lease_until__lt=Now())
            if not expired.update(lost=F("lost") + 1):
                continue  # renewed, or another sweep was first
            touched += 1
            log.warning("job %s (%s): its worker is gone (%s times)", job.pk, job.step, job.lost + 1)
            if job.lost + 1 >= MAX_LOST:
                _end(job, Job.State.FAILED_APP, **_error(WORKER_LOST))
            else:
                _requeue(job)
    return touched


WORKER_LOST = Failure(
    "worker_lost",
    f"The worker died {MAX_LOST} times while it ran this step.",
    "Look at the worker's log and the machine's memory (docs/operations/jobs.md), then try again.",
)


def lanes_with_work() -> list[str]:
    """Lanes in which a job waits whose time has come."""
    return [lane for lane in steps.LANES if claimable(lane).exists()]


def changed(job: Job) -> None:
    """Tell whoever uses the pipeline, in the transaction of the change, that a job's state is another."""
    job.refresh_from_db(fields=["state", "step"])
    detail = {"job_id": job.pk, "step": job.step, "state": job.state, "subject": job.subject}
    step = steps.find(job.step)
    # Those who compare with something else, or ordered nothing, need not hear of it.
    what = "correction" if step is not None and step.on_order else "comparison" if job.subject else "job"
    if step is not None and step.alone:
        what = "sound"
    media_changed.send(sender=Job, media_id=job.media_id, what=what, detail=detail)


def _mine(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, token=job.token, state=Job.State.RUNNING)


def _end(job: Job, state: Job.State, **values: Any) -> bool:
    blank = {"token": "", "lease_until": None, "not_before": None, "units_per_second": 0}
    if state == Job.State.DONE:
        blank |= {"error_code": "", "error_message": "", "error_remedy": ""}
    if not _mine(job).update(state=state, finished_at=Now(), **(blank | values)):
        return False
    changed(job)
    return True


def _requeue(job: Job, **values: Any) -> bool:
    blank = {"token": "", "lease_until": None, "units_per_second": 0}
    again = Case(When(cancel_requested=True, then=Value(Job.State.CANCELLED)), default=Value(Job.State.QUEUED))
    if not _mine(job).update(state=again, **(blank | values)):
        return False
    changed(job)
    step = steps.find(job.step)  # None: left by another release of the program
    if step is not None:
        transaction.on_commit(lambda: ring(step.lane))
    return True


def _error(failure: Failure) -> dict[str, str]:
    return {
        "error_code": failure.code[:64],
        "error_message": failure.message[:4000],
        "error_remedy": failure.remedy[:1000],
    }
