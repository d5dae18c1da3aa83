"""Joins of distributed renders, and what copying compressed segments does to the sound."""

from fractions import Fraction

import pytest

from media_pipeline.core.checks.contract import Cure, Severity, State
from tests.checks.bench import opened, outcome
from tests.checks.corpus_film import Film, Sound, babble
from tests.checks.corpus_join import concatenated

RATE = Fraction(25)


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """Four segments of 50 pictures, each with its own encode of sound."""
    folder = tmp_path_factory.mktemp("parts")

    def make(sound: str, codec: str):
        for n in range(4):
            order = list(range(50 * n, 50 * n + 50))
            film = Film(RATE, order, [Sound(babble(2, n), sound)], codec=codec)
            yield film.write(folder / f"{codec}-{sound}-{n}.mov")

    return {key: list(make(*key)) for key in (("aac", "libx264"), ("pcm_s16le", "libx264"), ("pcm_s16le", "mpeg2video"))}


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
def test_copied_aac_segments_are_found_with_their_hidden_sound(parts, tmp_path, suffix):
    material = opened(concatenated(parts["aac", "libx264"], tmp_path / f"joined{suffix}"))
    findings = {finding.code: finding for finding in outcome(material, "segments").findings}
    assert findings.keys() == {"segments.joined", "segments.sound_surplus"}
    joins = [place.frame for place in findings["segments.joined"].places]
    assert len(joins) == 3
    assert all(abs(frame - 50 * (n + 1)) <= 2 for n, frame in enumerate(joins))
    assert (findings["segments.sound_surplus"].cure, findings["segments.sound_surplus"].severity) == (
        Cure.RERENDER,
        Severity.ERROR,
    )
    assert material.joins == joins


@pytest.mark.parametrize("codec", ["libx264", "mpeg2video"])
def test_joins_without_harm_are_told_only(parts, tmp_path, codec):
    material = opened(concatenated(parts["pcm_s16le", codec], tmp_path / "joined.mov"))
    (finding,) = outcome(material, "segments").findings
    assert (finding.code, finding.severity) == ("segments.joined", Severity.INFO)
    assert [place.frame for place in finding.places] == [50, 100, 150]
    assert "one every 50 frames" in finding.summary


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
@pytest.mark.parametrize("codec", ["aac", "libmp3lame", "ac3"])
def test_one_render_has_no_joins(tmp_path, suffix, codec):
    film = Film(Fraction(30000, 1001), list(range(240)), [Sound(babble(8, 3), codec)])
    assert outcome(opened(film.write(tmp_path / f"one{suffix}")), "segments").state is State.PASSED
