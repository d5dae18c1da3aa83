"""What is said of repeated, frozen, black and foreign pictures, and which of them are faults."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.continuity.flashes import BLACK, LAMP, LONE, ODD
from media_pipeline.core.checks.continuity.stills import AROUND, LONGEST_REPEAT, TOWARDS
from media_pipeline.core.checks.contract import Cause, Cure, Finding, Number, Remedy, Severity
from media_pipeline.core.checks.packets.cadence import name

HELD = 0.08  # share of still frames from which on held animation is the likelier reason
HELD_BY_FREEZE = 0.1
PLANTED_CHANGE, PLANTED_SHARE = 1.5, 0.2  # levels, share of the samples: so much movement no encoder skips
JOIN_CHANGE = 0.5
FREEZE_CHANGE, FREEZE_SHARE = 1.0, 0.2
EASED = 0.5  # of the usual change, entering a freeze: less is a movement that came to rest
SPREAD = 0.25  # of it, where the picture then jumps to where that movement would have come: the last step, spread by an encoder
ENTERED = 1.6  # of it, or in uneven movement CUT with light that was there already: more is a cut to a picture that stands
SAME_MOVE = 1.25  # between the movement before and behind a freeze: one and the same
JUMPED = 2.0  # of the usual change, leaving a freeze: where the movement would have come to meanwhile
ONWARD = 0.7  # of a step, from two before a repeat to one behind it: less is a movement that turns round
FULL_STEP = 0.7  # of the usual change, on both sides of a repeat: less is a slow place, or a weak encoder's B-pictures
CUT = 3.0  # times the usual change: another shot begins
ALIKE = 10.0  # levels between the sorted cells of two pictures of one shot
HELD_PERIOD = 5  # repeats so close are held animation, or film at 30 (four on five)
RHYTHM_CHANGE = 0.7  # levels, of a rhythm that turns one common rate into another; of others as much as no encoder skips
CONVERSIONS = (6, 25)  # periods: 25 in 30 and 50 in 60; 24 in 25 and 48 in 50

Row = Mapping[str, Any]
_AGAIN = (
    ("Render farm", "Render the named frames again; look into the log of the machine that made them."),
    ("Premiere Pro", "Delete the preview files of the range (Sequence > Delete Render Files), then export again."),
    ("DaVinci Resolve", "Playback > Delete Render Cache, then render the range again."),
    ("Media Composer", "Remove the effect renders of the range, then export again."),
)


def repeats(measured: Row, case: Case) -> list[Finding]:
    """Single repeats outside every rhythm and flash: at a join, planted in steady motion, the rest."""
    known = [(int(r["first"]), int(r["first"]) + int(r["count"])) for r in measured["rhythms"]]
    # Two black pictures in a row are no repeat.
    known += [(int(r["frame"]), int(r["frame"]) + int(r["count"]) + 1) for r in measured["flashes"]]
    strobes = _strobes(measured)
    at_joins: list[Row] = []
    planted: list[Row] = []
    others: list[Row] = []
    for row in measured["repeats"]:
        frame = int(row["first"])
        moving = max(float(row["before"]), float(row["after"]))
        if any(first <= frame < stop for first, stop in known) or _among(strobes, row):
            continue
        if case.near_join(frame) is not None and moving >= JOIN_CHANGE and float(row["held"]) < HELD:
            at_joins.append(row)
        elif _planted(row):
            planted.append(row)
        else:
            others.append(row)
    made = []
    if at_joins:
        made.append(_repeated("repeat_at_join", at_joins, case))
    if planted:
        made.append(_repeated("repeated", planted, case))
    if others and not measured["mostly_still"]:
        made.append(_noted(others, int(measured["repeat_count"]), case))
    return made


def _planted(row: Row) -> bool:
    moving = min(float(row["before"]), float(row["after"]))
    return (
        bool(row["even"])
        and moving >= PLANTED_CHANGE
        and float(row["share"]) >= PLANTED_SHARE
        and float(row["held"]) < HELD
        and min(float(row["entry"]), float(row["exit"])) >= FULL_STEP
        and float(row["onward"]) >= ONWARD
        and float(row["towards"]) <= TOWARDS
    )


def _repeated(code: str, rows: Sequence[Row], case: Case) -> Finding:
    count = len(rows)
    lost = sum(float(row["exit"]) >= 1.6 for row in rows)
    where = "at segment joins" if code == "repeat_at_join" else "within moving picture"
    return Finding(
        code=f"picture_continuity.{code}",
        severity=Severity.WARN,
        summary=f"{_pictures(count)} shown twice {where}.",
        meaning="A jerk"
        + (": the movement then jumps, so a picture was lost for each of these." if 2 * lost > count else ".")
        + (" From each on, everything comes a frame later, unless a frame was left out before." if 2 * lost <= count else ""),
        remedy=Remedy("Render the named places again.", _AGAIN),
        cause=Cause.TIMELINE if code == "repeat_at_join" else Cause.MEDIA,
        cure=Cure.RERENDER,
        numbers=(Number("repeated pictures", count), Number("followed by a jump", lost)),
        places=case.places((int(row["first"]), int(row["count"])) for row in rows),
        place_count=count,
    )


def _noted(rows: Sequence[Row], count: int, case: Case) -> Finding:
    count = max(count, len(rows))
    return Finding(
        code="picture_continuity.repeats",
        severity=Severity.INFO,
        summary=f"{_pictures(count)} show{_third(count)} the one before again.",
        meaning="Usual in held animation, slow movement and strong compression.",
        remedy=Remedy("Nothing has to be done."),
        places=case.places((int(row["first"]), int(row["count"])) for row in rows),
        place_count=len(rows),
    )


def _pictures(count: int) -> str:
    return f"{count} picture{'s' if count != 1 else ''}"


def _third(count: int) -> str:
    """Ending of a verb: one picture shows."""
    return "s" if count == 1 else ""


def rhythms(measured: Row, case: Case) -> list[Finding]:
    """Pictures repeated at a fixed distance: what rate they were made at."""
    slow: list[Row] = []
    held: list[Row] = []
    for row in measured["rhythms"]:
        period = int(row["period"])
        least = RHYTHM_CHANGE if period in CONVERSIONS and not row["keyed"] else PLANTED_CHANGE
        fast = period > HELD_PERIOD and float(row["usual"]) >= least and float(row["held"]) < 2 * HELD
        (slow if fast else held).append(row)
    made = []
    if slow:
        made.append(_conversion(slow, case))
    if held:
        made.append(_held(held, case))
    return made


def _conversion(rows: Sequence[Row], case: Case) -> Finding:
    row = max(rows, key=lambda one: int(one["count"]))
    period = int(row["period"])
    inner = case.rate * Fraction(period - 1, period)
    total = sum(int(one["repeats"]) for one in rows)
    known = f"as if {name(inner)} had been made {name(case.rate)} by repeating" if period <= 30 else "at a fixed distance"
    return Finding(
        code="picture_continuity.regular_repeats",
        severity=Severity.WARN,
        summary=f"One picture in {period} is shown twice, {known}.",
        meaning="A small jerk at a fixed rhythm, in every movement.",
        remedy=Remedy(
            "Render at the rate of the material, or let the conversion blend or estimate pictures; where the repeats lie at "
            "segment borders, let the segments begin a frame later.",
            (
                ("Premiere Pro", "Modify > Interpret Footage > Assume this frame rate; or Time Interpolation > Optical Flow."),
                ("DaVinci Resolve", "Set the project's rate before the first clip; or Retime Process > Optical Flow."),
                ("Media Composer", "Source Settings > Motion Adapter."),
            ),
        ),
        cause=Cause.TIMELINE,
        cure=Cure.RERENDER,
        numbers=(Number("period", period, "frames"), Number("repeats", total)),
        places=case.places((int(one["first"]), int(one["count"])) for one in rows),
        place_count=len(rows),
    )


def _held(rows: Sequence[Row], case: Case) -> Finding:
    row = max(rows, key=lambda one: int(one["count"]))
    period = int(row["period"])
    inner = case.rate * Fraction(period - 1, period)
    said = f"four pictures on five frames, as {name(inner)} is shown at {name(case.rate)}" if period == 5 else "held pictures"
    return Finding(
        code="picture_continuity.held",
        severity=Severity.INFO,
        summary=f"Pictures repeat every {period} frames: {said}.",
        meaning="Usual in animation, and in film at video rates.",
        remedy=Remedy("Nothing has to be done if it is meant."),
        numbers=(Number("period", period, "frames"),),
        places=case.places((int(one["first"]), int(one["count"])) for one in rows),
        place_count=len(rows),
    )


def freezes(measured: Row, case: Case) -> list[Finding]:
    """Freezes entered and left in motion. Among strobes nobody knows what usually changes."""
    strobes = _strobes(measured)
    faults = [row for row in measured["freezes"] if _stuck(row) and not _among(strobes, row)]
    if not faults:
        return []
    longest = max(int(row["count"]) for row in faults)
    milliseconds = longest * case.frame_milliseconds
    return [
        Finding(
            code="picture_continuity.freeze",
            severity=Severity.WARN,
            summary=f"The picture stands still in the middle of a movement, for up to {longest} frames.",
            meaning="Sound goes on while the picture hangs"
            + ("; then it jumps to where it should be." if any(float(row["exit"]) > 1.6 for row in faults) else "."),
            remedy=Remedy("Render the named frames again.", _AGAIN),
            cause=Cause.MEDIA,
            cure=Cure.RERENDER,
            numbers=(Number("longest freeze", longest, "frames"), Number("longest freeze", milliseconds, "ms")),
            places=case.places((int(row["first"]) - 1, int(row["count"]) + 1) for row in faults),
            place_count=len(faults),
        )
    ]


def _stuck(row: Row) -> bool:
    """The picture hung: an even movement stops from one frame to the next and goes on as before, or jumps within the shot."""
    before, after = float(row["before"]), float(row["after"])
    strong = min(before, after) >= FREEZE_CHANGE and float(row["share"]) >= FREEZE_SHARE
    if int(row["count"]) <= LONGEST_REPEAT or not strong or float(row["held"]) >= HELD_BY_FREEZE:
        return False
    entry, exits = float(row["entry"]), float(row["exit"])
    cut_to = entry > CUT or (entry > ENTERED and (bool(row["even"]) or float(row["alike_before"]) > ALIKE / 2))
    cut = exits > CUT and float(row["alike"]) > ALIKE
    goes_on = 1 / SAME_MOVE <= after / before <= SAME_MOVE
    jumped = exits >= JUMPED and float(row["alike"]) <= ALIKE
    spread = jumped and goes_on and entry > SPREAD
    if (entry <= EASED and not spread) or cut_to or exits <= EASED:
        return False
    return jumped or (bool(row["even"]) and (goes_on or not cut))


def _strobes(measured: Row) -> list[tuple[int, int]]:
    """(first, stop) of what flickers."""
    single = [(int(row["frame"]), int(row["frame"]) + 1) for row in measured["flashes"] if row["strobe"]]
    return [*single, *((int(first), int(first) + int(count)) for first, count in measured["flicker"])]


def _among(strobes: Sequence[tuple[int, int]], row: Row) -> bool:
    """Whether strobes are near enough to have been taken for usual movement."""
    low, high = int(row["first"]) - AROUND, int(row["first"]) + int(row["count"]) + AROUND
    return any(first <= high and low < stop for first, stop in strobes)


_FLASHES = {
    BLACK: (
        "black_frame",
        "{} black picture{} between bright ones.",
        "A flicker: usually a gap in the edit, or a picture that was not rendered.",
        "Close the gap in the timeline, or render the named frames again.",
    ),
    ODD: (
        "flash_frame",
        "{} picture{} of elsewhere inside a shot.",
        "A flash of something else: a wrong frame from a cache, or the rest of a clip under a cut.",
        "Look at the named frames in the timeline, then render them again.",
    ),
    LONE: (
        "lone_frame",
        "{} shot{} of a single picture.",
        "A flash at a cut: usually the rest of a clip that was left in the edit.",
        "Trim the named frame away.",
    ),
}


def flashes(measured: Row, case: Case) -> list[Finding]:
    """Black and foreign pictures; lamps and strobes are told together."""
    made = []
    for kind, (code, summary, meaning, remedy) in _FLASHES.items():
        rows = [row for row in measured["flashes"] if row["kind"] == kind and not row["strobe"]]
        if rows:
            count = len(rows)
            made.append(
                Finding(
                    code=f"picture_continuity.{code}",
                    severity=Severity.WARN,
                    summary=summary.format(count, "s" if count != 1 else ""),
                    meaning=meaning,
                    remedy=Remedy(remedy, _AGAIN),
                    cause=Cause.TIMELINE,
                    cure=Cure.RERENDER,
                    numbers=(Number("such pictures", count),),
                    places=case.places((int(row["frame"]), int(row["count"])) for row in rows),
                    place_count=count,
                )
            )
    lit = [row for row in measured["flashes"] if row["kind"] == LAMP or row["strobe"]]
    if lit:
        one = _third(len(lit))
        made.append(
            Finding(
                code="picture_continuity.light",
                severity=Severity.INFO,
                summary=f"{_pictures(len(lit))} light{one} up or flicker{one}: flash light, a strobe or sync marks.",
                meaning="Meant, as far as can be told.",
                remedy=Remedy("Nothing has to be done."),
                places=case.places((int(row["frame"]), int(row["count"])) for row in lit),
                place_count=len(lit),
            )
        )
    return made


def damage(measured: Row, case: Case) -> list[Finding]:
    """Pictures that could not be decoded, or only with errors."""
    lost, hurt, packets = int(measured["lost_count"]), int(measured["damaged_count"]), int(measured["packet_errors"])
    if not lost and not hurt and not packets:
        return []
    parts = [
        text
        for count, text in (
            (lost, f"{_pictures(lost)} cannot be decoded"),
            (hurt, f"{_pictures(hurt)} decode{_third(hurt)} with errors"),
            (
                packets if not lost and not hurt else 0,
                f"{packets} packet{'s' if packets != 1 else ''} of the picture refused by the decoder",
            ),
        )
        if count
    ]
    return [
        Finding(
            code="picture_continuity.decode_errors",
            severity=Severity.ERROR,
            summary=f"{' and '.join(parts)}: the file is damaged.",
            meaning="There the picture stands still, smears or breaks into blocks; other programs may stop there.",
            remedy=Remedy(
                "Copy the file again from where it was made and compare checksums; if it is damaged there, render it again.",
                (("Render farm", "Render the named frames again; check the disk and memory of the machine that wrote them."),),
            ),
            cause=Cause.MEDIA,
            cure=Cure.RERENDER,
            numbers=(
                Number("pictures not decodable", lost),
                Number("pictures with errors", hurt),
                Number("packets refused", packets),
            ),
            places=case.places((int(first), int(count)) for first, count in measured["bad"]),
            place_count=int(measured["bad_count"]),
        )
    ]
