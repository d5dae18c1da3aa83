"""Markers of editing programs as comments: EDL (Resolve's markers, locators of CMX 3600), OpenTimelineIO, CSV.

Read with the standard library alone: the readers of other people lose lengths and notes or raise on a text that begins with a
digit (measured on cmx_3600 1.0). Positions come out as frames of the version; what lies on no frame of it is told, not moved.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from media_pipeline.core.timecode import Rate, TimecodeError, to_frame
from review.media_words import in_words

MOST = 1000  # markers of one file
MOST_TEXT = 10_000  # characters of a comment

EVENT = re.compile(r"\d+\s+\S+\s+\S+\s+\S+(?:\s+\d+)?\s+(?:[\d:;.]+\s+){2}([\d:;.]+)\s+([\d:;.]+)\s*")
LOCATOR = re.compile(r"\*\s*LOC:\s*([\d:;.]+)\s+(\S+)\s*(.*)")
TAG = re.compile(r"\s*\|([CMD]):([^|]*)")
FORMULA = re.compile(r"'(?=[=+\-@\t\r])")
NAMES = {  # what columns are called, ours and others'
    "frame": ("frame",),
    "timecode": ("timecode", "tc", "record in", "in", "start"),
    "duration": ("duration_frames",),
    "text": ("text", "comment", "comments", "note", "notes", "description"),
    "author": ("author", "user", "marker name", "name"),
}


class Unreadable(Exception):
    """The file is none of those that are read, in words."""


@dataclass(frozen=True)
class Mark:
    """One marker: on `frame` of the version (0-based) for `duration_frames`."""

    frame: int
    duration_frames: int
    text: str
    author: str = ""


@dataclass
class Read:
    """What was found, and in words what was left out."""

    marks: list[Mark]
    left_out: list[str]


@dataclass(frozen=True)
class Target:
    """The version that the markers are for. `start`: the first frame of the timeline they come from, as a frame count."""

    rate: Rate
    start: int
    frame_count: int

    def frame(self, label: str) -> int:
        """The frame with this record timecode. Raises TimecodeError. How the separator is written says nothing here."""
        plain = re.sub(r"[;.](\d+)$", r":\1", label.strip())
        return (to_frame(plain, self.rate) - self.start) % self.rate.frames_per_day


def read(name: str, content: bytes, target: Target) -> Read:
    """The markers of a file, by frame. What kind it is says the end of its name. Raises Unreadable."""
    kind = name.rpartition(".")[2].lower()
    readers = {"edl": _edl, "otio": _otio, "csv": _csv, "txt": _csv, "tsv": _csv}
    if kind not in readers:
        raise Unreadable(_("Files that end in .%(end)s are not read: send .edl, .otio or .csv.") % {"end": kind[:20]})
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(_("The file is no text in UTF-8.")) from error
    found = Read([], [])
    for where, mark in readers[kind](text, target):
        if isinstance(mark, str):
            found.left_out.append(f"{where}: {mark}")
        elif not 0 <= mark.frame < target.frame_count:
            found.left_out.append(_("%(where)s: lies outside the version.") % {"where": where})
        elif not mark.text.strip():
            found.left_out.append(_("%(where)s: says nothing.") % {"where": where})
        elif len(found.marks) == MOST:
            raise Unreadable(_("The file has more than %(most)s markers.") % {"most": MOST})
        else:
            longest = target.frame_count - mark.frame
            length = max(1, min(mark.duration_frames, longest))
            found.marks.append(Mark(mark.frame, length, mark.text.strip()[:MOST_TEXT], mark.author.strip()))
    found.marks.sort(key=lambda mark: mark.frame)
    return found


Found = Iterator[tuple[str, Mark | str]]


def _edl(text: str, target: Target) -> Found:
    """An event of Resolve's is its record in, the note on the next line, then |C: colour, |M: name, |D: frames."""
    lines = text.replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines):
        where = _("line %(number)s") % {"number": number + 1}
        event, locator = EVENT.fullmatch(line), LOCATOR.match(line)
        try:
            if locator:
                yield where, Mark(target.frame(locator[1]), 1, locator[3])
            elif event and number + 1 < len(lines) and "|" in lines[number + 1]:
                note, _bar, tail = lines[number + 1].partition("|")
                tags = dict(TAG.findall("|" + tail))
                author = _unguarded(tags.get("M", ""))
                length = int(tags["D"]) if tags.get("D", "").strip().isdigit() else 1
                said = _unguarded(note.strip()).removeprefix(f"{author}: ") or author
                yield where, Mark(target.frame(event[1]), length, said, author)
        except TimecodeError as error:
            yield where, _told(error)


