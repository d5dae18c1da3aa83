"""Sound against picture at the moments that were made for it: two-pop, flash and beep, countdown."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
    CannotMeasure,
    Check,
    Evidence,
    Finding,
    Number,
    Outcome,
    Stage,
    cannot_tell,
    found,
    passed,
)
from media_pipeline.core.checks.decoded import sync_events_findings as tell
from media_pipeline.core.checks.decoded.event_claps import claps
from media_pipeline.core.checks.decoded.event_pairs import REACH, Group, groups
from media_pipeline.core.checks.decoded.event_pictures import PictureEvent, events
from media_pipeline.core.checks.decoded.event_tones import Tone, tones
from media_pipeline.core.checks.material import Material
from media_pipeline.core.checks.sync_map.clock import frame_at, moments
from media_pipeline.core.checks.sync_map.lines import Floats

QUIET = 20.0  # dB that a lone pop stands above what is around it
RARE = 3  # lone pops and lone flashes more than that are no two-pop
SHOWN = 300


def measure(material: Material) -> Mapping[str, Any]:
    """Flashes and beeps, and which belong together. Frames; milliseconds of sound after the frame; positive is late."""
    stored = material.stored
    if not stored.tracks:
        raise CannotMeasure("The file has no sound.")
    frames = stored.frames
    times = moments(material.index)
    seen = events(np.asarray(frames["mean"]), np.asarray(frames["change"]), stored.rows("luma-32x18"), material.index.rate)
    per_track = []
    for track in stored.tracks:
        material.beat()
        heard = tones(stored.rows(f"audio-{track}"), stored.rms(track), stored.mono_rate, material.beat)
        per_track.append(_track(track, seen, heard, times))
    bangs = claps(stored.rms(stored.tracks[0]), np.asarray(frames["change"]), times)
    return {
        "pictures": [[event.frame, event.kind, round(event.strength, 1), event.alone] for event in seen[:SHOWN]],
        "picture_count": len(seen),
        "frames": len(material.index),
        "seconds": float(times[-1]),
        "tracks": per_track,
        # [frame of the bang, frame of the stop, ms from the stop to the bang, dB, times]
        "claps": [
            [frame_at(times, clap.at), clap.frame, 1000 * (clap.at - float(times[clap.frame])), clap.rise, clap.stop]
            for clap in bangs
        ],
    }


def _track(track: int, seen: Sequence[PictureEvent], heard: Sequence[Tone], times: Floats) -> dict[str, Any]:
    pictures = np.array([times[event.frame] for event in seen])
    sounds = np.array([tone.at for tone in heard])
    frame = float(times[-1]) / (len(times) - 1)
    made, kind = groups(pictures, sounds, frame), "events"
    if not made:
        lone, kind = _lone(seen, heard, times), "two_pop"
        made = [lone] if lone is not None else []
    return {
        "track": track,
        "kind": kind if made else "",
        # [frame that is on, ms behind its start, length ms, Hz, dB, dB above the surroundings]
        "tones": [
            [
                (n := frame_at(times, tone.at)), 1000 * (tone.at - float(times[n])), 1000 * tone.length, round(tone.hertz, 1),
                round(tone.level, 1), round(tone.quiet, 1),
            ]
            for tone in heard[:SHOWN]
        ],
        "tone_count": len(heard),
        "groups": [_group(group, seen, heard, times) for group in made],
    }  # fmt: skip


def _group(group: Group, seen: Sequence[PictureEvent], heard: Sequence[Tone], times: Floats) -> dict[str, Any]:
    pairs = [[seen[i].frame, 1000 * (heard[j].at - float(times[seen[i].frame])), seen[i].kind] for i, j in group.pairs]
    span = float(times[seen[group.pairs[-1][0]].frame] - times[seen[group.pairs[0][0]].frame])
    doubt = group.spread * (12 / max(len(pairs), 2)) ** 0.5 / span if span > 0 else 0.0
    return {
        "pairs": pairs[:SHOWN],
        "count": len(pairs),
        "begin_ms": 1000 * group.at(0.0),
        "end_ms": 1000 * group.at(float(times[-1])),
        "ppm": 1e6 * group.slope,
        "doubt_ppm": 1e6 * doubt,
        "spread_ms": 1000 * group.spread,
        "span": span,
    }


def _lone(seen: Sequence[PictureEvent], heard: Sequence[Tone], times: Floats) -> Group | None:
    """A two-pop: a flash alone on black (or the end of a countdown), and a beep alone in silence near it. One at the head, and
    perhaps one at the tail."""
    flashes = [i for i, event in enumerate(seen) if event.alone]
    pops = [j for j, tone in enumerate(heard) if tone.quiet >= QUIET]
    if not (0 < len(flashes) <= RARE and 0 < len(pops) <= RARE):
        return None
    pairs: list[tuple[int, int]] = []
    for i in flashes:
        moment = float(times[seen[i].frame])
        near = [j for j in pops if abs(heard[j].at - moment) <= REACH and all(j != used for _, used in pairs)]
        if near:
            pairs.append((i, min(near, key=lambda j: abs(heard[j].at - moment))))
    if not pairs:
        return None
    at = np.array([times[seen[i].frame] for i, _ in pairs])
    late = np.array([heard[j].at for _, j in pairs]) - at
    slope = float((late[-1] - late[0]) / (at[-1] - at[0])) if len(pairs) > 1 else 0.0
    rest = late - late[0] - slope * (at - at[0])
    return Group(tuple(pairs), float(late[0] - slope * at[0]), slope, float(np.sqrt(np.mean(rest * rest))))


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """Every track whose beeps fit the flashes, by the scale of the offset; what has none cannot be told."""
    known = [track for track in measured["tracks"] if track["groups"]]
    proposed = tell.proposed(measured, case)
    numbers: tuple[Number, ...] = (
        Number("flashes and leaders in the picture", int(measured["picture_count"])),
        Number("beeps in the sound", sum(int(track["tone_count"]) for track in measured["tracks"])),
    )
    if not known and (claps := tell.confirmed(measured, case)):
        wrong = tell.clap_offset(claps, case)
        summary = f"The confirmed clap at frame {claps[0][0]} and its bang meet to half a frame."
        return found([wrong], numbers=numbers) if wrong else passed(summary, numbers=numbers, proves_sync=True)
    if not known:
        reason = "No flash with its beep, two-pop or countdown was found. Put one before the film, or compare with a reference."
        return found([proposed], reason, numbers=numbers) if proposed else cannot_tell(reason, numbers=numbers)
    many = len(measured["tracks"]) > 1
    findings: list[Finding] = []
    for track in known:
        findings += tell.of_track(track, measured, case, many=many)
    numbers += tuple(number for track in known for number in _numbers(track, many=many))
    evidence = tuple(_plot(track, many=many) for track in known[:4])
    worst = max(tell.worst(track) for track in known)
    steady = all(tell.steady(track) for track in known)
    pairs = sum(group["count"] for track in known for group in track["groups"])
    proves = worst <= max(10.0, case.frame_milliseconds / 2) and steady
    where = f"frame {known[0]['groups'][0]['pairs'][0][0]}" if pairs == 1 else f"{pairs} flashes"
    if not findings:
        summary = f"Beep and flash meet to {max(worst, 0.1):.1f} ms at {where}."
        return passed(summary, numbers=numbers, evidence=evidence, proves_sync=proves)
    return found(findings, numbers=numbers, evidence=evidence, proves_sync=proves)


def _numbers(track: Mapping[str, Any], *, many: bool) -> tuple[Number, ...]:
    name = f"track {int(track['track']) + 1}: " if many else ""
    first, last = track["groups"][0], track["groups"][-1]
    made = [Number(f"{name}flashes with their beep", sum(group["count"] for group in track["groups"]))]
    made.append(Number(f"{name}sound late at the first", first["pairs"][0][1], "ms", 2))
    if tell.events_of(track) > 1:
        made.append(Number(f"{name}sound late at the last", last["pairs"][-1][1], "ms", 2))
    if first["count"] > 1 and len(track["groups"]) == 1:
        made.append(Number(f"{name}drift", first["ppm"], "ppm", 2))
    return tuple(made)


def _plot(track: Mapping[str, Any], *, many: bool) -> Evidence:
    name = f", track {int(track['track']) + 1}" if many else ""
    pairs = [pair for group in track["groups"] for pair in group["pairs"]]
    return Evidence(
        "points", f"Beep against flash{name}", "frame", "milliseconds late",
        [int(pair[0]) for pair in pairs], [round(float(pair[1]), 3) for pair in pairs],
    )  # fmt: skip


CHECK = Check(
    id="sync_events",
    title="Sync events",
    stage=Stage.DECODED,
    position=10,
    question="Do two-pop, flash and beep, or countdown meet their sound, at the beginning and to the end?",
    how=(
        "Flashes are steps of the mean luma by 30 levels up and down within four frames, signs that blink on black, and the "
        "last number of a countdown whose numbers came a second apart. Beeps are 12 to 260 ms long with 93 % of their energy "
        "in one line; they begin where their envelope crosses half its height. Three or more flashes, 60 % of them with a "
        "beep on one straight line of offsets (to 4 ms), or on levels with jumps between, count; so does a single flash "
        "alone on black with a single beep in silence within 1.2 s. Offset and drift are drawn on to the whole length. Up to "
        "10 ms passes (DPP), half a frame is information, a frame a warning, more, or 40 ms early or 60 ms late, an error "
        "(EBU R37, Netflix). Claps are proposed where a bang and the end of a movement meet; they decide nothing until "
        "somebody confirms one, and then to half a frame."
    ),
    cannot_see=(
        "Anything between the events, and behind a single one: a two-pop proves the offset at its own place. Beeps under other "
        "sound, flashes of less than 30 levels in a moving picture, events further than 1.2 s apart. With events at equal "
        "distances, an offset by a whole distance."
    ),
    source=(
        "Offset of flash and pop measured to 0.09 ms in 36 cases; ITU-R BT.1359-1, EBU R37, DPP and Netflix for thresholds. "
        "The two-pop: one frame of 1 kHz at −20 dBFS two seconds before the first picture."
    ),
    version=1,
    measure=measure,
    judge=judge,
)
