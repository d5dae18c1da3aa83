"""A test render in three places: which minutes of a timeline to render, and what they say of the whole film.

`propose` gives the ranges; each is rendered by itself and checked as every file is; `judge` lays one line through where sound
and picture stand in the three, and draws it on to both ends of the timeline: a drift that is nothing within a minute is seconds
in a feature. Measured: 100.03 of 100 ppm, 119.99 of 120 ms, from three renders of 20 seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from media_pipeline.core.checks import report, verdict
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import RANK, Severity
from media_pipeline.core.checks.packets.cadence import name as rate_name
from media_pipeline.core.checks.reference.sound_findings import severity

NAMES = ("beginning", "middle", "end")
SECONDS = 60
NEAR_A_CUT = 10  # seconds by which a range moves at most, to begin with a shot
BESIDE_THE_LINE_MS = 5.0  # what a render may lie off the line through all three: more is a jump somewhere between them
LEAST_PPM = 0.5
GO, NO_GO, CANNOT_TELL, WAITING = "go", "no_go", "cannot_tell", "waiting"
# What these say of a minute is said here of the whole film.
_EXTRAPOLATED = ("sync_events.offset", "sync_events.drift", "reference_sound.offset", "reference_sound.drift")
_ADVICE = {verdict.FIX_IN_POST: "Twopop can put it right in the file.", verdict.RERENDER: "Change what its report says first."}


@dataclass(frozen=True)
class Range:
    """Frames of the timeline to be rendered by themselves. `at_cut`: it begins where a shot does, as the reference has it."""

    name: str  # of NAMES
    frame: int
    duration_frames: int
    at_cut: bool = False


@dataclass(frozen=True)
class Point:
    """Where sound and picture of a render stand, in ms of sound late, at two frames of the timeline."""

    name: str
    frames: tuple[int, int]
    milliseconds: tuple[float, float]
    by: str  # "reference" | "events"


@dataclass(frozen=True)
class Reason:
    """Why not to go. `name`: of the render, "" for what they say together."""

    name: str
    code: str
    severity: Severity
    text: str


@dataclass(frozen=True)
class Judgement:
    """`begin_ms`, `end_ms`: sound late at both ends of the whole timeline; None where it could not be measured."""

    decision: str  # GO | NO_GO | CANNOT_TELL | WAITING
    summary: str
    reasons: tuple[Reason, ...] = ()
    points: tuple[Point, ...] = ()
    ppm: float | None = None
    begin_ms: float | None = None
    end_ms: float | None = None

    def as_dict(self) -> dict[str, Any]:
        made: dict[str, Any] = report.plain(asdict(self))
        return made


def propose(frame_count: int, rate: Fraction, cuts: Sequence[int] = ()) -> tuple[Range, ...]:
    """The first minute, one in the middle, the last: shorter ones of a timeline below three minutes. With the first frames of
    shots in `cuts`, the latter two begin at the nearest within NEAR_A_CUT seconds."""
    length = max(1, min(round(SECONDS * rate), frame_count // len(NAMES)))
    reach = min(round(NEAR_A_CUT * rate), length // 2)
    made: list[Range] = []
    for name, wanted in zip(NAMES, (0, (frame_count - length) // 2, frame_count - length), strict=True):
        least = made[-1].frame + length if made else 0
        near = [cut for cut in cuts if abs(cut - wanted) <= reach and least <= cut <= frame_count - length] if made else []
        frame = min(near, key=lambda cut: abs(cut - wanted)) if near else wanted
        made.append(Range(name, frame, length, bool(near)))
    return tuple(made)


def judge(ranges: Sequence[Range], renders: Mapping[str, Case], frame_count: int, rate: Fraction) -> Judgement:
    """`renders`: by the range's name, those that are measured so far. `frame_count`, `rate`: of the timeline."""
    frame_ms = float(1000 / rate)
    reasons = [reason for one in ranges if one.name in renders for reason in _of_render(one, renders[one.name], rate)]
    points = tuple(point for one in ranges if one.name in renders for point in _points(one, renders[one.name]))
    missing = [one.name for one in ranges if one.name not in renders]
    measured = {point.name for point in points}
    line: tuple[float, float, float] | None = None
    if points and (not missing or len(measured) > 1):
        line, together = _together(points, frame_count, frame_ms)
        reasons += together
    known = Judgement(WAITING, "", tuple(reasons), points, *(line or (None, None, None)))
    if reasons:
        gravest = max(reasons, key=lambda reason: RANK[reason.severity])
        return replace(known, decision=NO_GO, summary=f"Do not render yet. {gravest.text}")
    if missing:
        count = len(missing)
        summary = f"{count} of {len(ranges)} renders {'is' if count == 1 else 'are'} not checked yet."
        return replace(known, decision=WAITING, summary=summary)
    if len(measured) < len(ranges) or line is None:
        unknown = ", ".join(one.name for one in ranges if one.name not in measured)
        summary = (
            f"Nothing is wrong with the files, but nothing in them shows where sound and picture belong together ({unknown}). "
            "Choose a reference, or put a flash and beep into the timeline."
        )
        return replace(known, decision=CANNOT_TELL, summary=summary)
    worst = max(abs(line[1]), abs(line[2]), 0.1)
    summary = f"Over the whole timeline sound and picture stay within {worst:.1f} ms of each other."
    return replace(known, decision=GO, summary=summary)


