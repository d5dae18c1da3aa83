"""Decoded audio, laid on the picture's clock: one unbroken run of samples per track from the first picture on."""

import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.plane import AudioPlane
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from media_pipeline.core.consumer import SoundBlock
from media_pipeline.core.summary import AudioTrack

_BLOCK_SECONDS = Fraction(1, 2)  # consumers are called this often: calls cost, samples hardly
_PLANES = 8
_TYPES = {name: np.dtype(kind) for name, kind in (("u8", "u1"), ("s16", "i2"), ("s32", "i4"), ("flt", "f4"), ("dbl", "f8"))}
_SCALES = {"u8": 128.0, "s16": 32768.0, "s32": 2147483648.0, "flt": 1.0, "dbl": 1.0}  # full scale


class TrackClock:
    """Places one track's decoded frames by their times.

    A frame that starts within the tolerance of where the last one ended follows it without a seam, for times are
    rounded to the container's ticks (Matroska's milliseconds). What is further off is taken at its word: silence
    fills a gap, an overlap is cut from the later frame. Nothing is filled or delivered beyond `limit`.
    """

    def __init__(self, track: AudioTrack, time_base: Fraction, origin: Fraction, limit: Fraction) -> None:
        self.rate = track.sample_rate
        self.end = 0  # samples delivered or pending so far
        self.filled = 0  # samples of silence put into gaps, the start apart
        self.cut = 0  # samples cut because they overlapped
        self.channels = track.channels
        self._layout = track.layout
        self._origin = origin
        self._time_base = time_base
        self._limit = int(limit * self.rate)
        self._tolerance = max(int(2 * time_base * self.rate), self.rate // 500)
        self._ticks = Fraction(0), 0, 0, 1  # of this time base: samples per tick, the origin's sample, over this
        self._begun = False
        self._pending: list[NDArray[np.float32]] = []
        self._pending_start = 0
        self._block = int(_BLOCK_SECONDS * self.rate)
        self._converter: AudioResampler | None = None

    def feed(self, frame: AudioFrame) -> Iterator[SoundBlock]:
        at = None
        if frame.pts is not None:
            at = self._sample_at(frame.pts, frame.time_base or self._time_base)
        for samples, follows in self._conform(frame):
            yield from self._place(samples, None if follows and self._begun else at)

    def flush(self) -> Iterator[SoundBlock]:
        if self._pending:
            block = np.concatenate(self._pending, axis=1) if len(self._pending) > 1 else self._pending[0]
            yield SoundBlock(self._pending_start, block)
            self._pending = []
            self._pending_start = self.end

    def _sample_at(self, pts: int, time_base: Fraction) -> int:
        """The nearest sample to a time. The same sum in fractions, for every frame of a long file, would be felt."""
        if time_base != self._ticks[0]:
            step, origin, whole = _over_one(time_base * self.rate, self._origin * self.rate)
            self._ticks = time_base, step, origin, whole
        _, step, origin, whole = self._ticks
        return (2 * (pts * step - origin) + whole) // (2 * whole)

    def _place(self, samples: NDArray[np.float32], at: int | None) -> Iterator[SoundBlock]:
        """`at`: where the file says the first sample belongs; None: right after the last."""
        if at is None or (self._begun and abs(at - self.end) <= self._tolerance):
            at = self.end
        if at < self.end:
            overlap = min(self.end - at, samples.shape[1])
            self.cut += overlap if self._begun else 0
            samples = samples[:, overlap:]
        elif at > self.end:
            gap = max(0, min(at, self._limit) - self.end)
            self.filled += gap if self._begun else 0
            while gap > 0:  # in pieces: a gap may be hours long
                piece = min(gap, self._block)
                yield from self._add(np.zeros((self.channels, piece), np.float32))
                gap -= piece
        self._begun = self._begun or samples.shape[1] > 0
        yield from self._add(samples[:, : max(0, self._limit - self.end)])

    def _add(self, samples: NDArray[np.float32]) -> Iterator[SoundBlock]:
        if samples.shape[1]:
            self._pending.append(samples)
            self.end += samples.shape[1]
        if self.end - self._pending_start >= self._block:
            yield from self.flush()

    def _conform(self, frame: AudioFrame) -> Iterator[tuple[NDArray[np.float32], bool]]:
        """The frame's samples, and whether they simply follow what was converted before. A stream may change its rate
        or layout midway; the track's are those of its start."""
        alike = frame.sample_rate == self.rate and frame.layout.nb_channels == self.channels
        if alike and frame.format.name.rstrip("p") in _SCALES:
            yield planar(frame), False
            return
        if self._converter is None:
            self._converter = AudioResampler(format="fltp", layout=self._layout or frame.layout.name, rate=self.rate)
        frame.pts = None
        try:
            converted = self._converter.resample(frame)
        except ValueError:  # it changed once more: what the converter still held is lost, a millisecond at most
            self._converter = None
            return
        for part in converted:
            yield planar(part), True


def framed(samples: NDArray[np.float32], layout: str) -> AudioFrame:
    """A frame of these samples, (channels, n); its format is `format_for(channels)`."""
    kind = format_for(len(samples))
    data = samples if kind == "fltp" else samples.T.reshape(1, -1)
    return AudioFrame.from_ndarray(np.ascontiguousarray(data, np.float32), kind, layout)


def format_for(channels: int) -> str:
    """Planar, or interleaved for eight channels and more, whose planes PyAV 18.1 would write beyond their number."""
    return "fltp" if channels < _PLANES else "flt"


def planar(frame: AudioFrame) -> NDArray[np.float32]:
    """Samples as float32, shape (channels, n), full scale ±1. What is no number in a float file is silence."""
    kind = frame.format.name.rstrip("p")
    channels = frame.layout.nb_channels
    if not frame.format.is_planar:
        data = frame.to_ndarray().reshape(-1, channels).T
    elif channels < _PLANES:
        data = frame.to_ndarray()
    else:  # PyAV 18.1 does not know where a frame's planes end if there are eight or more: it reads on into nothing
        planes = (AudioPlane(frame, channel) for channel in range(channels))
        data = np.stack([np.frombuffer(memoryview(plane), _TYPES[kind], frame.samples) for plane in planes])
    if kind in ("flt", "dbl"):
        samples = np.ascontiguousarray(data, np.float32)
        return samples if np.isfinite(samples).all() else np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)
    if kind == "u8":
        return (data.astype(np.float32) - 128.0) / np.float32(128.0)
    return np.ascontiguousarray(data * (1.0 / _SCALES[kind]), np.float32)


def _over_one(*values: Fraction) -> tuple[int, ...]:
    """Numerators over the least common denominator, and that denominator."""
    common = math.lcm(*(value.denominator for value in values))
    return *(value.numerator * (common // value.denominator) for value in values), common
