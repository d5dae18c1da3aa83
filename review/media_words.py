"""What the pipeline says of a file, in the reader's language.

The pipeline knows no languages: its errors are English texts, made in the limited child and kept in the job's row. The
catalogues hold them under the context of `catalogues.OF_FILES`, with the values in them as placeholders; a text is found
there again by its shape.
"""

import re
from functools import lru_cache

from django.utils.translation import get_language

from media_pipeline.core.timecode import TimecodeError
from review import catalogues
from review.problems import Problem

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def in_words(text: str) -> str:
    """The text in the language of now; as it stands when the catalogue does not know it (a value may be an error of FFmpeg,
    which speaks English anyway)."""
    for shape, translated in _shapes(get_language() or "en"):
        if found := shape.fullmatch(text):
            return translated % found.groupdict() if found.groupdict() else translated
    return text


def error_in_words(error: dict[str, str]) -> dict[str, str]:
    """`{code, message, remedy}` with its texts in the language of now."""
    return {**error, "message": in_words(error["message"]), "remedy": in_words(error["remedy"])}


def timecode_problem(error: TimecodeError) -> Problem:
    """What a label or rate that cannot be is as a Problem."""
    code = "timecode_unsupported" if error.code == "rate_invalid" else error.code
    return Problem(code, f"{in_words(error.message)}.", remedy=in_words(error.remedy))


@lru_cache(maxsize=8)
def _shapes(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Those without values first: what fits exactly is meant."""
    if language not in catalogues.languages():
        return ()
    rows = [(str(one.id), str(one.string)) for one in catalogues.read(language) if one.context == catalogues.OF_FILES]
    return tuple((re.compile(_shape(text), re.DOTALL), said) for text, said in sorted(rows, key=lambda row: "%(" in row[0]))


def _shape(text: str) -> str:
    parts = _PLACEHOLDER.split(text)  # text, name, text, name, … text
    return "".join(f"(?P<{part}>.*?)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
