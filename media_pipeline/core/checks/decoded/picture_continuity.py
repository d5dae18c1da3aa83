"""Repeated, frozen, black, foreign and damaged pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.continuity import findings as tell
from media_pipeline.core.checks.continuity.flashes import Flash, flashes, flicker
from media_pipeline.core.checks.continuity.stills import LONGEST_REPEAT, Motion, Rhythm, Run, motion, rhythms, runs
from media_pipeline.core.checks.contract import CannotMeasure, Check, Number, Outcome, Stage, found, passed
from media_pipeline.core.checks.material import Material, Rows

MOST = 400
MOST_CUTS = 2000
LOOKS = 12
CUT_CHANGE = 12.0  # levels; beside it, the usual change must be CUT times less
_BLOCK = 65_536


def measure(material: Material) -> Mapping[str, Any]:
    """All candidates with their strength. Changes in levels of luma."""
    records = material.stored.frames
    count = len(records)
    if count < 3:
        raise CannotMeasure("Two pictures have no continuity.")
    columns = _columns(records, material)
    fine = material.stored.rows("luma-64x36")
    seen = motion(columns["change"], columns["moved"], partial(_towards, fine), material.beat)
    material.beat()
    stills = runs(seen)
    repeats = [run for run in stills if run.count <= LONGEST_REPEAT]
    freezes = [run for run in stills if run.count > LONGEST_REPEAT]
    coarse = material.stored.rows("luma-32x18")
    lit = flashes(columns["mean"], columns["high"], columns["change"], coarse, float(material.index.rate))
    flickering = _ranges(flicker(columns["mean"], float(material.index.rate)))
    bad = _ranges((columns["state"] & 3) != 0)
    return {
        "frames": count,
        "still": int(np.count_nonzero(seen.still)),
        "mostly_still": 2 * int(np.count_nonzero(seen.still)) > count,
        # by how much movement they interrupt
        "repeats": [
            {**asdict(run), "onward": _onward(fine, run), "towards": _towards(fine, run.first, run.count)}
            for run in _strongest(repeats)
        ],
        "repeat_count": len(repeats),
        "freezes": [
            {**asdict(run), "alike_before": _alike(coarse, run.first - 1), "alike": _alike(coarse, run.first + run.count)}
            for run in _strongest(freezes)
        ],
        "rhythms": [
            {**asdict(one), "held": _held(one, seen), "keyed": _keyed(one, material.index.keyframe)}
            for one in rhythms(stills)[:MOST]
        ],
        "flashes": [asdict(flash) for flash in lit[:MOST]],
        "flash_count": len(lit),
        "flicker": flickering[:MOST],
        "cuts": _cuts(seen, lit),  # first frames of shots
        "look": _look(coarse),
        "lost_count": int(np.count_nonzero(columns["state"] & 1)),
        "damaged_count": int(np.count_nonzero(columns["state"] & 2)),
        "packet_errors": _packet_errors(material),
        "bad": bad[:MOST],
        "bad_count": len(bad),
    }


def _columns(records: NDArray[Any], material: Material) -> dict[str, NDArray[Any]]:
    """Columns of the records as arrays of their own, read in blocks."""
    names = ("change", "moved", "mean", "high", "state")
    made = {name: np.empty(len(records), records.dtype[name]) for name in names}
    for first in range(0, len(records), _BLOCK):
        material.beat()
        block = np.asarray(records[first : first + _BLOCK])
        for name in names:
            made[name][first : first + _BLOCK] = block[name]
    return made


def _strongest(found_runs: list[Run]) -> list[Run]:
    best = sorted(found_runs, key=lambda run: -min(run.before, run.after))[:MOST]
    return sorted(best, key=lambda run: run.first)


def _held(one: Rhythm, seen: Motion) -> float:
    """Share of still frames within a rhythm, its own repeats left out."""
    inside = int(np.count_nonzero(seen.still[one.first : one.first + one.count]))
    return max(0.0, (inside - one.repeats) / max(one.count, 1))


def _alike(coarse: Rows, frame: int) -> float:
    """How much the light of this picture and of the one before differs, wherever in the picture it is."""
    if not 0 < frame < len(coarse):
        return 0.0
    one, other = (np.sort(coarse[n].reshape(-1)).astype(np.int16) for n in (frame - 1, frame))
    return float(np.abs(one - other).mean())


def _onward(fine: Rows, run: Run) -> float:
    """How far it is from two pictures before a repeat to the one behind it, in steps of the movement before: about two where
    the movement goes on, none where it turns round."""
    first, stop = run.first, run.first + run.count
    if first < 2 or stop >= len(fine):
        return 0.0
    before, at, behind = (fine[n].astype(np.int16) for n in (first - 2, first - 1, stop))
    step = float(np.abs(at - before).mean())
    return float(np.abs(behind - before).mean()) / step if step > 0 else 0.0


def _towards(fine: Rows, frame: int, count: int = 1) -> float:
    """The share of the way from the picture before `count` ones to the one behind them that the first has gone: half of it in
    even movement, none in a repeat, whatever its grain."""
    if not 0 < frame < len(fine) - count:
        return 0.0
    before, at, behind = (fine[n].astype(np.float32) for n in (frame - 1, frame, frame + count))
    step, way = at - before, behind - before
    way -= way.mean()
    far = float((way * way).sum())
    return float((step * way).sum()) / far if far > 0 else 0.0


def _keyed(one: Rhythm, keyframe: NDArray[np.bool_]) -> bool:
    """Whether a rhythm is that of the key pictures: then the encoder may have made it."""
    steps = np.diff(np.flatnonzero(keyframe[one.first : one.first + one.count]))
    return bool(len(steps) and steps.min() > 1 and np.all((steps % one.period == 0) | (one.period % steps == 0)))


def _cuts(seen: Motion, lit: Sequence[Flash]) -> list[int]:
    """Where another shot begins: a change far above what is usual there, that is no flash. The sharpest, in order."""
    sharp = np.flatnonzero((seen.change >= CUT_CHANGE) & (seen.change >= tell.CUT * seen.usual))
    flashing = {frame for one in lit for frame in range(one.frame, one.frame + one.count + 1)}
    cuts = [frame for frame in sharp.tolist() if frame not in flashing]
    return sorted(sorted(cuts, key=lambda frame: -float(seen.change[frame]))[:MOST_CUTS])


def _look(coarse: Rows) -> list[int]:
    """The light of LOOKS pictures at even distances, in 4 × 3 fields of each: what a file and its proxies have alike."""
    chosen = np.linspace(0, len(coarse) - 1, LOOKS).round().astype(np.int64)
    fields = np.asarray([coarse[n] for n in chosen.tolist()], np.float32).reshape(LOOKS, 3, 6, 4, 8).mean((2, 4))
    return [int(value) for value in np.rint(fields).ravel()]


def _packet_errors(material: Material) -> int:
    if not material.stored.has("fields"):
        return 0
    errors = material.stored.array("fields")["errors"]
    return int(np.asarray(errors, np.int64).sum())


def _ranges(bad: NDArray[np.bool_]) -> list[list[int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], bad, [False]]).astype(np.int8))).reshape(-1, 2)
    return [[int(first), int(stop - first)] for first, stop in edges]


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """Damage, freezes, black and foreign pictures, repeats that cannot be meant; what may be meant is told only."""
    findings = [
        *tell.damage(measured, case),
        *tell.freezes(measured, case),
        *tell.flashes(measured, case),
        *tell.rhythms(measured, case),
        *tell.repeats(measured, case),
    ]
    numbers = (
        Number("pictures that show the one before", int(measured["still"])),
        Number("pictures in all", int(measured["frames"])),
    )
    if findings:
        return found(findings, numbers=numbers)
    return passed("Every picture follows the one before; none is frozen, black or of elsewhere.", numbers=numbers)


CHECK = Check(
    id="picture_continuity",
    title="Picture continuity",
    stage=Stage.DECODED,
    position=8,
    question="Does every picture follow the one before, or do some repeat, freeze, flash or break?",
    how=(
        "Each picture's change to the one before (over 160 × 90 samples) is held against what usually changes around it. A "
        "repeat changes less than an eighth of that; or, coded anew amid even movement, a third of it (half, where it is very "
        "even), and what changes leads nowhere: not towards the next "
        "picture. It warns at a segment join, in a rhythm of six frames or more (24 in 25; at "
        "other distances and at those of the key pictures only amid strong movement), and planted in steady movement of the "
        "whole picture that goes on the same way; else it is told. A freeze (four frames or more) warns if the picture moved "
        "evenly before and behind it, stopped from one frame to the next, and the freeze is no shot of its own; or if the "
        "picture jumps on within the shot. Black: one to three dark pictures between bright ones, no fade; a strong encoder "
        "may leave a tenth of their light. "
        "Foreign: one or two pictures unlike both calm neighbours; the same scene in more light, or all white, is a lamp. "
        "Three flashes or six jumps of the light within two seconds are a strobe; nothing is called still or foreign beside "
        "one. Damage: what the decoder could not decode, or only with errors."
    ),
    cannot_see=(
        "Dropped pictures (compare with a reference); repeats where little moves, in animation on twos and threes, or smoothed "
        "away by a strong encoder; a freeze that begins or ends with a cut, after a movement that came to rest, or in shaky "
        "movement without a jump; anything amid a strobe; foreign pictures during fast movement, or that look like the scene "
        "lit; damage that the codec has no checksum or syntax to notice (uncompressed, some intra codecs)."
    ),
    source=(
        "Thresholds measured on the project's corpus of planted and clean clips (tests/checks/corpus_picture.py): "
        "repeats behind eight encoders change by at most a tenth of what is usual around them."
    ),
    version=9,
    measure=measure,
    judge=judge,
)
