"""Beeps: short pure tones that begin and end at once, found anywhere in a track's stored sound."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.material import Rows
from media_pipeline.core.checks.sync_map.lines import Floats

PURE = 0.93  # of the energy lies in one line
SHORTEST, LONGEST = 0.012, 0.26  # seconds
AUDIBLE = -56.0  # dB
RISE = 12.0  # dB above what is heard just before
SUDDEN = 0.008  # seconds from a fifth to four fifths of its height
MOST = 2000
_CHUNK = 600_000  # milliseconds
_WINDOW, _STEP, _SIZE = 0.010, 0.004, 256
_AROUND = 0.3  # seconds that are asked how quiet they are


@dataclass(frozen=True)
class Tone:
    """Seconds from the first picture. Levels in dB; `quiet`: how far what is heard around it lies below (the lesser)."""

    at: float
    length: float
    hertz: float
    level: float
    quiet: float


def tones(mono: Rows, rms: NDArray[np.float16], rate: int, beat: Callable[[], None]) -> list[Tone]:
    """Every beep of a track. The beginning is where the envelope crosses half its height: to a tenth of a millisecond."""
    made: list[Tone] = []
    for first in range(0, len(rms), _CHUNK):
        beat()
        low = max(0, first - 30)
        power = np.square(rms[low : first + _CHUNK + 30].astype(np.float32))
        for at in _onsets(power):
            tone = _tone(mono, (low + at) / 1000, rate)
            if tone is not None and (not made or tone.at > made[-1].at + SHORTEST):
                made.append(tone)
            if len(made) >= MOST:
                return made
    return made


def _onsets(power: NDArray[np.float32]) -> list[int]:
    """Milliseconds at which the level rises at once."""
    if len(power) < 40:
        return []
    sums = np.concatenate([[0.0], np.cumsum(power, dtype=np.float64)])
    # A beep in the first milliseconds has nothing before it.
    padded = np.concatenate([np.zeros(25), sums])
    at = np.arange(len(power) - 8)
    before = (padded[at + 25 - 3] - padded[at]) / 22
    now = (sums[at + 8] - sums[at + 2]) / 6
    over = (now > before * 10 ** (RISE / 10)) & (now > 10 ** (AUDIBLE / 10))
    edges = np.flatnonzero(over & ~np.concatenate([[False], over[:-1]]))
    kept: list[int] = []
    for edge in edges.tolist():
        if not kept or edge - kept[-1] > 10:
            kept.append(edge)
    return kept


def _tone(mono: Rows, moment: float, rate: int) -> Tone | None:
    lead = 0.03
    begin = round((moment - lead) * rate)
    sound = _part(mono, begin, round((lead + LONGEST + 0.08) * rate))
    count, hop = round(_WINDOW * rate), round(_STEP * rate)
    windows = np.lib.stride_tricks.sliding_window_view(sound, count)[::hop]
    spectrum = np.abs(np.fft.rfft(windows * np.hanning(count), _SIZE, axis=1)) ** 2
    energy = spectrum[:, 2:].sum(axis=1)
    peak = spectrum[:, 2:].argmax(axis=1) + 2
    width = round(2.1 * _SIZE / count)
    columns = np.clip(peak[:, None] + np.arange(-width, width + 1), 0, spectrum.shape[1] - 1)
    share = np.take_along_axis(spectrum, columns, 1).sum(axis=1) / np.maximum(spectrum.sum(axis=1), 1e-9)
    first, last = round((lead - 0.006) * rate) // hop, round((lead + 0.015) * rate) // hop  # it begins here, whatever follows
    centre = first + int(np.argmax(np.where(share[first:last] > PURE, energy[first:last], 0)))
    pure = (share > PURE) & (energy > energy[centre] / 16) & (np.abs(peak - peak[centre]) <= 1)
    if not pure[centre]:
        return None
    # A second window of the same tone: a click has no line, a drum's line does not stay.
    if not (pure[max(0, centre - 1)] and pure[min(len(pure) - 1, centre + 1)]) and pure.sum() < 2:
        return None
    hertz = _frequency(spectrum[centre], int(peak[centre])) * rate / _SIZE
    if not 200 <= hertz <= 0.47 * rate:
        return None
    height = _envelope(sound, hertz, rate)
    top = float(np.median(height[centre * hop : centre * hop + count]))
    crossings = [_crossing(height, share * top, centre * hop + count // 2) for share in (0.2, 0.5, 0.8)]
    ends = _crossing(height[::-1], 0.5 * top, len(height) - 1 - centre * hop - count // 2)
    if None in crossings or ends is None:
        return None
    early, half, late = (value for value in crossings if value is not None)
    length = (len(height) - 1 - ends - half) / rate
    if late - early > SUDDEN * rate or not SHORTEST <= length <= LONGEST:
        return None
    at = (begin + half) / rate
    level = 20 * np.log10(max(top, 1e-3) / 32768 / 2**0.5)
    around = max(_loud(mono, at - _AROUND, at - 0.012, rate), _loud(mono, at + length + 0.012, at + length + _AROUND, rate))
    return Tone(at, length, hertz, float(level), float(level - around))


def _part(mono: Rows, first: int, count: int) -> Floats:
    made = np.zeros(count)
    low, high = max(0, first), min(len(mono), first + count)
    if high > low:
        made[low - first : high - first] = mono[low:high]
    return made


def _frequency(spectrum: Floats, peak: int) -> float:
    """The line's place between the bins: a parabola through three logarithms."""
    if not 0 < peak < len(spectrum) - 1:
        return float(peak)
    left, middle, right = np.log(spectrum[peak - 1 : peak + 2] + 1e-9)
    bend = left - 2 * middle + right
    return float(peak + (0.5 * (left - right) / bend if bend < 0 else 0.0))


def _envelope(sound: Floats, hertz: float, rate: int) -> Floats:
    """How high the tone of that frequency stands at every sample: demodulated, smoothed by 4 ms."""
    turned = sound * np.exp(-2j * np.pi * hertz / rate * np.arange(len(sound)))
    kernel = np.hanning(round(0.004 * rate) + 3)[1:-1]
    return np.asarray(2 * np.abs(np.convolve(turned, kernel / kernel.sum(), "same")), np.float64)


def _crossing(height: Floats, level: float, inside: int) -> float | None:
    """Where the curve rises through the level for the last time before the index `inside`, between samples."""
    below = np.flatnonzero(height[: inside + 1] < level)
    if not len(below) or below[-1] + 1 >= len(height):
        return None
    last = int(below[-1])
    return last + float((level - height[last]) / max(height[last + 1] - height[last], 1e-9))


def _loud(mono: Rows, begin: float, end: float, rate: int) -> float:
    """dB of full scale, root mean square; before the beginning and behind the end it is silent."""
    part = _part(mono, round(begin * rate), max(1, round((end - begin) * rate)))
    return float(10 * np.log10(np.mean(part * part) / 32768**2 + 1e-12))
