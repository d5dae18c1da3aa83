"""What can be seen at one exact frame: flashes, a sign that blinks on black, the end of a countdown."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.material import Rows

STEP = 30.0  # levels of the mean luma, both ways
LONGEST = 4  # frames
DARK = 26.0  # mean luma: black with a little lettering
CELL, CELLS = 40, 6  # so many of 576 cells must change by so much where the mean says little
ALONE = 0.4  # seconds of black around it
MOST = 1000


@dataclass(frozen=True)
class PictureEvent:
    """`alone`: on black, with nothing else near: what a two-pop looks like."""

    frame: int
    kind: str  # "flash" | "blink" | "leader"
    strength: float  # levels
    alone: bool


def events(mean: NDArray[np.float32], change: NDArray[np.float32], coarse: Rows, rate: Fraction) -> list[PictureEvent]:
    """Of all frames, in order. `mean`, `change` as in fingerprint.RECORD, `coarse` the grids of 18 x 32 cells."""
    around = max(2, round(ALONE * rate))
    flashes = _flashes(mean)
    made = [PictureEvent(a, "flash", strength, _alone(mean, a, a + w, around)) for a, w, strength in flashes]
    known = {event.frame for event in made}
    made += [event for event in _blinks(mean, coarse, around) if event.frame not in known]
    known = {event.frame for event in made}
    made += [event for event in _leaders(mean, change, rate, around) if event.frame not in known]
    return sorted(made, key=lambda event: event.frame)[:MOST]


def _flashes(mean: NDArray[np.float32]) -> list[tuple[int, int, float]]:
    """(first frame, frames, levels). One at the very beginning of the film only goes out."""
    n = len(mean)
    found: dict[int, tuple[int, int, float]] = {}
    taken = np.zeros(n, bool)
    for width in range(1, LONGEST + 1):
        if n < width + 1:
            break
        lowest = np.lib.stride_tricks.sliding_window_view(mean, width).min(axis=1)[: n - width]
        before = np.concatenate([[-np.inf], mean[: n - width - 1]])
        rise = lowest - np.maximum(before, mean[width:])
        for at in np.flatnonzero(rise >= STEP).tolist():
            if not taken[at : at + width].any():
                found[at] = at, width, float(rise[at])
                taken[at : at + width] = True
    return sorted(found.values())


def _alone(mean: NDArray[np.float32], first: int, last: int, around: int) -> bool:
    before, after = mean[max(0, first - around) : first], mean[last : last + around]
    return bool(np.all(before <= DARK) and np.all(after <= DARK) and len(after))


def _blinks(mean: NDArray[np.float32], coarse: Rows, around: int) -> list[PictureEvent]:
    """A sign of up to four frames on black that is too small to be a flash: the "2" of a two-pop."""
    made: list[PictureEvent] = []
    rises = np.flatnonzero((np.diff(mean) >= 1.0) & (mean[:-1] <= DARK)) + 1
    for first in rises.tolist():
        for width in range(1, LONGEST + 1):
            if first + width >= len(mean):
                break
            before, during, after = (coarse[k].astype(np.int16) for k in (first - 1, first, first + width))
            if mean[first + width] > DARK or np.count_nonzero(np.abs(before - after) >= CELL) > CELLS // 2:
                continue
            lit = np.abs(during - before) >= CELL
            out = np.abs(coarse[first + width - 1].astype(np.int16) - after) >= CELL
            if min(np.count_nonzero(lit), np.count_nonzero(out)) >= CELLS:
                strength = float(np.abs(during - before)[lit].mean())
                made.append(PictureEvent(first, "blink", strength, _alone(mean, first, first + width, around)))
                break
    return made


def _leaders(mean: NDArray[np.float32], change: NDArray[np.float32], rate: Fraction, around: int) -> list[PictureEvent]:
    """The last number of a countdown: one frame, then black; a new number came one and two seconds before it as well."""
    second = round(rate)
    made: list[PictureEvent] = []
    if second < 5:
        return made
    # The frame before the first black one, and up to three more before it.
    falls = np.flatnonzero((mean[1:] <= DARK) & (mean[:-1] > DARK + 4))
    for last in falls.tolist():
        if not np.all(mean[last + 1 : last + 1 + around] <= DARK) or len(mean) < last + 1 + around:
            continue
        for frame in range(last, max(last - LONGEST, 2 * second), -1):
            if all(_number_changes(change, frame - back * second, second) for back in range(3)):
                made.append(PictureEvent(frame, "leader", float(change[frame]), alone=True))
                break
    return made


def _number_changes(change: NDArray[np.float32], frame: int, second: int) -> bool:
    """Whether this frame differs from the one before as no other does in the second that ends with it."""
    rest = change[frame - second + 1 : frame]
    return (
        len(rest) == second - 1
        and bool(change[frame] > 2 * max(float(np.median(rest)), 0.2))
        and bool(change[frame] > 1.3 * float(np.sort(rest)[-2]))
    )
