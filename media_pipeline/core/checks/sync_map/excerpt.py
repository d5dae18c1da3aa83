"""Reading a stretch of a long recording at any moment and any speed, without ever holding more of it than that stretch."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

_TAPS = 16
_PHASES = 512  # a sixteenth of a microsecond at 8 kHz would need more; 1/512 sample is 0.25 µs
_HALF = _TAPS // 2


@cache
def _kernels() -> Samples:
    """Windowed sinc (Kaiser, beta 6) by phase, shape (_PHASES + 1, _TAPS): flat within 0.1 dB up to 0.8 of Nyquist."""
    phase = np.arange(_PHASES + 1)[:, np.newaxis] / _PHASES
    at = np.arange(_TAPS)[np.newaxis] - (_HALF - 1) - phase
    window = np.i0(6 * np.sqrt(np.clip(1 - (at / _HALF) ** 2, 0, None))) / np.i0(6)
    kernels = np.sinc(at) * window
    scaled: Samples = (kernels / kernels.sum(axis=1, keepdims=True)).astype(np.float32)
    return scaled


def excerpt(sound: NDArray[np.int16], start: float, count: int, step: float = 1.0) -> Samples:
    """`count` samples of `sound` at the positions start, start + step, … (in its samples, fractions allowed); silence where
    it has none. Full scale stays 32768."""
    if step == 1.0 and start == int(start):
        return _plain(sound, int(start), count)
    if step == 1.0:  # every sample lies between its neighbours alike: one kernel for all
        whole, phase = divmod(round((start - np.floor(start)) * _PHASES), _PHASES)
        part = _plain(sound, int(np.floor(start)) + whole - (_HALF - 1), count + _TAPS - 1)
        shifted: Samples = np.correlate(part, _kernels()[phase], "valid")
        return shifted
    positions = start + step * np.arange(count)
    first = int(np.floor(positions[0])) - _HALF
    part = _plain(sound, first, int(np.ceil(positions[-1])) + _HALF + 2 - first)
    phases = np.rint((positions - first) * _PHASES).astype(np.int64)
    wholes, each = phases // _PHASES, phases % _PHASES
    windows = np.lib.stride_tricks.sliding_window_view(part, _TAPS)
    read: Samples = np.einsum("nt,nt->n", windows[wholes - (_HALF - 1)], _kernels()[each])
    return read


def _plain(sound: NDArray[np.int16], first: int, count: int) -> Samples:
    read = np.zeros(count, np.float32)
    low, high = max(0, first), min(len(sound), first + count)
    if high > low:
        read[low - first : high - first] = sound[low:high]
    return read
