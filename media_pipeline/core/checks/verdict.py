"""The written rules by which a version's outcomes become one answer."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from media_pipeline.core.checks.contract import RANK, Cause, Cure, Finding, Outcome, Severity

IN_SYNC, FIX_IN_POST, RERENDER, CANNOT_TELL = "in_sync", "fix_in_post", "rerender", "cannot_tell"
TITLES = {
    IN_SYNC: "In sync",
    FIX_IN_POST: "Fix in post",
    RERENDER: "Re-render",
    CANNOT_TELL: "Cannot tell",
}
THREE_CURES = (
    "Add a two-pop: one frame of flash and a beep of one frame, two seconds before the first picture.",
    "Choose the editor's mixdown or export as the reference.",
    "Upload it as a version of an asset whose earlier version is known to be in sync.",
)


@dataclass(frozen=True)
class Verdict:
    """`causes`: timeline, media, metadata, of the findings that decided. `codes`: these findings."""

    kind: str
    title: str
    summary: str
    reasons: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def decide(outcomes: Mapping[str, Outcome], *, waived: frozenset[str] = frozenset()) -> Verdict:
    """1. A warning or error that only a new render heals: re-render. 2. One that can be healed in the file: fix in post.
    3. Sound and picture were measured against each other and fit: in sync. 4. Else nobody can tell.

    Information never decides; neither does a finding that somebody waived.
    """
    findings = [
        finding
        for outcome in outcomes.values()
        for finding in outcome.findings
        if RANK[finding.severity] >= RANK[Severity.WARN] and finding.code not in waived
    ]
    findings.sort(key=lambda finding: -RANK[finding.severity])
    anew = [finding for finding in findings if finding.cure is Cure.RERENDER]
    curable = [finding for finding in findings if finding.cure is Cure.FIX_IN_POST]
    if anew:
        return _because(RERENDER, "What is wrong is in the picture and sound themselves: render the named parts again.", anew)
    if curable:
        return _because(FIX_IN_POST, "Nothing must be rendered again: the file can be put right as it is.", curable)
    noted = tuple(finding.summary for finding in findings)
    proofs = [outcome.summary for outcome in outcomes.values() if outcome.proves_sync]
    if proofs:
        return Verdict(IN_SYNC, TITLES[IN_SYNC], proofs[0], (*proofs, *noted))
    answered = any(finding.code in waived for outcome in outcomes.values() for finding in outcome.findings)
    found = "What was found in the file was waived" if answered else "No fault was found in the file"
    return Verdict(
        CANNOT_TELL,
        TITLES[CANNOT_TELL],
        f"{found}, but nothing in it shows where sound and picture belong together.",
        noted,
        THREE_CURES,
    )


def _because(kind: str, summary: str, findings: Sequence[Finding]) -> Verdict:
    causes = {finding.cause for finding in findings if finding.cause is not None}
    return Verdict(
        kind,
        TITLES[kind],
        summary,
        tuple(dict.fromkeys(finding.summary for finding in findings)),
        tuple(dict.fromkeys(finding.remedy.summary for finding in findings)),
        tuple(cause.value for cause in Cause if cause in causes),
        tuple(dict.fromkeys(finding.code for finding in findings)),
    )
