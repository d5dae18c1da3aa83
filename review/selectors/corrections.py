"""Corrected copies: what could be made of a version, what was ordered, what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from media_pipeline import api as pipeline
from media_pipeline.core.corrections.plan import Plan, container_of, fixes_of, plan_of
from review.media_words import error_in_words
from review.models import Correction, SyncVerdict, Version
from review.selectors import media
from review.selectors.people import person
from review.selectors.stamps import stamp


@dataclass(frozen=True)
class Proposal:
    """`codes` of the findings that the plan would heal."""

    plan: Plan
    codes: list[str]
    container: str

    @property
    def moves_sound(self) -> bool:
        return any(change.milliseconds or change.ratio != 1 for change in self.plan.tracks.values())


def proposal(version: Version, report: Mapping[str, Any] | None, *, codes: Sequence[str] | None = None) -> Proposal | None:
    """What a corrected copy would be, by the findings of a report; None if none of them can be healed by one."""
    summary = media.known_of(version).summary
    if report is None or summary is None:
        return None
    fixes = fixes_of(report, codes=codes)
    plan = plan_of(fix for _, fix in fixes)
    if plan.empty:
        return None
    return Proposal(plan, list(dict.fromkeys(code for code, _ in fixes)), container_of(plan, summary, version.original_name))


def of_version(version: Version) -> list[dict[str, Any]]:
    """Corrections that the version is the original or the result of, the newest first. A fixed number of queries."""
    rows = Correction.objects.filter(Q(version=version) | Q(result=version), purpose=Correction.Purpose.CORRECT)
    return shown(list(rows.select_related("version", "result", "created_by")[:20]))


def shown(rows: Sequence[Correction]) -> list[dict[str, Any]]:
    """Correction of the API."""
    jobs = pipeline.corrections([row.pk for row in rows if row.state == Correction.State.ORDERED])
    verdicts = {one.version_id: one for one in SyncVerdict.objects.filter(version__in=[row.result_id for row in rows])}
    return [_shown(row, jobs.get(row.pk), verdicts.get(row.result_id or "")) for row in rows]


def _shown(row: Correction, job: pipeline.JobStatus | None, verdict: SyncVerdict | None) -> dict[str, Any]:
    result = row.result if row.result is not None and row.result.deleted_at is None else None
    return {
        "id": row.pk,
        "version_id": row.version_id,
        "number": row.version.number,
        "state": "running" if job is not None and job.state == "running" else row.state,
        "done": job.done if job is not None else 0,
        "total": job.total if job is not None else 0,
        "codes": row.codes,
        "words": row.words,
        "proof": row.proof,
        "verdict_before": row.verdict_before,
        "result": result
        and {
            "version_id": result.pk,
            "number": result.number,
            "state": verdict.state if verdict else "waiting",
            "verdict": (verdict.verdict or None) if verdict else None,
        },
        "error": error_in_words({"code": row.error_code, "message": row.error_message, "remedy": row.error_remedy})
        if row.error_code
        else None,
        "by": person(row.created_by),
        "created_at": stamp(row.created_at),
    }
