"""What the sync checks measured of a media, for whoever judges it. See core.checks."""

from media_pipeline.core.checks import run
from media_pipeline.core.checks.contract import Stage
from media_pipeline.core.checks.material import Measurement
from media_pipeline.models import Job, Rendition
from media_pipeline.status import MediaStatus
from media_pipeline.steps import CHECKS, DECODED_CHECKS
from media_pipeline.storage import get_storage

STAGE_OF_STEP = {CHECKS.name: Stage.PACKETS, DECODED_CHECKS.name: Stage.DECODED}
_STATES = {Job.State.QUEUED: "waiting", Job.State.RUNNING: "running", Job.State.DONE: "done"}


def measurements(status: MediaStatus) -> dict[str, Measurement]:
    """By check id, of all stages that are done. What is no longer on disk is left out."""
    found: dict[str, Measurement] = {}
    rows = Rendition.objects.filter(media_id=status.id, kind=Rendition.Kind.MEASUREMENTS, superseded_at=None)
    for row in rows.filter(label__in=status.measured):
        path = get_storage().local_path(row.storage_key)
        if path.exists():
            found |= run.read(path.read_bytes())
    return found


def stages(status: MediaStatus) -> dict[Stage, str]:
    """waiting | running | done | failed, of each stage; "failed" too if what it needs failed or was cancelled."""
    known = dict.fromkeys(STAGE_OF_STEP.values(), "failed" if status.state in ("failed", "cancelled") else "waiting")
    for job in status.jobs:
        if job.step in STAGE_OF_STEP:
            known[STAGE_OF_STEP[job.step]] = _STATES.get(Job.State(job.state), "failed")
    return {**known, Stage.REFERENCE: "none"}
