"""A mixdown of sound alone as a reference, opened by the command line's path; an upload of it is still refused."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from media_pipeline.core import allow, probe, sound_file
from media_pipeline.core.checks import local
from media_pipeline.core.errors import MediaError
from tests.checks.films import HIGH, speech
from tests.media import make_clip


@pytest.fixture(scope="module")
def voice():
    return speech(6).astype(np.float32)


def write(path: Path, voice, codec: str) -> Path:
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream(codec, rate=HIGH, layout="mono")
        resampler = av.AudioResampler(stream.codec_context.format.name, "mono", HIGH)
        for start in range(0, len(voice), 4608):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(voice[None, start : start + 4608]), "fltp", "mono")
            frame.sample_rate, frame.pts, frame.time_base = HIGH, start, Fraction(1, HIGH)
            for part in resampler.resample(frame):
                out.mux(stream.encode(part))
        for part in resampler.resample(None):
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("suffix", "codec"), [("wav", "pcm_s24le"), ("aiff", "pcm_s16be"), ("flac", "flac"), ("m4a", "aac"), ("mp3", "libmp3lame")]
)
def test_its_sound_begins_where_it_began(tmp_path, voice, suffix, codec):
    path = write(tmp_path / f"mix.{suffix}", voice, codec)
    material = local.open_reference(path)
    assert len(material.index) == 0
    local.decode(material, tmp_path / "work", lambda what, done, total: None)
    stored = material.stored.mono(0).astype(float)
    whole = np.interp(np.arange(len(stored)) * 6, np.arange(len(voice)), voice)
    size = len(stored) + len(whole)
    lags = np.fft.irfft(np.fft.rfft(stored, size) * np.conj(np.fft.rfft(whole, size)), size)
    assert int(np.argmax(lags)) in (0, 1, size - 1), "to a sample of 8 kHz"


def test_an_upload_of_sound_alone_is_still_refused(tmp_path, voice):
    path = write(tmp_path / "mix.wav", voice, "pcm_s16le")
    with pytest.raises(MediaError) as refused:
        probe.inspect(str(path))
    assert refused.value.code == "format_refused"
    assert "wav" not in allow.container_options()["format_whitelist"].split(",")


def test_what_holds_nothing_is_said_as_ever(tmp_path):
    (tmp_path / "script.wav").write_bytes(b"ffconcat version 1.0\nfile /etc/passwd\n")
    with pytest.raises(MediaError) as refused:
        local.open_reference(tmp_path / "script.wav")
    assert refused.value.code == "format_refused"
    silent = make_clip(tmp_path / "silent.mp4", rate="25", frames=10)
    with pytest.raises(MediaError) as empty:
        sound_file.inspect(str(silent))
    assert empty.value.code == "no_sound"
