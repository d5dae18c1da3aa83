"""Two-pop, flash and beep, countdown: found, measured, and told from chance."""

import numpy as np
import pytest

from media_pipeline.core.checks.contract import Cure, Severity, State
from tests.checks.bench import only, outcome
from tests.checks.heard import RATE, noise, stored, with_pops

CHECK = "sync_events"
BLACK, GREY, WHITE = 16.0, 90.0, 235.0


def film(folder, flashes, pops, *, seconds=12.0, fps="25", ground=GREY, base=None):
    """Flash frames by number, beeps by their moments in seconds."""
    num, _, den = fps.partition("/")
    rate = int(num) / int(den or 1)
    means = np.full(round(seconds * rate), ground)
    if ground == GREY:
        means += np.random.default_rng(1).normal(0, 1.5, len(means))
    means[list(flashes)] = WHITE
    sound = with_pops(base if base is not None else noise(seconds, level=0.03), pops)
    return stored(folder, sound, means=means.tolist(), fps=fps)


@pytest.mark.parametrize("late", [0.0, 0.12, -0.3, 0.0003, 0.0451237])
@pytest.mark.parametrize("fps", ["25", "24000/1001"])
def test_the_offset_of_flash_and_beep_is_exact(tmp_path, late, fps):
    num, _, den = fps.partition("/")
    frames = [30, 90, 150, 210]
    pops = [frame * int(den or 1) / int(num) + late for frame in frames]
    found = outcome(film(tmp_path, frames, pops, fps=fps), CHECK)
    measured = {number.name: number.value for number in found.numbers}
    assert measured["sound late at the first"] == pytest.approx(1000 * late, abs=0.1)
    if abs(late) <= 0.01:
        assert found.state is State.PASSED
        assert found.proves_sync
        return
    finding = only(found)
    assert (finding.code, finding.cure) == ("sync_events.offset", Cure.FIX_IN_POST)
    assert finding.numbers[0].value == pytest.approx(1000 * late, abs=0.1)
    assert finding.remedy.fix is not None
    assert finding.remedy.fix.kind == "shift_audio"
    assert finding.remedy.fix.parameters["milliseconds"] == pytest.approx(-1000 * late, abs=0.1)


@pytest.mark.parametrize("ppm", [300, -1000, 999.001, 2000])
def test_a_drift_is_measured_and_drawn_on(tmp_path, ppm):
    frames = list(range(50, 1450, 150))
    pops = [frame / 25 * (1 + ppm * 1e-6) for frame in frames]
    found = outcome(film(tmp_path, frames, pops, seconds=60), CHECK)
    drift = next(finding for finding in found.findings if finding.code == "sync_events.drift")
    assert drift.numbers[0].value == pytest.approx(ppm, abs=5)
    assert drift.numbers[1].value == pytest.approx(ppm * 60 / 1000, abs=0.3)
    assert not found.proves_sync or abs(ppm) * 0.06 < 20


def test_a_jump_is_told_from_a_drift(tmp_path):
    frames = [50, 100, 150, 200, 250, 300, 350, 400]
    pops = [frame / 25 + (0.08 if frame > 210 else 0.0) for frame in frames]
    finding = only(outcome(film(tmp_path, frames, pops, seconds=18), CHECK))
    assert (finding.code, finding.cure) == ("sync_events.jump", Cure.RERENDER)
    assert finding.numbers[0].value == pytest.approx(80, abs=0.2)
    assert (finding.places[0].frame, finding.places[0].duration_frames) == (200, 50)


def two_pop(folder, late, *, tail=False):
    """A flash on black with its beep two seconds before the picture begins."""
    means = np.full(500, GREY) + np.random.default_rng(1).normal(0, 1.5, 500)
    sound = noise(20, level=0.03)
    means[:60] = means[440:] = BLACK
    sound[:, : round(2.4 * RATE)] = sound[:, round(17.6 * RATE) :] = 0
    flashes = [10, 460] if tail else [10]
    means[flashes] = WHITE
    return stored(folder, with_pops(sound, [frame / 25 + late for frame in flashes]), means=means.tolist())


@pytest.mark.parametrize("late", [0.0, 0.12])
@pytest.mark.parametrize("tail", [False, True])
def test_a_two_pop_alone_proves_its_offset(tmp_path, late, tail):
    found = outcome(two_pop(tmp_path, late, tail=tail), CHECK)
    assert found.proves_sync is (late == 0)
    if late:
        assert only(found).numbers[0].value == pytest.approx(120, abs=0.1)


def test_a_countdown_ends_in_its_two_pop(tmp_path):
    """Numbers a second apart, the last for one frame, then black; the beep is three frames late."""
    rng = np.random.default_rng(3)
    means = [100 + 20 * (n // 25 % 2) + rng.normal(0, 0.3) for n in range(76)] + [BLACK] * 49 + [GREY] * 75
    sound = noise(8, level=0.03)
    sound[:, : 5 * RATE] = 0
    found = outcome(stored(tmp_path, with_pops(sound, [3.0 + 0.12]), means=means), CHECK)
    assert only(found).numbers[0].value == pytest.approx(120, abs=0.1)
    assert "countdown" in only(found).summary
    assert [place.frame for place in only(found).places] == [75]


@pytest.mark.parametrize(("flashes", "pops"), [
    ([40, 41, 120, 260], [2.31, 7.77]), ([60], [3.9]), (list(range(60, 200, 6)), [3.0]), ([], [1.0, 2.0, 3.0]),
    ([50, 100, 150], []), ([60, 131, 240], [2.9, 4.5, 9.0]),
])  # fmt: skip
def test_flashes_and_beeps_by_chance_say_nothing(tmp_path, flashes, pops):
    found = outcome(film(tmp_path, flashes, pops), CHECK)
    assert found.state is State.CANNOT_TELL
    assert not found.proves_sync


def test_tones_of_music_are_no_beeps(tmp_path):
    time = np.arange(12 * RATE) / RATE
    music = 0.1 * np.sin(2 * np.pi * 440 * time) * (np.sin(2 * np.pi * 0.7 * time) > 0)
    means = np.full(300, GREY)
    means[[50, 120, 190]] = WHITE
    found = outcome(stored(tmp_path, music[np.newaxis].astype(np.float32), means=means.tolist()), CHECK)
    assert found.state is State.CANNOT_TELL


def test_a_clap_is_proposed_and_decides_nothing(tmp_path):
    rng = np.random.default_rng(2)
    means = np.full(250, GREY)
    means[40:100] += np.cumsum(rng.choice([-6.0, 6.0], 60))
    means[100:] = means[99]
    sound = noise(10, level=5e-4)
    at = 4 * RATE
    sound[:, at : at + 2400] += (rng.standard_normal(2400) * np.exp(-np.arange(2400) / 300)).astype(np.float32) * 0.4
    finding = only(outcome(stored(tmp_path, sound, means=means.tolist()), CHECK))
    assert (finding.code, finding.severity, finding.cure) == ("sync_events.clap", Severity.INFO, Cure.NONE)
    assert abs(finding.places[0].frame - 100) <= 1
    assert abs(finding.numbers[0].value) <= 40
