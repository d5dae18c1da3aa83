"""Cadence: constant, variable, mixed, by the times alone and in real containers."""

from fractions import Fraction

import numpy as np
import pytest

from media_pipeline.core.checks.contract import Cause, Cure, Severity, State
from media_pipeline.core.checks.spec import Spec
from tests.checks.bench import only, opened, outcome, timed
from tests.media import irregular_times, make_clip


def grid(count: int, rate: str, time_base: str) -> list[int]:
    step = 1 / (Fraction(rate) * Fraction(time_base))
    return [(2 * n * step.numerator + step.denominator) // (2 * step.denominator) for n in range(count)]


@pytest.mark.parametrize("rate", ["24000/1001", "24", "25", "30000/1001", "30", "48", "50", "60000/1001", "60", "120"])
@pytest.mark.parametrize("base", ["1/1000", "1/600", "1/90000", "1/24000"])
def test_a_grid_rounded_to_ticks_is_constant(rate, base):
    found = outcome(timed(grid(500, rate, base), base, declared=rate), "cadence")
    assert found.state is State.PASSED, found.summary


def test_milliseconds_with_a_writers_jitter_are_constant():
    times = np.array(grid(2000, "30000/1001", "1/1000"))
    times[1:] += np.random.default_rng(5).integers(-1, 1, len(times) - 1)
    assert outcome(timed(times, "1/1000", declared="30000/1001"), "cadence").state is State.PASSED


def test_an_odd_first_interval_is_no_fault():
    times = [0, *(3000 + 3600 * n + 1500 for n in range(300))]
    assert outcome(timed(times, "1/90000", declared="25"), "cadence").state is State.PASSED


def test_a_phones_times_are_variable_and_say_by_how_much():
    material = timed(irregular_times(300), "1/90000", declared="30000/1001")
    finding = only(outcome(material, "cadence"))
    assert (finding.code, finding.severity, finding.cure) == ("cadence.variable", Severity.ERROR, Cure.FIX_IN_POST)
    ticks = np.array(irregular_times(300))
    even = np.arange(300) * ticks[-1] / 299
    assert finding.numbers[0].value == pytest.approx(np.abs(ticks - even).max() / 90, rel=1e-6)


@pytest.mark.parametrize(("spec", "rate"), [(Spec(), "30000/1001"), (Spec(rate_num=25), "25")])
def test_the_cure_is_a_rate_that_people_edit_in(spec, rate):
    """Not the 29.57 of the file's own average: the spec's, else the nearest standard one."""
    remedy = only(outcome(timed(irregular_times(300), "1/90000", declared="30000/1001"), "cadence", spec)).remedy
    assert remedy is not None
    assert f"-vf fps={rate} " in remedy.command
    wanted = Fraction(rate)
    assert remedy.fix is not None
    assert remedy.fix.parameters == {"num": wanted.numerator, "den": wanted.denominator}


def test_jitter_below_half_a_frame_is_a_warning():
    times = np.array(grid(900, "25", "1/90000")) + np.random.default_rng(1).integers(-500, 500, 900)
    times[0] = 0
    finding = only(outcome(timed(times, "1/90000", declared="25"), "cadence"))
    assert (finding.code, finding.severity) == ("cadence.variable", Severity.WARN)


def test_a_segment_at_30_inside_2997_is_found_where_it_is():
    steps = np.full(1499, 1001)
    steps[600:900] = 1000
    material = timed(np.concatenate([[0], np.cumsum(steps)]), "1/30000", declared="30000/1001")
    finding = only(outcome(material, "cadence"))
    assert (finding.code, finding.cure, finding.cause) == ("cadence.mixed", Cure.RERENDER, Cause.TIMELINE)
    (place,) = finding.places
    assert 570 <= place.frame <= 630
    assert 870 <= place.frame + place.duration_frames <= 930
    assert place.timecode.startswith("00:00:")


@pytest.mark.parametrize("jump", [-900, 450, 3600, 9000])
def test_a_step_is_measured_and_is_not_variable_rate(jump):
    times = np.array(grid(500, "25", "1/90000"))
    times[200:] += jump
    material = timed(times, "1/90000", declared="25")
    found = outcome(material, "cadence")
    assert found.state is State.PASSED
    assert "1 step" in found.summary
    assert material.measured("cadence")["steps"] == [[200, pytest.approx(jump / 90)]]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".mov"])
def test_real_containers_of_a_constant_clip_pass(tmp_path, suffix):
    clip = make_clip(tmp_path / f"clip{suffix}", rate="30000/1001", frames=60, b_frames=2)
    assert outcome(opened(clip), "cadence").state is State.PASSED


def test_avi_has_no_times(tmp_path):
    clip = make_clip(tmp_path / "clip.avi", rate="25", frames=30, codec="mpeg4")
    assert outcome(opened(clip), "cadence").state is State.CANNOT_TELL
