"""A live session in three browsers: the host's, a colleague's, and the phone of a client who came by a share link, on a slow
line. After each thing that the host does all three report and show the same frame; while it plays, how far apart they are is
measured and printed.

TWOPOP_E2E_FULL=1: 200 random actions instead of 20. TWOPOP_E2E_SEED=N: others.
"""

import os
import random
import re
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e import exact_clips
from tests.e2e.editor import Editor
from tests.e2e.product import Product
from tests.e2e.room import DRIVER, Room, signed_in

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
SEED = int(os.environ.get("TWOPOP_E2E_SEED", "7"))
ACTIONS = 200 if os.environ.get("TWOPOP_E2E_FULL") == "1" else 20
Films = dict[str, tuple[str, int]]  # by the id of a file that pages play: its version, and the number on its first frame
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 760}, "is_mobile": True, "has_touch": True}
SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
# The host's player rests, and the session says so: of this version too, which may be there before the session has heard of it.
RESTS = """() => {
  const bar = document.querySelector("tp-session-bar").dataset, player = document.querySelector("tp-player").dataset;
  const heard = bar.frame === player.frame && location.pathname === `/v/${bar.version}`;
  return player.confirmed === "true" && player.playing === "false" && heard ? Number(bar.number) : null;
}"""
# This page has heard of that, and its player has come to rest. Where, is not asked here.
HEARD = """number => {
  const bar = document.querySelector("tp-session-bar").dataset, player = document.querySelector("tp-player").dataset;
  return Number(bar.number) >= number && player.confirmed === "true" && player.playing === "false";
}"""
# The connection to the session breaks, of which the server hears nothing.
SOCKETS = """window.sockets = [];
window.WebSocket = class extends WebSocket {
  constructor(...given) { super(...given); sockets.push(this); }
};"""
BREAK = "() => sockets.findLast(({ url }) => url.includes('/ws/sessions/')).onclose({ code: 1006 })"
# The mark is where the browser itself lays that part of its picture, by the style of the video.
AT_THE_SPOT = """([x, y, mark]) => {
  const video = document.querySelector("tp-player video"), stage = document.querySelector("tp-player").getBoundingClientRect();
  const { clientWidth: w, clientHeight: h, videoWidth, videoHeight } = video, scale = Math.min(w / videoWidth, h / videoHeight);
  const inBox = new DOMPoint(w / 2 + (x / 65535 - .5) * videoWidth * scale, h / 2 + (y / 65535 - .5) * videoHeight * scale);
  const spot = new DOMMatrix(getComputedStyle(video).transform).transformPoint(inBox), at = mark.getBoundingClientRect();
  return Math.hypot(stage.left + spot.x - at.left, stage.top + spot.y - at.top) < 1.5;
}"""
# While it plays: when each picture came to the screen, and its number (frame_numbers.js), by the clock that all pages share.
WATCH = """() => {
  window.watched = [];
  const { dataset } = document.querySelector("tp-player");
  const look = () => {
    const { shown } = frameNumbers.where();
    if (shown !== null && dataset.playing === "true") watched.push([Date.now(), shown]);
    window.watching = requestAnimationFrame(look);
  };
  look();
}"""
PLAYS = "() => document.querySelector('tp-player').dataset.playing === 'true'"
# Two seconds of pictures have gone by, or the end came.
PLAYED = """frame => {
  const { playing, frame: now } = document.querySelector("tp-player").dataset;
  return Number(now) > frame || playing === "false";
}"""


def enter(context: BrowserContext, version: str) -> Room:
    return Room(context.new_page()).open(f"/v/{version}")


def bar(room: Room) -> Any:
    return room.page.locator("tp-session-bar")


def test_everybody_sees_the_same_frame(browser: Browser, product: Product, capsys: pytest.CaptureFixture[str]) -> None:
    owner = Editor(product, "owner@example.org")
    project = owner.post("projects", {"name": "Together"})["id"]
    owner.post(f"projects/{project}/members", {"email": "anna@example.org", "role": "editor"})
    version, frames, first = exact_clips.upload(owner, project, "24")
    file, _, second_first = exact_clips.file_of("29.97")
    asset = owner.get(f"versions/{version}")["asset_id"]
    second = owner.upload(project, file, assetId=asset)
    films: Films = {}
    for one, number in ((version, first), (second, second_first)):
        films |= {made["id"]: (one, number) for made in owner.wait_for_media(one)["renditions"]}
    share = owner.post(f"projects/{project}/shares", {"items": [{"asset_id": asset}], "rights": ["see_versions"]})
    with capsys.disabled():
        meet(browser, product.url, share["url"], films, version, frames)