def _unguarded(text: str) -> str:
    """Without the dash that a text which begins with a digit or an asterisk needs in an EDL."""
    text = text.strip()
    return text[2:] if re.match(r"[-_] (?=[\d*])", text) else text


def _otio(text: str, target: Target) -> Found:
    """Markers of the stack, of its tracks and of their clips; the latter where their clip lies."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("The file is no JSON.")) from error
    stack = whole.get("tracks") if isinstance(whole, dict) else None
    if not isinstance(stack, dict):
        raise Unreadable(_("The file is no timeline of OpenTimelineIO."))
    try:
        yield from _marked(stack, Fraction(0), target)
        for track in stack.get("children") or []:
            yield from _marked(track, Fraction(0), target)
            at = Fraction(0)
            for child in track.get("children") or []:
                span = child.get("source_range")
                if child.get("OTIO_SCHEMA", "").startswith("Transition"):
                    continue
                begin = _frames(span["start_time"], target) if span else Fraction(0)
                yield from _marked(child, at - begin, target)
                if span is None:
                    return  # nothing says how long it is, so nothing says where the next one begins
                at += _frames(span["duration"], target)
    except (KeyError, TypeError, AttributeError, ValueError, ZeroDivisionError, OverflowError) as error:
        raise Unreadable(_("The file's timeline cannot be read.")) from error


def _marked(item: dict[str, Any], offset: Fraction, target: Target) -> Found:
    for number, marker in enumerate(item.get("markers") or [], 1):
        span = marker["marked_range"]
        frame = offset + _frames(span["start_time"], target)
        length = round(_frames(span["duration"], target))
        note = (marker.get("metadata") or {}).get("Resolve_OTIO", {}).get("Note")
        name = str(marker.get("name") or "")
        said = str(marker.get("comment") or note or "")
        yield _("marker %(number)s") % {"number": number}, Mark(round(frame), length, said or name, name if said else "")


def _frames(time: dict[str, Any], target: Target) -> Fraction:
    """A RationalTime in frames of the version. Rates that differ by less than a hundredth are one, written in floats."""
    value, rate = Fraction(time["value"]), Fraction(time["rate"])
    ours = target.rate.fraction
    return value if abs(rate - ours) < Fraction(1, 100) else value / rate * ours


def _csv(text: str, target: Target) -> Found:
    """Columns by their names (NAMES); parted by commas, semicolons or tabs."""
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        titles = [title.strip().lower() for title in next(rows, [])]
        columns = {what: next((titles.index(one) for one in names if one in titles), -1) for what, names in NAMES.items()}
        if columns["text"] < 0 or (columns["frame"] < 0 and columns["timecode"] < 0):
            raise Unreadable(
                _("The first line names no column for the text (text, comment, notes) and the place (frame, timecode).")
            )
        for number, row in enumerate(rows, 2):
            cell = {what: FORMULA.sub("", row[at], count=1) if 0 <= at < len(row) else "" for what, at in columns.items()}
            if any(row):
                yield _("row %(number)s") % {"number": number}, _row(cell, target)
    except csv.Error as error:
        raise Unreadable(_("The file is no CSV: %(why)s.") % {"why": error}) from error


def _row(cell: dict[str, str], target: Target) -> Mark | str:
    frame = cell["frame"].strip()
    try:
        at = int(frame) if frame.isdecimal() else target.frame(cell["timecode"])
    except TimecodeError as error:
        return _told(error)
    length = int(cell["duration"]) if cell["duration"].strip().isdecimal() else 1
    return Mark(at, length, cell["text"], cell["author"])


def _told(error: TimecodeError) -> str:
    return f"{in_words(error.message)}. {in_words(error.remedy)}"
