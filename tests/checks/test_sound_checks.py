"""Start, length, gaps and format of the sound."""

from fractions import Fraction

import numpy as np
import pytest

from media_pipeline.core.checks.contract import Cause, Cure, Severity, State
from media_pipeline.core.checks.spec import Spec
from tests.checks.bench import only, opened, outcome
from tests.checks.corpus_film import Film, Sound, babble, stretched
from tests.checks.corpus_join import edited

RATE = Fraction(25)


def film(seconds=4.0, *, sound_seconds=None, rate=RATE, frames=None, **options):
    sound = Sound(babble(sound_seconds if sound_seconds is not None else seconds, 5), **options)
    return Film(rate, list(range(frames or round(seconds * rate))), [sound])


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".mov"])
def test_sound_that_begins_and_ends_with_the_picture_passes(tmp_path, suffix):
    material = opened(film().write(tmp_path / f"clip{suffix}"))
    for check in ("start_offset", "length", "timestamps"):
        assert outcome(material, check).state is State.PASSED, outcome(material, check).summary


@pytest.mark.parametrize(("late", "code", "severity"), [
    (Fraction(6, 100), "start_offset.late", Severity.WARN), (Fraction(1), "start_offset.late", Severity.ERROR),
    (Fraction(-1, 5), "start_offset.early", Severity.ERROR),
])  # fmt: skip
def test_a_late_or_early_start_is_measured(tmp_path, late, code, severity):
    made = film(codec="pcm_s16le")
    if late > 0:
        made.sounds[0].late = late
    else:
        made.late = -late
    finding = only(outcome(opened(made.write(tmp_path / "clip.mov")), "start_offset"))
    assert (finding.code, finding.severity, finding.cure) == (code, severity, Cure.FIX_IN_POST)
    assert finding.numbers[0].value == pytest.approx(float(late * 1000), abs=1.5)


@pytest.mark.parametrize(("longer", "code"), [
    (0.03, ""), (-0.03, ""), (0.3, "length.tail"), (-0.08, "length.cut"), (-0.5, "length.cut"),
])  # fmt: skip
def test_a_tail_and_a_cut_are_told_apart(tmp_path, longer, code):
    found = outcome(opened(film(sound_seconds=4 + longer, codec="pcm_s16le").write(tmp_path / "clip.mov")), "length")
    if not code:
        assert found.state is State.PASSED
        return
    finding = only(found)
    assert finding.code == code
    assert finding.cure is (Cure.FIX_IN_POST if longer > 0 else Cure.RERENDER)
    assert finding.severity is (Severity.ERROR if longer < -0.12 else Severity.WARN)


@pytest.mark.parametrize(("ratio", "seconds", "cause"), [
    (Fraction(25, 24), 10, Cause.TIMELINE), (Fraction(44100, 48000), 8, Cause.METADATA),
    (Fraction(1001, 1000), 120, Cause.TIMELINE),
])  # fmt: skip
def test_a_known_ratio_names_its_cause(tmp_path, ratio, seconds, cause):
    made = film(seconds, sound_seconds=seconds * float(ratio), codec="pcm_s16le")
    made.codec, made.size = "mpeg4", (48, 32)
    finding = only(outcome(opened(made.write(tmp_path / "clip.mov")), "length"))
    assert (finding.code, finding.cause) == ("length.ratio", cause)
    assert str(ratio) in finding.summary
    assert finding.remedy.fix is not None
    assert Fraction(finding.remedy.fix.parameters["ratio_num"], finding.remedy.fix.parameters["ratio_den"]) == ratio


def shifted(tmp_path, suffix, kind, first, milliseconds, base_clip):
    def edit(stream, number, pts, dts, base):
        shift = round(Fraction(milliseconds, 1000) / base) if stream == kind and number >= first else 0
        return pts + shift, dts + shift

    return edited(base_clip, tmp_path / f"step{suffix}", edit)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
