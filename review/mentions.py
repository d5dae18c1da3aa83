"""Who is named in a text: "@Anna Karlsson". Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Named:
    user_id: str
    label: str  # as it stands in the text, with the @


def named(text: str, people: Iterable[tuple[str, str]]) -> list[Named]:
    """Whom of `people` (id, name) the text names, each once, in the order of the text.

    A name counts behind an @ that does not follow a letter (so that mail addresses name nobody), whatever its case, up to
    its last letter; of several that fit the longest ("@Anna Karlsson" is not "@Anna"). Several people of one name are all
    named.
    """
    if "@" not in text:
        return []
    by_name: dict[str, list[str]] = {}
    for user_id, name in people:
        if name.strip():
            by_name.setdefault(name.strip(), []).append(user_id)
    patterns = [
        (re.compile(rf"{re.escape(name)}(?!\w)", re.IGNORECASE), ids)
        for name, ids in sorted(by_name.items(), key=lambda one: (-len(one[0]), one[0]))
    ]
    found: dict[str, Named] = {}
    for at in re.finditer(r"(?<!\w)@", text):
        fits = [(match, ids) for pattern, ids in patterns if (match := pattern.match(text, at.end()))]
        longest = max((match.end() for match, _ in fits), default=0)
        for match, ids in fits:
            if match.end() == longest:
                for user_id in ids:
                    found.setdefault(user_id, Named(user_id, text[at.start() : longest]))
    return list(found.values())
