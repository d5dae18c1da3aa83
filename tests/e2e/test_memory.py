"""A long review leaks nothing: pictures, listeners, nodes and heap after many version switches and seeks.

TWOPOP_E2E_FULL=1: 500 switches and 5,000 seeks; the plain run 8 and 100.
"""

import os
import random

import pytest
from playwright.sync_api import Browser, CDPSession

from tests.e2e.editor import Editor
from tests.e2e.exact_clips import file_of, misses
from tests.e2e.product import Product
from tests.e2e.room import Room, signed_in

FULL = os.environ.get("TWOPOP_E2E_FULL") == "1"
SWITCHES, SEEKS = (500, 5_000) if FULL else (8, 100)
WARM = 4
FRAME_BUDGET, BYTE_BUDGET = 256 << 20, 64 << 20

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

# How many pictures are open, whoever made them.
COUNTED = """window.openPictures = 0;
const closed = new WeakSet();
const close = VideoFrame.prototype.close;
VideoFrame.prototype.close = function () {
    if (!closed.has(this)) { closed.add(this); window.openPictures -= 1; }
    close.call(this);
};
window.VideoFrame = class extends VideoFrame { constructor(...given) { super(...given); window.openPictures += 1; } };
const Decoder = window.VideoDecoder;
window.VideoDecoder = class extends Decoder {
    constructor({ output, error }) { super({ error, output: (frame) => { window.openPictures += 1; output(frame); } }); }
};"""
SWITCH = """async ([id, source]) => {
    const view = document.querySelector("tp-player");
    view.dispatchEvent(new CustomEvent("tp-request", { detail: { kind: "version", id }, bubbles: true }));
    const there = () => view.dataset.source !== source && view.dataset.player === "plus" && view.dataset.confirmed === "true";
    while (!there()) await new Promise((resolve) => setTimeout(resolve, 10));
}"""


def held(cdp: CDPSession) -> dict[str, float]:
    """JavaScript heap in bytes, and live nodes and listeners, after the garbage is collected."""
    for _ in range(3):
        cdp.send("HeapProfiler.collectGarbage")
    metrics = {metric["name"]: metric["value"] for metric in cdp.send("Performance.getMetrics")["metrics"]}
    return {"heap": metrics["JSHeapUsedSize"], "nodes": metrics["Nodes"], "listeners": metrics["JSEventListeners"]}


def test_switching_and_seeking_hold_no_more_than_their_budgets(product: Product, browser: Browser) -> None:
    editor = Editor(product, "owner@example.org")
    project = editor.post("projects", {"name": "Memory"})["id"]
    first = editor.upload(project, file_of("25")[0])
    second = editor.upload(project, file_of("30")[0], assetId=editor.get(f"versions/{first}")["asset_id"])
    for version in (first, second):
        editor.wait_for_media(version)
    chance = random.Random(11)
    with signed_in(browser, product.url, "owner@example.org") as context:
        page = context.new_page()
        page.add_init_script(COUNTED)
        room = Room(page).open(f"/v/{first}", player="plus")
        cdp = context.new_cdp_session(page)
        cdp.send("Performance.enable")

        def switch(turn: int) -> None:
            page.evaluate(SWITCH, [(second, first)[turn % 2], room.source()])
            assert misses(room.seeks([chance.randrange(200)]), 0) == []

        def settled_usage() -> dict[str, int]:
            # Every picture that is open is one that the cache knows of, once no more are being made.
            page.wait_for_function("openPictures === document.querySelector('tp-room').player.usage.frames")
            return dict(page.evaluate("document.querySelector('tp-room').player.usage"))

        for turn in range(WARM):
            switch(turn)
        before = held(cdp)
        for turn in range(WARM, WARM + SWITCHES):
            switch(turn)
        settled_usage()
        after = held(cdp)
        assert after["listeners"] <= before["listeners"] + 20
        assert after["nodes"] <= before["nodes"] + 400
        assert after["heap"] <= before["heap"] + (6 << 20)

        for _ in range(SEEKS // 100):
            assert misses(room.seeks([chance.randrange(240) for _ in range(100)]), 0) == []
            usage = settled_usage()
            assert usage["frames"] > 0
            assert usage["frameBytes"] <= FRAME_BUDGET
            assert usage["bytes"] <= BYTE_BUDGET
        sought = held(cdp)
        assert sought["heap"] <= after["heap"] + (6 << 20)
        assert sought["listeners"] <= after["listeners"] + 20
