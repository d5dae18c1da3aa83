"""What a share link burns into the pictures that it shows: who watches (address or name), the link's date, words of its own."""

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


def mark_of(share: Share, viewer: str = "") -> OwnMark | None:
    """The mark for whoever came by this link: a recipient by their address, else by the name they gave at its door; None: it
    burns nothing in."""
    wish: dict[str, Any] = share.watermark
    if not wish:
        return None
    viewer = viewer if wish["viewer"] else ""
    date = share.created_at.date().isoformat() if wish["date"] else ""
    lines = tuple(line for line in (viewer, wish["text"].strip(), date) if line)
    return OwnMark(share.pk, pipeline.Mark(lines or (share.created_at.date().isoformat(),), wish["place"], wish["opacity"]))


def marks_of(share: Share, names: Iterable[str] = ()) -> list[OwnMark]:
    """All that may be asked for by this link: one per recipient where their address is in it, or one for each of these names,
    which were given at its door."""
    viewers = [""] if not share.watermark.get("viewer") else share.recipients or names
    return [mark for viewer in viewers if (mark := mark_of(share, viewer)) is not None]


def mark_for(passes: Iterable[SharePass]) -> OwnMark | None:
    """The mark for a browser that all these links show the version to: none if one of them burns nothing in."""
    found = None
    for one in passes:
        mark = mark_of(one.share, one.email if one.share.recipients else one.burned_name)
        if mark is None:
            return None
        found = found or mark
    return found
