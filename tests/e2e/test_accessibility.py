"""Everybody can use every page: axe-core finds nothing serious on any of them, dark or light, wide or on a phone; the keyboard
is one's own; fingers do what keys do; the tour greets once."""

import json
import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.editor import Editor
from tests.e2e.product import ROOT, Product
from tests.e2e.room import Room, signed_in
from tests.media import clip

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
FULL = os.environ.get("TWOPOP_E2E_FULL") == "1"
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
FOUND = """async (within) => {
  const parts = [...document.querySelectorAll(within)].filter(one => one.checkVisibility());
  const answer = await axe.run({ include: parts }, { resultTypes: ["violations"] });
  const where = node => `${node.target.join(" ")} ${node.any[0]?.message ?? ""}`;
  return answer.violations.filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => `${one.id}: ${one.nodes.map(where).join("; ")}`);
}"""
# The reference of the API repeats one template for each of some hundred routes: axe needs minutes for all of them.
SHORTEN = "() => document.querySelectorAll('section:nth-of-type(n+9)').forEach(one => one.remove())"
DRAWING = {
    "v": 1,
    "shapes": [{"tool": "rect", "frame": 20, "color": "#ff3b30", "width": 400, "points": [9000, 9000, 30000, 30000]}],
}

# In this order Tab goes through the room, and never back.
PARTS = [".room-head", "tp-player", "tp-timeline", "tp-transport", "tp-approvals", "tp-comments", "tp-composer"]
STOP = """parts => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const name = at.ariaLabel ?? at.labels?.[0]?.textContent ?? at.title ?? "";
  const seen = at.checkVisibility() && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
  const part = parts.findIndex(part => at.closest(part));
  return { part, name: (name || at.textContent).trim(), seen, over: at === document.body };
}"""


@pytest.fixture(scope="module")
def owner(product: Product) -> Editor:
    return Editor(product, "owner@example.org")


@pytest.fixture(scope="module")
def version(owner: Editor) -> dict[str, Any]:
    project = owner.post("projects", {"name": "For everybody"})["id"]
    owner.post(f"projects/{project}/members", {"email": "carl@example.org", "role": "client"})
    owner.post(f"projects/{project}/labels", {"name": "Sound", "colour": "#3e8fe0"})
    [first, second] = [owner.upload(project, clip(name)) for name in ("29.97", "prores")]
    for one in (first, second):
        owner.wait_for_media(one)
    said = {"frame": 18, "duration_frames": 6, "text": "A **range** for @Carl Client", "annotation": DRAWING}
    comment = owner.post(f"versions/{first}/comments", said)
    owner.post(f"versions/{first}/comments", {"parent_id": comment["id"], "text": "Answered", "internal": True})
    # The desk: a spec, somebody who is asked, and a delivery that was let pass.
    owner.request("PUT", f"/api/v1/projects/{project}/spec", {"technical": {"preset": "hd-25"}})
    owner.post(f"versions/{first}/reviewers", {"user_id": owner.get("me")["id"], "due": "2031-01-31"})
    for block in [one["code"] for one in owner.get(f"versions/{second}/approvals")["blocks"]]:
        owner.request("PUT", f"/api/v1/versions/{second}/blocks/{block}", {"reason": "It is only a test"})
    delivery = owner.post(f"versions/{second}/deliveries", {"note": "For the test"})["id"]
    invited = owner.post(f"projects/{project}/members", {"email": "new@example.org", "role": "client"})
    made = {"id": first, "project": project, "comment": comment["id"], "delivery": delivery}
    asset = owner.get(f"versions/{first}")["asset_id"]
    return {**made, "asset": asset, "invitation": re.search(r"/invite/\S+", str(invited))}


