"""Premiere Pro (and Final Cut Pro 7): xmeml 4, the only file from which Premiere imports markers.

The markers stand on the sequence, and once more on a clip as long as it (a colour matte), which an editor can copy into
the real sequence with all markers on it. `in` counts frames from the start of the sequence, `out` is -1 for a point.
"""

from xml.etree import ElementTree as ET

from review.exports.markers.timeline import Note, Timeline, Written, plain, shade

# Premiere's colours as unsigned ABGR.
DONE, OPEN, MARK = "", "4281049552", "4294741314"  # green is the default, and left out; yellow; blue


def write(timeline: Timeline, *, name: str = "markers") -> Written:
    """All comments, each its own marker."""
    root = ET.Element("xmeml", version="4")
    sequence = ET.SubElement(root, "sequence", id="markers")
    _texts(sequence, name=plain(timeline.name), duration=str(timeline.frame_count))
    _rate(sequence, timeline)
    timecode = ET.SubElement(sequence, "timecode")
    _rate(timecode, timeline)
    mode = "DF" if timeline.rate.drop_frame else "NDF"
    _texts(timecode, string=timeline.record(0), frame=str(timeline.start), displayformat=mode)
    video = ET.SubElement(ET.SubElement(sequence, "media"), "video")
    item = ET.SubElement(ET.SubElement(video, "track"), "generatoritem", id="marker-matte")
    _texts(item, name="Review markers", duration=str(timeline.frame_count))
    _rate(item, timeline)
    _texts(item, **{"in": "0", "out": str(timeline.frame_count), "start": "0", "end": str(timeline.frame_count)})
    effect = ET.SubElement(item, "effect")
    _texts(effect, name="Color", effectid="Color", effecttype="generator", mediatype="video")
    for note in timeline.notes:
        _marker(item, note)
        _marker(sequence, note)
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return Written({f"{name}.xml": f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n{body}\n'.encode()})


def _marker(parent: ET.Element, note: Note) -> None:
    marker = ET.SubElement(parent, "marker")
    after = note.frame + note.duration_frames if note.duration_frames > 1 else -1
    _texts(marker, comment=note.words, name=plain(note.author), **{"in": str(note.frame), "out": str(after)})
    if colour := shade(note, open=OPEN, done=DONE, mark=MARK):
        _texts(marker, pproColor=colour)


def _rate(parent: ET.Element, timeline: Timeline) -> None:
    ntsc = "TRUE" if timeline.rate.fraction != timeline.rate.nominal else "FALSE"
    _texts(ET.SubElement(parent, "rate"), timebase=str(timeline.rate.nominal), ntsc=ntsc)


def _texts(parent: ET.Element, **texts: str) -> None:
    for tag, text in texts.items():
        ET.SubElement(parent, tag).text = text
