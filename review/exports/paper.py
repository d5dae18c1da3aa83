"""Documents on paper (PDF): one look for all of them. Pure: text and numbers in, bytes out.

ReportLab, because it is pure Python with a licence that lets us ship it. Its own font knows Western letters only: DejaVu
Sans is taken where the system has it; letters that the font lacks are shown as a box.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing, Line, PolyLine, Rect, String
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
FRAME_PADDING = (
    6  # that ReportLab puts inside the margins: words would stand so far beside tables, which are as wide as the page
)
INK, DIM, LINE, SOFT = HexColor("#15181d"), HexColor("#5a6270"), HexColor("#d5d9e0"), HexColor("#f3f4f6")
COLORS = {"good": HexColor("#1a7f46"), "bad": HexColor("#c0262d"), "accent": HexColor("#a35a00"), "info": HexColor("#2563b0")}
_FOLDERS = tuple(
    map(Path, ("/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu", "/usr/share/fonts/TTF", "/Library/Fonts"))
)
_SPACES = str.maketrans({"\u202f": "\u00a0", "\u2009": "\u00a0"})  # narrow ones are missing in most fonts


@cache
def fonts() -> tuple[str, str]:
    """Names of the plain and the bold font, registered once."""
    found = next((folder for folder in _FOLDERS if (folder / "DejaVuSans-Bold.ttf").exists()), None)
    files = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf") if found else ("Vera.ttf", "VeraBd.ttf")
    for name, file in zip(("Paper", "PaperBold"), files, strict=True):
        pdfmetrics.registerFont(TTFont(name, str(found / file) if found else file))
    pdfmetrics.registerFontFamily("Paper", normal="Paper", bold="PaperBold", italic="Paper", boldItalic="PaperBold")
    return "Paper", "PaperBold"


@cache
def style(name: str) -> ParagraphStyle:
    """title | h2 | h3 | body | dim | small | code"""
    plain, bold = fonts()
    looks: dict[str, dict[str, Any]] = {
        "title": {"fontName": bold, "fontSize": 17, "leading": 21, "spaceAfter": 2},
        "h2": {"fontName": bold, "fontSize": 12, "leading": 15, "spaceBefore": 12, "spaceAfter": 4},
        "h3": {"fontName": bold, "fontSize": 9.5, "leading": 12.5, "spaceAfter": 2},
        "body": {},
        "dim": {"textColor": DIM},
        "small": {"fontSize": 7.5, "leading": 10, "textColor": DIM},
        "code": {"fontSize": 7.5, "leading": 10, "backColor": SOFT, "borderPadding": 4, "spaceBefore": 6, "spaceAfter": 6},
    }
    return ParagraphStyle(
        name, **{"fontName": plain, "fontSize": 9, "leading": 12.5, "textColor": INK, "spaceAfter": 3, **looks[name]}
    )


def text(words: str, kind: str = "body", *, color: str = "") -> Paragraph:
    """A paragraph. `words` are text, never markup."""
    shown = escape(words.translate(_SPACES))
    return Paragraph(f'<font color="{COLORS[color].hexval()}">{shown}</font>' if color else shown, style(kind))


def heading(words: str) -> list[Flowable]:
    """Of a part; on the next page if hardly more than itself would fit on this one."""
    return [CondPageBreak(90), text(words, "h2")]


def bullets(lines: Sequence[str]) -> list[Flowable]:
    rows = [[text("•"), text(line)] for line in lines]
    return [_grid(rows, [10, WIDTH - 10])] if rows else []


def pairs(rows: Sequence[tuple[str, str]]) -> list[Flowable]:
    """Names in grey, what they are beside them."""
    made = [[text(name, "dim"), text(value)] for name, value in rows]
    return [_grid(made, [46 * mm, WIDTH - 46 * mm])] if made else []


def columns(head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Flowable:
    """A table with a head that is repeated on each page. `widths` are shares of the page."""
    made = [[text(one, "small") for one in head], *([text(one) for one in row] for row in rows)]
    table = Table(made, colWidths=[share * WIDTH / sum(widths) for share in widths], repeatRows=1)
    table.setStyle(TableStyle([*_PLAIN, ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE)]))
    return table


def boxed(parts: Sequence[Flowable], *, color: str) -> Flowable:
    """What must be seen first: with a bar of that colour at its left."""
    table = Table([[list(parts)]], colWidths=[WIDTH])
    look = [("LINEBEFORE", (0, 0), (0, -1), 4, COLORS[color]), ("BACKGROUND", (0, 0), (-1, -1), SOFT)]
    padding = [
        ("LEFTPADDING", (0, 0), (-1, -1), 12),
        ("TOPPADDING", (0, 0), (-1, -1), 8),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
    ]
    table.setStyle(TableStyle([*look, *padding]))
    return table


def together(parts: Sequence[Flowable]) -> Flowable:
    """On one page, if it fits on one."""
    return KeepTogether(list(parts))


def gap(points: float) -> Flowable:
    return Spacer(1, points)


_PLAIN: list[Any] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0), ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 1.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
]  # fmt: skip


def _grid(rows: list[list[Paragraph]], widths: list[float]) -> Flowable:
    table = Table(rows, colWidths=widths)
    table.setStyle(TableStyle(_PLAIN))
    return table


def plot(
    kind: str, x: Sequence[float], y: Sequence[float], *, x_label: str, y_label: str, marks: Sequence[tuple[float, str]] = ()
) -> Drawing:
    """kind: "line", "histogram" (x: left edges), "points". With its extremes named at the axes."""
    plain, _ = fonts()
    drawing, left, bottom = Drawing(WIDTH, 110), 44.0, 24.0
    wide, high = WIDTH - left - 4, 110 - bottom - 10
    frame = _Frame(x, [*y, 0.0] if kind == "histogram" else y, left, bottom, wide, high)
    drawing.add(Rect(left, bottom, wide, high, fillColor=None, strokeColor=LINE, strokeWidth=0.6))
    if frame.low < 0 < frame.top:
        drawing.add(Line(left, frame.up(0), left + wide, frame.up(0), strokeColor=DIM, strokeWidth=0.4))
    ink = COLORS["info"]
    if kind == "line" and len(x) > 1:
        points = [value for one, two in zip(x, y, strict=True) for value in (frame.along(one), frame.up(two))]
        drawing.add(PolyLine(points, strokeColor=ink, strokeWidth=1.1, fillColor=None))
    elif kind == "histogram":
        step = min((b - a for a, b in pairwise(x) if b > a), default=1.0)
        for one, two in zip(x, y, strict=True):
            bar = max(1.0, frame.along(one + step) - frame.along(one) - 0.5)
            drawing.add(Rect(frame.along(one), frame.up(0), bar, frame.up(two) - frame.up(0), fillColor=ink, strokeColor=None))
    else:
        for one, two in zip(x, y, strict=True):
            drawing.add(Rect(frame.along(one) - 1, frame.up(two) - 1, 2, 2, fillColor=ink, strokeColor=None))
    for at, label in marks:
        drawing.add(
            Line(frame.along(at), bottom, frame.along(at), bottom + high, strokeColor=COLORS["accent"], strokeWidth=0.6)
        )
        drawing.add(_label(frame.along(at) + 2, bottom + high - 7, label, plain, "start", INK))
    for value, where in ((frame.low, bottom), (frame.top, bottom + high - 6)):
        drawing.add(_label(left - 4, where, _short(value), plain, "end", DIM))
    drawing.add(_label(left, bottom - 10, _short(frame.first), plain, "start", DIM))
    drawing.add(_label(left + wide, bottom - 10, _short(frame.last), plain, "end", DIM))
    drawing.add(_label(left + wide / 2, bottom - 20, f"{x_label} / {y_label}", plain, "middle", DIM))
    return drawing


def _label(x: float, y: float, words: str, font: str, anchor: str, color: Color) -> String:
    return String(x, y, words.translate(_SPACES)[:90], fontName=font, fontSize=7, textAnchor=anchor, fillColor=color)


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.3g}"


class _Frame:
    """Where values lie in a plot."""

    def __init__(self, x: Sequence[float], y: Sequence[float], left: float, bottom: float, wide: float, high: float) -> None:
        self.first, self.last = (min(x), max(x)) if x else (0.0, 1.0)
        self.low, self.top = (min(y), max(y)) if y else (0.0, 1.0)
        self._place = (left, bottom, wide, high)

    def along(self, value: float) -> float:
        left, _, wide, _ = self._place
        return (
            left + wide * min(1.0, (value - self.first) / (self.last - self.first))
            if self.last > self.first
            else left + wide / 2
        )

    def up(self, value: float) -> float:
        _, bottom, _, high = self._place
        return bottom + high * (value - self.low) / (self.top - self.low) if self.top > self.low else bottom + high / 2


@dataclass(frozen=True)
class Foot:
    """Stands at the foot of every page."""

    left: str


def document(parts: Sequence[Flowable], *, title: str, foot: Foot) -> bytes:
    """The pages as PDF. Made twice of the same, they have the same bytes."""
    out = io.BytesIO()
    plain, _ = fonts()

    def page(canvas: Any, template: Any) -> None:
        canvas.saveState()
        canvas.setFont(plain, 7.5)
        canvas.setFillColor(DIM)
        canvas.drawString(MARGIN, 10 * mm, foot.left.translate(_SPACES)[:120])
        canvas.drawRightString(A4[0] - MARGIN, 10 * mm, str(template.page))
        canvas.restoreState()

    side = MARGIN - FRAME_PADDING
    made = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=side, rightMargin=side, topMargin=16 * mm, bottomMargin=18 * mm,
        title=title, author="Twopop", creator="Twopop", lang="en", invariant=1,
    )  # fmt: skip
    made.build(list(parts), onFirstPage=page, onLaterPages=page)
    return out.getvalue()
