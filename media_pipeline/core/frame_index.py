"""The frame index: every presented picture's time and key flag, from packets alone."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

MOST_FRAMES = 6_000_000  # of a file: a day at 60 frames a second, and some


@dataclass(frozen=True)
class FrameIndex:
    """Presented pictures in order. Times are integers in `time_base`, as a player shows them (after edit lists)."""

    pts: NDArray[np.int64]  # shape (n,), strictly increasing
    keyframe: NDArray[np.bool_]  # shape (n,)
    time_base: Fraction  # seconds per tick
    last_duration: int  # ticks
    rate: Fraction  # frames per second
    variable: bool

    def __len__(self) -> int:
        return len(self.pts)

    @property
    def end(self) -> int:
        """When the last picture ends, in ticks."""
        return int(self.pts[-1]) + self.last_duration if len(self.pts) else 0

    @property
    def start(self) -> Fraction:
        """Time of the first picture, in seconds."""
        return int(self.pts[0]) * self.time_base if len(self.pts) else Fraction(0)

    @property
    def duration(self) -> Fraction:
        """From the first picture's start to the last one's end, in seconds."""
        return (self.end - int(self.pts[0])) * self.time_base if len(self.pts) else Fraction(0)

    def time(self, frame: int) -> Fraction:
        """When `frame` is shown, in seconds. Raises IndexError outside 0 … n − 1."""
        if not 0 <= frame < len(self.pts):
            raise IndexError(frame)
        return int(self.pts[frame]) * self.time_base

    def frame_at(self, seconds: Fraction) -> int:
        """The picture on screen at `seconds`: the last one that has begun; 0 before the first."""
        tick = seconds / self.time_base
        floor = tick.numerator // tick.denominator
        return max(0, int(np.searchsorted(self.pts, floor, side="right")) - 1)
