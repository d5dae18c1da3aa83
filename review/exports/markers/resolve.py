"""DaVinci Resolve: an EDL of timeline markers (Timelines > Import > Timeline Markers from EDL).

Layout after real exports of Resolve: an event of one frame, then the note, `|C:` colour, `|M:` name, `|D:` length in
frames; the note must come before the colour, and begin with no digit and no asterisk. CMX 3600 knows 999 events: more go
to further files.
"""

from review.exports.markers.timeline import Note, Timeline, Written, merged_words, one_line, one_per_frame, plain, shade

MOST_EVENTS = 999
OPEN, DONE, MARK = "ResolveColorYellow", "ResolveColorGreen", "ResolveColorBlue"


def write(timeline: Timeline, *, name: str = "markers") -> Written:
    """One marker per frame; the length of a comment is the marker's."""
    notes = one_per_frame(timeline.notes)
    altered = merged_words(len(timeline.notes) - len(notes))
    if any("|" in note.words + note.author for note in notes):
        altered.append("“|” separates fields in this format and is written as “/”.")
    if any("\n" in note.words for note in notes):
        altered.append("Line breaks are written as “ / ”.")
    parts = [notes[at : at + MOST_EVENTS] for at in range(0, len(notes), MOST_EVENTS)] or [[]]
    files = {}
    for number, part in enumerate(parts, 1):
        title = f"{timeline.name}{f' {number} of {len(parts)}' if len(parts) > 1 else ''}"
        told = f" ({' '.join(altered)})" if altered else ""
        head = f"TITLE: {_field(title)}{_field(told) if told else ''}\nFCM: {_mode(timeline)}\n"
        body = "".join(f"\n{_event(timeline, at, note)}" for at, note in enumerate(part, 1))
        suffix = f"-{number}" if len(parts) > 1 else ""
        files[f"{name}{suffix}.edl"] = (head + body).encode()
    return Written(files, altered)


def _mode(timeline: Timeline) -> str:
    return "DROP FRAME" if timeline.rate.drop_frame else "NON-DROP FRAME"


def _event(timeline: Timeline, number: int, note: Note) -> str:
    first, after = timeline.record(note.frame), timeline.record(note.frame + 1)
    author = _begun(_field(plain(note.author)))
    text = _begun(_field(note.said))
    color = shade(note, open=OPEN, done=DONE, mark=MARK)
    event = f"{number:03}  001      V     C        {first} {after} {first} {after}  "
    return f"{event}\n{text} |C:{color} |M:{author} |D:{note.duration_frames}\n"


def _field(text: str) -> str:
    return one_line(text.replace("|", "/"))


def _begun(text: str) -> str:
    """Readers take a line that begins with a digit for an event, and one with an asterisk for a comment of their own."""
    return f"- {text}" if not text or text[0].isdigit() or text[0] == "*" else text
