"""Marked copies of proxies: jobs of the step "watermark", ordered one by one, whose subject names the mark (Mark.subject).

Whose mark it is, and for how long it is wanted, is the caller's to know.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now

from media_pipeline import jobs
from media_pipeline.core.watermark.mark import MOST_RUNGS, Mark, label
from media_pipeline.models import Job, Media, Rendition
from media_pipeline.status import JobStatus, RenditionStatus, job_status, rendition_status
from media_pipeline.steps import WATERMARK
from media_pipeline.storage import get_storage

FAILED = frozenset({Job.State.FAILED_APP, Job.State.FAILED_USER})


@dataclass(frozen=True)
class Marked:
    """The copies, the tallest first (none while they are not made), and the job that makes or made them. `outdated`: there are
    newer proxies by now, and copies of these are to be ordered; until they are made the old ones are shown."""

    renditions: tuple[RenditionStatus, ...]
    job: JobStatus | None
    outdated: bool


def marked(media: Media, mark: Mark, *, owner: str) -> Marked:
    """What there is of this media with this mark."""
    subject = mark.subject(owner)
    labels = [label(subject, place) for place in range(MOST_RUNGS)]
    rows = Rendition.objects.filter(media=media, kind=Rendition.Kind.WATERMARKED, label__in=labels, superseded_at=None)
    job = Job.objects.filter(media=media, step=WATERMARK.name, subject=subject).order_by("created_at").last()
    storage = get_storage()
    there = [row for row in rows.order_by("-height") if storage.exists(row.storage_key)]
    made = tuple(rendition_status(row, media.frame_count) for row in there)
    return Marked(made, job_status(job) if job is not None else None, _outdated(media, job))


def order(media: Media, mark: Mark, *, owner: str) -> None:
    """Have the copies made, unless they are there, under way, or failed. Nothing happens before there is a proxy, or where all
    of its proxies will be made anew: ask again."""
    known = marked(media, mark, owner=owner)
    if (known.renditions and not known.outdated) or not _proxies(media):
        return
    with transaction.atomic():
        subject = mark.subject(owner)
        latest = Job.objects.filter(media=media, step=WATERMARK.name, subject=subject).order_by("created_at").last()
        if latest is not None and latest.state in FAILED and not _outdated(media, latest):
            return  # it would fail again
        jobs.enqueue(media, WATERMARK, subject=subject, order={"mark": mark.as_dict()})


def keep_only(subjects: Collection[str]) -> int:
    """All other marked copies are no longer wanted: their files are cleared away, and jobs that make them end."""
    wanted = set(subjects)
    with transaction.atomic():
        rows = Rendition.objects.filter(kind=Rendition.Kind.WATERMARKED, superseded_at=None)
        gone = [pk for pk, name in rows.values_list("pk", "label") if name.rpartition(".")[2] not in wanted]
        Rendition.objects.filter(pk__in=gone).update(superseded_at=Now())
    unwanted = Job.objects.filter(step=WATERMARK.name).exclude(subject__in=wanted)
    unwanted.filter(state=Job.State.QUEUED).update(state=Job.State.CANCELLED, finished_at=Now())
    unwanted.filter(state=Job.State.RUNNING).update(cancel_requested=True)
    return len(gone)


def _proxies(media: Media) -> bool:
    if not media.frame_count:
        return False
    rows = Rendition.objects.filter(media=media, kind=Rendition.Kind.PROXY, superseded_at=None)
    return rows.filter(frame_count=media.frame_count).exists()


def _outdated(media: Media, job: Job | None) -> bool:
    """Whether the proxies, or the step, are others than those that the copies were made with."""
    if job is None:
        return False
    newer = Rendition.objects.filter(media=media, kind=Rendition.Kind.PROXY, superseded_at=None, created_at__gt=job.created_at)
    return job.step_version < WATERMARK.version or newer.exists()
