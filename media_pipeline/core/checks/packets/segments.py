"""Whether the file was put together from separately rendered segments, where, and what their joins did to the sound."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from media_pipeline.core.bitstream import gop_timecode
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
    PLACES,
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
    found,
    passed,
)
from media_pipeline.core.checks.material import Material
from media_pipeline.core.checks.packet_arrays import NO_TIME, StreamPackets
from media_pipeline.core.checks.sound_timeline import SoundTimeline, lay, regular
from media_pipeline.core.pictures import unwrapped

X264 = bytes.fromhex("dc45e9bde6d948b7962cd820d923eeef")  # identifier of the message that x264 writes once per encode
X265 = bytes.fromhex("2ca2de09b51747dbbb55a4fe7fc2fc4e")
NEAR_FRAMES = 3  # sound events so close to a key picture belong to a join there
SURPLUS_MS = 45.0
MOST = 2000


def measure(material: Material) -> Mapping[str, Any]:
    """Frames at which something begins anew, with what shows it; and each track's sound beyond its timeline."""
    if len(material.index) < 2:
        raise CannotMeasure("One picture has no joins.")
    restarts, versions = _restarts(material)
    joins: dict[int, list[str]] = {frame: [evidence] for frame, evidence in restarts.items()}
    tracks = []
    for track in range(len(material.summary.audio)):
        material.beat()
        timeline = lay(material.audio(track))
        if timeline is None:
            continue
        events = [(material.index.frame_at(at), milliseconds) for at, milliseconds, _ in timeline.events[:MOST]]
        _join_sound(material, joins, events)
        tracks.append(_track(track, timeline, events))
    frames = sorted(joins)[:MOST]
    return {
        "joins": [{"frame": frame, "evidence": joins[frame]} for frame in frames],
        "spacing": regular(frames),
        "encoders": versions,
        "tracks": tracks,
    }


def _track(track: int, timeline: SoundTimeline, events: list[tuple[int, float]]) -> dict[str, Any]:
    return {
        "track": track,
        "surplus_ms": timeline.surplus,
        "odd": timeline.odd,
        "overlaps": [[frame, milliseconds] for frame, milliseconds in events if milliseconds < 0][:PLACES],
        "overlap_count": sum(milliseconds < 0 for _, milliseconds in events),
    }


def _restarts(material: Material) -> tuple[dict[int, str], list[str]]:
    """{frame: evidence} of the key pictures (behind the first) with which an encoder began anew; encoders' names."""
    video = material.video
    if not video.heads:
        return {}, []
    numbers = sorted(video.heads)
    x264 = [number for number in numbers if X264 in video.heads[number]]
    x265 = [number for number in numbers if X265 in video.heads[number]]
    names: list[str] = []
    for number in x264:
        core = re.search(rb"x264 - core \d+(?: r\d+)?", video.heads[number])
        if core is not None and (text := core.group().decode("ascii")) not in names:
            names.append(text)
    marked: list[int] = []
    if len(x264) > 1:
        marked = x264[1:]
    elif 1 < len(x265) <= len(numbers) / 2:  # x265 may be told to repeat its message at every key picture
        marked = x265[1:]
    found = dict.fromkeys(_frames(material, video, marked), "encoder restart")
    if video.codec in ("mpeg1video", "mpeg2video"):
        found |= dict.fromkeys(_frames(material, video, _clock_restarts(video, numbers)), "time code of the GOP begins anew")
    return {frame: evidence for frame, evidence in found.items() if frame > 0}, names[:20]


def _clock_restarts(video: StreamPackets, numbers: list[int]) -> list[int]:
    """Key pictures whose GOP header counts from the first one's label again."""
    labels = [gop_timecode(video.heads[number]) for number in numbers]
    if len(labels) < 3 or not labels[0]:
        return []
    again = [number for number, label in zip(numbers[1:], labels[1:], strict=True) if label == labels[0]]
    return again if len(again) < len(numbers) / 2 else []  # else the encoder does not count at all


def _frames(material: Material, video: StreamPackets, numbers: list[int]) -> list[int]:
    times = unwrapped(video.times)
    return [material.index.frame_at(int(times[n]) * video.time_base) for n in numbers if times[n] != NO_TIME]


def _join_sound(material: Material, joins: dict[int, list[str]], events: list[tuple[int, float]]) -> None:
    """Add what the sound shows: at a known join it confirms; elsewhere an overlap at a key picture, or regular events."""
    known = np.array(sorted(joins), np.int64)
    keys = np.flatnonzero(material.index.keyframe)
    all_keys = len(keys) == len(material.index)
    spaced = regular([frame for frame, _ in events]) is not None and len(events) >= 3
    for frame, milliseconds in events:
        near = _nearest(known, frame)
        if near is not None:
            if "sound" not in joins[near]:
                joins[near].append("sound")
            continue
        key = None if all_keys else _nearest(keys, frame)
        if spaced or (key is not None and milliseconds < 0):
            at = key if key is not None else frame
            if at > 0:
                joins.setdefault(at, ["sound"])


