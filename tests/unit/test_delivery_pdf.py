"""A delivery on paper says all that must be known of it."""

import io
from typing import Any

import pytest
from django.utils import translation
from reportlab.platypus import CondPageBreak, Flowable, Paragraph, SimpleDocTemplate

from review.exports import delivery_pdf, paper

ANA, BEN = {"id": "a", "name": "Ana"}, {"id": "b", "name": "Ben"}
DAY = "2026-03-01T09:30:00.000000Z"


def entry(kind: str, **fields: Any) -> dict[str, Any]:
    nothing = {"person": None, "decision": None, "up_to_frame": None, "up_to_timecode": None, "block": None, "text": ""}
    return {"kind": kind, "by": ANA, "created_at": DAY, **nothing, **fields}


DELIVERY = {
    "name": "Film_v03_final.mov", "size": 1234567, "sha256": "5" * 64, "record_sha256": "7" * 64, "made_by": ANA,
    "made_at": DAY, "recalled_at": None, "recalled_by": None, "recall_reason": "",
}  # fmt: skip
RECORD: dict[str, Any] = {
    "project": {"name": "Brand film"},
    "asset": {"name": "Film"},
    "version": {"number": 3, "original_name": "Film_v03_<grade>.mov"},
    "file": {"frame_count": 1500},
    "rate": {"num": 30000, "den": 1001, "drop_frame": True},
    "start_timecode": "01:00:00;00",
    "note": "For the festival",
    "spec": {"revision": 2},
    "not_conforming": [{"what": "raster", "expected": "1920x1080", "found": "1280x720"}],
    "checks": {
        "report": {
            "verdict": {"title": "Fix in post", "summary": "One thing."},
            "checks": [
                {"findings": [{"severity": "error", "summary": "The sound is early", "waived": "Meant so"}]},
                {"findings": []},
            ],
        }
    },
    "approvals": [
        entry("asked", person=BEN),
        entry("decided", person=BEN, decision="approved", up_to_frame=900, up_to_timecode="01:00:30;00"),
        entry("lifted", block="failed_checks", text="Measured by hand"),
        entry("delivered"),
    ],
    "blocks_lifted": [{"code": "failed_checks", "reason": "Measured by hand"}],
    "open_comments": [{"frame": 5, "timecode": None, "text": "Louder"}],
    "markers": [{"frame": 9, "timecode": "01:00:00;09", "kind": "version_starts", "label": "V3 starts here", "author": BEN}],
}


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    text = paper.text

    def heard(words: str, *args: Any, **more: Any) -> Any:
        said.append(words)
        return text(words, *args, **more)

    monkeypatch.setattr(paper, "text", heard)
    return said


def test_it_names_the_file_what_was_waived_and_who_answers_for_it(words: list[str]):
    made = delivery_pdf.pdf(DELIVERY, RECORD, address="https://review.example/v/1")
    assert made.startswith(b"%PDF-")
    for wanted in (
        "5" * 64, "1,234,567 bytes", "1,500 frames at 30000/1001 per second, drop-frame", "01:00:00;00", "For the festival",
        "Film_v03_<grade>.mov", "Raster", "1280x720", "Error: The sound is early Waived: Meant so",
        "approved up to 01:00:30;00", "lifted a block: Sync checks failed", "Sync checks failed: Measured by hand", "Louder",
        "V3 starts here", "Delivered by Ana on 2026-03-01 09:30 UTC",
    ):  # fmt: skip
        assert wanted in words, wanted
    assert delivery_pdf.pdf(DELIVERY, RECORD, address="https://review.example/v/1") == made, "the same record, the same bytes"


def test_a_recalled_one_says_so_first(words: list[str]):
    recalled = {**DELIVERY, "recalled_at": DAY, "recalled_by": BEN, "recall_reason": "Wrong logo"}
    bare = {**RECORD, "rate": None, "file": {"frame_count": None}, "checks": {"report": None}, "markers": []}
    delivery_pdf.pdf(recalled, bare, address="")
    assert words.index("Recalled by Ben on 2026-03-01 09:30 UTC") < words.index("Wrong logo") < words.index("not counted")
    assert "The file was never checked." in words


def test_it_speaks_the_language_of_its_reader(words: list[str]):
    with translation.override("de"):
        delivery_pdf.pdf(DELIVERY, RECORD, address="")
    for wanted in (
        "Auslieferung: Film_v03_final.mov", "1.234.567 Byte", "abgenommen bis 01:00:30;00",
        "ließ durchgehen: Sync-Prüfungen sind nicht bestanden",
        "Measured by hand", "Ausgeliefert von Ana am 2026-03-01 09:30 UTC",
    ):  # fmt: skip
        assert any(wanted in one for one in words), wanted


@pytest.mark.parametrize(("left", "pages"), [(60, 2), (200, 1)])
def test_a_heading_does_not_stand_alone_at_the_foot_of_a_page(monkeypatch, left, pages):
    drawn = []
    monkeypatch.setattr(Paragraph, "drawOn", lambda self, canvas, *_, **__: drawn.append((canvas.getPageNumber(), self.text)))
    document = SimpleDocTemplate(io.BytesIO(), pagesize=(400, 800), topMargin=0, bottomMargin=0)
    document.build([paper.gap(800 - 12 - left), *paper.heading("Findings")])
    assert [page for page, _ in drawn] == [pages]


def test_headings_and_tables_begin_at_one_line(monkeypatch):
    begun: list[tuple[str, float, float]] = []
    draw = Flowable.drawOn

    def drawn(self: Any, canvas: Any, x: float, y: float, **more: float) -> None:
        if self in parts and not isinstance(self, CondPageBreak):
            begun.append((type(self).__name__, round(x, 3), round(more["_sW"], 3)))
        draw(self, canvas, x, y, **more)

    monkeypatch.setattr(Flowable, "drawOn", drawn)
    parts = [*paper.heading("Comments"), paper.columns(["Who"], [["Ana"]], [1]), *paper.pairs([("By", "Ana")])]
    paper.document(parts, title="x", foot=paper.Foot("x"))
    assert begun == [(name, round(paper.MARGIN, 3), 0) for name in ("Paragraph", "Table", "Table")], "as wide as the page"
