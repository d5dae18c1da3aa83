"""A whole report as versioned JSON, and what changed since another one."""

import json
from collections.abc import Mapping
from typing import Any

from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import RANK, Check, Outcome, Severity, Stage, cannot_tell
from media_pipeline.core.checks.material import Measurement
from media_pipeline.core.checks.registry import all_checks
from media_pipeline.core.checks.render_cost import render_cost
from media_pipeline.core.checks.verdict import decide

FORMAT = 1


def judge(case: Case) -> dict[str, Outcome]:
    """Outcome of every check that was measured, by id, in the order of a report. Never raises for what was measured."""
    outcomes: dict[str, Outcome] = {}
    for check in all_checks():
        known = case.measurements.get(check.id)
        if known is not None and known.version == check.version:
            outcomes[check.id] = _judge_one(check, known, case)
    return outcomes


def _judge_one(check: Check, known: Measurement, case: Case) -> Outcome:
    if known.state == "cannot_tell":
        return cannot_tell(known.reason)
    if known.state != "measured":
        return cannot_tell("This check failed in Twopop; the operator's log has the reason.")
    try:
        return check.judge(known.data, case)
    except Exception as error:  # the measurement came from a process that reads strangers' files
        return cannot_tell(f"The measurement of this check cannot be read ({type(error).__name__}).")


def make_report(
    case: Case, *, stages: Mapping[Stage, str], waived: Mapping[str, str] | None = None, file: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The report as JSON. `stages`: waiting | running | done | failed | none, of each stage. `waived`: reason by code of a
    finding. `file`: what identifies the file ({"name", "sha256", "size", …})."""
    waived = waived or {}
    outcomes = judge(case)
    verdict = decide(outcomes, waived=frozenset(waived))
    summary = case.summary
    counts = dict.fromkeys(Severity, 0)
    for outcome in outcomes.values():
        for finding in outcome.findings:
            counts[finding.severity] += finding.code not in waived
    report: dict[str, Any] = plain(
        {
            "format": FORMAT,
            "complete": all(state in ("done", "none") for state in stages.values()),
            "stages": dict(stages),
            "file": dict(file or {}),
            "rate": {"num": summary.rate_num, "den": summary.rate_den, "drop_frame": bool(summary.drop_frame)},
            "frame_count": summary.frame_count,
            "start_timecode": summary.start_timecode or None,
            "spec": case.spec.as_dict(),
            "against": case.against or None,
            "verdict": verdict.as_dict(),
            "render_cost": render_cost(case, verdict, outcomes),
            "counts": {severity.value: counts[severity] for severity in (Severity.ERROR, Severity.WARN, Severity.INFO)},
            "joins": list(case.joins),
            "checks": [_shown(check, outcomes[check.id], waived) for check in all_checks() if check.id in outcomes],
        }
    )
    return report


def _shown(check: Check, outcome: Outcome, waived: Mapping[str, str]) -> dict[str, Any]:
    shown = outcome.as_dict()
    for finding in shown["findings"]:
        finding["waived"] = waived.get(finding["code"])
        finding["place_count"] = max(finding["place_count"], len(finding["places"]))
    about = {"id": check.id, "title": check.title, "stage": check.stage, "position": check.position}
    return {**about, "version": check.version, "question": check.question, "cannot_see": check.cannot_see, **shown}


def plain(value: Any) -> Any:
    """The same of plain JSON types. Raises ValueError for NaN and infinities."""
    return json.loads(json.dumps(value, allow_nan=False))


def difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What is new, gone, and otherwise between two reports: findings by code, with severity and decisive numbers."""
    old, new = _by_code(before), _by_code(now)
    both = [code for code in new if code in old]
    graver = [code for code in both if RANK[new[code]["severity"]] > RANK[old[code]["severity"]]]
    return {
        "verdict": {"before": before["verdict"]["kind"], "now": now["verdict"]["kind"]},
        "appeared": [{"code": code, **_brief(new[code])} for code in new if code not in old],
        "gone": [{"code": code, **_brief(old[code])} for code in old if code not in new],
        "changed": [
            {"code": code, "before": _brief(old[code]), "now": _brief(new[code])}
            for code in both
            if _brief(old[code]) != _brief(new[code])
        ],
        "worse": bool(graver) or any(code not in old and RANK[new[code]["severity"]] >= RANK[Severity.WARN] for code in new),
    }


def _by_code(report: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Findings by code; of several with one code, the gravest."""
    kept: dict[str, Mapping[str, Any]] = {}
    for check in report["checks"]:
        for finding in check["findings"]:
            other = kept.get(finding["code"])
            if other is None or RANK[finding["severity"]] > RANK[other["severity"]]:
                kept[finding["code"]] = finding
    return kept


def _brief(finding: Mapping[str, Any]) -> dict[str, Any]:
    return {name: finding[name] for name in ("severity", "summary", "place_count", "numbers")}
