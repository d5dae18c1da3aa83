"""`python -m media_pipeline index|probe|check|fix FILE`: the pipeline's core as a command line."""

import argparse
import json
import sys
from fractions import Fraction

from media_pipeline import check_command, fix_command
from media_pipeline.core import probe
from media_pipeline.core.checks.describe import page
from media_pipeline.core.errors import MediaError, PipelineError
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.frame_table import pack
from media_pipeline.core.summary import Summary


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0; 1 if the file is at fault (the reason on stderr, as JSON with --json); 2 for wrong use."""
    parser = argparse.ArgumentParser(prog="python -m media_pipeline", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (("probe", "what the file is"), ("index", "every frame's time and key flag")):
        command = commands.add_parser(name, help=text)
        command.add_argument("file")
        command.add_argument("--json", action="store_true", help="machine-readable")
        if name == "index":
            command.add_argument("--table", metavar="OUT", help="write the binary frame table (.tpfi) here")
    check_command.add_to(commands)
    fix_command.add_to(commands)
    commands.add_parser("describe-checks", help="docs/sync-checks.md, from the checks' declarations")
    options = parser.parse_args(arguments)
    if options.command == "check":
        return check_command.main(options)
    if options.command == "fix":
        return fix_command.main(options)
    if options.command == "describe-checks":
        print(page(), end="")
        return 0
    try:
        summary, index = probe.inspect(options.file)
    except MediaError as error:
        if options.json:
            print(json.dumps({"code": error.code, "message": error.message, "remedy": error.remedy}), file=sys.stderr)
        else:
            print(f"{error.message}.\n{error.remedy} ({error.code})", file=sys.stderr)
        return 1
    except PipelineError as error:
        print(error, file=sys.stderr)
        return 1
    if options.command == "probe":
        print(json.dumps(summary.as_dict(), indent=2, ensure_ascii=False) if options.json else describe(summary, index))
        return 0
    if options.table:
        with open(options.table, "wb") as out:  # noqa: PTH123 - a path that the user names, "-" and devices included
            out.write(pack(index))
    if options.json:
        print(json.dumps(index_as_dict(index)))
    elif not options.table:
        for frame, (pts, key) in enumerate(zip(index.pts.tolist(), index.keyframe.tolist(), strict=True)):
            print(f"{frame}\t{pts}\t{decimal(pts * index.time_base)}\t{'key' if key else ''}".rstrip())
    return 0


def index_as_dict(index: FrameIndex) -> dict[str, object]:
    """The index as JSON: times in ticks of `time_base`."""
    return {
        "frame_count": len(index),
        "rate": {"num": index.rate.numerator, "den": index.rate.denominator},
        "time_base": {"num": index.time_base.numerator, "den": index.time_base.denominator},
        "variable": index.variable,
        "last_duration": index.last_duration,
        "pts": index.pts.tolist(),
        "keyframes": index.keyframe.nonzero()[0].tolist(),
    }


def describe(summary: Summary, index: FrameIndex) -> str:
    """The summary for people."""
    rate = f"{decimal(index.rate, 3)} fps ({index.rate})" + (" variable" if index.variable else "")
    keys = f"{int(index.keyframe.sum()):,}"
    colors = (summary.color_primaries, summary.color_transfer, summary.color_space, summary.color_range)
    fields = summary.field_order or "field order unknown"
    lines = [
        ("container", f"{summary.container}, {summary.size:,} bytes" + (", fragmented" if summary.fragmented else "")),
        ("picture", f"{summary.video_codec} {summary.profile} {summary.pixel_format} {summary.width}×{summary.height}"),
        ("shape", f"pixel aspect {summary.sar_num}:{summary.sar_den}, turned {summary.rotation}°, {fields}"),
        ("colour", " ".join(filter(None, colors)) or "untagged"),
        ("frames", f"{summary.frame_count:,} at {rate}, {decimal(index.duration, 3)} s, first at {decimal(index.start, 3)} s"),
        ("key frames", keys + (", B-frames" if summary.has_b_frames else "") + (", open GOPs" if summary.open_gop else "")),
        ("timecode", f"{summary.start_timecode} ({summary.timecode_source})" if summary.start_timecode else "none"),
        ("edit list", summary.edit_list or "none"),
        ("in browsers", "plays exactly as it is" if summary.plays_exactly else f"needs a proxy: {summary.plays_why_not}"),
    ]
    for track in summary.audio:
        start, length = Fraction(track.start_num, track.start_den), Fraction(track.duration_num, track.duration_den)
        sound = f"{track.codec} {track.layout} {track.sample_rate} Hz, {decimal(length, 3)} s"
        lines.append((f"audio {track.index + 1}", f"{sound}, starts {decimal(start)} s after the picture"))
    lines += [("warning", text) for text in summary.warnings]
    return "\n".join(f"{name:<12} {text}" for name, text in lines)


def decimal(value: Fraction, places: int = 6) -> str:
    """A fraction with so many decimals, rounded half away from zero, for people to read."""
    scaled = (2 * abs(value.numerator) * 10**places + value.denominator) // (2 * value.denominator)
    whole, rest = divmod(scaled, 10**places)
    return f"{'-' if value < 0 and scaled else ''}{whole}.{rest:0{places}d}"


if __name__ == "__main__":
    sys.exit(main())
