"""What the sync checks say, in the reader's language.

The checks know no languages (their core knows no Django): they put English sentences together, and reports are kept and passed
on so. The catalogues hold the sentences and their pieces as shapes, values being `{1}`, `{2}` … (`review/check_texts.py` finds
them in the sources). Here a text is taken apart again by these shapes, from the longest on, and said anew; a value that is a
piece itself is translated too. `{2?Bild:Bilder}` in a translation takes the first form where the English ending {2} is empty.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from review import catalogues

_VALUE = re.compile(r"\{(\d)(?:\?([^:}]*):([^}]*))?\}")
_JOINED = re.compile(r"(?<=\S)(, | and | or | \+ |; )(?=\S)")
_DECIMAL = re.compile(r"([+\-−]?\d+)\.(\d+)")
# Where these follow, a number is a magnitude and has the reader's decimal point; "5.1" and "23.976 fps" are names.
_UNIT = re.compile(r" (?:Frames|ms|s|ppm|dB|LU|LUFS|dBTP|kHz|%)\b| %|°")
_MEASUREMENT = re.compile(r"([+\-−]?\d+\.\d+)( (?:ms|s|ppm|dB|LU|LUFS|dBTP|kHz|%|[A-Z]{3}))")  # or of a currency
_MEASURED = re.compile(r"([+\-−]?\d+(?:\.\d+)?) ([A-Za-z].*)", re.DOTALL)
_ENGLISH = re.compile(r"[A-Za-z]{3,}|\b(?:of|at|is|to|by|in)\b")
_ENDING = "(s have|s are| has| is|es|s|)"
_SINGULAR = ("", " is", " has")
_DEEPEST = 6


@dataclass(frozen=True)
class Shape:
    pattern: re.Pattern[str]
    after: re.Pattern[str]  # the same behind something else
    said: str
    letters: int  # of the text itself: the more, the surer it is meant
    follows: bool  # it never stands alone: ", of which …"
    open_ended: bool  # it ends in a value, and so has no end of its own


def in_words(text: str) -> str:
    """The text in the language of now; what no shape fits stands as it is (names of files, codecs, menus)."""
    language = get_language() or "en"
    return said(text, language) if _shapes(language) else text


def report_in_words(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A SyncReport of the API with all that people read in the language of now. Codes, kinds and file names stay."""
    if not _shapes(get_language() or "en"):
        return dict(answer)
    report = answer["report"]
    return {
        **answer,
        "report": report
        and {
            **report,
            "verdict": _verdict(report["verdict"]),
            "checks": [_check(one) for one in report["checks"]],
            "render_cost": _cost(report.get("render_cost")),
        },
        "compared": answer["compared"] and _compared(answer["compared"]),
        "proposal": answer["proposal"] and {**answer["proposal"], "words": _each(answer["proposal"]["words"])},
        "corrections": [correction_in_words(one) for one in answer["corrections"]],
    }


def correction_in_words(correction: Mapping[str, Any]) -> dict[str, Any]:
    """A Correction of the API, likewise."""
    return {**correction, "words": _each(correction["words"]), "proof": _each(correction["proof"])}


def judgement_in_words(judgement: Mapping[str, Any]) -> dict[str, Any]:
    """The judgement of a test render, likewise."""
    reasons = [{**one, "text": in_words(one["text"])} for one in judgement["reasons"]]
    return {**judgement, "summary": in_words(judgement["summary"]), "reasons": reasons}


def audit_in_words(audit: Mapping[str, Any]) -> dict[str, Any]:
    """A ProxyAudit of the API, likewise."""
    told = ("title", "original", "proxy", "note")
    pairs = [
        {
            **pair,
            "summary": in_words(pair["summary"]),
            "rows": [{**row, **{name: in_words(row[name]) for name in told}} for row in pair["rows"]],
        }
        for pair in audit["pairs"]
    ]
    making = [{**order, "words": _each(order["words"])} for order in audit["making"]]
    return {**audit, "pairs": pairs, "making": making}


