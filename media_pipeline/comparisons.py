"""Comparing one media with another: jobs of the step "reference_checks", whose subject is the other media.

Which media is compared with which is the caller's to know (review.selectors.references); here stands only what was ordered
and how far it is. A comparison belongs to whoever chose it: it is no part of a media's status.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from media_pipeline import jobs
from media_pipeline.models import Job, Media, Rendition
from media_pipeline.sounds import heard
from media_pipeline.steps import REFERENCE_CHECKS
from media_pipeline.storage import get_storage

NEEDED = "luma-32x18"  # the feature without which nothing can be compared
_STATES = {Job.State.QUEUED: "waiting", Job.State.RUNNING: "running", Job.State.DONE: "done"}


def label_of(reference_id: str) -> str:
    """Label of the measurements made by comparing with that media."""
    return f"reference-{reference_id}"


def comparable(media_ids: Iterable[str]) -> set[str]:
    """Those whose decode pass has stored what a comparison reads."""
    rows = Rendition.objects.filter(kind=Rendition.Kind.FEATURES, label=NEEDED, superseded_at=None)
    return set(rows.filter(media_id__in=list(media_ids)).values_list("media_id", flat=True))


def comparison(media_id: str, reference_id: str) -> str | None:
    """waiting | running | done | failed; None if it was not ordered yet."""
    job = _latest(media_id, reference_id)
    return None if job is None else _STATES.get(Job.State(job.state), "failed")


def compare(media_id: str, reference_id: str, *, priority: int = jobs.PRIORITY_NEW) -> bool:
    """Order the comparison of a media with another, unless it is made, under way, or failed and nothing is new since.

    Must not run inside a transaction that holds another media (see jobs.hold_media). Returns whether it was ordered.
    """
    ready = comparable([media_id, reference_id]) | heard([reference_id])
    if media_id == reference_id or not {media_id, reference_id} <= ready:
        return False
    with transaction.atomic():
        media = jobs.hold_media(media_id)
        if media is None or not _is_due(media_id, reference_id):
            return False
        jobs.enqueue(media, REFERENCE_CHECKS, priority=priority, subject=reference_id)
    return True


def _is_due(media_id: str, reference_id: str) -> bool:
    job = _latest(media_id, reference_id)
    if job is None or job.state == Job.State.CANCELLED:
        return True
    if job.state in Job.ACTIVE:
        return False
    features = Rendition.objects.filter(
        kind=Rendition.Kind.FEATURES, superseded_at=None, media_id__in=[media_id, reference_id]
    ).aggregate(newest=Max("created_at"))["newest"]
    if job.step_version < REFERENCE_CHECKS.version or job.created_at < features:
        return True
    return job.state == Job.State.DONE and not _is_there(media_id, reference_id)


def _is_there(media_id: str, reference_id: str) -> bool:
    row = Rendition.objects.filter(
        media_id=media_id, kind=Rendition.Kind.MEASUREMENTS, label=label_of(reference_id), superseded_at=None
    ).first()
    return row is not None and get_storage().exists(row.storage_key)


def _latest(media_id: str, reference_id: str) -> Job | None:
    rows = Job.objects.filter(media_id=media_id, step=REFERENCE_CHECKS.name, subject=reference_id)
    return rows.order_by("created_at").last()


def rerun_outdated(room: int | None = None) -> int:
    """Order again what was compared by an older version of the step, behind whatever people wait for: the newest first, no
    more than `room` (None: all). Returns how many."""
    rows = Job.objects.filter(step=REFERENCE_CHECKS.name, step_version__lt=REFERENCE_CHECKS.version)
    pairs = rows.exclude(state=Job.State.CANCELLED).values_list("media_id", "subject").distinct().order_by()
    count = 0
    for media_id, subject in pairs.annotate(newest=Max("created_at")).order_by("-newest").values_list("media_id", "subject"):
        if room is not None and count >= room:
            break
        count += compare(media_id, subject, priority=jobs.PRIORITY_AGAIN)
    return count


def retry(media: Media) -> int:
    """Order again what failed of this media, inside the caller's transaction, which holds it. Returns how many."""
    rows = Job.objects.filter(media=media, step=REFERENCE_CHECKS.name).order_by("created_at")
    latest = {job.subject: job for job in rows}
    failed = [job for job in latest.values() if job.state in (Job.State.FAILED_APP, Job.State.FAILED_USER)]
    for job in failed:
        jobs.enqueue(media, REFERENCE_CHECKS, subject=job.subject)
    return len(failed)


def forget(reference_id: str) -> None:
    """A media is gone: what others were compared with it goes too."""
    rows = Job.objects.filter(step=REFERENCE_CHECKS.name, subject=reference_id)
    for media_id in list(rows.values_list("media_id", flat=True).distinct().order_by()):
        with transaction.atomic():
            if jobs.hold_media(media_id) is not None:
                Rendition.objects.filter(
                    media_id=media_id, kind=Rendition.Kind.MEASUREMENTS, label=label_of(reference_id), superseded_at=None
                ).update(superseded_at=Now())
                rows.filter(media_id=media_id).delete()
