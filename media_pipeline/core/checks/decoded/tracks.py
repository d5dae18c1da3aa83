"""The file's tracks and channels by themselves: dead, doubled, turned over, or late against each other."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks import again, sound_remedies
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
    Cause,
    Check,
    Cure,
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
from media_pipeline.core.checks.decoded.channel_sound import Track, tracks_of
from media_pipeline.core.checks.material import Material
from media_pipeline.core.checks.sync_map.gcc import peak
from media_pipeline.core.checks.sync_map.sound import RATIOS, map_sound
from media_pipeline.core.hearing.events import EVENTS, LEVELS, PEAK

SILENT_DB = -80.0  # highest peak of a channel in which nobody hears anything
HEARD_DB = -60.0  # mean level from which on a channel is taken to carry sound
TURNED, SAME = -0.9, 0.9999  # correlation of a pair
PROBES, PROBE_SECONDS, PROBE_REACH = 24, 2.0, 1.0
RELATED, QUALITY = 0.3, 12.0  # so many of the probes must find the other track so clearly
MICROPHONES_MS = 20.0  # apart by the way of the sound through a room: seven metres
ALIKE_MS = 0.5
LEAST_PPM = 2.0
CHUNK = 4_000_000


def measure(material: Material) -> Mapping[str, Any]:
    """Levels of every channel in dB, correlation of pairs, and how late each track is against the first that sounds."""
    tracks = tracks_of(material)
    levels = np.asarray(material.stored.array(LEVELS), np.float64)
    events = material.stored.array(EVENTS)
    peaks = {(int(one["track"]), int(one["channel"])): float(one["strength"]) for one in events[events["kind"] == PEAK]}
    rows = [_levels(track, levels, peaks) for track in tracks]
    sounding = [track.number for track, row in zip(tracks, rows, strict=True) if max(row["level"], default=-200) > HEARD_DB]
    lines: list[dict[str, Any]] = []
    if len(sounding) > 1:
        base = sounding[0]
        lines = [_against(material, track, base) for track in sounding[1:]]
    return {
        "tracks": rows,
        "sounding": sounding,
        "against": lines,
        "seconds": max((track.seconds for track in tracks), default=0.0),
    }


def _levels(track: Track, levels: NDArray[np.float64], peaks: Mapping[tuple[int, int], float]) -> dict[str, Any]:
    own = levels[:, track.first : track.first + track.channels]
    power = own[:, :, 0].mean(axis=0) if len(own) else np.zeros(track.channels)
    pairs = []
    for left in range(0, track.channels - 1, 2):
        product = float(own[:, left, 1].mean()) if len(own) else 0.0
        scale = float(np.sqrt(power[left] * power[left + 1]))
        ratio = float(10 * np.log10((power[left] + 1e-20) / (power[left + 1] + 1e-20)))
        pairs.append([left, product / scale if scale > 0 else 0.0, ratio])
    return {
        "track": track.number,
        "level": [float(10 * np.log10(value + 1e-20)) for value in power],
        "peak": [float(20 * np.log10(peaks.get((track.number, channel), 0.0) + 1e-10)) for channel in range(track.channels)],
        "pairs": pairs,  # [left channel, correlation, dB louder than the right one]
    }


def _against(material: Material, track: int, base: int) -> dict[str, Any]:
    """Milliseconds that a track is late against another; `related` false where they share nothing that could tell."""
    material.beat()
    mine, other = material.stored.mono(track), material.stored.mono(base)
    known: dict[str, Any] = {"track": track, "base": base, "same": _same(mine, other), "related": False}
    if known["same"]:
        return known
    if not _related(mine, other, material.stored.mono_rate):
        return known
    sound = map_sound(mine, other, rate=material.stored.mono_rate, beat=material.beat)
    if not sound.found or not sound.lines:
        return known
    longest = max(sound.lines, key=lambda line: line.end - line.begin)
    doubt = 2 * longest.spread * np.sqrt(12 / max(longest.count, 2)) / max(longest.end - longest.begin, 1e-3)
    return known | {
        "related": True,
        "begin_ms": 1000 * sound.lines[0].at(sound.lines[0].begin),
        "end_ms": 1000 * sound.lines[-1].at(sound.lines[-1].end),
        "ppm": 1e6 * longest.slope,
        "doubt_ppm": 1e6 * float(doubt),
        "jumps": [1000 * jump.size for jump in sound.jumps[:50]],
        "matched": sound.matched,
        "heard": sound.heard,
    }


def _same(mine: NDArray[np.int16], other: NDArray[np.int16]) -> bool:
    """Whether two tracks are the same recording, to a step of 16 bits."""
    count = min(len(mine), len(other))
    if abs(len(mine) - len(other)) > 8 or not count:
        return False
    for first in range(0, count, CHUNK):
        last = min(count, first + CHUNK)
        if int(np.abs(mine[first:last].astype(np.int32) - other[first:last]).max()) > 1:
            return False
    return True


def _related(mine: NDArray[np.int16], other: NDArray[np.int16], rate: int) -> bool:
    """Probes over the whole length: whether windows of the one are found in the other."""
    length = min(len(mine), len(other)) / rate
    if length < PROBE_SECONDS + 1:
        return False
    for slope in (0.0, *(ratio - 1 for ratio in RATIOS)):
        heard = matched = 0
        probes = PROBES if not slope else PROBES // 3
        for centre in np.linspace(PROBE_SECONDS / 2, length - PROBE_SECONDS / 2, probes).tolist():
            one = peak(
                mine,
                other,
                centre=centre,
                seconds=PROBE_SECONDS,
                around=slope * centre,
                reach=PROBE_REACH,
                slope=slope,
                rate=rate,
            )
            heard += one is not None
            matched += one is not None and one.quality >= QUALITY
        if matched >= max(3, RELATED * heard):
            return True
    return False


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """What no mix would do on purpose is a warning; what may be meant is information."""
    tracks = list(measured["tracks"])
    if not tracks:
        return does_not_apply("The file has no sound.")
    many = len(tracks) > 1
    findings = _silent(tracks, measured, case)
    for track in tracks:
        findings += _pairs(track, case, many=many)
    findings += _doubled(measured, case)
    findings += [finding for line in measured["against"] if line["related"] for finding in _stray(line, measured, case)]
    related = [line for line in measured["against"] if line["related"]]
    numbers = (
        Number("tracks that sound", len(measured["sounding"])),
        *(
            Number(f"track {line['track'] + 1} late against track {line['base'] + 1}", line["end_ms"], "ms", 2)
            for line in related
        ),
    )
    if findings:
        return found(findings, numbers=numbers)
    strangers = [line for line in measured["against"] if not line["related"] and not line["same"]]
    if strangers and not related:
        return cannot_tell(
            "The tracks share no sound by which one could be laid on another; a reference tells of each by itself. "
            "Every channel carries sound.",
            numbers=numbers,
        )
    return passed(
        "Every channel carries sound of its own" + (", and the tracks lie together." if related else "."), numbers=numbers
    )


def _silent(tracks: Sequence[Mapping[str, Any]], measured: Mapping[str, Any], case: Case) -> list[Finding]:
    made: list[Finding] = []
    whole = [track for track in tracks if max(track["peak"], default=-200.0) < SILENT_DB]
    if whole:
        names = ", ".join(str(int(track["track"]) + 1) for track in whole)
        everything = len(whole) == len(tracks)
        made.append(
            Finding(
                code="tracks.silent_track",
                severity=Severity.WARN if everything else Severity.INFO,
                summary=f"Track{'s' if len(whole) > 1 else ''} {names}: silent from beginning to end.",
                meaning="The file has no sound that could be heard."
                if everything
                else "Nothing is heard there: unused, or lost.",
                remedy=Remedy("Check whether sound belongs on it; if so, export it again.", again.CHANNELS),
            )
        )
    for track in tracks:
        peaks = list(track["peak"])
        dead = [channel for channel, value in enumerate(peaks) if value < SILENT_DB]
        if not dead or track in whole:
            continue
        number = int(track["track"]) + 1
        stereo = len(peaks) == 2
        made.append(
            Finding(
                code=f"tracks.dead_channel_{number}",
                severity=Severity.WARN if stereo else Severity.INFO,
                summary=f"Track {number}: channel {', '.join(str(c + 1) for c in dead)} of {len(peaks)} is silent all along.",
                meaning="One loudspeaker stays silent." if stereo else "Unused surround channels are usual; lost ones are not.",
                remedy=Remedy(
                    "Check the track's channel mapping in the export; if one side is meant for both, make it mono.",
                    again.CHANNELS,
                ),
                numbers=tuple(Number(f"peak of channel {c + 1}", value, "dB", 1) for c, value in enumerate(peaks[:16])),
            )
        )
    return made


def _pairs(track: Mapping[str, Any], case: Case, *, many: bool) -> list[Finding]:
    made: list[Finding] = []
    number = int(track["track"]) + 1
    for left, correlation, ratio in track["pairs"]:
        if min(track["level"][left], track["level"][left + 1]) < HEARD_DB:
            continue
        which = f"Track {number}" if len(track["level"]) == 2 else f"Track {number}, channels {left + 1} and {left + 2}"
        numbers = (Number("correlation", float(correlation), "", 3), Number("louder than the other", float(ratio), "dB", 1))
        if correlation < TURNED:
            made.append(
                Finding(
                    code=f"tracks.turned_{number}_{left + 1}",
                    severity=Severity.WARN,
                    summary=f"{which}: one side is the other turned over (correlation {correlation:.2f}).",
                    meaning="Heard in mono — on phones, in many rooms — the sound vanishes or grows hollow.",
                    remedy=Remedy(
                        "Invert one of the two channels.",
                        steps=(
                            ("Premiere Pro", "Effect Invert on the one channel (Dual mono), or Fill Right with Left."),
                            ("DaVinci Resolve", "Fairlight: Phase Invert on one of the two channels."),
                            ("Media Composer", "AudioSuite Invert on one of the two channels."),
                        ),
                        command=sound_remedies.command(int(track["track"]), case, "pan=stereo|c0=c0|c1=-1*c1")
                        if len(track["level"]) == 2
                        else "",
                    ),
                    cause=Cause.MEDIA,
                    numbers=numbers,
                )
            )
        elif correlation > SAME and abs(ratio) < 0.1:
            made.append(
                Finding(
                    code=f"tracks.same_{number}_{left + 1}",
                    severity=Severity.INFO,
                    summary=f"{which}: both sides are the same.",
                    meaning="It is mono on two channels.",
                    remedy=Remedy("Nothing, if it is meant to be mono."),
                    numbers=numbers,
                )
            )
    return made


def _doubled(measured: Mapping[str, Any], case: Case) -> list[Finding]:
    same = [line for line in measured["against"] if line["same"]]
    if not same:
        return []
    names = ", ".join(str(int(line["track"]) + 1) for line in same)
    return [
        Finding(
            code="tracks.doubled",
            severity=Severity.INFO,
            summary=f"Track{'s' if len(same) > 1 else ''} {names}: the same sound as track {int(same[0]['base']) + 1}.",
            meaning="It is there more than once; played together it is louder.",
            remedy=Remedy("Nothing, if it is meant so."),
        )
    ]


def _stray(line: Mapping[str, Any], measured: Mapping[str, Any], case: Case) -> list[Finding]:
    begin, end, ppm = float(line["begin_ms"]), float(line["end_ms"]), float(line["ppm"])
    jumps = [float(size) for size in line["jumps"] if abs(float(size)) > 5]
    furthest = begin if abs(begin) > abs(end) else end
    drifting = abs(ppm) > max(LEAST_PPM, 3 * float(line["doubt_ppm"])) and abs(end - begin) > 1.0
    if abs(furthest) <= ALIKE_MS and not jumps:
        return []
    number, base = int(line["track"]) + 1, int(line["base"]) + 1
    if drifting:
        how, code = f"drifts away from track {base} by {ppm:+.1f} ppm", f"tracks.drift_{number}"
    elif jumps:
        how, code = f"jumps against track {base}, at most by {max(jumps, key=abs):+.1f} ms", f"tracks.jump_{number}"
    else:
        how, code = f"lies apart from track {base}", f"tracks.late_{number}"
    grave = abs(furthest) > MICROPHONES_MS or (drifting and abs(end - begin) > 10) or bool(jumps)
    steady = not drifting and not jumps
    return [
        Finding(
            code=code,
            severity=Severity.WARN if grave else Severity.INFO,
            summary=f"Track {number} {how}: {begin:+.1f} ms at the beginning, {end:+.1f} ms at the end.",
            meaning="The same sound on both is not heard at once: together they sound doubled or hollow."
            if grave
            else "So far apart are two microphones in one room.",
            remedy=sound_remedies.shift(line["track"], case, furthest, exact=steady)
            if steady and grave
            else Remedy(
                f"Find out which of the two fits the picture, and correct the other: track {number} or track {base}.",
                sound_remedies.speed(line["track"], case, ppm).steps if drifting else again.SOUND if jumps else (),
            ),
            cause=Cause.MEDIA if drifting else Cause.TIMELINE,
            cure=(Cure.RERENDER if jumps and not drifting else Cure.FIX_IN_POST) if grave else Cure.NONE,
            numbers=(
                Number("late at the beginning", begin, "ms", 2),
                Number("late at the end", end, "ms", 2),
                Number("drift", ppm, "ppm", 2),
            ),
            places=(case.place(0),),
        )
    ]


CHECK = Check(
    id="tracks",
    title="Tracks and channels",
    stage=Stage.DECODED,
    position=12,
    question="Does every channel carry sound of its own, and do tracks with the same sound lie together?",
    how=(
        "Peak, level and correlation of every channel and of neighbours (1 and 2, 3 and 4, …), at full rate. A side of a "
        "stereo track that is silent all along, or that is the other turned over (correlation below −0.9), is a warning; "
        "silent tracks, equal sides and doubled tracks are information. Each track that sounds is laid on the first that "
        "does (windows of two seconds, as against a reference), if a third of 24 probes finds it there: more than 20 ms "
        "apart, a drift of more than 10 ms, or a jump is a warning; less is what two microphones in a room have."
    ),
    cannot_see=(
        "Which of two tracks is the one that fits the picture. Tracks without common sound (music and dialogue, languages) "
        "cannot be laid on each other, and that is said; so it is of drifts above 0.2 % that are no known ratio. Channels "
        "that fail for a part of the film only."
    ),
    source="Knapp and Carter 1976 for the delay; measured: three of three drifting tracks, to 1.2 ppm and 0.6 ms.",
    version=1,
    measure=measure,
    judge=judge,
)
