"""The three-point test render of a timeline: its ranges, the renders of them that were dropped in, and what they say together.

Nothing of it is kept: renders are files that are only to be checked, and whoever asks names them.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.three_point import Range, judge, propose
from media_pipeline.core.timecode import Rate, TimecodeError, start_frame, to_label
from review.models import Version
from review.selectors import checks, media, references, specs


def timeline_of(reference: Version) -> tuple[int, Fraction] | None:
    """(frames, rate) of the film that the timeline is, where the reference is known well enough."""
    summary = media.known_of(reference).summary
    return (summary.frame_count, summary.rate) if summary is not None else None


def answer(
    project_id: str, *, frames: int, rate: Fraction, reference: Version | None, renders: Mapping[str, Version]
) -> dict[str, Any]:
    """TestRender of the API. `renders`: by name of the range. With a reference, a render counts once compared with it."""
    ranges = propose(frames, rate, _cuts(reference))
    cases: dict[str, Case] = {}
    shown: dict[str, dict[str, Any]] = {}
    for name, version in renders.items():
        case, state = checks.case_of(version)
        used = references.reference_of(version)
        if reference is not None and (used is None or used.pk != reference.pk) and state == "done":
            state = "waiting"  # somebody is about to choose it
        if case is not None and state == "done":
            cases[name] = case
        shown[name] = {
            "version_id": version.pk,
            "original_name": version.original_name,
            "reference_id": used.pk if used else None,
            "state": state,
        }
    label = _labels(project_id, reference, rate)
    return {
        "frame_count": frames,
        "rate": {"num": rate.numerator, "den": rate.denominator},
        "reference_id": reference.pk if reference else None,
        "ranges": [{**_range(one, label), "render": shown.get(one.name)} for one in ranges],
        "judgement": judge(ranges, cases, frames, rate).as_dict(),
    }


def _cuts(reference: Version | None) -> list[int]:
    """First frames of the reference's shots."""
    case = checks.case_of(reference)[0] if reference is not None else None
    found = case.measured("picture_continuity").get("cuts", []) if case is not None else []
    return [int(cut) for cut in found]


def _range(one: Range, label: Any) -> dict[str, Any]:
    return {
        "name": one.name,
        "frame": one.frame,
        "duration_frames": one.duration_frames,
        "at_cut": one.at_cut,
        "first_timecode": label(one.frame),
        "last_timecode": label(one.frame + one.duration_frames - 1),
    }


def _labels(project_id: str, reference: Version | None, rate: Fraction) -> Any:
    """Record timecodes as the timeline has them: from the project's start timecode, else the reference's; None at rates that
    have no timecode."""
    start, drop = 0, False
    spec = specs.technical(project_id)
    summary = media.known_of(reference).summary if reference is not None else None
    if spec.start_timecode and spec.rate == rate:
        start, drop = start_frame(spec.start_timecode, rate)
    elif summary is not None and summary.rate == rate:
        start, drop = summary.start_frame or 0, bool(summary.drop_frame)
    try:
        known = Rate(rate.numerator, rate.denominator, drop)
    except TimecodeError:
        return lambda frame: None
    return lambda frame: to_label(start + frame, known)
