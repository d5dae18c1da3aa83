"""Frame N is frame N through the whole product: upload, ingest, real Chromium; asked = reported = shown.

By the page's own decoder ("plus") and by the video element alone ("base"). TWOPOP_E2E_FULL=1 runs every clip with 200 seeks,
100 steps each way and 40 pauses; the plain run has each rate and each trait in fewer clips, with fewer of each.
"""

import os
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e import exact_clips
from tests.e2e.editor import Editor
from tests.e2e.product import Product
from tests.e2e.room import Room, signed_in

FULL = os.environ.get("TWOPOP_E2E_FULL") == "1"
SEEKS, STEPS, PAUSES = (200, 100, 40) if FULL else (10, 6, 1)
FRAMES = exact_clips.LONG if FULL else 150
NAMES = exact_clips.NAMES if FULL else [*exact_clips.MIXED, *exact_clips.RATES]
PERSON = "owner@example.org"
# In the plain run: one of each trait that a browser's own seeking trips over.
BY_VIDEO_ALONE = ["vfr-b", "edit-list", "open-gop", "webm-vp9"]

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture(scope="module")
def editor(product: Product) -> Editor:
    return Editor(product, PERSON)


@pytest.fixture(scope="module")
def versions(editor: Editor) -> dict[str, tuple[str, int, int]]:
    """All clips uploaded at once: the ingest works while the first ones are looked at."""
    project = editor.post("projects", {"name": "Exactness"})
    rates = {} if FULL else {name: Fraction(rate) for name, rate in exact_clips.RATES.items()}
    return {name: exact_clips.upload(editor, project["id"], name, frames=FRAMES, rate=rates.get(name)) for name in NAMES}


@pytest.fixture(scope="module")
def room(product: Product, browser: Browser) -> Iterator[Room]:
    with signed_in(browser, product.url, PERSON, viewport={"width": 960, "height": 600}) as context:
        yield Room(context.new_page())


def prove(room: Room, player: str, version: tuple[str, int, int], seed: int) -> None:
    version_id, frames, first_number = version
    room.open(f"/v/{version_id}", player=player)
    proof = exact_clips.prove(room, frames, first_number, seeks=SEEKS, steps=STEPS, pauses=PAUSES, seed=seed)
    assert proof["misses"] == []
    for _ in range(8):
        room.key("+")
    strip = room.film_shows()
    assert len(strip) >= 4
    assert strip == {frame: frame + first_number for frame in strip}
    assert room.player.get_attribute("data-player") == player, "it changed on the way"
    assert proof["actions"] >= SEEKS + 2 * min(STEPS, frames // 2) + PAUSES


@pytest.mark.parametrize("name", NAMES)
def test_asked_reported_and_shown_are_one_frame_and_so_is_a_comment_s(
    name: str, room: Room, editor: Editor, versions: dict[str, tuple[str, int, int]]
) -> None:
    version_id, frames, first_number = versions[name]
    status = editor.wait_for_media(version_id)
    assert status["frame_count"] == frames
    prove(room, "plus", versions[name], seed=len(name) * 977 + frames)

    # A comment keeps its frame to the API, and its link comes back to it.
    frame = frames * 2 // 3 + 1
    assert exact_clips.misses(room.seeks([frame]), first_number) == []
    room.comment(f"here on {name}", by_keys=True)
    room.expect_comment(f"here on {name}")
    comment = _wait_for_comment(editor, version_id, f"here on {name}")
    assert comment["frame"] == frame
    assert comment["rate"] == status["rate"]
    assert Fraction(comment["seconds"]["num"], comment["seconds"]["den"]) == _time_of(editor, version_id, frame)
    room.open(comment["url"])
    assert room.where() == {"reported": frame, "shown": frame + first_number}
    assert room.seen() == frame + first_number


@pytest.mark.parametrize("name", NAMES if FULL else BY_VIDEO_ALONE)
def test_the_video_element_alone_shows_the_same_frames(
    name: str, room: Room, editor: Editor, versions: dict[str, tuple[str, int, int]]
) -> None:
    editor.wait_for_media(versions[name][0])
    prove(room, "base", versions[name], seed=len(name) * 977)


def _time_of(editor: Editor, version_id: str, frame: int) -> Fraction:
    """Seconds from the first picture to `frame`: the clip's real times where its rate varies."""
    index = editor.get(f"versions/{version_id}/frame-index")
    if not index["variable"]:
        return Fraction(frame * index["rate"]["den"], index["rate"]["num"])
    base = Fraction(index["time_base"]["num"], index["time_base"]["den"])
    return base * (int(index["pts"][frame]) - int(index["pts"][0]))


def _wait_for_comment(editor: Editor, version_id: str, text: str) -> Any:
    for _ in range(100):
        for comment in editor.get(f"versions/{version_id}/comments"):
            if comment["text"] == text:
                return comment
    raise AssertionError(f"the API does not know the comment {text!r}")
