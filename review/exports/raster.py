"""Drawings as pixels. The SVG of the drawing is what is rendered, by resvg, so that there is one set of rules for both. It is
made here of checked numbers and escaped text, and refers to nothing."""

from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

import resvg_py
from PIL import ImageFont

# Part of Pillow, so that there are letters on a server without any fonts; others of the system stand in for what it lacks.
FAMILY = "Aileron"


def png(svg: str) -> bytes:
    """The document as a PNG with transparency, as large as it says it is."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, sans_serif_family=FAMILY, font_files=_fonts()))


@cache
def _fonts() -> list[str]:
    font = ImageFont.load_default(16)
    held = getattr(font, "font_bytes", None)
    if not held:
        return []
    with NamedTemporaryFile(prefix="twopop-", suffix=".otf", delete=False) as file:
        file.write(held)
    return [str(Path(file.name))]
