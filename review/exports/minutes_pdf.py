"""The minutes of a live session on paper. Pure: texts and JPEGs in, bytes out, in the language of now."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from reportlab.platypus import Flowable

from review.exports import paper
from review.exports.comment_sheet import Card, on_paper


@dataclass(frozen=True)
class Paper:
    """`attendees`: name, and when they were there; `decisions`: one line each; `missing`: what is left out, or ""."""

    title: str
    about: str
    address: str
    attendees: Sequence[tuple[str, str]]
    decisions: Sequence[str]
    cards: Sequence[Card]
    missing: str = ""


def pdf(given: Paper) -> bytes:
    parts: list[Flowable] = [paper.text(given.title, "title"), paper.text(given.about, "dim"), paper.gap(6)]
    parts += [paper.text(_("Who was there"), "h2"), *paper.pairs(list(given.attendees)), paper.gap(6)]
    parts.append(paper.text(_("Decisions"), "h2"))
    parts += paper.bullets(list(given.decisions)) if given.decisions else [paper.text(_("Nothing was decided."), "dim")]
    parts += [paper.gap(6), paper.text(_("Comments"), "h2")]
    if given.missing:
        parts.append(paper.text(given.missing, "small"))
    if not given.cards:
        parts.append(paper.text(_("Nothing was said."), "dim"))
    for card in given.cards:
        parts += [*on_paper(card), paper.gap(8)]
    return paper.document(parts, title=given.title, foot=paper.Foot(given.address))
