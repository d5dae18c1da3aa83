"""Makes the pictures of the user guide (docs/guide/pictures) from the demo project, in a real browser.

    .venv/bin/python -m tests.guide_pictures                                      # starts a product of its own, with the demo
    .venv/bin/python -m tests.guide_pictures --url http://localhost:8000 --email … --password …   # uses one that runs
    … --only room,keys                                                            # some of them

Each picture is one state that the guide speaks of. A state that cannot be reached ends the run with its name.
"""

import argparse
import io
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import guide_menus as menus
from tests import guide_trouble as trouble
from tests.e2e.product import ROOT, running_product
from tests.e2e.room import PASSWORD, launch

FOLDER = ROOT / "docs/guide/pictures"
DEMO = "Northern Light"
LONGEST_PREPARATION = 900  # seconds, on a busy machine
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
PREFERENCES = """values => fetch("/api/v1/me/preferences", { method: "PATCH", body: JSON.stringify(values), headers: {
  "Content-Type": "application/json", "X-CSRFToken": /csrftoken=([^;]+)/.exec(document.cookie)[1] } }).then(r => r.ok)"""

SHARE = """([project, body]) => fetch(`/api/v1/projects/${project}/shares`, {
  method: "POST", body: JSON.stringify(body),
  headers: { "Content-Type": "application/json", "X-CSRFToken": /csrftoken=([^;]+)/.exec(document.cookie)[1] },
}).then((answer) => answer.json()).then(({ data }) => data.url)"""


