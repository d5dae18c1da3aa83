"""Where each track's sound begins, against the first picture."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
    Cause,
    Check,
    Cure,
    Finding,
    Fix,
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

WARN_MS = 45.0  # ITU-R BT.1359-1: detectable; below lies what unsignalled priming explains (up to 44 ms)
ERROR_MS = 100.0


def measure(material: Material) -> Mapping[str, Any]:
    """Milliseconds from the first picture shown to the first sample heard: priming and edit lists applied, not counted."""
    return {
        "tracks": [
            {"track": track.index, "start_ms": float(Fraction(track.start_num, track.start_den) * 1000)}
            for track in material.summary.audio
            if track.duration_num > 0
        ]
    }


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """A start within 45 ms of the picture's is none that anybody could notice."""
    tracks = list(measured["tracks"])
    if not tracks:
        return does_not_apply("The file has no sound.")
    numbers = tuple(
        Number(f"start of track {int(track['track']) + 1} after the picture", float(track["start_ms"]), "ms", 1)
        for track in tracks
    )
    error = max(ERROR_MS, 3 * case.frame_milliseconds)
    findings = [_finding(track, error) for track in tracks if abs(float(track["start_ms"])) > WARN_MS]
    if findings:
        return found(findings, numbers=numbers)
    widest = max((float(track["start_ms"]) for track in tracks), key=abs)
    return passed(f"Sound and picture begin together (apart by {abs(widest):.0f} ms at most).", numbers=numbers)


def _finding(track: Mapping[str, Any], error: float) -> Finding:
    start, number = float(track["start_ms"]), int(track["track"]) + 1
    late = start > 0
    return Finding(
        code="start_offset.late" if late else "start_offset.early",
        severity=Severity.ERROR if abs(start) > error else Severity.WARN,
        summary=f"Track {number} begins {abs(start):.0f} ms {'after' if late else 'before'} the first picture.",
        meaning="Players follow the file's clock. Programs that lay every track at the start of the clip have its sound "
        f"{abs(start):.0f} ms too {'early' if late else 'late'}.",
        remedy=Remedy(
            "Write the file again so that every track begins with the first picture: silence is put before, or what comes "
            "before the picture is cut off. Nothing moves against the picture.",
            steps=(
                (
                    "Premiere Pro",
                    "Check the clip's start in the Source monitor against a player; if it differs, use the command.",
                ),
                ("DaVinci Resolve", "Clip Attributes > Audio cannot repair it; use the command, then relink."),
                ("Media Composer", "Use the command before linking; AMA lays tracks at the clip's start."),
            ),
            command=_command(start),
            fix=Fix("lay_audio", {"track": int(track["track"])}),
        ),
        cause=Cause.METADATA,
        cure=Cure.FIX_IN_POST,
        numbers=(Number("start", start, "ms", 1),),
    )


def _command(start: float) -> str:
    """FFmpeg puts the earliest stream at 0: late sound is padded, early sound cut and the picture moved."""
    head = "ffmpeg -i INPUT -map 0:v:0 -map 0:a -c:v copy "
    if start > 0:
        return head + "-af aresample=async=1:first_pts=0 -c:a pcm_s24le OUTPUT"
    cut = f"-af atrim=start={-start / 1000:.6f},asetpts=PTS-STARTPTS -c:a pcm_s24le OUTPUT"
    return head + "-bsf:v setts=pts=PTS-STARTPTS:dts=DTS-STARTPTS " + cut


CHECK = Check(
    id="start_offset",
    title="Start of the sound",
    stage=Stage.PACKETS,
    position=4,
    question="Does every track begin together with the picture?",
    how=(
        "The time of the first sample that is heard (after priming and edit lists) against the time of the first picture that "
        "is shown. More than 45 ms is told, more than 100 ms or three frames is an error."
    ),
    cannot_see=(
        "Priming that the file does not signal (up to 44 ms, transport streams above all); an offset inside the essence, where "
        "both begin together (see sync events and the reference)."
    ),
    source="ITU-R BT.1359-1: 45 ms early is detectable. Unsignalled AAC priming measured: 44.01 ms.",
    version=1,
    measure=measure,
    judge=judge,
)
