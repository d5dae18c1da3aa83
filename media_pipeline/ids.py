"""Public identifiers: short, random, safe in URLs, file names and double-clicks."""

import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0 O 1 l i: people read these aloud


def new_id() -> str:
    """16 characters of 31 (79 bits). An identifier is no secret: access is always checked."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))
