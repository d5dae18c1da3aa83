"""The timecode that the file carries: whether, from where, counted how, and whether all who tell it agree."""

from collections.abc import Mapping
from typing import Any

from media_pipeline.core.bitstream import gop_timecode
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
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
    does_not_apply,
    found,
    passed,
)
from media_pipeline.core.checks.material import Material
from media_pipeline.core.checks.packet_arrays import NO_TIME
from media_pipeline.core.pictures import unwrapped
from media_pipeline.core.timecode import Rate, TimecodeError, says_drop_frame, start_frame

GOP_JITTER = 4  # frames: the header of an open group names a picture shown before its key picture
MOST = 200


def measure(material: Material) -> Mapping[str, Any]:
    """Labels as the file writes them, by who says so, and where the count breaks: [frame, frames it jumps by]."""
    packets, summary = material.packets, material.summary
    said: list[tuple[str, str]] = []
    if packets.metadata.get("timecode"):
        said.append(("container", packets.metadata["timecode"]))
    for stream in packets.streams.values():
        if label := stream.metadata.get("timecode"):
            said.append((f"{stream.kind} stream {stream.stream}", label))
    gop = _gop(material)
    if gop["label"]:
        said.append(("picture headers", gop["label"]))
    track = material.movie.timecode if material.movie is not None else None
    return {
        "start": summary.start_timecode,
        "drop": summary.drop_frame,
        "source": summary.timecode_source,
        "said": [list(pair) for pair in said[:50]],
        "breaks": _breaks(material) or gop["breaks"],
        "counts": track.frames_per_second if track is not None else 0,
        "flag": track.drop_frame if track is not None else None,
        "unreadable": next((text for text in summary.warnings if "start timecode cannot be used" in text), ""),
    }


