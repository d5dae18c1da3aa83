"""`manage.py doctor`: what is missing or unsafe in this installation, and how to mend it. Checks look, they change nothing."""

from collections.abc import Callable, Iterator

from review.doctor import machine, safety, services
from review.doctor.finding import Finding, Level

__all__ = ["Finding", "Level", "examine"]

CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (*machine.CHECKS, *safety.CHECKS, *services.CHECKS)


def examine() -> list[Finding]:
    """Everything that was looked at. A check that cannot be carried out is itself an error, never silence."""
    findings: list[Finding] = []
    for check in CHECKS:
        try:
            findings += check()
        except Exception as error:
            findings.append(
                Finding(
                    check.__name__.replace("_", " "),
                    Level.ERROR,
                    f"could not be looked at: {type(error).__name__}: {error}",
                    "Mend the errors above first. If this one stays, it is a fault of Twopop: report it with this line.",
                )
            )
    return findings
