"""A proxy against its original: any two files, property by property.

`audit(original, proxy)` is the whole of it. On a server it comes in the two halves of every check: `measure_pair` in the
child that may read stored features (plain JSON, kept), `judge_pair` wherever somebody asks (pure, microseconds).

What needs no decoding (rate, frames, timecode, duration, aspect, channels) is always told. Picture shift and sound offset are
told where both files have stored features (`checks.local.decode`, or the decode pass); without them they are "cannot tell".
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any

from media_pipeline.core.checks import proxy_rows as rows
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
    CannotMeasure,
    Finding,
    Outcome,
    State,
    cannot_tell,
    found,
    passed,
)
from media_pipeline.core.checks.material import Material, Measurement
from media_pipeline.core.checks.proxy_rows import Row
from media_pipeline.core.checks.reference import picture, sound
from media_pipeline.core.summary import Summary

FORMAT = 1


@dataclass(frozen=True)
class Audit:
    """What is said of a pair. `rows`: one per property, always all of rows.NAMES and in that order. `outcome`: all of it as
    one outcome, its findings coded "proxy_audit.<row>": the proxy may be used if none of them is a warning or an error."""

    rows: tuple[Row, ...]
    outcome: Outcome

    def as_dict(self) -> dict[str, Any]:
        """As JSON: {"rows": [{"name", "title", "original", "proxy", "state", "severity", "note"}], "outcome": {…}}."""
        return {"rows": [asdict(row) for row in self.rows], "outcome": self.outcome.as_dict()}


def audit(original: Material, proxy: Material) -> Audit:
    """Hold a proxy against its original. Raises what reading them raises (errors.MediaError, errors.Cancelled)."""
    return judge_pair(measure_pair(original, proxy), Case(original.summary))


def measure_pair(original: Material, proxy: Material) -> dict[str, Any]:
    """Both files' properties, and how the proxy's pictures and sound lie on the original's. Plain JSON."""
    return {
        "format": FORMAT,
        "original": _properties(original),
        "proxy": _properties(proxy),
        **_laid(original, proxy),
    }


def judge_pair(measured: Mapping[str, Any], case: Case) -> Audit:
    """`case`: of the original; its summary gives frames and timecodes to places, its spec is not used. Raises KeyError,
    TypeError or ValueError for what measure_pair did not make."""
    made = [row(measured, case) for row in rows.ALL]
    findings = [finding for _, finding in made if finding is not None]
    return Audit(tuple(row for row, _ in made), _outcome([row for row, _ in made], findings))


def _outcome(told: list[Row], findings: list[Finding]) -> Outcome:
    open_rows = [row.title.lower() for row in told if row.state == State.CANNOT_TELL]
    if findings:
        return found(findings)
    if open_rows:
        return cannot_tell(f"Nothing is wrong with what could be compared; not compared: {', '.join(open_rows)}.")
    told_of = [row.title.lower() for row in told if row.state == State.PASSED]
    return passed(f"The proxy fits its original in {', '.join(told_of)}.")


def properties(summary: Summary, frames: int, duration_ms: float) -> dict[str, Any]:
    """What is compared of a file without decoding it. `frames`, `duration_ms`: as presented."""
    width = Fraction(summary.width) * (
        Fraction(summary.sar_num, summary.sar_den) if summary.sar_num > 0 < summary.sar_den else 1
    )
    height = Fraction(summary.height)
    if summary.rotation in (90, 270):
        width, height = height, width
    return {
        "rate": [summary.rate_num, summary.rate_den],
        "variable": summary.variable_rate,
        "frames": frames,
        "timecode": summary.start_timecode,
        "start_frame": summary.start_frame,
        "drop_frame": summary.drop_frame,
        "duration_ms": duration_ms,
        "shown": [round(width), round(height)],
        "size": [summary.width, summary.height],
        "channels": [track.channels for track in summary.audio],
        "sample_rates": [track.sample_rate for track in summary.audio],
    }


def _properties(material: Material) -> dict[str, Any]:
    index = material.index
    return properties(material.summary, len(index), float((index.duration if len(index) else Fraction(0)) * 1000))


def put_together(
    original: Mapping[str, Any], proxy: Mapping[str, Any], compared: Mapping[str, Measurement], *, waiting: str
) -> dict[str, Any]:
    """The same as measure_pair of what is stored: both files' properties, and what the reference checks measured of the proxy,
    the original being its reference. `waiting`: why nothing is known of a comparison that was not made."""
    laid: dict[str, Any] = {}
    for name, check in (("picture", picture.CHECK), ("sound", sound.CHECK)):
        known = compared.get(check.id)
        if known is None or known.version != check.version:
            laid[name] = {"state": "cannot_tell", "reason": waiting}
        elif known.state != "measured":
            laid[name] = {"state": "cannot_tell", "reason": known.reason}
        else:
            laid[name] = {"state": "measured", **known.data}
    return {"format": FORMAT, "original": dict(original), "proxy": dict(proxy), **laid}


def _laid(original: Material, proxy: Material) -> dict[str, Any]:
    """How the proxy lies on the original, from stored features: the reference checks, the original being the reference."""
    if original.features is None or proxy.features is None:
        why = "Both files must have been decoded first."
        return {"picture": {"state": "cannot_tell", "reason": why}, "sound": {"state": "cannot_tell", "reason": why}}
    pair = replace(proxy, earlier={}, other=original)
    made: dict[str, Any] = {}
    for name, check in (("picture", picture.CHECK), ("sound", sound.CHECK)):
        try:
            data = dict(check.measure(pair))
            pair.earlier[check.id] = Measurement(check.version, "measured", data)
            made[name] = {"state": "measured", **data}
            made[name].pop("map", None)
        except CannotMeasure as reason:
            made[name] = {"state": "cannot_tell", "reason": str(reason)}
    return made
