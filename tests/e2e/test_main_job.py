"""The main job, end to end: a render goes in by drag or choice, and a comment sits on its exact frame for everybody."""

import random
import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.editor import Editor
from tests.e2e.product import Product
from tests.e2e.room import Room, signed_in
from tests.media import clip

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@dataclass
class Film:
    project_id: str
    version_id: str


@pytest.fixture(scope="module")
def owner(product: Product) -> Editor:
    return Editor(product, "owner@example.org")


@pytest.fixture(scope="module")
def project_id(owner: Editor) -> str:
    made = owner.post("projects", {"name": "Brand film"})
    for email, role in (("anna@example.org", "editor"), ("carl@example.org", "client")):
        owner.post(f"projects/{made['id']}/members", {"email": email, "role": role})
    return str(made["id"])


@pytest.fixture(scope="module")
def film(owner: Editor, project_id: str, browser: Browser, product: Product) -> Film:
    """ProRes at 23.976 from 01:00:00:00, uploaded in the browser and opened by the link that the upload gives."""
    with signed_in(browser, product.url, "anna@example.org") as context:
        page = context.new_page()
        page.goto(f"/projects/{project_id}")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Upload", exact=True).click()
        chooser.value.set_files(clip("prores"))
        page.get_by_role("region", name="Uploads").get_by_role("link", name="Open").click(timeout=60_000)
        page.wait_for_url(re.compile(r"/v/\w+"))
        version_id = page.url.split("/v/")[1].split("?")[0]
        assert Room(page).settled(timeout=90_000) == 0
        expect(page.locator("tp-room")).to_have_attribute("data-state", "ready", timeout=90_000)
    return Film(project_id, version_id)


def open_room(page: Page, film: Film, query: str = "") -> Room:
    page.goto(f"/v/{film.version_id}{query}")
    room = Room(page)
    room.settled()
    return room


def test_a_comment_sits_on_its_frame_for_everybody(film: Film, browser: Browser, product: Product, owner: Editor) -> None:
    with (
        signed_in(browser, product.url, "anna@example.org") as hers,
        signed_in(browser, product.url, "carl@example.org", viewport={"width": 390, "height": 844}) as his,
    ):
        anna, carl = open_room(hers.new_page(), film), open_room(his.new_page(), film)
        for _ in range(31):
            anna.key("ArrowRight")
        anna.wait_for_frame(31)
        assert anna.painted() == 31
        anna.comment("Boom in shot")

        seen = carl.thread("Boom in shot")
        expect(seen).to_be_visible(timeout=5_000)
        expect(seen).to_contain_text("01:00:01:07")
        seen.get_by_title("Go to this frame").click()
        carl.wait_for_frame(31)
        assert carl.painted() == 31

        (comment,) = owner.get(f"versions/{film.version_id}/comments")
        assert (comment["frame"], comment["duration_frames"], comment["timecode"]) == (31, 1, "01:00:01:07")
        assert comment["seconds"] == {"num": 31 * 1001, "den": 24000}

        # Its link lands on the frame, in a browser that was nowhere before.
        carl.page.goto(comment["url"])
        assert carl.settled() == 31
        assert carl.painted() == 31
        expect(carl.page.locator("article.thread.selected")).to_contain_text("Boom in shot")

        # Done, edited, deleted: live too, and the undo keeps it.
        anna.thread("Boom in shot").get_by_role("button", name="Mark as done").click()
        expect(carl.thread("Boom in shot")).to_have_class(re.compile("done"), timeout=5_000)
        anna.thread("Boom in shot").get_by_label("More").click()
        anna.thread("Boom in shot").get_by_role("button", name="Delete").click()
        expect(anna.thread("Boom in shot")).to_have_count(0)
        anna.page.get_by_role("button", name="Undo").click()
        expect(anna.thread("Boom in shot")).to_be_visible()


def test_what_is_internal_never_reaches_a_client(film: Film, browser: Browser, product: Product) -> None:
    with (
        signed_in(browser, product.url, "anna@example.org") as hers,
        signed_in(browser, product.url, "carl@example.org") as his,
    ):
        anna, carl = open_room(hers.new_page(), film, "?frame=5"), open_room(his.new_page(), film)
        anna.page.get_by_label("Internal").check()
        anna.comment("Do not tell them")
        anna.page.get_by_label("Internal").uncheck()
        anna.comment("Tell them")
        expect(carl.thread("Tell them")).to_be_visible(timeout=5_000)  # the later one is here, so the first never comes
        expect(carl.thread("Do not tell them")).to_have_count(0)
        anna.page.get_by_label("Internal").check()
        anna.open(anna.page.url)
        expect(anna.page.get_by_label("Internal")).to_be_checked()  # or the next note would go to the client
        expect(anna.page.locator("tp-composer")).to_contain_text("Only the team reads it")


