"""Looking closer, and in full screen: stills of the source, transparency at rest, a mask of any aspect."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.e2e.editor import Editor
from tests.e2e.product import Product
from tests.e2e.room import Room, signed_in
from tests.media import clip
from tests.transparent_clips import half_transparent

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
# How opaque the picture on screen is, in the middle of its left half and of its right one.
OPAQUE = """() => {
  const still = document.querySelector(
    "tp-player.through canvas.look-picture:not([hidden]), tp-player:not(.through) canvas.still:not([hidden])");
  const video = document.querySelector("tp-player video");
  const canvas = new OffscreenCanvas(160, 96), context = canvas.getContext("2d");
  context.drawImage(still ?? video, 0, 0, 160, 96);
  return [40, 120].map((x) => context.getImageData(x, 48, 1, 1).data[3]);
}"""


def test_looking_closer(browser: Browser, product: Product, tmp_path: Path) -> None:
    owner = Editor(product, "owner@example.org")
    project = owner.post("projects", {"name": "Looked at"})["id"]
    film = owner.upload(project, clip("prores"))
    clear = owner.upload(project, half_transparent(tmp_path / "clear.webm"))
    mov = owner.upload(project, half_transparent(tmp_path / "clear.mov"))
    for version in (film, clear, mov):
        owner.wait_for_media(version)

    with signed_in(browser, product.url, "owner@example.org", viewport={"width": 1280, "height": 800}) as context:
        # A copy is on screen, and the still is nevertheless the source's own picture.
        room = Room(context.new_page()).open(f"/v/{film}?frame=31")
        page = room.page
        held: list[Route] = []
        page.route(f"**/versions/{film}/frames/31.png", lambda route: held.append(route))  # a slow server
        with page.expect_download() as saved:
            room.key("s")
            expect(page.locator(".toast")).to_have_text("Fetching frame 31 from the source…")
            held[0].continue_()
        assert saved.value.suggested_filename == "prores_v1_frame-31_01-00-01-07.png"
        expect(page.locator(".toast")).to_have_text("Frame 31 saved, 320×180.")
        assert saved.value.path().read_bytes() == owner.request("GET", f"/api/v1/versions/{film}/frames/31.png")[0]

        # In full screen there is no place to write: the key leads to it, on the frame that was on screen.
        room.key("f")
        page.wait_for_function("() => document.fullscreenElement !== null")
        room.key("m")
        expect(page.get_by_label("Comment on this frame")).to_be_focused()
        expect(page.locator("tp-composer")).to_have_attribute("data-pinned", "true")
        assert page.evaluate("document.fullscreenElement") is None
        assert page.locator("tp-composer").get_attribute("data-frame") == "31"
        room.key("Escape")

        # From one mask to any other aspect, also where the tools take another row for it.
        page.set_viewport_size({"width": 700, "height": 800})
        room.key("z")
        page.get_by_label("Aspect mask").select_option("2.39")
        shape = page.locator("tp-look path").first
        narrow = shape.get_attribute("d")
        page.get_by_label("Aspect mask").select_option("other")
        field = page.get_by_label("Aspect, as 2.2 or 4:5")
        page.set_viewport_size({"width": 710, "height": 800})  # laid out anew beneath it
        for text, invalid in (("much", "true"), ("4:5", None)):
            field.fill(text)
            field.press("Enter")
            assert field.get_attribute("aria-invalid") == invalid
        assert shape.get_attribute("d") not in {narrow, None}
        page.get_by_role("button", name="Reset").click()
        expect(field).to_be_hidden()

        # The copy has no transparency and says so; the original has it, moving and at rest.
        page.set_viewport_size({"width": 1280, "height": 800})
        room.open(f"/v/{clear}?frame=3")
        copy = room.source()
        room.key("z")
        page.get_by_label("Checkerboard behind transparent parts").click()
        page.get_by_role("button", name="Show the original").click()
        expect(room.player).not_to_have_attribute("data-source", copy)
        room.settled()
        for frame in (4, 5):
            room.key("ArrowRight")
            room.wait_for_frame(frame)
            assert page.evaluate(OPAQUE) == [0, 255]

        # Browsers cannot play ProRes: wherever its copy rests, the source's own picture of that frame is seen.
        room.open(f"/v/{mov}?frame=7")
        assert page.evaluate(OPAQUE) == [255, 255]
        room.key("z")
        page.get_by_label("Checkerboard behind transparent parts").click()
        expect(room.player).to_have_class(re.compile("through"))
        assert page.evaluate(OPAQUE) == [0, 255]
        with page.expect_request(f"**/versions/{mov}/frames/8.png?alpha=true"):
            room.key("ArrowRight")
            room.wait_for_frame(8)
        expect(room.player).to_have_class(re.compile("through"))
        assert page.evaluate(OPAQUE) == [0, 255]
        room.key("Space")
        expect(room.player).not_to_have_class(re.compile("through"))
