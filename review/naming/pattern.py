"""The pattern language of names, for people: `{project}[_{sequence}][_sh{shot}]_v{version:02}_{status}[_{date}]`.

A field stands in braces; what stands in brackets may be absent; everything else is written as it stands. A value is letters
and digits only, so that the signs between fields part them: two fields always have one of `_ - . space` between them.
`{version:02}` is written with at least two digits. A name that could be read in two ways is never made: what `format` returns,
`parse` reads back as the same values.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product

DEFAULT = "{project}_v{version:02}_{status}"
LONGEST_PATTERN, LONGEST_NAME = 200, 200  # characters; the file's ending comes on top
MOST_VERSION = 99_999
SEPARATORS = "_-. "
_WORD = r"[^\W_]+"
FIELDS: dict[str, str] = {  # what a value may be; docs/names.md explains each
    "project": _WORD,
    "sequence": _WORD,
    "reel": _WORD,
    "shot": _WORD,
    "version": r"[0-9]{1,5}",
    "status": _WORD,
    "date": r"[0-9]{8}",
    "initials": r"[^\W\d_]{2,4}",
}
STACK_FIELDS = ("project", "sequence", "reel", "shot")  # they say which stack; the others what lies in it
_PIECE = re.compile(r"\{(?P<field>\w+)(?::0(?P<width>[1-5]))?\}|(?P<bracket>[\[\]])|(?P<text>[^{}\[\]]+)")


class PatternError(ValueError):
    """A pattern that cannot be. The message says what is wrong and what to write."""


class NamingError(ValueError):
    """Values that cannot be written by the pattern, or a name that is none of it. The message says why, `field` which."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class _Piece:
    text: str = ""
    field: str = ""
    width: int = 0
    group: int = 0  # 0: always there; else the number of the bracket it stands in


@dataclass(frozen=True)
class Pattern:
    """A pattern that was read. Two are equal if their texts are."""

    text: str

    def __post_init__(self) -> None:
        _check(self)

    @cached_property
    def pieces(self) -> tuple[_Piece, ...]:
        return _read(self.text)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """In the order in which they stand."""
        return tuple(piece.field for piece in self.pieces if piece.field)

    @cached_property
    def required(self) -> frozenset[str]:
        return frozenset(piece.field for piece in self.pieces if piece.field and not piece.group)

    @cached_property
    def _variants(self) -> tuple[tuple[frozenset[str], re.Pattern[str]], ...]:
        """Which fields are there → how that reads. The one that says most by its own letters comes first."""
        groups = sorted({piece.group for piece in self.pieces if piece.group})
        found = []
        for present in product((True, False), repeat=len(groups)):
            there = {0, *(number for number, is_there in zip(groups, present, strict=True) if is_there)}
            pieces = [piece for piece in self.pieces if piece.group in there]
            letters = sum(1 for piece in pieces for char in piece.text if char not in SEPARATORS)
            exact = sum(piece.field in ("date", "initials") for piece in pieces)
            source = "".join(f"(?P<{p.field}>{FIELDS[p.field]})" if p.field else re.escape(p.text) for p in pieces)
            found.append((-letters, -exact, frozenset(p.field for p in pieces if p.field), re.compile(source)))
        found.sort(key=lambda one: one[:2])  # stable: of equals, the one with more fields
        return tuple((names, expression) for _, _, names, expression in found)

    def parse(self, name: str) -> dict[str, str | int]:
        """The values of a name without its ending; `version` is a number. Raises NamingError if it is no such name."""
        values = self._read_as(unicodedata.normalize("NFC", name))
        if values is None:
            raise NamingError(f"“{name[:LONGEST_NAME]}” is not written as {self.text}")
        return values

    def _read_as(self, name: str) -> dict[str, str | int] | None:
        width = next((piece.width for piece in self.pieces if piece.field == "version"), 0)
        for _, expression in self._variants:
            match = expression.fullmatch(name)
            if match is None:
                continue
            values: dict[str, str | int] = dict(match.groupdict())
            if "version" in values:
                number = int(values["version"])
                if number < 1 or f"{number:0{width}d}" != values["version"]:
                    continue  # another way to write the same number would be a second name for it
                values["version"] = number
            if "date" in values and not _is_date(str(values["date"])):
                continue
            return values
        return None

    def format(self, values: Mapping[str, str | int | None]) -> str:
        """The name of these values; optional ones may be absent, None or "". Raises NamingError.

        It is read back before it is given out: values that would be read as others are refused.
        """
        given = {key: value for key, value in values.items() if value not in (None, "") and key in self.fields}
        if missing := sorted(self.required - given.keys()):
            raise NamingError(f"{missing[0]} is missing", missing[0])
        groups = {
            piece.group
            for piece in self.pieces
            if piece.group and all(p.field in given for p in self.pieces if p.group == piece.group and p.field)
        }
        written = []
        for piece in self.pieces:
            if piece.group and piece.group not in groups:
                continue
            written.append(_written(piece, given[piece.field]) if piece.field else piece.text)
        name = "".join(written)
        if len(name) > LONGEST_NAME:
            raise NamingError(f"the name would be longer than {LONGEST_NAME} characters")
        there = {piece.field for piece in self.pieces if piece.group in {0, *groups}}
        meant = {key: value for key, value in given.items() if key in there}
        read = self._read_as(name)
        if read != meant:
            wrong = next((key for key in meant if read is None or read.get(key) != meant[key]), "")
            raise NamingError(f"“{name}” would be read otherwise than it is meant", wrong)
        return name

    def next_name(self, values: Mapping[str, str | int | None], number: int) -> str:
        """The name of the same values with that version number. Raises NamingError."""
        return self.format({**values, "version": number})


