"""What the pictures really are, fields or whole frames, against what the file says of them."""

from collections.abc import Mapping, Sequence
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
    Number,
    Outcome,
    Remedy,
    Severity,
    Stage,
    cannot_tell,
    found,
    passed,
)
from media_pipeline.core.checks.material import Material
from media_pipeline.core.raw_picture import INTERLACED, MEASURED, REPEATS_FIELD, TOP_FIRST

TFF, BFF, PROGRESSIVE, TELECINE, UNKNOWN = "tff", "bff", "progressive", "telecine", ""
WORDS = {
    TFF: "interlaced, top field first", BFF: "interlaced, bottom field first", PROGRESSIVE: "whole frames",
    TELECINE: "film with 3:2 pulldown",
}  # fmt: skip
LEAST_CHANGE = 0.25  # levels from frame to frame, below which nothing moves
CUT = 4.0  # times the usual change: another shot, whose fields have nothing to do with those before
LEAST_ORDER = 0.04  # of the change; measured: 0.07 to 0.39 in fields, within 0.03 of 0 in whole frames
SAME_SIGN = 0.85  # of the frames of a window
WHOLE = 0.1  # excess of combing across frames over that within: 0.2 to 0.9 in whole frames, below 0.06 in fields
FOLDED = 0.15  # contrast of the five phases of 3:2 pulldown
LEAST_FRAMES = 6  # that move, of a window
POINTS = 200
MOST_RUNS = 500
SHARE = 0.05  # of the windows that say anything, and at least two of them


