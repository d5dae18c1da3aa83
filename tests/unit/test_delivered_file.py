"""A damaged, truncated or other file is told from the delivered one."""

import random

import pytest

from review.delivered_file import BLOCK, compare, in_words

CONTENT = random.Random(1).randbytes(3 * BLOCK + 17)


def changed(*places: int) -> bytes:
    content = bytearray(CONTENT)
    for place in places:
        content[place] ^= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "difference", "first", "blocks"),
    [
        (CONTENT, "identical", 0, 0),
        (CONTENT[:-1], "truncated", 3 * BLOCK + 16, 0),
        (CONTENT[:5], "truncated", 5, 0),
        (b"", "truncated", 0, 0),
        (CONTENT + b"x", "longer", len(CONTENT), 0),
        (changed(BLOCK + 7), "damaged", BLOCK + 7, 1),
        (changed(0, 3 * BLOCK + 16), "damaged", 0, 2),
        (random.Random(2).randbytes(len(CONTENT)), "other", 0, 4),
        (random.Random(2).randbytes(500), "other", 0, 1),
    ],
)
def test_in_what_way_a_file_differs(tmp_path, content, difference, first, blocks):
    file, original = tmp_path / "file", tmp_path / "original"
    file.write_bytes(content)
    original.write_bytes(CONTENT)
    found = compare(file, original)
    assert (found.difference, found.first, found.blocks) == (difference, first, blocks)
    assert "“a.mov”" in in_words(found, name="a.mov")
