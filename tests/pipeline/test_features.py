"""Fingerprints and features: exact where they say so, one per frame, on the picture's clock."""

from fractions import Fraction

import av
import numpy as np
import pytest

from media_pipeline.core.features import ArrayFile
from media_pipeline.core.fingerprint import Grids, PointSampler, describe
from media_pipeline.core.picture import Picture, Scalers
from tests.media import make_clip
from tests.pipeline.ingest import ingest


def load(made, label):
    return np.load(made.path(made.one("features", label)), mmap_mode="r")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("features")
    source = make_clip(
        folder / "source.mov", rate="25", frames=150, codec="mjpeg", audio=["pcm", "pcm24"], clicks=[24_000, 96_000]
    )
    return ingest(source, folder / "out")


def test_shapes_and_lengths(made):
    assert load(made, "luma-32x18").shape == (150, 18, 32)
    assert load(made, "luma-64x36").shape == (150, 36, 64)
    assert load(made, "frames").shape == (150,)
    for track in (0, 1):
        assert abs(len(load(made, f"audio-{track}")) - 6 * 8000) <= 1
        assert len(load(made, f"rms-{track}")) == 6000


def exact_means(luma, columns, rows):
    """Area means with fractional cells, in floating point: the definition."""

    def weights(cells, size):
        matrix = np.zeros((cells, size))
        for cell in range(cells):
            low, high = cell * size / cells, (cell + 1) * size / cells
            for pixel in range(int(low), min(size, int(np.ceil(high)))):
                matrix[cell, pixel] = min(high, pixel + 1) - max(low, pixel)
        return matrix / matrix.sum(axis=1, keepdims=True)

    return weights(rows, luma.shape[0]) @ luma @ weights(columns, luma.shape[1]).T


@pytest.mark.parametrize(
    "size", [(1280, 720), (1280, 536), (640, 268), (960, 720), (406, 720), (720, 576), (16, 16), (2, 2), (66, 38)]
)
def test_grids_cover_the_picture_exactly(size):
    """Also where the size is no multiple of the grid: cropping to one would change every cell of a rescaled copy."""
    rng = np.random.default_rng(3)
    smooth = np.clip(np.cumsum(rng.normal(0, 3, (size[1], size[0])), axis=1) % 220 + 16, 16, 235).astype(np.uint8)
    frame = av.VideoFrame.from_ndarray(np.concatenate([smooth, np.full((size[1] // 2, size[0]), 128, np.uint8)]), "yuv420p")
    picture = Picture(frame, Scalers())
    coarse, fine = Grids(*size).of(picture)
    assert np.abs(coarse - exact_means(smooth, 32, 18)).max() <= 0.51
    assert np.abs(fine - exact_means(smooth, 64, 36)).max() <= 0.51


def test_points_are_single_samples_at_cell_centres():
    luma = np.arange(720 * 1280, dtype=np.uint32).reshape(720, 1280).astype(np.uint8)
    frame = av.VideoFrame.from_ndarray(np.concatenate([luma, np.zeros((360, 1280), np.uint8)]), "yuv420p")
    points = PointSampler(1280, 720).sample(Picture(frame, Scalers()))
    assert np.array_equal(points, luma[4::8, 4::8])


def test_frame_records():
    fine = np.arange(36 * 64, dtype=np.uint8).reshape(36, 64)
    still = np.zeros((90, 160), np.uint8)
    moved = still.copy()
    moved[10:20, 30:40] = 50  # exactly one of the 16 x 9 blocks
    moved[0, 0] = 2
    assert describe(fine, still, None, 0)[3:6] == (0.0, 0.0, 0)
    mean, low, high, change, block, count, state = describe(fine, moved, still, 3)
    assert (low, high, count, state) == (0, 255, 100, 3)
    assert mean == pytest.approx(fine.mean())
    assert change == pytest.approx((100 * 50 + 2) / 14_400)
    assert block == 50.0
    assert describe(fine, still, moved, 0)[3:5] == (change, block)


def test_sound_is_on_the_pictures_clock(made):
    for track in (0, 1):
        rms = load(made, f"rms-{track}").astype(float)
        loud = np.flatnonzero(rms > 0.05)
        assert set(loud.tolist()) <= set(range(500, 511)) | set(range(2000, 2011))
        assert {500, 2000} <= set(loud.tolist())
        mono = load(made, f"audio-{track}").astype(float) / 32768
        heard = np.flatnonzero(np.abs(mono) > 0.1)
        assert 4_000 <= heard[0] <= 4_010
        assert 16_000 <= heard[heard > 10_000][0] <= 16_010


def test_milliseconds_of_a_rate_that_has_no_whole_ones(tmp_path):
    """44.1 kHz: no millisecond is lost or counted twice over a minute."""
    source = tmp_path / "source.mov"
    with av.open(str(source), "w") as out:
        video = out.add_stream("mjpeg", rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuvj420p"
        track = out.add_stream("pcm_s16le", rate=44_100)
        track.codec_context.layout = "mono"
        for n in range(100):
            frame = av.VideoFrame(64, 48, "yuv420p")
            frame.pts, frame.time_base = n, Fraction(1, 25)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        loudness = np.repeat(np.arange(4) * 0.2, 44_100).astype(np.float32)
        sound = av.AudioFrame.from_ndarray((loudness * 32767).astype(np.int16)[None], "s16", "mono")
        sound.sample_rate, sound.pts, sound.time_base = 44_100, 0, Fraction(1, 44_100)
        out.mux(track.encode(sound))
        out.mux(track.encode(None))
    made = ingest(source, tmp_path / "out")
    rms = load(made, "rms-0").astype(float)
    assert len(rms) == 4_000
    assert np.allclose(rms, np.repeat(np.arange(4) * 0.2, 1000), atol=0.001)


def test_arrays_are_plain_npy(tmp_path):
    file = ArrayFile(tmp_path / "a.npy", np.dtype("<i2"), (3,))
    file.append(np.arange(6).reshape(2, 3))
    file.append(np.arange(3).reshape(1, 3))
    file.finish()
    assert np.load(tmp_path / "a.npy").tolist() == [[0, 1, 2], [3, 4, 5], [0, 1, 2]]
    assert (tmp_path / "a.npy").read_bytes()[:8] == b"\x93NUMPY\x01\x00"
