"""A proxy against its original: every property that differs is named, an honest proxy passes, what is not known is said."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from media_pipeline.core.checks import proxy_audit
from media_pipeline.core.checks.contract import Severity, State
from media_pipeline.core.checks.proxy_audit import Audit, audit, measure_pair
from media_pipeline.core.checks.proxy_rows import NAMES
from media_pipeline.core.checks.report import plain
from media_pipeline.core.rate import MONO_RATE
from media_pipeline.core.summary import AudioTrack
from tests.checks.bench import timed
from tests.checks.films import encoded, film, heard, material, speech

SECONDS = 20
TRACK = AudioTrack(0, 1, "aac", "stereo", 2, 48_000, 0, 1, SECONDS, 1)


@pytest.fixture(scope="module")
def pictures():
    return film(25 * SECONDS)


@pytest.fixture(scope="module")
def voice():
    return speech(SECONDS)


@pytest.fixture(scope="module")
def original(tmp_path_factory, pictures, voice):
    return material(tmp_path_factory.mktemp("original") / "film", pictures, heard(voice))


@pytest.fixture(scope="module")
def honest(tmp_path_factory, pictures, voice):
    return material(tmp_path_factory.mktemp("proxy") / "film", encoded(pictures), heard(voice))


@pytest.fixture
def pair(tmp_path, pictures, voice, original, honest):
    """Audit of a proxy with these pictures and this sound against the whole original."""

    def made(grids=None, sound=None, **summary) -> Audit:
        proxy = honest
        if grids is not None or sound is not None:
            shown = pictures if grids is None else grids
            proxy = material(tmp_path / "proxy", encoded(shown), heard(voice) if sound is None else sound)
        return audit(*_said_to_be(original, proxy, **summary))

    return made


def _said_to_be(original, proxy, **summary):
    common: dict[str, Any] = {"audio": (TRACK,), "start_timecode": "01:00:00:00", "start_frame": 90_000}
    of_proxy = replace(proxy.summary, **{**common, "width": 1280, "height": 720, **summary})
    whole = replace(original, summary=replace(original.summary, **common, width=1920, height=1080))
    return whole, replace(proxy, summary=of_proxy)


@pytest.fixture(scope="module")
def laid(original, honest):
    """How the honest proxy's pictures and sound lie on the original's: measured once for what is only said otherwise."""
    return proxy_audit._laid(*_said_to_be(original, honest))


def said(done: Audit) -> dict[str, str]:
    assert tuple(row.name for row in done.rows) == NAMES
    return {row.name: row.severity for row in done.rows if row.state is State.FINDINGS}


def test_an_honest_proxy_passes_and_the_audit_is_plain_json(pair):
    done = pair()
    assert done.outcome.state is State.PASSED, said(done)
    assert {row.state for row in done.rows} == {State.PASSED}
    assert plain(done.as_dict())["rows"][0] == {
        "name": "rate", "title": "Frame rate", "original": "25 fps", "proxy": "25 fps", "state": "passed", "severity": "pass",
        "note": "",
    }  # fmt: skip


@pytest.fixture(scope="module")
def laid_once():
    """What was measured of pictures and sound that are the same in several tests; how they are laid is none of their points."""
    return {}


@pytest.mark.parametrize(
    ("summary", "row", "grade"),
    [
        ({"rate_num": 25_000, "rate_den": 1001}, "rate", Severity.ERROR),
        ({"start_timecode": "", "start_frame": None}, "start_timecode", Severity.WARN),
        ({"start_timecode": "00:59:59:24", "start_frame": 89_999}, "start_timecode", Severity.ERROR),
        ({"width": 960}, "aspect", Severity.WARN),
        ({"width": 720, "height": 1280}, "aspect", Severity.WARN),
        ({"audio": ()}, "channels", Severity.WARN),
        ({"audio": (replace(TRACK, channels=1), replace(TRACK, index=1, channels=1))}, "channels", Severity.INFO),
    ],
)
def test_a_property_that_differs_is_named_alone(pair, laid, monkeypatch, summary, row, grade):
    if not summary.keys() & {"rate_num", "audio"}:
        monkeypatch.setattr(proxy_audit, "_laid", lambda original, proxy: laid)
    assert said(pair(**summary)) == {row: grade}


def test_an_anamorphic_original_and_its_square_proxy_are_shown_alike(pair, laid, monkeypatch):
    monkeypatch.setattr(proxy_audit, "_laid", lambda original, proxy: laid)
    assert said(pair(width=960, height=720, sar_num=4, sar_den=3)) == {}


def test_pictures_that_come_late_are_counted(pair, pictures):
    late = np.concatenate([pictures[:1], pictures[:1], pictures[:-2]])
    done = pair(late)
    findings = {finding.code: finding for finding in done.outcome.findings}
    assert findings["proxy_audit.picture_shift"].numbers[0].value == 2
    assert "2 frames late" in findings["proxy_audit.picture_shift"].summary


def test_a_picture_left_out_is_placed(pair, pictures):
    done = pair(np.delete(pictures, 250, axis=0))
    told = said(done)
    assert told["frames"] == told["picture_shift"] == Severity.ERROR
    shift = next(finding for finding in done.outcome.findings if finding.code == "proxy_audit.picture_shift")
    assert abs(shift.places[0].frame - 250) <= 2
    assert shift.places[0].timecode.startswith("01:00:1")


def test_sound_that_is_late_is_measured(pair, voice):
    done = pair(sound=heard(voice, late=0.08))
    (finding,) = done.outcome.findings
    assert finding.code == "proxy_audit.sound_offset"
    assert finding.severity is Severity.ERROR
    assert finding.numbers[0].value == pytest.approx(80, abs=0.5)


def test_the_proxy_of_another_file_is_said_to_be_one(pair):
    assert said(pair(film(25 * SECONDS, seed=99)))["picture_shift"] == Severity.ERROR


def test_what_was_not_decoded_is_not_claimed():
    original = timed(np.arange(100), "1/25")
    done = audit(original, timed(np.arange(100), "1/25"))
    states = {row.name: row.state for row in done.rows}
    assert states["picture_shift"] is State.CANNOT_TELL
    assert states["sound_offset"] is State.DOES_NOT_APPLY
    assert done.outcome.state is State.CANNOT_TELL
    assert "picture shift" in done.outcome.summary
    assert measure_pair(original, original)["picture"]["state"] == "cannot_tell"
    assert MONO_RATE == 8_000
