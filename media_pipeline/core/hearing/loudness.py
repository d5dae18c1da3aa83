"""Loudness by FFmpeg's EBU R128 meter, and true peaks."""

from fractions import Fraction

import av
import av.error
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

from media_pipeline.core.hearing.events import PEAK, event
from media_pipeline.core.sound import format_for, framed

PER_SECOND = 10  # values of the meter
OVERSHOOT = 1.6  # how far (4 dB) a true peak lies above the samples around it at the most, in practice
_TAPS = 24  # of each phase: flat to 0.1 dB up to 0.9 of Nyquist
_MOST = 256  # places of a block that are looked at more closely


class Meter:
    """Momentary (400 ms) and short-term (3 s) loudness of a track in LUFS, ten times a second, by the filter `ebur128`.

    Of channels without places the first two are measured, as they are what is heard of such a track (core.listening)."""

    def __init__(self, channels: int, rate: int, layout: str) -> None:
        self._rate = rate
        self._layout = _measurable(channels, layout)
        self._heard = av.AudioLayout(self._layout).nb_channels
        self._graph = Graph()
        base = Fraction(1, rate)
        source = self._graph.add_abuffer(format=format_for(self._heard), sample_rate=rate, layout=self._layout, time_base=base)
        meter = self._graph.add("ebur128", metadata="1", framelog="quiet")
        self._graph.link_nodes(source, meter, self._graph.add("abuffersink")).configure()
        self.values: list[tuple[float, float]] = []

    def add(self, start: int, samples: NDArray[np.float32]) -> None:
        frame = framed(samples[: self._heard], self._layout)
        frame.sample_rate, frame.pts, frame.time_base = self._rate, start, Fraction(1, self._rate)
        self._graph.push(frame)
        self._pull()

    def _pull(self) -> None:
        while True:
            try:
                frame = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            known = frame.metadata
            if "lavfi.r128.M" in known:
                self.values.append((_level(known["lavfi.r128.M"]), _level(known["lavfi.r128.S"])))


def _measurable(channels: int, layout: str) -> str:
    try:
        known = av.AudioLayout(layout)
    except ValueError:
        return "mono" if channels == 1 else "stereo"
    placed = all(not channel.name.startswith(("UNK", "USR", "NONE", "AMBI")) for channel in known.channels)
    return layout if placed and known.nb_channels == channels else "mono" if channels == 1 else "stereo"


def _level(text: str) -> float:
    value = float(text)
    return value if value > -120 else -120.0  # NaN and infinity are silence


class PeakFinder:
    """The true peak of every channel of a track: four times oversampled (ITU-R BS.1770-5, annex 2) around those samples from
    which a higher peak than the highest so far could rise."""

    def __init__(self, channels: int, rate: int) -> None:
        self._peaks = np.zeros(channels, np.float32)
        self._at = np.zeros(channels, np.int64)
        self._rest = np.zeros((channels, _TAPS), np.float32)
        self._first = -_TAPS  # sample of the first column of the rest
        self._kernels = _kernels()

    def add(self, samples: NDArray[np.float32]) -> None:
        joined = np.concatenate([self._rest, samples], axis=1)
        size = np.abs(joined)
        usable = joined.shape[1] - _TAPS
        for channel in np.flatnonzero(size.max(axis=1) * OVERSHOOT > self._peaks).tolist():
            self._look(channel, joined[channel], size[channel], usable)
        self._first += max(0, joined.shape[1] - 2 * _TAPS)
        self._rest = joined[:, -2 * _TAPS :].copy()

    def _look(self, channel: int, sound: NDArray[np.float32], size: NDArray[np.float32], usable: int) -> None:
        inner = size[_TAPS:usable]
        if not len(inner):
            return
        top = (inner >= size[_TAPS - 1 : usable - 1]) & (inner >= size[_TAPS + 1 : usable + 1])
        places = np.flatnonzero(top & (inner * OVERSHOOT > self._peaks[channel])) + _TAPS
        if len(places) > _MOST:
            places = places[np.argpartition(size[places], -_MOST)[-_MOST:]]
        if not len(places):
            return
        half = _TAPS // 2
        # Columns half … -half of a window lie around the sample; both of its sides are looked at.
        windows = sound[places[:, None] + np.arange(-half, half + 1)]
        after, before = np.abs(windows[:, 1:] @ self._kernels), np.abs(windows[:, :-1] @ self._kernels)
        best = np.maximum(size[places], np.maximum(after.max(axis=1), before.max(axis=1)))
        highest = int(best.argmax())
        if best[highest] > self._peaks[channel]:
            self._peaks[channel] = best[highest]
            self._at[channel] = self._first + int(places[highest])

    def finish(self) -> list[NDArray[np.void]]:
        self.add(np.zeros((len(self._peaks), 2 * _TAPS), np.float32))
        found = zip(self._at.tolist(), self._peaks.tolist(), strict=True)
        return [event(PEAK, channel, at, 1, peak) for channel, (at, peak) in enumerate(found)]


def _kernels() -> NDArray[np.float32]:
    """Windowed sinc (Kaiser, beta 7) at a quarter, a half and three quarters between the two middle samples, (taps, 3)."""
    at = np.arange(_TAPS)[:, None] - (_TAPS // 2 - 1) - np.array([0.25, 0.5, 0.75])[None]
    window = np.i0(7 * np.sqrt(np.clip(1 - (at / (_TAPS / 2)) ** 2, 0, None))) / np.i0(7)
    made = np.sinc(at) * window
    scaled: NDArray[np.float32] = (made / made.sum(axis=0)).astype(np.float32)
    return scaled
