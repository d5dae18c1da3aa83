"""Sounds for the corpus that run on without a pause, and those that stop, gate, beat and fade as sounds do."""

import numpy as np
from numpy.typing import NDArray

from tests.checks.corpus_film import RATE, babble

Sound = NDArray[np.float32]


def running(seconds: float, seed: int, channels: int = 1) -> Sound:
    """Chords over coloured noise, another one in each channel, (n, channels): nothing in it ever stops."""
    rng = np.random.default_rng(seed + 5000)
    n = round(seconds * RATE)
    t = np.arange(n) / RATE
    hertz = np.fft.rfftfreq(n, 1 / RATE)
    made = np.empty((n, channels), np.float32)
    for channel in range(channels):
        bed = np.fft.irfft(np.fft.rfft(rng.standard_normal(n)) / (1 + hertz / 900) ** 0.7, n)
        chord = sum(
            np.sin(2 * np.pi * pitch * t + 2 * np.sin(2 * np.pi * rng.uniform(3, 6) * t)) for pitch in rng.uniform(110, 900, 4)
        )
        swell = 1 + 0.3 * np.sin(2 * np.pi * rng.uniform(0.1, 0.5) * t + rng.uniform(0, 6))
        made[:, channel] = 0.07 * swell * (bed / bed.std() + 0.4 * chord)
    return made


def cut(sound: Sound, at: float, seconds: float, channels: object = slice(None)) -> Sound:
    """Silence in its place."""
    made = sound.copy()
    made[round(at * RATE) : round((at + seconds) * RATE), channels] = 0  # type: ignore[index]  # any index of NumPy's
    return made


def again(sound: Sound, at: float, samples: int) -> Sound:
    """The samples before `at` once more, the rest later; the length stays."""
    first = round(at * RATE)
    return np.concatenate([sound[:first], sound[first - samples : first], sound[first:]])[: len(sound)]


def gated(seconds: float, seed: int, *, hard: bool) -> Sound:
    """Talk with the noise between words gated: closed softly, or hard once it is quiet."""
    talk = babble(seconds, seed)
    power = np.convolve(talk * talk, np.ones(960) / 960, "same")
    opened = power > 2e-4
    ends = np.flatnonzero(np.diff(opened.astype(np.int8)) == -1)
    gate = opened.astype(np.float64)
    for end in ends.tolist():
        hold = gate[end : end + 2400]
        hold[:] = np.maximum(hold, 1.0 if hard else np.linspace(1, 0, 2400)[: len(hold)])
    if not hard:
        rise = np.hanning(961)[:481] / np.hanning(961)[:481].sum()
        gate = np.convolve(gate, rise, "same")
    return (talk * np.clip(gate, 0, 1)).astype(np.float32)[:, np.newaxis]


def plucked(seconds: float, seed: int) -> Sound:
    """Notes of a plucked string with rests: sudden beginnings, ends that ring out or are damped."""
    rng = np.random.default_rng(seed + 6000)
    made = np.zeros(round(seconds * RATE))
    at = 0.2
    while at < seconds - 0.5:
        t = np.arange(round(0.45 * RATE)) / RATE
        pitch = 110 * 2 ** (rng.integers(0, 24) / 12)
        note = sum(np.sin(2 * np.pi * pitch * k * t) * np.exp(-t * (4 + 3 * k)) / k for k in range(1, 7))
        damp = rng.uniform(0.12, 0.4)
        note *= np.clip((damp - t) / 0.012, 0, 1)
        first = round(at * RATE)
        made[first : first + len(note)] += 0.2 * note
        at += float(rng.choice([0.125, 0.25, 0.375]))
    return made.astype(np.float32)[:, np.newaxis]


def drums(seconds: float, seed: int) -> Sound:
    """A drum machine: the same samples again and again."""
    rng = np.random.default_rng(seed + 7000)
    t = np.arange(round(0.2 * RATE)) / RATE
    kick = 0.5 * np.sin(2 * np.pi * (50 * t + 8 * (1 - np.exp(-40 * t)))) * np.exp(-12 * t)
    snare = 0.25 * rng.standard_normal(len(t)) * np.exp(-22 * t)
    hat = 0.12 * rng.standard_normal(len(t)) * np.exp(-70 * t)
    made = np.zeros(round(seconds * RATE) + len(t))
    step = 60 / rng.uniform(90, 140) / 4
    for n in range(int(seconds / step)):
        first = round(n * step * RATE)
        for hit, beat in ((kick, n % 8 == 0), (snare, n % 8 == 4), (hat, n % 2 == 0)):
            if beat:
                made[first : first + len(t)] += hit
    return made[: round(seconds * RATE)].astype(np.float32)[:, np.newaxis]


def stopping(seconds: float, seed: int) -> Sound:
    """Music that is cut off, is silent, begins again, and fades out."""
    made = running(seconds, seed, 2)
    n = len(made)
    made[n // 3 : n // 3 + round(0.7 * RATE)] = 0
    fade = n // 4
    made[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)[:, np.newaxis] ** 2
    return made


def dialled(seconds: float, seed: int) -> Sound:
    """A telephone's tones, and a metronome of 1 kHz: beeps that belong to no flash."""
    rng = np.random.default_rng(seed + 8000)
    made = rng.normal(0, 5e-4, round(seconds * RATE))
    for n in range(int(seconds * 2) - 1):
        first, t = round((0.5 * n + 0.2) * RATE), np.arange(round(0.08 * RATE)) / RATE
        pair = (697, 1209) if n % 3 else (1000, 1000)
        made[first : first + len(t)] += 0.1 * (np.sin(2 * np.pi * pair[0] * t) + np.sin(2 * np.pi * pair[1] * t))
    return made.astype(np.float32)[:, np.newaxis]
