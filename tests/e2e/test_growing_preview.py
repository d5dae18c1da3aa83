"""A render that browsers cannot play is reviewed while its proxy is still being made, on exact frames all the while."""

from fractions import Fraction

import pytest
from playwright.sync_api import Browser

from tests import media
from tests.e2e.editor import Editor
from tests.e2e.exact_clips import misses
from tests.e2e.product import Product
from tests.e2e.room import Room, signed_in

PERSON = "owner@example.org"
FRAMES = 280

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_frames_are_exact_before_between_and_after_the_previews(product: Product, browser: Browser) -> None:
    file = media.clips_folder() / f"long-prores-{FRAMES}.mov"
    if not file.exists():
        beside = file.with_name(f"making-{file.name}")
        media.make_clip(beside, rate=Fraction(25), frames=FRAMES, codec="prores", size=(1280, 720), audio="pcm").replace(file)
    editor = Editor(product, PERSON)
    project = editor.post("projects", {"name": "Growing"})
    version = editor.upload(project["id"], file)
    first = editor.wait_for_media(version, state="reviewable", timeout=60)
    previews = [rendition for rendition in first["renditions"] if rendition["kind"] == "preview"]
    assert previews, "nothing to look at before the whole pass is done"
    assert previews[0]["frame_count"] < FRAMES
    with signed_in(browser, product.url, PERSON) as context:
        room = Room(context.new_page()).open(f"/v/{version}?frame=30")
        assert room.where() == {"reported": 30, "shown": 30}
        seen_first = room.source()
        # The last frame is not made yet: the page waits for it and lands on it by itself, from whatever source holds it then.
        assert misses(room.seeks([3, 47, 12]), 0) == []
        room.page.keyboard.press("End")
        room.page.wait_for_selector(f"tp-player[data-confirmed=true][data-frame='{FRAMES - 1}']", timeout=120_000)
        assert room.where() == {"reported": FRAMES - 1, "shown": FRAMES - 1}
        done = editor.wait_for_media(version)
        proxy = next(rendition for rendition in done["renditions"] if rendition["kind"] == "proxy")
        assert proxy["frame_count"] == FRAMES
        assert not [rendition for rendition in done["renditions"] if rendition["kind"] == "preview"]
        # The room moves over to the proxy by itself and stays on its frame.
        room.page.wait_for_selector(f"tp-player[data-confirmed=true]:not([data-source='{seen_first}'])", timeout=30_000)
        assert room.where() == {"reported": FRAMES - 1, "shown": FRAMES - 1}
        assert misses(room.seeks([0, FRAMES // 2, FRAMES - 2]), 0) == []
