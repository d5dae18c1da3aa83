"""Whether a file is, bit for bit, one that was delivered; and if not, in what way. Reads files by blocks, decodes nothing."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

BLOCK = 1024 * 1024  # bytes

Difference = Literal["identical", "truncated", "longer", "damaged", "other"]


@dataclass(frozen=True)
class Compared:
    """How a file differs from the original. `first`: position of the first byte that does; `blocks`: how many blocks of BLOCK
    bytes differ, of `of`."""

    difference: Difference
    first: int = 0
    blocks: int = 0
    of: int = 0


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def compare(path: Path, original: Path) -> Compared:
    """How the file differs from the original.

    Truncated: all it has is the original's beginning. Longer: the original is its beginning. Damaged: some blocks differ, and
    at least half of what both have is the same. Other: everything else, which is another file.
    """
    size, wanted = path.stat().st_size, original.stat().st_size
    shorter = min(size, wanted)
    blocks, first, differing = -(-shorter // BLOCK), -1, 0
    with path.open("rb") as mine, original.open("rb") as theirs:
        for number in range(blocks):
            length = min(BLOCK, shorter - number * BLOCK)
            one, other = mine.read(length), theirs.read(length)
            if one == other:
                continue
            differing += 1
            if first < 0:
                first = number * BLOCK + next(at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
    if differing == 0:
        if size == wanted:
            return Compared("identical", of=blocks)
        if size == 0:
            return Compared("truncated", 0, 0, 0)
        return Compared("truncated" if size < wanted else "longer", shorter, 0, blocks)
    # A small file is one block; there, half of its bytes decide.
    alike = differing * 2 <= blocks if blocks > 1 else _alike(path, original, shorter)
    return Compared("damaged" if alike else "other", first, differing, blocks)


def _alike(path: Path, original: Path, length: int) -> bool:
    with path.open("rb") as mine, original.open("rb") as theirs:
        same = sum(a == b for a, b in zip(mine.read(length), theirs.read(length), strict=True))
    return same * 2 >= length


def in_words(compared: Compared, *, name: str) -> str:
    """What to tell people."""
    match compared.difference:
        case "identical":
            return f"This is “{name}”, bit for bit."
        case "truncated":
            return f"This is the beginning of “{name}”: it ends after {compared.first} bytes. Download it again."
        case "longer":
            return f"This is “{name}” with something added behind byte {compared.first}. Download it again."
        case "damaged":
            return (
                f"This is “{name}”, damaged: {compared.blocks} of {compared.of} blocks differ, the first at byte "
                f"{compared.first}. Download it again."
            )
        case _:
            return f"This is not “{name}”, but another file."
