"""Short dips of the level, as a lost block leaves them: found while the sound streams by."""

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.hearing.events import EVENT, HOLE, decibels
from media_pipeline.core.hearing.milliseconds import Milliseconds

LONGEST = 260  # milliseconds
FALL = 18.0  # dB within four milliseconds
AUDIBLE = -62.0  # dB: what falls from below that is noise
RECOVERED = 15.0  # dB below the level before: the hole is over once the level stays above; a codec's pre-echo does not
LEFT = 9.0  # dB below the level before: the hole has begun
DEEP = 40.0  # dB below the level before: so far down, a hole may also come back to something much softer, if that
AT_ONCE = 18.0  # dB: comes back so steeply
STEADY = 3.0  # dB: and stays as loud as that; a word fades in
_SMEARED = 3  # milliseconds
_STAYS = 4  # milliseconds, as many as a fall is judged by
_BEFORE = 10
_CONTEXT = 100  # milliseconds kept before a fall
_AFTER = 90  # needed behind the latest rise


class HoleFinder:
    """Of one track. Gives records of events.EVENT; what is a fault of them is judged later."""

    def __init__(self, channels: int, rate: int) -> None:
        self._levels = Milliseconds(channels, rate)
        self._power = np.zeros((channels, 0), np.float32)
        self._first = 0  # millisecond of its first column
        self._searched = 0  # millisecond up to which falls have been looked for

    def add(self, samples: NDArray[np.float32]) -> list[NDArray[np.void]]:
        """The candidates that are complete now."""
        self._power = np.concatenate([self._power, self._levels.add(samples)], axis=1)
        return self._search(self._first + self._power.shape[1] - LONGEST - _AFTER)

    def finish(self) -> list[NDArray[np.void]]:
        return self._search(self._first + self._power.shape[1] - 8)

    def _search(self, until: int) -> list[NDArray[np.void]]:
        """Falls from where the last search ended up to the millisecond `until`."""
        low = max(self._searched, self._first + _BEFORE)
        if until <= low:
            return []
        level = decibels(self._power)
        a, b = low - self._first, until - self._first
        sums = np.cumsum(self._power[:, a - _BEFORE : b], axis=1, dtype=np.float64)
        sums = np.concatenate([np.zeros((len(sums), 1)), sums], axis=1)
        before = decibels((sums[:, _BEFORE : _BEFORE + b - a] - sums[:, : b - a]).clip(0) / _BEFORE)
        low_next = np.maximum(np.maximum(level[:, a + 1 : b + 1], level[:, a + 2 : b + 2]), level[:, a + 3 : b + 3])
        falls = (before - low_next >= FALL) & (before > AUDIBLE)
        made = []
        for channel in np.flatnonzero(falls.any(axis=1)).tolist():
            over = -1
            for at in np.flatnonzero(falls[channel]).tolist():
                if a + at <= over:
                    continue
                start = a + at + 1
                over, hole = self._hole(channel, level[channel], start, float(before[channel, at]))
                if hole is not None:
                    made.append(hole)
        self._searched = until
        keep = max(0, until - _CONTEXT - self._first)
        self._power = self._power[:, keep:]
        self._first += keep
        return made

    def _hole(self, channel: int, level: NDArray[np.float32], start: int, before: float) -> tuple[int, NDArray[np.void] | None]:
        """Column up to which this fall reaches, and the dip behind it, if the level comes back soon."""
        power = self._power[channel]
        back = level[start + 3 : start + 3 + LONGEST] >= before - RECOVERED
        behind = back & (_mean_of_next(power, start + 3, len(back)) >= before - RECOVERED)
        rise = start + 3 + int(behind.argmax()) if behind.any() else _swallowed(level, power, start, before)
        if rise is None:
            return start + 12, None  # the sound ends here; the same fall is seen for ten milliseconds
        for _ in range(_SMEARED):  # lossy codecs blur the edge: it begins where the level leaves what it was
            if level[start - 1] > before - LEFT:
                break
            start -= 1

        def mean(first: int, last: int) -> float:
            part = power[max(0, first) : max(0, last)]
            return float(decibels(part.mean(dtype=np.float64))) if len(part) else -200.0

        made = np.zeros(1, EVENT)
        sample = self._levels.first_sample(self._first + start)
        made["kind"], made["channel"], made["sample"] = HOLE, channel, sample
        made["length"] = self._levels.first_sample(self._first + rise) - sample
        made["strength"], made["after"] = before, mean(rise, rise + 10)
        made["edge"], made["rise"] = mean(start - 3, start - 1), mean(rise + 1, rise + 3)
        made["floor"] = level[start + 1 : rise - 1].max(initial=-200.0)
        made["inside"] = mean(start + 1, rise - 1)
        made["wide_before"], made["wide_after"] = mean(start - 80, start - 1), mean(rise + 1, rise + 80)
        return rise, made


def _swallowed(level: NDArray[np.float32], power: NDArray[np.float32], start: int, before: float) -> int | None:
    """Where a hole comes back whose sound has paused meanwhile: to the steady room tone behind it, at once."""
    stop = min(start + 3 + LONGEST, len(level) - _BEFORE)
    for at in range(start + 6, stop):
        if level[at - 2] > before - DEEP:
            return None  # it rises slowly, or is not so deep
        if level[at] < AUDIBLE or level[at] - level[at - 4 : at - 1].max() < AT_ONCE:
            continue
        first, wide = _mean_of_next(power, at + 1, 1, _BEFORE)[0], _mean_of_next(power, at + 1, 1, _AFTER - _BEFORE)[0]
        return at if abs(float(wide - first)) <= STEADY else None
    return None


def _mean_of_next(power: NDArray[np.float32], first: int, count: int, width: int = _STAYS) -> NDArray[np.float32]:
    """Level of the `width` milliseconds from each of `count` columns on, in dB; of fewer at the end."""
    sums = np.concatenate([[0.0], np.cumsum(power[first : first + count + width], dtype=np.float64)])
    begin = np.arange(count)
    end = np.minimum(begin + width, len(sums) - 1)
    return decibels((sums[end] - sums[begin]) / np.maximum(end - begin, 1))