def test_a_phone_held_sideways_has_every_control(film: Film, browser: Browser, product: Product) -> None:
    with signed_in(browser, product.url, "carl@example.org", viewport={"width": 844, "height": 390}, has_touch=True) as context:
        room = open_room(context.new_page(), film, "?frame=7")
        mark = room.page.get_by_role("button", name="Set in point here")
        expect(mark).to_be_hidden()
        more = room.page.get_by_role("button", name="In, out, loop, speed, quality, timeline")
        more.click()
        mark.click()
        room.page.get_by_role("button", name="One frame on", exact=True).click()
        room.wait_for_frame(8)
        room.page.get_by_role("button", name="Set out point here").click()
        expect(room.page.locator(".range-text")).to_contain_text("2")
        more.click()
        expect(mark).to_be_hidden()


def test_in_and_out_leave_the_picture_where_it_is(film: Film, browser: Browser, product: Product) -> None:
    """The controls stand in one row on a laptop and on a tablet, also with a range, in both languages."""
    for language, spoken in (("en", "Range 01:00:00:07 to 01:00:00:07"), ("de", "Bereich 01:00:00:07 bis 01:00:00:07")):
        with signed_in(browser, product.url, "carl@example.org", viewport={"width": 1280, "height": 800}) as context:
            context.add_cookies([{"name": "language", "value": language, "url": product.url}])
            room = open_room(context.new_page(), film, "?frame=7")
            before = room.player.bounding_box()
            room.key("i")
            room.key("o")
            expect(room.page.locator(".range-text")).to_be_visible()
            assert room.player.bounding_box() == before
            expect(room.page.locator("tp-room > [aria-live]")).to_have_text(spoken)  # to who does not see it
            for width in (1280, 1180, 1024, 820):  # one row in each, with nothing past its end
                room.page.set_viewport_size({"width": width, "height": 800})
                places = ("tp-transport .play-button", "tp-transport button >> nth=-1", "tp-transport")
                play, full, row = (box for one in places if (box := room.page.locator(one).bounding_box()))
                assert abs(play["y"] - full["y"]) < play["height"] / 2, width
                assert row["height"] < play["height"] * 1.5, width
                assert full["x"] + full["width"] <= row["x"] + row["width"] + 1, width


@pytest.mark.parametrize(
    ("query", "frame"),
    [("?frame=0", 0), ("?frame=59", 59), ("?frame=1000", 59), ("?timecode=01:00:02:05", 53), ("?timecode=00:00:01:00", 24)],
)
def test_links_land_exactly(film: Film, browser: Browser, product: Product, query: str, frame: int) -> None:
    with signed_in(browser, product.url, "carl@example.org") as context:
        room = open_room(context.new_page(), film, query)
        assert room.settled() == room.painted() == frame


def test_every_way_of_moving_ends_on_the_reported_frame(film: Film, browser: Browser, product: Product) -> None:
    pick = random.Random(7)
    with signed_in(browser, product.url, "carl@example.org") as context:
        room = open_room(context.new_page(), film)
        field = room.page.get_by_label(re.compile("^Record timecode"))

        for _ in range(12):  # typed
            frame = pick.randrange(60)
            field.fill(f"f{frame}")
            field.press("Enter")
            room.wait_for_frame(frame)
            assert room.painted() == frame

        track = room.page.get_by_role("slider", name="Position")
        box = track.bounding_box()
        assert box
        for _ in range(12):  # clicked
            frame = pick.randrange(60)
            track.click(position={"x": box["width"] * (2 * frame + 1) / 120, "y": 6})
            room.wait_for_frame(frame)
            assert room.painted() == frame

        room.key("Home")
        room.wait_for_frame(0)
        for _ in range(10):  # a burst of keys
            room.key("ArrowRight")
        room.key("Shift+ArrowRight")
        room.wait_for_frame(20)
        assert room.painted() == 20
        place = room.page.get_by_role("slider", name="Position")
        for key, frame in (("PageUp", 44), ("PageDown", 20)):  # a second
            place.press(key)
            room.wait_for_frame(frame)
            expect(place).to_have_attribute("aria-valuenow", str(frame))
        room.key("End")
        room.wait_for_frame(59)
        assert room.painted() == 59

        for _ in range(8):  # paused while playing
            room.key("Home")
            room.wait_for_frame(0)
            room.key("Space")
            expect(room.player).to_have_attribute("data-playing", "true")
            stop = pick.randrange(3, 40)
            room.page.wait_for_function("n => Number(document.querySelector('tp-player').dataset.frame) >= n", arg=stop)
            room.key("k")
            expect(room.player).to_have_attribute("data-playing", "false")
            assert room.settled() == room.painted()


