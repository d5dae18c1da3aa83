"""What is said of beeps that do not meet their flashes, and of claps that may be looked at."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from media_pipeline.core.checks import again, sound_remedies
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import Cause, Cure, Finding, Number, Remedy, Severity
from media_pipeline.core.checks.reference.sound_findings import severity

Track = Mapping[str, Any]
STEADY_MS = 1.0  # over the events' span: less is how exactly they can be read
KNOWN = ((1001 / 1000, "1001/1000"), (1000 / 1001, "1000/1001"), (25 / 24, "25/24"), (24 / 25, "24/25"))
JUMP_MS = 5.0


def worst(track: Track) -> float:
    """The largest offset at any event or, drawn on, at either end."""
    ends = [abs(float(value)) for value in _ends(track)]
    return max([*ends, *(abs(float(pair[1])) for group in track["groups"] for pair in group["pairs"])])


def events_of(track: Track) -> int:
    return sum(int(group["count"]) for group in track["groups"])


def drifts(track: Track) -> bool:
    """One straight line that leans by more than how exactly events are read."""
    if len(track["groups"]) != 1 or track["groups"][0]["count"] < 2:
        return False
    group = track["groups"][0]
    grown = abs(float(group["ppm"])) * 1e-3 * float(group["span"])
    return grown > STEADY_MS and abs(float(group["ppm"])) > 3 * float(group["doubt_ppm"])


def steady(track: Track) -> bool:
    return len(track["groups"]) == 1


def _ends(track: Track) -> tuple[float, float]:
    first, last = track["groups"][0], track["groups"][-1]
    if drifts(track):
        return float(first["begin_ms"]), float(first["end_ms"])
    return _usual(first), _usual(last)


def _usual(group: Mapping[str, Any]) -> float:
    """The offset of a level: the middle one."""
    values = sorted(float(pair[1]) for pair in group["pairs"])
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def of_track(track: Track, measured: Mapping[str, Any], case: Case, *, many: bool) -> list[Finding]:
    name = f"Track {int(track['track']) + 1}" if many else "The sound"
    if len(track["groups"]) > 1:
        return [_jump(track, case, name)]
    made = []
    if drifts(track):
        group = track["groups"][0]
        total = float(group["ppm"]) * 1e-3 * float(measured["seconds"])
        grade = severity(max(_ends(track), key=abs), case.frame_milliseconds)
        if grade is not Severity.PASS:
            made.append(_drift(track, case, name, total, grade))
    begin = float(track["groups"][0]["begin_ms"]) if drifts(track) else _usual(track["groups"][0])
    grade = severity(begin, case.frame_milliseconds)
    if grade is not Severity.PASS:
        made.append(_offset(track, case, name, begin, grade, alone=not made))
    return made


def _what(track: Track) -> str:
    pair = track["groups"][0]["pairs"][0]
    if events_of(track) > 2 or track["kind"] == "events":
        return "flash and beep"
    return "the countdown's two-pop" if pair[2] == "leader" else "the two-pop"


def _offset(track: Track, case: Case, name: str, error: float, grade: Severity, *, alone: bool) -> Finding:
    frames = abs(error) / case.frame_milliseconds
    word = sound_remedies.late_word(error)
    pairs = [pair for group in track["groups"] for pair in group["pairs"]]
    return Finding(
        code="sync_events.offset",
        severity=grade,
        summary=f"{name} is {abs(error):.1f} ms {word} ({frames:.2f} frames), by {_what(track)}.",
        meaning=f"Lips, cuts and effects come {abs(error):.0f} ms {'before' if error > 0 else 'after'} their sound.",
        remedy=sound_remedies.shift(int(track["track"]), case, error, exact=alone),
        cause=Cause.TIMELINE,
        cure=Cure.FIX_IN_POST,
        numbers=(Number("sound late", error, "ms", 2), Number("the same in frames", error / case.frame_milliseconds, "", 2)),
        places=tuple(case.place(int(pair[0]), 1, f"beep {float(pair[1]):+.1f} ms") for pair in pairs[:100]),
        place_count=len(pairs),
    )


def _drift(track: Track, case: Case, name: str, total: float, grade: Severity) -> Finding:
    group = track["groups"][0]
    ppm = float(group["ppm"])
    known = next((text for ratio, text in KNOWN if abs(ppm - 1e6 * (ratio - 1)) < 30), "")
    two = group["count"] == 2
    frame = case.frame_milliseconds
    return Finding(
        code="sync_events.drift",
        severity=grade,
        summary=(
            f"{name} drifts: over the file's whole length it comes {abs(total):.1f} ms {'later' if ppm > 0 else 'earlier'} "
            f"({abs(total) / frame:.1f} frames; {abs(ppm):.1f} ppm{f', {known}' if known else ''})."
        ),
        meaning="It fits in one place and comes apart steadily from there: a clock or a rate is wrong."
        + (" (Two events cannot show whether it grew steadily or jumped once between them.)" if two and not known else ""),
        remedy=sound_remedies.speed(int(track["track"]), case, ppm),
        cause=Cause.TIMELINE if known else Cause.MEDIA,
        cure=Cure.RERENDER if two and not known else Cure.FIX_IN_POST,
        numbers=(
            Number("drift", ppm, "ppm", 2),
            Number("over the whole length", total, "ms", 2),
            Number("sound late at the beginning", float(group["begin_ms"]), "ms", 2),
            Number("sound late at the end", float(group["end_ms"]), "ms", 2),
        ),
        places=tuple(case.place(int(pair[0]), 1, f"beep {float(pair[1]):+.1f} ms") for pair in group["pairs"][:100]),
        place_count=int(group["count"]),
    )


def _jump(track: Track, case: Case, name: str) -> Finding:
    steps = []
    for before, after in pairwise(track["groups"]):
        steps.append((int(before["pairs"][-1][0]), int(after["pairs"][0][0]), _usual(after) - _usual(before)))
    largest = max((abs(size) for _, _, size in steps), default=0.0)
    grade = severity(max(_ends(track), key=abs), case.frame_milliseconds)
    if largest > case.frame_milliseconds:
        grade = Severity.ERROR
    elif grade is Severity.PASS:
        grade = Severity.WARN if largest >= JUMP_MS else Severity.INFO
    joins = [join for low, high, _ in steps for join in case.joins if low < join <= high]
    return Finding(
        code="sync_events.jump",
        severity=grade,
        summary=f"{name} jumps against the picture {len(steps)} time{'s' * (len(steps) > 1)}, by {largest:.1f} ms at most.",
        meaning="From there on sound and picture are apart by that much more.",
        remedy=Remedy(
            "Render the named parts again, the sound in one pass over the whole film or as PCM in the segments."
            if joins
            else "Render the sound again from the timeline, in one pass.",
            again.SOUND,
        ),
        cause=Cause.TIMELINE,
        cure=Cure.RERENDER,
        numbers=(Number("largest jump", max((size for _, _, size in steps), key=abs), "ms", 2), Number("jumps", len(steps))),
        places=tuple(
            case.place(
                low, high - low, f"{size:+.1f} ms somewhere between these events" + (", where segments join" if joins else "")
            )
            for low, high, size in steps
        ),
        place_count=len(steps),
    )


def proposed(measured: Mapping[str, Any], case: Case) -> Finding | None:
    """Claps for a person to look at."""
    claps = measured["claps"]
    if not claps:
        return None
    return Finding(
        code="sync_events.clap",
        severity=Severity.INFO,
        summary=f"{len(claps)} bang{'s' if len(claps) != 1 else ''} might be a slate's clap: look at these frames.",
        meaning="A clap shows where sound and picture belong together, if somebody confirms that it is one.",
        remedy=Remedy("Step through these frames and listen: the slate must close in the frame in which the bang is heard."),
        numbers=tuple(
            Number(
                f"bang {'after' if late >= 0 else 'before'} the movement stops at frame {int(stop)}", abs(float(late)), "ms", 1
            )
            for _, stop, late, _, _ in claps
        ),
        places=tuple(case.place(int(stop), 1, f"bang in frame {int(bang)}") for bang, stop, _, _, _ in claps),
        place_count=len(claps),
    )


def confirmed(measured: Mapping[str, Any], case: Case) -> list[tuple[int, float]]:
    """(frame in which the slate is closed, ms by which its bang comes after that) of the claps that somebody confirmed."""
    made = []
    for bang, stop, late, _, _ in measured["claps"]:
        frame = case.claps.get(int(bang))
        if frame is not None:
            made.append((frame, float(late) + (int(stop) - frame) * case.frame_milliseconds))
    return made


def clap_offset(claps: Sequence[tuple[int, float]], case: Case) -> Finding | None:
    """A slate closes somewhere within the frame before the one that shows it closed: within that, nothing is wrong."""
    values = sorted(late for _, late in claps)
    error = values[len(values) // 2] + case.frame_milliseconds / 2  # of the moment in the middle of that frame
    beyond = max(0.0, abs(error) - case.frame_milliseconds / 2) * (1 if error > 0 else -1)
    grade = severity(beyond, case.frame_milliseconds)
    if grade is Severity.PASS:
        return None
    frames = abs(error) / case.frame_milliseconds
    return Finding(
        code="sync_events.clap_offset",
        severity=grade,
        summary=f"The sound is {abs(error):.0f} ms {sound_remedies.late_word(error)} ({frames:.1f} frames), by the clap.",
        meaning=f"The bang is heard {'after' if error > 0 else 'before'} the slate closes. A clap tells it to half a frame.",
        remedy=sound_remedies.shift(0, case, error, exact=False),
        cause=Cause.TIMELINE,
        cure=Cure.FIX_IN_POST,
        numbers=(Number("sound late", error, "ms", 0), Number("known to", case.frame_milliseconds / 2, "ms", 0)),
        places=tuple(case.place(frame, 1, f"bang {late:+.0f} ms") for frame, late in claps),
        place_count=len(claps),
    )
