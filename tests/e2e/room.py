"""The review room in a real Chromium, for tests: opens it, drives it, reads the numbered picture on screen."""

import io
from pathlib import Path
from typing import Any

import av
import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests import media

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
DRIVER = Path(__file__).with_name("frame_numbers.js")


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, headless=True)


def sign_in(context: BrowserContext, url: str, email: str, password: str) -> Page:
    """Sign in as a person does; answers the page that follows."""
    page = context.new_page()
    page.goto(f"{url}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{url}/")
    return page


class Room:
    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def open(self, path: str) -> "Room":
        """Open `path` and wait until the player stands on a confirmed frame."""
        self.page.goto(f"{self.url}{path}")
        self.page.wait_for_selector("tp-player[data-confirmed=true]", timeout=30_000)
        self.page.evaluate(DRIVER.read_text())
        return self

    def source(self) -> str:
        return str(self.page.get_attribute("tp-player", "data-source"))

    def seeks(self, frames: list[int]) -> list[dict[str, Any]]:
        return list(self.page.evaluate("frames => frameNumbers.seeks(frames)", frames))

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
        with av.open(io.BytesIO(self.page.screenshot(clip=box)), "r") as container:
            picture = next(container.decode(video=0)).to_ndarray(format="gray")
        return media.read_number(np.asarray(picture))

    def write_comment(self, text: str) -> None:
        """As a person does: press M, type, send."""
        self.page.keyboard.press("m")
        self.page.wait_for_selector("tp-composer[data-pinned=true]")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Control+Enter")

    def expect_comment(self, text: str) -> None:
        expect(self.page.locator("tp-comments")).to_contain_text(text, timeout=10_000)