def _nearest(frames: Any, frame: int) -> int | None:
    if not len(frames):
        return None
    nearest = int(frames[np.abs(frames - frame).argmin()])
    return nearest if abs(nearest - frame) <= NEAR_FRAMES else None


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """Joins are told; sound that the packets hold beyond the timeline is a fault."""
    joins, tracks = list(measured["joins"]), list(measured["tracks"])
    spacing = measured["spacing"]
    worst = max((abs(float(track["surplus_ms"])) for track in tracks), default=0.0)
    numbers = (Number("segments", len(joins) + 1), Number("sound beyond its timeline", worst, "ms", 1))
    findings = [_surplus(track, case) for track in tracks if _is_surplus(track)]
    if joins:
        findings.append(_joined(joins, spacing, measured["encoders"], case))
    if findings:
        return found(findings, numbers=numbers)
    return passed("Rendered in one piece, as far as the packets show.", numbers=numbers)


def _is_surplus(track: Mapping[str, Any]) -> bool:
    return float(track["surplus_ms"]) > SURPLUS_MS or int(track["overlap_count"]) >= 2


def _joined(joins: list[Mapping[str, Any]], spacing: int | None, encoders: list[str], case: Case) -> Finding:
    count = len(joins) + 1
    every = f", one every {spacing} frames" if spacing else ""
    kinds = sorted({evidence for join in joins for evidence in join["evidence"]})
    differ = len(encoders) > 1
    return Finding(
        code="segments.joined",
        severity=Severity.INFO,
        summary=f"The file was put together from {count} segments{every}"
        + (f", made by different encoders ({', '.join(encoders)})." if differ else "."),
        meaning="Joins are where distributed renders lose or repeat pictures and sound; other findings say if they are at one.",
        remedy=Remedy(
            "Nothing to do by itself. Render the sound in one piece for the whole file and join only pictures.",
            steps=(
                ("Render farm", "Segments of whole groups of pictures, one encoder on all machines, PCM sound in segments."),
            ),
        ),
        cause=Cause.TIMELINE,
        numbers=(Number("joins", len(joins)),),
        places=tuple(
            case.place(int(join["frame"]), note="segment join: " + ", ".join(join["evidence"])) for join in joins[:PLACES]
        ),
        place_count=len(joins),
        evidence=(
            Evidence(
                "points", "Joins", "frame", ", ".join(kinds), [int(join["frame"]) for join in joins[:500]],
                [len(join["evidence"]) for join in joins[:500]],
            ),
        ),
    )  # fmt: skip


def _surplus(track: Mapping[str, Any], case: Case) -> Finding:
    surplus, number = float(track["surplus_ms"]), int(track["track"]) + 1
    overlaps, count = list(track["overlaps"]), int(track["overlap_count"])
    return Finding(
        code="segments.sound_surplus",
        severity=Severity.ERROR if surplus > max(SURPLUS_MS, case.frame_milliseconds) else Severity.WARN,
        summary=f"Track {number} holds {surplus:.0f} ms more sound than its timeline has room for, hidden at {count} "
        f"place{'s' if count != 1 else ''}.",
        meaning="Compressed segments were joined without decoding: each brought its own run-in and padding. A player that "
        f"counts samples, as editing programs do, has the sound up to {surplus:.0f} ms late at the end.",
        remedy=Remedy(
            "Render the sound once more, in one piece for the whole file; the pictures can stay.",
            steps=(
                ("Premiere Pro", "Export the sequence's sound alone (WAV, 48 kHz) and mux it with the joined picture."),
                ("DaVinci Resolve", "Deliver > Audio only, Linear PCM, whole timeline; mux it with the joined picture."),
                ("Media Composer", "Export > Audio Mixdown of the whole sequence as WAV; mux it with the joined picture."),
                ("Render farm", "Let segments carry PCM or no sound; encode the sound once after the pictures are joined."),
            ),
            command="ffmpeg -i INPUT -i MIXDOWN.wav -map 0:v -map 1:a -c:v copy -c:a aac -b:a 256k OUTPUT",
        ),
        cause=Cause.TIMELINE,
        cure=Cure.RERENDER,
        numbers=(Number("hidden sound", surplus, "ms", 1), Number("odd packets", int(track["odd"]))),
        places=tuple(case.place(int(frame), note=f"{-ms:.1f} ms overlap") for frame, ms in overlaps),
        place_count=count,
    )


CHECK = Check(
    id="segments",
    title="Segment joins",
    stage=Stage.PACKETS,
    position=7,
    question="Was the file put together from separately rendered segments, and did that harm the sound?",
    how=(
        "x264 and x265 write a message where an encode begins, MPEG-2 counts each GOP's time code: where that begins anew, a "
        "segment begins. What a track's packets decode to (packets times exact frame length) is held against the timeline "
        "they lie on: more than 45 ms of hidden sound, or two places where packets overlap by more than 2.1 ms, is the mark "
        "of compressed segments joined by copying. Overlaps at key pictures, and odd packets at equal distances, are joins too."
    ),
    cannot_see=(
        "Joins of ProRes, DNxHR and hardware encoders that carry PCM or were given one sound track afterwards; joins of "
        "segments that were encoded again as a whole. Surplus in Vorbis, whose packets have unequal lengths."
    ),
    source=(
        "x264's message found 10 of 10 joins, none in clean files. Concatenated AAC: 30.293 s of samples on 30.021 s; the "
        "cause of −570 ms after 37 segments in a public report."
    ),
    version=2,
    measure=measure,
    judge=judge,
)