def test_the_timeline_is_exact_at_every_zoom(film: Film, browser: Browser, product: Product, owner: Editor) -> None:
    pick = random.Random(11)
    with signed_in(browser, product.url, "anna@example.org") as context:
        room = open_room(context.new_page(), film, "?frame=30")
        page, lanes, card = room.page, room.page.locator(".lanes"), room.page.locator(".hover-card")
        box = lanes.bounding_box()
        assert box

        def point(x: float) -> int:
            now = lanes.bounding_box()  # a lane more, once there are comments
            assert now
            page.mouse.move(now["x"] + x, now["y"] + 6)
            expect(card).to_have_attribute("data-frame", re.compile(r"\d"))
            return int(card.get_attribute("data-frame") or "-1")

        for _ in range(3):  # all, a third, single frames
            for _ in range(3):  # clicked
                named = point(pick.uniform(0, box["width"] - 1))
                page.mouse.down()
                page.mouse.up()
                room.wait_for_frame(named)
                assert room.painted() == named
            point(pick.uniform(0, box["width"] - 1))
            page.mouse.down()
            for _ in range(5):  # dragged
                named = point(pick.uniform(0, box["width"] - 1))
            page.mouse.up()
            room.wait_for_frame(named)
            assert room.painted() == named
            for _ in range(2):
                room.key("+")

        named = point(box["width"] / 2)
        expect(card).to_have_attribute("data-picture", "exact")
        assert room.card_shows() == named
        strip = room.film_shows()
        assert len(strip) >= 4
        assert all(number == frame for frame, number in strip.items()), strip

        # In and out: drawn with Shift, an end dragged; then a comment on them, whose end is dragged likewise.
        room.key("\\")
        width = box["width"] / 60
        page.keyboard.down("Shift")
        point(10.5 * width)
        page.mouse.down()
        point(19.5 * width)
        page.mouse.up()
        page.keyboard.up("Shift")
        expect(page.get_by_role("slider", name="In point")).to_have_attribute("aria-valuenow", "10")
        room.drag(page.get_by_role("slider", name="Out point"), 5 * width)
        expect(page.get_by_role("slider", name="Out point")).to_have_attribute("aria-valuenow", "24")
        room.comment("This whole part")
        room.key("x")
        page.get_by_role("slider", name="End of the comment").press("ArrowLeft")
        room.drag(page.get_by_role("slider", name="Start of the comment"), -4 * width)
        expect(room.thread("This whole part")).to_contain_text("01:00:00:06 – 01:00:00:23")
        page.wait_for_function(
            "async id => (await (await fetch(`/api/v1/versions/${id}/comments`)).json()).data"
            ".some(c => c.frame === 6 && c.duration_frames === 18)",
            arg=film.version_id,
        )

        # One setting for all positions, kept for the next visit.
        page.get_by_title("Timeline and positions").click()
        page.get_by_role("menuitemradio", name="Feet + frames").click()
        expect(room.thread("This whole part")).to_contain_text("0+06 – 1+07")
        page.goto(f"/v/{film.version_id}")
        room.settled()
        field = page.get_by_label(re.compile("^Feet"))
        field.fill("2+05")
        field.press("Enter")
        room.wait_for_frame(37)
        assert room.painted() == 37
        assert point(0.5 * width) == 0
        expect(card).to_contain_text("0+00 · frame 0")


def test_a_label_that_does_not_exist_is_refused_with_the_nearest(film: Film, browser: Browser, product: Product) -> None:
    with signed_in(browser, product.url, "carl@example.org") as context:
        room = open_room(context.new_page(), film)
        field = room.page.get_by_label(re.compile("^Record timecode"))
        field.fill("01:00:01:24")
        field.press("Enter")
        expect(room.page.get_by_role("alert")).to_contain_text("no timecode 01:00:01:24")
        room.page.get_by_role("button", name="Go to 01:00:01:23").click()
        room.wait_for_frame(47)
        assert room.painted() == 47


def test_a_draft_survives_a_reload_on_its_frame(film: Film, browser: Browser, product: Product) -> None:
    with signed_in(browser, product.url, "carl@example.org") as context:
        room = open_room(context.new_page(), film, "?frame=44")
        room.key("c")
        expect(room.page.locator("tp-composer")).to_have_attribute("data-pinned", "true")
        room.page.get_by_label("Comment on this frame").fill("Half a thought")
        room.page.goto(f"/v/{film.version_id}?frame=2")
        room.settled()
        expect(room.page.get_by_label("Comment on this frame")).to_have_value("Half a thought")
        expect(room.page.locator("tp-composer")).to_have_attribute("data-frame", "44")


def test_quality_and_version_changes_keep_the_frame(film: Film, browser: Browser, product: Product, owner: Editor) -> None:
    asset_id = owner.get(f"versions/{film.version_id}")["asset_id"]
    second = owner.upload(film.project_id, clip("23.976"), assetId=asset_id)
    owner.wait_for_media(second)
    with signed_in(browser, product.url, "carl@example.org") as context:
        room = open_room(context.new_page(), film, "?frame=37")
        for change in (
            lambda: room.page.get_by_label("Version", exact=True).select_option("v2"),
            lambda: room.page.get_by_role("combobox", name="Quality", exact=True).select_option("original"),
        ):
            before = room.player.get_attribute("data-source") or ""
            change()
            expect(room.player).not_to_have_attribute("data-source", before)
            assert room.settled() == room.painted() == 37
        assert f"/v/{second}" in room.page.url
