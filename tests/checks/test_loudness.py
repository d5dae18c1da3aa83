"""Loudness by EBU Tech 3341 and 3342's signals, and against FFmpeg's own figures; true peaks; the judgement."""

from fractions import Fraction
from itertools import pairwise

import av.error
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from av.filter import Graph

from media_pipeline.core.checks.contract import Cure, Severity, State
from media_pipeline.core.checks.decoded.loudness import integrated, loudness_range
from media_pipeline.core.checks.spec import Spec
from media_pipeline.core.hearing.loudness import Meter, PeakFinder
from tests.checks.bench import only, outcome
from tests.checks.corpus_film import babble
from tests.checks.heard import RATE, noise, stored, tone

CHECK = "loudness"


def metered(sound, layout="stereo"):
    meter = Meter(len(sound), RATE, layout)
    for start in range(0, sound.shape[1], RATE):
        meter.add(start, sound[:, start : start + RATE])
    values = np.array(meter.values)
    return values[:, 0], values[:, 1]


def steps(*parts):
    """Stereo 1 kHz: (level in dBFS, seconds) one behind the other."""
    return np.repeat(np.concatenate([tone(seconds, 1000, level) for level, seconds in parts], axis=1), 2, axis=0)


@pytest.mark.parametrize(("parts", "expected"), [
    ([(-33, 8)], -33), ([(-72, 5), (-36, 5), (-23, 30), (-36, 5), (-72, 5)], -23), ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
])  # fmt: skip
def test_integrated_loudness_of_tech_3341(parts, expected):
    momentary, _ = metered(steps(*parts))
    assert integrated(momentary) == pytest.approx(expected, abs=0.1)


def test_surround_counts_more_and_lfe_not():
    levels = (-28, -28, -24, -10, -30, -30)
    momentary, _ = metered(np.concatenate([tone(20, 1000, level) for level in levels]), "5.1")
    assert integrated(momentary) == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize(("levels", "expected"), [
    ((-20, -30), 10), ((-50, -35, -20, -35, -50), 15),
])  # fmt: skip
def test_loudness_range_of_tech_3342(levels, expected):
    _, short = metered(steps(*((level, 20) for level in levels)))
    assert loudness_range(short) == pytest.approx(expected, abs=1)


def by_ffmpeg(sound):
    graph = Graph()
    source = graph.add_abuffer(format="fltp", sample_rate=RATE, layout="stereo", time_base=Fraction(1, RATE))
    meter = graph.add("ebur128", metadata="1", framelog="quiet", peak="true")
    graph.link_nodes(source, meter, graph.add("abuffersink")).configure()
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(sound), "fltp", "stereo")
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    graph.push(frame)
    known = {}
    while True:
        try:
            known = graph.pull().metadata
        except (av.error.BlockingIOError, av.error.EOFError):
            return {name: float(known[f"lavfi.r128.{name}"]) for name in ("I", "LRA", "true_peaks_ch0", "true_peaks_ch1")}


def test_the_figures_are_those_of_ffmpeg():
    rng = np.random.default_rng(5)
    parts = [babble(6, n)[: 6 * RATE] * level for n, level in enumerate((0.2, 1.0, 0.5, 0.05, 0.8))]
    left = np.concatenate(parts).astype(np.float32)
    sound = np.stack([left, np.roll(left, 700) + rng.normal(0, 0.01, len(left))]).astype(np.float32)
    theirs = by_ffmpeg(sound)
    momentary, short = metered(sound)
    assert integrated(momentary) == pytest.approx(theirs["I"], abs=0.05)
    assert loudness_range(short) == pytest.approx(theirs["LRA"], abs=0.3)
    peaks = highest(sound)
    for channel in (0, 1):
        assert 20 * np.log10(peaks[channel] / theirs[f"true_peaks_ch{channel}"]) == pytest.approx(0, abs=0.2)


def highest(sound, block=RATE // 2):
    finder = PeakFinder(len(sound), RATE)
    for start in range(0, sound.shape[1], block):
        finder.add(sound[:, start : start + block])
    return [float(one["strength"][0]) for one in finder.finish()]


@pytest.mark.parametrize(("hertz", "level", "phase"), [
    (RATE / 4, -6, 0.0), (RATE / 4, -6, np.pi / 4), (RATE / 6, -6, np.pi / 3), (RATE / 8, -6, np.pi / 8), (997, -0.5, 0.3),
])  # fmt: skip
def test_true_peaks_of_tech_3341(hertz, level, phase):
    wave = tone(1, hertz, level, phase=phase)
    ramp = np.ones(wave.shape[1], np.float32)
    ramp[:4800], ramp[-4800:] = np.linspace(0, 1, 4800), np.linspace(1, 0, 4800)
    (peak,) = highest(wave * ramp)
    assert level - 0.4 <= 20 * np.log10(peak) <= level + 0.2


def test_a_peak_across_two_blocks_is_the_same_peak():
    sound = noise(1, seed=8)
    found = [highest(sound, block)[0] for block in (480, 4801, RATE)]
    assert all(one == pytest.approx(other, rel=1e-3) for one, other in pairwise(found))


def test_it_is_only_judged_where_the_spec_asks(tmp_path):
    material = stored(tmp_path, steps((-23, 6)))
    plain = outcome(material, CHECK)
    assert plain.state is State.DOES_NOT_APPLY
    assert "-23.0 LUFS" in plain.summary
    assert outcome(material, CHECK, Spec(loudness_lufs=-23.0, true_peak_dbtp=-1.0)).state is State.PASSED
    loud = only(outcome(material, CHECK, Spec(loudness_lufs=-24.5)))
    assert (loud.code, loud.severity, loud.cure) == ("loudness.too_loud", Severity.WARN, Cure.FIX_IN_POST)
    assert "volume=-1.5" in loud.remedy.command
    quiet = only(outcome(material, CHECK, Spec(loudness_lufs=-16.0)))
    assert (quiet.code, quiet.severity) == ("loudness.too_quiet", Severity.ERROR)
    peak = only(outcome(material, CHECK, Spec(true_peak_dbtp=-24.0)))
    assert (peak.code, peak.severity) == ("loudness.true_peak", Severity.WARN)


def test_two_mono_tracks_are_one_programme(tmp_path):
    one = tone(6, 1000, -23)
    spec = Spec(loudness_lufs=-23.0)
    assert outcome(stored(tmp_path / "two", one, one), CHECK, spec).state is State.PASSED
    assert only(outcome(stored(tmp_path / "one", one), CHECK, spec)).code == "loudness.too_quiet"


def test_silence_has_no_loudness(tmp_path):
    assert outcome(stored(tmp_path, np.zeros((2, RATE * 2), np.float32)), CHECK, Spec(loudness_lufs=-23.0)).state is (
        State.CANNOT_TELL
    )
