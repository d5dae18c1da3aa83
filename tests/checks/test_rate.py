"""The file's rate against the project's."""

from fractions import Fraction

import pytest

from media_pipeline.core.checks.contract import Cure, Severity, State
from media_pipeline.core.checks.spec import Spec
from tests.checks.bench import only, outcome, timed


def at(rate: str, frames: int = 1500, base: str = "1/120000"):
    step = 1 / (Fraction(rate) * Fraction(base))
    return timed([round(n * step) for n in range(frames)], base, declared=rate)


def spec(rate: str) -> Spec:
    return Spec.from_dict({"rate": rate})


@pytest.mark.parametrize("rate", ["24000/1001", "24", "25", "30000/1001", "30", "60000/1001"])
@pytest.mark.parametrize("base", ["1/120000", "1/1000"])
def test_equal_rates_pass_on_coarse_clocks_too(rate, base):
    assert outcome(at(rate, base=base), "rate", spec(rate)).state is State.PASSED


@pytest.mark.parametrize(
    ("rate", "project", "late"),
    [("30000/1001", "30", 50.05), ("24", "24000/1001", -62.5), ("24", "25", 2500.0), ("60", "60000/1001", -25.0)],
)
def test_other_rates_drift_over_the_length(rate, project, late):
    finding = only(outcome(at(rate), "rate", spec(project)))
    assert (finding.code, finding.severity, finding.cure) == ("rate.differs", Severity.ERROR, Cure.RERENDER)
    assert finding.numbers[0].value == pytest.approx(late, abs=0.1)
    assert f"{Fraction(project)}" in finding.remedy.command


def test_the_drift_is_drawn_from_nothing_to_the_end():
    (plot,) = outcome(at("24"), "rate", spec("25")).evidence
    assert (plot.x[0], plot.y[0]) == (0, 0)
    assert plot.x[-1] == 1500
    assert plot.y[-1] == pytest.approx(2500.0)


@pytest.mark.parametrize(("rate", "project"), [("50", "25"), ("60000/1001", "30000/1001"), ("24", "48")])
def test_multiples_can_be_conformed(rate, project):
    finding = only(outcome(at(rate), "rate", spec(project)))
    assert (finding.code, finding.cure) == ("rate.multiple", Cure.FIX_IN_POST)
    assert finding.remedy.fix is not None
    assert Fraction(finding.remedy.fix.parameters["num"], finding.remedy.fix.parameters["den"]) == Fraction(project)


def test_a_rate_written_inexactly_is_told_only():
    material = timed([1001 * n for n in range(900)], Fraction(1, 23_975_000 // 1000 * 1001), declared="23975/1000")
    finding = only(outcome(material, "rate", spec("24000/1001")))
    assert (finding.code, finding.severity) == ("rate.inexact", Severity.INFO)


def test_without_a_spec_it_does_not_apply():
    assert outcome(at("25"), "rate").state is State.DOES_NOT_APPLY
