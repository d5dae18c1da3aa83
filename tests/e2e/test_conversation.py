"""The conversation between two people in two browsers: everything that is said on a frame reaches the other without reload,
and nothing that was begun is lost."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.editor import Editor
from tests.e2e.product import Product
from tests.e2e.room import Room, signed_in
from tests.media import clip

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture(scope="module")
def owner(product: Product) -> Editor:
    return Editor(product, "owner@example.org")


@pytest.fixture(scope="module")
def version(owner: Editor) -> str:
    project = owner.post("projects", {"name": "Brand film"})
    for email, role in (("anna@example.org", "editor"), ("carl@example.org", "client")):
        owner.post(f"projects/{project['id']}/members", {"email": email, "role": role})
    owner.post(f"projects/{project['id']}/labels", {"name": "Sound", "colour": "#3e8fe0"})
    uploaded = owner.upload(project["id"], clip("prores"))
    owner.wait_for_media(uploaded)
    return uploaded


@pytest.fixture
def anna(browser: Browser, product: Product) -> Iterator[Page]:
    with signed_in(browser, product.url, "anna@example.org") as context:
        yield context.new_page()


@pytest.fixture
def carl(browser: Browser, product: Product) -> Iterator[Page]:
    with signed_in(browser, product.url, "carl@example.org") as context:
        yield context.new_page()


def entered(page: Page, version: str, frame: int) -> Room:
    page.goto(f"/v/{version}?frame={frame}")
    room = Room(page)
    room.settled()
    expect(page.locator("tp-comments")).not_to_contain_text("skeleton")
    return room


def test_what_two_people_say_to_each_other(anna: Page, carl: Page, version: str, tmp_path: Path) -> None:
    at_anna, at_carl = entered(anna, version, 31), entered(carl, version, 5)

    # --- a comment with a name, Markdown and a picture, on the frame where typing began
    anna.keyboard.press("m")
    expect(anna.locator("tp-composer")).to_have_attribute("data-pinned", "true")
    box = anna.get_by_label("Comment on this frame")
    box.press_sequentially("@car")
    expect(anna.get_by_role("option", name="Carl Client")).to_be_visible()
    box.press("Enter")
    expect(box).to_have_value("@Carl Client ")
    box.press_sequentially("the **boom** is in\n<script>alert(1)</script>")
    picture = io.BytesIO()
    Image.new("RGB", (320, 180), (30, 60, 200)).save(picture, "PNG")
    file = tmp_path / "boom.png"
    file.write_bytes(picture.getvalue())
    anna.locator("tp-composer input[type=file]").set_input_files(file)
    expect(anna.locator("tp-composer .tray-item")).to_contain_text("bytes")
    box.press("Control+Enter")
    seen = at_carl.thread("boom is in")
    expect(seen).to_be_visible()
    expect(seen.locator(".mention")).to_have_text("@Carl Client")
    expect(seen.locator("strong", has_text="boom")).to_have_count(1)
    expect(seen).to_contain_text("<script>alert(1)</script>")
    expect(seen.locator("[data-frame]")).to_have_attribute("data-frame", "31")
    expect(seen.locator(".new-mark")).to_have_count(1)
    expect(carl.locator(".fresh")).to_have_text("1 new")
    thumb = seen.locator("img[alt='boom.png']")
    expect(thumb).to_be_visible(timeout=30_000)  # remade in the worker
    assert thumb.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320

    # --- opened: it is read, and the picture is there
    seen.locator(".comment-text").click()
    at_carl.wait_for_frame(31)
    expect(carl.locator(".fresh")).to_be_hidden()

    # --- reactions, labels
    seen.get_by_label("React", exact=True).click()
    seen.get_by_label("Thumbs up", exact=True).click()
    mine = at_anna.thread("boom is in")
    expect(mine.locator(".reactions .reaction")).to_have_attribute("title", "Carl Client")
    mine.locator(".reactions .reaction").click()
    expect(seen.locator(".reactions .reaction")).to_have_text("👍2")
    mine.hover()
    mine.get_by_label("More").click()
    mine.get_by_role("button", name="Labels…").click()
    anna.get_by_role("checkbox", name="Sound").check()
    anna.keyboard.press("Escape")
    expect(seen.locator(".label-chip")).to_have_text("Sound")

    # --- a reply survives the reload, an edit keeps what was said before
    mine.hover()
    mine.get_by_role("button", name="Reply").click()
    mine.get_by_label("Reply", exact=True).fill("Half a thought")
    at_anna = entered(anna, version, 31)
    mine = at_anna.thread("boom is in")
    expect(mine.get_by_label("Reply", exact=True)).to_have_value("Half a thought")
    mine.get_by_label("Reply", exact=True).press("Control+Enter")
    expect(seen.locator(".replies")).to_contain_text("Half a thought")
    mine = at_anna.thread("Half a thought")  # its first text is about to be a form
    mine.locator(".comment").first.hover()
    mine.get_by_label("More").first.click()
    mine.get_by_role("button", name="Edit", exact=True).click()
    mine.get_by_label("Edit comment").fill("The boom is out")
    mine.get_by_role("button", name="Save").click()
    changed = at_carl.thread("The boom is out")
    changed.get_by_role("button", name="edited", exact=True).click()
    expect(carl.get_by_role("dialog")).to_contain_text("boom is in")
    carl.keyboard.press("Escape")

    # --- filters
    carl.get_by_label("Search the comments").fill("half a")
    expect(carl.locator("article.thread")).to_have_count(1)
    carl.get_by_label("Search the comments").fill("no such words")
    expect(carl.locator("tp-comments")).to_contain_text("No comment fits.")
    carl.get_by_role("button", name="Show everything").last.click()
    expect(changed).to_be_visible()

    # --- deleted for everybody, brought back for everybody with its replies
    again = at_anna.thread("The boom is out")
    again.locator(".comment").first.hover()
    again.get_by_label("More").first.click()
    expect(again.get_by_role("button", name="Delete")).to_be_visible()
    again.get_by_role("button", name="Delete").click()
    expect(changed).to_have_count(0)
    anna.get_by_role("button", name="Undo").click()
    expect(changed.locator(".replies")).to_contain_text("Half a thought")

    # --- what others have replied to is a moderator's to delete, and the menu says so
    changed.get_by_role("button", name="Reply").click()
    changed.get_by_label("Reply", exact=True).fill("Hers and mine")
    changed.get_by_label("Reply", exact=True).press("Control+Enter")
    expect(again.locator(".replies")).to_contain_text("Hers and mine")
    again.locator(".comment").first.hover()
    again.get_by_label("More").first.click()
    delete = again.get_by_role("button", name="Delete", disabled=True)
    expect(delete).to_contain_text("a moderator can delete it")
    delete.click(force=True)
    changed.locator(".reactions .reaction").click()  # what others do meanwhile draws the comment anew
    expect(again.locator(".reactions .reaction")).to_have_text("👍1")
    expect(delete).to_be_visible()
    anna.keyboard.press("Escape")
    again.locator(".comment", has_text="Half a thought").hover()
    again.locator(".comment", has_text="Half a thought").get_by_label("More").click()
    expect(again.get_by_role("button", name="Delete", disabled=False)).to_be_visible()
    anna.keyboard.press("Escape")

    # --- a file picked without a connection waits with its comment, and arrives with it
    anna.context.set_offline(True)
    anna.get_by_label("Comment on this frame").fill("Under water")
    anna.locator("tp-composer input[type=file]").set_input_files(file)
    expect(anna.locator("tp-composer .tray-item")).to_contain_text("Kept here, sent with the comment")
    anna.get_by_label("Comment on this frame").press("Control+Enter")
    waiting = at_anna.thread("Under water")
    expect(waiting).to_contain_text("the server cannot be reached")
    expect(waiting.locator(".attachments")).to_contain_text("boom.png")
    anna.context.set_offline(False)
    expect(at_carl.thread("Under water").locator(".attachments")).to_contain_text("boom.png")
    expect(at_carl.thread("Under water")).to_have_count(1)
    expect(waiting.locator(".pending")).to_have_count(0)

    # --- the menu of a comment at the foot of the list is whole and on top: on a phone, and beside the picture
    for width, height in ((390, 844), (1280, 600)):
        anna.set_viewport_size({"width": width, "height": height})
        anna.wait_for_function(ALL_HAVE_ROOM)
        last = at_anna.thread("Under water")
        last.hover()
        more = last.get_by_label("More")
        more.evaluate("button => button.scrollIntoView({ block: 'end' })")
        more.click()
        expect(last.locator(".menu-panel:popover-open")).to_be_visible()
        assert anna.evaluate(COVERED_ITEMS) == []
        anna.keyboard.press("Escape")
        expect(last.locator(".menu-panel:popover-open")).to_have_count(0)


def test_a_voice_note_is_recorded_and_heard(browser: Browser, product: Product, carl: Page, version: str) -> None:
    with signed_in(browser, product.url, "anna@example.org", permissions=["microphone"]) as context:
        page = context.new_page()
        entered(page, version, 10)
        page.evaluate(FAKE_MICROPHONE)
        at_carl = entered(carl, version, 0)
        page.get_by_label("Record a voice note").click()
        expect(page.locator("tp-composer [role=timer]")).to_have_text(re.compile("0:0[1-9]"))
        page.get_by_label("Keep the voice note").click()
        expect(page.locator("tp-composer .tray-item")).to_contain_text("Voice note")
        page.get_by_label("Comment on this frame").fill("Listen")
        page.get_by_role("button", name="Comment", exact=True).click()
        sound = at_carl.thread("Listen").locator("audio")
        expect(sound).to_be_visible(timeout=30_000)
        assert sound.evaluate(LENGTH) >= 1


def test_the_ends_of_a_comment_are_dragged_while_it_is_written(owner: Editor, anna: Page, version: str) -> None:
    room = entered(anna, version, 20)
    place = anna.locator("tp-composer .position-chip")
    box = anna.get_by_label("Comment on this frame")
    anna.keyboard.press("m")
    expect(anna.locator("tp-composer")).to_have_attribute("data-pinned", "true")
    # Before a word is written, and after some: whoever wrote goes on writing.
    room.drag(anna.get_by_role("slider", name="End of the comment"), 100)
    expect(box).to_be_focused()
    expect(place).to_have_text(re.compile("– 01:00:01:0[0-9] · 20$"))
    anna.keyboard.type("From before ")
    room.drag(anna.get_by_role("slider", name="Start of the comment"), -100)
    expect(box).to_be_focused()
    expect(place).to_have_text(re.compile("^01:00:00:1[0-9] – .* · 1[0-9]$"))
    anna.keyboard.type("to after")
    anna.keyboard.press("Control+Enter")
    expect(room.thread("From before to after")).to_be_visible()
    expect(anna.get_by_role("slider", name="End of the comment")).to_be_visible()  # it is the selected one now
    (sent,) = [one for one in owner.get(f"versions/{version}/comments") if one["text"] == "From before to after"]
    assert 10 <= sent["frame"] < 20 < 24 <= sent["frame"] + sent["duration_frames"] - 1 < 34


# Names of those in the open menu that a click would not reach where they are.
COVERED_ITEMS = """() => [...document.querySelectorAll("details[open] .menu-item")].filter((item) => {
  const box = item.getBoundingClientRect();
  return !item.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
}).map((item) => item.textContent)"""

# The list is as long as what stands in it, so that the composer comes after the last thread.
ALL_HAVE_ROOM = """() => {
  const { bottom } = document.querySelector(".thread-space").getBoundingClientRect();
  return [...document.querySelectorAll("article.thread")].every((one) => one.getBoundingClientRect().bottom <= bottom + 1);
}"""

LENGTH = """audio => new Promise((loaded, failed) => {
  audio.onloadedmetadata = () => loaded(audio.duration);
  audio.onerror = failed;
  audio.preload = "metadata";
  audio.load();
})"""

FAKE_MICROPHONE = """() => {
  navigator.mediaDevices.getUserMedia = async () => {
    const context = new AudioContext();
    const tone = context.createOscillator();
    const out = context.createMediaStreamDestination();
    tone.connect(out);
    tone.start();
    return out.stream;
  };
}"""


# What the page has asked for early, and how often each has been fetched altogether; and what of the answers that came together
# was asked for again by itself.
ASKED_EARLY = """() => [...document.querySelectorAll("link[rel=preload][as=fetch]")]
  .map(({ href }) => [href, performance.getEntriesByName(href).length])"""
ASKED_AGAIN = """() => document.querySelector("link[data-answers]").dataset.answers.split(" ")
  .filter(path => performance.getEntriesByName(location.origin + path).length > 0)"""


def test_the_frame_is_the_one_on_screen_when_typing_begins(carl: Page, version: str) -> None:
    """By M, by words into a box that had the cursor already, and by pausing for who has chosen that."""
    room = entered(carl, version, 0)
    page, composer, box = carl, room.page.locator("tp-composer"), room.page.get_by_label("Comment on this frame")

    def plays_past(frame: int) -> None:
        page.wait_for_function(
            "past => (({playing, frame}) => playing === 'true' && Number(frame) > past)"
            "(document.querySelector('tp-player').dataset)",
            arg=frame,
        )

    def stands() -> int:
        """The frame of the comment, which is the one that is reported and seen."""
        expect(room.player).to_have_attribute("data-playing", "false")
        frame = room.settled()
        expect(composer).to_have_attribute("data-frame", str(frame))
        expect(composer).to_have_attribute("data-pinned", "true")
        assert room.painted() == frame
        return frame

    room.key("p")  # round and round: no end of the film comes in between
    room.key("Space")
    plays_past(3)
    room.key("m")
    first = stands()
    page.evaluate("document.querySelector('tp-room').act({kind: 'play'})")  # as a session's leader would
    plays_past(first)
    page.keyboard.type("x")
    assert stands() != first
    room.key("Backspace")
    room.key("Escape")

    room.key("Home")
    room.key("Space")
    plays_past(2)
    room.key("Space")
    expect(room.player).to_have_attribute("data-playing", "false")
    expect(box).not_to_be_focused()
    page.get_by_title("Timeline and positions").click()
    page.get_by_role("menuitemcheckbox", name="Pausing starts a comment").click()
    page.reload()  # it is kept
    room.settled()
    room.key("p")
    room.key("Space")
    plays_past(2)
    page.keyboard.down("Space")
    page.keyboard.down("Space")  # held, it repeats
    page.keyboard.up("Space")
    expect(box).to_be_focused()
    paused_on = stands()
    room.key("ArrowLeft")
    room.wait_for_frame(before := max(0, paused_on - 1))
    assert box.input_value() == ""
    page.keyboard.type("k")
    assert stands() == before
    assert box.input_value() == "k"
    room.key("Backspace")
    room.key("Space")
    expect(box).not_to_be_focused()
    expect(room.player).to_have_attribute("data-playing", "true")
    page.keyboard.down("k")  # K held is for J and L
    expect(room.player).to_have_attribute("data-playing", "false")
    expect(box).not_to_be_focused()
    page.keyboard.up("k")
    expect(box).to_be_focused()
    stands()
    room.key("Escape")
    expect(box).not_to_be_focused()
    room.key("Home")
    room.key("Space")
    plays_past(1)
    finger(page, room.player)
    expect(room.player).to_have_attribute("data-playing", "false")
    expect(box).not_to_be_focused()  # it would open the keyboard on the screen


def finger(page: Page, on: Locator) -> None:
    box = on.bounding_box()
    assert box
    session = page.context.new_cdp_session(page)
    middle = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [middle]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_thousands_of_comments_are_few_in_the_page(product: Product, anna: Page, version: str) -> None:
    """The list holds what is on screen; every comment is still reached by its link, by search, and by the keys."""
    product.run(
        "from review.models import *\n"
        f"v = Version.objects.get(pk={version!r}); a = User.objects.get(email='anna@example.org')\n"
        "Comment.objects.bulk_create(Comment(version=v, author=a, frame=i % 40, text=f'Remark {i}') for i in range(1500))\n"
        "print(Comment.objects.get(version=v, text='Remark 1234').pk)"
    )
    wanted = product.run(f"from review.models import *; print(Comment.objects.get(version={version!r}, text='Remark 1234').pk)")
    anna.goto(f"/v/{version}?comment={wanted.splitlines()[-1]}")
    room = Room(anna)
    room.settled()
    chosen = anna.locator("article.thread.selected")
    expect(chosen).to_contain_text("Remark 1234")
    expect(chosen).to_be_in_viewport()
    early = anna.evaluate(ASKED_EARLY)
    assert [times for _, times in early] == [1, 1], early  # asked for while the scripts came, and not once more by them
    assert anna.evaluate(ASKED_AGAIN) == []
    assert anna.locator("article.thread").count() < 60
    assert int(chosen.get_attribute("aria-setsize") or "0") >= 1500
    room.key("Escape")
    anna.get_by_label("Search the comments").fill("Remark 77")
    expect(anna.locator("tp-comments h2")).to_contain_text("11 of")
    expect(room.thread("Remark 777")).to_be_visible()
