"""Markers for programs that read simple text: CSV for spreadsheets, WebVTT for players, guides of Kdenlive, scripts for
After Effects and Blender that carry their markers with them."""

import csv
import io
import json

from review.exports.markers.timeline import Timeline, Written, merged_words, one_per_frame, plain, shade
from review.exports.spreadsheet import guarded

COLUMNS = (
    "id", "frame", "duration_frames", "timecode", "media_timecode", "rate", "drop_frame", "author", "text", "status",
    "internal", "replies", "url", "created_at",
    "kind",
)  # fmt: skip


def write_csv(timeline: Timeline, *, name: str = "markers") -> Written:
    """With a byte order mark, for Excel; what a spreadsheet would run as a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    rate = timeline.rate
    quoted = False
    for note in timeline.notes:
        row = [
            note.id, note.frame, note.duration_frames, timeline.record(note.frame), timeline.media(note.frame),
            f"{rate.num}/{rate.den}" if rate.den > 1 else rate.num, "yes" if rate.drop_frame else "no", note.author, note.text,
            shade(note, open="open", done="done", mark=""), "yes" if note.internal else "no",
            "\n".join(f"{one.author}: {one.text}" for one in note.replies), note.url, note.created_at, note.kind or "comment",
        ]  # fmt: skip
        cells = [guarded(plain(str(value))) for value in row]
        quoted = quoted or any(cell != str(value) for cell, value in zip(cells, row, strict=True))
        writer.writerow(cells)
    altered = ["An apostrophe stands before text that a spreadsheet would run as a formula."] if quoted else []
    return Written({f"{name}.csv": b"\xef\xbb\xbf" + out.getvalue().encode()}, altered)


def write_webvtt(timeline: Timeline, *, name: str = "markers") -> Written:
    """Times from the media's first frame. Its clock knows milliseconds: a cue begins at the first one that lies inside its
    frame (rounded up), so that a player shows that frame and not the one before."""
    rate = timeline.rate

    def clock(frame: int) -> str:
        milliseconds = -(-frame * 1000 * rate.den // rate.num)
        seconds, rest = divmod(milliseconds, 1000)
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"

    cues = []
    for note in timeline.notes:
        said = note.said
        lines = [
            line for line in said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").split("\n") if line.strip()
        ]
        end = clock(note.frame + note.duration_frames)
        cues.append("\n".join([note.id or "-", f"{clock(note.frame)} --> {end}", *lines]))
    altered = ["Blank lines would end a cue and are left out."] if any("\n\n" in note.words for note in timeline.notes) else []
    return Written({f"{name}.vtt": ("\n\n".join(["WEBVTT", *cues]) + "\n").encode()}, altered)


def write_kdenlive(timeline: Timeline, *, name: str = "markers") -> Written:
    """Guides: one per frame, without length. Types by colour: 1 open, 2 done, 3 a marker."""
    notes = one_per_frame(timeline.notes)
    guides = [
        {"pos": note.frame, "comment": note.said, "type": int(shade(note, open="1", done="2", mark="3"))} for note in notes
    ]
    altered = merged_words(len(timeline.notes) - len(notes))
    if any(note.duration_frames > 1 for note in notes):
        altered.append("Guides have no length: ranges are points at their first frame.")
    return Written({f"{name}.json": json.dumps(guides, ensure_ascii=False, indent=1).encode()}, altered)


_AFTER_EFFECTS = """// Run in After Effects (File > Scripts > Run Script File) with the composition open.
(function () {
    var notes = %s;
    var comp = app.project.activeItem;
    if (!(comp instanceof CompItem)) { alert("Open the composition that the markers are for, then run this again."); return; }
    app.beginUndoGroup("Review markers");
    for (var i = 0; i < notes.length; i += 1) {
        var marker = new MarkerValue(notes[i].text);
        marker.duration = notes[i].frames > 1 ? notes[i].frames * comp.frameDuration : 0;
        marker.label = notes[i].label;
        comp.markerProperty.setValueAtTime(notes[i].frame * comp.frameDuration, marker);
    }
    app.endUndoGroup();
})();
"""
_BLENDER = '''"""Run in Blender's text editor: sets the markers of the scene's timeline. Running it again changes nothing."""
import json

import bpy

NOTES = json.loads(%s)
scene = bpy.context.scene
scene.render.fps, scene.render.fps_base = %d, %s
kept = {marker.get("review_id"): marker for marker in scene.timeline_markers}
for note in NOTES:
    frame = scene.frame_start + note["frame"]
    marker = kept.get(note["id"]) or scene.timeline_markers.new(note["text"][:60], frame=frame)
    marker.frame = frame
    marker["review_id"], marker["review_text"] = note["id"], note["text"]  # a name holds 63 bytes, this all of it
    marker["review_frames"], marker["review_done"], marker["review_kind"] = note["frames"], note["done"], note["kind"]
'''


def _rows(timeline: Timeline, *, merged: bool) -> list[dict[str, object]]:
    notes = one_per_frame(timeline.notes) if merged else list(timeline.notes)
    return [
        {
            "id": note.id, "frame": note.frame, "frames": note.duration_frames, "done": note.completed,
            "label": int(shade(note, open="2", done="9", mark="8")), "kind": note.kind, "text": note.said,
        }
        for note in notes
    ]  # fmt: skip


def write_after_effects(timeline: Timeline, *, name: str = "markers") -> Written:
    """A script with the markers inside; a composition holds one marker per frame."""
    rows = _rows(timeline, merged=True)
    # ASCII alone: ExtendScript reads a file without a mark as the system's encoding.
    script = _AFTER_EFFECTS % json.dumps(rows, indent=1)
    return Written({f"{name}.jsx": script.encode()}, merged_words(len(timeline.notes) - len(rows)))


def write_blender(timeline: Timeline, *, name: str = "markers") -> Written:
    """A script with the markers inside, at the timeline's own rate."""
    rate = timeline.rate
    base = "1.001" if rate.fraction * 1001 == rate.nominal * 1000 else repr(float(rate.nominal / rate.fraction))
    script = _BLENDER % (repr(json.dumps(_rows(timeline, merged=False))), rate.nominal, base)
    return Written({f"{name}.py": script.encode()})
