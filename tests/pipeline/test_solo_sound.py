"""Channels and tracks by themselves: each file holds that channel and nothing of its neighbours, to the sample."""

from typing import Any

import numpy as np
import pytest

from media_pipeline.core import tracks_together
from media_pipeline.core.errors import PipelineError
from media_pipeline.core.levels import HEADER, MAGIC, in_half_decibels
from media_pipeline.core.solo_sound import Solo, solos
from media_pipeline.core.summary import AudioTrack
from media_pipeline.core.verify import check_sound
from tests.channel_clips import channel_clip
from tests.media import CLICK, SAMPLE_RATE, find_clicks
from tests.pipeline.ingest import heard, ingest

FRAMES = 50
LENGTH = 2 * SAMPLE_RATE


def click_of(track, channel):
    """Where the one click of a channel begins: no two alike, none a multiple of a packet."""
    return 3_001 + 4_507 * channel + 1_009 * track


def clip(path, layouts, frames=FRAMES):
    return channel_clip(path, layouts, lambda track, channel: [click_of(track, channel)], frames=frames)


def levels(path):
    data = path.read_bytes()
    magic, version, channels, rate, per_level, count, _ = HEADER.unpack_from(data)
    assert (magic, version, rate, per_level) == (MAGIC, 1, SAMPLE_RATE, 960)
    return np.frombuffer(data, np.uint8, offset=HEADER.size).reshape(count, channels)


