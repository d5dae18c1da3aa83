"""What rendering again costs, beside what the corrected copy costs: where the spec knows a render's cost per hour."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from media_pipeline.core.checks import verdict
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import Outcome


def render_cost(case: Case, decided: verdict.Verdict, outcomes: Mapping[str, Outcome]) -> dict[str, Any] | None:
    """{"currency", "whole": {"hours", "cost"}, "segments": {"count", "of", "hours", "cost"} | None, "text"}; None where nothing
    need be rendered, or nobody said what rendering costs. `segments`: those of a distributed render that hold the places of the
    findings that decided, where that is not all of them. Hours are of rendering."""
    spec = case.spec
    if spec.render_cost_per_hour is None or decided.kind not in (verdict.FIX_IN_POST, verdict.RERENDER):
        return None
    whole = _cost(case, case.summary.frame_count)
    told = f"Rendering the whole film again costs about {_money(case, whole)} ({_hours(whole)} of rendering)"
    segments: dict[str, Any] | None = None
    if decided.kind == verdict.FIX_IN_POST:
        text = f"{told}; the corrected copy needs no render at all."
    else:
        segments = _segments(case, decided, outcomes)
        part = (
            f"; the {segments['count']} of {segments['of']} segments that are named: {_money(case, segments)}"
            if segments
            else ""
        )
        text = f"{told}{part}."
    return {"currency": spec.render_currency, "whole": whole, "segments": segments, "text": text}


def _cost(case: Case, frames: int) -> dict[str, float]:
    hours = Fraction(frames) / case.rate / 3600 * Fraction(str(case.spec.render_hours_per_hour))
    return {"hours": round(float(hours), 3), "cost": round(float(hours * Fraction(str(case.spec.render_cost_per_hour))), 2)}


def _segments(case: Case, decided: verdict.Verdict, outcomes: Mapping[str, Outcome]) -> dict[str, Any] | None:
    borders = [0, *case.joins, case.summary.frame_count]
    findings = [one for outcome in outcomes.values() for one in outcome.findings if one.code in decided.codes]
    if len(borders) < 3 or any(one.place_count > len(one.places) or not one.places for one in findings):
        return None  # somewhere in the whole film
    hit: set[int] = set()
    for place in (place for one in findings for place in one.places):
        last = place.frame + place.duration_frames - 1
        hit |= {n for n in range(len(borders) - 1) if borders[n] <= last and place.frame < borders[n + 1]}
    if len(hit) == len(borders) - 1:
        return None
    frames = sum(borders[n + 1] - borders[n] for n in hit)
    return {"count": len(hit), "of": len(borders) - 1, **_cost(case, frames)}


def _money(case: Case, known: Mapping[str, Any]) -> str:
    return f"{known['cost']:.2f} {case.spec.render_currency}".strip()


def _hours(known: Mapping[str, Any]) -> str:
    hours = float(known["hours"])
    return f"{hours:.1f} hours" if hours >= 1 else f"{60 * hours:.0f} minutes"