def measure(material: Material) -> Mapping[str, Any]:
    """Windows of about a second: what they are, and what the decoder said of their frames."""
    fields = material.stored.array("fields")
    if len(fields) < 2 * LEAST_FRAMES:
        raise CannotMeasure("The film is too short to tell fields from whole frames.")
    length = max(25, round(float(material.index.rate)) // 5 * 5)
    firsts = list(range(0, len(fields), length))
    if len(fields) - firsts[-1] < length // 2 and len(firsts) > 1:
        firsts.pop()
    windows = []
    for number, first in enumerate(firsts):
        stop = firsts[number + 1] if number + 1 < len(firsts) else len(fields)
        windows.append((first, stop - first, *_window(np.asarray(fields[first:stop]))))
        if number % 256 == 0:
            material.beat()
    shown = np.unique(np.linspace(0, len(windows) - 1, min(POINTS, len(windows))).astype(np.int64))
    return {
        "windows": len(windows),
        # [first frame, frames, what it is, what the decoder says, windows]
        "runs": _runs(windows)[:MOST_RUNS],
        "repeats_field": int(sum(window[6] for window in windows)),
        "frames": len(fields),
        "order_frame": [windows[k][0] for k in shown],
        "order": [round(windows[k][4], 4) for k in shown],  # over 0: the top field comes first
        "whole": [round(windows[k][5], 4) for k in shown],
    }


# (first, count, what it is, what is said, order, whole, frames that repeat a field)
_Window = tuple[int, int, str, str, float, float, int]


def _window(records: NDArray[Any]) -> tuple[str, str, float, float, int]:
    flags = records["flags"]
    said = _said(flags)
    repeats = int(np.count_nonzero(flags & REPEATS_FIELD))
    top, bottom = records["top_change"].astype(np.float64), records["bottom_change"].astype(np.float64)
    change = (top + bottom) / 2
    moves = (change >= LEAST_CHANGE) & (flags & MEASURED != 0)
    if moves.any():
        moves &= change <= CUT * float(np.median(change[moves])) + 1
    if np.count_nonzero(moves) < LEAST_FRAMES:
        return UNKNOWN, said, 0.0, 0.0, repeats
    size = np.maximum(change, 1e-6)
    order = (records["bottom_first"] - records["top_first"]) / (2 * size)
    whole = (np.minimum(records["top_first"], records["bottom_first"]) - records["within"]) / size
    uneven = (top - bottom) / (2 * size)
    middle, excess = float(np.median(order[moves])), float(np.median(whole[moves]))
    if _pulled_down(whole, uneven, moves):
        return TELECINE, said, middle, excess, repeats
    agree = float(np.mean(np.sign(order[moves]) == np.sign(middle)))
    # Fields comb within their frame as they do with the nearer one before: more or less than that is no sign of fields, but an
    # encoder that touches up what stands still.
    if abs(middle) >= LEAST_ORDER and agree >= SAME_SIGN and abs(excess) <= abs(middle):
        return (TFF if middle > 0 else BFF), said, middle, excess, repeats
    if excess >= WHOLE and abs(middle) < LEAST_ORDER:
        return PROGRESSIVE, said, middle, excess, repeats
    return UNKNOWN, said, middle, excess, repeats


def _said(flags: NDArray[np.uint8]) -> str:
    interlaced = (flags & INTERLACED) != 0
    if 2 * np.count_nonzero(interlaced) <= len(flags):
        return PROGRESSIVE
    return TFF if 2 * np.count_nonzero(flags[interlaced] & TOP_FIRST) > np.count_nonzero(interlaced) else BFF


def _pulled_down(whole: NDArray[np.float64], uneven: NDArray[np.float64], moves: NDArray[np.bool_]) -> bool:
    """3:2 pulldown: of every five frames two neighbours are woven of two film pictures, and around them first one field is the
    one before, then (two frames on) the other."""
    phases = [np.flatnonzero(moves[k::5]) * 5 + k for k in range(5)]
    if min(len(phase) for phase in phases) < 3:
        return False
    comb = np.array([float(np.median(whole[phase])) for phase in phases])
    lean = np.array([float(np.median(uneven[phase])) for phase in phases])
    for k in range(5):
        mixed = [k, (k + 1) % 5]  # the first of them repeats one field, the frame behind them the other
        others = [n for n in range(5) if n not in mixed]
        repeated = (lean[(k + 2) % 5] - lean[k]) / 2
        rest = max(abs(float(lean[n])) for n in range(5) if n not in (k, (k + 2) % 5))
        woven = float(comb[others].min() - comb[mixed].max())
        combed = float(comb[mixed].max()) < WHOLE  # a strobe in step with five frames varies as much, but is woven of nothing
        if combed and woven > FOLDED and (abs(float(repeated)) > 2 * rest + 0.02 or woven > 2 * FOLDED):
            return True
        if abs(float(repeated)) > FOLDED and lean[k] * lean[(k + 2) % 5] < 0 and rest < FOLDED / 2 and woven > 0:
            return True
    return False


def _runs(windows: Sequence[_Window]) -> list[list[Any]]:
    """Neighbouring windows of one kind together; windows that say nothing are not listed."""
    runs: list[list[Any]] = []
    for first, count, kind, said, *_ in windows:
        if kind == UNKNOWN:
            continue
        if runs and runs[-1][2:4] == [kind, said]:
            runs[-1][1] = first + count - runs[-1][0]
            runs[-1][4] += 1
        else:
            runs.append([first, count, kind, said, 1])
    return runs


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """Fields under a wrong order or none warn; whole frames flagged as fields, and pulldown that is said, are told."""
    runs = [(int(a), int(n), str(kind), str(said), int(weight)) for a, n, kind, said, weight in measured["runs"]]
    known = sum(run[4] for run in runs)
    if known < min(2, max(1, int(measured["windows"]))):  # one second among many in which nothing moves is chance
        return cannot_tell("Too little moves in this film to tell fields from whole frames.")
    share = {kind: sum(run[4] for run in runs if run[2] == kind) / known for kind in WORDS}
    numbers = tuple(Number(f"{WORDS[kind]}", 100 * value, "% of what moves") for kind, value in share.items() if value)
    evidence = (
        Evidence(
            "line", "Which field comes first (0: neither)", "frame", "top first, bottom first below 0",
            measured["order_frame"], measured["order"],
        ),
    )  # fmt: skip
    findings = [finding for finding in _findings(runs, known, case) if finding is not None]
    repeats = int(measured["repeats_field"])
    if repeats > SHARE * int(measured["frames"]):
        findings.append(_soft_pulldown(repeats))
    if findings:
        return found(findings, numbers=numbers, evidence=evidence)
    kind = max(share, key=share.__getitem__)
    return passed(f"The pictures are {WORDS[kind]}, as the file says.", numbers=numbers, evidence=evidence)


_Run = tuple[int, int, str, str, int]


def _findings(runs: Sequence[_Run], known: int, case: Case) -> list[Finding | None]:
    def of(kinds: tuple[str, ...], said: tuple[str, ...]) -> list[_Run]:
        chosen = [run for run in runs if run[2] in kinds and run[3] in said]
        enough = max(SHARE * known, min(2, known))
        return chosen if sum(run[4] for run in chosen) >= enough else []

    wrong = [*of((TFF,), (BFF,)), *of((BFF,), (TFF,))]
    unsaid = [*of((TFF,), (PROGRESSIVE,)), *of((BFF,), (PROGRESSIVE,))]
    orders = {run[2] for run in [*of((TFF,), (TFF, BFF)), *of((BFF,), (TFF, BFF))]}
    return [
        _order(wrong, case) if wrong else None,
        _unsaid(unsaid, case) if unsaid else None,
        _both_orders(runs, case) if len(orders) == 2 and not wrong else None,
        _pulldown(hidden, case, hidden=True) if (hidden := of((TELECINE,), (PROGRESSIVE,))) else None,
        _pulldown(said, case, hidden=False) if (said := of((TELECINE,), (TFF, BFF))) else None,
        _whole(whole, case) if (whole := of((PROGRESSIVE,), (TFF, BFF))) else None,
    ]


_INTERPRET = (
    ("Premiere Pro", "Modify > Interpret Footage > Field Order > Conform to."),
    ("DaVinci Resolve", "Clip Attributes > Video > Field dominance; Enable Deinterlacing where whole frames are wanted."),
    ("Media Composer", "Source Settings > Field motion."),
)


def _told(
    code: str, grade: Severity, summary: str, meaning: str, remedy: Remedy, runs: Sequence[_Run], case: Case, cause: Cause
) -> Finding:
    cure = Cure.FIX_IN_POST if grade is Severity.WARN else Cure.NONE
    places = case.places((run[0], run[1]) for run in runs)
    return Finding(f"scan.{code}", grade, summary, meaning, remedy, cause, cure, (), places, len(runs))


def _order(runs: Sequence[_Run], case: Case) -> Finding:
    kind = max((TFF, BFF), key=lambda one: sum(run[4] for run in runs if run[2] == one))
    other = BFF if kind == TFF else TFF
    return _told(
        "order",
        Severity.WARN,
        f"The fields come in the other order than flagged: they are {WORDS[kind]}, the file says {WORDS[other]}.",
        "Movement jerks back and forth: of every two fields the later one is shown first.",
        Remedy(
            "Set the field order where the file is interpreted, or write the right flag.",
            _INTERPRET,
            f"ffmpeg -i INPUT -map 0 -vf setfield={kind} -c:v prores_ks -profile:v 3 -flags +ildct -c:a copy OUTPUT",
        ),
        runs,
        case,
        Cause.METADATA,
    )


def _unsaid(runs: Sequence[_Run], case: Case) -> Finding:
    kind = max((TFF, BFF), key=lambda one: sum(run[4] for run in runs if run[2] == one))
    return _told(
        "interlaced_unsaid",
        Severity.WARN,
        f"The pictures are {WORDS[kind]}, but flagged as whole frames.",
        "Nothing deinterlaces them: what moves is combed, and scaling turns the combs into a shimmer that stays.",
        Remedy(
            "Set the field order where the file is interpreted, or deinterlace once.",
            _INTERPRET,
            f"ffmpeg -i INPUT -map 0 -vf setfield={kind},bwdif=mode=send_frame -c:v libx264 -crf 12 -preset slow "
            "-c:a copy OUTPUT",
        ),
        runs,
        case,
        Cause.METADATA,
    )


def _both_orders(runs: Sequence[_Run], case: Case) -> Finding:
    fields = [run for run in runs if run[2] in (TFF, BFF)]
    usual = max((TFF, BFF), key=lambda one: sum(run[4] for run in fields if run[2] == one))
    return _told(
        "order_changes",
        Severity.WARN,
        f"Parts of the film have the other field order than the rest, which is {WORDS[usual]}.",
        "Programs take one field order for a whole clip: these parts jerk.",
        Remedy("Bring these parts to the order of the rest, then export again.", _INTERPRET),
        [run for run in fields if run[2] != usual],
        case,
        Cause.TIMELINE,
    )


def _pulldown(runs: Sequence[_Run], case: Case, *, hidden: bool) -> Finding:
    return _told(
        "telecine_unsaid" if hidden else "telecine",
        Severity.WARN if hidden else Severity.INFO,
        "Film pictures are spread over fields (3:2 pulldown)" + (", but flagged as whole frames." if hidden else "."),
        "Of every five frames two are combed where something moves; each film picture lasts two fields, then three.",
        Remedy(
            "Remove the pulldown, to get the film's own whole pictures at 4/5 of the rate.",
            (
                ("Premiere Pro", "Modify > Interpret Footage > Remove 24P pulldown."),
                ("DaVinci Resolve", "Clip Attributes cannot; use the command."),
                ("Media Composer", "Import in a 24p project, with pulldown removal."),
            ),
            "ffmpeg -i INPUT -map 0 -vf fieldmatch,decimate -c:v libx264 -crf 12 -preset slow -c:a copy OUTPUT",
        ),
        runs,
        case,
        Cause.MEDIA,
    )


def _whole(runs: Sequence[_Run], case: Case) -> Finding:
    return _told(
        "progressive_as_interlaced",
        Severity.INFO,
        "The pictures are whole frames, though flagged as fields.",
        "Usual for progressive pictures in interlaced formats; deinterlacing them costs sharpness and gains nothing.",
        Remedy("Interpret them as progressive.", _INTERPRET),
        runs,
        case,
        Cause.METADATA,
    )


def _soft_pulldown(repeats: int) -> Finding:
    return Finding(
        code="scan.soft_pulldown",
        severity=Severity.INFO,
        summary=f"{repeats} pictures are film that players are asked to show at a video rate (pulldown, by flags alone).",
        meaning="Players show the film at the video rate; editing programs that ignore the flags show it at the film's own.",
        remedy=Remedy("Nothing has to be done; take care that all programs read it at the same rate."),
        cause=Cause.METADATA,
    )


CHECK = Check(
    id="scan",
    title="Fields and frames",
    stage=Stage.DECODED,
    position=16,
    question="Are the pictures fields or whole frames, in the order that the file says?",
    how=(
        "Before deinterlacing, bands of neighbouring lines of each picture are woven with the fields of the picture before. "
        "Which weaving combs less tells the field order; combing within a picture, against that across pictures, tells fields "
        "from whole frames; a fold over five pictures tells 3:2 pulldown. Windows of a second in which something moves decide "
        "by their median; a finding needs two of them that say the same, and one in twenty."
    ),
    cannot_see=(
        "Stills and slow zooms, in which fields fit each other in any order; combs that were scaled, blended or blurred by a "
        "strong encoder before (they are no fields any more); fields repeated once a half second (24 in 25); palette formats; "
        "parts shorter than two seconds."
    ),
    source=(
        "The comparison of FFmpeg's idet, on differences instead of ratios so that grain does not hide it. Measured on 24 made "
        "films (H.264, ProRes; grain, pans, a small moving part): order 0.07 to 0.39 in fields, within 0.03 in whole frames."
    ),
    version=3,
    measure=measure,
    judge=judge,
)
