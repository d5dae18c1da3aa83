"""Each track by itself: which one of several leaves the picture, by way of the reference."""

from collections.abc import Mapping, Sequence
from typing import Any

from media_pipeline.core.checks import sound_remedies
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
    CannotMeasure,
    Cause,
    Check,
    Cure,
    Finding,
    Number,
    Outcome,
    Remedy,
    Severity,
    Stage,
    does_not_apply,
    found,
    passed,
)
from media_pipeline.core.checks.material import Material
from media_pipeline.core.checks.reference.sound_findings import severity

ALIKE_MS, ALIKE_PPM = 5.0, 2.0


def measure(material: Material) -> Mapping[str, Any]:
    """[track, ms late at the beginning, at the end, ppm, doubt of it] of each track that is the reference's."""
    tracks = material.measured("reference_sound").get("tracks")
    if tracks is None:
        raise CannotMeasure("The sound could not be compared with the reference.")
    rows = []
    for track in tracks:
        if track["found"]:
            longest = max(track["sync"], key=lambda line: line[1] - line[0])
            rows.append([track["track"], track["sync"][0][2], track["sync"][-1][3], longest[4], longest[5]])
    return {"tracks": rows, "count": len(tracks)}


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """A track that lies otherwise than most of the others is named."""
    rows: Sequence[Sequence[float]] = measured["tracks"]
    if measured["count"] < 2 or len(rows) < 2:
        return does_not_apply("There are no two tracks that can be compared by way of the reference.")
    numbers = tuple(Number(f"track {int(row[0]) + 1}: late at the end", row[2], "ms", 2) for row in rows)
    groups: list[list[Sequence[float]]] = []
    for row in rows:
        home = next((group for group in groups if _alike(group[0], row)), None)
        groups.append([row]) if home is None else home.append(row)
    if len(groups) == 1:
        return passed(f"All {len(rows)} tracks lie alike against the picture.", numbers=numbers)
    groups.sort(key=lambda group: (-len(group), max(abs(group[0][1]), abs(group[0][2]))))
    usual = groups[0][0]
    findings = [_stray(row, usual, case) for group in groups[1:] for row in group]
    return found(findings, numbers=numbers)


def _alike(one: Sequence[float], other: Sequence[float]) -> bool:
    apart = max(abs(one[1] - other[1]), abs(one[2] - other[2]))
    drifts = abs(one[3] - other[3]) > max(ALIKE_PPM, 3 * (one[4] + other[4])) and apart > 1.0
    return apart <= ALIKE_MS and not drifts


def _stray(row: Sequence[float], usual: Sequence[float], case: Case) -> Finding:
    begin, end, ppm = row[1] - usual[1], row[2] - usual[2], row[3] - usual[3]
    furthest = begin if abs(begin) > abs(end) else end
    number = int(row[0]) + 1
    drifting = abs(end - begin) > 1.0 and abs(ppm) > ALIKE_PPM
    how = f"drifts away from the others by {ppm:+.1f} ppm" if drifting else "lies apart from the others"
    grade = severity(furthest, case.frame_milliseconds)
    healed = sound_remedies.speed(number - 1, case, ppm) if drifting else sound_remedies.shift(number - 1, case, furthest)
    return Finding(
        code=f"reference_tracks.stray_{number}",
        severity=Severity.INFO if grade is Severity.PASS else grade,
        summary=f"Track {number} {how}: {begin:+.1f} ms at the beginning, {end:+.1f} ms at the end.",
        meaning="This track alone does not belong where the others do; together they sound doubled or hollow.",
        remedy=Remedy(f"Correct track {number} alone, as said of it under “Sound against reference”.", healed.steps),
        cause=Cause.MEDIA if drifting else Cause.TIMELINE,
        cure=Cure.FIX_IN_POST,
        numbers=(
            Number("apart at the beginning", begin, "ms", 2),
            Number("apart at the end", end, "ms", 2),
            Number("drift against the others", ppm, "ppm", 2),
        ),
        places=(case.place(0),),
    )


CHECK = Check(
    id="reference_tracks",
    title="Tracks against each other",
    stage=Stage.REFERENCE,
    position=12,
    question="Do all tracks lie alike against the picture, or does one of them drift or stand apart?",
    how=(
        "Each track's own line against the reference; tracks within 5 ms of each other at both ends, and with the same drift "
        "to 2 ppm, are alike. The smaller group is named track by track."
    ),
    cannot_see="Tracks whose sound is not in the reference.",
    source="The lines of “Sound against reference”.",
    version=1,
    measure=measure,
    judge=judge,
    after=("reference_sound",),
)
