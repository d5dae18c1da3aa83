"""What every marker format writes: comments on frames of one timeline, and how a format says what it had to alter."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby

from media_pipeline.core.timecode import Rate, to_label

_NEWLINES = str.maketrans({"\r": "\n", "\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n"})
# What XML 1.0 and marker panels cannot hold: C0 controls but tab and newline, and what is no character.
_CONTROLS = dict.fromkeys((*range(9), *range(14, 32), 0x7F, 0xFFFE, 0xFFFF))


@dataclass(frozen=True)
class Said:
    """One reply."""

    author: str
    text: str


@dataclass(frozen=True)
class Note:
    """One comment: on `frame` (0-based in the media) for `duration_frames` (at least 1). Or a marker of the version's own
    timeline, which `kind` tells; then `author` is what that kind is called, and `text` its label."""

    id: str
    author: str
    text: str
    frame: int
    duration_frames: int = 1
    completed: bool = False
    internal: bool = False
    replies: tuple[Said, ...] = ()
    url: str = ""
    created_at: str = ""
    kind: str = ""

    @property
    def said(self) -> str:
        """Who said it, and what; of a marker what it is, and its label if it has one."""
        return f"{plain(self.author)}: {self.words}" if self.words or not self.kind else plain(self.author)

    @property
    def words(self) -> str:
        """The text with its replies, a line each; what a marker shows beside the author's name."""
        return "\n".join([plain(self.text), *(f"{plain(one.author)}: {plain(one.text)}" for one in self.replies)])


def shade(note: Note, *, open: str, done: str, mark: str) -> str:
    """Which of a format's colours a note has."""
    return mark if note.kind else done if note.completed else open


@dataclass(frozen=True)
class Timeline:
    """The sequence that the markers go to. `start`: its first frame as a frame count (01:00:00:00 at 25: 90000);
    `media_start`: the same of the media itself."""

    name: str
    rate: Rate
    start: int
    media_start: int
    frame_count: int
    notes: tuple[Note, ...]

    def record(self, frame: int) -> str:
        """Timecode of a frame on the timeline, wrapped at a day."""
        return to_label(self.start + frame, self.rate)

    def media(self, frame: int) -> str:
        return to_label(self.media_start + frame, self.rate)


@dataclass
class Written:
    """Files by name (without folder), and in words what the format forced to be written otherwise."""

    files: dict[str, bytes]
    altered: list[str] = field(default_factory=list)


def plain(text: str) -> str:
    """Newlines as one kind, without the control characters that no format holds."""
    return text.replace("\r\n", "\n").translate(_NEWLINES).translate(_CONTROLS).strip()


def one_line(text: str) -> str:
    """Lines joined by " / ", tabs as blanks."""
    return " / ".join(line.strip() for line in text.replace("\t", " ").split("\n") if line.strip())


def one_per_frame(notes: Iterable[Note]) -> list[Note]:
    """Notes that begin on one frame as one note: where a format holds one marker per frame. Comments come before markers;
    the longest range counts; done only if all comments are."""
    found = []
    for _, group in groupby(sorted(notes, key=lambda note: (note.frame, note.kind != "")), key=lambda note: note.frame):
        first, *others = group
        if others:
            more = tuple(said for note in others for said in (Said(note.author, note.text), *note.replies))
            first = replace(
                first,
                replies=(*first.replies, *more),
                duration_frames=max(note.duration_frames for note in (first, *others)),
                completed=first.completed and all(note.completed or note.kind for note in others),
            )
        found.append(first)
    return found


def merged_words(count: int) -> list[str]:
    """What `altered` says when `count` notes went into others on their frame."""
    return [f"{count} share a frame with another one and are in its marker."] if count else []
