"""Drawings on the frames of a comment: what may be stored, and how it follows the comment when that is moved. Pure.

An annotation is `{"v": 1, "shapes": [shape, …]}`. Every shape stands on one frame of the comment's range and says which
(0-based, of the version); drawings of several frames are the shapes of several frames. Later shapes lie on top. A shape:

    {"frame", "tool": "pen", "color", "width", "points": [x0, y0, x1, y1, …], "pressure"?: [0 … 255 for each point]}
    {"frame", "tool": "line" | "arrow" | "rect" | "ellipse", "color", "width", "points": [x0, y0, x1, y1]}
    {"frame", "tool": "text", "color", "width", "points": [x, y], "text", "turn"?: 1 | 2 | 3}

All numbers are integers, so that a drawing is right at any size and resolution: x runs from 0 (left edge) to 65535 (right
edge), y from 0 (top) to 65535 (bottom) of the picture as people see it, upright and in square pixels. `width`, of the line
or the height of a text's letters, is in 1/65535 of the picture's shorter side; `color` is "#rrggbb". An arrow points at its
second point; rectangle and ellipse lie between two opposite corners; a text begins at its top left corner; `turn`,
of who wrote on a picture that they had turned, is the number of quarter turns clockwise by which its letters are turned about
that corner, and absent where they are upright. A pen without pressure draws at its full width. The page's side is
frontend/src/core/drawing.ts.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from django.utils.translation import gettext

from review.problems import FieldError, Problem

VERSION = 1
FULL = 65_535
MAX_BYTES = 256 * 1024  # as compact JSON in UTF-8
MAX_SHAPES = 1000
MAX_POINTS = 12_000  # of all shapes together
MAX_TEXT = 500
MAX_LINES = 20
MAX_WIDTH = 16_384  # a quarter of the picture's shorter side: letters of a title
TWO_POINTS = frozenset({"line", "arrow", "rect", "ellipse"})
TOOLS = frozenset({"pen", "text"}) | TWO_POINTS
_FIELDS = {"frame", "tool", "color", "width", "points", "pressure", "text", "turn"}
_COLOR = re.compile(r"#[0-9a-f]{6}", re.ASCII)
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True)
class Annotation:
    """A checked annotation. `frames`: those drawn on, ascending; `digest`: 16 hex digits that name this very drawing."""

    data: dict[str, Any]
    frames: list[int]
    digest: str


def checked(data: object, *, first: int, duration_frames: int) -> Annotation | None:
    """The annotation in `data` for a comment on `duration_frames` frames from `first`; None if it holds no shape.

    Raises Problem: annotation_invalid (`errors` names the place, as "annotation.shapes.2.points"), annotation_version,
    annotation_too_large, annotation_out_of_range.
    """
    if not isinstance(data, dict) or set(data) != {"v", "shapes"}:
        _refuse("annotation", "An object of v and shapes is expected.")
    if type(data["v"]) is not int or data["v"] != VERSION:
        raise Problem("annotation_version", gettext("Version %(version)s is spoken here.") % {"version": VERSION})
    given = _list(data["shapes"], "annotation.shapes", MAX_SHAPES)
    shapes = [_shape(shape, f"annotation.shapes.{number}") for number, shape in enumerate(given)]
    if sum(len(shape["points"]) for shape in shapes) > 2 * MAX_POINTS:
        raise Problem(
            "annotation_too_large",
            gettext("All shapes together may have %(most_points)s points.") % {"most_points": f"{MAX_POINTS:,}"},
        )
    for number, shape in enumerate(shapes):
        if not first <= shape["frame"] < first + duration_frames:
            raise Problem(
                "annotation_out_of_range",
                gettext("Shape %(number)s is on frame %(frame)s; the comment stands on %(first)s to %(value)s.")
                % {"number": number, "frame": shape["frame"], "first": first, "value": first + duration_frames - 1},
            )
    return _of(shapes) if shapes else None


def moved(data: dict[str, Any], *, was: tuple[int, int], now: tuple[int, int]) -> Annotation:
    """The annotation after its comment went from `was` to `now` (frame, duration_frames).

    A comment moved as it is takes its drawings along; one whose ends were moved leaves them where they are. What would then
    lie outside goes to the nearest frame of the range, so that nothing that was drawn is lost.
    """
    shift = now[0] - was[0] if now[1] == was[1] else 0
    last = now[0] + now[1] - 1
    return _of([{**shape, "frame": min(max(shape["frame"] + shift, now[0]), last)} for shape in data["shapes"]])


def _of(shapes: list[dict[str, Any]]) -> Annotation:
    data = {"v": VERSION, "shapes": shapes}
    packed = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    if len(packed) > MAX_BYTES:
        raise Problem(
            "annotation_too_large",
            gettext("It is %(packed)s bytes long; at most %(most_bytes)s are kept.")
            % {"packed": len(packed), "most_bytes": MAX_BYTES},
        )
    return Annotation(data, sorted({shape["frame"] for shape in shapes}), hashlib.sha256(packed).hexdigest()[:16])


def _shape(value: object, at: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(at, "An object is expected.")
    if unknown := [name for name in value if name not in _FIELDS]:
        _refuse(at, f"There is no field {unknown[0]!r:.60} here.")
    tool, color = value.get("tool"), value.get("color")
    if not isinstance(tool, str) or tool not in TOOLS:
        _refuse(f"{at}.tool", f"One of {', '.join(sorted(TOOLS))}.")
    if not isinstance(color, str) or not _COLOR.fullmatch(color):
        _refuse(f"{at}.color", "A colour as #rrggbb, in small letters.")
    shape: dict[str, Any] = {
        "frame": _whole(value.get("frame"), f"{at}.frame", 0, 2**31 - 1),
        "tool": tool,
        "color": color,
        "width": _whole(value.get("width"), f"{at}.width", 1, MAX_WIDTH),
        "points": _points(value.get("points"), f"{at}.points", tool),
    }
    if "pressure" in value:
        if tool != "pen":
            _refuse(f"{at}.pressure", "Only a pen has pressure.")
        pressure = _list(value["pressure"], f"{at}.pressure", MAX_POINTS)
        if 2 * len(pressure) != len(shape["points"]):
            _refuse(f"{at}.pressure", "One value for each point.")
        shape["pressure"] = [_whole(one, f"{at}.pressure", 0, 255) for one in pressure]
    if tool == "text":
        shape["text"] = _text(value.get("text"), f"{at}.text")
    elif "text" in value:
        _refuse(f"{at}.text", "Only the text tool has a text.")
    if "turn" in value:
        if tool != "text":
            _refuse(f"{at}.turn", "Only a text is turned.")
        shape["turn"] = _whole(value["turn"], f"{at}.turn", 1, 3)
    return shape


def _points(value: object, at: str, tool: str) -> list[int]:
    points = _list(value, at, 2 * MAX_POINTS)
    if tool in TWO_POINTS and len(points) != 4:
        _refuse(at, "Two points: x, y, x, y.")
    if tool == "text" and len(points) != 2:
        _refuse(at, "One point: x, y.")
    if len(points) < 2 or len(points) % 2:
        _refuse(at, "Points as x, y, x, y, ….")
    return [_whole(one, at, 0, FULL) for one in points]


def _text(value: object, at: str) -> str:
    if not isinstance(value, str) or not value.strip():
        _refuse(at, "A text is expected.")
    if len(value) > MAX_TEXT or value.count("\n") >= MAX_LINES:
        raise Problem(
            "annotation_too_large",
            gettext("A text may have %(most_text)s letters in %(most_lines)s lines.")
            % {"most_text": MAX_TEXT, "most_lines": MAX_LINES},
        )
    if _UNPRINTABLE.search(value):
        _refuse(at, "Printable letters and line breaks only.")
    return value


def _list(value: object, at: str, most: int) -> list[Any]:
    if not isinstance(value, list):
        _refuse(at, "A list is expected.")
    if len(value) > most:
        raise Problem("annotation_too_large", gettext("`%(at)s` may have %(most)s entries.") % {"at": at, "most": f"{most:,}"})
    return value


def _whole(value: object, at: str, least: int, most: int) -> int:
    # True is an int in Python, 1.0 is none.
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        _refuse(at, f"Whole numbers from {least} to {most}.")
    return value


def _refuse(at: str, message: str) -> NoReturn:
    errors: list[FieldError] = [{"field": at, "code": "invalid", "message": message}]
    raise Problem("annotation_invalid", f"`{at}`: {message}", errors=errors)
