"""The sound against the picture, by way of the reference: offset, drift and jumps of each track."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
    CannotMeasure,
    Check,
    Evidence,
    Number,
    Outcome,
    Stage,
    cannot_tell,
    found,
    passed,
)
from media_pipeline.core.checks.material import Material
from media_pipeline.core.checks.reference import sound_findings as tell
from media_pipeline.core.checks.reference.picture import changes_of, runs_of
from media_pipeline.core.checks.sync_map.clock import PictureDelay, frame_at, moments
from media_pipeline.core.checks.sync_map.lines import Floats, Line
from media_pipeline.core.checks.sync_map.sound import SoundMap, map_sound
from media_pipeline.core.checks.sync_map.sync import PictureChange, SyncMap, sync_map

POINTS = 150
OTHER_TRACKS = 4  # tracks of the reference that are tried where the one of the same number does not fit


def measure(material: Material) -> Mapping[str, Any]:
    """e(t) of every track. Milliseconds and frames; slopes in ppm."""
    other = material.reference
    mine, theirs = material.stored, other.stored
    if not mine.tracks or not theirs.tracks:
        raise CannotMeasure(f"{'The file' if not mine.tracks else 'The reference'} has no sound to compare.")
    pictures = material.measured("reference_picture")
    if not pictures:
        raise CannotMeasure("The pictures could not be compared, so the sound has nothing to be late against.")
    times = moments(material.index)
    picture: PictureDelay | None = None
    changes: list[PictureChange] = []
    if not pictures["sound_only"]:
        runs = runs_of(pictures)
        picture = PictureDelay(times, moments(other.index), runs)
        changes = _changes(times, picture, changes_of(runs))
    tracks = []
    for track in mine.tracks:
        material.beat()
        number, sound = _best(material, track, picture)
        tracks.append(_track(track, number, sound, sync_map(sound, picture, changes), times))
    return {"picture": picture is not None, "tracks": tracks, "frames": len(material.index), "seconds": float(times[-1])}


def _best(material: Material, track: int, picture: PictureDelay | None) -> tuple[int, SoundMap]:
    """The reference's track that this one is: the one of the same number, else the first of the others that fits."""
    mine, theirs = material.stored, material.reference.stored

    def hints(moment: float) -> Sequence[float]:
        known = picture.at(moment) if picture is not None else None
        return () if known is None else (known,)

    wanted = track if track in theirs.tracks else theirs.tracks[0]
    order = [wanted, *(one for one in theirs.tracks if one != wanted)][:OTHER_TRACKS]
    best: tuple[int, SoundMap] | None = None
    for number in order:
        made = map_sound(mine.mono(track), theirs.mono(number), rate=mine.mono_rate, hints=hints, beat=material.beat)
        if best is None or (made.found and not best[1].found):
            best = number, made
        if made.found:
            break
    assert best is not None
    return best


def _changes(times: Floats, picture: PictureDelay, changes: Sequence[tuple[int, int, int, int]]) -> list[PictureChange]:
    made = []
    for frame, size, low, high in changes:
        before, after = picture.at(float(times[max(0, low - 1)])), picture.at(float(times[min(high, len(times) - 2)]))
        moved = after - before if before is not None and after is not None else 0.0
        made.append(PictureChange(float(times[frame]), float(times[low]), float(times[high]), moved, size))
    return made


def _track(track: int, number: int, sound: SoundMap, sync: SyncMap, times: Floats) -> dict[str, Any]:
    shown = np.unique(np.linspace(0, len(sync.times) - 1, min(POINTS, len(sync.times))).astype(np.int64))
    return {
        "track": track,
        "reference_track": number,
        "found": sound.found and bool(sync.lines),
        "heard": sound.heard,
        "matched": sound.matched,
        "compared": len(sync.times),
        "quality": round(sound.quality, 1),
        # [first frame, last frame, error ms at the first, at the last, ppm, doubt ppm, spread ms, middle s]
        "sync": [_line(line, times) for line in sync.lines[:500]],
        "steps": [
            {
                "frame": frame_at(times, step.moment),
                "low": frame_at(times, step.low),
                "high": frame_at(times, step.high),
                "ms": 1000 * step.size,
                "sound_ms": 1000 * step.sound,
                "picture_ms": 1000 * step.picture,
            }
            for step in sync.steps[:500]
        ],
        # what the sound did by itself: [frame, low, high, ms]
        "jumps": [
            [
                frame_at(times, jump.where.moment),
                frame_at(times, jump.where.low),
                frame_at(times, jump.where.high),
                1000 * jump.size,
            ]
            for jump in sound.jumps[:500]
        ],
        "missing": [[frame_at(times, begin), frame_at(times, end)] for begin, end in sound.missing[:200]],
        "point_frame": [frame_at(times, float(sync.times[k])) for k in shown],
        "point_ms": [round(1000 * float(sync.errors[k]), 4) for k in shown],
    }


