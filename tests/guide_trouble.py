"""States of the guide in which there is nothing to see yet, or at all."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from tests.guide_pictures import Guide


def nothing(guide: "Guide") -> Page:
    """Addresses that lead nowhere, or to what is not for one."""
    page = guide.page()
    page.goto("/v/nothing")
    return page


def _asking(guide: "Guide") -> Page:
    """A page that asks the API for each thing by itself: what it asks for in one request cannot be had."""
    page = guide.page()
    page.route("**/v/*/answers*", lambda route: route.abort())
    return page


def loading(guide: "Guide") -> Page:
    """The room while nothing has answered yet."""
    page = _asking(guide)
    page.route("**/api/v1/versions/*/media", lambda route: None)
    page.route("**/api/v1/versions/*/comments*", lambda route: None)
    page.goto(f"/v/{guide.versions[-1]}")
    expect(page.locator("tp-player .spinner").first).to_be_attached()
    page.wait_for_timeout(500)  # the spinner waits a moment itself
    return page


def _media(guide: "Guide", change: Callable[[dict[str, Any]], None]) -> Page:
    """The room of a media in another state: the server's own answer, changed."""
    page = _asking(guide)
    page.route_web_socket("**/ws/**", lambda _: None)  # its progress is another

    def answer(route: Any) -> None:
        status = route.fetch().json()
        change(status["data"])
        route.fulfill(body=json.dumps(status), content_type="application/json")

    page.route("**/api/v1/versions/*/media", answer)
    page.goto(f"/v/{guide.versions[-1]}")
    expect(page.locator(".stage-card").first).to_be_visible()
    return page


def preparing(guide: "Guide") -> Page:
    def change(data: dict[str, Any]) -> None:
        job = {"id": "x", "step": "renditions", "state": "running", "done": 62, "total": 480}
        more = {"per_second": 24.0, "eta_seconds": 17, "error": None}
        data.update(state="preparing", renditions=[], jobs=[{**job, **more}])

    return _media(guide, change)


def failed(guide: "Guide") -> Page:
    def change(data: dict[str, Any]) -> None:
        words = {
            "code": "undecodable",
            "message": "Not one picture of the file can be decoded: its picture data is damaged or not of the codec it claims",
            "remedy": "Check that it plays where it was made, render it again, and upload it again.",
        }
        job = {"id": "x", "step": "renditions", "state": "failed_user", "done": 0, "total": 0}
        data.update(state="failed", renditions=[], jobs=[{**job, "per_second": None, "eta_seconds": None, "error": words}])

    page = _media(guide, change)
    expect(page.get_by_role("alert")).to_contain_text("This file cannot be shown")
    return page


def empty(guide: "Guide") -> Page:
    """A version that nobody has said anything about."""
    page = _asking(guide)
    nobody = json.dumps({"data": [], "links": {"next": None}, "meta": {}})
    page.route("**/api/v1/versions/*/comments*", lambda route: route.fulfill(body=nobody, content_type="application/json"))
    page.goto(f"/v/{guide.versions[0]}?frame=292")
    expect(page.locator("tp-player")).to_have_attribute("data-confirmed", "true", timeout=30_000)
    expect(page.get_by_text("No comments yet")).to_be_visible()
    return page


def offline(guide: "Guide") -> Page:
    """The network is gone: what is written is kept, and goes out later."""
    page = guide.room(guide.page(), version=0, frame=292)
    page.context.set_offline(True)
    page.keyboard.press("m")
    page.get_by_label("Comment on this frame").fill("Written in a tunnel.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Waiting to be sent")).to_be_visible(timeout=15_000)
    expect(page.locator(".live-dot")).to_contain_text("No connection", timeout=30_000)
    page.get_by_role("button", name="Discard").scroll_into_view_if_needed()
    return page


def server(guide: "Guide") -> Page:
    """Part of the page cannot be had."""
    page = _asking(guide)
    page.route("**/api/v1/versions/*/comments*", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    page.goto(f"/v/{guide.versions[0]}?frame=292")
    expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=30_000)
    expect(page.locator("tp-player")).to_have_attribute("data-confirmed", "true", timeout=30_000)
    return page