def _cost(cost: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {**cost, "text": in_words(cost["text"])} if cost else None


def _each(texts: list[str]) -> list[str]:
    return [in_words(text) for text in texts]


def _verdict(verdict: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: in_words(verdict[name]) for name in ("title", "summary")}
    return {**verdict, **told, **{name: _each(verdict[name]) for name in ("reasons", "next_steps")}}


def _check(check: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {name: in_words(check[name]) for name in ("title", "question", "cannot_see", "summary")}
    findings = [_finding(one) for one in check["findings"]]
    return {
        **check,
        **told,
        "findings": findings,
        "numbers": _numbers(check["numbers"]),
        "evidence": _evidence(check["evidence"]),
    }


def _finding(finding: Mapping[str, Any]) -> dict[str, Any]:
    remedy = finding["remedy"]
    steps = [[in_words(where), in_words(what)] for where, what in remedy["steps"]]
    return {
        **finding,
        "summary": in_words(finding["summary"]),
        "meaning": in_words(finding["meaning"]),
        "remedy": {**remedy, "summary": in_words(remedy["summary"]), "steps": steps},
        "numbers": _numbers(finding["numbers"]),
        "places": [{**place, "note": in_words(place["note"])} for place in finding["places"]],
        "evidence": _evidence(finding["evidence"]),
    }


def _numbers(numbers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "name": in_words(one["name"]), "unit": in_words(one["unit"])} for one in numbers]


def _evidence(plots: list[dict[str, Any]]) -> list[dict[str, Any]]:
    labels = ("title", "x_label", "y_label")
    return [
        {**one, **{name: in_words(one[name]) for name in labels}, "marks": [[x, in_words(label)] for x, label in one["marks"]]}
        for one in plots
    ]


def _compared(compared: Mapping[str, Any]) -> dict[str, Any]:
    def brief(one: Mapping[str, Any]) -> dict[str, Any]:
        return {**one, "summary": in_words(one["summary"]), "numbers": _numbers(one["numbers"])}

    changed = [{**one, "before": brief(one["before"]), "now": brief(one["now"])} for one in compared["changed"]]
    return {**compared, "changed": changed, **{name: [brief(one) for one in compared[name]] for name in ("appeared", "gone")}}


# --- texts --------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def said(text: str, language: str, depth: int = 0) -> str:
    """The text in a language that has a catalogue."""
    if found := _MEASUREMENT.fullmatch(text):
        return _number(found[1]) + found[2]
    if not _ENGLISH.search(text) or depth > _DEEPEST:
        return text
    if (exact := _exact(language).get(text)) is not None:
        return exact
    listed = _JOINED.split(text)
    if len(listed) > 1 and all(_piece(one, language) for one in listed[::2]):  # "frame rate, frames" is no "frame {1}"
        return "".join(said(one, language, depth + 1) for one in listed)
    first: str | None = None
    for shape in _shapes(language):
        match = shape.pattern.fullmatch(text)
        if match is None:
            continue
        done = _fill(shape.said, match, lambda value: said(value, language, depth + 1))
        if all(_known(value, language, depth + 1) for value in match.groups()):
            return done
        first = first or done
    pieces = _in_pieces(text, language, depth)
    return pieces if pieces is not None else first if first is not None else text


def _piece(text: str, language: str) -> bool:
    """Whether it is a piece by itself: a name, or a number with its unit."""
    measured = _MEASURED.fullmatch(text)
    return text in _exact(language) or (measured is not None and (measured[2] in _exact(language) or measured[2] == "dBTP"))


@lru_cache(maxsize=8192)
def _known(text: str, language: str, depth: int) -> bool:
    """Whether a value needs no translation, or has one: a piece, or several in a row."""
    if not _ENGLISH.search(text) or text in _exact(language) or _MEASUREMENT.fullmatch(text):
        return True
    if depth > _DEEPEST:
        return False
    for shape in _shapes(language):
        match = shape.pattern.fullmatch(text)
        if match and all(_known(value, language, depth + 1) for value in match.groups()):
            return True
    return _in_pieces(text, language, depth) is not None


def _in_pieces(text: str, language: str, depth: int) -> str | None:
    """A text that was put together of several: a number and its unit, a piece and what follows, a list. None if it was not."""
    measured = _MEASURED.fullmatch(text)
    if measured and _known(measured[2], language, depth + 1):
        return f"{_number(measured[1])} {said(measured[2], language, depth + 1)}"
    if text.endswith(".") and _known(text[:-1], language, depth + 1):
        return said(text[:-1], language, depth + 1) + "."
    for shape in _shapes(language):
        if shape.follows and (match := shape.after.fullmatch(text)):
            head, *values = match.groups()
            if all(_known(value, language, depth + 1) for value in (head, *values)):
                tail = _fill(shape.said, match, lambda value: said(value, language, depth + 1), skip=1)
                return said(head, language, depth + 1) + tail
    for shape in _shapes(language):
        match = None if shape.open_ended else shape.pattern.match(text)
        if (
            match is None
            or not 0 < match.end() < len(text)
            or not all(_known(one, language, depth + 1) for one in match.groups())
        ):
            continue
        rest = text[match.end() :]
        for skipped in range(len(rest) - len(rest.lstrip(" .,;:")) + 1):
            if _known(rest[skipped:], language, depth + 1):
                head = _fill(shape.said, match, lambda value: said(value, language, depth + 1))
                return head + rest[:skipped] + said(rest[skipped:], language, depth + 1)
    parts = _JOINED.split(text)
    if len(parts) > 1 and all(_known(part, language, depth + 1) for part in parts[::2]):
        return "".join(said(part, language, depth + 1) for part in parts)
    return None


def _fill(text: str, match: re.Match[str], translate: Callable[[str], str], *, skip: int = 0) -> str:
    def value(found: re.Match[str]) -> str:
        given = match.group(int(found[1]) + skip)
        if found[2] is not None:
            return found[2] if given in _SINGULAR else found[3]
        return _number(given) if _DECIMAL.fullmatch(given) and _UNIT.match(text, found.end()) else translate(given)

    return _VALUE.sub(value, text)


def _number(text: str) -> str:
    return text.replace(".", ",") if _DECIMAL.fullmatch(text) else text


@lru_cache(maxsize=8)
def _exact(language: str) -> dict[str, str]:
    return {text: told for text, told in _rows(language) if "{" not in text}


@lru_cache(maxsize=8)
def _shapes(language: str) -> tuple[Shape, ...]:
    """The surest first: those with the most text of their own."""
    return tuple(sorted((_shape(text, told) for text, told in _rows(language)), key=lambda one: -one.letters))


@lru_cache(maxsize=8)
def _rows(language: str) -> tuple[tuple[str, str], ...]:
    if language not in catalogues.languages():
        return ()
    rows = ((str(one.id), str(one.string)) for one in catalogues.read(language) if one.context == catalogues.OF_CHECKS)
    return tuple((text, told or text) for text, told in rows)


def _shape(text: str, told: str) -> Shape:
    """What a translation does not say as it is, is an English ending."""
    plain = {found[1] for found in _VALUE.finditer(told) if found[2] is None}
    parts = re.split(r"\{(\d)\}", text)
    pattern = "".join((("(.*?)" if part in plain else _ENDING) if i % 2 else re.escape(part)) for i, part in enumerate(parts))
    return Shape(
        pattern=re.compile(pattern, re.DOTALL),
        after=re.compile(f"(.+?){pattern}", re.DOTALL),
        said=told,
        letters=len("".join(parts[::2])),
        follows=text[0] in " ,;:.(",
        open_ended=parts[-1] == "" and len(parts) > 1 and parts[-2] in plain,
    )