def meet(browser: Browser, url: str, link: str, films: Films, version: str, frames: int) -> None:
    with (
        signed_in(browser, url, "owner@example.org", viewport={"width": 1280, "height": 800}) as one,
        signed_in(browser, url, "anna@example.org", viewport={"width": 1024, "height": 700}) as two,
        browser.new_context(base_url=url, **PHONE) as three,
    ):
        two.add_init_script(SOCKETS)
        host, colleague = (enter(context, version) for context in (one, two))
        phone = Room(three.new_page()).open(link)
        slow = three.new_cdp_session(phone.page)
        slow.send("Network.emulateNetworkConditions", SLOW_LINE)
        host.page.get_by_role("button", name="Live session").click()
        expect(bar(host)).to_contain_text("You lead")
        host.page.get_by_role("button", name="Waiting room").click()
        for guest in (colleague, phone):
            bar(guest).get_by_role("button", name="Join").click()
        phone.page.get_by_label("So that everybody knows who is there.").fill("Gina Guest")
        phone.page.get_by_role("button", name="Go on").click()
        expect(bar(phone)).to_contain_text("waiting room")
        host.page.get_by_role("button", name="Let in: Gina Guest").click()
        for guest in (colleague, phone):
            expect(bar(guest)).to_contain_text("Olga Owner leads")
        together(host, [colleague, phone], films, frames)
        spread(host, [colleague, phone])
        point_and_draw(host, [colleague, phone])

        # Control goes over; who reconnects lands right; the end is the end for everybody.
        bar(host).get_by_role("button", name="Anna Editor").click()
        expect(bar(colleague)).to_contain_text("You lead")
        expect(bar(host)).to_contain_text("Anna Editor leads")
        colleague.page.locator("tp-player").click(position={"x": 5, "y": 5})
        colleague.page.evaluate(BREAK)
        type_frame(colleague, 33)  # which the session hears of when the page is in again
        expect(bar(host)).to_have_attribute("data-frame", "33")
        expect(bar(colleague)).to_contain_text("You lead")
        alike(colleague, [host, phone], films)
        for room in (phone, colleague):
            room.page.reload()
        colleague.settled()
        expect(bar(colleague)).to_contain_text("You lead")
        type_frame(colleague, 77)
        phone.open(phone.page.url.partition("?")[0])
        expect(phone.player).to_have_attribute("data-frame", "77")  # it begins on its first frame, until it is in again
        alike(colleague, [host, phone], films)
        bar(host).get_by_role("button", name="End for all").click()
        for room in (host, colleague, phone):
            expect(bar(room)).to_be_hidden()


def type_frame(room: Room, frame: int) -> None:
    field = room.page.locator(".position-field")
    field.fill(f"f{frame}")
    field.press("Enter")
    expect(room.player).to_have_attribute("data-frame", str(frame))


def alike(leader: Room, others: list[Room], films: Films) -> dict[str, Any]:
    """All rest on the same frame of the same version, and show it."""
    number = leader.page.wait_for_function(RESTS).json_value()
    asked = where(leader.page, films)
    for other in others:
        other.page.wait_for_function(HEARD, arg=number)
        assert where(other.page, films) == asked
    return asked


def where(page: Page, films: Films) -> dict[str, Any]:
    """What the page says and paints. The version is that of the file in its player: a link's address need not name one."""
    page.evaluate(DRIVER.read_text())
    found = page.evaluate("frameNumbers.where()")
    version, first = films[page.get_attribute("tp-player", "data-source") or ""]
    assert found["shown"] == found["reported"] + first, (found, page.url)
    return {**found, "version": version}


def together(host: Room, others: list[Room], films: Films, frames: int) -> None:
    chance = random.Random(SEED)
    versions = sorted({version for version, _ in films.values()})

    def played(key: str) -> None:
        host.key(key)
        host.page.wait_for_timeout(chance.randrange(150, 600))
        host.key("k")

    def switched() -> None:
        host.page.locator(".version-select").select_option(versions[chance.randrange(2)])

    acts = [
        *[lambda: type_frame(host, chance.randrange(frames))] * 3,
        *[lambda: host.key(chance.choice(["ArrowRight", "ArrowLeft", "Shift+ArrowRight", "Shift+ArrowLeft", "Home", "End"]))]
        * 4,
        *[lambda: played("l")] * 2,
        lambda: played("j"),
        switched,
    ]
    for _ in range(ACTIONS):
        chance.choice(acts)()
        alike(host, others, films)


