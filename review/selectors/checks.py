"""The sync report of a version: what was measured of its media, judged for its project."""

from collections.abc import Collection, Sequence
from typing import Any

from media_pipeline import api as pipeline
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import Stage
from media_pipeline.core.checks.report import difference, make_report
from review.media_words import error_in_words
from review.models import ConfirmedClap, SyncVerdict, Version, Waiver
from review.selectors import corrections, media, references, specs
from review.selectors.people import person
from review.selectors.stamps import stamp

NOTHING_YET: dict[str, Any] = {"state": "waiting", "verdict": None, "errors": 0, "warnings": 0, "waived": 0, "revision": 0}


def report(version: Version) -> dict[str, Any]:
    """SyncReport of the API: the report, who waived what, and what is otherwise than in the version before."""
    waivers = _waivers(version)
    earlier = _earlier(version)
    made = judged(version, waivers)
    compared: dict[str, Any] | None = None
    if earlier is not None and made["report"] is not None and _looked_through(made["report"]["stages"]):
        before = judged(earlier, _waivers(earlier))["report"]
        if before is not None:
            compared = {"version_id": earlier.pk, "number": earlier.number, **difference(before, made["report"])}
    shown = [
        {"code": one.code, "reason": one.reason, "by": person(one.created_by), "created_at": stamp(one.created_at)}
        for one in waivers
    ]
    proposed = corrections.proposal(version, made["report"])
    return {
        **made,
        "waivers": shown,
        "claps": _claps(version),
        "compared": compared,
        "proposal": proposed and {"codes": proposed.codes, "words": proposed.plan.words(), "container": proposed.container},
        "corrections": corrections.of_version(version),
    }


def judged(version: Version, waivers: Sequence[Waiver]) -> dict[str, Any]:
    """The report alone. `report` is None until the file's frames are known. Judged anew with each call: it takes
    milliseconds, and is right whatever has changed since."""
    status, case, stages = _case(version)
    made: dict[str, Any] | None = None
    if case is not None:
        about = {"name": version.original_name, "size": status.size, "sha256": status.sha256}
        made = make_report(case, stages=stages, waived={one.code: one.reason for one in waivers}, file=about)
    state = _state(list(stages.values()))
    unreadable = _unreadable(status) if made is None else None
    return {
        "version_id": version.pk,
        "media_id": version.media_id,
        "state": state,
        "unreadable": unreadable,
        "report": made,
    }


def case_of(version: Version) -> tuple[Case | None, str]:
    """What a version is judged by, None until its file was read; and the state of its checks as in SyncReport."""
    _, case, stages = _case(version)
    return case, _state(list(stages.values()))


def _case(version: Version) -> tuple[pipeline.MediaStatus, Case | None, dict[Stage, str]]:
    status = media.known_of(version)
    reference = references.used_by(version)
    stages = pipeline.stages(status, reference=references.state_of(version, reference))
    if status.summary is None:
        return status, None, stages
    measured = pipeline.measurements(status, reference_id=reference.media_id if reference else None)
    wanted = specs.technical(version.asset.project_id)
    claps = {one.bang: one.frame for one in ConfirmedClap.objects.filter(version=version)}
    case = Case(status.summary, wanted, measured, against=reference.name if reference else "", claps=claps)
    return status, case, stages


def _unreadable(status: pipeline.MediaStatus) -> dict[str, str] | None:
    """Why the frames of a file cannot be counted: it was cut short, never finished, or is no film."""
    errors = [job.error for job in status.jobs if job.error is not None and job.state.startswith("failed")]
    if not errors:
        return None
    return error_in_words({"code": errors[0].code, "message": errors[0].message, "remedy": errors[0].remedy})


def brief(version: Version) -> dict[str, Any]:
    """What is kept of the report as it is now: the fields of a SyncVerdict."""
    now = judged(version, _waivers(version))
    made = now["report"] or {"verdict": {"kind": ""}, "counts": {"error": 0, "warn": 0}, "checks": []}
    waived = {finding["code"] for check in made["checks"] for finding in check["findings"] if finding["waived"] is not None}
    return {
        "state": now["state"],
        "verdict": made["verdict"]["kind"],
        "errors": made["counts"]["error"],
        "warnings": made["counts"]["warn"],
        "waived": len(waived),
    }


def stored(version_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """`checks` of Version, by version id. One query."""
    rows = {row.version_id: shown(row) for row in SyncVerdict.objects.filter(version_id__in=version_ids)}
    return {pk: rows.get(pk, NOTHING_YET) for pk in version_ids}


def shown(row: SyncVerdict) -> dict[str, Any]:
    return {name: getattr(row, name) for name in NOTHING_YET} | {"verdict": row.verdict or None}


def _claps(version: Version) -> list[dict[str, Any]]:
    rows = ConfirmedClap.objects.filter(version=version).select_related("created_by")
    return [
        {"bang": one.bang, "frame": one.frame, "by": person(one.created_by), "created_at": stamp(one.created_at)}
        for one in rows
    ]


def _waivers(version: Version) -> list[Waiver]:
    return list(Waiver.objects.filter(version=version).select_related("created_by"))


def _earlier(version: Version) -> Version | None:
    """The version below this one in the stack."""
    rows = Version.objects.filter(asset_id=version.asset_id, number__lt=version.number, deleted_at=None)
    return rows.select_related("asset", "media").order_by("-number").first()


def _looked_through(stages: dict[str, str]) -> bool:
    """Whether the file itself has been looked at: before that, what was not found yet would pass for gone."""
    return not any(state in ("running", "waiting") for name, state in stages.items() if name != "reference")


def _state(states: list[str]) -> str:
    """The state of a report as a whole: the first stage that is not there yet decides."""
    for state in ("running", "waiting", "failed"):
        if state in states:
            return state
    return "done"
