"""Files of sound alone (an editor's mixdown), kept to compare films with: they have no frames, no proxy, nothing to be played.

Which project keeps which is the caller's to know (review.models.ReferenceSound). Their media is one as any other, by its
content; only the step "sound" can read it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from media_pipeline import jobs
from media_pipeline.core.report import SOUND_SUMMARY
from media_pipeline.models import Job, Media, Rendition
from media_pipeline.status import JobError, job_status
from media_pipeline.steps import SOUND

_STATES = {Job.State.QUEUED: "waiting", Job.State.RUNNING: "running", Job.State.DONE: "ready"}


@dataclass(frozen=True)
class SoundStatus:
    """`state`: waiting | running | ready | failed. The rest is known once it is ready, or failed."""

    state: str
    milliseconds: int | None = None
    tracks: int | None = None
    codec: str = ""
    error: JobError | None = None


def hear(media: Media) -> None:
    """Order the step, unless it is done or under way, inside the caller's transaction, which holds the media. What was
    refused is tried again: somebody just asked for it."""
    latest = Job.objects.filter(media=media, step=SOUND.name).order_by("created_at").last()
    if latest is None or latest.state not in (Job.State.DONE, *Job.ACTIVE) or latest.step_version < SOUND.version:
        jobs.enqueue(media, SOUND)


def heard(media_ids: Iterable[str]) -> set[str]:
    """Those that films can be compared with by their sound alone."""
    rows = Rendition.objects.filter(kind=Rendition.Kind.FEATURES, label=SOUND_SUMMARY, superseded_at=None)
    return set(rows.filter(media_id__in=list(media_ids)).values_list("media_id", flat=True))


def statuses(media_ids: Iterable[str]) -> dict[str, SoundStatus]:
    """By media id. Two queries, however many they are."""
    ids = list(media_ids)
    rows = Rendition.objects.filter(media_id__in=ids, kind=Rendition.Kind.FEATURES, label=SOUND_SUMMARY, superseded_at=None)
    known = {row.media_id: row.meta for row in rows}
    found = {}
    for job in Job.objects.filter(media_id__in=ids, step=SOUND.name).order_by("created_at"):
        found[job.media_id] = _status(job, known.get(job.media_id))
    return {pk: found.get(pk, SoundStatus("waiting")) for pk in ids}


def _status(job: Job, meta: dict[str, object] | None) -> SoundStatus:
    state = _STATES.get(Job.State(job.state), "failed")
    if meta is not None:  # while it is made anew, what there is still serves
        return SoundStatus("ready", int(str(meta["milliseconds"])), int(str(meta["tracks"])), str(meta["codec"]))
    return SoundStatus(state, error=job_status(job).error if state == "failed" else None)
