"""The picture's own delay: how much later each moment of one film is shown than in another."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.sync_map.lines import Floats
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.frame_map import Stretch


def moments(index: FrameIndex) -> Floats:
    """When each frame appears, and when the last ends: seconds from the first. Magnitudes for fitting, never positions."""
    end = int(index.pts[-1]) + index.last_duration
    ticks = np.append(index.pts, end) - index.pts[0]
    return np.asarray(ticks * float(index.time_base), np.float64)


def frame_at(times: Floats, moment: float) -> int:
    """The frame that is shown at a moment (the first or last one outside)."""
    return int(np.clip(np.searchsorted(times, moment, side="right") - 1, 0, len(times) - 2))


class PictureDelay:
    """Of a film against another, by the stretches in which it shows the other's frames."""

    def __init__(self, mine: Floats, other: Floats, stretches: Sequence[Stretch]) -> None:
        self._mine, self._other = mine, other
        shifts = np.zeros(len(mine) - 1, np.int64)
        self._known: NDArray[np.bool_] = np.zeros(len(mine) - 1, bool)
        for one in stretches:
            if one.shift is not None:
                shifts[one.first : one.first + one.count] = one.shift
                self._known[one.first : one.first + one.count] = True
        self._shifts = shifts
        self.changes = sum(1 for one in stretches[1:] if one.shift is not None)

    def at(self, moment: float) -> float | None:
        """Seconds, positive where this film is later; None where it shows nothing of the other."""
        frame = frame_at(self._mine, moment)
        if not self._known[frame]:
            return None
        there = frame - int(self._shifts[frame])
        if not 0 <= there < len(self._other) - 1:
            return None
        share = (moment - self._mine[frame]) / (self._mine[frame + 1] - self._mine[frame])
        shown = self._other[there] + share * (self._other[there + 1] - self._other[there])
        return float(moment - shown)

    def steady(self, moment: float, reach: float) -> float | None:
        """The same, where it is the same from `reach` before to `reach` behind (to 5 ms and a thousandth of the time). In a
        film whose frames come and go all the time (24 in 25), the mean over that stretch."""
        around = [self.at(moment + reach * share) for share in (-1, -0.5, 0, 0.5, 1)]
        known = [value for value in around if value is not None]
        if len(known) < 5:
            return None
        if max(known) - min(known) > 5e-3 and not self._often and not self._ramp(known):
            return None
        if max(known) - min(known) > 0.15:
            return None
        return float(np.mean(known))

    @property
    def _often(self) -> bool:
        return self.changes > float(self._mine[-1]) / 5

    @staticmethod
    def _ramp(known: list[float]) -> bool:
        """Whether the delay grows evenly: another speed, no step."""
        return float(np.ptp(np.diff(known))) < 1e-3
