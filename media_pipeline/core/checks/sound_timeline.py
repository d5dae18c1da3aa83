"""How a track's packets lie on its timeline: what each decodes to, against when the next one begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.packet_arrays import NO_TIME, StreamPackets
from media_pipeline.core.pictures import unwrapped

ROUNDING_MS = 2.1  # two neighbours, each rounded to a millisecond tick by a writer that is 1.1 ms off at most
TOGETHER_MS = 150.0  # odd packets closer than this belong to one event
_VARIABLE = frozenset({"vorbis", "wmav2", "wmapro"})  # packets of unequal length, which no container tells exactly


@dataclass(frozen=True)
class SoundTimeline:
    """Milliseconds. `events`: (seconds on the container's clock, gap > 0 or overlap < 0, odd packets) in order."""

    packets: int
    events: tuple[tuple[Fraction, float, int], ...]
    surplus: float  # sound that the packets decode to beyond the timeline they lie on; of what the file plays, not priming

    @property
    def odd(self) -> int:
        return sum(count for _, _, count in self.events)


def lay(stream: StreamPackets) -> SoundTimeline | None:
    """None where packets have no times or no known length."""
    times = stream.times
    if len(times) < 3 or bool(np.any(times == NO_TIME)) or stream.codec in _VARIABLE or not stream.sample_rate:
        return None
    times = unwrapped(times)
    tick_ms = float(stream.time_base * 1000)
    steps = np.diff(times) * tick_ms
    lengths = _lengths(stream, steps, tick_ms)
    if lengths is None:
        return None
    errors = steps - lengths[:-1]
    tolerance = max(ROUNDING_MS, 1.05 * tick_ms)
    odd = np.flatnonzero(np.abs(errors) > tolerance)
    surplus = float(lengths[:-1].sum() - steps.sum())
    return SoundTimeline(len(times), _grouped(odd, steps, errors, times, stream.time_base), surplus)


def _lengths(stream: StreamPackets, steps: NDArray[np.float64], tick_ms: float) -> NDArray[np.float64] | None:
    """What each packet decodes to. Containers round durations, so an exact frame length goes before them; HE-AAC may report
    half of it."""
    usual = float(np.median(steps))
    if stream.frame_size and not stream.codec.startswith("pcm_"):
        exact = 1000 * stream.frame_size / stream.sample_rate
        for factor in (1, 2):
            if abs(usual / (factor * exact) - 1) < 0.06 or abs(usual - factor * exact) <= 1.05 * tick_ms:
                return np.full(len(stream), factor * exact)
    if stream.sample_bytes:
        return stream.size / stream.sample_bytes * (1000 / stream.sample_rate)
    if not bool(np.all(stream.duration[:-1] > 0)):
        return None
    return stream.duration.astype(np.float64) * tick_ms


def _grouped(
    odd: NDArray[np.int64], steps: NDArray[np.float64], errors: NDArray[np.float64], times: NDArray[np.int64], base: Fraction
) -> tuple[tuple[Fraction, float, int], ...]:
    if not len(odd):
        return ()
    at_ms = times[odd + 1] * float(base * 1000)
    groups = np.split(odd, np.flatnonzero(np.diff(at_ms) > TOGETHER_MS) + 1)

    def begins(packet: int) -> Fraction:
        """Where the sound before a gap ends, or where what overlaps it begins."""
        length_ms = float(steps[packet] - max(0.0, errors[packet]))
        return (int(times[packet]) + round(length_ms / float(base * 1000))) * base

    return tuple((begins(int(group[0])), float(errors[group].sum()), len(group)) for group in groups)


def regular(frames: Sequence[int], *, first: int = 0) -> int | None:
    """The spacing if these frames lie at equal distances (within 2 % and two frames; the last may be nearer), else None."""
    steps = np.diff([first, *frames])
    if len(steps) < 2:
        return None
    usual = float(np.median(steps))
    return round(usual) if usual > 0 and bool(np.all(np.abs(steps - usual) <= max(2.0, 0.02 * usual))) else None
