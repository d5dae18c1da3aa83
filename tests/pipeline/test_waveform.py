"""Waveform peaks: of every track, where the sound is, as loud as it is."""

import numpy as np
import pytest

from media_pipeline.core.waveform import HEADER, MAGIC
from tests import boxes
from tests.media import make_clip
from tests.pipeline.ingest import ingest


def peaks(path):
    data = path.read_bytes()
    magic, version, _, rate, per_peak, count, _ = HEADER.unpack_from(data)
    assert (magic, version) == (MAGIC, 1)
    pairs = np.frombuffer(data, np.int8, offset=HEADER.size).reshape(-1, 2)
    assert len(pairs) == count
    return rate, per_peak, pairs


def test_clicks_stand_in_their_peak(tmp_path):
    clicks = [20_000, 60_123]
    source = make_clip(tmp_path / "source.mov", rate="25", frames=50, codec="mjpeg", audio="pcm", clicks=clicks)
    made = ingest(source, tmp_path / "out")
    rate, per_peak, pairs = peaks(made.path(made.one("waveform", "audio-0")))
    assert (rate, per_peak, len(pairs)) == (48_000, 256, 375)
    assert made.one("waveform", "audio-0").meta == {
        "track": 0, "samples_per_peak": 256, "sample_rate": 48_000, "peak_count": 375,
    }  # fmt: skip
    loud = {at // 256 for click in clicks for at in range(click, click + 480)}
    for n, (low, high) in enumerate(pairs.tolist()):
        assert -103 <= low <= 0 <= high <= 103  # clicks are at 0.8 of full scale
        assert (high > 20) == (n in loud) or high <= 20
    assert pairs[20_000 // 256 : 20_480 // 256 + 1, 1].max() >= 95


def test_every_track_and_channel_counts(tmp_path):
    source = make_clip(
        tmp_path / "source.mov", rate="25", frames=30, codec="mjpeg", audio=["pcm", "pcm24", "aac"], audio_channels=6
    )
    made = ingest(source, tmp_path / "out")
    assert [made.label for made in made.all("waveform")] == ["audio-0", "audio-1", "audio-2"]
    first = peaks(made.path(made.one("waveform", "audio-0")))[2]
    for label in ("audio-1", "audio-2"):
        other = peaks(made.path(made.one("waveform", label)))[2].astype(int)
        assert len(other) >= len(first) - 1
        shared = min(len(first), len(other))
        assert np.abs(other[:shared] - first[:shared]).max() <= 14


def test_a_late_track_begins_with_silence(tmp_path):
    source = make_clip(tmp_path / "source.mov", rate="25", frames=50, codec="mjpeg", audio="pcm", clicks=[0])
    source.write_bytes(boxes.with_edit_list(source.read_bytes(), b"soun", [(500, -1), (1000, 0)]))
    made = ingest(source, tmp_path / "out")
    _, _, pairs = peaks(made.path(made.one("waveform", "audio-0")))
    assert not pairs[: 24_000 // 256].any()
    assert pairs[24_000 // 256 :].any()


def test_no_sound_no_waveform(tmp_path):
    made = ingest(make_clip(tmp_path / "source.mov", rate="25", frames=13, codec="mjpeg"), tmp_path / "out")
    assert made.all("waveform") == []


@pytest.mark.parametrize("samples", [1, 255, 256, 257])
def test_the_last_peak_is_whole(samples, tmp_path):
    from media_pipeline.core.waveform import _Track

    track = _Track(tmp_path / "x.tpwf", 48_000)
    track.add(np.full((2, samples), -0.5, np.float32))
    track.finish()
    _, _, pairs = peaks(tmp_path / "x.tpwf")
    assert pairs.tolist() == [[-64, -63]] * (1 + (samples > 256))
