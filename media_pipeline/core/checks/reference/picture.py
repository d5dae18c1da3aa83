"""The pictures against the reference's: which frame shows which, what was cut, added, dropped, repeated."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any

from media_pipeline.core.checks import again
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
    CannotMeasure,
    Cause,
    Check,
    Cure,
    Evidence,
    Finding,
    Number,
    Outcome,
    Remedy,
    Severity,
    Stage,
    cannot_tell,
    does_not_apply,
    found,
    passed,
)
from media_pipeline.core.checks.material import Material
from media_pipeline.core.checks.sync_map import candidates
from media_pipeline.core.checks.sync_map.clock import frame_at, moments
from media_pipeline.core.checks.sync_map.envelope import envelope, guesses
from media_pipeline.core.checks.sync_map.shifts import Run, follow
from media_pipeline.core.frame_map import FrameMap, Kind, make_map

MOST_RUNS = 5000
POINTS = 200
SLIP_FRAMES = 3  # without sound to ask, a change by no more than that is no edit but a fault
CAUGHT_UP = 50  # frames within which a change that is taken back is a stutter
LEAST_SHARE = 0.05  # of the pictures must be the reference's


def measure(material: Material) -> Mapping[str, Any]:
    """Runs of constant shift (own frame less the reference's) and the frame map they make."""
    other = material.reference
    if len(other.index) == 0:
        return {"sound_only": True}
    mine, theirs = material.stored.coarse, other.stored.coarse
    if not len(mine) or not len(theirs):
        raise CannotMeasure("One of the two files has no decoded pictures.")
    length = max(8, round(float(material.index.rate)))
    parts = candidates.blocks(mine, theirs, length=length, hints=_hints(material), beat=material.beat)
    runs = follow(mine, theirs, parts, material.beat)
    if len(runs) > MOST_RUNS:
        raise CannotMeasure("The pictures follow the reference's in no steady way. Choose another reference.")
    own, ref = material.index.rate, other.index.rate
    return {
        "sound_only": False,
        "rates": [[own.numerator, own.denominator], [ref.numerator, ref.denominator]],
        "matched": sum(run.count for run in runs if run.shift is not None),
        "runs": [list(astuple(run)) for run in runs],
        "map": make_map(runs, len(theirs)).as_dict(),
    }


def runs_of(measured: Mapping[str, Any]) -> list[Run]:
    """The runs as they were measured; [] without pictures."""
    return [
        Run(int(first), int(count), None if shift is None else int(shift), int(low), int(high), float(difference))
        for first, count, shift, low, high, difference in measured.get("runs", [])
    ]


def _hints(material: Material) -> Any:
    """Shifts that the sound suggests: the first tracks' loudness."""
    features, others = material.stored, material.reference.stored
    if not features.tracks or not others.tracks:
        return lambda frame: ()
    rate = features.mono_rate
    found = guesses(
        envelope(features.mono(features.tracks[0]), rate), envelope(others.mono(others.tracks[0]), rate), seconds=8.0
    )
    clear = [guess for guess in found if guess.strength > 6]
    times, theirs = moments(material.index), moments(material.reference.index)

    def hints(frame: int) -> Sequence[int]:
        frame = min(frame, len(times) - 2)
        moment = float(times[frame])
        close = sorted(clear, key=lambda guess: abs(guess.centre - moment))[:3]
        return [frame - frame_at(theirs, moment - guess.delay) for guess in close]

    return hints


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """Changes that the sound went along with are edits; the others are dropped or repeated frames."""
    if measured["sound_only"]:
        return does_not_apply("The reference has no picture.")
    runs = runs_of(measured)
    total = sum(run.count for run in runs)
    share = measured["matched"] / max(total, 1)
    numbers = (Number("pictures that are the reference's", 100 * share, "%", 1),)
    if share < LEAST_SHARE:
        return cannot_tell(
            "The pictures have nothing in common with the reference's. Choose another reference.", numbers=numbers
        )
    evidence = (_plot(runs),)
    edits, faults, stutters = _sorted_changes(runs, case)
    findings = []
    for kind, of_kind in (("repeated", [c for c in faults if c[1] > 0]), ("dropped", [c for c in faults if c[1] < 0])):
        if of_kind:
            findings.append(_fault(kind, of_kind, case))
    if stutters:
        findings.append(_stutter(stutters, case))
    if edits:
        findings.append(_edits(edits, case))
    findings += _map_findings(FrameMap.from_dict(measured["map"]), case)
    if not findings:
        return passed(f"Every picture is the reference's, {_shifted(runs)}.", numbers=numbers, evidence=evidence)
    return found(findings, numbers=numbers, evidence=evidence)


# (frame, by how many frames the shift grows, earliest frame, latest frame)
Change = tuple[int, int, int, int]


def changes_of(runs: Sequence[Run]) -> list[Change]:
    """Where the shift changes; over pictures that are not the reference's too."""
    found: list[Change] = []
    before: Run | None = None
    for run in runs:
        if run.shift is None:
            continue
        if before is not None and before.shift is not None and run.shift != before.shift:
            low = run.low if before.first + before.count == run.first else before.first + before.count
            found.append((run.first, run.shift - before.shift, low, run.high))
        before = run
    return found


def _sorted_changes(runs: Sequence[Run], case: Case) -> tuple[list[Change], list[Change], list[Change]]:
    """Changes as (edits, faults, stutters)."""
    changes = changes_of(runs)
    stutters: list[Change] = []
    left: list[Change] = []
    while changes:
        change = changes.pop(0)
        if changes and changes[0][1] == -change[1] and changes[0][0] - change[0] <= CAUGHT_UP and abs(change[1]) <= SLIP_FRAMES:
            stutters.append(change)
            changes.pop(0)
        else:
            left.append(change)
    tracks = [track for track in case.measured("reference_sound").get("tracks", []) if track["found"]]
    edits = [change for change in left if _went_along(change, tracks)]
    return edits, [change for change in left if change not in edits], stutters


def _went_along(change: Change, tracks: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the sound moved with the picture: no track parts from it there. Without sound, by the size alone."""
    frame, size, low, high = change
    told = False
    for track in tracks:
        near = [step for step in track["steps"] if step["low"] - 2 <= high and low <= step["high"] + 2]
        if any(step["picture_ms"] and abs(step["sound_ms"]) < abs(step["picture_ms"]) / 2 for step in near):
            return False
        told = told or bool(near)
        ends = [(line[0], line[1]) for line in track["sync"]]
        told = told or any(first <= frame <= last for first, last in ends)
        told = told or (any(last <= frame for _, last in ends) and any(first >= frame for first, _ in ends))
    return told or abs(size) > SLIP_FRAMES


def _shifted(runs: Sequence[Run]) -> str:
    shifts = {run.shift for run in runs if run.shift is not None}
    if shifts == {0}:
        return "frame by frame"
    shift = max(runs, key=lambda run: run.count if run.shift is not None else 0).shift or 0
    return f"{abs(shift)} frame{'s' if abs(shift) != 1 else ''} {'later' if shift > 0 else 'earlier'}"


def _fault(kind: str, changes: Sequence[Change], case: Case) -> Finding:
    count = sum(abs(change[1]) for change in changes)
    milliseconds = count * case.frame_milliseconds
    many = f"{count} frame{'s' if count != 1 else ''}"
    what = f"{many} repeated" if kind == "repeated" else f"{many} dropped"
    places = "place" if len(changes) == 1 else "places"
    late = "early" if kind == "repeated" else "late"
    return Finding(
        code=f"reference_picture.{kind}",
        severity=Severity.ERROR if count > 1 else Severity.WARN,
        summary=f"{what} at {len(changes)} {places}, and the sound does not follow: {milliseconds:.0f} ms in all.",
        meaning=f"From there on the sound is {late} against the picture by that much more than in the reference.",
        remedy=Remedy(
            "Render the named places again, with a handle of a second on both sides; then compare once more.", again.PICTURE
        ),
        cause=Cause.TIMELINE if any(case.near_join(change[0]) is not None for change in changes) else Cause.MEDIA,
        cure=Cure.RERENDER,
        numbers=(
            Number("frames repeated" if kind == "repeated" else "frames dropped", count),
            Number("sound moved against picture", milliseconds, "ms", 1),
        ),
        places=tuple(
            case.place(
                low,
                high - low + 1,
                f"{abs(size)} repeated, at frame {frame}" if kind == "repeated" else f"{abs(size)} dropped, at frame {frame}",
            )
            for frame, size, low, high in changes[:100]
        ),
        place_count=len(changes),
    )


def _stutter(changes: Sequence[Change], case: Case) -> Finding:
    joined = any(case.near_join(change[0]) is not None for change in changes)
    return Finding(
        code="reference_picture.stutter",
        severity=Severity.WARN if joined else Severity.INFO,
        summary=f"The picture holds or hurries and catches up again at {len(changes)} place{'s' if len(changes) != 1 else ''}.",
        meaning="Motion looks uneven for a moment; the sound fits again right after it.",
        remedy=Remedy("Render the named places again if the unevenness can be seen.", again.PICTURE),
        cause=Cause.MEDIA,
        cure=Cure.RERENDER if joined else Cure.NONE,
        places=case.places([(change[0], 1) for change in changes]),
        place_count=len(changes),
    )


def _edits(changes: Sequence[Change], case: Case) -> Finding:
    count = len(changes)
    return Finding(
        code="reference_picture.edited",
        severity=Severity.INFO,
        summary=f"Edited at {count} place{'s' if count != 1 else ''}: sound and picture moved together.",
        meaning="The cut differs from the reference there. Sync is judged against the moved pictures, so this is no fault.",
        remedy=Remedy("Nothing, if the edit was meant."),
        numbers=(Number("places", count),),
        places=tuple(
            case.place(frame, 1, f"{abs(size)} frames {'longer' if size > 0 else 'shorter'}")
            for frame, size, _, _ in changes[:100]
        ),
        place_count=count,
    )


_WORDS = {Kind.INSERTED: "new", Kind.REMOVED: "missing", Kind.CHANGED: "changed"}


def _map_findings(frame_map: FrameMap, case: Case) -> list[Finding]:
    """New, missing and changed pictures: told, not judged."""
    findings = []
    for kind, word in _WORDS.items():
        parts = [part for part in frame_map.parts if part.kind is kind and part.count > SLIP_FRAMES]
        if not parts:
            continue
        frames = sum(part.count for part in parts)
        last = max(0, frame_map.to_count - 1)
        shown = [(min(part.to_first, last), 1 if kind is Kind.REMOVED else part.count) for part in parts]
        findings.append(
            Finding(
                code=f"reference_picture.{word}",
                severity=Severity.INFO,
                summary=f"{frames} frames are {word} against the reference (pieces: {len(parts)}).",
                meaning="Other pictures than in the reference stand there.",
                remedy=Remedy("Nothing, if that was meant."),
                numbers=(Number("frames", frames), Number("pieces", len(parts))),
                places=case.places(shown),
                place_count=len(parts),
            )
        )
    return findings


def _plot(runs: Sequence[Run]) -> Evidence:
    known = [run for run in runs if run.shift is not None]
    step = -(-2 * len(known) // POINTS) or 1
    x = [frame for run in known[::step] for frame in (run.first, run.first + run.count - 1)]
    y = [run.shift or 0 for run in known[::step] for _ in (0, 1)]
    return Evidence("line", "Where the pictures lie in the reference", "frame", "frames later", x, y)


CHECK = Check(
    id="reference_picture",
    title="Pictures against reference",
    stage=Stage.REFERENCE,
    position=11,
    question="Are frames dropped, repeated, missing, new or in another order, compared with the reference?",
    how=(
        "Luma grids of 32 by 18 cells, each less its own brightness and contrast, differences capped so that lettering over a "
        "part counts no more than its cells. Candidate shifts come from two pictures a second that are looked for in the whole "
        "reference, and from the sound; a cheapest path through them (a change costs 14 times the usual difference of matching "
        "pictures) gives every frame its counterpart. Each change carries the frames between which it may lie. A change with "
        "which the sound moved is an edit and told as information; one that the sound did not follow is dropped or repeated "
        "frames."
    ),
    cannot_see=(
        "Where nothing moves, a dropped or repeated frame leaves no trace: the range given is then as long as the standstill. "
        "Pictures that were reframed, flipped or letterboxed otherwise count as new ones. Single spoilt frames."
    ),
    source=(
        "Viterbi 1967; matching by capped differences after Twopop's own measurements on moving textures and real clips "
        "(benchmarks/reference_check.py)."
    ),
    version=2,
    measure=measure,
    judge=judge,
)
