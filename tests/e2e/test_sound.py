"""Sound follows the picture: what a step sounds of is its frame's own, to a tenth of a millisecond; channels and meters."""

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.editor import Editor
from tests.e2e.product import Product
from tests.e2e.room import Room, signed_in
from tests.media import SAMPLE_RATE, clip, find_clicks

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

# Keeps what is played through buffers, as it is handed over to be played.
HEARD = """window.heard = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...when) {
    window.heard.push({ rate: this.buffer.sampleRate, left: [...this.buffer.getChannelData(0)] });
    return start.apply(this, when);
};"""


def test_a_step_is_heard_exactly_and_one_channel_can_be_heard_by_itself(product: Product, browser: Browser) -> None:
    editor = Editor(product, "owner@example.org")
    version = editor.upload(editor.post("projects", {"name": "Sound"})["id"], clip("25"))  # a click half a second into each
    editor.wait_for_media(version)
    with signed_in(browser, product.url, "owner@example.org") as context:
        page = context.new_page()
        page.add_init_script(HEARD)
        room = Room(page).open(f"/v/{version}?frame=0", player="plus")
        # (frame, where in its 40 ms the click begins): 0.48 s and 1.48 s; the frame between has none.
        for count, (frame, clicks) in enumerate([(12, [960]), (20, []), (37, [960])], start=1):
            assert room.seeks([frame])[0]["reported"] == frame
            page.wait_for_function("count => heard.length >= count", arg=count)
            slice_ = page.evaluate("heard.at(-1)")
            assert slice_["rate"] == SAMPLE_RATE
            assert len(slice_["left"]) == SAMPLE_RATE // 25
            found = find_clicks(np.asarray(slice_["left"], np.float32))
            assert len(found) == len(clicks)
            assert all(abs(at - expected) <= SAMPLE_RATE // 10_000 for at, expected in zip(found, clicks, strict=True))

        sound = page.locator("tp-sound")
        page.get_by_label("Sound: meters and channels").click()
        sound.get_by_text("Left").click()
        expect(sound).to_have_attribute("data-solo", "0")
        room.seeks([0])
        room.key("Space")
        loudest = "() => Math.max(...(document.querySelector('tp-sound').levels() ?? [{peak: -99}]).map(({peak}) => peak))"
        page.wait_for_function(f"() => ({loudest})() > -20")  # the click passes the meters
        room.key("Space")
        room.settled()
        sound.get_by_text("All").click()
        expect(sound).not_to_have_attribute("data-solo", "0")

        sound.get_by_label("Hear each step").uncheck()
        page.evaluate("heard.length = 0")
        room.seeks([3, 4])
        sound.get_by_label("Hear each step").check()
        room.seeks([5])
        page.wait_for_function("heard.length > 0")
        assert page.evaluate("heard.length") == 1