def _line(line: Line, times: Floats) -> list[float]:
    length = max(line.end - line.begin, 1e-3)
    # Neighbouring windows share half their sound: the slope is known half as well as their number says.
    doubt = 2 * line.spread * np.sqrt(12 / max(line.count, 2)) / length
    ends = [1000 * line.at(line.begin), 1000 * line.at(line.end)]
    first, last = frame_at(times, line.begin), frame_at(times, line.end)
    return [first, last, *ends, 1e6 * line.slope, 1e6 * float(doubt), 1000 * line.spread, line.middle]


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """Each track by the scale of sound_findings.severity; a track that is not the reference's says so."""
    tracks = measured["tracks"]
    known = [track for track in tracks if track["found"]]
    if not known:
        return cannot_tell("The sound has nothing in common with the reference's. Choose another reference.")
    findings = [finding for track in known for finding in tell.of_track(track, measured, case, many=len(tracks) > 1)]
    findings += tell.foreign(tracks, case) + tell.changed(known, case)
    evidence = tuple(one for track in known[:4] for one in _plots(track, many=len(known) > 1))
    numbers = tuple(one for track in known for one in _numbers(track, many=len(known) > 1))
    worst = max(tell.worst(track, measured) for track in known)
    in_sync = worst <= case.frame_milliseconds / 2 and not any(tell.faults(track) for track in known)
    against = "picture" if measured["picture"] else "the reference's beginning"
    if not findings and not in_sync:
        summary = f"The sound itself runs through as in the reference; the pictures leave it by up to {worst:.0f} ms."
        return passed(summary, numbers=numbers, evidence=evidence)
    if not findings:
        summary = f"The sound lies against {against} as in the reference, to {max(worst, 0.1):.1f} ms over the whole length."
        return passed(summary, numbers=numbers, evidence=evidence, proves_sync=True)
    return found(findings, numbers=numbers, evidence=evidence, proves_sync=in_sync)


def _numbers(track: Mapping[str, Any], *, many: bool) -> tuple[Number, ...]:
    name = f"track {track['track'] + 1}: " if many else ""
    lines = track["sync"]
    longest = max(lines, key=lambda line: line[1] - line[0])
    return (
        Number(f"{name}sound late at the beginning", lines[0][2], "ms", 2),
        Number(f"{name}sound late at the end", lines[-1][3], "ms", 2),
        Number(f"{name}drift", longest[4], "ppm", 2),
        Number(f"{name}sound found again", 100 * track["matched"] / max(track["heard"], 1), "%", 0),
    )


def _plots(track: Mapping[str, Any], *, many: bool) -> tuple[Evidence, ...]:
    name = f", track {track['track'] + 1}" if many else ""
    lines = track["sync"][:100]
    marks = tuple((step["frame"], f"{step['ms']:+.0f} ms") for step in tell.faults(track)[:20])
    return (
        Evidence(
            "points", f"Sound against picture{name}, as measured", "frame", "milliseconds late",
            track["point_frame"], track["point_ms"], marks,
        ),
        Evidence(
            "line", f"Sound against picture{name}, straight lines through it", "frame", "milliseconds late",
            [frame for line in lines for frame in line[:2]], [round(value, 4) for line in lines for value in line[2:4]], marks,
        ),
    )  # fmt: skip


CHECK = Check(
    id="reference_sound",
    title="Sound against reference",
    stage=Stage.REFERENCE,
    position=11,
    question="Does the sound fit the picture as it does in the reference, from the beginning to the end?",
    how=(
        "Windows of two seconds of each track are found again in the reference's sound (cross-correlation with phase "
        "transform, exponent 0.8, 80 to 3600 Hz; places to look from loudness, picture and the window before). A window counts "
        "if its peak is at least 9 times its surroundings and a fifth of the usual good one. The picture's own delay at that "
        "moment is taken off, so that edits of both leave nothing; straight lines are laid through the rest, as few as its "
        "noise allows. Offset, drift and jumps are read from them; the moment of a jump is where switching from one delay to "
        "the other explains the sound best. Up to 10 ms passes (DPP), half a frame is information, a frame a warning, more, "
        "or 40 ms early or 60 ms late, an error (EBU R37, Netflix); drift counts by what it adds up to over the whole length."
    ),
    cannot_see=(
        "Sound that the reference does not have (a new mix of other elements, dubbing). An offset that the reference has as "
        "well. In repeated loops of identical samples, which repetition is meant. Jumps below 2 ms."
    ),
    source="Knapp and Carter 1976; Jackson et al. 2005; Page 1954; ITU-R BT.1359-1, EBU R37, DPP, Netflix for thresholds.",
    version=4,
    measure=measure,
    judge=judge,
    after=("reference_picture",),
)
