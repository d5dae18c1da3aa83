"""Words that promise more than a version under review can keep: nobody can tell two files called "final" apart."""

import re
from collections.abc import Iterable

from review.naming.pattern import fold

# Said of a file before it is one, they are always wrong the next day.
RESERVED = frozenset(
    {"final", "finals", "finale", "finalised", "finalized", "master", "mastered", "delivered", "delivery", "definitive"}
)
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def words(text: str) -> list[str]:
    """The words of a name, without case: parted by signs, digits and capitals ("FilmFINALv2" → film, finalv, 2)."""
    return [word.casefold() for part in _WORDS.findall(text) for word in _CAMEL.split(part)]


def reserved_word(name: str, *, known: Iterable[str] = ()) -> str | None:
    """The first word of the name that is refused before delivery, as it stands there; None if there is none.

    `known`: names of the project, its sequences and stacks; what stands in them ("Final Fantasy") is no promise.
    """
    rest = name
    for one in sorted(known, key=len, reverse=True):
        parts = [re.escape(part) for part in re.findall(r"[^\W_]+", one)]
        if parts:
            rest = re.sub(r"(?<![^\W_])" + r"[\W_]*".join(parts) + r"(?![^\W_])", " ", rest, flags=re.IGNORECASE)
    for part in _WORDS.findall(rest):
        for word in _CAMEL.split(part):
            plain = fold(word)
            # FINALv2, finalfinal: run together with a number's letter or with itself
            if any(plain in (one, f"{one}v", one * 2, one * 3) for one in RESERVED):
                return word
    return None


def without_reserved(text: str) -> str:
    """The text without its reserved words, for a name that is offered instead."""
    kept = [word for part in re.findall(r"[^\W_]+", text) for word in _CAMEL.split(part)]
    return "".join(word for word in kept if reserved_word(word) is None)
