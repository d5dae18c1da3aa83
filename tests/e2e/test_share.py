"""A client on a phone: opens a link, says what they think on a frame, draws, approves; until the link is revoked."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.editor import Editor
from tests.e2e.exact_clips import file_of
from tests.e2e.product import Product
from tests.e2e.room import Room, signed_in
from tests.e2e.test_drawing import stroke

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_a_client_opens_a_link_on_a_phone(browser: Browser, product: Product, tmp_path: Path) -> None:
    owner = Editor(product, "owner@example.org")
    project_id = owner.post("projects", {"name": "For a client"})["id"]
    version_id = owner.upload(project_id, file_of("29.97", frames=150)[0])
    owner.wait_for_media(version_id)
    asset_id = owner.get(f"versions/{version_id}")["asset_id"]
    again = tmp_path / "again.mp4"
    again.write_bytes(file_of("29.97", frames=150)[0].read_bytes() + b"\0\0\0\x08free")  # other bytes, the same pictures
    first_id, version_id = version_id, owner.upload(project_id, again, assetId=asset_id)
    owner.wait_for_media(version_id)
    more = {name: owner.post(f"projects/{project_id}/assets", {"name": name})["id"] for name in ("Second", "Third")}
    for one in more.values():  # the same file: there is nothing to prepare
        owner.upload(project_id, file_of("29.97", frames=150)[0], assetId=one)
    rights = ["comment", "approve", "see_comments", "see_versions"]
    body = {"items": [{"asset_id": asset_id}], "rights": rights, "passphrase": "open sesame"}
    share = owner.post(f"projects/{project_id}/shares", body)
    with (
        signed_in(browser, product.url, "owner@example.org", viewport={"width": 1280, "height": 800}) as hers,
        browser.new_context(base_url=product.url, **PHONE) as phone,
    ):
        phone.on("weberror", lambda error: (_ for _ in ()).throw(AssertionError(f"error on the page: {error.error}")))
        olga, page = Room(hers.new_page()), phone.new_page()
        olga.page.goto(f"/v/{version_id}")
        olga.settled()
        page.goto(share["url"])
        page.get_by_label("Passphrase").fill("open sesame")
        page.get_by_role("button", name="Watch").click()
        carl = Room(page)
        carl.settled()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is cut off"

        # --- a comment, pinned to the frame that was on screen; the name is asked for once
        for _ in range(3):
            page.get_by_role("button", name="One frame on").click()
        carl.wait_for_frame(3)
        page.get_by_role("button", name="Draw on this frame").click()
        expect(page.locator("tp-drawing.active")).to_be_visible()
        stroke(page, (0.4, 0.4), (0.5, 0.6))
        words = page.locator("tp-composer textarea")
        words.fill("The logo comes too late")
        page.get_by_role("button", name="Comment", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="Close").click()
        expect(words).to_have_value("The logo comes too late")  # it is there again, with what was drawn
        page.get_by_role("button", name="Comment", exact=True).click()
        page.get_by_label("So that everybody knows who wrote this.").fill("Clara Client")
        page.get_by_role("button", name="Go on").click()
        seen = olga.thread("comes too late")
        expect(seen).to_contain_text("Clara Client")
        expect(seen.locator("[data-frame]")).to_have_attribute("data-frame", "3")
        expect(seen.locator(".badge", has_text="Drawing")).to_be_visible()
        expect(carl.thread("comes too late").locator(".pending")).to_have_count(0)

        # --- called otherwise: also on what was written before
        page.get_by_role("button", name="You are Clara Client").click()
        page.get_by_label("What you wrote here before carries it too.").fill("Clara Berg")
        page.get_by_role("button", name="Save").click()
        for one in (seen, carl.thread("comes too late")):
            expect(one).to_contain_text("Clara Berg")

        # --- a drawing alone
        page.get_by_role("button", name="Draw on this frame").click()
        expect(page.locator("tp-drawing.active")).to_be_visible()
        stroke(page, (0.3, 0.3), (0.6, 0.6))
        page.get_by_role("button", name="Comment", exact=True).click()
        expect(olga.page.locator(".thread .badge", has_text="Drawing")).to_have_count(2)
        expect(page.locator("tp-drawing.active")).to_have_count(0)

        # --- the member answers, and the client hears it
        owner.post(f"versions/{version_id}/comments", {"text": "We move it", "parent_id": seen.get_attribute("data-thread")})
        expect(carl.thread("comes too late")).to_contain_text("We move it")

        # --- one's word, and what happens next
        page.get_by_role("button", name="Approve", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="Approve", exact=True).click()
        expect(page.locator("tp-verdict")).to_contain_text("There is nothing more to do.")
        expect(olga.page.locator("tp-approvals")).to_contain_text("Approved")

        # --- the version before, beside this one: frame by frame
        page.get_by_role("button", name="Compare", exact=True).click()
        beside = page.locator("tp-compare")
        expect(page.get_by_label("Version of B")).to_have_value(first_id)
        for _ in range(2):
            page.get_by_role("button", name="One frame on").click()
        carl.wait_for_frame(5)
        expect(beside).to_have_attribute("data-locked", "true")
        expect(beside).to_have_attribute("data-frame", "5")
        page.get_by_role("button", name="Compare", exact=True).click()
        expect(beside).to_have_count(0)

        # --- somebody else at the same phone: what was written stays, and is not theirs
        mine = carl.thread("comes too late").locator(".menu-item", has_text="Edit")
        menu = carl.thread("comes too late").locator("summary[title=More]")
        menu.click()
        expect(mine).to_have_count(1)
        menu.click()
        page.get_by_role("button", name="You are Clara Berg").click()
        page.get_by_role("button", name="I am somebody else").click()
        expect(page.locator("tp-verdict").get_by_role("button", name="Approve", exact=True)).to_be_visible()
        expect(carl.thread("comes too late")).to_contain_text("Clara Berg")
        expect(menu).to_have_count(0)
        expect(page.get_by_role("button", name="You are")).to_have_count(0)

        # --- whose links they are puts several things into one, in an order of hers, by drag and by keys
        olga.page.get_by_role("button", name="Share", exact=True).click()
        links = olga.page.locator("[data-share]")
        expect(links).to_contain_text("opened once · last just now · Clara Berg")
        olga.page.get_by_text("More in the same link").click()
        for name in ("Second", "Third"):
            olga.page.get_by_label(name, exact=True).check()
        grips, first = olga.page.locator(".share-items .order-grip"), olga.page.locator(".share-items .order-row").first
        taken, to = grips.nth(2).bounding_box(), first.bounding_box()
        assert taken
        assert to
        olga.page.mouse.move(taken["x"] + 9, taken["y"] + 9)
        olga.page.mouse.down()
        olga.page.mouse.move(taken["x"] + 9, to["y"] + 4, steps=4)
        olga.page.mouse.up()
        expect(grips.first).to_have_attribute("aria-label", "Move Third: 1 of 3")
        expect(grips.first).to_be_focused()
        olga.page.keyboard.press("ArrowDown")
        expect(grips.nth(1)).to_be_focused()
        olga.page.get_by_role("button", name="Take Second out of the link").click()
        olga.page.get_by_role("button", name="Make the link and copy it").click()
        expect(links).to_have_count(2)
        shown = owner.get(f"projects/{project_id}/shares")[0]["items"]
        assert [one["asset_id"] for one in shown] == [asset_id, more["Third"]]

        # --- without earlier versions nothing is compared, nor is anything said of the project
        fewer = {"rights": [right for right in rights if right != "see_versions"]}
        assert owner.request("PATCH", f"/api/v1/shares/{share['id']}", fewer)[0]["data"]["rights"] == fewer["rights"]
        expect(page).to_have_url(re.compile(r"[?&]frame=5$"))
        page.reload()
        assert carl.settled() == 5  # where the client was
        expect(page.get_by_role("button", name="Compare", exact=True)).to_be_hidden()
        page.keyboard.press("q")
        expect(page.get_by_text("This link shows no other version of this video to compare with.")).to_be_visible()

        # --- revoked: both pages say so by themselves, and the media is refused to the client's
        media = owner.get(f"versions/{version_id}/media")["renditions"]
        played = next(one["url"] for one in media if one["kind"] == "proxy")
        assert page.request.get(played).status == 200
        assert owner.request("DELETE", f"/api/v1/shares/{share['id']}")[0]["data"]["state"] == "revoked"
        expect(page.get_by_role("heading", name="This link does not work any more")).to_be_visible()
        expect(olga.page.locator(f"[data-share='{share['id']}'] .badge")).to_have_text("Revoked")
        assert page.request.get(played).status == 401
        assert re.search(r"/s/[\w-]{32}$", page.url)
