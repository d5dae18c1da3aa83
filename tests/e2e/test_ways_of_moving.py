"""Every way of moving ends on the frame that is reported, by the page's own decoder and by the video alone.

Typed positions, arrow keys, links, comments, version and quality changes: test_main_job.py and test_frame_exact.py; here are
those that need a hand or a clock: drags, shuttle, loop, speed, pauses, and what happens when the decoder is lost.
"""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import media
from tests.e2e import exact_clips
from tests.e2e.editor import Editor
from tests.e2e.product import Product
from tests.e2e.room import Room, signed_in

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
FULL = os.environ.get("TWOPOP_E2E_FULL") == "1"
NAMES = ["120", "vfr", "b-frames"]
BOTH = [(name, player) for name in NAMES for player in ("plus", "base")]
IN_THE_PLAIN_RUN = [("120", "plus"), ("vfr", "base"), ("b-frames", "plus")]


@pytest.fixture(scope="module")
def clips(product: Product) -> dict[str, tuple[str, int, int]]:
    editor = Editor(product, "owner@example.org")
    project = editor.post("projects", {"name": "Moving"})["id"]
    uploaded = {name: exact_clips.upload(editor, project, name) for name in NAMES}
    for version_id, _, _ in uploaded.values():
        editor.wait_for_media(version_id)
    return uploaded


@pytest.fixture(scope="module")
def page(product: Product, browser: Browser) -> Iterator[Page]:
    with signed_in(browser, product.url, "owner@example.org", viewport={"width": 1280, "height": 800}) as context:
        yield context.new_page()


def at_rest(room: Room, first_number: int) -> int:
    """The frame reported, which must be the one in the picture and the one on a screenshot."""
    expect(room.player).to_have_attribute("data-playing", "false")
    frame = room.settled()
    assert room.where() == {"reported": frame, "shown": frame + first_number}
    assert room.seen() == frame + first_number
    return frame


def reach(room: Room, condition: str) -> None:
    room.page.wait_for_function(
        f"() => {{ const frame = Number(document.querySelector('tp-player').dataset.frame); return {condition}; }}"
    )


@pytest.mark.parametrize(("name", "player"), BOTH if FULL else IN_THE_PLAIN_RUN)
def test_moving_by_hand_and_by_shuttle(name: str, player: str, page: Page, clips: dict[str, tuple[str, int, int]]) -> None:
    version_id, frames, first = clips[name]
    last = frames - 1
    room = Room(page).open(f"/v/{version_id}", player=player)

    box = page.get_by_role("slider", name="Position").bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    for start, stop in ((0.1, 0.8), (0.9, 0.3)):  # dragged
        room.drag_along(*((box["x"] + box["width"] * (start + (stop - start) * part / 8), y) for part in range(9)))
        assert abs(at_rest(room, first) - frames * stop) < frames * 0.1

    room.key("End")
    room.wait_for_frame(last)
    assert at_rest(room, first) == last
    room.key("j")  # backwards, twice as fast, stopped
    room.key("j")
    reach(room, f"frame < {last - 30}")
    room.key("k")
    assert at_rest(room, first) < last - 29
    room.key("j")
    reach(room, f"frame < {last - 60}")
    room.key("l")  # turned round without a stop
    expect(room.player).to_have_attribute("data-playing", "true")
    reach(room, "frame > 0")
    room.key("k")
    at_rest(room, first)

    room.seeks([50])  # K held: L and J step
    page.keyboard.down("k")
    room.key("l")
    room.wait_for_frame(51)
    room.key("j")
    room.wait_for_frame(50)
    page.keyboard.down("l")  # and go slowly while they are held
    reach(room, "frame > 52")
    page.keyboard.up("l")
    page.keyboard.up("k")
    assert at_rest(room, first) > 52

    room.seeks([0])  # forwards, faster, stopped
    room.key("l")
    room.key("l")
    reach(room, "frame > 20")
    room.key("k")
    assert at_rest(room, first) > 20

    room.seeks([10])  # a loop, left by a pause
    room.key("i")
    room.seeks([40])
    room.key("o")
    page.get_by_role("button", name="Loop the range").click()
    room.seeks([30])
    room.key("Space")
    reach(room, "frame > 34")
    reach(room, "frame < 30")
    room.key("Space")
    assert 9 <= at_rest(room, first) <= 60
    page.get_by_role("button", name="Loop the range").click()
    room.key("x")

    for speed in ("0.5", "2"):  # another speed, changed while playing
        room.seeks([0])
        room.key("Space")
        reach(room, "frame > 4")
        page.get_by_role("combobox", name="Speed", exact=True).select_option(speed)
        reach(room, "frame > 12")
        room.key("Space")
        at_rest(room, first)
    page.get_by_role("combobox", name="Speed", exact=True).select_option("1")

    room.seeks([last - 12])  # played out, and begun again
    room.key("Space")
    room.wait_for_frame(last)
    assert at_rest(room, first) == last
    room.key("Space")
    reach(room, f"frame > 2 && frame < {last}")
    room.key("Space")
    at_rest(room, first)
    assert room.player.get_attribute("data-player") == player


def test_a_jump_shows_its_frame_from_the_light_proxy_first(page: Page, product: Product, tmp_path: Path) -> None:
    """Large pictures: each jump brings the frame asked for twice, and the number is right both times."""
    editor, frames = Editor(product, "owner@example.org"), 100
    file = media.make_clip(tmp_path / "large.mp4", rate=25, frames=frames, size=(1280, 720), gop=25, faststart=True)
    version = editor.upload(editor.post("projects", {"name": "Large"})["id"], file)
    editor.wait_for_media(version)
    page.add_init_script("Object.defineProperty(navigator, 'deviceMemory', { value: 2 })")  # not all of it is kept at full size
    room = Room(page).open(f"/v/{version}", player="plus")
    light = 0
    deadline = time.monotonic() + 60
    while light == 0:  # its file is opened when the playhead has rested, and pictures that are there already come at full size
        assert time.monotonic() < deadline
        page.wait_for_timeout(600)
        light = sum(not one["first"]["sharp"] for one in room.jumps([random.randrange(frames)]))
    chance = random.Random(1)
    seen = room.jumps([0, frames - 1, *(chance.randrange(frames) for _ in range(18))])
    assert exact_clips.misses([one[picture] for one in seen for picture in ("first", "last")], 0) == []
    assert any(not one["first"]["sharp"] for one in seen)
    assert at_rest(room, 0) == seen[-1]["last"]["reported"]


def test_a_lost_decoder_is_not_noticed(page: Page, clips: dict[str, tuple[str, int, int]]) -> None:
    version_id, frames, first = clips["b-frames"]
    page.add_init_script(
        """const Real = window.VideoDecoder;
        window.VideoDecoder = class extends Real {
            decode(chunk) { if (window.loseDecoders) throw new DOMException("lost", "EncodingError"); super.decode(chunk); }
        };"""
    )
    room = Room(page).open(f"/v/{version_id}", player="plus")
    assert exact_clips.misses(room.seeks([5, frames - 1, 100]), first) == []
    page.evaluate("window.loseDecoders = true")
    assert exact_clips.misses(room.seeks([3, 200, frames - 1, 0]), first) == []
    expect(room.player).to_have_attribute("data-player", "base")
    assert exact_clips.misses(room.steps(50, 5, 1), first) == []
    at_rest(room, first)
