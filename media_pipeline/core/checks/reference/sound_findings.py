"""What is said of a track that lies otherwise against the picture than in the reference, and how to heal it."""

from collections.abc import Mapping, Sequence
from typing import Any

from media_pipeline.core.checks import again, sound_remedies
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import Cause, Cure, Finding, Number, Remedy, Severity

GOOD_MS = 10.0  # DPP
EARLY_MS, LATE_MS = 40.0, 60.0  # EBU R37, distribution
LEAST_STEP_MS = 5.0
ELSEWHERE_MS = 500.0  # from which on a mixdown is taken to begin elsewhere, with a leader or without one
LEAST_PPM = 0.5
TELLING_PPM = 20.0  # from which on a drift is told even where it adds up to little: other material will drift as well

Track = Mapping[str, Any]


def severity(error_ms: float, frame_ms: float) -> Severity:
    """By how late the sound is (negative: early)."""
    size = abs(error_ms)
    if size <= GOOD_MS:
        return Severity.PASS
    if error_ms < -EARLY_MS or error_ms > LATE_MS or size > frame_ms:
        return Severity.ERROR
    return Severity.INFO if size <= frame_ms / 2 else Severity.WARN


def faults(track: Track) -> list[Mapping[str, Any]]:
    """Steps that somebody could notice."""
    return [step for step in track["steps"] if abs(step["ms"]) >= LEAST_STEP_MS]


def worst(track: Track, measured: Mapping[str, Any]) -> float:
    """The largest error anywhere, the lines drawn on to both ends."""
    begin, end = _ends(track, measured)
    return float(max(abs(begin), abs(end), *(abs(value) for line in track["sync"] for value in line[2:4])))


def _ends(track: Track, measured: Mapping[str, Any]) -> tuple[float, float]:
    """Errors at the first and last moment, in ms."""
    first, last = track["sync"][0], track["sync"][-1]
    per_frame = measured["seconds"] / max(measured["frames"], 1) * 1e-3  # ms per frame and ppm
    begin = first[2] - first[4] * per_frame * first[0] if _drifts(first) else first[2]
    end = last[3] + last[4] * per_frame * (measured["frames"] - last[1]) if _drifts(last) else last[3]
    return begin, end


def _drifts(line: Sequence[float]) -> bool:
    return abs(line[4]) > max(LEAST_PPM, 3 * line[5]) and abs(line[3] - line[2]) > 1.0


def of_track(track: Track, measured: Mapping[str, Any], case: Case, *, many: bool) -> list[Finding]:
    """Offset, drift and jumps of one track."""
    name = f"Track {track['track'] + 1}" if many else "The sound"
    findings = _jumps(track, case, name)
    longest = max(track["sync"], key=lambda line: line[1] - line[0])
    if _drifts(longest):
        total = longest[4] * 1e-3 * measured["seconds"]
        grade = severity(total, case.frame_milliseconds)
        if grade is Severity.PASS and abs(longest[4]) >= TELLING_PPM:
            grade = Severity.INFO
        if grade is not Severity.PASS:
            findings.append(_drift(track, case, name, longest[4], total, grade))
    begin, _ = _ends(track, measured)
    grade = severity(begin, case.frame_milliseconds)
    if not measured["picture"] and abs(begin) > ELSEWHERE_MS:
        return [*findings, _elsewhere(name, begin, case)]
    if grade is not Severity.PASS:
        alone = not any(finding.cure is Cure.RERENDER for finding in findings)
        findings.append(_offset(track, case, name, begin, grade, alone=alone and measured["picture"] is not None))
    return findings


def _elsewhere(name: str, begin: float, case: Case) -> Finding:
    """A mixdown that begins at another moment than the picture says nothing of the offset."""
    return Finding(
        code="reference_sound.elsewhere",
        severity=Severity.INFO,
        summary=f"{name} begins {abs(begin) / 1000:.3f} s {'after' if begin > 0 else 'before'} the mixdown does.",
        meaning="The mixdown has another beginning than the picture, so only drift and jumps can be told by it.",
        remedy=Remedy("To have the offset checked too, export the mixdown from the first frame of the picture on."),
        numbers=(Number("sound after the mixdown's", begin, "ms", 2),),
        places=(case.place(0),),
    )