def test_each_of_sixteen_channels_is_a_file_of_its_own(tmp_path):
    made = ingest(clip(tmp_path / "sixteen.mov", ["hexadecagonal"]), tmp_path / "out")
    assert [file.label for file in made.all("sound")] == [f"audio-0-{channel}" for channel in range(16)]
    for channel, file in enumerate(made.all("sound")):
        assert file.meta == {"track": 0, "channel": channel, "channels": 1, "samples": LENGTH}
        samples, first, rate = heard(made.path(file))
        assert (len(samples), int(first), rate) == (1, 0, SAMPLE_RATE)
        at = click_of(0, channel)
        assert find_clicks(samples[0]) == [at]
        loud = samples[0, at : at + len(CLICK)]
        assert np.dot(loud, CLICK) / np.dot(CLICK, CLICK) == pytest.approx(0.8, abs=0.04)  # at its own level
        rest = np.delete(samples[0], np.s_[max(0, at - 2048) : at + 2048])
        assert np.abs(rest).max() < 0.001  # nothing of the other fifteen
        with pytest.raises(PipelineError, match="samples where"):
            check_sound(made.path(file), LENGTH - 4096, rate=SAMPLE_RATE)
    seen = levels(made.path(made.one("levels", "audio-0")))
    assert seen.shape == (100, 16)
    for channel in range(16):
        at = click_of(0, channel)
        assert set(np.flatnonzero(seen[:, channel] > 200)) <= {at // 960, (at + len(CLICK)) // 960}
        assert seen[:, channel].max() == pytest.approx(255 + 40 * np.log10(0.8), abs=1)
        assert seen[-1, channel] == 0


def test_further_tracks_are_files_whole_and_by_channel(tmp_path):
    made = ingest(clip(tmp_path / "tracks.mov", ["stereo", "mono", "stereo", "5.1"]), tmp_path / "out")
    labels = ["audio-1", "audio-2", "audio-3", *(f"audio-3-{channel}" for channel in range(6)), "audio-all"]
    assert [file.label for file in made.all("sound")] == labels
    found = {
        file.label: [find_clicks(channel) for channel in heard(made.path(file))[0]] for file in made.all("sound")
    }  # per channel of the file
    assert found["audio-1"] == [[click_of(1, 0)]]
    assert found["audio-2"] == [[click_of(2, 0)], [click_of(2, 1)]]
    # Mixed down: the front and the surround of its side, and the centre.
    assert found["audio-3"] == [[click_of(3, channel) for channel in side] for side in ((0, 2, 4), (1, 2, 5))]
    assert [found[f"audio-3-{channel}"] for channel in range(6)] == [[[click_of(3, channel)]] for channel in range(6)]
    assert made.one("sound", "audio-all").meta == {"track": None, "channel": None, "channels": 2, "samples": LENGTH}
    # Of the surround's channels only the front is loud enough in the sum to count as a click.
    assert found["audio-all"][0] == [click_of(number, 0) for number in range(4)]
    assert [levels(made.path(file)).shape[1] for file in made.all("levels")] == [2, 1, 2, 6]


def test_they_grow_with_the_preview(tmp_path):
    source = channel_clip(
        tmp_path / "long.mov", ["stereo", "mono"], lambda track, channel: [click_of(track, channel)], frames=100
    )
    made = ingest(source, tmp_path / "out")
    sounds = [file for file in made.report.published if file.kind == "sound"]
    assert [(file.label, bool(file.meta.get("growing"))) for file in sounds] == [
        *(("audio-1", True), ("audio-all", True)),
        *(("audio-1", False), ("audio-all", False)),
    ]
    [preview] = made.all("preview")
    shown = preview.frame_count * SAMPLE_RATE // 25
    for early, whole in zip(sounds[:2], sounds[2:], strict=True):
        assert shown <= early.meta["samples"] < whole.meta["samples"] == 2 * LENGTH
        both = [[find_clicks(side) for side in heard(made.path(file))[0]] for file in (early, whole)]
        assert both[0] == both[1]
    assert find_clicks(heard(made.path(sounds[1]))[0][0]) == sorted([click_of(0, 0), click_of(1, 0)])


def test_the_sum_waits_for_tracks_that_lie_behind_but_not_for_ever(monkeypatch):
    class Encoder:
        layout: Any = "stereo"
        spool: Any = None
        written: list[Any] = []

        def encode(self, frame):
            self.written.append((frame.pts, frame.to_ndarray()))

        def finish(self):
            self.written.append((None, np.zeros((2, 0))))

        def close(self):
            pass

    monkeypatch.setattr(tracks_together, "LONGEST_WAIT", tracks_together.BLOCK)
    encoder = Encoder()
    together = tracks_together.TracksTogether(encoder, 4)
    length = 5 * tracks_together.BLOCK + 100
    ramp = np.tile(np.linspace(0, 1, length), (2, 1)).astype(np.float32)
    together.add(0, 0, ramp[:, :1000])
    assert encoder.written == []
    together.add(0, 1000, ramp[:, 1000:])
    for number in (1, 2, 3):  # behind by more than is waited for: only their ends are heard
        together.add(number, 0, ramp)
    for _ in range(4):
        together.finish()
    times = [at for at, _ in encoder.written[:-1]]
    assert encoder.written[-1][0] is None
    assert times == np.cumsum([0, *(part.shape[1] for _, part in encoder.written[:-2])]).tolist()
    out = np.concatenate([part for _, part in encoder.written], axis=1)
    assert out.shape[1] == together.samples == length
    assert np.allclose(out[:, -tracks_together.BLOCK :], np.clip(2 * ramp[:, -tracks_together.BLOCK :], -1, 1), atol=1e-5)
    assert np.allclose(out[:, :100], ramp[:, :100] / 2, atol=1e-6)


def track(index, channels):
    return AudioTrack(index, index + 1, "pcm", "", channels, SAMPLE_RATE, 0, 1, 10, 1)


@pytest.mark.parametrize(
    ("channels", "files"),
    [
        ([], []),
        ([1], []),
        ([2], []),  # the proxy carries both sides
        ([3], ["audio-0-0", "audio-0-1", "audio-0-2"]),
        ([1] * 16, [f"audio-{n}" for n in range(1, 16)]),
        ([1] * 20, [f"audio-{n}" for n in range(1, 16)]),
        ([24], [f"audio-0-{n}" for n in range(16)]),
        ([12, 6], [f"audio-0-{n}" for n in range(12)] + ["audio-1"] + [f"audio-1-{n}" for n in range(4)]),
    ],
)
def test_which_files_are_made(channels, files):
    assert [solo.name for solo in solos(tuple(track(n, count) for n, count in enumerate(channels)))] == files


def test_a_mono_track_stays_mono():
    assert Solo(track(1, 1), None).layout == "mono"
    assert Solo(track(1, 8), None).layout == "stereo"


def test_levels_in_half_decibels():
    peaks = np.array([0, 10 ** (-128 / 20), 10 ** (-60 / 20), 0.5, 1, 1.4], np.float32)
    assert in_half_decibels(peaks).tolist() == [0, 0, 135, 243, 255, 255]
