"""A drawing as SVG looks as it does on the page."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from review.exports import drawing

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/drawings.json").read_text())
LINE = {"tool": "line", "color": "#ff0000", "width": 100, "points": [0, 0, 65535, 65535]}


def rounded(value):
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v['shape']['tool']}-{v['width']}")
def test_the_same_marks_as_on_the_page(vector):
    assert rounded(drawing.marks(vector["shape"], vector["width"], vector["height"])) == rounded(vector["marks"])


def test_edges_are_edges():
    (mark,) = drawing.marks(LINE, 1920, 1080)
    assert mark["d"] == "M0 0 L1920 1080"
    assert mark["width"] == pytest.approx(100 * 1080 / 65535)


def test_the_document_is_well_formed_and_harmless():
    words = '</text><script>alert("x")</script>\n&amp; more'
    text = {**LINE, "tool": "text", "points": [5, 5], "text": words}
    root = ET.fromstring(drawing.svg([LINE, text], 640, 360, picture='still.png"/><script>'))
    svg = "{http://www.w3.org/2000/svg}"
    assert root.get("viewBox") == "0 0 640 360"
    assert [child.tag for child in root] == [f"{svg}image", f"{svg}path", f"{svg}text"]
    assert [line.text for line in root[2]] == words.split("\n")
    assert not list(root.iter(f"{svg}script"))
