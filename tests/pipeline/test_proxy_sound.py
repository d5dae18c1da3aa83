"""The click test: what sounds with a picture in the source sounds with it in the proxy, to the sample.

Positions in the proxy are read as a player hears it: priming and edit list applied. Where a codec or container rounds
(Matroska's milliseconds apply to the first sample only), the tolerance says so.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from media_pipeline.core.consumer import SoundBlock
from media_pipeline.core.sound import TrackClock, planar
from media_pipeline.core.summary import AudioTrack
from tests import boxes
from tests.media import CLICK, click_track, find_clicks, make_clip
from tests.pipeline.ingest import heard, ingest

CLICKS = [0, 5_000, 24_000, 60_000, 90_000]
SOUNDS: dict[str, dict[str, Any]] = {
    "aac.mp4": {"audio": "aac"},  # priming hidden by an edit list
    "aac.mkv": {"audio": "aac"},
    "aac.ts": {"audio": "aac"},
    "aac-b.mp4": {"audio": "aac", "b_frames": 2},
    "aac-video-late.mp4": {"audio": "aac", "start_offset": Fraction(2, 5)},
    "pcm.mov": {"audio": "pcm"},
    "pcm24.mov": {"audio": "pcm24"},
    "pcm-video-late.mkv": {"audio": "pcm", "start_offset": Fraction(2, 5)},
    "pcm.mxf": {"audio": "pcm", "codec": "mpeg2", "size": (720, 576)},
    "pcm.avi": {"audio": "pcm", "codec": "mjpeg"},
    "opus.mp4": {"audio": "opus"},
    "opus.mkv": {"audio": "opus"},
    "opus.webm": {"audio": "opus", "codec": "vp8"},
    "mp3.mp4": {"audio": "mp3"},
    "flac.mkv": {"audio": "flac"},
    "ac3.ts": {"audio": "ac3"},
    "mp2.mpg": {"audio": "mp2", "codec": "mpeg2"},
}


def clicks_in(path: Path) -> list[int]:
    """Samples after the first picture at which clicks are heard."""
    samples, first, rate = heard(path)
    assert rate == 48_000
    with av.open(str(path)) as container:
        packets = [p for p in container.demux(video=0) if p.size and not p.is_discard]
        start = min(p.pts or 0 for p in packets) * Fraction(packets[0].time_base or 0)
    return [at + round((first - start) * rate) for at in find_clicks(samples[0])]


@pytest.mark.parametrize("name", SOUNDS)
def test_clicks_stay_on_their_sample(name, tmp_path):
    options = SOUNDS[name]
    source = make_clip(tmp_path / name, rate="25", frames=60, clicks=CLICKS, **options)
    made = ingest(source, tmp_path / "out")
    late = round(options.get("start_offset", 0) * 48_000)
    expected = [at - late for at in CLICKS if at >= late]
    for proxy in made.all("proxy"):
        assert clicks_in(made.path(proxy)) == expected
        assert clicks_in(source)[-len(expected) :] == expected  # the clip is what the test thinks it is


@pytest.mark.parametrize("name", ["mp4", "mov"])
def test_unsignalled_priming_stays_as_it_is_heard(name, tmp_path):
    """Fragmented and without an edit list: players hear 1024 samples of priming, so the proxy has them too."""
    source = make_clip(tmp_path / f"source.{name}", rate="25", frames=60, clicks=CLICKS, audio="aac", fragmented=True)
    made = ingest(source, tmp_path / "out")
    assert clicks_in(made.path(made.main())) == [at + 1024 for at in CLICKS] == clicks_in(source)


@pytest.mark.parametrize(
    ("entries", "shift"),
    [
        ([(500, -1), (1900, 0)], 24_000),  # an empty edit: sound begins half a second after the picture
        ([(2000, 12_000)], -12_000),  # sound begins a quarter of a second into the track
        ([(1, -1), (2000, 12_000)], 48 - 12_000),
    ],
)
def test_edit_lists_of_the_sound(entries, shift, tmp_path):
    source = make_clip(tmp_path / "source.mov", rate="25", frames=60, clicks=CLICKS, audio="pcm")
    source.write_bytes(boxes.with_edit_list(source.read_bytes(), b"soun", entries))
    made = ingest(source, tmp_path / "out")
    expected = [at + shift for at in CLICKS if 0 <= at + shift < 115_200]
    assert clicks_in(made.path(made.main())) == expected


@pytest.mark.parametrize(
    ("audio", "rate"), [("pcm_s16le", 32_000), ("pcm_s16le", 44_100), ("pcm_s16le", 96_000), ("aac", 44_100)]
)
def test_other_sample_rates_do_not_drift_or_shift(audio, rate, tmp_path):
    seconds = [Fraction(1, 4), Fraction(3, 4), Fraction(9, 4)]
    source = tmp_path / "source.mov"
    with av.open(str(source), "w") as out:
        video = out.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        track = out.add_stream(audio, rate=rate)
        track.codec_context.layout = "mono"
        # The same chirp sampled at this rate: band-limited, so that its place between samples is defined.
        samples = np.zeros(rate * 3, np.float32)
        t = np.arange(rate // 100) / rate
        chirp = np.sin(2 * np.pi * (600 * t + 6400 / 0.02 * t**2)) * np.hanning(len(t)) ** 0.25
        for at in seconds:
            start = int(at * rate)
            samples[start : start + len(t)] = 0.8 * chirp
        for n in range(75):
            frame = av.VideoFrame(64, 48, "yuv420p")
            frame.pts, frame.time_base = n, Fraction(1, 25)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        sound = av.AudioFrame.from_ndarray(samples[None], "fltp", "mono")
        sound.sample_rate, sound.pts, sound.time_base = rate, 0, Fraction(1, rate)
        out.mux(track.encode(sound))
        out.mux(track.encode(None))
    made = ingest(source, tmp_path / "out")
    result, first, _ = heard(made.path(made.main()))
    assert first == 0
    # Chirps at other rates have the same shape in time but begin a fraction of a sample off: one sample of tolerance.
    found = find_clicks(result[0])
    assert len(found) == len(seconds)
    assert all(abs(at - int(second * 48_000)) <= 1 for at, second in zip(found, seconds, strict=True))


def test_sound_ends_with_the_picture(tmp_path):
    """Sound beyond the last frame would leave the player on no frame at all."""
    source = make_clip(tmp_path / "source.mov", rate="25", frames=120, clicks=[0, 100_000], audio="pcm")
    source.write_bytes(boxes.with_edit_list(source.read_bytes(), b"vide", [(2000, 0)]))
    made = ingest(source, tmp_path / "out")
    assert len(made.index) == 50
    samples, _, rate = heard(made.path(made.main()))
    assert 0 <= samples.shape[1] - 2 * rate < 2048  # the last packet's padding at most
    assert find_clicks(samples[0]) == [0]


def test_sound_shorter_than_the_picture(tmp_path):
    source = make_clip(tmp_path / "source.mov", rate="25", frames=120, clicks=[0, 40_000, 100_000], audio="pcm")
    source.write_bytes(boxes.with_edit_list(source.read_bytes(), b"soun", [(1000, 0)]))
    made = ingest(source, tmp_path / "out")
    assert made.main().frame_count == 120
    assert clicks_in(made.path(made.main())) == [0, 40_000]


def test_mono_keeps_its_level_and_comes_from_both_sides(tmp_path):
    source = make_clip(tmp_path / "source.mov", rate="25", frames=50, clicks=[20_000], audio="pcm")
    made = ingest(source, tmp_path / "out")
    samples, _, _ = heard(made.path(made.main()))
    assert samples.shape[0] == 2
    assert np.allclose(samples[0], samples[1], atol=0.02)
    part = samples[0, 20_000 : 20_000 + len(CLICK)]
    assert np.dot(part, CLICK) / np.dot(CLICK, CLICK) == pytest.approx(0.8, abs=0.03)


def test_surround_is_mixed_down(tmp_path):
    source = make_clip(tmp_path / "source.mov", rate="25", frames=50, clicks=[20_000], audio="pcm", audio_channels=6)
    made = ingest(source, tmp_path / "out")
    samples, _, _ = heard(made.path(made.main()))
    assert samples.shape[0] == 2
    assert find_clicks(samples[0]) == find_clicks(samples[1]) == [20_000]
    # Left, 0.707 centre, 0.707 surround, no low-frequency channel, not turned down: as browsers mix it themselves.
    part = samples[0, 20_000 : 20_000 + len(CLICK)]
    assert np.dot(part, CLICK) / np.dot(CLICK, CLICK) == pytest.approx(0.8 * (1 + 2 * 0.7071), rel=0.04)


TRACK = AudioTrack(0, 1, "pcm", "mono", 1, 48_000, 0, 1, 10, 1)


def run_clock(frames: list[tuple[int, int]], *, time_base: Fraction = Fraction(1, 48_000), limit: int = 10) -> np.ndarray:
    """Lay (time in ticks, samples) frames, each a ramp of its own number, on a clock; the run that comes out."""
    clock = TrackClock(TRACK, time_base, Fraction(0), Fraction(limit))
    blocks: list[SoundBlock] = []
    for number, (pts, count) in enumerate(frames, 1):
        frame = av.AudioFrame.from_ndarray(np.full((1, count), number / 16, np.float32), "fltp", "mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, pts, time_base
        blocks += clock.feed(frame)
    blocks += clock.flush()
    end = 0
    for block in blocks:
        assert block.start == end  # unbroken from 0 on
        end += block.samples.shape[1]
    run = np.concatenate([block.samples[0] for block in blocks]) if blocks else np.zeros(0, np.float32)
    assert len(run) == clock.end
    return np.round(run * 16).astype(int)


def test_a_gap_is_filled_with_silence():
    assert run_clock([(0, 1000), (3000, 500)]).tolist() == [1] * 1000 + [0] * 2000 + [2] * 500


def test_an_overlap_is_cut():
    assert run_clock([(0, 1000), (600, 1000)]).tolist() == [1] * 1000 + [2] * 600


def test_a_frame_wholly_overlapped_vanishes():
    assert run_clock([(0, 1000), (100, 200), (1000, 100)]).tolist() == [1] * 1000 + [3] * 100


def test_rounded_times_make_no_seams():
    milliseconds = [(round(n * 1024 / 48), 1024) for n in range(12)]
    run = run_clock(milliseconds, time_base=Fraction(1, 1000))
    assert run.tolist() == [n for n in range(1, 13) for _ in range(1024)]


def test_what_sounds_before_the_picture_is_cut():
    assert run_clock([(-1500, 1000), (-500, 1000)]).tolist() == [2] * 500


def test_a_late_start_begins_with_silence():
    assert run_clock([(700, 300)]).tolist() == [0] * 700 + [1] * 300


def test_an_absurd_gap_is_not_filled():
    assert len(run_clock([(0, 1000), (48_000 * 10**9, 1000)], limit=2)) == 96_000
    assert len(run_clock([(48_000 * 10**9, 1000)], limit=2)) == 96_000


def test_a_long_silence_comes_in_pieces():
    """A track that begins very late must not be one array of zeros."""
    clock = TrackClock(TRACK, Fraction(1, 48_000), Fraction(0), Fraction(36_000))
    frame = av.AudioFrame.from_ndarray(np.ones((1, 100), np.float32), "fltp", "mono")
    frame.sample_rate, frame.pts, frame.time_base = 48_000, 48_000 * 900, Fraction(1, 48_000)
    longest, end = 0, 0
    for block in (*clock.feed(frame), *clock.flush()):
        assert block.start == end
        end += block.samples.shape[1]
        longest = max(longest, block.samples.shape[1])
    assert end == 48_000 * 900 + 100
    assert longest < 48_000


def test_what_is_no_number_is_silence():
    data = np.array([[0.5, np.nan, np.inf, -np.inf]], np.float32)
    assert planar(av.AudioFrame.from_ndarray(data, "fltp", "mono")).tolist() == [[0.5, 0.0, 1.0, -1.0]]


@pytest.mark.parametrize(
    ("sample_format", "values"),
    [
        ("u8", [0, 128, 255]),
        ("s16", [-32768, 0, 16384]),
        ("s32", [-(2**31), 0, 2**30]),
        ("flt", [-1, 0, 0.5]),
        ("dbl", [-1, 0, 0.5]),
    ],
)
def test_every_sample_format_has_the_same_full_scale(sample_format, values):
    kinds = {"u8": np.uint8, "s16": np.int16, "s32": np.int32, "flt": np.float32, "dbl": np.float64}
    expected = [-1.0, 0.0, 127 / 128 if sample_format == "u8" else 0.5]
    for name in (sample_format, sample_format + "p"):
        channels = np.array([values, values[::-1]], kinds[sample_format])
        packed = channels if name.endswith("p") else np.ascontiguousarray(channels.T.reshape(1, -1))
        samples = planar(av.AudioFrame.from_ndarray(packed, name, "stereo"))
        assert samples.tolist() == [expected, expected[::-1]]


def test_clicks_helper_tells_a_shift():
    """The measuring stick itself: one sample off is seen."""
    assert find_clicks(click_track(4_000, [1_000])) == [1_000]
    assert find_clicks(np.roll(click_track(4_000, [1_000]), 1)) == [1_001]
