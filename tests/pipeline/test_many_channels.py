"""Sound of eight channels and more, which PyAV's own conversions read beyond its end."""

import io

import av
import numpy as np
import pytest

from media_pipeline.core.corrections.sound import frame_of
from media_pipeline.core.sound import format_for, framed, planar

LEVELS = np.array([0.3, 0.2, 0.1, 0.05, 0.25, 0.15, 0.08, 0.04], np.float32)


def sevenone(codec):
    """A second of 7.1, a low tone at a level of its own in each channel, written and read back."""
    tones = (LEVELS[:, None] * np.sin(np.arange(48_000) / 48_000 * 2 * np.pi * 60)).astype(np.float32)
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as out:
        stream = out.add_stream(codec, rate=48_000)
        stream.codec_context.layout = "7.1"
        stream.bit_rate = 768_000
        resampler = av.AudioResampler(format=stream.codec_context.format.name, layout="7.1", rate=48_000)
        frame = framed(tones, "7.1")
        frame.sample_rate, frame.pts = 48_000, 0
        for part in resampler.resample(frame):
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    file.seek(0)
    with av.open(file, "r") as clip:
        return np.concatenate([planar(frame) for frame in clip.decode(audio=0)], axis=1)


@pytest.mark.parametrize("codec", ["aac", "pcm_s24le", "flac"])
def test_seven_point_one_is_read_channel_by_channel(codec):
    heard = sevenone(codec)
    assert heard.shape[0] == 8
    usual = np.sqrt((heard[:, 8000:40_000] ** 2).mean(axis=1) * 2)
    assert usual == pytest.approx(LEVELS, rel=0.1)


@pytest.mark.parametrize(("channels", "layout"), [(2, "stereo"), (6, "5.1"), (8, "7.1"), (16, "hexadecagonal")])
def test_frames_hold_what_they_were_made_of(channels, layout):
    samples = np.random.default_rng(2).standard_normal((channels, 480)).astype(np.float32)
    frame = framed(samples, layout)
    assert frame.format.name == format_for(channels)
    assert np.array_equal(planar(frame), samples)


@pytest.mark.parametrize("kind", ["fltp", "flt", "s16p", "s32p"])
@pytest.mark.parametrize(("channels", "layout"), [(6, "5.1"), (8, "7.1"), (16, "hexadecagonal")])
def test_corrected_sound_is_handed_to_encoders_in_their_format(kind, channels, layout):
    samples = (np.random.default_rng(3).integers(-30_000, 30_000, (channels, 480)) / 32_768).astype(np.float32)
    frame = frame_of(samples, kind, layout, 48_000)
    assert (frame.format.name, frame.sample_rate, frame.samples) == (kind, 48_000, 480)
    assert planar(frame) == pytest.approx(samples, abs=1e-9)
