"""The sync report as a person meets it: the verdict, a plot, a finding that leads to its frame, a copy that heals it."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.editor import Editor
from tests.e2e.product import Product
from tests.e2e.room import Room, signed_in
from tests.media import make_clip

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
GAP_AT = 31  # the picture that comes two frames late, and all behind it


def test_a_finding_is_seen_gone_to_and_healed(browser: Browser, product: Product, tmp_path: Path) -> None:
    owner = Editor(product, "owner@example.org")
    project = owner.post("projects", {"name": "Checked film"})
    times = [n * 3600 + (7200 if n >= GAP_AT else 0) for n in range(60)]
    clip = make_clip(tmp_path / "gap.mp4", rate="25", frames=60, variable=times, timescale=90_000, audio="aac")
    version = owner.upload(project["id"], clip)
    owner.wait_for_media(version)

    with signed_in(browser, product.url, "owner@example.org") as context:
        page = context.new_page()
        page.goto(f"/v/{version}/checks")
        expect(page.locator(".verdict")).to_have_attribute("data-verdict", "fix_in_post", timeout=60_000)
        finding = page.locator(".finding").filter(has_text="in the pictures' times")
        expect(finding).to_be_visible()
        plot = finding.locator("svg.plot")
        expect(plot.first).to_be_visible()
        assert plot.locator(".plot-point, .plot-line").count() > 0, "the plot has something in it"

        # The finding leads to its frame, and the room says what it is.
        place = finding.locator("a.place").first
        place.click()
        page.wait_for_url(f"**/v/{version}?frame={GAP_AT}")
        room = Room(page).open(f"/v/{version}?frame={GAP_AT}")
        assert room.painted() == GAP_AT
        room.key("Home")
        room.wait_for_frame(0)
        room.key("Shift+ArrowDown")
        room.wait_for_frame(GAP_AT)
        assert room.painted() == GAP_AT
        expect(page.locator(".toast")).to_contain_text("step")

        # It is healed by a copy, which is the next version and checked by itself.
        page.goto(f"/v/{version}/checks")
        page.get_by_role("button", name="Make the corrected copy").click()
        made = page.locator(".corrections").get_by_role("link", name="version 2")
        expect(made).to_be_visible(timeout=60_000)
        made.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("v2")
        expect(page.locator(".before-after")).to_contain_text("Fix in post", timeout=60_000)
        expect(page.locator(".before-after .badge").last).not_to_contain_text("Checking", timeout=60_000)
        expect(page.locator(".findings")).not_to_contain_text("in the pictures' times")
