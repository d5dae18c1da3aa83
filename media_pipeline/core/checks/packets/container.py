"""Whether the file is whole, and what of its container other programs stumble over."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from media_pipeline.core import edit_list
from media_pipeline.core.checks import again
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.container_outline import read_outline
from media_pipeline.core.checks.contract import (
    PLACES,
    Cause,
    Check,
    Cure,
    Finding,
    Fix,
    Number,
    Outcome,
    Remedy,
    Severity,
    Stage,
    found,
    passed,
)
from media_pipeline.core.checks.material import Material
from media_pipeline.core.checks.packet_arrays import NO_TIME
from media_pipeline.core.pictures import unwrapped

SHORT_MS = 500.0  # a header that claims so much more than the packets hold is of a longer file
NAMES = {
    "mov": "mov", "matroska": "mkv", "mpegts": "ts", "mxf": "mxf", "avi": "avi", "mpeg": "mpg", "asf": "wmv", "flv": "flv",
}  # fmt: skip


def measure(material: Material) -> Mapping[str, Any]:
    """What the shell says of itself, and what the packets say."""
    packets, summary = material.packets, material.summary
    outline = read_outline(material.path, summary.container)
    ends = [_end_ms(stream) for stream in packets.of_kind("video") + packets.of_kind("audio") if len(stream)]
    begin = min((_begin_ms(s) for s in packets.of_kind("video") if len(s)), default=0.0)
    held = max(ends, default=0.0) - min(0.0, begin)  # headers count from zero, or from the first packet where that is later
    video = material.video
    avi = summary.container == "avi"
    corrupt = np.flatnonzero(video.corrupt)
    frames = sorted({material.index.frame_at(int(video.times[i]) * video.time_base) for i in corrupt[:PLACES].tolist()})
    hidden, entries = _edits(material)
    return {
        "container": summary.container,
        "mp4": summary.container.startswith("mov") and _is_mp4(material),
        "missing": outline.missing,
        "trailing": outline.trailing,
        "unfinished": outline.unfinished,
        "index_last": outline.index_last,
        "read_error": packets.read_error,
        "claimed_ms": packets.claimed_ms,
        "held_ms": held,
        "claimed_frames": video.claimed_frames,
        "held_frames": len(video) if not avi else max(len(video), len(material.index)),
        "corrupt": int(sum(int(np.count_nonzero(stream.corrupt)) for stream in packets.streams.values())),
        "corrupt_frames": frames,
        "fragmented": summary.fragmented,
        "hidden": hidden,
        "edits": entries,
    }


def _is_mp4(material: Material) -> bool:
    return bool(material.movie and material.movie.brands and b"qt  " not in material.movie.brands[:1])


def _begin_ms(stream: Any) -> float:
    times = stream.times[stream.times != NO_TIME]
    return float(int(times.min()) * stream.time_base * 1000) if len(times) else 0.0


def _end_ms(stream: Any) -> float:
    times = unwrapped(stream.times)
    known = times != NO_TIME
    if not known.any():
        return 0.0
    return float(int((times + stream.duration)[known].max()) * stream.time_base * 1000)


def _edits(material: Material) -> tuple[int, int]:
    """(pictures that the edit list hides, stretches that it shows) of the picture."""
    movie = material.movie
    track = next((t for t in movie.tracks.values() if t.samples is not None), None) if movie is not None else None
    if movie is None or track is None or track.samples is None or not track.edits:
        return 0, 0
    presented = edit_list.present(track.samples, track.edits, track.timescale, movie.timescale)
    shown = sum(edit.media_time >= 0 for edit in track.edits)
    if presented is None:
        return 0, shown
    return len(track.samples.dts) - len(np.unique(presented.sample[presented.shown])), shown


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """Damage and what is missing are errors; what some programs stumble over is a warning; the rest is told."""
    findings = [
        finding
        for finding in (
            _truncated(measured, case),
            _damaged(measured, case),
            _trailing(measured),
            _avi(measured),
            _edit_list(measured),
            _hidden(measured),
            _unwanted(measured, case),
            _fragmented(measured),
            _unfinished(measured),
            _index_last(measured),
        )
        if finding is not None
    ]
    numbers = (Number("length that the header claims", float(measured["claimed_ms"]) / 1000, "s", 2),)
    if findings:
        return found(findings, numbers=numbers)
    return passed("The file is whole.", numbers=numbers)


def _remux(suffix: str = "mov") -> tuple[str, Fix]:
    return "ffmpeg -i INPUT -map 0:v -map 0:a? -c copy OUTPUT", Fix("remux", {"container": suffix})


_REMUX_STEPS = (
    ("Premiere Pro", "Remux with the command, then replace the footage."),
    ("DaVinci Resolve", "Remux with the command, then relink."),
    ("Media Composer", "Remux with the command, then link again."),
)


def _truncated(measured: Mapping[str, Any], case: Case) -> Finding | None:
    missing, held, claimed = int(measured["missing"]), float(measured["held_ms"]), float(measured["claimed_ms"])
    lost = int(measured["claimed_frames"]) - int(measured["held_frames"])
    short = claimed - held if str(measured["container"]).split(",")[0] in ("matroska", "mxf", "avi", "asf", "flv") else 0.0
    if not missing and short <= SHORT_MS and not measured["read_error"] and lost <= 0:
        return None
    facts = [
        f"{missing:,} bytes are missing at its end" if missing > 0 else "",
        f"{lost} pictures of {int(measured['claimed_frames'])} are missing" if lost > 0 else "",
        f"its header claims {claimed / 1000:.1f} s, the packets end after {held / 1000:.1f} s" if short > SHORT_MS else "",
        f"reading stopped: {measured['read_error']}" if measured["read_error"] else "",
    ]
    return Finding(
        code="container.truncated",
        severity=Severity.ERROR,
        summary=f"The file is not whole: {'; '.join(fact for fact in facts if fact)}.",
        meaning="The end is lost. Durations in the header look perfect, so that programs show a frozen or black end, "
        "or refuse it.",
        remedy=Remedy(
            "Copy or upload the file again; if the source is the same, render it again.",
            steps=again.TRANSFER,
        ),
        cause=Cause.MEDIA,
        cure=Cure.RERENDER,
        numbers=(Number("bytes missing", max(0, missing)), Number("pictures missing", max(0, lost))),
        places=case.places([(max(0, case.summary.frame_count - 1), 1)]),
    )


def _damaged(measured: Mapping[str, Any], case: Case) -> Finding | None:
    count = int(measured["corrupt"])
    if not count:
        return None
    return Finding(
        code="container.damaged",
        severity=Severity.ERROR,
        summary=f"{count} piece{'s' if count != 1 else ''} of the file damaged: parts were lost on the way.",
        meaning="Pictures break up or are missing there, sound clicks or is missing; what follows may come early.",
        remedy=Remedy(
            "Transfer the file again; if it was recorded like this, render or record that part again.", again.TRANSFER
        ),
        cause=Cause.MEDIA,
        cure=Cure.RERENDER,
        places=case.places((int(frame), 1) for frame in measured["corrupt_frames"]),
        place_count=max(count, len(measured["corrupt_frames"])),
    )


def _trailing(measured: Mapping[str, Any]) -> Finding | None:
    extra = int(measured["trailing"])
    if not extra or measured["missing"]:
        return None
    command, fix = _remux()
    return Finding(
        code="container.trailing",
        severity=Severity.WARN,
        summary=f"{extra:,} bytes behind the end of the file belong to nothing.",
        meaning="A copy that was resumed wrongly, or a second file behind the first. Players do not care, checksums and strict "
        "programs do.",
        remedy=Remedy("Compare the file with the original; write it again without them.", _REMUX_STEPS, command, fix),
        cause=Cause.METADATA,
        cure=Cure.FIX_IN_POST,
        numbers=(Number("bytes too many", extra),),
    )


def _avi(measured: Mapping[str, Any]) -> Finding | None:
    if measured["container"] != "avi":
        return None
    return Finding(
        code="container.avi",
        severity=Severity.WARN,
        summary="AVI stores no times for pictures and sound, only rates.",
        meaning="Variable rate, start offsets and lost pictures cannot be told and are guessed differently by "
        "programs; B-pictures "
        "come a frame late in many.",
        remedy=Remedy(
            "Export to MOV or MP4; or write this file as MOV, which encodes the pictures once more.",
            steps=_REMUX_STEPS,
            command="ffmpeg -i INPUT -map 0:v -map 0:a? -c:v prores_ks -profile:v 3 -c:a pcm_s24le OUTPUT",
        ),
        cause=Cause.METADATA,
        cure=Cure.FIX_IN_POST,
    )


def _edit_list(measured: Mapping[str, Any]) -> Finding | None:
    if int(measured["edits"]) < 2:
        return None
    return Finding(
        code="container.edit_list",
        severity=Severity.WARN,
        summary=f"The file plays its picture from {int(measured['edits'])} stretches, by a list inside it (edit list).",
        meaning="Programs that play only the first stretch, or none, show other pictures under the same sound.",
        remedy=Remedy(
            "Export a file that is played from its beginning to its end, without such a list.",
            steps=_REMUX_STEPS,
            command="ffmpeg -i INPUT -map 0 -c:v libx264 -crf 12 -preset slow -c:a copy OUTPUT",
        ),
        cause=Cause.METADATA,
        cure=Cure.FIX_IN_POST,
        numbers=(Number("stretches", int(measured["edits"])),),
    )


def _hidden(measured: Mapping[str, Any]) -> Finding | None:
    hidden = int(measured["hidden"])
    if not hidden or int(measured["edits"]) > 1:
        return None
    return Finding(
        code="container.hidden_pictures",
        severity=Severity.WARN,
        summary=f"The file holds {hidden} picture{'s' if hidden != 1 else ''} that its edit list hides.",
        meaning="A copy cut without encoding. Programs that ignore the edit list show them, and everything after is that late.",
        remedy=Remedy(
            "Cut it with an encode.",
            steps=_REMUX_STEPS,
            command="ffmpeg -i INPUT -map 0 -c:v libx264 -crf 12 -preset slow -c:a copy OUTPUT",
        ),
        cause=Cause.METADATA,
        cure=Cure.FIX_IN_POST,
        numbers=(Number("hidden pictures", hidden),),
    )


def _unwanted(measured: Mapping[str, Any], case: Case) -> Finding | None:
    wanted = case.spec.containers
    first = str(measured["container"]).split(",")[0]
    own = {"mp4" if measured["mp4"] else "mov"} if first == "mov" else {NAMES.get(first, first)}
    own |= {"webm"} if first == "matroska" else set()
    if not wanted or own & set(wanted):
        return None
    command, fix = _remux(wanted[0])
    return Finding(
        code="container.unwanted",
        severity=Severity.WARN,
        summary=f"The container is {sorted(own)[0]}, the project wants {' or '.join(wanted)}.",
        meaning="The delivery's recipient may refuse it.",
        remedy=Remedy("Write the same pictures and sound into the wanted container.", _REMUX_STEPS, command, fix),
        cause=Cause.METADATA,
        cure=Cure.FIX_IN_POST,
    )


def _info(code: str, summary: str, meaning: str, remedy: str, command: str = "") -> Finding:
    return Finding(f"container.{code}", Severity.INFO, summary, meaning, Remedy(remedy, command=command), Cause.METADATA)


def _fragmented(measured: Mapping[str, Any]) -> Finding | None:
    if not measured["fragmented"]:
        return None
    return _info(
        "fragmented",
        "The file is made of fragments, as for streaming.",
        "Some editing programs import it slowly, or not at all.",
        "Write it in one piece before it is edited.",
        "ffmpeg -i INPUT -map 0 -c copy -movflags +faststart OUTPUT",
    )


def _unfinished(measured: Mapping[str, Any]) -> Finding | None:
    if not measured["unfinished"]:
        return None
    return _info(
        "unfinished",
        "The file was never closed: its header says no length.",
        "Seeking is slow and the length is a guess; nothing need be missing.",
        "Write the container again.",
        "ffmpeg -i INPUT -map 0 -c copy OUTPUT",
    )


def _index_last(measured: Mapping[str, Any]) -> Finding | None:
    if not measured["index_last"]:
        return None
    return _info(
        "index_last",
        "The index stands at the end of the file.",
        "Playing over a network starts later. It has nothing to do with sync.",
        "For the web, write it with the index in front.",
        "ffmpeg -i INPUT -map 0 -c copy -movflags +faststart OUTPUT",
    )


CHECK = Check(
    id="container",
    title="Container",
    stage=Stage.PACKETS,
    position=15,
    question="Is the file whole, and does its container say nothing that programs read differently?",
    how=(
        "A walk over the outermost parts (MP4 boxes, Matroska segment, RIFF, MXF partitions, transport packets) against the "
        "file's size; pictures and length that the header claims against the packets (more than half a second short); packets "
        "that the demuxer flags as damaged; edit lists of several stretches, and pictures that they hide; AVI, fragments, "
        "the index's place."
    ),
    cannot_see=(
        "Damage inside packets: bit flips and holes that keep the structure (the decode pass sees them; a checksum at the "
        "upload prevents them). Truncated transport streams that end with a whole packet."
    ),
    source="Truncation found 3 of 3 where durations looked perfect. An index at the end is start-up only: no sync effect.",
    version=1,
    measure=measure,
    judge=judge,
)