def _breaks(material: Material) -> list[list[int]]:
    """Where a tmcd track's later samples do not go on from the ones before."""
    track = material.movie.timecode if material.movie is not None else None
    if track is None or len(track.runs) < 2 or not track.frames_per_second:
        return []
    ratio = max(1, round(material.index.rate) // track.frames_per_second)  # 30 labels for 60 pictures
    first = track.runs[0][1]
    found, expected = [], first
    for seconds, count in track.runs[1:]:
        frame = material.index.frame_at(seconds + material.index.start)
        jump = (count - first) * ratio - frame - (expected - first)
        if jump:
            found.append([frame, jump])
            expected += jump
    return found[:MOST]


def _gop(material: Material) -> dict[str, Any]:
    """The label of the first MPEG-2 group, and where the groups' labels jump. Zero, or a count that stands still, is none."""
    video = material.video
    nothing: dict[str, Any] = {"label": "", "breaks": []}
    if video.codec not in ("mpeg1video", "mpeg2video") or not video.heads:
        return nothing
    try:
        rate = Rate(material.index.rate.numerator, material.index.rate.denominator)
    except TimecodeError:
        return nothing
    numbers = sorted(video.heads)
    labels = [gop_timecode(video.heads[number]) for number in numbers]
    if not labels[0] or len(set(labels)) < 2:
        return nothing
    times, found, drift = unwrapped(video.times), [], None
    for number, label in zip(numbers, labels, strict=True):
        if times[number] == NO_TIME or not label:
            continue
        try:
            count, _ = start_frame(label, rate.fraction)
        except TimecodeError:
            continue
        frame = material.index.frame_at(int(times[number]) * video.time_base)
        if drift is not None and abs(count - frame - drift) > GOP_JITTER:
            found.append([frame, count - frame - drift])
        drift = count - frame
    label = labels[0] if labels[0].strip("0:;") else ""
    return {"label": label, "breaks": found[:MOST] if label or not material.joins else []}


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """Nothing about sync, all about conform: every finding can be mended without rendering."""
    start, spec = str(measured["start"]), case.spec
    findings: list[Finding] = []
    if measured["unreadable"]:
        findings.append(_unreadable(str(measured["unreadable"]), case))
    elif not start:
        if not spec.start_timecode:
            return does_not_apply("The file carries no timecode, and the project asks for none.")
        findings.append(_missing(case))
    else:
        findings += [finding for finding in (_start(start, case), _drop(measured, case)) if finding is not None]
    labels = _labels(measured, case)
    if len(set(labels.values())) > 1:
        findings.append(_disagree(list(measured["said"]), case))
    if measured["breaks"]:
        findings.append(_broken(list(measured["breaks"]), case))
    counts = int(measured["counts"] or 0)
    nominal = round(case.rate)
    if counts and nominal % counts:
        findings.append(_counts(counts, nominal, case))
    if findings:
        return found(findings)
    return passed(f"Timecode starts at {start}" + (" as the project wants." if spec.start_timecode else "."))


def _labels(measured: Mapping[str, Any], case: Case) -> dict[str, int]:
    """Frame counts by who says them; what is no label at this rate is left out."""
    counts: dict[str, int] = {}
    for who, label in measured["said"]:
        try:
            counts[str(who)] = start_frame(str(label), case.rate)[0]
        except TimecodeError:
            continue
    return counts


def _set(label: str, case: Case) -> tuple[str, Fix | None]:
    """Command and fix that write a start timecode; nothing without one to write."""
    if not label:
        return "", None
    drop = bool(says_drop_frame(label))
    return (
        f"ffmpeg -i INPUT -map 0:v -map 0:a? -c copy -timecode '{label}' OUTPUT",
        Fix("set_timecode", {"timecode": label, "drop_frame": drop}),
    )


def _finding(code: str, summary: str, meaning: str, wanted: str, case: Case, **more: Any) -> Finding:
    command, fix = _set(wanted, case)
    return Finding(
        code=f"timecode.{code}",
        severity=more.pop("severity", Severity.WARN),
        summary=summary,
        meaning=meaning,
        remedy=Remedy(
            f"Write {wanted} as the start timecode; the pictures stay."
            if wanted
            else "Write one start timecode into the file.",
            steps=(
                ("Premiere Pro", "Clip > Modify > Timecode; it is kept in the project, not in the file."),
                ("DaVinci Resolve", "Clip Attributes > Timecode; or Deliver > Timecode."),
                ("Media Composer", "Clip > Modify > Set Timecode By Field; or consolidate."),
            ),
            command=command,
            fix=fix,
        ),
        cause=Cause.METADATA,
        cure=Cure.FIX_IN_POST,
        **more,
    )


def _missing(case: Case) -> Finding:
    wanted = case.spec.start_timecode
    return _finding(
        "missing",
        f"The file carries no timecode; the project starts at {wanted}.",
        "Conform by timecode is not possible: relinking, EDLs and notes land at the start or nowhere.",
        wanted,
        case,
    )


def _unreadable(text: str, case: Case) -> Finding:
    return _finding("unreadable", text + ".", "Programs will each make something else of it.", case.spec.start_timecode, case)


def _start(start: str, case: Case) -> Finding | None:
    wanted = case.spec.start_timecode
    if not wanted or case.summary.start_frame is None:
        return None
    try:
        off = case.summary.start_frame - start_frame(wanted, case.rate)[0]
    except TimecodeError:
        return None  # the rates differ: the check of the rate says so
    if not off:
        return None
    return _finding(
        "start",
        f"Timecode starts at {start}, the project at {wanted}: {abs(off)} frames {'later' if off > 0 else 'earlier'}.",
        "Everything that is placed by timecode (EDLs, notes, sound) lands that far off.",
        wanted,
        case,
        numbers=(Number("off", off, "frames"),),
    )


def _drop(measured: Mapping[str, Any], case: Case) -> Finding | None:
    """A flag that cannot be at this rate, or is not the project's."""
    start, has = str(measured["start"]), bool(measured["drop"])
    said = [str(label) for _, label in measured["said"]]
    claims = bool(measured["flag"]) or any(says_drop_frame(label) for label in said)
    wanted = case.spec.drop_frame
    if wanted is None and case.spec.start_timecode:
        wanted = says_drop_frame(case.spec.start_timecode) and round(case.rate) in (30, 60)
    if claims and not has:
        summary = f"The timecode is marked drop-frame at {case.rate} frames per second, where nothing drops."
    elif wanted is not None and bool(wanted) != has:
        kinds = {True: "drop-frame", False: "non-drop-frame"}
        summary = f"The timecode is {kinds[has]}, the project's is {kinds[bool(wanted)]}."
    else:
        return None
    return _finding(
        "drop_frame",
        summary,
        "Labels run apart by 3.6 s an hour: a note at 01:00:00 points at another picture after an hour.",
        _relabelled(start, drop=bool(wanted) and not (claims and not has)),
        case,
    )


def _relabelled(start: str, *, drop: bool) -> str:
    """The label with the separator that says how it counts."""
    return start[:-3] + (";" if drop else ":") + start[-2:] if len(start) == 11 else start


def _disagree(said: list[list[str]], case: Case) -> Finding:
    return _finding(
        "disagree",
        "The file says different start timecodes: " + ", ".join(f"{who} {label}" for who, label in said) + ".",
        "Which one a program believes differs: two people name the same picture differently.",
        case.spec.start_timecode or case.summary.start_timecode,
        case,
    )


def _broken(breaks: list[list[int]], case: Case) -> Finding:
    count = len(breaks)
    return _finding(
        "break",
        f"The timecode jumps inside the file, {count} time{'s' if count != 1 else ''}; first by {breaks[0][1]:+d} frames.",
        "Frame numbers and timecodes part there; programs that take the start and count on name other pictures.",
        case.spec.start_timecode or case.summary.start_timecode,
        case,
        places=tuple(case.place(int(frame), note=f"{int(jump):+d} frames") for frame, jump in breaks[:100]),
        place_count=count,
    )


def _counts(counts: int, nominal: int, case: Case) -> Finding:
    return _finding(
        "counts",
        f"The timecode counts {counts} frames a second, the picture has {nominal}.",
        "Labels and pictures run apart within the first second.",
        case.spec.start_timecode or case.summary.start_timecode,
        case,
    )


CHECK = Check(
    id="timecode",
    title="Timecode",
    stage=Stage.PACKETS,
    position=13,
    question="Does the file carry the timecode that the project expects, counted right, and told alike by all parts?",
    how=(
        "Start and drop-frame flag from the timecode track, MXF, tags and MPEG-2 headers, against the spec and each "
        "other; drop-"
        "frame at rates that cannot drop; a timecode track that counts at another rate, or has several samples that do not go "
        "on from each other; labels of MPEG-2 groups that jump by more than 4 frames."
    ),
    cannot_see=(
        "Timecode in the essence of other codecs (H.264 picture timing, VITC, LTC on a sound track) and MXF system items frame "
        "by frame; burnt-in timecode."
    ),
    source="SMPTE ST 12-1, QuickTime File Format (tmcd), ISO/IEC 13818-2 6.2.2.6.",
    version=1,
    measure=measure,
    judge=judge,
    after=("segments",),
)
