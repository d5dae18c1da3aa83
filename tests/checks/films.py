"""Made-up films for the reference check: moving textures with cuts as luma grids, syllables of noise as sound. No files."""

import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.material import Features, Material
from media_pipeline.core.rate import MONO_RATE
from media_pipeline.core.summary import AudioTrack
from tests.checks.bench import timed

HIGH = 48_000
Grids = NDArray[np.uint8]
Sound = NDArray[np.int16]


def film(frames: int, seed: int = 0, *, speed: float = 1.0, shot: int = 75) -> Grids:
    """Luma grids, shape (frames, 18, 32): textures that pan, a cut every `shot` frames or so."""
    rng = np.random.default_rng(seed)
    grids = np.empty((frames, 18, 32), np.uint8)
    done = 0
    while done < frames:
        length = min(int(rng.integers(shot // 2, shot * 2)), frames - done)
        spectrum = np.fft.rfft2(rng.standard_normal((64, 256)))
        far = np.hypot(np.fft.fftfreq(64)[:, None], np.fft.rfftfreq(256)[None])
        texture = np.fft.irfft2(spectrum / (0.02 + far) ** 1.2, (64, 256))
        texture = (texture - texture.min()) / np.ptp(texture) * rng.uniform(80, 200) + 16
        across, down = rng.choice([-1, 1]) * rng.uniform(0.15, 0.4) * speed, rng.uniform(-0.1, 0.1) * speed
        left, top = rng.uniform(60, 120), rng.uniform(10, 30)
        for k in range(length):
            x, y = left + across * k, top + down * k
            column, row = int(np.floor(x)), int(np.floor(y))
            part = texture[np.ix_((np.arange(19) + row) % 64, (np.arange(33) + column) % 256)]
            part = (1 - y + row) * part[:-1] + (y - row) * part[1:]
            part = (1 - x + column) * part[:, :-1] + (x - column) * part[:, 1:]
            grids[done + k] = np.clip(np.rint(part), 16, 235)
        done += length
    return grids


def encoded(grids: Grids, seed: int = 1, *, levels: float = 1.0) -> Grids:
    """As another encoder would leave it: a little noise."""
    noise = np.random.default_rng(seed).standard_normal(grids.shape) * levels
    return np.clip(np.rint(grids + noise), 16, 235).astype(np.uint8)


def graded(grids: Grids) -> Grids:
    """Another gamma, gain and lift, and a running number burned in."""
    shares = ((grids.astype(float) - 16) / 219) ** 0.8
    made = np.clip(np.rint(shares * 0.85 * 219 + 20), 16, 235).astype(np.uint8)
    made[:, 15:17, 10:22] = np.random.default_rng(3).integers(180, 235, (len(made), 2, 12))
    return made


def speech(seconds: float, seed: int = 0) -> NDArray[np.float64]:
    """Syllables and pauses of coloured noise at HIGH, half of full scale."""
    rng = np.random.default_rng(seed)
    count = round(seconds * HIGH)
    hertz = np.fft.rfftfreq(count, 1 / HIGH)
    noise = np.fft.irfft(np.fft.rfft(rng.standard_normal(count)) / (1 + (hertz / 800) ** 1.2), count)
    loudness = np.zeros(count)
    begin = 0.0
    while begin < seconds:
        length = rng.uniform(0.08, 0.4)
        level = rng.uniform(0.05, 1) ** 2 if rng.random() > 0.25 else 0.0
        first, last = round(begin * HIGH), round((begin + length) * HIGH)
        part = loudness[first:last]
        part[:] = level * np.hanning(last - first)[: len(part)]
        begin += 0.9 * length
    sound = noise * loudness
    return np.asarray(sound / np.abs(sound).max() / 2)


def heard(sound: NDArray[np.float64], *, late: float = 0.0, speed: float = 1.0) -> Sound:
    """As the decode pass stores it: mono at 8 kHz; `late` seconds late, played `speed` times as fast."""
    count = len(sound)
    spectrum = np.fft.rfft(sound)
    spectrum[np.fft.rfftfreq(count, 1 / HIGH) > 3900] = 0
    smooth = np.fft.irfft(spectrum, count)
    step = HIGH // MONO_RATE
    at = np.arange(int(count / step / speed)) * step * speed - late * HIGH * speed
    read: Sound = np.rint(np.interp(at, np.arange(count), smooth, left=0, right=0) * 32767).astype(np.int16)
    return read


def recoded(sound: NDArray[np.float64], bit_rate: int = 48_000) -> NDArray[np.float64]:
    """Through AAC at a low rate, its priming taken off by the decoder's own times."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=HIGH, layout="mono", bit_rate=bit_rate)
        for start in range(0, len(sound), 4800):
            part = np.ascontiguousarray(sound[None, start : start + 4800], np.float32)
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = HIGH, start, Fraction(1, HIGH)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    read = np.zeros(len(sound))
    file.seek(0)
    with av.open(file, "r") as container:
        for decoded in container.decode(audio=0):
            at = round(float((decoded.pts or 0) * (decoded.time_base or 0)) * HIGH)
            block = decoded.to_ndarray()[0]
            first, last = max(0, at), min(len(read), at + len(block))
            read[first:last] = block[first - at : last - at]
    return read


def noisy(sound: Sound, seed: int = 9) -> Sound:
    """At a signal-to-noise ratio of 0 dB."""
    noise = np.random.default_rng(seed).standard_normal(len(sound)) * sound.astype(float).std()
    mixed: Sound = np.clip(np.rint(sound + noise), -32768, 32767).astype(np.int16)
    return mixed


def material(folder: Path, grids: Grids, *tracks: Sound, rate: str = "25") -> Material:
    """What stage C reads, as if that had been decoded."""
    folder.mkdir()
    base = 1 / Fraction(rate) / 10
    made = timed(np.arange(len(grids)) * 10, base, declared=rate)
    files = {"luma-32x18": folder / "luma.npy"}
    np.save(files["luma-32x18"], grids)
    for number, track in enumerate(tracks):
        files[f"audio-{number}"] = folder / f"audio-{number}.npy"
        np.save(files[f"audio-{number}"], track)
    audio = tuple(
        AudioTrack(number, number + 1, "pcm_s16le", "mono", 1, HIGH, 0, 1, len(track), MONO_RATE)
        for number, track in enumerate(tracks)
    )
    return replace(made, summary=replace(made.summary, audio=audio), features=Features(files))
