"""Comments to read and to print: a page (HTML, whole in one file) or paper (PDF), each with the pictures that it is about.
Pure: text and JPEGs in, bytes out, in the language of now."""

import base64
import io
from dataclasses import dataclass, field
from html import escape

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Image, Table, TableStyle

from review.exports import paper

PICTURE_WIDTH, PICTURE_HEIGHT = 62 * mm, 60 * mm
BESIDE = 900  # characters that have room beside the pictures


@dataclass(frozen=True)
class Picture:
    """A JPEG of `width` × `height` pixels, of the frame called `label`."""

    jpeg: bytes
    width: int
    height: int
    label: str


@dataclass(frozen=True)
class Card:
    """One thread. `place` and `length` in words; `replies`: author and text."""

    place: str
    length: str
    author: str
    text: str
    url: str
    done: bool = False
    internal: bool = False
    replies: tuple[tuple[str, str], ...] = ()
    pictures: tuple[Picture, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Sheet:
    """`about`: a line below the title; `address`: the version's page; `missing`: what is not there, in words, or ""."""

    title: str
    about: str
    address: str
    cards: tuple[Card, ...]
    missing: str = ""


_LOOK = """
:root { color-scheme: light dark; --ink: #1b1b1a; --dim: #585855; --line: #d9d9d6; --card: #fff; --ground: #f4f4f3;
  --good: #17703f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececec; --dim: #a8a8a8; --line: #313131; --card: #1b1b1b; --ground: #141414; --good: #56c98d; }
}
body { margin: 0 auto; padding: 24px 16px; max-width: 1000px; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 24px; } header p { margin: 4px 0 20px; color: var(--dim); } a { color: inherit; }
article { display: grid; grid-template-columns: minmax(0, 380px) minmax(0, 1fr); gap: 16px; margin: 0 0 12px; padding: 14px;
  border: 1px solid var(--line); border-radius: 10px; background: var(--card); break-inside: avoid; }
article.plain { grid-template-columns: 1fr; }
figure { margin: 0 0 8px; } img { display: block; width: 100%; height: auto; border-radius: 6px; }
figcaption, .state { color: var(--dim); font-size: 13px; } .place { font: 600 14px ui-monospace, monospace; }
.done { color: var(--good); } .said { margin: 6px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.reply { margin: 6px 0 0; padding-left: 10px; border-left: 2px solid var(--line); white-space: pre-wrap;
  overflow-wrap: anywhere; }
@media (max-width: 640px) { article { grid-template-columns: 1fr; } }
@media print { body { padding: 0; background: #fff; } }
"""


def html(sheet: Sheet) -> bytes:
    """One file that needs no other: pictures and look are in it, scripts are not."""
    missing = f"<p>{escape(sheet.missing)}</p>" if sheet.missing else ""
    about = f"<p>{escape(sheet.about)} · {_link(sheet.address, sheet.address)}</p>"
    head = f"<header><h1>{escape(sheet.title)}</h1>{about}{missing}</header>"
    cards = "\n".join(_article(card) for card in sheet.cards)
    return (
        f'<!doctype html>\n<html lang="{get_language() or "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
        f"<title>{escape(sheet.title)}</title><style>{_LOOK}</style></head><body>{head}\n<main>{cards}</main></body></html>\n"
    ).encode()


def _article(card: Card) -> str:
    pictures = "".join(
        f'<figure><img src="data:image/jpeg;base64,{base64.b64encode(one.jpeg).decode()}" width="{one.width}" '
        f'height="{one.height}" alt="{escape(one.label)}"/><figcaption>{escape(one.label)}</figcaption></figure>'
        for one in card.pictures
    )
    replies = "".join(f'<p class="reply"><b>{escape(who)}</b> {escape(said)}</p>' for who, said in card.replies)
    state = f'<span class="state{" done" if card.done else ""}">{escape(_state(card))}</span>'
    beside = f"<div>{pictures}</div>" if pictures else ""
    return (
        f'<article class="{"with" if pictures else "plain"}">{beside}<div>'
        f'<span class="place">{_link(card.url, card.place)}</span> <span class="state">{escape(card.length)}</span> {state}'
        f'<p class="said"><b>{escape(card.author)}</b> {escape(card.text)}</p>{replies}</div></article>'
    )


def _link(address: str, words: str) -> str:
    return f'<a href="{escape(address)}">{escape(words)}</a>'


def _state(card: Card) -> str:
    return (_("Done") if card.done else pgettext("state", "Open")) + (_(", internal") if card.internal else "")


def pdf(sheet: Sheet) -> bytes:
    """The same on paper."""
    parts: list[Flowable] = [paper.text(sheet.title, "title"), paper.text(sheet.about, "dim")]
    if sheet.missing:
        parts.append(paper.text(sheet.missing, "small"))
    parts.append(paper.gap(6))
    for card in sheet.cards:
        parts += [*on_paper(card), paper.gap(8)]
    return paper.document(parts, title=sheet.title, foot=paper.Foot(sheet.address))


def on_paper(card: Card) -> list[Flowable]:
    """The pictures with what is short beside them; long texts go on below, over pages if need be."""
    head: list[Flowable] = [
        paper.text(f"{card.place}  {card.length}".strip(), "h3"),
        paper.text(f"{card.author} · {_state(card)}", "small", color="good" if card.done else ""),
    ]
    said: list[Flowable] = [paper.text(line) for line in card.text.split("\n") if line.strip()]
    said += [paper.text(f"{who}: {' '.join(words.split())}", "dim") for who, words in card.replies]
    if len(card.text) + sum(len(words) for _, words in card.replies) <= BESIDE:
        head, said = [*head, *said], []
    shown: list[Flowable] = []
    for one in card.pictures:
        scale = min(PICTURE_WIDTH / one.width, PICTURE_HEIGHT / one.height)
        # Placed as it is: a JPEG goes into a PDF without being decoded here.
        image = Image(io.BytesIO(one.jpeg), width=one.width * scale, height=one.height * scale, hAlign="LEFT")
        shown += [image, paper.text(one.label, "small")]
    wide = PICTURE_WIDTH + 5 * mm if shown else 0
    row = [[shown, head]] if shown else [[head]]
    table = Table(row, colWidths=[wide, paper.WIDTH - wide] if shown else [paper.WIDTH])
    look = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0)]
    table.setStyle(TableStyle([*look, ("LINEABOVE", (0, 0), (-1, 0), 0.4, paper.LINE)]))
    return [table, *said]