class Guide:
    """The demo project as its owner sees it."""

    def __init__(self, browser: Browser, url: str, email: str, password: str) -> None:
        self.browser, self.url = browser, url
        with browser.new_context(base_url=url) as context:
            page = context.new_page()
            page.goto("/accounts/login/")
            page.get_by_label("Email").fill(email)
            page.get_by_label("Password").fill(password)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(re.compile(r"/$"))
            assert page.evaluate(PREFERENCES, {"tour_seen": True, "keys": None})
            self.signed_in = context.storage_state()
            [project] = [one for one in self._get(context, "projects") if DEMO in one["name"]]
            self.project = project["id"]
            assets = self._get(context, f"projects/{self.project}/assets")
            asset = max(assets, key=lambda one: int(one["version_count"]))
            versions = sorted(self._get(context, f"assets/{asset['id']}/versions"), key=lambda one: int(one["number"]))
            self.versions = [one["id"] for one in versions]
            self._wait_until_ready(context)

    def _wait_until_ready(self, context: BrowserContext) -> None:
        """The guide shows a finished film: pictures in the timeline, waveform, verdicts."""
        deadline = time.monotonic() + LONGEST_PREPARATION
        while not all(self._ready(context, version) for version in self.versions):
            if time.monotonic() > deadline:
                raise SystemExit("the demo film is still being prepared: is a worker running?")
            time.sleep(1)

    def _ready(self, context: BrowserContext, version: str) -> bool:
        media = context.request.get(f"{self.url}/api/v1/versions/{version}/media").json()["data"]
        checks = context.request.get(f"{self.url}/api/v1/versions/{version}/checks").json()["data"]
        return media["state"] == "ready" and bool(media["sprites"]) and checks["state"] == "done"

    def _get(self, context: BrowserContext, path: str) -> list[dict[str, Any]]:
        return list(context.request.get(f"{self.url}/api/v1/{path}").json()["data"])

    def page(self, *, phone: bool = False, theme: str = "dark", signed_in: bool = True) -> Page:
        context = self.browser.new_context(
            base_url=self.url,
            color_scheme="light" if theme == "light" else "dark",
            reduced_motion="reduce",
            storage_state=self.signed_in if signed_in else None,
            **(PHONE if phone else DESK),
        )
        context.add_cookies([{"name": "theme", "value": theme, "url": self.url}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        return page

    def room(self, page: Page, *, version: int = -1, frame: int = 214) -> Page:
        page.goto(f"/v/{self.versions[version]}?frame={frame}")
        expect(page.locator("tp-player")).to_have_attribute("data-confirmed", "true", timeout=30_000)
        expect(page.locator("article.thread").first).to_be_visible()
        expect(page.locator("tp-player")).to_have_attribute("data-player", "plus", timeout=20_000)
        expect(page.locator("tp-media-notice")).to_be_hidden()
        return page


def _draw(page: Page) -> None:
    page.keyboard.press("d")
    expect(page.locator("tp-drawing.active")).to_be_visible()
    box = page.locator("tp-player").bounding_box()
    assert box
    page.keyboard.press("o")
    at = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in ((0.55, 0.25), (0.7, 0.52))]
    page.mouse.move(*at[0])
    page.mouse.down()
    page.mouse.move(*at[1], steps=4)
    page.mouse.up()
    page.keyboard.press("a")
    page.mouse.move(box["x"] + box["width"] * 0.35, box["y"] + box["height"] * 0.75)
    page.mouse.down()
    page.mouse.move(at[0][0], at[1][1], steps=4)
    page.mouse.up()
    expect(page.locator("tp-drawing")).to_have_attribute("data-shapes", "2")


def _compare(page: Page, mode: str) -> None:
    page.keyboard.press("q")
    expect(page.locator("tp-compare")).to_have_attribute("data-locked", "true", timeout=30_000)
    page.get_by_label("How to compare").select_option(mode)


def room(guide: Guide) -> Page:
    return guide.room(guide.page(), version=0, frame=292)


def light(guide: Guide) -> Page:
    return guide.room(guide.page(theme="light"), version=0, frame=292)


def commenting(guide: Guide) -> Page:
    page = guide.room(guide.page(), version=0, frame=214)
    page.keyboard.press("m")
    expect(page.locator("tp-composer")).to_have_attribute("data-pinned", "true")
    page.get_by_label("Comment on this frame").fill("Could the **sun** stand a little lower here? @Jonas Weber")
    return page


def drawing(guide: Guide) -> Page:
    page = guide.room(guide.page())
    _draw(page)
    return page


def looking(guide: Guide) -> Page:
    page = guide.room(guide.page())
    page.keyboard.press("z")
    page.keyboard.press("w")
    page.get_by_label("Aspect mask").select_option("2.39")
    expect(page.locator("tp-scope")).to_be_visible()
    return page


def pixels(guide: Guide) -> Page:
    page = guide.room(guide.page())
    page.keyboard.press("z")
    for _ in range(8):
        page.keyboard.press(".")
    return page


def side(guide: Guide) -> Page:
    page = guide.room(guide.page(), version=0, frame=296)
    _compare(page, "side")
    return page


def wipe(guide: Guide) -> Page:
    page = guide.room(guide.page(), version=0, frame=214)
    _compare(page, "wipe")
    return page


def difference(guide: Guide) -> Page:
    page = guide.room(guide.page(), version=0, frame=40)  # the slate, which names its version: there the two do differ
    _compare(page, "difference")
    expect(page.locator("tp-compare")).to_have_attribute("data-mode", "difference")
    return page


def offset(guide: Guide) -> Page:
    """B some frames later, as typed."""
    page = guide.room(guide.page(), version=0, frame=296)
    _compare(page, "side")
    field = page.get_by_label("Offset of B in frames")
    field.fill("+48")
    field.press("Enter")
    expect(page.locator("tp-compare")).to_have_attribute("data-offset", "48")
    expect(page.locator("tp-compare")).to_have_attribute("data-locked", "true")
    return page


def tablet(guide: Guide) -> Page:
    page = guide.page()
    page.set_viewport_size({"width": 1024, "height": 768})
    return guide.room(page, version=0, frame=292)


def timeline(guide: Guide) -> Page:
    page = guide.room(guide.page(), version=0, frame=292)
    box = page.get_by_role("slider", name="Position").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.62, box["y"] + box["height"] * 0.6)
    expect(page.locator(".hover-card")).to_have_attribute("data-picture", "exact", timeout=15_000)
    return page


def keys(guide: Guide) -> Page:
    page = guide.room(guide.page())
    page.keyboard.press("?")
    page.get_by_role("button", name="Change keys").click()
    page.locator("[data-key-chip='compare:0']").click()
    page.keyboard.press("p")
    expect(page.locator("[data-key-take]")).to_be_visible()
    return page


def tour(guide: Guide) -> Page:
    page = guide.room(guide.page())
    page.keyboard.press("?")
    page.get_by_role("button", name="Show the tour").click()
    page.get_by_role("region", name="Tour").get_by_role("button", name="Next").click()
    return page


def range_(guide: Guide) -> Page:
    """In and out, repeated."""
    page = guide.room(guide.page(), version=0, frame=292)
    page.keyboard.press("i")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("o")
    page.keyboard.press("p")
    expect(page.locator(".range-text")).to_be_visible()
    expect(page.locator("tp-player")).to_have_attribute("data-confirmed", "true")
    return page


def frames(guide: Guide) -> Page:
    """The timeline down to single frames."""
    page = guide.room(guide.page(), version=0, frame=292)
    for _ in range(12):
        page.keyboard.press("+")
    page.wait_for_timeout(1_000)
    return page


def sound(guide: Guide) -> Page:
    page = guide.room(guide.page(), version=0, frame=292)
    page.keyboard.press("Space")
    page.locator("tp-sound summary").click()
    page.wait_for_timeout(2_500)  # meters of the film's sound
    return page


