"""The review room in a real Chromium: opens it, drives it as a person does, tells what it reports and what it paints."""

import base64
import io
import re
from pathlib import Path
from typing import Any

import av
import numpy as np
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, StorageState, expect

from tests import media

PASSWORD = "correct horse battery"
CHROMIUM = "/usr/bin/chromium"
# Parts of the browser's own window that no test sees: each context would start a renderer for them. The others are those that
# the driver turns off by itself, because the last list on the command line is the only one that counts.
WITHOUT = [
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "AimEnabled", "SpareRendererForSitePerProcess"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "LensOverlay"),
    *("HttpsFirstBalancedModeAutoEnable", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning"),
    *("OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch"),
]
FLAGS = [
    f"--disable-features={','.join(WITHOUT)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
DRIVER = Path(__file__).with_name("frame_numbers.js")
# The video, or the still held over it, as it is painted at this moment.
PAINTED = """() => {
  const still = document.querySelector("tp-player canvas.still:not([hidden])");
  const video = document.querySelector("tp-player video");
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(still ?? video, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png").split(",")[1];
}"""
# The exact picture in the card above the timeline.
CARD = """() => {
  const video = document.querySelector(".hover-card video");
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png").split(",")[1];
}"""


# Resolves once the page has handled that a button was let go; what is listening there may stop the event on its way.
WAIT_FOR_RELEASE = """() => {
  window.letGo = new Promise((heard) => {
    for (const kind of ["pointerup", "pointercancel", "lostpointercapture"])
      addEventListener(kind, () => setTimeout(heard), { capture: true, once: true });
  });
}"""


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, headless=True)


_sessions: dict[tuple[str, str], StorageState] = {}  # of those who have signed in before, by address of the server and person


def signed_in(browser: Browser, url: str, email: str, **context: Any) -> BrowserContext:
    """A browser context of its own in which `email` is signed in. Any error on a page fails the test that caused it."""
    known = _sessions.get((url, email))
    made = browser.new_context(base_url=url, storage_state=known, **context)
    made.on("weberror", lambda error: (_ for _ in ()).throw(AssertionError(f"error on the page: {error.error}")))
    if known is None:
        page = made.new_page()
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile(r"/$"))
        page.close()
        _sessions[url, email] = {"cookies": made.storage_state()["cookies"], "origins": []}
    return made


def _number_on(picture: bytes) -> int | None:
    with av.open(io.BytesIO(picture), "r") as container:
        return media.read_number(np.asarray(next(container.decode(video=0)).to_ndarray(format="gray")))


