"""How far apart key pictures are, and whether the first picture is one."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
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
    found,
    passed,
)
from media_pipeline.core.checks.material import Material
from media_pipeline.core.pictures import unwrapped

LONG_SECONDS = 12.0
POINTS = 200
INTRA = "ProRes 422, DNxHR or another codec of key pictures only"


def measure(material: Material) -> Mapping[str, Any]:
    """Distances in frames."""
    index, video = material.index, material.video
    keys = np.flatnonzero(index.keyframe)
    gaps = np.diff(np.append(keys, len(index))) if len(keys) else np.array([len(index)])
    longest = int(gaps.argmax())
    first_key = int(np.argmax(video.key)) if bool(video.key.any()) else len(video)
    times = unwrapped(video.times)
    lost = int(np.count_nonzero(times < times[first_key])) if 0 < first_key < len(video) else 0
    shown = np.unique(np.linspace(0, len(gaps) - 1, min(POINTS, len(gaps))).astype(np.int64))
    return {
        "keys": len(keys),
        "longest": int(gaps[longest]),
        "longest_at": int(keys[longest]) if len(keys) else 0,
        "median": float(np.median(gaps)),
        "open": material.summary.open_gop,
        "lost": max(lost, first_key if first_key < len(video) else 0),
        "key_frame": [int(keys[i]) for i in shown] if len(keys) else [],
        "key_distance": [int(gaps[i]) for i in shown] if len(keys) else [],
    }


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """All of it is advice, but for pictures at the start that nobody can decode."""
    longest, lost = int(measured["longest"]), int(measured["lost"])
    seconds = longest * case.frame_milliseconds / 1000
    numbers = (
        Number("longest distance of key pictures", longest, "frames"),
        Number("the same", seconds, "s", 2),
        Number("key pictures", int(measured["keys"])),
    )
    evidence = (
        Evidence(
            "points", "Distance to the next key picture", "frame", "frames", measured["key_frame"], measured["key_distance"]
        ),
    )
    if longest <= 1:
        return passed("Every picture is a key picture: fit for editing and for distributed rendering.", numbers=numbers)
    findings = []
    if lost:
        findings.append(_lost(lost))
    if seconds > LONG_SECONDS:
        findings.append(_long(measured, seconds, case))
    if measured["open"]:
        findings.append(_open())
    if findings:
        return found(findings, numbers=numbers, evidence=evidence)
    text = f"Key pictures at most {longest} frames apart, closed groups. To render from it on many machines, {INTRA} is better."
    return passed(text, numbers=numbers, evidence=evidence)


def _lost(lost: int) -> Finding:
    return Finding(
        code="gop.first_not_key",
        severity=Severity.WARN,
        summary=f"The file begins inside a group of pictures: {lost} picture{'s' if lost != 1 else ''} at the start "
        "cannot be shown.",
        meaning="Programs begin at the first key picture, or show a broken start; frame numbers differ between them.",
        remedy=Remedy(
            "Cut it again at a key picture, or export it with a new encode.",
            steps=(("Any editing program", "Export with the encoder, not by copying (‘smart rendering’, ‘stream copy’)."),),
            command="ffmpeg -i INPUT -map 0 -c:v libx264 -crf 12 -preset slow -c:a copy OUTPUT",
        ),
        cause=Cause.MEDIA,
        cure=Cure.RERENDER,
        numbers=(Number("pictures lost", lost),),
    )


def _long(measured: Mapping[str, Any], seconds: float, case: Case) -> Finding:
    return Finding(
        code="gop.long",
        severity=Severity.INFO,
        summary=f"Only one picture in {seconds:.0f} s is stored whole (a key picture).",
        meaning="Seeking is slow, and a machine of a render farm must decode that much before its first picture.",
        remedy=Remedy(
            f"Export an intermediate as {INTRA}; for H.264, a key picture every one or two seconds.",
            steps=(
                ("Premiere Pro", "Export > Video > Key Frame Distance, 1 to 2 seconds."),
                ("DaVinci Resolve", "Deliver > Key Frames, every 24 to 50 frames."),
                ("Media Composer", "Transcode linked media to DNxHR."),
            ),
            command="ffmpeg -i INPUT -map 0 -c:v prores_ks -profile:v 3 -c:a copy OUTPUT",
        ),
        cause=Cause.MEDIA,
        places=case.places([(int(measured["longest_at"]), int(measured["longest"]))]),
    )


def _open() -> Finding:
    return Finding(
        code="gop.open",
        severity=Severity.INFO,
        summary="The file cannot be cut at its key pictures without encoding (open groups of pictures).",
        meaning="Playing and editing are not touched. Cut or joined there by copying, pictures are lost or break; segments of "
        "a render must not begin there.",
        remedy=Remedy(
            "Encode with closed groups if the file is to be cut or joined without encoding.",
            steps=(
                ("Premiere Pro", "Export to H.264 writes closed groups; MPEG-2: tick ‘Closed GOP’."),
                ("DaVinci Resolve", "Deliver > Encoding: turn off open GOP."),
                ("Media Composer", "Transcode linked media to DNxHR."),
            ),
            command="ffmpeg -i INPUT -map 0 -c:v libx264 -x264-params open-gop=0 -crf 12 -preset slow -c:a copy OUTPUT",
        ),
        cause=Cause.MEDIA,
    )


CHECK = Check(
    id="gop",
    title="Key pictures",
    stage=Stage.PACKETS,
    position=14,
    question="Is the file fit for cutting, seeking and distributed rendering?",
    how=(
        "Distances between key pictures; whether pictures are shown before a key picture that they are decoded after (open); "
        "pictures in front of the first key picture. More than 12 seconds is told; only pictures that cannot be shown warn."
    ),
    cannot_see="Key flags that the container sets wrongly; recovery points that are no key pictures (gradual refresh).",
    source="Advice: 12 s is ten times what seeking needs and common encoders' largest default.",
    version=1,
    measure=measure,
    judge=judge,
)
