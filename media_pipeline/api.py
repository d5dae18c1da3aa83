"""All that the review app may call of the pipeline.

Changes are told by the signal `media_pipeline.signals.media_changed`, sent inside the transaction that makes them.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from django.db import transaction

from media_pipeline import comparisons, jobs, steps
from media_pipeline.checks import frame_map, measurements, stage_measurements, stages
from media_pipeline.comparisons import comparable, compare, comparison
from media_pipeline.core.checks.registry import rules_digest
from media_pipeline.core.watermark.mark import LEAST_OPACITY, MOST_OPACITY, Mark
from media_pipeline.core.watermark.mark import PLACES as WATERMARK_PLACES
from media_pipeline.corrections import Corrected, correct, corrected, corrections
from media_pipeline.corrections import forget as forget_correction
from media_pipeline.enclosures import MADE as ENCLOSURE_PARTS
from media_pipeline.enclosures import EnclosureRefusedError, TooLargeError
from media_pipeline.enclosures import before as enclosures_before
from media_pipeline.enclosures import duration as enclosure_duration
from media_pipeline.enclosures import file as enclosed_file
from media_pipeline.enclosures import receive as receive_enclosure
from media_pipeline.enclosures import remove as remove_enclosures
from media_pipeline.enclosures import take as take_enclosure
from media_pipeline.missing import steps_with_missing_files
from media_pipeline.models import Job, Media, Rendition
from media_pipeline.outdated import rerun as rerun_outdated
from media_pipeline.outdated import waiting as count_outdated
from media_pipeline.removal import Stray, bytes_of, remove, remove_stray, strays
from media_pipeline.signals import media_changed
from media_pipeline.sounds import SoundStatus, hear
from media_pipeline.sounds import statuses as sound_statuses
from media_pipeline.status import (
    JobError,
    JobStatus,
    MediaStatus,
    RenditionFiles,
    RenditionStatus,
    SoloSound,
    Sprites,
    Stopped,
    Waveform,
    job_status,
    rendition_files,
    statuses,
)
from media_pipeline.stills import StillBusyError, StillFailedError, still
from media_pipeline.storage import DiskFullError, StorageError, get_storage, require_space
from media_pipeline.watermarks import Marked, marked
from media_pipeline.watermarks import keep_only as keep_only_marks
from media_pipeline.watermarks import order as order_marked

__all__ = [
    "ENCLOSURE_PARTS",
    "LEAST_OPACITY",
    "MOST_OPACITY",
    "WATERMARK_PLACES",
    "Corrected",
    "DiskFullError",
    "EnclosureRefusedError",
    "JobError",
    "JobStatus",
    "Mark",
    "Marked",
    "MediaStatus",
    "RenditionFiles",
    "RenditionStatus",
    "SoloSound",
    "SoundStatus",
    "Sprites",
    "StillBusyError",
    "StillFailedError",
    "Stopped",
    "StorageError",
    "Stray",
    "TooLargeError",
    "Waveform",
    "active_jobs",
    "adopt",
    "bytes_of",
    "cancel",
    "comparable",
    "compare",
    "comparison",
    "correct",
    "corrected",
    "corrections",
    "count_outdated",
    "enclosed_file",
    "enclosure_duration",
    "enclosures_before",
    "forget_correction",
    "frame_map",
    "free_bytes",
    "hear",
    "hold",
    "keep",
    "keep_only_marks",
    "marked",
    "measurements",
    "media_changed",
    "order_marked",
    "receive_enclosure",
    "remake_missing",
    "remove",
    "remove_enclosures",
    "remove_stray",
    "rendition",
    "require_free",
    "rerun_outdated",
    "retry",
    "rules_digest",
    "sound_statuses",
    "stage_measurements",
    "stages",
    "start",
    "status",
    "still",
    "strays",
    "take_enclosure",
]


def adopt(path: Path, *, sha256: str, size: int) -> Media:
    """keep() and start() in one: for callers that need no locks of their own in between."""
    media = keep(path, sha256=sha256, size=size)
    start(media)
    return media


def keep(path: Path, *, sha256: str, size: int) -> Media:
    """Take a complete uploaded file over as media; the same bytes are the same media.

    Must run inside the caller's transaction, so that the version, the media and the job come to be together. The file
    gets a second hard link below the originals: remove the upload's own name only after the commit. Repeatable after a
    crash. The media's row is locked until then: whoever adopts the same bytes, works on them or removes them waits. The
    lock comes before those of jobs, and before any of the caller's own rows that others take after a media.

    Raises StorageError if the file is not `size` bytes long, DiskFullError if it must be copied and does not fit.
    """
    assert transaction.get_connection().in_atomic_block, "a media belongs to the transaction that makes the version"
    if path.stat().st_size != size:
        raise StorageError(f"{path.name} has {path.stat().st_size} bytes, not {size}")
    while True:
        made, _ = Media.objects.get_or_create(sha256=sha256, defaults={"size": size})
        media = jobs.hold_media(made.pk)
        if media is not None:
            break  # else it was removed while this one waited for it
    get_storage().adopt_original(path, sha256)  # under the lock: nobody removes it before the version is there
    return media


def start(media: Media) -> None:
    """Work on the media starts (or starts again, if the program had failed at it or it was cancelled) after the commit."""
    _continue(media)


def hold(media_id: str) -> Media:
    """The media, locked with its active jobs until the caller's transaction ends (see keep). Raises Media.DoesNotExist."""
    media = jobs.hold_media(media_id)
    if media is None:
        raise Media.DoesNotExist
    return media


