"""Drawing on a frame: it sits on the very frame and place, survives a reload, and reaches others at another size."""

import io
import json
import re
import urllib.error

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests import media
from tests.e2e.editor import Editor
from tests.e2e.exact_clips import file_of
from tests.e2e.product import Product
from tests.e2e.room import Room, signed_in

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

# Where a place of the picture (0 … 1 each way) is on the page, by the video's own letterboxing.
PLACE = """([x, y]) => {
  const video = document.querySelector("tp-player video"), box = video.getBoundingClientRect();
  const scale = Math.min(box.width / video.videoWidth, box.height / video.videoHeight);
  const [w, h] = [video.videoWidth * scale, video.videoHeight * scale];
  return [box.x + (box.width - w) / 2 + x * w, box.y + (box.height - h) / 2 + y * h];
}"""
# What the drawing covers, in the same parts of the picture.
COVERED = """() => {
  const box = document.querySelector("tp-drawing path").getBBox();
  const view = document.querySelector("tp-drawing svg").viewBox.baseVal;
  return [box.x / view.width, box.y / view.height, (box.x + box.width) / view.width, (box.y + box.height) / view.height];
}"""


def stroke(page: Page, *places: tuple[float, float]) -> None:
    first, *rest = (page.evaluate(PLACE, place) for place in places)
    page.mouse.move(*first)
    page.mouse.down()
    for place in rest:
        page.mouse.move(*place, steps=5)
    page.mouse.up()


