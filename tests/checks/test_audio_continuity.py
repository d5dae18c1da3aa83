"""Holes, clicks and repeated blocks."""

import numpy as np
import pytest

from media_pipeline.core.checks.contract import Cause, Cure, Severity, State
from media_pipeline.core.checks.decoded import audio_continuity
from media_pipeline.core.checks.material import Measurement
from media_pipeline.core.hearing import consumer
from media_pipeline.core.hearing.events import EVENTS, HOLE
from media_pipeline.core.hearing.holes import HoleFinder
from tests.checks.bench import only, outcome
from tests.checks.corpus_film import babble
from tests.checks.heard import RATE, noise, stored

CHECK = "audio_continuity"


def cut(sound, at, seconds, channels=slice(None)):
    made = sound.copy()
    made[channels, round(at * RATE) : round((at + seconds) * RATE)] = 0
    return made


@pytest.mark.parametrize("milliseconds", [4.5, 10, 21.3, 60, 240])
def test_a_hole_in_running_sound_is_found_with_place_and_length(tmp_path, milliseconds):
    finding = only(outcome(stored(tmp_path, cut(noise(6), 3.0, milliseconds / 1000)), CHECK))
    assert finding.code == "audio_continuity.hole"
    assert finding.cure is Cure.RERENDER
    assert finding.severity is (Severity.ERROR if milliseconds >= 40 else Severity.WARN)
    assert [place.frame for place in finding.places] == [75]
    assert finding.numbers[1].value == pytest.approx(milliseconds, abs=1.01)


def test_a_hole_in_one_channel_of_sixteen_is_named(tmp_path):
    finding = only(outcome(stored(tmp_path, cut(noise(4, 16), 2.0, 0.03, channels=11)), CHECK))
    assert finding.places[0].note == "30 ms in channel 12"


def test_a_hole_in_the_channel_of_low_effects_is_none(tmp_path):
    found = outcome(stored(tmp_path, cut(noise(4, 6), 2.0, 0.03, channels=3)), CHECK)
    assert not found.findings
    assert only(outcome(stored(tmp_path, cut(noise(4, 6), 2.0, 0.03)), CHECK)).code == "audio_continuity.hole"


def test_a_hole_at_the_rate_of_44100(tmp_path):
    sound = noise(4, rate=44_100)
    sound[:, 2 * 44_100 : 2 * 44_100 + 1323] = 0
    assert only(outcome(stored(tmp_path, sound, rate=44_100), CHECK)).places[0].frame == 50


