"""Single black or foreign pictures between others."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.material import Rows

DARK_MEAN, DARK_HIGH = 20.0, 26  # luma of 16 to 235: black with a little noise
GHOST, MOST_GHOST = 0.1, 16.0  # of the light beside it, and levels: what a strong encoder leaves of it in a black picture
BRIGHT = 12.0  # mean levels above black that a picture beside it must have
LONGEST_BLACK = 3  # frames
LONGEST_FLASH = 2
FADED = 0.6  # of the light half a dozen frames further off: less is a fade
FOREIGN = 9.0  # levels of mean difference, at least
CALM, CALM_IF_EVEN = 0.4, 0.55  # of the difference: what changes beside it must be less; more if that goes on evenly
EVEN, EVEN_FRAMES = 0.25, 6  # of the middle change, by which the changes of so many frames on each side differ at most
LIGHT = 15.0  # levels brighter than both sides: a lamp, a photo flash, a white sync picture
FLAT, SAME_SCENE = (
    8.0,
    0.5,
)  # levels between its cells; correlation with the pictures beside it (measured: elsewhere -0.2 to 0.4)
STROBE_SECONDS = 2.0
STROBE = 3  # such pictures within that time are meant
FLICKER = 6  # jumps of the light by LIGHT within that time: a strobe, however quick
MOST = 2000

BLACK, ODD, LONE, LAMP = "black", "odd", "lone", "lamp"


@dataclass(frozen=True)
class Flash:
    """`kind`: BLACK; ODD (of elsewhere, inside a shot); LONE (between two cuts); LAMP (the same, but lit). `size`: how much
    it differs, in levels. `strobe`: one of many."""

    frame: int
    count: int
    kind: str
    size: float
    strobe: bool = False


def flashes(
    mean: NDArray[np.float32],
    high: NDArray[np.uint8],
    change: NDArray[np.float32],
    coarse: Rows,
    frames_per_second: float,
) -> list[Flash]:
    """All of them, in order. `coarse` is read at a few frames only."""
    found = sorted([*_black(mean, high), *_foreign(mean, high, change, coarse)], key=lambda flash: flash.frame)[:MOST]
    reach = STROBE_SECONDS * frames_per_second / 2
    at = np.array([flash.frame for flash in found])
    lit = flicker(mean, frames_per_second)
    many = [bool(lit[f.frame]) or int(np.count_nonzero(np.abs(at - f.frame) <= reach)) >= STROBE for f in found]
    return [Flash(f.frame, f.count, f.kind, f.size, strobe) for f, strobe in zip(found, many, strict=True)]


def flicker(mean: NDArray[np.float32], frames_per_second: float) -> NDArray[np.bool_]:
    """For each frame, whether the light jumps up and down around it all the time."""
    jumps = np.concatenate([[0, 0], np.cumsum(np.abs(np.diff(mean)) >= LIGHT)])  # before each frame
    reach = max(1, round(STROBE_SECONDS * frames_per_second / 2))
    at = np.arange(len(mean))
    return np.asarray(jumps[np.minimum(at + reach, len(mean))] - jumps[np.maximum(at - reach, 0)] >= FLICKER)


def _black(mean: NDArray[np.float32], high: NDArray[np.uint8]) -> list[Flash]:
    dark = _dark(mean, high)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], dark, [False]]).astype(np.int8))).reshape(-1, 2)
    made = []
    for first, stop in edges.tolist():
        if stop - first > LONGEST_BLACK or first < 1 or stop >= len(mean):
            continue
        light = mean - 16
        before, after = float(light[first - 1]), float(light[stop])
        fading = before < FADED * float(light[max(0, first - 7)]) or after < FADED * float(light[min(len(mean) - 1, stop + 6)])
        if min(before, after) >= BRIGHT and not fading:
            made.append(Flash(first, stop - first, BLACK, min(before, after)))
    return made


def _dark(mean: NDArray[np.float32], high: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which pictures are black, apart from noise, or the ghost of bright ones within LONGEST_BLACK."""
    beside = np.asarray(high, np.float32)
    for step in range(1, LONGEST_BLACK + 1):
        beside[step:] = np.maximum(beside[step:], high[:-step])
        beside[:-step] = np.maximum(beside[:-step], high[step:])
    ghost = 16 + np.minimum(GHOST * (beside - 16), MOST_GHOST)
    return np.asarray((mean <= DARK_MEAN) & (high <= np.maximum(DARK_HIGH, ghost)))