def status(media_ids: Iterable[str], *, stopped: Mapping[str, Stopped] | None = None) -> dict[str, MediaStatus]:
    """MediaStatus by id, for those that exist; those in `stopped` as they look to whoever had the work on them stopped
    (see Stopped). A fixed number of queries."""
    return statuses(media_ids, stopped=stopped or {})


def active_jobs(media_ids: Iterable[str] | None = None) -> dict[str, list[JobStatus]]:
    """Waiting and running jobs by media id (of all media if None); media without any are left out. One query."""
    rows = Job.objects.filter(state__in=Job.ACTIVE, subject="").order_by("created_at")
    if media_ids is not None:
        rows = rows.filter(media_id__in=list(media_ids))
    found: dict[str, list[JobStatus]] = {}
    for job in rows:
        found.setdefault(job.media_id, []).append(job_status(job))
    return found


def cancel(media_id: str) -> int:
    """Cancel the media's jobs: waiting ones at once, running ones within a second. Returns how many."""
    with transaction.atomic():
        hold(media_id)
        # A mixdown is no work of a version's: whoever keeps it goes on wanting it.
        return jobs.request_cancel(Job.objects.filter(media_id=media_id, state__in=Job.ACTIVE).exclude(step=steps.SOUND.name))


def retry(media_id: str) -> int:
    """Start again what failed or was cancelled. Returns how many jobs were started."""
    with transaction.atomic():
        return _continue(hold(media_id), even_refused=True)


def rendition(media_id: str, rendition_id: str) -> RenditionFiles | None:
    """A published file and where its bytes are; None if that media has no such rendition."""
    return rendition_files(media_id, rendition_id)


def remake_missing() -> int:
    """Order again the steps whose published files are gone (after a restore without them), behind whatever people wait for.
    Returns how many jobs were ordered."""
    storage = get_storage()
    steps_of = steps_with_missing_files(storage, Rendition.objects.all())
    count = 0
    for media in Media.objects.filter(pk__in=steps_of):
        if not storage.exists(media.original_key):
            continue  # nothing to make it from
        # What follows a step is ordered by its end, if it made anything anew or something of it is missing too.
        first = next(step for step in steps.all_steps() if step.name in steps_of[media.pk])
        with transaction.atomic():
            jobs.enqueue(media, first, priority=jobs.PRIORITY_AGAIN)
            count += 1
    return count


def free_bytes() -> int:
    """Free space where media is stored."""
    return get_storage().free_bytes()


def require_free(size: int, *, reserve: int = 0) -> None:
    """Raise DiskFullError unless `size` bytes fit and `reserve` stay free."""
    require_space(get_storage(), size, reserve=reserve)


def _continue(media: Media, *, even_refused: bool = False) -> int:
    """Order the first step that is not done and not under way, and those that only look at what is done already. What the
    file itself is at fault for stays refused (the same bytes give the same answer) unless somebody insists or the step's
    version rose. Returns how many jobs were ordered."""
    count = comparisons.retry(media) if even_refused else 0
    held_up = False
    for step in (step for step in steps.all_steps() if step.by_itself):
        after = Job.objects.filter(media=media, step=step.after, state=Job.State.DONE)
        if after.exists() if step.aside else not held_up:
            ordered, done = _order_again(media, step, even_refused=even_refused)
            count += ordered
            held_up = held_up or not (done or step.aside)
    return count


def _order_again(media: Media, step: steps.Step, *, even_refused: bool) -> tuple[bool, bool]:
    """(Whether the step was ordered, whether it is done.)"""
    job = Job.objects.filter(media=media, step=step.name).order_by("created_at").last()
    if job is not None and job.state == Job.State.DONE:
        return False, True
    if job is not None and job.state in Job.ACTIVE:
        return False, False
    refused = job is not None and job.state == Job.State.FAILED_USER and job.step_version >= step.version
    if refused and not even_refused:
        return False, False
    jobs.enqueue(media, step)
    return True, False
