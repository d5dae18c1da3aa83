"""Sound follows the picture: what a step sounds of is its frame's own, to a tenth of a millisecond; channels and meters."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from tests.channel_clips import channel_clip
from tests.e2e.editor import Editor
from tests.e2e.product import Product
from tests.e2e.room import Room, signed_in
from tests.media import SAMPLE_RATE, find_clicks

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

# Keeps what is played through buffers, as it is handed over to be played.
HEARD = """window.heard = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...when) {
    window.heard.push({ rate: this.buffer.sampleRate, left: [...this.buffer.getChannelData(0)] });
    return start.apply(this, when);
};
window.taken = [];
const take = AudioContext.prototype.createMediaElementSource;
AudioContext.prototype.createMediaElementSource = function (element) {
    taken.push(element);
    return take.call(this, element);
};
window.meters = [];
const meter = BaseAudioContext.prototype.createAnalyser;
BaseAudioContext.prototype.createAnalyser = function () {
    meters.push(meter.call(this));
    return meters.at(-1);
};
window.loudest = () => Math.max(...meters.map((one) => {
    const samples = new Float32Array(one.fftSize);
    one.getFloatTimeDomainData(samples);
    return Math.max(...samples);
}));"""

LFE = 3
SECONDS = 6


def clicks(track: int, channel: int) -> list[int]:
    """The left channel has one in the middle of each second, the channel of low effects (in no mix) one at its beginning."""
    first = {0: SAMPLE_RATE // 2, LFE: 960}.get(channel)
    return [] if first is None else [second * SAMPLE_RATE + first for second in range(SECONDS)]


def test_a_step_is_heard_exactly_and_one_channel_can_be_heard_by_itself(
    product: Product, browser: Browser, tmp_path: Path
) -> None:
    editor = Editor(product, "owner@example.org")
    source = channel_clip(tmp_path / "surround.mov", ["5.1"], clicks, frames=25 * SECONDS)
    version = editor.upload(editor.post("projects", {"name": "Sound"})["id"], source)
    editor.wait_for_media(version)
    with signed_in(browser, product.url, "owner@example.org") as context:
        page = context.new_page()
        page.add_init_script(HEARD)
        room = Room(page).open(f"/v/{version}?frame=0", player="plus")

        def hears(frame: int, expected: list[int]) -> None:
            """Clicks in the 40 ms of a frame, as they are played when it is stepped on to."""
            count = page.evaluate("heard.length")
            assert room.seeks([frame])[0]["reported"] == frame
            page.wait_for_function("count => heard.length > count", arg=count)
            slice_ = page.evaluate("heard.at(-1)")
            assert (slice_["rate"], len(slice_["left"])) == (SAMPLE_RATE, SAMPLE_RATE // 25)
            found = find_clicks(np.asarray(slice_["left"], np.float32))
            assert len(found) == len(expected)
            assert all(abs(at - there) <= SAMPLE_RATE // 10_000 for at, there in zip(found, expected, strict=True))

        for frame, expected in [(12, [960]), (25, []), (37, [960])]:
            hears(frame, expected)

        sound = page.locator("tp-sound")
        page.get_by_label("Sound: meters and channels").click()
        expect(sound.get_by_role("radio")).to_have_count(7)
        sound.get_by_text("LFE").click()
        expect(sound).to_have_attribute("data-solo", f"0.{LFE}")
        for frame, expected in [(25, [960]), (12, []), (50, [960])]:
            hears(frame, expected)
        room.seeks([0])
        room.key("Space")
        beside = "taken.find((one) => one instanceof HTMLAudioElement)"
        in_step = (
            f"!{beside}.paused && Math.abs({beside}.currentTime - document.querySelector('tp-player video').currentTime) < 0.03"
        )
        page.wait_for_function(f"() => {in_step} && loudest() > 0.1")  # the click passes the meters
        for _ in range(2):  # moved while it plays: heard from there on, in step again
            room.key("Shift+ArrowRight")
            room.settled()
            page.wait_for_function(f"() => {beside}.paused")
            room.key("Space")
            page.wait_for_function(f"() => {in_step}")
        room.key("Space")
        room.settled()
        page.wait_for_function(f"() => {beside}.paused")
        sound.get_by_text("All").click()
        expect(sound).not_to_have_attribute("data-solo", re.compile(""))
        hears(62, [960])

        sound.get_by_label("Hear each step").uncheck()
        page.evaluate("heard.length = 0")
        room.seeks([3, 4])
        sound.get_by_label("Hear each step").check()
        room.seeks([5])
        page.wait_for_function("() => heard.length > 0")
        assert page.evaluate("heard.length") == 1
