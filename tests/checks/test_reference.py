"""The reference checks on made-up films: edits told from faults, each fault named with its place and cure."""

import numpy as np
import pytest

from media_pipeline.core.checks import run
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import Cause, Cure, Severity, Stage, State
from media_pipeline.core.checks.report import judge
from media_pipeline.core.checks.verdict import decide
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.rate import MONO_RATE as RATE
from tests.checks.films import encoded, film, graded, heard, material, speech

SECONDS = 40
FRAME = RATE // 25


@pytest.fixture(scope="module")
def pictures():
    return film(25 * SECONDS)


@pytest.fixture(scope="module")
def voice():
    return speech(SECONDS)


@pytest.fixture(scope="module")
def sound(voice):
    return heard(voice)


@pytest.fixture
def compare(tmp_path, pictures, sound):
    def made(grids, *tracks, theirs=None):
        mine = material(tmp_path / "mine", grids, *tracks)
        mine.other = theirs or material(tmp_path / "theirs", pictures, sound)
        run.measure_stage(Stage.REFERENCE, mine)
        failed = {check: one.reason for check, one in mine.earlier.items() if one.state == "failed"}
        assert not failed, failed
        outcomes = judge(Case(mine.summary, measurements=mine.earlier))
        return outcomes, {finding.code: finding for one in outcomes.values() for finding in one.findings}

    return made


def test_another_grade_is_in_sync(compare, pictures, sound):
    outcomes, findings = compare(graded(encoded(pictures)), sound)
    assert not findings
    assert decide(outcomes).kind == "in_sync"
    assert outcomes["reference_sound"].proves_sync
    assert outcomes["reference_tracks"].state is State.DOES_NOT_APPLY


@pytest.mark.parametrize(
    ("late", "grade"), [(0.008, None), (0.015, Severity.INFO), (0.03, Severity.WARN), (-0.041, Severity.ERROR)]
)
def test_an_offset_is_graded_and_comes_with_its_fix(compare, pictures, voice, late, grade):
    outcomes, findings = compare(encoded(pictures), heard(voice, late=late))
    if grade is None:
        assert not findings
        return
    (finding,) = findings.values()
    assert (finding.code, finding.severity, finding.cure) == ("reference_sound.offset", grade, Cure.FIX_IN_POST)
    assert finding.numbers[0].value == pytest.approx(1000 * late, abs=0.1)
    assert finding.remedy.fix.parameters == {"track": 0, "milliseconds": pytest.approx(-1000 * late, abs=0.1)}
    assert outcomes["reference_sound"].proves_sync == (grade is Severity.INFO)


def test_one_drifting_track_is_named(compare, pictures, voice, sound):
    outcomes, findings = compare(encoded(pictures), sound, heard(voice, speed=1 - 600e-6))
    drift = findings["reference_sound.drift"]
    assert drift.summary.startswith("Track 2 drifts")
    assert drift.numbers[0].value == pytest.approx(600, abs=5)
    assert drift.severity is Severity.WARN
    assert drift.remedy.fix.kind == "resample_audio"
    assert "reference_tracks.stray_2" in findings
    assert outcomes["reference_sound"].evidence[2].kind == "points"
    assert outcomes["reference_sound"].evidence[2].y[-1] == pytest.approx(23.4, abs=1)


def test_an_edit_of_both_is_no_fault(compare, pictures, sound):
    grids = np.concatenate([pictures[:300], pictures[420:]])
    outcomes, findings = compare(encoded(grids), np.concatenate([sound[: 300 * FRAME], sound[420 * FRAME :]]))
    assert set(findings) == {"reference_picture.edited", "reference_picture.missing"}
    assert findings["reference_picture.edited"].places[0].frame == 300
    assert decide(outcomes).kind == "in_sync"


def test_an_edit_whose_sound_was_cut_otherwise_is_a_jump(compare, pictures, sound):
    grids = np.concatenate([pictures[:300], pictures[420:]])
    _, findings = compare(encoded(grids), np.concatenate([sound[: 300 * FRAME], sound[421 * FRAME :]]))
    assert findings["reference_sound.jump"].numbers[0].value == pytest.approx(-40, abs=1)
    assert "reference_picture.edited" in findings
    assert "reference_picture.dropped" not in findings


@pytest.mark.parametrize(("kind", "sign"), [("dropped", -1), ("repeated", 1)])
def test_frames_that_the_sound_does_not_follow(compare, pictures, sound, kind, sign):
    if kind == "dropped":
        grids = np.delete(pictures, [200, 640], 0)
    else:
        grids = np.insert(pictures, [200, 640], pictures[[199, 639]], 0)
    outcomes, findings = compare(encoded(grids), sound)
    finding = findings[f"reference_picture.{kind}"]
    assert (finding.severity, finding.cure, finding.numbers[0].value) == (Severity.ERROR, Cure.RERENDER, 2)
    for place, at in zip(finding.places, (200, 639 if sign < 0 else 641), strict=True):
        assert place.frame <= at < place.frame + place.duration_frames
    assert decide(outcomes).kind == "rerender"
    assert "reference_sound.jump" not in findings
    assert not outcomes["reference_sound"].proves_sync


def test_a_slip_of_the_sound_is_found_at_its_join(compare, pictures, sound):
    outcomes, findings = compare(encoded(pictures), np.concatenate([sound[: 20 * RATE], sound[20 * RATE + 171 :]]))
    finding = findings["reference_sound.jump"]
    assert finding.numbers[0].value == pytest.approx(-171 / 8, abs=1)
    assert finding.places[0].frame <= 500 <= finding.places[0].frame + finding.places[0].duration_frames
    assert (finding.severity, finding.cause) == (Severity.WARN, Cause.MEDIA)
    assert outcomes["reference_sound"].evidence[0].marks[0][1] == "-21 ms"


def test_a_mixdown_has_no_picture(compare, tmp_path, pictures, voice, sound):
    mixdown = material(tmp_path / "mixdown", pictures, sound)
    nothing = np.zeros(0, np.int64)
    mixdown.index = FrameIndex(nothing, nothing.astype(bool), mixdown.index.time_base, 0, mixdown.index.rate, False)
    outcomes, findings = compare(encoded(pictures), heard(voice, late=0.05), theirs=mixdown)
    assert outcomes["reference_picture"].state is State.DOES_NOT_APPLY
    assert findings["reference_sound.offset"].numbers[0].value == pytest.approx(50, abs=0.1)


def test_another_film_is_no_reference(compare, pictures):
    outcomes, findings = compare(film(500, 5), heard(speech(20, 8)))
    assert not findings
    assert {one.state for one in outcomes.values()} <= {State.CANNOT_TELL, State.DOES_NOT_APPLY}
    assert decide(outcomes).kind == "cannot_tell"


def test_without_sound_a_single_dropped_frame_is_still_a_fault(compare, pictures):
    outcomes, findings = compare(encoded(np.delete(pictures, 500, 0)))
    assert outcomes["reference_sound"].state is State.CANNOT_TELL
    assert "reference_picture.dropped" in findings
