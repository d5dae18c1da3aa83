"""The properties that a proxy shares with its original, one row each, and what is said where they differ."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
    Cause,
    Cure,
    Finding,
    Number,
    Place,
    Remedy,
    Severity,
    State,
)
from media_pipeline.core.checks.packets.cadence import name as rate_name
from media_pipeline.core.checks.reference.picture import changes_of, runs_of
from media_pipeline.core.checks.reference.sound_findings import severity as sound_severity

NAMES = ("rate", "frames", "start_timecode", "duration", "aspect", "channels", "picture_shift", "sound_offset")
ASPECT_SHARE, ASPECT_PIXELS = 0.005, 2  # proxies' sizes are rounded to even numbers
LEAST_SHARE = 0.5  # of a proxy's pictures must be the original's
JUMP_MS = 5.0
EDGE = 2  # frames


@dataclass(frozen=True)
class Row:
    """One property. `original`, `proxy`: as people read it. `note`: the difference in words; "" where they agree."""

    name: str  # of NAMES
    title: str
    original: str
    proxy: str
    state: State = State.PASSED
    severity: Severity = Severity.PASS
    note: str = ""


Told = tuple[Row, Finding | None]
_AGAIN = "Make the proxy again from the original, with one preset for all of them."
_STEPS = (
    (
        "Premiere Pro",
        "Project panel: right-click the clip > Proxy > Create Proxies.",
    ),
    ("DaVinci Resolve", "Media Pool: right-click the clip > Generate Proxy Media."),
    ("Media Composer", "Select the master clip > Clip > Consolidate/Transcode > Transcode."),
)
_COMMAND = (
    "ffmpeg -i INPUT -map 0:v:0 -map 0:a? -fps_mode passthrough -vf scale=-2:720 -c:v libx264 -preset fast -crf 23 -g 12 "
    "-c:a aac -b:a 128k -map_metadata 0 OUTPUT"
)  # fmt: skip


def _differs(
    name: str,
    title: str,
    sides: tuple[str, str],
    note: str,
    severity: Severity,
    meaning: str,
    *,
    numbers: tuple[Number, ...] = (),
    places: tuple[Place, ...] = (),
    cause: Cause = Cause.MEDIA,
) -> Told:
    row = Row(name, title, *sides, State.FINDINGS, severity, note)
    loud = severity in (Severity.WARN, Severity.ERROR)
    finding = Finding(
        code=f"proxy_audit.{name}",
        severity=severity,
        summary=note,
        meaning=meaning,
        remedy=Remedy(_AGAIN, _STEPS, _COMMAND) if loud else Remedy("Nothing has to be done."),
        cause=cause,
        cure=Cure.RERENDER if loud else Cure.NONE,
        numbers=numbers,
        places=places,
        place_count=len(places),
    )
    return row, finding


def rate(measured: Mapping[str, Any], case: Case) -> Told:
    one, two = Fraction(*measured["original"]["rate"]), Fraction(*measured["proxy"]["rate"])
    variable = bool(measured["original"]["variable"]), bool(measured["proxy"]["variable"])
    sides = _rate(one, variable[0]), _rate(two, variable[1])
    if one != two:
        ppm = float((two / one - 1) * 1_000_000)
        note = f"The proxy runs at {sides[1]}, the original at {sides[0]}."
        meaning = "Cuts made on the proxy land on other pictures of the original, further off the later they come."
        return _differs(
            "rate", "Frame rate", sides, note, Severity.ERROR, meaning, numbers=(Number("rate differs by", ppm, "ppm", 1),)
        )
    if variable[0] != variable[1]:
        which = "proxy" if variable[1] else "original"
        note = f"The {which} has a variable frame rate, the other a constant one."
        meaning = "Frame numbers mean the same pictures in both only if nothing was added or left out: see picture shift."
        grade = Severity.WARN if variable[1] else Severity.INFO
        return _differs("rate", "Frame rate", sides, note, grade, meaning)
    return Row("rate", "Frame rate", *sides), None


def _rate(value: Fraction, variable: bool) -> str:
    return f"{rate_name(value)}, variable" if variable else rate_name(value)


def frames(measured: Mapping[str, Any], case: Case) -> Told:
    one, two = int(measured["original"]["frames"]), int(measured["proxy"]["frames"])
    sides = f"{one}", f"{two}"
    if one == two:
        return Row("frames", "Frames", *sides), None
    off = two - one
    note = f"The proxy has {abs(off)} frame{'s' if abs(off) != 1 else ''} {'more' if off > 0 else 'fewer'} than the original."
    meaning = "Somewhere pictures are missing or repeated: from there on both show different moments at the same frame."
    numbers = (Number("frames more", off, "frames"),)
    return _differs("frames", "Frames", sides, note, Severity.ERROR, meaning, numbers=numbers)


def start_timecode(measured: Mapping[str, Any], case: Case) -> Told:
    one, two = measured["original"], measured["proxy"]
    sides = one["timecode"] or "none", two["timecode"] or "none"
    title = "Start timecode"
    if not one["timecode"] and not two["timecode"]:
        return Row("start_timecode", title, *sides, State.DOES_NOT_APPLY, note="Neither carries a timecode."), None
    same_frame = one["start_frame"] == two["start_frame"] and bool(one["drop_frame"]) == bool(two["drop_frame"])
    if one["timecode"] and two["timecode"] and same_frame:
        return Row("start_timecode", title, *sides), None
    meaning = "Editing programs that relink by timecode put the original elsewhere, or refuse it."
    if not two["timecode"]:
        note = f"The proxy carries no timecode; the original starts at {one['timecode']}."
    elif not one["timecode"]:
        note = f"The original carries no timecode; the proxy starts at {two['timecode']}."
    else:
        note = f"The proxy starts at {two['timecode']}, the original at {one['timecode']}."
    grade = Severity.ERROR if one["timecode"] and two["timecode"] else Severity.WARN
    return _differs("start_timecode", title, sides, note, grade, meaning, cause=Cause.METADATA)


def duration(measured: Mapping[str, Any], case: Case) -> Told:
    one, two = float(measured["original"]["duration_ms"]), float(measured["proxy"]["duration_ms"])
    sides = f"{one / 1000:.3f} s", f"{two / 1000:.3f} s"
    off = two - one
    if abs(off) <= case.frame_milliseconds / 2:
        return Row("duration", "Duration", *sides), None
    note = f"The proxy is {abs(off):.0f} ms {'longer' if off > 0 else 'shorter'} than the original."
    meaning = "Handles at the end are missing, or both run at different speeds."
    grade = Severity.ERROR if abs(off) > case.frame_milliseconds * 1.5 else Severity.WARN
    return _differs("duration", "Duration", sides, note, grade, meaning, numbers=(Number("longer by", off, "ms", 1),))


def aspect(measured: Mapping[str, Any], case: Case) -> Told:
    one, two = ([int(value) for value in measured[side]["shown"]] for side in ("original", "proxy"))
    sides = f"{one[0]} × {one[1]}", f"{two[0]} × {two[1]}"
    wide = two[1] * one[0] / max(one[1], 1)  # the width that the proxy's height calls for
    if abs(wide - two[0]) <= max(ASPECT_PIXELS, ASPECT_SHARE * wide):
        return Row("aspect", "Aspect", *sides), None
    note = f"The proxy is shown as {two[0] / two[1]:.3f}:1, the original as {one[0] / one[1]:.3f}:1."
    turned = abs(two[0] / two[1] - one[1] / one[0]) < 0.02
    meaning = "One of the two lies on its side." if turned else "Framing, titles and effects set on the proxy land elsewhere."
    return _differs("aspect", "Aspect", sides, note, Severity.WARN, meaning)


def channels(measured: Mapping[str, Any], case: Case) -> Told:
    one, two = (tuple(int(n) for n in measured[side]["channels"]) for side in ("original", "proxy"))
    sides = _channels(one), _channels(two)
    title = "Audio channels"
    if not one and not two:
        return Row("channels", title, *sides, State.DOES_NOT_APPLY, note="Neither has sound."), None
    if one == two:
        return Row("channels", title, *sides), None
    note = f"The original has {sides[0]}, the proxy {sides[1]}."
    if sum(one) == sum(two):
        meaning = "The same number of channels, in other tracks: programs that map tracks one to one patch them elsewhere."
        return _differs("channels", title, sides, note, Severity.INFO, meaning)
    meaning = "Sound cut on the proxy has no counterpart; Premiere Pro refuses to attach a proxy with other channels."
    return _differs("channels", title, sides, note, Severity.WARN, meaning)


def _channels(tracks: tuple[int, ...]) -> str:
    if not tracks:
        return "no sound"
    return f"{len(tracks)} track{'s' if len(tracks) != 1 else ''} ({' + '.join(str(n) for n in tracks)})"


def picture_shift(measured: Mapping[str, Any], case: Case) -> Told:
    name, title, laid = "picture_shift", "Picture shift", measured["picture"]
    if laid["state"] != "measured":
        return Row(name, title, "", "", State.CANNOT_TELL, note=str(laid["reason"])), None
    total = sum(int(run[1]) for run in laid["runs"])
    share = int(laid["matched"]) / max(total, 1)
    runs = [run for run in runs_of(laid) if run.shift is not None]
    if share < LEAST_SHARE or not runs:
        note = f"Only {100 * share:.0f} % of the proxy's pictures are the original's: it is the proxy of another file."
        meaning = "Cuts made on this proxy mean nothing for the original."
        return _differs(name, title, ("", f"{100 * share:.0f} % alike"), note, Severity.ERROR, meaning)
    usual = max(runs, key=lambda run: run.count)
    begin = runs[0]
    if len(runs) > 1 and begin.count <= abs((runs[1].shift or 0) - (begin.shift or 0)) + EDGE:
        runs = runs[1:]  # a shifted proxy begins with pictures repeated or missing: that is the shift, no change of it
    changes = changes_of(runs)
    shift = int(usual.shift or 0)
    sides = "", f"{shift:+d} frames" if shift else "0 frames"
    numbers = (Number("picture late by", shift, "frames"),)
    if changes:
        places = case.places((frame, 1) for frame, *_ in changes)
        note = f"The proxy's pictures leave the original's at {len(changes)} place{'s' if len(changes) != 1 else ''}."
        meaning = "From there on both show different moments at the same frame."
        sides = "", f"{min(run.shift or 0 for run in runs):+d} to {max(run.shift or 0 for run in runs):+d} frames"
        return _differs(name, title, sides, note, Severity.ERROR, meaning, numbers=numbers, places=places)
    if shift:
        note = (
            f"The proxy's pictures come {abs(shift)} frame{'s' if abs(shift) != 1 else ''} {'late' if shift > 0 else 'early'}."
        )
        meaning = "Every cut made on the proxy is so many frames off in the original."
        return _differs(name, title, sides, note, Severity.ERROR, meaning, numbers=numbers)
    return Row(name, title, *sides), None


def sound_offset(measured: Mapping[str, Any], case: Case) -> Told:
    name, title, laid = "sound_offset", "Sound offset", measured["sound"]
    if not measured["original"]["channels"] and not measured["proxy"]["channels"]:
        return Row(name, title, "", "", State.DOES_NOT_APPLY, note="Neither has sound."), None
    if laid["state"] != "measured":
        return Row(name, title, "", "", State.CANNOT_TELL, note=str(laid["reason"])), None
    tracks = [track for track in laid["tracks"] if track["found"]]
    if not tracks:
        why = "The proxy's sound was not found in the original's: it is silent, or other sound."
        return Row(name, title, "", "", State.CANNOT_TELL, note=why), None
    ends = [float(value) for track in tracks for line in track["sync"] for value in line[2:4]]
    worst = max(ends, key=abs)
    sides = "", f"{worst:+.1f} ms"
    numbers = (Number("sound late by at most", worst, "ms", 2),)
    grade = sound_severity(worst, case.frame_milliseconds)
    if grade is Severity.PASS:
        return Row(name, title, *sides), None
    steps = sorted({int(step["frame"]) for track in tracks for step in track["steps"] if abs(step["ms"]) >= JUMP_MS})
    note = f"The proxy's sound is up to {abs(worst):.0f} ms {'late' if worst > 0 else 'early'} against its picture."
    meaning = "Sound and picture were in step in the original; cut by ear on this proxy, the original is out of sync."
    places = case.places((frame, 1) for frame in steps)
    return _differs(name, title, sides, note, grade, meaning, numbers=numbers, places=places)


ALL: tuple[Callable[[Mapping[str, Any], Case], Told], ...] = (
    rate, frames, start_timecode, duration, aspect, channels, picture_shift, sound_offset,
)  # fmt: skip
