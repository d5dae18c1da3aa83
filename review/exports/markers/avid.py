"""Avid Media Composer (Tools > Markers > Import): tab-separated text without a head: user, timecode, track, colour, text,
length. Layout after a real export."""

from review.exports.markers.timeline import Timeline, Written, one_line, plain, shade

OPEN, DONE, MARK = "yellow", "green", "blue"


def write(timeline: Timeline, *, name: str = "markers") -> Written:
    """All comments, each its own marker on V1."""
    lines = [
        "\t".join(
            [
                one_line(plain(note.author)) or "-",
                timeline.record(note.frame),
                "V1",
                shade(note, open=OPEN, done=DONE, mark=MARK),
                one_line(note.words or note.said),
                str(note.duration_frames),
            ]
        )
        for note in timeline.notes
    ]
    broken = any("\n" in note.words or "\t" in note.words for note in timeline.notes)
    altered = ["Line breaks are written as “ / ”, tabs as blanks."] if broken else []
    return Written({f"{name}.txt": "".join(f"{line}\n" for line in lines).encode()}, altered)
