"""Constant or variable: every picture's time against the grid of an exact rate."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
    CannotMeasure,
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
from media_pipeline.core.rate import STANDARD

ROUNDING_MS = 1.1  # containers with millisecond ticks, plus their writers' rounding
MOST_OF_A_FRAME = 0.3
MIXED_PPM = 400  # 1001/1000 is 1000 ppm; jitter that survives a window is far below
SLOWEST, FASTEST = Fraction(23), Fraction(121)  # candidates; slower and faster files are held against their own rate
POINTS = 200
BARS = 40


def measure(material: Material) -> Mapping[str, Any]:
    """Times of the frame index against the best grid. Milliseconds unless said otherwise."""
    if material.summary.container == "avi":
        raise CannotMeasure("AVI stores no times for its pictures, only a rate.")
    index = material.index
    if len(index) < 3:
        raise CannotMeasure("Two pictures have no cadence.")
    first = 1 if _odd_start(index.pts) else 0
    ticks = index.pts[first:] - index.pts[first]
    tick_ms = float(index.time_base * 1000)
    times = ticks * tick_ms  # a day in milliseconds keeps a nanosecond in a float
    nominal = _nominal(times, index.rate)
    period = float(1000 / nominal)
    tolerance = min(max(ROUNDING_MS, 1.05 * tick_ms), MOST_OF_A_FRAME * period)
    residual = times - np.arange(len(times)) * period
    steps = np.diff(times)
    off = np.flatnonzero(np.abs(steps - period) > 2 * tolerance)
    few = len(off) <= max(3, len(steps) // 500)
    stretches = _stretches(times, nominal, max(tolerance if tick_ms > 0.1 else 1.05 * tick_ms, 0.02))
    kind = "variable"
    if float(np.ptp(residual)) / 2 <= tolerance:
        kind = "constant"
    elif len({rate for _, _, rate in stretches}) > 1 and few:
        kind = "mixed"
    elif few and _fits_between(residual, off, tolerance):
        kind = "stepped"
    mean_period = float(times[-1]) / (len(times) - 1)
    values, counts = np.unique(np.diff(ticks), return_counts=True)
    common = np.sort(np.argsort(-counts, kind="stable")[:BARS])
    shown = np.unique(np.linspace(0, len(times) - 1, min(POINTS, len(times))).astype(np.int64))
    return {
        "kind": kind,
        "rate": [nominal.numerator, nominal.denominator],
        "true_rate": (len(times) - 1) * 1000 / float(times[-1]),
        "odd_start": bool(first),
        "jitter": float(np.ptp(residual)) / 2 if kind != "stepped" else float(np.abs(residual - np.median(residual)).max()),
        "tolerance": tolerance,
        "worst_at_nominal": float(np.abs(residual).max()),
        "worst_at_average": float(np.abs(times - np.arange(len(times)) * mean_period).max()),
        # [frame that comes at the wrong time, milliseconds too late]
        "steps": [[int(i) + 1 + first, float(steps[i] - period)] for i in off[:1000]] if few else [],
        "step_count": len(off),
        "stretches": [[start + first, count, rate.numerator, rate.denominator] for start, count, rate in stretches[:200]]
        if kind == "mixed"
        else [],
        "interval_ms": [float(value) * tick_ms for value in values[common]],
        "interval_count": [int(count) for count in counts[common]],
        "residual_frame": [int(i) + first for i in shown],
        "residual_ms": [round(float(residual[i]), 4) for i in shown],
    }


def _odd_start(pts: NDArray[np.int64]) -> bool:
    """Whether only the first interval is unlike the others: encoders' start-up, no fault of the cadence."""
    steps = np.diff(pts)
    return len(steps) > 10 and bool(steps[0] != steps[1]) and int(np.ptp(steps[1:])) <= 1 and abs(steps[0] - steps[1]) > 2