def spread(host: Room, others: list[Room]) -> None:
    """Play from the start; once it runs, how many frames are the others from the host's at the same moments?"""
    type_frame(host, 0)
    pages = [host.page, *(one.page for one in others)]
    for page in pages:
        page.evaluate(WATCH)
    host.key("l")
    for page in pages:
        page.wait_for_function(PLAYS)
    begun = host.page.evaluate("Date.now()")
    host.page.wait_for_function(PLAYED, arg=int(host.player.get_attribute("data-frame") or "0") + 48)
    seen = [[one for one in page.evaluate("watched") if one[0] >= begun] for page in pages]
    host.key("k")
    for page in pages:
        page.evaluate("cancelAnimationFrame(watching)")
    for name, one in zip(("colleague", "phone on a slow line"), seen[1:], strict=True):
        apart = sorted(number - at(seen[0], moment) for moment, number in one if at(seen[0], moment) is not None)
        within = sum(abs(frames) <= 1 for frames in apart)
        print(
            f"\n  {name}: {apart[0]:+d} … {apart[-1]:+d} frames from the host, median {apart[len(apart) // 2]:+d}, "
            f"{100 * within // len(apart)} % within one ({len(apart)} pictures, load {os.getloadavg()[0]:.1f})"
        )
        assert len(apart) > 5


def point_and_draw(host: Room, others: list[Room]) -> None:
    """A pointer is on the same part of everybody's picture; a stroke is seen while it is drawn, and gone with its undoing."""
    layers = [one.page.locator("tp-session-layer") for one in (host, *others)]
    stage = host.player.bounding_box()
    assert stage is not None
    x, y = stage["x"] + stage["width"] * 0.4, stage["y"] + stage["height"] * 0.5
    host.key("h")
    host.page.mouse.move(x, y)
    expect(layers[0]).to_have_attribute("data-pointer", re.compile(r"^\d+,3[0-5]\d{3}$"))
    for layer in layers[1:]:
        expect(layer).to_have_attribute("data-pointer", layers[0].get_attribute("data-pointer") or "")
    on_the_same_spot(host, others, x, y)
    host.key("d")
    expect(host.page.locator("tp-drawing.active")).to_be_visible()
    host.page.mouse.down()
    host.page.mouse.move(x + 60, y + 30, steps=5)
    for layer in layers[1:]:
        expect(layer).to_have_attribute("data-shapes", "1")
        expect(layer).not_to_have_attribute("data-pointer", re.compile(","))
    host.page.mouse.up()
    host.key("Control+z")
    for layer in layers[1:]:
        expect(layer).to_have_attribute("data-shapes", "0")
    host.key("Escape")


def on_the_same_spot(host: Room, others: list[Room], x: float, y: float) -> None:
    """However the picture lies: the host's is zoomed, the colleague's turned, the phone's as it was."""
    others[0].key("r")
    host.key(".")
    for one in (host, others[0]):
        expect(one.player).to_have_attribute("style", re.compile("--look: matrix"))
    marks = [one.page.locator(".session-pointer") for one in (host, *others)]
    at_mouse = "([mark, x, y]) => Math.hypot(mark.getBoundingClientRect().x - x, mark.getBoundingClientRect().y - y) < 1.5"
    deadline = time.monotonic() + 30
    while True:  # a picture that is laid out anew under a hand at rest takes its pointer along
        host.page.mouse.move(x + 3, y)
        host.page.mouse.move(x, y)
        host.page.wait_for_timeout(100)
        if host.page.evaluate(at_mouse, [marks[0].element_handle(), x, y]):
            break
        assert time.monotonic() < deadline, "the host's pointer is not where the mouse is"
    told = host.page.locator("tp-session-layer").get_attribute("data-pointer") or ""
    for one, mark in zip((host, *others), marks, strict=True):
        expect(one.page.locator("tp-session-layer")).to_have_attribute("data-pointer", told)
        one.page.wait_for_function(AT_THE_SPOT, arg=[*map(int, told.split(",")), mark.element_handle()])
    others[0].key("r")
    others[0].key("r")
    others[0].key("r")
    host.key("0")


def at(seen: list[list[int]], moment: int) -> int | None:
    """The picture on screen at that moment; None where it is not known."""
    before = [one for one in seen if one[0] <= moment]
    return before[-1][1] if before and moment <= seen[-1][0] else None
