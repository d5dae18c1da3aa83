"""Comments as a page and on paper: all that was said, with its pictures, and nothing that runs."""

import io
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from review.exports import comment_sheet
from review.exports.comment_sheet import Card, Picture, Sheet

NASTY = '3 < 4 & "quoted" <script>alert(1)</script>\n🎬 שלום'


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 36), "#335577").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def sheet() -> Sheet:
    picture = Picture(jpeg(), 64, 36, "01:00:00:05")
    cards = (
        Card("01:00:00:05", "25 frames", "Anna <b>", NASTY, "https://r/v/1?frame=5&comment=2", pictures=(picture, picture)),
        Card("01:00:01:00", "", "Ben", "Done already", "https://r/v/1", done=True, internal=True, replies=(("Anna", NASTY),)),
        Card("01:00:02:00", "", "Ben", "A long one. " * 800, "https://r/v/1", pictures=(picture,)),
    )
    return Sheet("Comments on Film v3", "Brand film", "https://r/v/1", cards, missing="2 pictures are left out.")


def test_the_page_is_whole_and_runs_nothing(sheet):
    page = comment_sheet.html(sheet).decode()
    assert "<script" not in page
    assert page.count("data:image/jpeg;base64,") == 3
    body = ET.fromstring(page[page.index("<main>") : page.index("</main>") + 7])
    first, second, _ = body.findall("article")
    assert "".join(first.itertext()).count(NASTY) == 1
    assert "Open" in "".join(first.itertext())
    assert "Done, internal" in "".join(second.itertext())
    assert "2 pictures are left out." in page
    assert "default-src 'none'" in page


def test_the_paper_holds_every_comment_and_its_pictures(sheet):
    made = comment_sheet.pdf(sheet)
    assert made.startswith(b"%PDF")
    assert made == comment_sheet.pdf(sheet), "the same twice"
    assert made.count(b"/DCTDecode") >= 1
    assert len(made) > 2000


def test_nothing_said_is_still_a_document():
    empty = Sheet("Comments on Film v3", "Brand film", "https://r/v/1", ())
    assert comment_sheet.pdf(empty).startswith(b"%PDF")
    assert b"Comments on Film v3" in comment_sheet.html(empty)
