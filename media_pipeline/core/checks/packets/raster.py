"""Size, pixel aspect, rotation, scanning and colour tags."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from media_pipeline.core import bitstream
from media_pipeline.core.checks import again
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
    found,
    passed,
)
from media_pipeline.core.checks.material import Material

FIRST = {"tt": "tff", "tb": "tff", "bb": "bff", "bt": "bff", "progressive": "progressive"}
WORDS = {"tff": "interlaced, top field first", "bff": "interlaced, bottom field first", "progressive": "progressive"}


def measure(material: Material) -> Mapping[str, Any]:
    """What the file says of its raster; `fields_possible`: the H.264 header allows fields (None: another codec, or unknown)."""
    summary, video = material.summary, material.video
    possible: bool | None = None
    if summary.video_codec == "h264":
        reader = bitstream.FieldReader(video.extradata)
        for head in list(video.heads.values())[:1]:
            reader.field(head)
        possible = reader.possible
    return {
        "width": summary.width,
        "height": summary.height,
        "aspect": [summary.sar_num, summary.sar_den],
        "rotation": summary.rotation,
        "scan": FIRST.get(summary.field_order, ""),
        "fields_possible": possible,
        "color": [summary.color_primaries, summary.color_transfer, summary.color_space],
    }


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """Against the spec: warnings. Without one, what is unusual is told. None of it touches sync."""
    width, height, rotation = int(measured["width"]), int(measured["height"]), int(measured["rotation"])
    aspect = Fraction(*measured["aspect"])
    numbers = (Number("width", width, "pixels"), Number("height", height, "pixels"), Number("rotation", rotation, "degrees"))
    findings = [
        finding
        for finding in (
            _size(width, height, case),
            _aspect(aspect, case),
            _rotation(rotation, case),
            _scan(str(measured["scan"]), case),
            _flags(str(measured["scan"]), measured["fields_possible"]),
            _color(list(measured["color"])),
            _codec(case),
        )
        if finding is not None
    ]
    if findings:
        return found(findings, numbers=numbers)
    scan = WORDS.get(str(measured["scan"]), "scanning not said")
    return passed(f"{width} × {height}, square pixels, upright, {scan}.", numbers=numbers)


def _told(code: str, expected: bool, summary: str, meaning: str, remedy: Remedy, cause: Cause = Cause.METADATA) -> Finding:
    return Finding(f"raster.{code}", Severity.WARN if expected else Severity.INFO, summary, meaning, remedy, cause, Cure.NONE)


def _size(width: int, height: int, case: Case) -> Finding | None:
    wanted = case.spec.width, case.spec.height
    if (wanted[0] or width, wanted[1] or height) == (width, height):
        return None
    return _told(
        "size",
        True,
        f"{width} × {height}, the project wants {wanted[0] or width} × {wanted[1] or height}.",
        "It will be scaled in the timeline; edges and graphics may not land where they should.",
        Remedy(
            "Export at the project's size.",
            steps=(
                ("Premiere Pro", "Export > Match Source off, type the frame size."),
                ("DaVinci Resolve", "Deliver > Resolution."),
                ("Media Composer", "Project > Format, then export ‘Same as Source’."),
            ),
            command=f"ffmpeg -i INPUT -map 0 -vf scale={wanted[0] or width}:{wanted[1] or height} "
            "-c:v libx264 -crf 12 -preset slow -c:a copy OUTPUT",
        ),
        Cause.MEDIA,
    )


def _aspect(aspect: Fraction, case: Case) -> Finding | None:
    wanted = Fraction(case.spec.pixel_aspect_num, case.spec.pixel_aspect_den) if case.spec.pixel_aspect_num else None
    if aspect == (wanted if wanted is not None else 1):
        return None
    said = f"{aspect.numerator}:{aspect.denominator}"
    return _told(
        "pixel_aspect",
        wanted is not None,
        f"Pixels are {said}" + (f", the project wants {wanted.numerator}:{wanted.denominator}." if wanted else ", not square."),
        "Programs that overlook it show the picture squeezed or stretched.",
        Remedy(
            "Set the pixel aspect where the file is interpreted, or export with the right one.",
            steps=(
                ("Premiere Pro", "Modify > Interpret Footage > Pixel Aspect Ratio."),
                ("DaVinci Resolve", "Clip Attributes > Video > Pixel aspect ratio."),
                ("Media Composer", "Source Settings > Reformat."),
            ),
            command=f"ffmpeg -i INPUT -map 0 -vf setsar={wanted.numerator}/{wanted.denominator} -c:v libx264 -crf 12 "
            "-c:a copy OUTPUT"
            if wanted
            else "ffmpeg -i INPUT -map 0 -vf scale=iw*sar:ih,setsar=1 -c:v libx264 -crf 12 -c:a copy OUTPUT",
        ),
    )


def _rotation(rotation: int, case: Case) -> Finding | None:
    if not rotation:
        return None
    return _told(
        "rotation",
        bool(case.spec.width and case.spec.height),
        f"The file asks players to turn the picture by {rotation}°.",
        "Editing programs and render farms differ in whether they do: proxies and originals then stand differently.",
        Remedy(
            "Turn the pictures themselves.",
            steps=(
                ("Premiere Pro", "Effects > Transform > Rotation if it comes in lying, then export."),
                ("DaVinci Resolve", "Clip Attributes > Video > Image orientation."),
                ("Media Composer", "Source Settings > Flip/Flop/Rotation, then transcode."),
            ),
            command="ffmpeg -i INPUT -map 0 -c:v libx264 -crf 12 -preset slow -c:a copy OUTPUT",
        ),
    )


def _scan(scan: str, case: Case) -> Finding | None:
    wanted = case.spec.scan
    if not wanted or not scan or scan == wanted:
        return None
    return _told(
        "scan",
        True,
        f"Flagged {WORDS[scan]}, the project wants {WORDS[wanted]}.",
        "Fields in the wrong order jerk; interlaced footage in a progressive timeline combs.",
        Remedy(
            "Find out what the pictures really are (see the decoded checks), then set the flag or convert.",
            steps=(
                ("Premiere Pro", "Modify > Interpret Footage > Field Order."),
                ("DaVinci Resolve", "Clip Attributes > Video > Field dominance, or Enable Deinterlacing."),
                ("Media Composer", "Source Settings > Field motion."),
            ),
            command="ffmpeg -i INPUT -map 0 -vf bwdif=mode=send_frame -c:v libx264 -crf 12 -preset slow -c:a copy OUTPUT"
            if wanted == "progressive"
            else "",
        ),
    )


def _flags(scan: str, possible: bool | None) -> Finding | None:
    if scan not in ("tff", "bff") or possible is not False:
        return None
    return _told(
        "scan_contradicts",
        False,
        f"The container says {WORDS[scan]}, but the pictures are coded as whole progressive frames.",
        "One of the two is wrong; programs that believe the container deinterlace good pictures.",
        Remedy("Set the field order to progressive where the file is interpreted, or write the container again."),
    )


def _color(tags: list[str]) -> Finding | None:
    """Most files leave tags out, and nothing is told of it; tags that contradict each other are."""
    primaries, _, space = tags
    families = {"bt2020nc": "bt2020", "bt2020c": "bt2020", "bt709": "bt709", "smpte170m": "smpte170m", "bt470bg": "bt470bg"}
    if not primaries or not space or families.get(space, primaries) == primaries:
        return None
    return _told(
        "color_contradicts",
        False,
        f"Colour tags contradict each other: primaries {primaries}, matrix {space}.",
        "Programs show different colours of it.",
        Remedy("Export with one colour space in all three tags."),
    )


def _codec(case: Case) -> Finding | None:
    wanted = case.spec.video_codecs
    if not wanted or case.summary.video_codec in wanted:
        return None
    return _told(
        "codec",
        True,
        f"The picture is {case.summary.video_codec}, the project wants {' or '.join(wanted)}.",
        "The delivery's recipient may refuse it. Sync is not touched.",
        Remedy("Export with the codec that the project wants.", again.CODEC),
        Cause.MEDIA,
    )


CHECK = Check(
    id="raster",
    title="Raster",
    stage=Stage.PACKETS,
    position=16,
    question="Are size, pixel aspect, rotation, scanning and colour tags what the project expects?",
    how=(
        "What the container and the codec's header say, against the spec; non-square pixels, a rotation, colour tags that "
        "contradict each other, and a field order on pictures coded as frames are told without a spec."
    ),
    cannot_see="Whether the pictures are what the tags say: field order against real motion needs decoding.",
    source="ISO/IEC 23091-2 (colour), QuickTime File Format (field order), ISO/IEC 14496-10 (frame_mbs_only).",
    version=1,
    measure=measure,
    judge=judge,
)