def test_a_drawing_stays_on_its_frame_and_place(browser: Browser, product: Product) -> None:
    owner = Editor(product, "owner@example.org")
    project_id = owner.post("projects", {"name": "Drawn on"})["id"]
    owner.post(f"projects/{project_id}/members", {"email": "carl@example.org", "role": "client"})
    version_id = owner.upload(project_id, file_of("29.97", frames=150)[0])  # long enough not to end before it is paused
    owner.wait_for_media(version_id)
    layer = "tp-drawing"
    with (
        signed_in(browser, product.url, "owner@example.org", viewport={"width": 1280, "height": 800}) as hers,
        signed_in(browser, product.url, "carl@example.org", viewport={"width": 390, "height": 844}) as his,
    ):
        olga, carl = Room(hers.new_page()), Room(his.new_page())
        for room in (olga, carl):
            room.page.goto(f"/v/{version_id}?frame=20")
            room.settled()

        # Begun during play: it pauses on the frame that is shown, and that frame is drawn on.
        olga.page.get_by_role("combobox", name="Speed", exact=True).select_option(
            "0.25"
        )  # nor at once, however busy the machine is
        olga.page.get_by_role("combobox", name="Speed", exact=True).blur()
        olga.key("Space")
        olga.page.wait_for_function("() => Number(document.querySelector('tp-player').dataset.frame) > 24")
        olga.key("d")
        expect(olga.page.locator(f"{layer}.active")).to_be_visible()
        frame = olga.settled()
        assert olga.painted() == frame
        olga.key("r")
        stroke(olga.page, (0.25, 0.5), (0.75, 0.9))
        olga.key("a")
        stroke(olga.page, (0.1, 0.1), (0.2, 0.2))
        expect(olga.page.locator(layer)).to_have_attribute("data-shapes", "2")
        olga.key("Control+z")
        expect(olga.page.locator(layer)).to_have_attribute("data-shapes", "1")

        # And two frames on a second drawing of the same comment.
        olga.key("ArrowRight")
        olga.key("ArrowRight")
        olga.wait_for_frame(frame + 2)
        expect(olga.page.locator(layer)).to_have_attribute("data-shapes", "0")
        olga.key("p")
        stroke(olga.page, (0.5, 0.5), (0.6, 0.5), (0.6, 0.6))
        olga.page.wait_for_url(re.compile(f"frame={frame + 2}"))  # the address follows once the playhead rests
        olga.page.reload()
        olga.settled()
        expect(olga.page.locator(layer)).to_have_attribute("data-shapes", "1")
        assert not olga.page.locator(f"{layer}.active").count()

        # Without a word it is a comment, on the range that holds both.
        olga.page.get_by_role("button", name="Comment", exact=True).click()
        chip = carl.page.locator("article.thread .position-chip")
        expect(chip).to_have_count(1, timeout=10_000)
        (comment,) = owner.get(f"versions/{version_id}/comments?include=annotations")
        assert (comment["frame"], comment["duration_frames"], comment["annotation_frames"]) == (frame, 3, [frame, frame + 2])
        rect, pen = comment["annotation"]["shapes"]
        assert rect["points"] == pytest.approx([0.25 * 65535, 0.5 * 65535, 0.75 * 65535, 0.9 * 65535], abs=130)
        assert len(pen["points"]) == 6, "a corner needs three points"
        assert len(json.dumps(comment["annotation"])) < 400
        expect(olga.page.locator(layer)).to_have_attribute("data-shapes", "1")
        assert olga.page.evaluate("key => localStorage.getItem(key)", f"twopop.drawing.{version_id}") is None

        # On a phone it lies on the same place of the same frame, and on no other.
        chip.click()
        carl.wait_for_frame(frame)
        assert carl.painted() == frame
        expect(carl.page.locator(layer)).to_have_attribute("data-shapes", "1")
        assert carl.page.evaluate(COVERED) == pytest.approx([0.25, 0.5, 0.75, 0.9], abs=0.003)
        on_page = carl.page.locator(f"{layer} path").bounding_box()
        left, top = carl.page.evaluate(PLACE, [0.25, 0.5])
        assert on_page
        assert [on_page["x"], on_page["y"]] == pytest.approx([left, top], abs=2.5)
        carl.key("ArrowRight")
        carl.wait_for_frame(frame + 1)
        expect(carl.page.locator(layer)).to_have_attribute("data-shapes", "0")
        assert re.search(r"\d", chip.inner_text())

        # As a file: over the source's own frame, as large as that.
        url = f"/api/v1/comments/{comment['id']}/annotation.png?over=picture&frame={frame}"
        data, headers = owner.request("GET", url)
        picture = Image.open(io.BytesIO(data)).convert("RGB")
        assert headers["content-type"] == "image/png"
        x, y = picture.width // 4, picture.height * 7 // 10  # on its left side
        red, green, _ = np.moveaxis(np.asarray(picture.crop((x - 3, y, x + 4, y + 1)), int), 2, 0)
        assert (red - green).max() > 50
        still, _ = owner.request("GET", f"/api/v1/versions/{version_id}/frames/{frame}.png")
        assert media.read_number(np.asarray(Image.open(io.BytesIO(still)).convert("L"))) == frame
        with pytest.raises(urllib.error.HTTPError, match="422"):
            owner.request("GET", f"/api/v1/versions/{version_id}/frames/999999.png")

        # The same from the comment's menu: of the drawn frame on which one stands.
        there = olga.settled()
        sent = olga.page.locator("article.thread")
        for item, ending in (("Drawing as SVG", "svg?"), ("Drawn frame as PNG", "png?over=picture&")):
            sent.hover()
            sent.get_by_label("More").click()
            with olga.page.expect_download() as saved:
                sent.get_by_role("button", name=item).click()
            assert f"frame-{there}" in saved.value.suggested_filename
            made, _ = owner.request("GET", f"/api/v1/comments/{comment['id']}/annotation.{ending}frame={there}")
            assert saved.value.path().read_bytes() == made

        # Changed after it was sent, where one stands: everybody sees the new one, and it can be undone.
        carl.key("ArrowRight")
        carl.wait_for_frame(frame + 2)
        expect(carl.page.locator(layer)).to_have_attribute("data-shapes", "1")
        sent = olga.page.locator("article.thread")
        sent.hover()
        sent.get_by_label("More").click()
        sent.get_by_role("button", name="Change the drawing").click()
        expect(olga.page.locator(f"{layer}.active")).to_be_visible()
        olga.wait_for_frame(frame + 2)
        stroke(olga.page, (0.4, 0.2), (0.5, 0.25))
        olga.key("Escape")
        expect(carl.page.locator(layer)).to_have_attribute("data-shapes", "2")
        expect(olga.page.locator(layer)).to_have_attribute("data-shapes", "2")
        olga.page.get_by_role("button", name="Undo", exact=True).click()
        expect(carl.page.locator(layer)).to_have_attribute("data-shapes", "1")

        # A text that was being written on the picture when the page was left belongs to the draft.
        olga.key("d")
        expect(olga.page.locator(f"{layer}.active")).to_be_visible()
        olga.key("t")
        olga.page.mouse.click(*olga.page.evaluate(PLACE, [0.2, 0.2]))
        olga.page.keyboard.type("Too dark")
        olga.page.reload()
        olga.settled()
        expect(olga.page.locator(f"{layer} text")).to_contain_text("Too dark")

        # On a picture that she has turned she writes upright as she sees it; it belongs to the picture, for others too.
        olga.key("r")
        olga.key("d")
        expect(olga.page.locator(f"{layer}.active")).to_be_visible()
        olga.key("t")
        box = olga.player.bounding_box()
        assert box
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        olga.page.mouse.click(*middle)
        olga.page.keyboard.type("Upright")
        olga.key("Enter")
        written = olga.page.locator(f"{layer} text", has_text="Upright")
        on_page = written.bounding_box()
        assert on_page
        assert on_page["width"] > 2 * on_page["height"]
        assert [on_page["x"], on_page["y"]] == pytest.approx(middle, abs=12)
        olga.key("Escape")
        olga.page.get_by_role("button", name="Comment", exact=True).click()
        expect(carl.page.locator("article.thread")).to_have_count(2, timeout=10_000)
        sent = owner.get(f"versions/{version_id}/comments?include=annotations")
        (turned,) = [one["annotation"]["shapes"] for one in sent if one["id"] != comment["id"]]
        assert [one.get("turn") for one in turned] == [None, 3]
