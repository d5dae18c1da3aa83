"""The demo's sound: the 2-pop, then pad, plucked notes, wind and bells, composed on frames so that sync can be heard."""

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 48000
SAMPLES_PER_FRAME = 2002  # 48000 · 1001 / 24000, exact
POP_LEVEL = 0.1  # -20 dBFS
POP_HERTZ = 1000

Signal = NDArray[np.float64]
CHORDS = (  # one for each shot: D minor 9, B flat major 7, F major 9
    (73.42, 146.83, 220.00, 261.63, 329.63),
    (58.27, 116.54, 174.61, 220.00, 293.66),
    (87.31, 130.81, 220.00, 261.63, 392.00),
)
NOTES = (440.00, 587.33, 698.46, 659.26, 523.25, 587.33, 783.99, 698.46)


def compose(frames: int, *, pop: int, shots: tuple[int, ...], bells: tuple[int, ...], chime: int) -> NDArray[np.float32]:
    """Stereo sound, shape (2, frames · SAMPLES_PER_FRAME). All positions are frames: the first of each shot, each bell,
    the falling star's chime. The 2-pop lasts exactly the frame `pop` and nothing else is heard before the first shot."""
    total = frames * SAMPLES_PER_FRAME
    dry = np.zeros((2, total))
    rng = np.random.default_rng(2)
    ends = (*shots[1:], frames)
    for chord, first, last in zip(CHORDS, shots, ends, strict=True):
        _add(dry, _pad(chord, last - first), first, pan=0.0)
        _add(dry, _boom(), first, pan=0.0, level=0.5)
    for k, at in enumerate(range(shots[0], frames - 24, 12)):  # a note each half second
        shot = sum(at >= first for first in shots) - 1
        pitch = NOTES[k % len(NOTES)] * (1.0, 0.7937, 0.8909)[shot]
        _add(dry, _pluck(pitch), at, pan=0.5 * np.sin(k * 1.7), level=0.20 if k % 4 else 0.30)
    for at in bells:
        _add(dry, _bell(294.0), at, pan=0.35, level=0.42)
    for k in range(6):
        _add(dry, _pluck(1174.7 * (1, 1.26, 1.498, 2, 2.52, 3)[k]), chime + 2 * k, pan=-0.6 + 0.25 * k, level=0.16)
    wet = _reverb(dry, rng)
    sound = dry + 0.55 * wet + _wind(total, shots[0] * SAMPLES_PER_FRAME, rng)
    begin = shots[0] * SAMPLES_PER_FRAME
    sound[:, :begin] = 0
    fade = 30 * SAMPLES_PER_FRAME
    sound[:, -fade:] *= np.cos(np.linspace(0, np.pi / 2, fade)) ** 2
    sound *= 0.5 / np.abs(sound).max()  # peaks at -6 dBFS
    time = np.arange(SAMPLES_PER_FRAME) / SAMPLE_RATE
    at = pop * SAMPLES_PER_FRAME
    sound[:, at : at + SAMPLES_PER_FRAME] = POP_LEVEL * np.sin(2 * np.pi * POP_HERTZ * time)
    return sound.astype(np.float32)


def late(sound: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """The same sound, `frames` late against the picture; its end falls off."""
    shifted = np.zeros_like(sound)
    shifted[:, frames * SAMPLES_PER_FRAME :] = sound[:, : -frames * SAMPLES_PER_FRAME]
    return shifted


def _add(mix: Signal, note: Signal, frame: int, *, pan: float, level: float = 1.0) -> None:
    """Mix a mono note in at a frame; `pan` from -1 (left) to 1, at constant power."""
    at = frame * SAMPLES_PER_FRAME
    note = note[: mix.shape[1] - at] * level
    angle = (pan + 1) * np.pi / 4
    mix[0, at : at + len(note)] += note * np.cos(angle) * np.sqrt(2)
    mix[1, at : at + len(note)] += note * np.sin(angle) * np.sqrt(2)


def _times(seconds: float) -> Signal:
    return np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _pad(chord: tuple[float, ...], frames: int) -> Signal:
    """A slow chord that swells at once and hands over to the next."""
    time = np.arange((frames + 20) * SAMPLES_PER_FRAME) / SAMPLE_RATE
    voice = np.zeros_like(time)
    for k, pitch in enumerate(chord):
        for detune in (-0.18, 0.21):
            phase = 2 * np.pi * (pitch + detune) * time + k
            voice += (np.sin(phase) + 0.32 * np.sin(2 * phase) + 0.12 * np.sin(3 * phase)) * (
                0.8 + 0.2 * np.sin(time * 0.9 + k)
            )
    attack, release = np.clip(time / 0.9, 0, 1), np.clip((time[-1] - time) / 0.8, 0, 1)
    return np.asarray(0.028 * voice * attack**1.5 * release)


def _pluck(pitch: float) -> Signal:
    """A soft struck string: overtones that die the sooner the higher they are."""
    time = _times(2.2)
    note = sum(np.sin(2 * np.pi * pitch * k * time) * np.exp(-time * (2.2 + 2.4 * k)) / k**1.4 for k in range(1, 6))
    return np.asarray(note * np.clip(time / 0.003, 0, 1))


def _bell(pitch: float) -> Signal:
    """Inharmonic partials of a church bell, with a hard strike on its first sample."""
    time = _times(4.0)
    partials = (
        (0.5, 0.6, 0.7),
        (1.0, 1.0, 0.9),
        (1.2, 0.7, 1.3),
        (1.5, 0.45, 1.6),
        (2.0, 0.8, 1.9),
        (2.74, 0.4, 3.1),
        (4.07, 0.3, 5.5),
    )
    return np.asarray(
        sum(level * np.cos(2 * np.pi * pitch * ratio * time) * np.exp(-time * decay) for ratio, level, decay in partials) * 0.4
    )


def _boom() -> Signal:
    time = _times(2.5)
    return np.asarray(
        np.sin(2 * np.pi * (46 * time + 9 * (1 - np.exp(-time * 9)))) * np.exp(-time * 2.3) * np.clip(time / 0.004, 0, 1)
    )


def _wind(total: int, begin: int, rng: np.random.Generator) -> Signal:
    """Low rushing air, slowly swelling, different on either side."""
    frequency = np.fft.rfftfreq(total, 1 / SAMPLE_RATE)
    shape = 1 / (1 + (frequency / 320) ** 2) * np.clip(frequency / 60, 0, 1)
    air = np.fft.irfft(np.fft.rfft(rng.standard_normal((2, total)), axis=1) * shape, total, axis=1)
    air /= air.std()
    time = np.arange(total) / SAMPLE_RATE
    return np.asarray(air * 0.016 * (0.7 + 0.3 * np.sin(time * 0.8)) * np.clip((np.arange(total) - begin) / 24000, 0, 1))


def _reverb(dry: Signal, rng: np.random.Generator) -> Signal:
    """A large hall: convolution with three seconds of decaying noise."""
    time = _times(3.0)
    impulse = rng.standard_normal((2, len(time))) * np.exp(-time * 2.4) * np.clip(time / 0.012, 0, 1)
    impulse /= np.sqrt((impulse**2).sum(axis=1, keepdims=True))
    size = 1 << (dry.shape[1] + impulse.shape[1]).bit_length()
    wet = np.fft.irfft(np.fft.rfft(dry, size) * np.fft.rfft(impulse, size), size)
    return np.asarray(wet[:, : dry.shape[1]])