def _foreign(mean: NDArray[np.float32], high: NDArray[np.uint8], change: NDArray[np.float32], coarse: Rows) -> list[Flash]:
    n = len(mean)
    made: list[Flash] = []
    # The difference of single points is at least that of means of cells.
    sharp = np.flatnonzero(change >= FOREIGN)
    if len(sharp) > n // 3:  # everything moves so much: leave out what is not sharp against its surroundings
        middle = np.median(change[sharp])
        sharp = sharp[change[sharp] >= 1.25 * middle]
    known = set(sharp.tolist())
    done = -1
    for first in sharp.tolist():
        if first <= done or first < 2:
            continue
        for count in range(1, LONGEST_FLASH + 1):
            stop = first + count
            if stop not in known or stop + 1 >= n:
                continue
            flash = _look(mean, change, coarse, first, stop)
            if flash is not None:
                made.append(flash)
                done = stop
                break
        if len(made) >= MOST:
            break
    dark = _dark(mean, high)
    return [flash for flash in made if not dark[flash.frame]]


def _evenly(change: NDArray[np.float32], first: int, stop: int) -> bool:
    """Whether the picture moves evenly on both sides: then even a smaller jump is none of the movement."""
    for side in (change[max(1, first - EVEN_FRAMES) : first], change[stop + 1 : stop + 1 + EVEN_FRAMES]):
        if len(side) < EVEN_FRAMES or np.ptp(side) > 2 * EVEN * float(np.median(side)):
            return False
    return True


def _look(mean: NDArray[np.float32], change: NDArray[np.float32], coarse: Rows, first: int, stop: int) -> Flash | None:
    def apart(one: int, other: int) -> float:
        return float(np.abs(coarse[one].astype(np.int16) - coarse[other]).mean())

    into, out_of = apart(first - 1, first), apart(stop - 1, stop)
    size = min(into, out_of)
    beside = max(apart(first - 2, first - 1), apart(stop, stop + 1))
    calm = CALM_IF_EVEN if stop - first == 1 and _evenly(change, first, stop) else CALM
    if size < FOREIGN or beside > calm * size:
        return None
    if stop - first > 1 and apart(first, stop - 1) > CALM * size:
        return None
    across = apart(first - 1, stop)
    lit = float(mean[first:stop].min()) - max(float(mean[first - 1]), float(mean[stop]))
    if lit >= LIGHT and _is_lit(coarse, first, stop):
        kind = LAMP
    else:
        far = stop - first + 1  # in the same time, the shot itself moves on by so much
        gaps = [apart(n, n + far) for n in (first - 1 - far, stop) if n >= 0 and n + far < len(coarse)]
        kind = ODD if across <= max(0.6 * size, min(1.3 * max(gaps, default=0.0), 0.9 * size)) else LONE
        if kind == LONE and stop - first > 1:
            return None  # two pictures are a shot, if a short one
    return Flash(first, stop - first, kind, size)


def _is_lit(coarse: Rows, first: int, stop: int) -> bool:
    """Whether a bright picture is the scene beside it in more light, or so bright that it shows nothing."""
    beside = (coarse[first - 1].astype(np.float32) + coarse[stop]).ravel()
    lit = coarse[first].astype(np.float32).ravel()
    if float(lit.std()) < FLAT or float(beside.std()) == 0:
        return True
    return float(np.corrcoef(beside, lit)[0, 1]) >= SAME_SCENE