class Room:
    """A page of a context that signed_in() made."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.player = page.locator("tp-player")

    def open(self, path: str, *, player: str = "") -> "Room":
        """Open `path` and wait until the player stands on a confirmed frame.

        `player`: "plus" waits until paused pictures come from the page's own decoder, "base" has it do without.
        """
        if player == "base":
            path += ("&" if "?" in path else "?") + "player=base"
        self.page.goto(path)
        self.settled()
        if player:
            expect(self.player).to_have_attribute("data-player", player, timeout=20_000)
        self.page.evaluate(DRIVER.read_text())
        return self

    def settled(self, timeout: float = 30_000) -> int:
        """Wait until the player confirms its frame; the number that it reports."""
        expect(self.player).to_have_attribute("data-confirmed", "true", timeout=timeout)
        return int(self.player.get_attribute("data-frame") or "-1")

    def painted(self) -> int | None:
        """The number that the picture on screen carries."""
        return _number_on(base64.b64decode(self.page.evaluate(PAINTED)))

    def card_shows(self) -> int | None:
        """The number that the picture in the card above the timeline carries."""
        return _number_on(base64.b64decode(self.page.evaluate(CARD)))

    def film_shows(self) -> dict[int, int | None]:
        """At single frames: the number that each picture of the film strip carries, by its frame; waits for all of them."""
        self.page.evaluate(DRIVER.read_text())
        self.page.wait_for_function("() => Object.values(frameNumbers.film()).every((number) => number !== null)")
        return {int(frame): number for frame, number in self.page.evaluate("frameNumbers.film()").items()}

    def drag_along(self, *places: tuple[float, float]) -> None:
        """Press at the first place, let go at the last; returns when the page has heard of it."""
        self.page.evaluate(WAIT_FOR_RELEASE)
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*place)
        self.page.mouse.up()
        self.page.evaluate("letGo")

    def drag(self, handle: Locator, pixels: float) -> None:
        """Drag something sideways."""
        box = handle.bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.drag_along((x, y), (x + pixels / 2, y), (x + pixels, y))

    def key(self, key: str) -> None:
        self.page.keyboard.press(key)

    def wait_for_frame(self, frame: int) -> None:
        expect(self.player).to_have_attribute("data-frame", str(frame))
        self.settled()

    def comment(self, text: str, *, by_keys: bool = False) -> None:
        """Write a comment on the frame on screen and send it, by its button or by keys alone."""
        self.key("m")
        expect(self.page.locator("tp-composer")).to_have_attribute("data-pinned", "true")
        if by_keys:
            self.page.keyboard.type(text)
            self.key("Control+Enter")
        else:
            self.page.get_by_label("Comment on this frame").fill(text)
            self.page.get_by_role("button", name=re.compile("^Comment( internally)?$")).click()

    def thread(self, text: str) -> Locator:
        return self.page.locator("article.thread", has_text=text)

    def source(self) -> str:
        return str(self.page.get_attribute("tp-player", "data-source"))

    def seeks(self, frames: list[int]) -> list[dict[str, Any]]:
        return list(self.page.evaluate("frames => frameNumbers.seeks(frames)", frames))

    def jumps(self, frames: list[int]) -> list[dict[str, Any]]:
        return list(self.page.evaluate("frames => frameNumbers.jumps(frames)", frames))

    def steps(self, start: int, count: int, direction: int) -> list[dict[str, Any]]:
        return list(self.page.evaluate("([s, c, d]) => frameNumbers.steps(s, c, d)", [start, count, direction]))

    def burst(self, start: int, count: int, direction: int) -> dict[str, Any]:
        return dict(self.page.evaluate("([s, c, d]) => frameNumbers.burst(s, c, d)", [start, count, direction]))

    def pause(self, start: int, milliseconds: int) -> dict[str, Any]:
        """Play and pause; beside the page's own reading, `seen` is read from a screenshot of what is on screen."""
        result = dict(self.page.evaluate("([s, m]) => frameNumbers.pause(s, m)", [start, milliseconds]))
        return {**result, "seen": self.seen()}

    def where(self) -> dict[str, Any]:
        return dict(self.page.evaluate("() => frameNumbers.where()"))

    def seen(self) -> int | None:
        """The number on a screenshot of the picture, letterboxing left out."""
        box = self.page.evaluate(
            """() => {
                const video = document.querySelector("tp-player video"), r = video.getBoundingClientRect();
                const scale = Math.min(r.width / video.videoWidth, r.height / video.videoHeight);
                const w = video.videoWidth * scale, h = video.videoHeight * scale;
                return {x: r.x + (r.width - w) / 2, y: r.y + (r.height - h) / 2, width: w, height: h};
            }"""
        )
        found = "document.querySelectorAll('tp-player > :not(video, canvas), .hover-card')"
        overlays = f"{found}.forEach(one => one.style.visibility = %s)"
        self.page.evaluate(overlays % "'hidden'")  # tools and hover card lie on its blocks
        try:
            return _number_on(self.page.screenshot(clip=box))
        finally:
            self.page.evaluate(overlays % "''")

    def expect_comment(self, text: str) -> None:
        expect(self.page.locator("tp-comments")).to_contain_text(text, timeout=10_000)