def clean(text: str) -> str:
    """A text as a value: letters and digits only, words run together ("Brand film" → "BrandFilm"). May be ""."""
    words = re.findall(_WORD, unicodedata.normalize("NFC", text))
    if len(words) > 1:
        words = [word[0].upper() + word[1:] for word in words]
    return unicodedata.normalize("NFC", "".join(words))[:80]


def fold(text: str) -> str:
    """What two names share that mean the same: letters and digits, no case ("Ep3_Rough" and "ep3 rough")."""
    return "".join(re.findall(_WORD, unicodedata.normalize("NFKC", text).casefold()))


def _written(piece: _Piece, value: str | int) -> str:
    if piece.field == "version":
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_VERSION:
            raise NamingError(f"a version is a number from 1 to {MOST_VERSION}", "version")
        return f"{value:0{piece.width}d}"
    text = str(value)
    if text != unicodedata.normalize("NFC", text) or re.fullmatch(FIELDS[piece.field], text) is None:
        raise NamingError(f"“{text[:80]}” cannot be {piece.field}: {_what(piece.field)}", piece.field)
    if piece.field == "date" and not _is_date(text):
        raise NamingError(f"“{text}” is no date; write it as 20260131", "date")
    return text


def _what(field: str) -> str:
    return {"date": "a date is eight digits, 20260131", "initials": "initials are two to four letters"}.get(
        field, "letters and digits only"
    )


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}")
    except ValueError:
        return False
    return text.isascii()


def _read(text: str) -> tuple[_Piece, ...]:
    pieces: list[_Piece] = []
    at, group, groups = 0, 0, 0
    while at < len(text):
        match = _PIECE.match(text, at)
        if match is None:
            raise PatternError(f"At “{text[at : at + 10]}”: write a field as {{version:02}} or {{status}}.")
        if match["bracket"] == "[":
            if group:
                raise PatternError("Brackets do not stand in brackets.")
            groups += 1
            group = groups
        elif match["bracket"] == "]":
            if not group:
                raise PatternError("A bracket is closed that was not opened.")
            if not any(piece.group == group and piece.field for piece in pieces):
                raise PatternError("Brackets hold at least one field: [_{shot}].")
            group = 0
        else:
            pieces.append(_Piece(match["text"] or "", match["field"] or "", int(match["width"] or 1), group))
        at = match.end()
    if group:
        raise PatternError("A bracket is not closed.")
    return tuple(pieces)


def _check(pattern: Pattern) -> None:
    if len(pattern.text) > LONGEST_PATTERN:
        raise PatternError(f"A pattern has at most {LONGEST_PATTERN} characters.")
    fields = pattern.fields
    for name in fields:
        if name not in FIELDS:
            raise PatternError(f"There is no field {{{name}}}. There are {', '.join(FIELDS)}.")
        if fields.count(name) > 1:
            raise PatternError(f"{{{name}}} stands twice.")
    if "version" not in pattern.required:
        raise PatternError("{version} must always be there: versions are told apart by it.")
    if not pattern.required & set(STACK_FIELDS):
        raise PatternError("A name says what it is a version of: {project}, {sequence}, {reel} or {shot} must always be there.")
    for piece in pattern.pieces:
        if piece.field and piece.field != "version" and f"{{{piece.field}:" in pattern.text:
            raise PatternError(f"Only {{version}} has a width, {{{piece.field}}} has none.")
        if any(not (char.isalnum() or char in SEPARATORS) for char in piece.text) or piece.text != unicodedata.normalize(
            "NFC", piece.text
        ):
            raise PatternError("Beside fields there may be letters, digits and _ - . space.")
    _check_parted(pattern)


def _check_parted(pattern: Pattern) -> None:
    """Between two fields, whatever is absent between them, there is a separator; and no two fields stand for each other."""
    groups = sorted({piece.group for piece in pattern.pieces if piece.group})
    if len(groups) > 6:
        raise PatternError("A pattern has at most six optional parts.")
    seen: dict[tuple[tuple[str, str], ...], frozenset[str]] = {}
    for present in product((True, False), repeat=len(groups)):
        there = {0, *(number for number, is_there in zip(groups, present, strict=True) if is_there)}
        pieces = [piece for piece in pattern.pieces if piece.group in there]
        between, before = "", ""
        for piece in pieces:
            if not piece.field:
                between += piece.text
                continue
            if before and not any(char in SEPARATORS for char in between):
                raise PatternError(f"Between {{{before}}} and {{{piece.field}}} there must be one of _ - . or a space.")
            before, between = piece.field, ""
        shape = tuple((FIELDS[p.field], "") if p.field else ("", p.text) for p in pieces)
        names = frozenset(p.field for p in pieces if p.field)
        joined = _joined(shape)
        if joined in seen and seen[joined] != names:
            one, other = sorted(seen[joined] ^ names)[:2]
            raise PatternError(
                f"{{{one}}} and {{{other}}} could not be told apart: write something before one of them, as in [_sh{{shot}}]."
            )
        seen[joined] = names


def _joined(shape: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The shape with neighbouring texts as one."""
    joined: list[tuple[str, str]] = []
    for expression, text in shape:
        if not expression and joined and not joined[-1][0]:
            joined[-1] = ("", joined[-1][1] + text)
        else:
            joined.append((expression, text))
    return tuple(joined)