def _of_render(wanted: Range, case: Case, rate: Fraction) -> list[Reason]:
    """What is wrong with one render by itself."""
    made: list[Reason] = []
    if case.rate != rate:
        text = f"The render of the {wanted.name} runs at {rate_name(case.rate)}, the timeline at {rate_name(rate)}."
        made.append(Reason(wanted.name, "rate", Severity.ERROR, text))
    off = case.summary.frame_count - wanted.duration_frames
    if off:
        more = f"{abs(off)} frame{'s' if abs(off) != 1 else ''} {'more' if off > 0 else 'fewer'}"
        text = f"The render of the {wanted.name} has {more} than its range: it is another one, or frames were lost or added."
        made.append(Reason(wanted.name, "length", Severity.ERROR, text))
    outcomes = report.judge(case)
    decided = verdict.decide(outcomes)
    advice = _ADVICE.get(decided.kind, "")
    for outcome in outcomes.values():
        for finding in outcome.findings:
            if RANK[finding.severity] >= RANK[Severity.WARN] and finding.code not in _EXTRAPOLATED:
                text = f"The render of the {wanted.name}: {finding.summary} {advice}".strip()
                made.append(Reason(wanted.name, finding.code, finding.severity, text))
    return made


def _points(wanted: Range, case: Case) -> list[Point]:
    """Of the first track that could be measured: by the reference, else by sync events."""
    for track in case.measured("reference_sound").get("tracks", ()):
        if track["found"] and case.measured("reference_sound").get("picture"):
            lines = track["sync"]
            frames = (wanted.frame + int(lines[0][0]), wanted.frame + int(lines[-1][1]))
            return [Point(wanted.name, frames, (float(lines[0][2]), float(lines[-1][3])), "reference")]
    count = case.summary.frame_count
    for track in case.measured("sync_events").get("tracks", ()):
        for group in track["groups"][:1]:
            frames = (wanted.frame, wanted.frame + max(1, count - 1))
            if int(group["count"]) < 3:  # two say nothing of a drift within the minute
                middle = (float(group["begin_ms"]) + float(group["end_ms"])) / 2
                return [Point(wanted.name, frames, (middle, middle), "events")]
            return [Point(wanted.name, frames, (float(group["begin_ms"]), float(group["end_ms"])), "events")]
    return []


def _together(points: Sequence[Point], frame_count: int, frame_ms: float) -> tuple[tuple[float, float, float], list[Reason]]:
    """(drift in ppm, sound late at the first and the last frame of the timeline in ms), and what is wrong with that."""
    frames = np.array([frame for point in points for frame in point.frames], np.float64)
    late = np.array([value for point in points for value in point.milliseconds], np.float64)
    slope, offset = np.polyfit(frames, late, 1) if np.ptp(frames) > 0 else (0.0, float(late.mean()))
    begin, end = float(offset), float(offset + slope * (frame_count - 1))
    ppm = 1e6 * float(slope) / frame_ms
    off = float(np.abs(late - offset - slope * frames).max())
    made: list[Reason] = []
    worst = begin if abs(begin) > abs(end) else end
    grade = severity(worst, frame_ms)
    if off > BESIDE_THE_LINE_MS:
        text = f"The renders lie up to {off:.1f} ms beside one line: somewhere between them sound and picture jump apart."
        made.append(Reason("", "jump", Severity.ERROR, text))
    elif RANK[grade] >= RANK[Severity.WARN] and abs(ppm) > LEAST_PPM and abs(end - begin) > abs(begin):
        text = (
            f"Sound drifts against the picture: at the end of the whole timeline it is {abs(end):.0f} ms "
            f"({abs(end) / frame_ms:.1f} frames) {'late' if end > 0 else 'early'} ({abs(ppm):.1f} ppm)."
        )
        made.append(Reason("", "drift", grade, text))
    elif RANK[grade] >= RANK[Severity.WARN]:
        text = (
            f"Sound is {abs(worst):.1f} ms ({abs(worst) / frame_ms:.1f} frames) {'late' if worst > 0 else 'early'} all along."
        )
        made.append(Reason("", "offset", grade, text))
    return (ppm, begin, end), made
