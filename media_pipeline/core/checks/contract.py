"""What a sync check is and what it says.

A check has two halves. `measure` reads a file (slow, in the limited child, once per content): it gives plain JSON that does
not depend on any project. `judge` turns that into an outcome for one version: against its project's spec, with what the
other checks measured. It is pure and takes microseconds, so a new spec is judged at once and a stored measurement is never
made again for it.

Positive offset means audio late, everywhere. Places are frames; milliseconds and ppm are magnitudes, never positions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from media_pipeline.core.checks.case import Case
    from media_pipeline.core.checks.material import Material
    from media_pipeline.core.consumer import Consumer


class Stage(StrEnum):
    PACKETS = "packets"  # A: packets and container tables, within a second of the upload's end
    DECODED = "decoded"  # B: what the decode pass stored
    REFERENCE = "reference"  # C: stored features of two files


class Severity(StrEnum):
    PASS = "pass"  # noqa: S105 - a severity, no password
    INFO = "info"
    WARN = "warn"
    ERROR = "error"


RANK = {Severity.PASS: 0, Severity.INFO: 1, Severity.WARN: 2, Severity.ERROR: 3}


class Cause(StrEnum):
    """Where a desync comes from."""

    TIMELINE = "timeline"  # it was put together or rendered so: the edit, the renderer, the segments
    MEDIA = "media"  # the essence itself: missing frames, drifting sound, damage
    METADATA = "metadata"  # the essence is right, what the container says about it is not


class Cure(StrEnum):
    """What heals a finding; the verdict is made of these."""

    FIX_IN_POST = "fix_in_post"
    RERENDER = "rerender"
    NONE = "none"  # nothing to heal: it is told only


class State(StrEnum):
    FINDINGS = "findings"
    PASSED = "passed"
    DOES_NOT_APPLY = "does_not_apply"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Number:
    """A measured magnitude. `unit` is "" for counts; `digits` after the point are worth showing."""

    name: str
    value: float | int
    unit: str = ""
    digits: int = 0


@dataclass(frozen=True)
class Place:
    """Frames of the version, 0-based. `timecode` is the record timecode of the first one, "" where there is none."""

    frame: int
    duration_frames: int = 1
    timecode: str = ""
    note: str = ""


@dataclass(frozen=True)
class Fix:
    """What `python -m media_pipeline fix` would do. `parameters` are JSON; a fix that is proven leaves under 0.1 ms."""

    kind: str  # a name in core.corrections.plan.KINDS
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Remedy:
    """`steps`: (application, what to do there). `command` is exact, with INPUT and OUTPUT for the files; "" if none helps."""

    summary: str
    steps: tuple[tuple[str, str], ...] = ()
    command: str = ""
    fix: Fix | None = None


@dataclass(frozen=True)
class Evidence:
    """A small picture of the measurement: at most some hundred points. Lists are of one length.

    kind: "line" (x, y), "histogram" (x: left edges, y: counts), "points". `marks`: (x, label) drawn upright.
    """

    kind: str
    title: str
    x_label: str
    y_label: str
    x: Sequence[float | int]
    y: Sequence[float | int]
    marks: tuple[tuple[float | int, str], ...] = ()


@dataclass(frozen=True)
class Finding:
    """One thing that people should know. `code` is stable: "<check id>.<what>", so that waivers and diffs find it again."""

    code: str
    severity: Severity
    summary: str  # one plain sentence with the decisive number
    meaning: str  # what people see or hear of it
    remedy: Remedy
    cause: Cause | None = None
    cure: Cure = Cure.NONE
    numbers: tuple[Number, ...] = ()
    places: tuple[Place, ...] = ()  # at most PLACES; `place_count` counts all
    place_count: int = 0
    evidence: tuple[Evidence, ...] = ()


PLACES = 100


@dataclass(frozen=True)
class Outcome:
    """What a check says of one version. Made by the four functions below."""

    state: State
    summary: str  # one plain sentence: what was found, or why nothing can be said
    findings: tuple[Finding, ...] = ()
    numbers: tuple[Number, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    proves_sync: bool = False  # sound and picture were measured against each other here, and fit (whatever else is said)

    @property
    def severity(self) -> Severity:
        return max((finding.severity for finding in self.findings), key=RANK.__getitem__, default=Severity.PASS)

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "severity": self.severity}


def found(
    findings: Sequence[Finding],
    summary: str = "",
    *,
    numbers: Sequence[Number] = (),
    evidence: Sequence[Evidence] = (),
    proves_sync: bool = False,
) -> Outcome:
    """At least one finding. Without a summary, the gravest finding's stands for all."""
    gravest = max(findings, key=lambda finding: RANK[finding.severity])
    return Outcome(State.FINDINGS, summary or gravest.summary, tuple(findings), tuple(numbers), tuple(evidence), proves_sync)


def passed(
    summary: str, *, numbers: Sequence[Number] = (), evidence: Sequence[Evidence] = (), proves_sync: bool = False
) -> Outcome:
    """It was measured, and it is right."""
    return Outcome(State.PASSED, summary, (), tuple(numbers), tuple(evidence), proves_sync)


def does_not_apply(reason: str) -> Outcome:
    """There is nothing of the kind in this file, or nothing to hold it against."""
    return Outcome(State.DOES_NOT_APPLY, reason)


def cannot_tell(reason: str, *, numbers: Sequence[Number] = ()) -> Outcome:
    """It may be right or wrong; nobody can say from this file. `reason` says what would help."""
    return Outcome(State.CANNOT_TELL, reason, (), tuple(numbers))


class CannotMeasure(Exception):
    """Raised by `measure`: the file gives nothing to measure (its message says why). Judged as cannot_tell."""


@dataclass(frozen=True)
class Check:
    """The declaration of a check. docs/sync-checks.md is made of these.

    `version`: raised when `measure` gives something else than before; stored measurements of other versions are not judged.
    `measure(material)` returns JSON of plain types. `judge(measured, case)` must stand whatever that JSON holds: an
    exception in it is told as "cannot tell".
    """

    id: str  # "cadence": letters, digits, "_"
    title: str
    stage: Stage
    position: int  # in reports: the number of its family, see docs/sync-checks.md
    question: str  # what it answers, as a producer would ask
    how: str  # how it is measured, thresholds with their reasons
    cannot_see: str
    source: str  # of algorithm and thresholds
    version: int
    measure: Callable[["Material"], Mapping[str, Any]]
    judge: Callable[[Mapping[str, Any], "Case"], Outcome]
    after: tuple[str, ...] = ()  # checks of the same stage whose measurements `measure` reads
    consumers: tuple[tuple[str, Callable[[], "Consumer"]], ...] = ()  # (name, factory): what it stores in the decode pass
