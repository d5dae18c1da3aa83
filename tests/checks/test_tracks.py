"""Tracks and channels by themselves."""

import numpy as np
import pytest

from media_pipeline.core.checks.contract import Cure, Severity, State
from tests.checks.bench import only, outcome
from tests.checks.films import speech
from tests.checks.heard import RATE, noise, stored

CHECK = "tracks"
SECONDS = 14


@pytest.fixture(scope="module")
def talk():
    return speech(SECONDS, 4).astype(np.float32)[np.newaxis]


def later(sound, seconds, *, factor=1.0):
    """The same, so much later and stretched."""
    count = sound.shape[1]
    at = (np.arange(count) - seconds * RATE) / factor
    return np.interp(at, np.arange(count), sound[0], left=0, right=0)[np.newaxis].astype(np.float32)


def codes(material):
    return {finding.code: finding for finding in outcome(material, CHECK).findings}


def test_channels_with_sound_of_their_own_pass(tmp_path):
    assert outcome(stored(tmp_path, noise(3, 2)), CHECK).state is State.PASSED


@pytest.mark.parametrize(("change", "code", "severity"), [
    (lambda s: s * np.array([[1], [0]], np.float32), "tracks.dead_channel_1", Severity.WARN),
    (lambda s: s[[0, 0]] * np.array([[1], [-1]], np.float32), "tracks.turned_1_1", Severity.WARN),
    (lambda s: s[[0, 0]], "tracks.same_1_1", Severity.INFO),
    (lambda s: s * 0, "tracks.silent_track", Severity.WARN),
])  # fmt: skip
def test_what_is_wrong_with_two_channels_is_named(tmp_path, change, code, severity):
    finding = only(outcome(stored(tmp_path, change(noise(3, 2))), CHECK))
    assert (finding.code, finding.severity, finding.cure) == (code, severity, Cure.NONE)


def test_an_unused_track_and_a_silent_lfe_are_information(tmp_path):
    surround = noise(3, 6)
    surround[3] = 0
    found = codes(stored(tmp_path, surround, np.zeros((1, 3 * RATE), np.float32)))
    assert {code: finding.severity for code, finding in found.items()} == {
        "tracks.silent_track": Severity.INFO, "tracks.dead_channel_1": Severity.INFO,
    }  # fmt: skip


def test_a_late_track_is_measured(tmp_path, talk):
    finding = only(outcome(stored(tmp_path, talk, later(talk, 0.1)), CHECK))
    assert (finding.code, finding.severity, finding.cure) == ("tracks.late_2", Severity.WARN, Cure.FIX_IN_POST)
    assert finding.numbers[0].value == pytest.approx(100, abs=0.1)
    assert finding.remedy.fix is not None
    assert finding.remedy.fix.parameters == {"track": 1, "milliseconds": pytest.approx(-100, abs=0.1)}


def test_a_drifting_track_is_named(tmp_path, talk):
    finding = only(outcome(stored(tmp_path, talk, later(talk, 0, factor=1.001)), CHECK))
    assert (finding.code, finding.severity) == ("tracks.drift_2", Severity.WARN)
    assert finding.numbers[2].value == pytest.approx(1000, abs=10)


def test_two_microphones_in_a_room_are_information(tmp_path, talk):
    finding = only(outcome(stored(tmp_path, talk, later(talk, 0.012)), CHECK))
    assert (finding.code, finding.severity) == ("tracks.late_2", Severity.INFO)


def test_doubled_tracks_are_told_and_together(tmp_path, talk):
    finding = only(outcome(stored(tmp_path, talk, talk), CHECK))
    assert (finding.code, finding.severity) == ("tracks.doubled", Severity.INFO)


def test_tracks_without_common_sound_cannot_be_told(tmp_path, talk):
    other = speech(SECONDS, 77).astype(np.float32)[np.newaxis]
    assert outcome(stored(tmp_path, talk, other), CHECK).state is State.CANNOT_TELL
