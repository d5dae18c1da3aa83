"""The user guide shows every state that it has a picture of, and has a picture of every state."""

import re

from tests.guide_pictures import FOLDER, PICTURES


def test_every_state_is_in_the_guide_and_every_picture_is_made():
    guide = (FOLDER.parent / "README.md").read_text()
    shown = re.findall(r"!\[[^\]]+\]\(pictures/([\w-]+)\.webp\)", guide)
    assert sorted(shown) == sorted(PICTURES)
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(PICTURES)
