"""Two videos at once, each on the frame that belongs to the other's: typed, stepped, played; equal rates and others."""

import re
from fractions import Fraction
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import exact_clips
from tests.e2e.editor import Editor
from tests.e2e.product import Product
from tests.e2e.room import Room, signed_in

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
# What B shows at this moment, read as A's picture is (frame_numbers.js).
PAIR = """() => {
  const view = document.querySelector("tp-compare");
  const picture = view.querySelector("canvas.still:not([hidden])") ?? view.querySelector("video");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [320, 180];
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0, 320, 180);
  const b = frameNumbers.readPixels(context.getImageData(0, 0, 320, 180).data, 320, 180);
  const a = frameNumbers.where();
  return { a: a.reported, shownA: a.shown, b: Number(view.dataset.frame), shownB: b };
}"""
LOCKED = """frame => {
  const a = document.querySelector("tp-player").dataset;
  return document.querySelector("tp-compare").dataset.locked === "true" && a.confirmed === "true" && a.playing === "false"
    && (frame === null || Number(a.frame) === frame);
}"""

# Which frame is on screen, and which part of it.
STANDS = """() => {
  const player = document.querySelector("tp-player");
  return [player.dataset.frame, player.style.getPropertyValue("--look")];
}"""


def both(room: Room, frame: int | None = None) -> dict[str, Any]:
    """The frames reported and shown once both are final."""
    room.page.wait_for_function(LOCKED, arg=frame)
    return dict(room.page.evaluate(PAIR))


@pytest.mark.parametrize("other", ["29.97", "60"])
def test_both_pictures_are_the_frames_that_belong_together(other: str, browser: Browser, product: Product) -> None:
    owner = Editor(product, "owner@example.org")
    project = owner.post("projects", {"name": f"Compared with {other}"})["id"]
    first_version, frames, first_a = exact_clips.upload(owner, project, "29.97")
    if other == "29.97":  # the same content is the same media, and still another version
        asset = owner.get(f"versions/{first_version}")["asset_id"]
        file, frames_b, first_b = exact_clips.file_of("b-frames")
        second = owner.upload(project, file, assetId=asset)
    else:
        second, frames_b, first_b = exact_clips.upload(owner, project, other)
        newest = owner.upload(project, exact_clips.file_of("29.97")[0], assetId=owner.get(f"versions/{second}")["asset_id"])
    statuses = [owner.wait_for_media(one) for one in (first_version, second)]
    rate_a, rate_b = (Fraction(one["rate"]["num"], one["rate"]["den"]) for one in statuses)

    def belongs(frame: int, offset: int) -> int:
        """B's frame on screen in the middle of A's, by exact fractions."""
        return min(frames_b - 1, (Fraction(2 * frame + 1, 2) / rate_a * rate_b).__floor__() + offset)

    def check(found: dict[str, Any], offset: int = 0) -> None:
        assert found["shownA"] == found["a"] + first_a, found
        assert found["b"] == belongs(found["a"], offset), found
        assert found["shownB"] == found["b"] + first_b, found

    with signed_in(
        browser, product.url, "owner@example.org", viewport={"width": 1280, "height": 800}, has_touch=True
    ) as context:
        room = Room(context.new_page()).open(f"/v/{first_version}?frame=12", player="plus")
        room.key("q")
        expect(room.page.locator("tp-compare")).to_be_visible()
        if other == "60":  # another video: its newest version to begin with, any other by choice
            versions = room.page.get_by_label("Version of B")
            expect(versions).to_have_value(newest)
            versions.select_option(second)
            expect(room.page.locator(".compare-name.b")).to_have_text(re.compile(r" v1$"))
        check(both(room))
        for frame in (0, 100, 7, frames - 1, 8, 121, 119, 60):  # typed
            field = room.page.locator(".position-field")
            field.fill(f"f{frame}")
            field.press("Enter")
            found = both(room, frame)
            assert found["a"] == frame
            check(found)
        for key, step in (("ArrowRight", 1), ("ArrowRight", 1), ("ArrowLeft", -1), ("Shift+ArrowRight", 10)):
            before = found["a"]
            room.key(key)
            found = both(room, before + step)
            check(found)
        for reach in (20, 55):  # played, and paused on the way
            room.key("Home")
            both(room, 0)
            room.key("Space")
            room.page.wait_for_function(f"() => Number(document.querySelector('tp-player').dataset.frame) > {reach}")
            room.key("Space")
            found = both(room)
            assert found["a"] > reach
            check(found)
        offset = room.page.get_by_label("Offset of B in frames")
        for text, frames_of_b in (("+17", 17), ("-3", -3)):  # typed
            offset.fill(text)
            offset.press("Enter")
            expect(room.page.locator("tp-compare")).to_have_attribute("data-offset", str(frames_of_b))
            check(both(room), frames_of_b)
        offset.fill("a bit")
        offset.press("Enter")
        expect(offset).to_have_attribute("aria-invalid", "true")
        expect(room.page.locator("tp-compare")).to_have_attribute("data-offset", "-3")

        # The wipe's handle is moved by mouse and finger; neither the picture beneath it moves then, nor the playhead.
        room.page.get_by_label("How to compare").select_option("wipe")
        handle = room.page.get_by_label("Wipe between A and B")
        handle.evaluate("range => { range.value = 50; range.dispatchEvent(new Event('input')); range.blur(); }")
        box = room.page.locator("tp-player").bounding_box()
        assert box
        middle = box["y"] + box["height"] / 2

        def at(part: float) -> tuple[float, float]:
            return box["x"] + box["width"] * part, middle

        for _ in range(3):
            room.key(".")
        expect(room.player).to_have_class(re.compile("zoomed"))
        before = room.page.evaluate(STANDS)
        room.drag_along(at(0.5), at(0.4), at(0.3))
        assert float(handle.input_value()) == pytest.approx(30, abs=1)
        assert room.page.evaluate(STANDS) == before
        room.key("0")
        finger = context.new_cdp_session(room.page)
        before = room.page.evaluate(STANDS)
        for kind, part in (("touchStart", 0.3), ("touchMove", 0.4), ("touchMove", 0.5), ("touchMove", 0.6), ("touchEnd", None)):
            points = [] if part is None else [dict(zip("xy", at(part), strict=True))]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        room.page.wait_for_function("Number(document.querySelector('.compare-handle').value) > 50")
        both(room)
        assert room.page.evaluate(STANDS) == before
