"""What a share link burns into the pictures that it shows: the address of who watches, the link's date, words of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from media_pipeline import api as pipeline
from review.models import Share, SharePass

WORDS_LENGTH = 120


@dataclass(frozen=True)
class OwnMark:
    """A mark and whose it is: the link's."""

    owner: str
    mark: pipeline.Mark


def mark_of(share: Share, email: str = "") -> OwnMark | None:
    """The mark for whoever came by this link, a recipient by their address; None: it burns nothing in."""
    wish: dict[str, Any] = share.watermark
    if not wish:
        return None
    viewer = email if wish["viewer"] else ""
    date = share.created_at.date().isoformat() if wish["date"] else ""
    lines = tuple(line for line in (viewer, wish["text"].strip(), date) if line)
    return OwnMark(share.pk, pipeline.Mark(lines or (share.created_at.date().isoformat(),), wish["place"], wish["opacity"]))


def marks_of(share: Share) -> list[OwnMark]:
    """All that may be asked for by this link, one per recipient where their address is in it."""
    emails = share.recipients if share.watermark.get("viewer") else [""]
    return [mark for email in emails if (mark := mark_of(share, email)) is not None]


def mark_for(passes: Iterable[SharePass]) -> OwnMark | None:
    """The mark for a browser that all these links show the version to: none if one of them burns nothing in."""
    found = None
    for one in passes:
        mark = mark_of(one.share, one.email)
        if mark is None:
            return None
        found = found or mark
    return found
