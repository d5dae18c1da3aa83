"""The comments of a version as a page and on paper: whose, with which pictures."""

import io

import pytest
from django.core.cache import cache
from PIL import Image

from media_pipeline import api as pipeline
from review.selectors import media
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def stills(monkeypatch):
    """Frames that pictures were made of, and whether something was laid over them; frame 40 has no picture."""
    cache.clear()
    asked = []

    def still(of, frame, *, overlay=None, jpeg_width=None):
        asked.append((frame, overlay is not None))
        if frame == 40:
            raise pipeline.StillFailedError("damaged")
        out = io.BytesIO()
        Image.new("RGB", (jpeg_width, 540)).save(out, "JPEG")
        return out.getvalue()

    monkeypatch.setattr(pipeline, "still", still)
    monkeypatch.setattr(media, "upright_size", lambda version: (1920, 1080))
    return asked


def test_a_page_with_each_frame_and_its_drawing(cast, api, stills):
    drawing = {"v": 1, "shapes": [factories.line(12), factories.line(15)]}
    drawn = api(cast.reviewer).post(
        f"/api/v1/versions/{cast.version.pk}/comments",
        {"text": "Here", "frame": 10, "duration_frames": 10, "annotation": drawing},
        format="json",
    )
    assert drawn.status_code == 201, drawn.content
    factories.comment(cast.version, cast.editor, text="Fixed", frame=10, parent_id=drawn.json()["data"]["id"])
    factories.comment(cast.version, cast.editor, text="Ours", frame=30, internal=True)
    factories.comment(cast.version, cast.editor, text="Broken", frame=40)
    path = f"/api/v1/versions/{cast.version.pk}/comments.html"
    answer = api(cast.editor).get(path, HTTP_ACCEPT="text/html")
    assert answer["Content-Disposition"] == 'attachment; filename="sc010 v1 comments.html"'
    page = answer.content.decode()
    assert stills == [(12, True), (15, True), (30, False), (40, False)]
    assert page.count("data:image/jpeg") == 3
    assert "1 picture is left out." in page
    assert f"http://review.example/v/{cast.version.pk}?frame=10&amp;comment=" in page
    assert "01:00:00:12" in page
    for text in ("Here", "Fixed", "Ours", "Broken"):
        assert text in page
    client = api(cast.client).get(path).content.decode()
    assert "Ours" not in client
    assert "Broken" not in api(cast.editor).get(path, {"q": "Here", "pictures": "false"}).content.decode()


def test_on_paper_and_without_pictures(cast, api, stills):
    factories.comment(cast.version, cast.reviewer, text="Look", frame=3)
    path = f"/api/v1/versions/{cast.version.pk}/comments.pdf"
    answer = api(cast.editor).get(path, {"pictures": "false"})
    assert (answer["Content-Type"], answer.content[:4], stills) == ("application/pdf", b"%PDF", [])
    assert b"/DCTDecode" in api(cast.editor).get(path).content
    assert api(cast.outsider).get(path).status_code == 404
    waiting = factories.version(cast.asset, factories.media(frame_count=None))
    refused = api(cast.editor).get(f"/api/v1/versions/{waiting.pk}/comments.pdf", HTTP_ACCEPT="application/pdf")
    assert (refused.status_code, refused.json()["code"]) == (409, "media_not_indexed")
