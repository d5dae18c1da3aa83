"""OpenTimelineIO: a timeline with the markers on its stack, as JSON; the format is plain enough to need no library.

Resolve reads a marker's note from `metadata.Resolve_OTIO.Note` alone, so it stands there too.
"""

import json
from typing import Any

from review.exports.markers.timeline import Timeline, Written, plain, shade

OPEN, DONE, MARK = "YELLOW", "GREEN", "BLUE"


def write(timeline: Timeline, *, name: str = "markers") -> Written:
    """All comments, each its own marker, in the time of the stack."""
    rate = float(timeline.rate.fraction)

    def time(frames: int) -> dict[str, Any]:
        return {"OTIO_SCHEMA": "RationalTime.1", "rate": rate, "value": float(frames)}

    def span(start: int, frames: int) -> dict[str, Any]:
        return {"OTIO_SCHEMA": "TimeRange.1", "start_time": time(start), "duration": time(frames)}

    markers = [
        {
            "OTIO_SCHEMA": "Marker.2",
            "name": plain(note.author),
            "color": shade(note, open=OPEN, done=DONE, mark=MARK),
            "comment": note.words,
            "marked_range": span(note.frame, note.duration_frames),
            "metadata": {
                "Resolve_OTIO": {"Note": note.words, "Keywords": []},
                "review": {
                    "id": note.id,
                    "url": note.url,
                    "completed": note.completed,
                    "internal": note.internal,
                    "kind": note.kind,
                },
            },
        }
        for note in timeline.notes
    ]
    gap = {
        "OTIO_SCHEMA": "Gap.1", "name": "", "source_range": span(0, timeline.frame_count), "effects": [], "markers": [],
        "enabled": True, "metadata": {},
    }  # fmt: skip
    track: dict[str, Any] = {
        "OTIO_SCHEMA": "Track.1", "name": "V1", "kind": "Video", "source_range": None, "effects": [], "markers": [],
        "enabled": True, "metadata": {}, "children": [gap],
    }  # fmt: skip
    stack: dict[str, Any] = {
        "OTIO_SCHEMA": "Stack.1", "name": "tracks", "source_range": None, "effects": [], "markers": markers,
        "enabled": True, "metadata": {}, "children": [track],
    }  # fmt: skip
    whole = {
        "OTIO_SCHEMA": "Timeline.1", "name": plain(timeline.name), "global_start_time": time(timeline.start), "tracks": stack,
        "metadata": {"review": {"rate": {"num": timeline.rate.num, "den": timeline.rate.den},
                                "drop_frame": timeline.rate.drop_frame}},
    }  # fmt: skip
    return Written({f"{name}.otio": json.dumps(whole, ensure_ascii=False, indent=1).encode()})
