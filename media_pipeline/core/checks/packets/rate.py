"""The file's rate against the project's: exact rationals, and what the difference does over the file's length."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
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
    does_not_apply,
    found,
    passed,
)
from media_pipeline.core.checks.material import Material
from media_pipeline.core.checks.packets.cadence import name

SAME_PPM = 150  # half a second an hour; 23.98 written for 24000/1001 is 166 ppm off and is told
EXACT_PPM = 0.5
POINTS = 60


def measure(material: Material) -> Mapping[str, Any]:
    """The nominal rate by the pictures' times, and how many pictures there are."""
    rate = material.index.rate
    return {"rate": [rate.numerator, rate.denominator], "frames": len(material.index)}


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """Equal rates pass; multiples can be conformed; everything else drifts and is rendered again."""
    wanted = case.spec.rate
    if wanted is None:
        return does_not_apply("The project names no frame rate to hold the file's against.")
    rate, frames = Fraction(*measured["rate"]), int(measured["frames"])
    ppm = float((rate / wanted - 1) * 1_000_000)
    numbers = (
        Number("frame rate of the file", rate.numerator / rate.denominator, "fps", 5),
        Number("frame rate of the project", wanted.numerator / wanted.denominator, "fps", 5),
        Number("difference", ppm, "ppm", 1),
    )
    if abs(ppm) <= EXACT_PPM:
        return passed(f"{name(rate)}, as the project.", numbers=numbers)
    drift = _drift(rate, wanted, frames, case)
    if abs(ppm) <= SAME_PPM:
        return found([_nearly(rate, wanted, drift)], numbers=numbers)
    ratio = max(rate / wanted, wanted / rate)
    finding = _multiple(rate, wanted) if ratio.denominator == 1 else _other(rate, wanted, drift)
    return found([finding], numbers=numbers, evidence=(_plot(rate, wanted, frames),))


def _drift(rate: Fraction, wanted: Fraction, frames: int, case: Case) -> tuple[Number, ...]:
    """What happens if the file's pictures are shown at the project's rate while its sound keeps its speed."""
    seconds = float(frames / rate - frames / wanted)  # positive: the pictures run away, the sound comes late
    after = abs(float(1 / (1 - wanted / rate))) / float(wanted) if wanted != rate else 0.0
    return (
        Number("sound late at the end, if re-clocked", seconds * 1000, "ms", 0),
        Number("the same in frames", seconds * float(wanted), "frames", 1),
        Number("first whole frame off after", after, "s", 0),
    )


def _plot(rate: Fraction, wanted: Fraction, frames: int) -> Evidence:
    shown = sorted({frames * i // POINTS for i in range(POINTS + 1)})
    late = [round(float(n / rate - n / wanted) * 1000, 3) for n in shown]
    return Evidence("line", f"Sound against picture, taken for {name(wanted)}", "frame", "milliseconds late", shown, late)


def _nearly(rate: Fraction, wanted: Fraction, drift: tuple[Number, ...]) -> Finding:
    return Finding(
        code="rate.inexact",
        severity=Severity.INFO,
        summary=f"The rate is written as {rate}, not exactly {wanted}: {abs(drift[0].value):.1f} ms at the end.",
        meaning="Nobody sees it in a file of this length; over hours it grows.",
        remedy=Remedy(f"Set the export's rate to exactly {wanted}."),
        cause=Cause.METADATA,
        numbers=drift,
    )


def _multiple(rate: Fraction, wanted: Fraction) -> Finding:
    return Finding(
        code="rate.multiple",
        severity=Severity.ERROR,
        summary=f"{name(rate)} in a project of {name(wanted)}: exactly {max(rate / wanted, wanted / rate)} times "
        f"{'faster' if rate > wanted else 'slower'}.",
        meaning="The pictures fit the project's grid, but frame numbers and timecodes count at another speed.",
        remedy=Remedy(
            f"Convert it to {name(wanted)}; no picture falls between two frames, the sound stays as it is.",
            steps=(
                ("Premiere Pro", "Lay it into the project's sequence: Premiere leaves out or repeats whole frames evenly."),
                ("DaVinci Resolve", "Set the timeline's rate first, then add the clip; leave Retime process at Nearest."),
                ("Media Composer", "Link to it and let the project's rate convert it, with motion adapters set to Sampled."),
            ),
            command=f"ffmpeg -i INPUT -map 0 -vf fps={wanted} -c:v libx264 -crf 12 -preset slow -c:a copy OUTPUT",
            fix=Fix("constant_rate", {"num": wanted.numerator, "den": wanted.denominator}),
        ),
        cause=Cause.TIMELINE,
        cure=Cure.FIX_IN_POST,
    )


def _other(rate: Fraction, wanted: Fraction, drift: tuple[Number, ...]) -> Finding:
    late, lost = float(drift[0].value), float(drift[1].value)
    direction = "late" if late > 0 else "early"
    return Finding(
        code="rate.differs",
        severity=Severity.ERROR,
        summary=f"{name(rate)} in a project of {name(wanted)}: taken for it, the sound is {abs(late) / 1000:.2f} s {direction} "
        f"at the end ({abs(lost):.0f} frame{'s' if round(abs(lost)) != 1 else ''}).",
        meaning=f"Sound and picture part steadily; one frame after {drift[2].value:.0f} s, if a program takes the file's "
        "pictures one by one. A program that keeps time repeats or leaves out pictures instead.",
        remedy=Remedy(
            f"Set the sequence and the export to exactly {wanted} and render it again.",
            steps=(
                ("Premiere Pro", f"Sequence > Sequence Settings > Timebase {name(wanted)}; in Export, Match Source off."),
                ("DaVinci Resolve", f"Project Settings > Timeline frame rate {name(wanted)} before the first clip is added."),
                ("Media Composer", f"Make the project at {name(wanted)}; the rate of a project cannot be changed later."),
            ),
            command=f"ffmpeg -i INPUT -map 0 -vf fps={wanted} -c:v libx264 -crf 12 -preset slow -c:a copy OUTPUT",
        ),
        cause=Cause.TIMELINE,
        cure=Cure.RERENDER,
        numbers=drift,
    )


CHECK = Check(
    id="rate",
    title="Frame rate",
    stage=Stage.PACKETS,
    position=2,
    question="Is the file's frame rate exactly the project's?",
    how=(
        "The exact rational rate that the pictures' times fit is compared with the spec's. Equal within 0.5 ppm passes; up to "
        "150 ppm (half a second an hour) is told as inexactly written; whole multiples can be conformed; everything else, "
        "29.97 for 30, 23.976 for 24, 24 for 25, drifts: the report says by how much over this file's length. The command "
        "keeps the length and the sound and repeats or leaves out pictures."
    ),
    cannot_see=(
        "Whether the pictures were made for this rate: a film of 24 frames that was tagged 25 looks like 25 (see length, and "
        "the reference). Nothing without a rate in the spec."
    ),
    source="1001/1000 is 1000 ppm: 3.6 s an hour, one frame of 25 after 40 s. Measured rates are exact to 1 ppm.",
    version=1,
    measure=measure,
    judge=judge,
)
