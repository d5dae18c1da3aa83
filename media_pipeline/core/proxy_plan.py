"""Which proxies are made of a source: sizes, times, encoder settings. Pure; nothing here decodes."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.summary import Summary

GOP = 12  # a key frame every so many: a seek decodes twelve pictures at the most
VARIABLE_TIMESCALE = 90_000
_SMALLEST_TIMESCALE = 10_000
_LARGEST_TIMESCALE = 1_000_000


@dataclass(frozen=True)
class ProxyPlan:
    """Settings of a pass. `heights`: of the rungs for landscape pictures, the first is the one shown by default."""

    heights: tuple[int, ...] = (720, 360)
    crf: int = 23
    preset: str = "veryfast"
    audio_bit_rate: int = 128_000


@dataclass(frozen=True)
class Rung:
    label: str
    width: int
    height: int


@dataclass(frozen=True)
class FrameTimes:
    """When each frame of a proxy is shown: ticks of 1/timescale, the first at 0, strictly increasing."""

    timescale: int
    times: NDArray[np.int64]
    last_duration: int
    rate: Fraction
    variable: bool

    def __len__(self) -> int:
        return len(self.times)

    def end(self, count: int | None = None) -> int:
        """The tick at which the first `count` frames (all by default) are over."""
        if count is None or count >= len(self.times):
            return int(self.times[-1]) + self.last_duration
        return int(self.times[count])

    def head(self, count: int) -> "FrameTimes":
        """The first `count` frames."""
        last = self.end(count) - int(self.times[count - 1])
        return FrameTimes(self.timescale, self.times[:count], last, self.rate, self.variable)


def x264_options(plan: ProxyPlan) -> dict[str, str]:
    """Options of libx264. No look-ahead: in groups of twelve the macroblock tree costs more bits than it saves (measured:
    the same PSNR at 4 % fewer bits and 15 % less CPU without it, at CRF 24 against 22), and packet n comes with picture n,
    so that the first preview is not held back."""
    return {
        "preset": plan.preset,
        "profile": "high",
        "crf": str(plan.crf),
        "x264-params": f"keyint={GOP}:min-keyint={GOP}:scenecut=0:open-gop=0:bframes=0:mbtree=0:rc-lookahead=0",
    }


def frame_times(index: FrameIndex) -> FrameTimes:
    """Times of the proxy's frames: the grid of the nominal rate if no source time is more than a quarter of a frame
    off it (then frame i is at exactly i / rate), else the source's times less the first, in 1/90000."""
    count = len(index)
    scale = grid_timescale(index.rate)
    if scale is not None and _fits_grid(index):
        step = scale * index.rate.denominator // index.rate.numerator
        times = np.arange(count, dtype=np.int64) * step
        return FrameTimes(scale, times, step, index.rate, variable=False)
    ticks = [int(pts) - int(index.pts[0]) for pts in index.pts]
    factor = index.time_base * VARIABLE_TIMESCALE
    exact = [(tick * factor.numerator * 2 + factor.denominator) // (factor.denominator * 2) for tick in ticks]
    times = np.array(exact, dtype=np.int64)
    for i in range(1, count):  # finer source clocks may round two times onto one tick
        if times[i] <= times[i - 1]:
            times[i] = times[i - 1] + 1
    last = max(1, round(index.last_duration * factor))
    return FrameTimes(VARIABLE_TIMESCALE, times, last, index.rate, variable=True)


def grid_timescale(rate: Fraction) -> int | None:
    """Ticks per second in which every frame of the rate starts on a tick; None if only an absurd number would do."""
    scale = rate.numerator
    while scale < _SMALLEST_TIMESCALE:
        scale *= 2
    return scale if scale <= _LARGEST_TIMESCALE else None


def _fits_grid(index: FrameIndex) -> bool:
    # |(pts - pts0)·tb − n/rate| ≤ 1/(4·rate), in integers: all terms times 4·rate·tb's denominators.
    per_tick = index.time_base * index.rate  # frames per tick
    num, den = per_tick.numerator, per_tick.denominator
    ticks = index.pts - index.pts[0]
    if int(ticks[-1]) * num * 4 > np.iinfo(np.int64).max:
        exact = [abs(int(tick) * num - n * den) * 4 <= den for n, tick in enumerate(ticks)]
        return all(exact)
    off = np.abs(ticks * num - np.arange(len(ticks), dtype=np.int64) * den)
    return bool((off * 4 <= den).all())


def display_size(summary: Summary) -> tuple[int, int]:
    """The upright picture in square pixels, never taller or wider than its samples call for."""
    width, height = summary.width, summary.height
    if summary.sar_num > 0 and summary.sar_den > 0:
        width = max(1, round(Fraction(width * summary.sar_num, summary.sar_den)))
    return (height, width) if summary.rotation in (90, 270) else (width, height)


def rungs(summary: Summary, plan: ProxyPlan) -> tuple[Rung, ...]:
    """The sizes to make, largest first: each fits a 16:9 box (9:16 for portrait) of its height, is never larger than
    the source, and even. Rungs that would come out alike are made once."""
    width, height = display_size(summary)
    made: list[Rung] = []
    for rung in sorted(plan.heights, reverse=True):
        long_side = rung * 16 // 9
        box = (long_side, rung) if width >= height else (rung, long_side)
        scale = min(Fraction(1), Fraction(box[0], width), Fraction(box[1], height))
        size = _even(width * scale), _even(height * scale)
        label = f"{rung}p" if scale < 1 or min(size) == rung else f"{min(size)}p"
        if all((other.width, other.height) != size for other in made):
            made.append(Rung(label, *size))
    return tuple(made)


def _even(size: Fraction) -> int:
    return max(2, round(size / 2) * 2)
