"""Times that do not go on evenly: gaps, overlaps, backward and equal ones, of pictures and of sound."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
    PLACES,
    Cause,
    Check,
    Cure,
    Evidence,
    Finding,
    Fix,
    Number,
    Outcome,
    Remedy,
    Severity,
    Stage,
    found,
    passed,
)
from media_pipeline.core.checks.material import Material
from media_pipeline.core.checks.packet_arrays import NO_TIME, StreamPackets
from media_pipeline.core.checks.sound_timeline import lay
from media_pipeline.core.pictures import unwrapped

TOLD_MS = 10.0  # EBU R37 and delivery guides: 10 ms is the tightest limit in use
MOST = 1000


def measure(material: Material) -> Mapping[str, Any]:
    """Steps in the pictures' times are the cadence check's; here, what order and sound show besides."""
    video = material.video
    equal, missing = _equal(video), int(np.count_nonzero(video.times == NO_TIME))
    tracks = []
    for track in range(len(material.summary.audio)):
        stream = material.audio(track)
        timeline = lay(stream)
        events = timeline.events if timeline is not None else ()
        tracks.append(
            {
                "track": track,
                "laid": timeline is not None,
                "backward": _backward(stream),
                "events": [[material.index.frame_at(at), milliseconds] for at, milliseconds, _ in events[:MOST]],
                "event_count": len(events),
                "gap_ms": sum(milliseconds for _, milliseconds, _ in events if milliseconds > 0),
            }
        )
    measured = material.measured("cadence")
    return {
        "kind": measured.get("kind", ""),
        "steps": list(measured.get("steps", ())) if measured.get("kind") in ("constant", "stepped", "mixed") else [],
        "step_count": int(measured.get("step_count", 0)),
        "avi": material.summary.container == "avi",
        "equal": equal,
        "missing": missing,
        "backward": _backward(video),
        "tracks": tracks,
    }


def _equal(video: StreamPackets) -> int:
    """Pictures with the time of another one. Packets without a time are no pictures of their own (second fields)."""
    known = video.pts[video.pts != NO_TIME]
    return int(len(known) - len(np.unique(known)))


def _backward(stream: StreamPackets) -> int:
    """How often decoding times do not rise."""
    dts = stream.dts[stream.dts != NO_TIME]
    return int(np.count_nonzero(np.diff(unwrapped(dts)) <= 0)) if len(dts) > 1 else 0


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """Steps from 10 ms on are told, of more than a frame (one, or together) are errors."""
    findings: list[Finding] = []
    steps = [(int(frame), float(ms)) for frame, ms in measured["steps"] if abs(float(ms)) >= TOLD_MS]
    if steps and not measured["avi"]:
        findings.append(_steps(steps, case))
    if int(measured["equal"]) and not measured["avi"]:
        findings.append(_equal_times(int(measured["equal"]), case))
    if int(measured["backward"]):
        findings.append(_backward_times(int(measured["backward"]), "The picture", case))
    for track in measured["tracks"]:
        events = [(int(frame), float(ms)) for frame, ms in track["events"] if abs(float(ms)) >= TOLD_MS]
        # Sound that overlaps at a join is the segments check's business.
        events = [(frame, ms) for frame, ms in events if ms > 0 or case.near_join(frame) is None]
        if events:
            findings.append(_sound(int(track["track"]), events, case))
        if int(track["backward"]):
            findings.append(_backward_times(int(track["backward"]), f"Track {int(track['track']) + 1}", case))
    numbers = (
        Number("steps in the pictures' times", len(steps)),
        Number("pictures with another's time", int(measured["equal"])),
    )
    if findings:
        return found(findings, numbers=numbers)
    return passed("Times rise evenly, of pictures and of sound.", numbers=numbers)


def _grave(sizes: list[float], case: Case) -> Severity:
    limit = case.frame_milliseconds * 1.02  # rounding of coarse clocks
    grave = max(map(abs, sizes)) > limit or abs(sum(sizes)) > limit
    return Severity.ERROR if grave else Severity.WARN


def _cure(frames: list[int], case: Case) -> tuple[Cause, Cure]:
    """At a segment join the render is to blame, and what is missing there must be made again."""
    joined = any(case.near_join(frame) is not None for frame in frames)
    return (Cause.TIMELINE, Cure.RERENDER) if joined else (Cause.MEDIA, Cure.FIX_IN_POST)


def _constant(case: Case) -> Fix:
    return Fix("constant_rate", {"num": case.rate.numerator, "den": case.rate.denominator})


def _steps(steps: list[tuple[int, float]], case: Case) -> Finding:
    total, largest = sum(ms for _, ms in steps), max(steps, key=lambda step: abs(step[1]))
    cause, cure = _cure([frame for frame, _ in steps], case)
    count = len(steps)
    gaps = sum(ms > 0 for _, ms in steps)
    return Finding(
        code="timestamps.picture_steps",
        severity=_grave([ms for _, ms in steps], case),
        summary=f"{count} step{'s' if count != 1 else ''} in the pictures' times ({gaps} gap{'s' if gaps != 1 else ''}, "
        f"{count - gaps} overlap{'s' if count - gaps != 1 else ''}); the largest is {largest[1]:+.1f} ms.",
        meaning="A player holds or hurries a picture there. A program that counts pictures has the sound "
        f"{abs(total):.0f} ms {'early' if total < 0 else 'late'} behind the last of them.",
        remedy=Remedy(
            "Render the named places again." if cure is Cure.RERENDER else "Write it at a constant rate: gaps are filled by "
            "repeating the picture before, so that the sound stays where it is.",
            steps=(
                ("Premiere Pro", "Transcode with the command before importing; Premiere counts pictures."),
                ("DaVinci Resolve", "Transcode with the command before importing; conform is by frame count."),
                ("Media Composer", "Transcode with the command before linking."),
            ),
            command=f"ffmpeg -i INPUT -map 0 -vf fps={case.rate} -c:v libx264 -crf 12 -preset slow -c:a copy OUTPUT",
            fix=None if cure is Cure.RERENDER else _constant(case),
        ),
        cause=cause,
        cure=cure,
        numbers=(Number("largest step", largest[1], "ms", 1), Number("all steps together", total, "ms", 1)),
        places=tuple(
            case.place(frame, note=f"{ms:+.1f} ms" + (", at a segment join" if case.near_join(frame) is not None else ""))
            for frame, ms in steps[:PLACES]
        ),
        place_count=count,
        evidence=(
            Evidence("points", "Steps in the pictures' times", "frame", "milliseconds too late",
                     [frame for frame, _ in steps[:300]], [round(ms, 3) for _, ms in steps[:300]]),
        ),
    )  # fmt: skip


def _sound(track: int, events: list[tuple[int, float]], case: Case) -> Finding:
    total, largest = sum(ms for _, ms in events), max((ms for _, ms in events), key=abs)
    count = len(events)
    cause, cure = _cure([frame for frame, _ in events], case)
    return Finding(
        code="timestamps.sound_gaps" if total >= 0 else "timestamps.sound_overlaps",
        severity=_grave([ms for _, ms in events], case),
        summary=f"Track {track + 1} has {count} place{'s' if count != 1 else ''} where its pieces do not join; the largest "
        f"{'gap' if largest > 0 else 'overlap'} is {abs(largest):.0f} ms.",
        meaning="Sound is missing or doubled there. A program that lays one piece right behind the other has all that follows "
        f"{abs(total):.0f} ms {'early' if total > 0 else 'late'}.",
        remedy=Remedy(
            "Render the sound again in one piece."
            if cure is Cure.RERENDER
            else "Write the sound again with silence in the "
            "gaps: what follows stays where it is. What is missing stays missing: compare it with the source.",
            steps=(
                ("Premiere Pro", "Use the command before importing; Premiere closes gaps."),
                ("DaVinci Resolve", "Use the command before importing."),
                ("Media Composer", "Use the command before linking."),
            ),
            command="ffmpeg -i INPUT -map 0:v:0 -map 0:a -c:v copy -af aresample=async=1:min_hard_comp=0.005:first_pts=0 "
            "-c:a pcm_s24le OUTPUT",
            fix=None if cure is Cure.RERENDER else Fix("lay_audio", {"track": track}),
        ),
        cause=cause,
        cure=cure,
        numbers=(Number("largest", largest, "ms", 1), Number("together", total, "ms", 1)),
        places=tuple(case.place(frame, note=f"{ms:+.1f} ms") for frame, ms in events[:PLACES]),
        place_count=count,
    )


def _equal_times(count: int, case: Case) -> Finding:
    return Finding(
        code="timestamps.equal",
        severity=Severity.WARN,
        summary=f"{count} picture{'s have' if count != 1 else ' has'} the time of another one.",
        meaning="Which of them is shown, players decide differently; frame numbers may differ by that many.",
        remedy=Remedy(
            "Write it at a constant rate.",
            steps=(("Any editing program", "Transcode with the command before importing."),),
            command=f"ffmpeg -i INPUT -map 0 -vf fps={case.rate} -c:v libx264 -crf 12 -preset slow -c:a copy OUTPUT",
            fix=_constant(case),
        ),
        cause=Cause.METADATA,
        cure=Cure.FIX_IN_POST,
        numbers=(Number("equal times", count),),
    )


def _backward_times(count: int, what: str, case: Case) -> Finding:
    return Finding(
        code="timestamps.backward",
        severity=Severity.WARN,
        summary=f"{what} goes back in time at {count} place{'s' if count != 1 else ''} of the file (decoding times).",
        meaning="The file was joined or cut without care for its order; some programs stop there or leave something out.",
        remedy=Remedy(
            "Write it again as MOV; if the finding stays, export it with a new encode.",
            steps=(("Any editing program", "Remux with the command, then relink."),),
            command="ffmpeg -fflags +genpts -i INPUT -map 0:v:0 -map 0:a? -c copy OUTPUT",
        ),
        cause=Cause.METADATA,
        cure=Cure.FIX_IN_POST,
        numbers=(Number("times that do not rise", count),),
    )


CHECK = Check(
    id="timestamps",
    title="Timestamps",
    stage=Stage.PACKETS,
    position=6,
    question="Do the times of pictures and sound go on evenly, and if not, at which frames?",
    how=(
        "Steps against the cadence's grid; decoding times that do not rise; pictures with one time; sound packets against "
        "where the one before ends (packets times exact frame length, beyond 2.1 ms, neighbours within 150 ms "
        "together). Told from "
        "10 ms on; more than a frame, at once or together, is an error. At a segment join it is the render's fault."
    ),
    cannot_see=(
        "Steps in a variable rate; AVI, which has no times; gaps in Vorbis. Pictures that are missing where times were made "
        "even afterwards (see picture continuity and the reference)."
    ),
    source="Steps down to 10 ms found 7 of 7 at the exact frame, none in 43 clean files.",
    version=2,
    measure=measure,
    judge=judge,
    after=("cadence", "segments"),
)
