"""A comment's drawing as SVG: the same rules as the page's (frontend/src/core/drawing-marks.ts), held together by
tests/vectors/drawings.json. Pure. The format of the shapes: review/annotations.py."""

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from review.annotations import FULL

Point = tuple[float, float]
CORNER = -0.17  # sharper turns than this (cosine of about 100°) are corners, drawn as such
THINNEST = 0.25  # of a pen's width, at no pressure
PIECES = 6  # a curve of varying width is made of this many straight ones


def svg(shapes: Iterable[Mapping[str, Any]], width: int, height: int, *, picture: str = "") -> str:
    """An SVG document of `width` × `height` pixels, the upright picture's. `picture`: address of what lies beneath."""
    beneath = f'<image width="{width}" height="{height}" href={quoteattr(picture)}/>' if picture else ""
    painted = "".join(_painted(mark) for shape in shapes for mark in marks(shape, width, height))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f"{beneath}{painted}</svg>\n"
    )


def marks(shape: Mapping[str, Any], width: int, height: int) -> list[dict[str, Any]]:
    """A shape as paths and texts in the pixels of a picture: `kind` is line (stroked, round), area (filled) or text."""
    shorter = min(width, height)
    thick = shape["width"] * shorter / FULL
    color, numbers = shape["color"], shape["points"]
    points: list[Point] = [(x * width / FULL, y * height / FULL) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
    a, b = points[0], points[1] if len(points) > 1 else points[0]
    match shape["tool"]:
        case "pen" if "pressure" in shape:
            radii = [thick / 2 * (THINNEST + (1 - THINNEST) * one / 255) for one in shape["pressure"]]
            return [{"kind": "area", "d": _varying(points, radii), "color": color}]
        case "pen":
            d = _smooth(points)
        case "line":
            d = f"M{_pair(a)} L{_pair(b)}"
        case "arrow":
            d = _arrow(a, b, 3 * thick + shorter / 60)
        case "rect":
            d = f"M{_pair(a)} L{_pair((b[0], a[1]))} L{_pair(b)} L{_pair((a[0], b[1]))} Z"
        case "ellipse":
            left, right, middle = min(a[0], b[0]), max(a[0], b[0]), (a[1] + b[1]) / 2
            radii_text = f"{_short((right - left) / 2)} {_short(abs(b[1] - a[1]) / 2)} 0 1 1"
            ends = _pair((left, middle)), _pair((right, middle))
            d = f"M{ends[0]} A{radii_text} {ends[1]} A{radii_text} {ends[0]} Z"
        case _:
            lines = [
                {"x": a[0], "y": a[1] + thick * (0.9 + 1.2 * i), "text": text}
                for i, text in enumerate(shape["text"].split("\n"))
            ]
            turned = {"transform": f"rotate({shape['turn'] * 90} {_pair(a)})"} if "turn" in shape else {}
            return [{"kind": "text", "lines": lines, "size": thick, "color": color, "edge": contrast(color), **turned}]
    return [{"kind": "line", "d": d, "width": thick, "color": color}]


def contrast(color: str) -> str:
    """Black beside light colours, white beside dark ones (luma by BT.709's weights)."""
    r, g, b = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return "#000000" if 2126 * r + 7152 * g + 722 * b > 1_100_000 else "#ffffff"


def _painted(mark: Mapping[str, Any]) -> str:
    if mark["kind"] == "line":
        return (
            f'<path d="{mark["d"]}" fill="none" stroke="{mark["color"]}" stroke-width="{_short(mark["width"])}"'
            ' stroke-linecap="round" stroke-linejoin="round"/>'
        )
    if mark["kind"] == "area":
        return f'<path d="{mark["d"]}" fill="{mark["color"]}"/>'
    size, transform = mark["size"], f' transform="{mark["transform"]}"' if "transform" in mark else ""
    lines = "".join(
        f'<tspan x="{_short(line["x"])}" y="{_short(line["y"])}">{escape(line["text"])}</tspan>' for line in mark["lines"]
    )
    return (
        f'<text font-family="system-ui, sans-serif" font-weight="700" font-size="{_short(size)}" fill="{mark["color"]}"'
        f' stroke="{mark["edge"]}" stroke-width="{_short(size / 10)}" stroke-linejoin="round" paint-order="stroke"'
        f' xml:space="preserve"{transform}>{lines}</text>'
    )


def _short(value: float) -> str:
    """At most two decimals, as short as can be."""
    text = f"{math.floor(value * 100 + 0.5) / 100:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _pair(point: Point) -> str:
    return f"{_short(point[0])} {_short(point[1])}"


def _arrow(a: Point, b: Point, size: float) -> str:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = math.hypot(dx, dy) or 1.0
    head = min(length * 0.6, size)
    ux, uy = dx / length * head, dy / length * head
    cos, sin = 0.8829, 0.4695  # 28° to each side
    left = (b[0] - ux * cos + uy * sin, b[1] - uy * cos - ux * sin)
    right = (b[0] - ux * cos - uy * sin, b[1] - uy * cos + ux * sin)
    return f"M{_pair(a)} L{_pair(b)} M{_pair(left)} L{_pair(b)} L{_pair(right)}"


def _curves(points: list[Point]) -> list[tuple[Point, Point, Point, Point]]:
    """Each stretch of a stroke as a Bézier curve that runs through its points: (from, control, control, to)."""

    def at(i: int) -> Point:
        return points[min(len(points) - 1, max(0, i))]

    def direction(i: int, toward: int) -> Point:
        """The way the stroke goes at a point: along its neighbours; straight into and out of a corner."""
        before, here, following = at(i - 1), at(i), at(i + 1)
        ix, iy, ox, oy = here[0] - before[0], here[1] - before[1], following[0] - here[0], following[1] - here[1]
        turn = (ix * ox + iy * oy) / (math.hypot(ix, iy) * math.hypot(ox, oy) or 1.0)
        corner, target = turn < CORNER, at(toward)
        x, y = (target[0] - here[0], target[1] - here[1]) if corner else (following[0] - before[0], following[1] - before[1])
        sign = 1 if corner or toward > i else -1
        length = math.hypot(x, y) or 1.0
        return sign * x / length, sign * y / length

    found = []
    for i in range(len(points) - 1):
        start, end = at(i), at(i + 1)
        third = math.hypot(end[0] - start[0], end[1] - start[1]) / 3
        leave, arrive = direction(i, i + 1), direction(i + 1, i)
        found.append(
            (
                start,
                (start[0] + leave[0] * third, start[1] + leave[1] * third),
                (end[0] + arrive[0] * third, end[1] + arrive[1] * third),
                end,
            )
        )
    return found


def _smooth(points: list[Point]) -> str:
    if len(points) == 1:
        return f"M{_pair(points[0])} L{_pair(points[0])}"  # a dot: round ends without a line
    return f"M{_pair(points[0])} " + " ".join(f"C{_pair(b)} {_pair(c)} {_pair(d)}" for _, b, c, d in _curves(points))


def _varying(points: list[Point], radii: list[float]) -> str:
    """Discs of the radii given, joined by quadrilaterals: all wound the same way, so that nothing cancels out where they
    overlap."""
    discs = [(points[0], radii[0])]
    for i, (a, b, c, d) in enumerate(_curves(points)):
        for k in range(1, PIECES + 1):
            t = k / PIECES
            u = 1 - t
            x, y = (u * u * u * a[n] + 3 * u * u * t * b[n] + 3 * u * t * t * c[n] + t * t * t * d[n] for n in (0, 1))
            discs.append(((x, y), radii[i] + (radii[i + 1] - radii[i]) * t))
    parts = []
    for (x, y), r in discs:
        arc = f"a{_short(r)} {_short(r)} 0 1 1"
        parts.append(f"M{_pair((x - r, y))} {arc} {_short(2 * r)} 0 {arc} {_short(-2 * r)} 0 Z")
    for (p, r), (q, s) in pairwise(discs):
        length = math.hypot(q[0] - p[0], q[1] - p[1])
        if length == 0:
            continue
        nx, ny = (q[1] - p[1]) / length, (p[0] - q[0]) / length
        corners = [
            (p[0] + nx * r, p[1] + ny * r), (q[0] + nx * s, q[1] + ny * s),
            (q[0] - nx * s, q[1] - ny * s), (p[0] - nx * r, p[1] - ny * r),
        ]  # fmt: skip
        parts.append(f"M{_pair(corners[0])} L{_pair(corners[1])} L{_pair(corners[2])} L{_pair(corners[3])} Z")
    return " ".join(parts)
