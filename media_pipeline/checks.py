"""What the sync checks measured of a media, for whoever judges it. See core.checks."""

from collections.abc import Iterable
from contextlib import suppress

from media_pipeline.comparisons import label_of
from media_pipeline.core.checks import run
from media_pipeline.core.checks.contract import Stage
from media_pipeline.core.checks.material import Measurement
from media_pipeline.core.frame_map import FrameMap, identity
from media_pipeline.models import Job, Media, Rendition
from media_pipeline.status import MediaStatus
from media_pipeline.steps import CHECKS, DECODED_CHECKS
from media_pipeline.storage import get_storage

STAGE_OF_STEP = {CHECKS.name: Stage.PACKETS, DECODED_CHECKS.name: Stage.DECODED}
_STATES = {Job.State.QUEUED: "waiting", Job.State.RUNNING: "running", Job.State.DONE: "done"}


def measurements(status: MediaStatus, *, reference_id: str | None = None) -> dict[str, Measurement]:
    """By check id, of all stages that are done, compared with the media `reference_id`. What is no longer on disk is left
    out."""
    labels = [label for label in status.measured if label in STAGE_OF_STEP.values()]
    if reference_id is not None:
        labels.append(label_of(reference_id))
    return _read(status.id, labels)


def stage_measurements(statuses: Iterable[MediaStatus], stage: Stage) -> dict[str, dict[str, Measurement]]:
    """What a stage gave of many media, by media id and check id. One query, however many they are."""
    done = [status.id for status in statuses if stage in status.measured]
    rows = Rendition.objects.filter(media_id__in=done, kind=Rendition.Kind.MEASUREMENTS, label=stage, superseded_at=None)
    found: dict[str, dict[str, Measurement]] = {}
    for row in rows:
        with suppress(FileNotFoundError):
            found[row.media_id] = run.read(get_storage().local_path(row.storage_key).read_bytes())
    return found


def frame_map(media_id: str, reference_id: str) -> FrameMap | None:
    """From the frames of the media `reference_id` to those of `media_id`, as they were compared; turned round if they were
    compared the other way. None if neither was, or the pictures could not be compared."""
    if media_id == reference_id:
        count = Media.objects.filter(pk=media_id).values_list("frame_count", flat=True).first()
        return identity(count) if count else None
    there = _stored_map(media_id, reference_id)
    if there is None and (back := _stored_map(reference_id, media_id)) is not None:
        return back.inverted()
    return there


def _stored_map(media_id: str, reference_id: str) -> FrameMap | None:
    known = _read(media_id, [label_of(reference_id)]).get("reference_picture")
    try:
        return FrameMap.from_dict(known.data["map"]) if known is not None else None
    except (KeyError, TypeError, ValueError):
        return None


def _read(media_id: str, labels: Iterable[str]) -> dict[str, Measurement]:
    found: dict[str, Measurement] = {}
    rows = Rendition.objects.filter(media_id=media_id, kind=Rendition.Kind.MEASUREMENTS, superseded_at=None)
    for row in rows.filter(label__in=list(labels)):
        with suppress(FileNotFoundError):
            found |= run.read(get_storage().local_path(row.storage_key).read_bytes())
    return found


def stages(status: MediaStatus, *, reference: str = "none") -> dict[Stage, str]:
    """waiting | running | done | failed, of each stage; "failed" too if what it needs failed or was cancelled. `reference`:
    the state of the comparison (comparisons.comparison), "none" without one."""
    known = dict.fromkeys(STAGE_OF_STEP.values(), "failed" if status.state in ("failed", "cancelled") else "waiting")
    for job in status.jobs:
        if job.step in STAGE_OF_STEP:
            known[STAGE_OF_STEP[job.step]] = _STATES.get(Job.State(job.state), "failed")
    return {**known, Stage.REFERENCE: reference}