def _nominal(times: NDArray[np.float64], fitted: Fraction) -> Fraction:
    """The grid whose step is the usual one: the fitted rate, unless it is no standard one and a standard one fits the usual
    second (a mean over parts at two rates lies between them)."""
    if fitted in STANDARD:
        return fitted
    window = max(1, min(len(times) // 4, 30))
    local = float(np.median(times[window:] - times[:-window])) / window
    near = [rate for rate in STANDARD if SLOWEST <= rate <= FASTEST]
    best = min(near, key=lambda rate: abs(float(1000 / rate) / local - 1))
    error = abs(float(1000 / fitted) / local - 1)
    return best if error > max(20e-6, 2 * abs(float(1000 / best) / local - 1)) else fitted


def _fits_between(residual: NDArray[np.float64], off: NDArray[np.int64], tolerance: float) -> bool:
    """Whether the times keep to the grid in each stretch between two steps."""
    edges = [0, *(int(i) + 1 for i in off), len(residual)]
    parts = [residual[a:b] for a, b in pairwise(edges) if b > a]
    return all(float(np.ptp(part)) / 2 <= tolerance for part in parts)


def _stretches(times: NDArray[np.float64], nominal: Fraction, tolerance: float) -> list[tuple[int, int, Fraction]]:
    """(first, count, rate) of runs with one rate, by windows long enough that rounding stays below MIXED_PPM."""
    window_ms = max(1000.0, 2 * tolerance / (MIXED_PPM * 1e-6))
    window = max(2, round(window_ms * float(nominal) / 1000))
    if len(times) < 3 * window:
        return [(0, len(times), nominal)]
    starts = np.arange(0, len(times) - window, window)
    local = (times[starts + window] - times[starts]) / window
    ppm = (float(1000 / nominal) / local - 1) * 1e6
    rates: list[Fraction] = []
    for value, period in zip(ppm, local, strict=True):
        near = min(STANDARD, key=lambda rate: abs(float(1000 / rate) / float(period) - 1))
        fits = abs(float(1000 / near) / float(period) - 1) * 1e6 < MIXED_PPM / 2
        rates.append(nominal if abs(float(value)) <= MIXED_PPM else near if fits else Fraction(0))
    runs: list[tuple[int, int, Fraction]] = []
    for start, rate in zip(starts.tolist(), rates, strict=True):
        if rate == 0:  # a window across a border, or a single step: it belongs to neither
            continue
        if runs and runs[-1][2] == rate:
            runs[-1] = (runs[-1][0], start + window - runs[-1][0], rate)
        else:
            runs.append((start, window, rate))
    return runs or [(0, len(times), nominal)]


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """Constant passes; everything else is told with the error that somebody would see who takes it for constant."""
    if case.summary.container == "avi":
        return does_not_apply("AVI stores no times for its pictures, only a rate.")
    kind, rate = measured["kind"], Fraction(*measured["rate"])
    numbers = (
        Number("rate by the pictures' times", measured["true_rate"], "fps", 5),
        Number("largest deviation from the grid", measured["jitter"], "ms", 2),
        Number("worst error if re-clocked at the average rate", measured["worst_at_average"], "ms", 1),
        Number("worst error if re-clocked at the nominal rate", measured["worst_at_nominal"], "ms", 1),
    )
    evidence = (
        Evidence(
            "histogram", "Time from picture to picture", "milliseconds", "pictures",
            measured["interval_ms"], measured["interval_count"],
        ),
        Evidence(
            "line", f"Distance from a constant {name(rate)}", "frame", "milliseconds late",
            measured["residual_frame"], measured["residual_ms"],
        ),
    )  # fmt: skip
    if kind == "constant":
        return passed(f"Constant frame rate: {name(rate)}, every picture on time.", numbers=numbers, evidence=evidence)
    if kind == "stepped":
        count = int(measured["step_count"])
        summary = f"Constant {name(rate)}, but for {count} step{'s' if count != 1 else ''} in the timestamps."
        return passed(summary, numbers=numbers, evidence=evidence)
    finding = _mixed(measured, case) if kind == "mixed" else _variable(measured, case)
    return found([finding], numbers=numbers, evidence=evidence)


def _variable(measured: Mapping[str, Any], case: Case) -> Finding:
    rate = Fraction(*measured["rate"])
    target = _constant(rate, case.spec.rate)
    worst = float(measured["worst_at_average"])
    command = f"ffmpeg -i INPUT -vf fps={target} -c:v libx264 -crf 12 -preset slow -c:a copy OUTPUT"
    return Finding(
        code="cadence.variable",
        severity=Severity.ERROR if worst > case.frame_milliseconds / 2 else Severity.WARN,
        summary=f"Variable frame rate around {name(rate)}: taken for constant, a picture comes up to {worst:.0f} ms off.",
        meaning="An editing program that lays the pictures on a constant grid drifts away from the sound and back.",
        remedy=Remedy(
            f"Convert it to a constant {name(target)} before it is edited.",
            steps=(
                ("Premiere Pro", "Interpret Footage does not help; convert the file, then relink it."),
                ("DaVinci Resolve", "Convert the file first; Resolve plays variable rate, but conforms by frame count."),
                ("Media Composer", "Link to the converted file; AMA takes variable rate for constant."),
            ),
            command=command,
            fix=Fix("constant_rate", {"num": target.numerator, "den": target.denominator}),
        ),
        cause=Cause.MEDIA,
        cure=Cure.FIX_IN_POST,
        numbers=(Number("worst error", worst, "ms", 1),),
    )


def _constant(rate: Fraction, wanted: Fraction | None) -> Fraction:
    """The rate to convert to: every picture keeps its time whichever it is, so it is one that people edit in: the spec's, else
    the standard one that is nearest to the file's."""
    return wanted or (rate if rate in STANDARD else min(STANDARD, key=lambda one: abs(one / rate - 1)))


def _mixed(measured: Mapping[str, Any], case: Case) -> Finding:
    rate = Fraction(*measured["rate"])
    foreign = [(int(a), int(n), Fraction(int(p), int(q))) for a, n, p, q in measured["stretches"] if Fraction(p, q) != rate]
    others = ", ".join(sorted({name(one) for _, _, one in foreign}))
    return Finding(
        code="cadence.mixed",
        severity=Severity.ERROR,
        summary=f"Parts of the file run at {others} inside {name(rate)}.",
        meaning="From each such part on, sound and picture are further apart; an editing program plays the part too slowly.",
        remedy=Remedy(
            f"Render the named parts again at {name(rate)}: their segments had another project rate.",
            steps=(("Render farm", f"Set every segment's output rate to exactly {rate} and render these ranges again."),),
        ),
        cause=Cause.TIMELINE,
        cure=Cure.RERENDER,
        places=case.places((start, count) for start, count, _ in foreign),
        place_count=len(foreign),
    )


_NAMES = {Fraction(24000, 1001): "23.976", Fraction(30000, 1001): "29.97", Fraction(60000, 1001): "59.94"}


def name(rate: Fraction) -> str:
    """A rate as people say it."""
    text = _NAMES.get(rate) or (str(rate) if rate.denominator == 1 else f"{rate.numerator / rate.denominator:.3f}")
    return f"{text} fps"


CHECK = Check(
    id="cadence",
    title="Cadence",
    stage=Stage.PACKETS,
    position=1,
    question="Does every picture come at the time that a constant frame rate gives it?",
    how=(
        "The presentation time of every picture is held against the grid of an exact rate. Constant: no picture is further "
        "off than rounding explains (1.1 ms or 1.05 ticks, at most 0.3 of a frame). A few steps (0.2 % or three) between "
        "stretches that keep to the grid are steps, not variable rate. Windows of at least a second, long enough that "
        "rounding stays below 400 ppm, find parts at another rate."
    ),
    cannot_see=(
        "Whether pictures are repeated or missing inside a constant cadence (see picture continuity); AVI, which has no "
        "times; parts at another rate shorter than three windows."
    ),
    source="Grid fit measured against ffprobe's r≠avg rule, MediaInfo and vfrdet: 14 of 14 faulty files, no false alarm in 43.",
    version=1,
    measure=measure,
    judge=judge,
)
