"""Twopop's own proxies against the file they were made of, at each ingest."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from media_pipeline.core.checks import own_copies
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
    Cause,
    Check,
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

CLEAR = 0.5  # levels between the best shift and the next, below which too little moves to tell
CLEARLY = 0.8  # of the difference at no shift: another one is better
SOUND_MS = 2.0  # the proxies' sound is laid to the sample; the coder and the 8 kHz of the features leave 0.1
ASPECT_PIXELS = 2


def measure(material: Material) -> Mapping[str, Any]:
    """Each copy as own_copies.look sees it."""
    heard = material.stored.tracks[0] if material.stored.tracks else None
    return {
        "copies": [
            {"label": label, **own_copies.look(path, material.index, material.stored, heard, material.beat)}
            for label, path in sorted(material.copies.items())
        ],
        "frames": len(material.index),
    }


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """A copy that shows or plays something else is an error of Twopop's, and says nothing of the file."""
    copies = measured["copies"]
    if not copies:
        return does_not_apply("No review copies were made of this file here.")
    findings = [finding for copy in copies for finding in _findings(copy, int(measured["frames"]), case)]
    spots = [spot for copy in copies for spot in copy["spots"] if _clear(spot)]
    sounds = [float(one[1]) for copy in copies for one in copy["sound"]]
    numbers = [Number("places whose pictures were compared", len(spots)), Number("places of sound", len(sounds))]
    if sounds:
        numbers.append(Number("sound late, median", float(np.median(sounds)), "ms", 2))
    if findings:
        return found(findings, numbers=numbers)
    if not spots:
        return cannot_tell("Too little moves in this film to tell its pictures apart.", numbers=numbers)
    labels = ", ".join(str(copy["label"]) for copy in copies)
    told = f"The review copies ({labels}) show the file's pictures at the same frames"
    return passed(f"{told}, and its sound with them." if sounds else f"{told}.", numbers=numbers)


def _clear(spot: list[float]) -> bool:
    return spot[4] - spot[2] >= CLEAR


def _findings(copy: Mapping[str, Any], frames: int, case: Case) -> list[Finding]:
    made: list[Finding] = []
    label = str(copy["label"])
    if int(copy["frames"]) != frames:
        made.append(_wrong("frames", f"The copy {label} has {copy['frames']} frames, the file {frames}.", ()))
    off = [spot for spot in copy["spots"] if spot[1] != 0 and _clear(spot) and spot[2] <= CLEARLY * spot[3]]
    if off:
        shift = int(np.median([spot[1] for spot in off]))
        places = case.places((int(spot[0]), own_copies.GROUP) for spot in off)
        made.append(_wrong("picture_shift", f"The copy {label} shows pictures {shift:+d} frames off.", places))
    sounds = [float(one[1]) for one in copy["sound"]]
    if len(sounds) >= 2 and abs(late := float(np.median(sounds))) > SOUND_MS:
        made.append(_wrong("sound_offset", f"The sound of the copy {label} is {late:+.1f} ms off.", ()))
    width, height = (int(value) for value in copy["size"])
    summary = case.summary
    wide = summary.width * summary.sar_num / summary.sar_den if summary.sar_num > 0 < summary.sar_den else summary.width
    shown = (summary.height, wide) if summary.rotation in (90, 270) else (wide, summary.height)
    if abs(height * shown[0] / shown[1] - width) > max(ASPECT_PIXELS, 0.01 * width) * max(1, shown[0] / shown[1]):
        made.append(_wrong("aspect", f"The copy {label} is {width} × {height}, another shape than the file.", ()))
    return made


def _wrong(code: str, summary: str, places: Any) -> Finding:
    return Finding(
        code=f"review_copies.{code}",
        severity=Severity.ERROR,
        summary=summary,
        meaning="Comments made on this copy may stand on other frames of the file. The file itself is not touched by it.",
        remedy=Remedy("Tell the operator: the copies must be made again (Retry), and this should not happen."),
        cause=Cause.METADATA,
        places=places,
        place_count=len(places),
    )


CHECK = Check(
    id="review_copies",
    title="Review copies",
    stage=Stage.DECODED,
    position=17,
    question="Do the copies that people review show the file's own pictures at the same frames, with its sound?",
    how=(
        "That every copy has exactly the file's frames at exactly its times is verified before it is published, from its "
        "tables. Here the copies themselves are decoded at eight places, where most moves: twelve pictures of each are held "
        "against the stored fingerprints of the source at shifts of up to six frames, and two seconds of sound against the "
        "source's (phase correlation)."
    ),
    cannot_see=(
        "Faults between the eight places that leave number and times of the frames right; a shift where nothing moves; tracks "
        "other than the first, which alone is in the copies; a start timecode (the copies carry none: the page counts from the "
        "file's). A pair of your own, original and proxy, is compared as a whole (proxy audit)."
    ),
    source="Own; the delay by the generalised cross-correlation of the reference check.",
    version=1,
    measure=measure,
    judge=judge,
)