@pytest.mark.parametrize(("milliseconds", "severity"), [(20, Severity.WARN), (200, Severity.ERROR)])
def test_a_gap_in_the_sound_is_found_where_it_is(tmp_path, suffix, milliseconds, severity):
    clip = film().write(tmp_path / "clip.mp4")
    material = opened(shifted(tmp_path, suffix, "audio", 90, milliseconds, clip))
    finding = only(outcome(material, "timestamps"))
    assert (finding.code, finding.severity) == ("timestamps.sound_gaps", severity)
    assert finding.numbers[1].value == pytest.approx(milliseconds, abs=1.1)
    assert abs(finding.places[0].frame - 90 * 1024 / 48000 * 25) <= 2


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
def test_a_step_of_the_pictures_is_found_where_it_is(tmp_path, suffix):
    made = film()
    made.b_frames = 0
    clip = made.write(tmp_path / "clip.mp4")
    finding = only(outcome(opened(shifted(tmp_path, suffix, "video", 60, 80, clip)), "timestamps"))
    assert (finding.code, finding.severity, finding.cure) == ("timestamps.picture_steps", Severity.ERROR, Cure.FIX_IN_POST)
    assert [place.frame for place in finding.places] == [60]
    assert finding.numbers[0].value == pytest.approx(80, abs=1.1)


# --- format

SPEC = Spec(audio_rate=48_000, audio_layouts=("stereo",))


def tracks(tmp_path, *sounds, suffix=".mov"):
    return opened(Film(RATE, list(range(50)), list(sounds)).write(tmp_path / f"clip{suffix}"))


def stereo(rate=48_000, codec="pcm_s16le"):
    return Sound(np.stack([babble(2, 1, rate=rate)] * 2, 1), codec, rate)


def test_the_right_sound_passes_with_and_without_a_spec(tmp_path):
    material = tracks(tmp_path, stereo())
    assert outcome(material, "audio_format", SPEC).state is State.PASSED
    assert outcome(material, "audio_format").state is State.PASSED


def test_another_rate_is_a_warning_with_a_spec_and_information_without(tmp_path):
    material = tracks(tmp_path, stereo(44_100))
    assert only(outcome(material, "audio_format", SPEC)).severity is Severity.WARN
    assert only(outcome(material, "audio_format")).severity is Severity.INFO


def test_missing_channels_need_another_export_and_others_only_arranging(tmp_path):
    lost = only(outcome(tracks(tmp_path, Sound(babble(2, 1), "pcm_s16le")), "audio_format", SPEC))
    assert (lost.code, lost.severity, lost.cure) == ("audio_format.layout", Severity.ERROR, Cure.RERENDER)
    two = tracks(tmp_path, Sound(babble(2, 1), "pcm_s16le"), Sound(babble(2, 1), "pcm_s16le"))
    packed = only(outcome(two, "audio_format", SPEC))
    assert (packed.severity, packed.cure) == (Severity.WARN, Cure.FIX_IN_POST)


def test_tracks_of_two_rates_differ(tmp_path):
    codes = {f.code: f.severity for f in outcome(tracks(tmp_path, stereo(), stereo(44_100)), "audio_format").findings}
    assert codes["audio_format.tracks_differ"] is Severity.WARN


def test_no_sound_does_not_apply_unless_it_is_wanted(tmp_path):
    material = opened(Film(RATE, list(range(50)), []).write(tmp_path / "clip.mov"))
    assert outcome(material, "audio_format").state is State.DOES_NOT_APPLY
    assert only(outcome(material, "audio_format", SPEC)).code == "audio_format.layout"
    assert outcome(material, "length").state is State.DOES_NOT_APPLY
    assert outcome(material, "start_offset").state is State.DOES_NOT_APPLY


def test_stretched_sound_is_longer():
    assert len(stretched(np.zeros(48_000, np.float32), 1.001)) == 48_048
