"""The table of a project's sources as CSV."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from review.exports.spreadsheet import guarded

COLUMNS: tuple[tuple[str, str], ...] = (
    ("asset_name", "Asset"), ("number", "Version"), ("original_name", "File"), ("verdict", "Sync verdict"),
    ("rate", "Frame rate"), ("variable_rate", "Variable rate"), ("audio_rate", "Sample rate"),
    ("start_timecode", "Start timecode"), ("drop_frame", "Drop-frame"), ("gop", "Longest GOP"), ("open_gop", "Open GOP"),
    ("container", "Container"), ("video_codec", "Picture"), ("raster", "Raster"), ("pixel_aspect", "Pixel aspect"),
    ("scan", "Scan"), ("color", "Colour"), ("audio", "Sound"), ("frame_count", "Frames"), ("seconds", "Seconds"),
    ("size", "Bytes"), ("errors", "Errors"), ("warnings", "Warnings"), ("odd", "Differs in"),
)  # fmt: skip
_TITLES = dict(COLUMNS)


def csv_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of selectors.sources as text, with a head. Lines end in CR LF, as RFC 4180 has it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([title for _, title in COLUMNS])
    for row in rows:
        duration, checks = row["duration"], row["checks"]
        made = {
            **row,
            "verdict": (checks["verdict"] or checks["state"]).replace("_", " "),
            "errors": checks["errors"],
            "warnings": checks["warnings"],
            "seconds": f"{duration['num'] / duration['den']:.3f}" if duration else None,
            "odd": "; ".join(_TITLES[name] for name in row["odd"]),
        }
        writer.writerow([_cell(made[name]) for name, _ in COLUMNS])
    return out.getvalue()


def _cell(value: Any) -> str:
    """As text that no spreadsheet runs."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return guarded(str(value))
