"""The sync report of a version: what was measured of its media, judged for its project."""

from typing import Any

from media_pipeline import api as pipeline
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.report import make_report
from review.models import Version
from review.selectors import media, references


def report(version: Version) -> dict[str, Any]:
    """Checks of the API. `report` is None until the file's frames are known. Judged anew with each call: it takes
    milliseconds, and is right whatever has changed since."""
    status = media.known_of(version)
    reference = references.reference_of(version)
    stages = pipeline.stages(status, reference=references.state_of(version, reference))
    made: dict[str, Any] | None = None
    if status.summary is not None:
        measured = pipeline.measurements(status, reference_id=reference.media_id if reference else None)
        case = Case(summary=status.summary, measurements=measured, against=references.name_of(reference))
        about = {"name": version.original_name, "size": status.size, "sha256": status.sha256}
        made = make_report(case, stages=stages, file=about)
    return {"version_id": version.pk, "media_id": version.media_id, "state": _state(list(stages.values())), "report": made}


def _state(states: list[str]) -> str:
    """The state of a report as a whole: the first stage that is not there yet decides."""
    for state in ("running", "waiting", "failed"):
        if state in states:
            return state
    return "done"