def judge(page: Page, where: str, within: str = ":root") -> list[str]:
    """What axe finds in the page (or a part of it): dark at a desk, light on a phone; the full run looks at both in both."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())  # past the page's own rules for scripts
    found = []
    assert page.viewport_size
    wide = page.viewport_size["width"] > 640
    for theme in ("dark", "light") if FULL else ("dark",) if wide else ("light",):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        found += [f"{where}, {theme}: {one}" for one in page.evaluate(FOUND, within)]
    return found


def walk(page: Page) -> list[str]:
    """Tab from the beginning to the end; what is wrong on the way."""
    page.evaluate("document.activeElement.blur()")
    wrong: list[str] = []
    last = -1
    parts = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP, PARTS)
        if stop["over"]:
            return wrong + [f"Tab never comes to {PARTS[i]}" for i in range(len(PARTS)) if i not in parts]
        parts.add(stop["part"])
        if not stop["name"] or not stop["seen"] or stop["part"] < last:
            wrong.append(f"{stop} after {PARTS[last] if last >= 0 else 'the beginning'}")
        last = max(last, stop["part"])
    return [*wrong, "Tab does not come to an end"]


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desk", "phone"])
def test_nothing_serious_on_any_page(
    browser: Browser, product: Product, version: dict[str, Any], size: tuple[int, int]
) -> None:
    width, height = size
    found: list[str] = []
    with signed_in(browser, product.url, "owner@example.org", viewport={"width": width, "height": height}) as context:
        page = context.new_page()
        page.emulate_media(reduced_motion="reduce")  # so that nothing is judged half faded in
        project = f"/projects/{version['project']}"
        paths = ["/", project, f"/v/{version['id']}/checks", "/settings/tokens", "/accounts/2fa/", "/accounts/password/change/"]
        paths += [f"{project}/{one}" for one in ("sources", "spec", "protocol", "deliveries", "work", "audit")]
        paths += [f"/stacks/{version['asset']}", f"/deliveries/{version['delivery']}", "/reviews"]
        if width <= 640 and not FULL:  # those that are laid out anew on a phone; the others only get narrower
            paths = ["/", project, f"/v/{version['id']}/checks", f"{project}/deliveries", f"/stacks/{version['asset']}"]
        else:
            paths += ["/api/v1/docs", "/accounts/logout/", "/nothing"]
        for path in paths:
            page.goto(path)
            page.wait_for_load_state("networkidle")
            if path == "/api/v1/docs" and not FULL:
                page.evaluate(SHORTEN)
            found += judge(page, path)

        room = Room(page)
        page.goto(f"/v/{version['id']}?frame=20&comment={version['comment']}")
        room.settled()
        expect(page.locator("article.thread.selected, article.thread[aria-current]").first).to_be_visible()
        found += judge(page, "room")
        if width > 640:
            found += walk(page)
        # name, how to come to it, what is seen then, the part of the page that is another then
        states: list[tuple[str, list[Callable[[], None]], str, str]] = [
            ("range", [lambda: room.key("i"), lambda: room.key("o")], ".range-text", "tp-transport"),
            ("approval", [page.locator("tp-approvals summary").click], ".approval-form", "tp-approvals"),
            ("drawing", [page.get_by_role("button", name="Draw on this frame").click], "tp-drawing.active", ":root"),
            ("looking", [lambda: room.key("Escape"), lambda: room.key("z")], "tp-look-tools:not([hidden])", ":root"),
            ("comparing", [lambda: room.key("z"), lambda: room.key("q")], "tp-compare[data-confirmed=true]", ":root"),
            (
                "filter",
                [lambda: room.key("q"), page.get_by_label("Filter", exact=True).click],
                "tp-comments details[open]",
                "tp-comments",
            ),
            ("keys", [lambda: room.key("Escape"), lambda: room.key("?")], "dialog .keys", "dialog"),
            ("changing keys", [page.get_by_role("button", name="Change keys").click], "dialog .key-chip", "dialog"),
        ]
        for name, steps, there, within in states:
            for step in steps:
                step()
            expect(page.locator(there).first).to_be_visible(timeout=15_000)
            found += judge(page, name, within)
    anonymous: dict[str, Any] = {"viewport": {"width": width, "height": height}, "reduced_motion": "reduce"}
    with browser.new_context(base_url=product.url, **anonymous) as context:
        page = context.new_page()
        invitation = version["invitation"]
        for path in ["/accounts/login/", "/accounts/password/reset/", *([invitation[0]] if invitation else [])]:
            page.goto(path.rstrip("'\","))
            found += judge(page, path.split("/")[1])
    assert not found, "\n".join(found)


@pytest.fixture
def newcomer(browser: Browser, product: Product, owner: Editor, version: dict[str, Any]) -> Iterator[Page]:
    anna = Editor(product, "anna@example.org")
    owner.post(f"projects/{version['project']}/members", {"email": "anna@example.org", "role": "reviewer"})
    anna.request("PATCH", "/api/v1/me/preferences", {"tour_seen": False})
    phone: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with signed_in(browser, product.url, "anna@example.org", **phone) as context:
        yield context.new_page()
    anna.request("PATCH", "/api/v1/me/preferences", {"tour_seen": True, "keys": None})


def finger(page: Page, *places: tuple[float, float], held: Callable[[], None] = lambda: None) -> None:
    """One finger put down, led over these places, and lifted; `held` is waited for before it is."""
    session = page.context.new_cdp_session(page)
    for kind, place in zip(("touchStart", *["touchMove"] * (len(places) - 1)), places, strict=True):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": place[0], "y": place[1]}]})
    held()
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_tour_fingers_and_keys_of_ones_own(newcomer: Page, version: dict[str, Any]) -> None:
    page, room = newcomer, Room(newcomer)
    path = f"/v/{version['id']}?frame=10"
    page.goto(path)
    room.settled()

    # --- the tour, once
    tour = page.get_by_role("region", name="Tour")
    expect(tour).to_contain_text("1 of 4")
    tour.get_by_role("button", name="Next").click()
    expect(tour).to_contain_text("Comment where you are")
    with page.expect_response(lambda answer: answer.url.endswith("/me/preferences") and answer.ok):
        tour.get_by_role("button", name="Skip the tour").last.click()
    expect(tour).to_have_count(0)
    page.goto(path)
    room.settled()
    expect(tour).to_have_count(0)

    # --- fingers: a swipe is a frame per 16 pixels, a flick one; held still it comments
    box = page.locator("tp-player").bounding_box()
    assert box
    x, y = box["x"] + 60, box["y"] + box["height"] * 0.7
    finger(page, (x, y), (x + 20, y), (x + 16 * 3 + 4, y))
    room.wait_for_frame(13)
    finger(page, (x + 50, y), (x + 38, y))
    room.wait_for_frame(12)
    expect(room.player).to_have_attribute("data-playing", "false")  # it was no tap
    finger(page, (x, y), held=lambda: expect(page.locator("tp-composer")).to_have_attribute("data-pinned", "true"))
    expect(page.get_by_label("Comment on this frame")).to_be_focused()
    expect(room.player).to_have_attribute("data-frame", "12")
    page.get_by_label("Comment on this frame").blur()

    # --- keys: another program's, and one of one's own taken from another action; there again in another load
    room.key("?")
    page.get_by_label("Keys as in").select_option("avid")
    page.get_by_role("button", name="Change keys").click()
    # What goes wrong is said in the dialog, where it is seen and can be pressed away.
    page.route("**/me/preferences", lambda route: route.abort())
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Import").click()
    file = {"format": "twopop-keyboard", "version": 1, "preset": "avid", "changes": {"loop": ["y", "Tab"]}}
    chosen.value.set_files({"name": "keys.json", "mimeType": "application/json", "buffer": json.dumps(file).encode()})
    page.get_by_role("dialog").get_by_role("alert").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_contain_text("1 key of the file was left out")
    page.unroute("**/me/preferences")

    page.get_by_role("button", name="Sound on or off: change U").click()
    room.key("l")
    expect(page.get_by_role("dialog")).to_contain_text("L is “Play on; again: 2×, 4×” now.")
    with page.expect_response(lambda answer: answer.url.endswith("/me/preferences") and answer.ok):
        page.get_by_role("button", name="Use it here instead").click()
    page.goto(path)
    room.settled()
    room.key("4")
    room.wait_for_frame(11)
    expect(page.get_by_role("button", name="One frame on")).to_have_attribute("title", "One frame on (→ or 4)")
    muted = "document.querySelector('tp-player video').muted"
    before = page.evaluate(muted)
    room.key("l")
    page.wait_for_function(f"before => {muted} !== before", arg=before)
    expect(room.player).to_have_attribute("data-playing", "false")
