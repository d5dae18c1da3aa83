"""The review room as a person sees it, in a real Chromium: what it reports, and which picture is really painted."""

import base64
import io
import re
from typing import Any

import av
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.media import read_number

PASSWORD = "correct horse battery"
# The video, or the still held over it, as it is painted at this moment.
PAINTED = """() => {
  const still = document.querySelector("tp-player canvas.still");
  const video = document.querySelector("tp-player video");
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(still.hidden ? video : still, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png").split(",")[1];
}"""


def signed_in(browser: Browser, url: str, email: str, **context: Any) -> BrowserContext:
    """A browser context of its own in which `email` is signed in. Any error on a page fails the test that caused it."""
    made = browser.new_context(base_url=url, **context)
    made.on("weberror", lambda error: (_ for _ in ()).throw(AssertionError(f"error on the page: {error.error}")))
    page = made.new_page()
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/$"))
    page.close()
    return made


class Room:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.player = page.locator("tp-player")

    def settled(self, timeout: float = 30_000) -> int:
        """Wait until the player confirms its frame; the number that it reports."""
        expect(self.player).to_have_attribute("data-confirmed", "true", timeout=timeout)
        return int(self.player.get_attribute("data-frame") or "-1")

    def painted(self) -> int | None:
        """The number that the picture on screen carries."""
        data = base64.b64decode(self.page.evaluate(PAINTED))
        with av.open(io.BytesIO(data), "r") as container:
            return read_number(next(container.decode(video=0)).to_ndarray(format="gray"))

    def key(self, key: str) -> None:
        self.page.keyboard.press(key)

    def wait_for_frame(self, frame: int) -> None:
        expect(self.player).to_have_attribute("data-frame", str(frame))
        self.settled()

    def comment(self, text: str) -> None:
        self.key("m")
        box = self.page.get_by_label("Comment on this frame")
        expect(self.page.locator("tp-composer")).to_have_attribute("data-pinned", "true")
        box.fill(text)
        self.page.get_by_role("button", name="Comment", exact=True).click()

    def thread(self, text: str) -> Any:
        return self.page.locator("article.thread", has_text=text)