def colour(guide: Guide) -> Page:
    page = guide.room(guide.page(), version=0, frame=292)
    page.keyboard.press("z")
    page.get_by_label("Channel or false colour").select_option("false")
    return page


def mistyped(guide: Guide) -> Page:
    page = guide.room(guide.page(), version=0, frame=292)
    page.keyboard.press("g")
    page.keyboard.type("10:30")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def german(guide: Guide) -> Page:
    page = guide.page()
    page.context.add_cookies([{"name": "language", "value": "de", "url": guide.url}])
    return guide.room(page, version=0, frame=292)


def sideways(guide: Guide) -> Page:
    page = guide.page(phone=True)
    page.set_viewport_size({"width": 844, "height": 390})
    return guide.room(page, version=0, frame=292)


def client(guide: Guide) -> Page:
    """What a share link shows, on a phone."""
    share = {"items": [{"version_id": guide.versions[0]}], "rights": ["comment", "see_comments", "approve"]}
    link = guide.room(guide.page()).evaluate(SHARE, [guide.project, share])
    page = guide.page(phone=True, theme="light", signed_in=False)
    page.goto(urlsplit(link).path + "?frame=292")
    expect(page.locator("tp-player")).to_have_attribute("data-confirmed", "true", timeout=30_000)
    expect(page.locator("article.thread").first).to_be_visible()
    return page


def phone(guide: Guide) -> Page:
    return guide.room(guide.page(phone=True), version=0, frame=292)


def phone_drawing(guide: Guide) -> Page:
    page = guide.room(guide.page(phone=True))
    _draw(page)
    return page


def project(guide: Guide) -> Page:
    page = guide.page()
    page.goto(f"/projects/{guide.project}")
    expect(page.locator("tp-asset-card, .asset-card").first).to_be_visible()
    return page


def report(guide: Guide) -> Page:
    page = guide.page()
    page.goto(f"/v/{guide.versions[-1]}/checks")
    expect(page.locator(".verdict")).to_be_visible()
    return page


def sign_in(guide: Guide) -> Page:
    page = guide.page(signed_in=False)
    page.goto("/accounts/login/")
    return page


def session(guide: Guide) -> Page:
    """Seen on the phone of a client who came by a link, while the host draws."""
    host = guide.room(guide.page())
    host.get_by_role("button", name="Live session").click()
    expect(host.locator("tp-session-bar")).to_contain_text("You lead")
    share = {"items": [{"version_id": guide.versions[-1]}], "rights": ["comment", "see_comments"]}
    link = host.evaluate(SHARE, [guide.project, share])
    client = guide.page(phone=True, signed_in=False)
    client.goto(urlsplit(link).path)
    client.get_by_role("button", name="Join").click()
    client.get_by_label("So that everybody knows who is there.").fill("Sydney")
    client.get_by_role("button", name="Go on").click()
    expect(client.locator("tp-player")).to_have_attribute("data-frame", "214")
    _draw(host)
    expect(client.locator("tp-session-layer")).to_have_attribute("data-shapes", "2")
    return client


PICTURES: dict[str, Callable[[Guide], Page]] = {
    one.__name__.strip("_").replace("_", "-"): one
    for one in (
        *(room, light, german, timeline, frames, menus.menu, range_, mistyped, sound, commenting, menus.comment_menu),
        *(drawing, looking, pixels, colour, side, offset, wipe, difference, keys, tour, tablet, phone, phone_drawing),
        *(sideways, client, project, report, sign_in),
        *(trouble.loading, trouble.preparing, trouble.failed, trouble.empty, trouble.offline, trouble.server, trouble.nothing),
        session,  # the last: it goes on
    )
}


def make(guide: Guide, names: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names:
        page = PICTURES[name](guide)
        page.wait_for_timeout(300)  # shadows and fonts
        shot = Image.open(io.BytesIO(page.screenshot()))
        shot.convert("RGB").save(FOLDER / f"{name}.webp", "WEBP", quality=78, method=6)
        page.context.close()
        sys.stdout.write(f"{name}.webp\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url")
    parser.add_argument("--email", default="owner@example.org")
    parser.add_argument("--password", default=PASSWORD)
    parser.add_argument("--only", default=",".join(PICTURES))
    chosen = parser.parse_args()
    names = chosen.only.split(",")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        if chosen.url:
            make(Guide(browser, chosen.url, chosen.email, chosen.password), names)
        else:
            folder, people = Path(tempfile.mkdtemp(prefix="twopop-guide-")), {chosen.email: "Olga Owner"}
            with running_product(folder, people=people, password=chosen.password) as product:
                product.manage("make_demo")
                make(Guide(browser, product.url, chosen.email, chosen.password), names)
        browser.close()


if __name__ == "__main__":
    main()
