"""Drawings on the frames of a comment: what may be stored, and how it follows the comment when that is moved. Pure.

An annotation is `{"v": 1, "shapes": [shape, …]}`. Every shape stands on one frame of the comment's range and says which:
`{"frame": 1798, …}` (0-based, of the version). Drawings of several frames are the shapes of several frames.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from review.problems import Problem

VERSION = 1
MAX_BYTES = 256 * 1024  # as compact JSON in UTF-8
MAX_SHAPES = 2000


@dataclass(frozen=True)
class Annotation:
    """A checked annotation. `frames`: those drawn on, ascending; `digest`: 16 hex digits that name this very drawing."""

    data: dict[str, Any]
    frames: list[int]
    digest: str


def checked(data: object, *, first: int, duration_frames: int) -> Annotation | None:
    """The annotation in `data` for a comment on `duration_frames` frames from `first`; None if it holds no shape.

    Raises Problem("annotation_invalid").
    """
    if not isinstance(data, dict) or set(data) != {"v", "shapes"}:
        raise _invalid("An object of v and shapes is expected.")
    if data["v"] != VERSION or isinstance(data["v"], bool):
        raise _invalid(f"Version {VERSION} is spoken here.")
    shapes = data["shapes"]
    if not isinstance(shapes, list) or len(shapes) > MAX_SHAPES:
        raise _invalid(f"shapes is a list of at most {MAX_SHAPES}.")
    for number, shape in enumerate(shapes):
        frame = shape.get("frame") if isinstance(shape, dict) else None
        if not isinstance(frame, int) or isinstance(frame, bool):
            raise _invalid(f"Shape {number} does not say its frame.")
        if not first <= frame < first + duration_frames:
            raise _invalid(
                f"Shape {number} stands on frame {frame}, outside the comment's {first} to {first + duration_frames - 1}."
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
    try:
        packed = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except ValueError as error:  # numbers that JSON lacks, halves of surrogate pairs
        raise _invalid("It holds what JSON cannot.") from error
    if len(packed) > MAX_BYTES:
        raise _invalid(f"It is {len(packed)} bytes long; at most {MAX_BYTES} are kept.")
    return Annotation(data, sorted({shape["frame"] for shape in shapes}), hashlib.sha256(packed).hexdigest()[:16])


def _invalid(detail: str) -> Problem:
    return Problem("annotation_invalid", detail)