def _offset(track: Track, case: Case, name: str, error: float, grade: Severity, *, alone: bool) -> Finding:
    frames = abs(error) / case.frame_milliseconds
    return Finding(
        code="reference_sound.offset",
        severity=grade,
        summary=f"{name} is {abs(error):.1f} ms {sound_remedies.late_word(error)} ({frames:.1f} frames) against the reference.",
        meaning=f"Lips, cuts and effects come {abs(error):.0f} ms {'before' if error > 0 else 'after'} their sound, all along.",
        remedy=sound_remedies.shift(track["track"], case, error, exact=alone),
        cause=Cause.TIMELINE,
        cure=Cure.FIX_IN_POST,
        numbers=(Number("sound late", error, "ms", 2), Number("the same in frames", error / case.frame_milliseconds, "", 2)),
        places=(case.place(0),),
    )


def _drift(track: Track, case: Case, name: str, ppm: float, total: float, grade: Severity) -> Finding:
    return Finding(
        code="reference_sound.drift",
        severity=grade,
        summary=(
            f"{name} drifts: over the file's whole length it comes {abs(total):.1f} ms {'later' if ppm > 0 else 'earlier'} "
            f"({abs(ppm):.1f} ppm)."
        ),
        meaning="It fits in one place and comes apart steadily from there: a clock or a rate is wrong.",
        remedy=sound_remedies.speed(track["track"], case, ppm),
        cause=Cause.MEDIA,
        cure=Cure.FIX_IN_POST,
        numbers=(Number("drift", ppm, "ppm", 2), Number("over the whole length", total, "ms", 2)),
        places=(case.place(0, case.summary.frame_count),),
    )


def _jumps(track: Track, case: Case, name: str) -> list[Finding]:
    """Where the sound left the picture by itself. What dropped or repeated pictures did is said of the pictures."""
    steps = [step for step in faults(track) if abs(step["sound_ms"]) >= abs(step["picture_ms"]) or not step["picture_ms"]]
    if not steps:
        return []
    largest = max(steps, key=lambda step: abs(step["ms"]))
    joined = [step for step in steps if case.near_join(step["frame"]) is not None]
    places = "place" if len(steps) == 1 else "places"
    grade = Severity.INFO if abs(largest["ms"]) < GOOD_MS else Severity.WARN
    if abs(largest["ms"]) > case.frame_milliseconds:
        grade = Severity.ERROR
    lost = "was lost" if largest["ms"] < 0 else "was added"
    return [
        Finding(
            code="reference_sound.jump",
            severity=grade,
            summary=(
                f"{name} jumps against the picture at {len(steps)} {places}, at most by {abs(largest['ms']):.1f} ms "
                f"(sound {lost})."
            ),
            meaning="From there on the sound is early or late by that much more; one may hear a click or a swallowed syllable.",
            remedy=Remedy(
                "Render the named places again, the sound in one pass over the whole film or as PCM in the segments."
                if joined
                else "Render the sound again from the timeline, in one pass.",
                again.SOUND,
            ),
            cause=Cause.TIMELINE if joined else Cause.MEDIA,
            cure=Cure.RERENDER,
            numbers=(Number("largest jump", largest["ms"], "ms", 2), Number("jumps", len(steps))),
            places=tuple(
                case.place(
                    step["low"],
                    step["high"] - step["low"] + 1,
                    f"{step['ms']:+.1f} ms, at frame {step['frame']}"
                    + (", at a segment join" if case.near_join(step["frame"]) is not None else ""),
                )
                for step in steps[:100]
            ),
            place_count=len(steps),
        )
    ]


def foreign(tracks: Sequence[Track], case: Case) -> list[Finding]:
    """Tracks whose sound is not in the reference."""
    unknown = [track for track in tracks if not track["found"] and track["heard"] > 2]
    if not unknown:
        return []
    names = ", ".join(str(track["track"] + 1) for track in unknown)
    return [
        Finding(
            code="reference_sound.foreign",
            severity=Severity.INFO,
            summary=f"Track{'s' if len(unknown) > 1 else ''} {names}: this sound is not in the reference.",
            meaning="Whether it fits the picture cannot be told by this reference.",
            remedy=Remedy("Compare with a reference that has this sound: its own mixdown, say."),
            places=(case.place(0),),
        )
    ]


def changed(tracks: Sequence[Track], case: Case) -> list[Finding]:
    """Stretches whose sound is another one."""
    stretches = [(first, last) for track in tracks for first, last in track["missing"]]
    if not stretches:
        return []
    return [
        Finding(
            code="reference_sound.changed",
            severity=Severity.INFO,
            summary=f"The sound differs from the reference's in {len(stretches)} stretch{'es' if len(stretches) > 1 else ''}.",
            meaning="Other sound stands there; whether it fits the picture cannot be told by this reference.",
            remedy=Remedy("Nothing, if the mix was changed there."),
            places=case.places([(first, last - first + 1) for first, last in stretches]),
            place_count=len(stretches),
        )
    ]
