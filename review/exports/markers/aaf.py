"""Avid Media Composer, as AAF: a sequence of nothing but its length, with the markers on its picture track.

The structure is that of Avid's own sequences: a composition with a timecode track, a picture track of filler, and an event
track whose descriptive markers name the track that they describe. `_ATN_CRM_*` are Avid's own names of a marker's properties.
"""

import io
from typing import Any

from review.exports.markers.timeline import Note, Timeline, Written, plain, shade

OPEN, DONE, MARK = "Yellow", "Green", "Blue"
RGB = {"Yellow": (65535, 65535, 0), "Green": (0, 65535, 0), "Blue": (0, 0, 65535)}
TIMECODE_SLOT, PICTURE_SLOT, MARKER_SLOT = 1, 2, 1000
PICTURE_TRACK = 1


def write(timeline: Timeline, *, name: str = "markers") -> Written:
    """All comments, each its own marker on V1."""
    from aaf2.file import AAFFile  # here: it brings its model of a thousand classes, and few ask for it

    file: Any = AAFFile(None, "w")  # in memory
    rate = f"{timeline.rate.num}/{timeline.rate.den}"
    sequence = file.create.CompositionMob(plain(timeline.name))
    sequence.usage = "Usage_TopLevel"
    file.content.mobs.append(sequence)

    clock = sequence.create_timeline_slot(rate, TIMECODE_SLOT)
    clock.name = "TC1"
    clock.segment = file.create.Timecode(timeline.rate.nominal, drop=timeline.rate.drop_frame)
    clock.segment.start, clock.segment.length = timeline.start, timeline.frame_count
    picture = sequence.create_timeline_slot(rate, PICTURE_SLOT)
    picture.name = "V1"
    picture["PhysicalTrackNumber"].value = PICTURE_TRACK
    picture.segment = file.create.Sequence("picture", length=timeline.frame_count)
    picture.segment.components.append(file.create.Filler("picture", timeline.frame_count))

    events = file.create.EventMobSlot()
    events["EditRate"].value, events["SlotID"].value = rate, MARKER_SLOT
    events["PhysicalTrackNumber"].value = PICTURE_TRACK
    events.segment = file.create.Sequence("DescriptiveMetadata", length=timeline.frame_count)
    sequence.slots.append(events)
    for note in timeline.notes:
        events.segment.components.append(_marker(file, timeline, note))
    file.save()
    file.cfb.close()  # its table of contents; closing the file itself would throw the bytes away
    made: io.BytesIO = file.f
    return Written({f"{name}.aaf": made.getvalue()})


def _marker(file: Any, timeline: Timeline, note: Note) -> Any:
    marker = file.create.DescriptiveMarker()
    color = shade(note, open=OPEN, done=DONE, mark=MARK)
    marker["DescribedSlots"].value = {PICTURE_SLOT}
    marker["Position"].value, marker["Length"].value = note.frame, note.duration_frames
    marker["Comment"].value = note.words or note.said
    marker["CommentMarkerUser"].value = plain(note.author)
    red, green, blue = RGB[color]
    marker["CommentMarkerColor"].value = {"red": red, "green": green, "blue": blue}
    own = {
        "_ATN_CRM_COLOR": color, "_ATN_CRM_USER": plain(note.author), "_ATN_CRM_COM": note.words or note.said,
        "_ATN_CRM_TC": timeline.record(note.frame), "_ATN_CRM_TRK": "V1", "_ATN_CRM_LENGTH": note.duration_frames,
    }  # fmt: skip
    marker["CommentMarkerAttributeList"].value = [file.create.TaggedValue(key, value) for key, value in own.items()]
    return marker
