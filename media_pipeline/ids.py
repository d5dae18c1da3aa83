"""Public identifiers: short, random, safe in URLs, file names and double-clicks."""

import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0 O 1 l i: people read these aloud


_CHARACTERS = frozenset(ALPHABET)


def is_id(text: str) -> bool:
    """Whether `text` can be an identifier at all. What cannot (too long, NUL, surrogates) must not reach the database:
    some of it is an error there, not merely unknown."""
    return 0 < len(text) <= 16 and _CHARACTERS.issuperset(text)


def new_id() -> str:
    """16 characters of 31 (79 bits). An identifier is no secret: access is always checked."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))
