"""Final Cut Pro: FCPXML 1.9. Markers stand in a gap as long as the timeline, for a sequence may hold none itself.

Every time is an exact multiple of a frame's duration. The format has no colours: `completed` makes a to-do,
open or done; without it a marker is a plain one, and a chapter has an element of its own.
"""

from fractions import Fraction
from xml.etree import ElementTree as ET

from review.exports.markers.timeline import Timeline, Written, plain


def write(timeline: Timeline, *, name: str = "markers") -> Written:
    """All comments, each its own marker; its value is what was said, its note who said it and when."""
    rate = timeline.rate
    frame = Fraction(rate.den, rate.num)
    start, duration = _time(timeline.start, frame), _time(timeline.frame_count, frame)
    root = ET.Element("fcpxml", version="1.9")
    form = ET.SubElement(ET.SubElement(root, "resources"), "format", id="r1", frameDuration=_time(1, frame))
    event = ET.SubElement(ET.SubElement(root, "library"), "event", name="Review")
    project = ET.SubElement(event, "project", name=plain(timeline.name))
    sequence = ET.SubElement(
        project, "sequence", format=form.attrib["id"], duration=duration, tcStart=start,
        tcFormat="DF" if rate.drop_frame else "NDF",
    )  # fmt: skip
    gap = ET.SubElement(ET.SubElement(sequence, "spine"), "gap", name="Review", offset=start, start=start, duration=duration)
    for note in timeline.notes:
        at = {"start": _time(timeline.start + note.frame, frame), "duration": _time(note.duration_frames, frame)}
        if note.kind == "chapter":
            ET.SubElement(gap, "chapter-marker", at, value=note.words or note.said, note=note.url)
        elif note.kind:
            ET.SubElement(gap, "marker", at, value=note.said, note=note.url)
        else:
            ET.SubElement(gap, "marker", at, value=note.said, completed=str(int(note.completed)), note=note.url)
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return Written({f"{name}.fcpxml": f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{body}\n'.encode()})


def _time(frames: int, frame: Fraction) -> str:
    """As `num/dens` over the denominator of the frame's duration: 53993940/30000s."""
    return f"{frames * frame.numerator}/{frame.denominator}s"
