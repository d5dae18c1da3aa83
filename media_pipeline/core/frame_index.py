"""The frame index: every presented picture's time and key flag, from packets alone."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray


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
