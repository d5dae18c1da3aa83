"""Corrected copies of media: jobs of the step "correct", ordered one by one, whose subject names the order.

What a copy becomes is the caller's to know: it is kept here only until it was taken over (`forget`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from media_pipeline import jobs
from media_pipeline.core.corrections.plan import Plan
from media_pipeline.models import Job, Media, Rendition
from media_pipeline.status import JobStatus, job_status
from media_pipeline.steps import CORRECTION
from media_pipeline.storage import get_storage


@dataclass(frozen=True)
class Corrected:
    """A copy that is made and proven. `told`: what was measured of it, in plain words."""

    path: Path
    sha256: str
    size: int
    told: tuple[str, ...]


def correct(media: Media, plan: Plan, *, order_id: str, container: str) -> None:
    """Order a corrected copy, inside the caller's transaction. `order_id` (an id of ids.new_id) names it from then on;
    changes of its job are told as media_changed(what="correction") with it as the detail's subject."""
    order = {"plan": plan.as_dict(), "container": container}
    jobs.enqueue(media, CORRECTION, subject=order_id, order=order)


def corrections(order_ids: Collection[str]) -> dict[str, JobStatus]:
    """Their jobs, by order. One query."""
    rows = Job.objects.filter(step=CORRECTION.name, subject__in=list(order_ids)).order_by("created_at")
    return {job.subject: job_status(job) for job in rows}


def corrected(order_id: str) -> Corrected | None:
    """The copy, once it is there."""
    row = _rows(order_id).first()
    storage = get_storage()
    if row is None or not storage.exists(row.storage_key):
        return None
    told = tuple(str(words) for words in row.meta.get("words", ()))
    return Corrected(storage.local_path(row.storage_key), row.sha256, row.size, told)


def forget(order_id: str) -> None:
    """The copy was taken over, or is no longer wanted: its file is cleared away."""
    with transaction.atomic():
        _rows(order_id).update(superseded_at=Now())


def _rows(order_id: str) -> Any:
    return Rendition.objects.filter(kind=Rendition.Kind.CORRECTED, label=order_id, superseded_at=None)