def test_what_happens_early_in_a_film_leaves_room_for_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(consumer, "MOST_HOLES", 3)
    sound = noise(13)
    for number in range(8):
        sound = cut(sound, 1 + number, 0.2)
    made = stored(tmp_path, cut(sound, 12.0, 0.03))
    events = made.stored.array(EVENTS)
    assert (events["sample"][events["kind"] == HOLE] // RATE).tolist() == [1, 2, 3, 12]
    assert set(events["track"].tolist()) == {0}


def test_a_hole_is_over_when_the_level_stays():
    """As a codec leaves one: its pre-echo begins with a millisecond that all but reaches the level before."""
    sound = (0.1 * np.sign(noise(1))).astype(np.float32)
    first, count = RATE // 2, RATE // 1000
    sound[:, first : first + 40 * count] *= 0.003
    sound[:, first + 34 * count : first + 40 * count] = 0.011
    sound[:, first + 34 * count : first + 35 * count] = 0.019
    finder = HoleFinder(1, RATE)
    (hole,) = [*finder.add(sound), *finder.finish()]
    assert (hole["sample"][0], hole["length"][0]) == (first, 40 * count)


def faded(sound, at, pause):
    """A pause as people make it: out in 30 ms, in in 15."""
    made, first, count = sound.copy(), round(at * RATE), round(pause * RATE)
    out, back = round(0.03 * RATE), round(0.015 * RATE)
    made[:, first - out : first] *= np.linspace(1, 0, out) ** 2
    made[:, first : first + count] = 0
    made[:, first + count : first + count + back] *= np.linspace(0, 1, back) ** 2
    return made


@pytest.mark.parametrize("sound", [
    noise(6), faded(noise(6), 3.0, 0.1), cut(noise(6), 3.0, 0.5), cut(noise(6), 3.0, 3.0), noise(6, level=3e-4),
    babble(6, 3)[np.newaxis], babble(6, 4, dry=True)[np.newaxis],
], ids=["running", "pause", "long-silence", "stops", "hiss", "babble", "dry-babble"])  # fmt: skip
def test_pauses_ends_and_noise_stay_silent(tmp_path, sound):
    found = outcome(stored(tmp_path, sound), CHECK)
    assert found.severity in (Severity.PASS, Severity.INFO), found.summary


@pytest.mark.parametrize("room", [True, False])
def test_what_falls_below_the_room_tone_stopped_with_it(tmp_path, room):
    """A hole that ends in softer sound looks like a pause, but pauses leave the room to be heard."""
    sound = noise(6)
    sound[:, round(3.2 * RATE) : round(4.5 * RATE)] *= 0.2
    if not room:
        sound[:, RATE : round(1.6 * RATE)] = 0
    found = outcome(stored(tmp_path, cut(sound, 3.0, 0.2)), CHECK)
    assert [finding.code for finding in found.findings] == ["audio_continuity.hole"] * room


@pytest.mark.parametrize(("swallowed", "smeared", "talks"), [(True, 0.0, 0.1), (True, 0.09, 0.1), (True, 0.0, 1.0),
    (False, 0.0, 0.1), (False, 0.0, 1.0)])  # fmt: skip
def test_a_hole_that_ends_in_a_pause_is_none_of_the_pause(tmp_path, swallowed, smeared, talks):
    """Who spoke before has stopped meanwhile: what comes back at once is the room tone, however much softer it is. A codec
    leaves some of the edge."""
    sound, talk = noise(6, level=0.01), talks * noise(6)
    at, back = round(3.0 * RATE), round(3.2 * RATE)
    sound[:, RATE:at] += talk[:, RATE:at]
    sound[:, round(3.6 * RATE) :] += talk[:, round(3.6 * RATE) :]
    if swallowed:
        sound[:, at : at + round(0.01 * RATE)] = smeared * sound[:, at - round(0.01 * RATE) : at]
        sound[:, at + round(0.01 * RATE * (smeared > 0)) : back] *= 1e-3
    found = outcome(stored(tmp_path, sound), CHECK)
    assert [finding.code for finding in found.findings] == ["audio_continuity.hole"] * swallowed


def test_what_several_dips_fall_to_is_the_room_tone():
    """Measured in talk whose every pause is short: nothing but the pauses shows how quiet the room is."""
    known = {"ms": 200.0, "level": -20.0, "after": -28.0, "paused": -6.0, "faded": -3.0}
    pauses = [{**known, "inside": inside} for inside in (-48.1, -49.0, -52.0, -52.8)]
    lost = {**pauses[0], "inside": -70.0}
    deepest = np.sort([one["inside"] for one in pauses])
    assert [audio_continuity._as_deep(one, deepest) for one in pauses] == [3, 3, 3, 3]
    assert audio_continuity._as_deep(lost, np.sort([lost["inside"], *deepest])) == 0
    doubt, sure = (audio_continuity._against_room(pauses[2], -29.0, as_deep=others) for others in (3, 0))
    assert sure - doubt == 6.0
    # Amid the room tone nothing is known against it at all.
    amid = audio_continuity._against_room({**pauses[2], "level": -29.0}, -29.0, as_deep=0)
    assert amid - sure == 3.0
    # A block that is quieter than any room may have another one beside it; a gate may be as quiet, but not for so short a time.
    block = {**pauses[0], "inside": -120.0, "ms": 21.0}
    block_odds, gate_odds = (audio_continuity._against_room({**block, "ms": ms}, -29.0, as_deep=1) for ms in (21.0, 150.0))
    assert block_odds - gate_odds == 6.0
    assert audio_continuity._against_room(block, -29.0, as_deep=4) == gate_odds, "a gate may close so shortly again and again"


@pytest.mark.parametrize("behind", ["room", "talk"])
def test_a_hole_amid_the_room_tone_is_one_whatever_follows(tmp_path, behind):
    """Somebody begins to speak just then, softly, behind what an encoder left of the edge."""
    sound, talk = noise(6, level=0.01), 0.6 * noise(6)
    at, back = round(3.0 * RATE), round(3.2 * RATE)
    sound[:, RATE : at - RATE // 2] += talk[:, RATE : at - RATE // 2]
    first = back if behind == "talk" else round(3.6 * RATE)
    sound[:, first:] += talk[:, first:]
    sound[:, at:back] *= 1e-3
    if behind == "talk":
        sound[:, back - round(0.004 * RATE) : back + round(0.004 * RATE)] *= 0.05
    found = outcome(stored(tmp_path, sound), CHECK)
    assert [finding.code for finding in found.findings] == ["audio_continuity.hole"]


def test_gates_in_a_rhythm_are_told_and_no_fault(tmp_path):
    sound = noise(8)
    for n in range(12):
        sound = cut(sound, 1.0 + n * 0.25, 0.1)
    finding = only(outcome(stored(tmp_path, sound), CHECK))
    assert (finding.code, finding.severity) == ("audio_continuity.rhythm", Severity.INFO)


def test_a_hole_at_a_segment_join_says_so(tmp_path):
    material = stored(tmp_path, cut(noise(6), 3.0, 0.02))
    material.earlier["segments"] = Measurement(2, "measured", {"joins": [{"frame": 75, "evidence": []}]})
    finding = only(outcome(material, CHECK))
    assert finding.cause is Cause.TIMELINE
    assert finding.places[0].note.endswith("at a segment join")


def joined(folder, step):
    """A slow wave that steps at frame 75."""
    wave = 0.2 * np.sin(2 * np.pi * 110 * np.arange(6 * RATE) / RATE)
    wave[3 * RATE :] += step
    material = stored(folder, (wave[np.newaxis] + noise(6, level=1e-4)).astype(np.float32))
    material.earlier["segments"] = Measurement(2, "measured", {"joins": [{"frame": 75, "evidence": []}]})
    return outcome(material, CHECK)


def test_a_click_at_a_join_is_found(tmp_path):
    assert only(joined(tmp_path / "a", 0.1)).code == "audio_continuity.click_at_join"
    assert joined(tmp_path / "b", 0.0).state is State.PASSED


@pytest.mark.parametrize(("samples", "code", "severity"), [
    (1024, "repeated_block", Severity.WARN), (1920, "repeated_block", Severity.WARN), (1777, "repeated_sound", Severity.INFO),
])  # fmt: skip
def test_a_block_that_comes_twice_is_found(tmp_path, samples, code, severity):
    sound, at = noise(6, 2), 3 * RATE + 333
    sound = np.concatenate([sound[:, :at], sound[:, at - samples : at], sound[:, at:]], axis=1)
    finding = only(outcome(stored(tmp_path, sound), CHECK))
    assert (finding.code, finding.severity) == (f"audio_continuity.{code}", severity)
    assert {place.note for place in finding.places} == {f"{samples / 48:.1f} ms, {samples} samples"}


def test_tones_and_loops_are_no_repeats(tmp_path):
    tone = np.rint(8000 * np.sin(2 * np.pi * 100 * np.arange(3 * RATE) / RATE)) / 32768
    loop = np.tile(noise(0.1)[0], 20)
    sound = np.concatenate([tone, loop])[np.newaxis].astype(np.float32)
    assert not outcome(stored(tmp_path, sound), CHECK).findings
