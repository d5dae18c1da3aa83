"""Where the sound of one file lies in that of another: its delay over time, as straight lines with jumps between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.sync_map.crossover import Crossover, crossover
from media_pipeline.core.checks.sync_map.envelope import PER_SECOND, Guess, envelope, guesses
from media_pipeline.core.checks.sync_map.excerpt import Samples
from media_pipeline.core.checks.sync_map.gcc import Peak, peak
from media_pipeline.core.checks.sync_map.lines import Floats, Line, fit, isolated

WINDOW = 2.0  # seconds
REACH = 0.3  # seconds to either side of a candidate
LEAST_QUALITY = 9.0
SHARE_OF_GOOD = 0.2  # of the 75th percentile: a fixed threshold alone finds false jumps in music
STEEP = 150e-6  # a steeper drift smears a window: it is undone and measured again
STRONG, CLEAR = 8.0, 6.5  # of an envelope's peak over its surroundings
GOOD = 30.0  # mean quality of windows, capped at 60, from which on no other speed is tried
RATIOS = (1001 / 1000, 1000 / 1001, 25 / 24, 24 / 25, 25025 / 24000, 24000 / 25025, 48 / 44.1, 44.1 / 48)
GRID = np.arange(-0.1, 0.1001, 0.0025)
FINE = np.arange(-0.00225, 0.0023, 0.0005)  # what blocks of some seconds do not see, but windows do

Hints = Callable[[float], Sequence[float]]


@dataclass(frozen=True)
class Jump:
    """`size` seconds: positive if the delay grows."""

    size: float
    where: Crossover


@dataclass(frozen=True)
class SoundMap:
    """Delays in seconds, positive where the first file is late; moments in seconds of the first file's sound.

    `heard`: windows that hold sound in it; `matched`: those of them that were found again.
    """

    times: Floats
    delays: Floats
    lines: list[Line]
    jumps: list[Jump]
    heard: int
    matched: int
    hop: float
    quality: float = 0.0
    missing: list[tuple[float, float]] = field(default_factory=list)  # stretches (begin, end) whose sound was not found

    @property
    def found(self) -> bool:
        return len(self.times) >= 5 and self.matched >= 0.1 * max(self.heard, 1)


def map_sound(
    mine: NDArray[np.int16],
    other: NDArray[np.int16],
    *,
    rate: int,
    hints: Hints = lambda moment: (),
    beat: Callable[[], None] = lambda: None,
) -> SoundMap:
    """Lay `mine` on `other`, both mono of 16 bits at `rate`. `hints(moment)`: delays in seconds worth trying there. Reads
    both piece by piece; they may be memory-mapped and hours long."""
    length = len(mine) / rate
    hop = min(5.0, max(0.5, length / 600))
    empty: Floats = np.zeros(0)
    if length < WINDOW or len(other) < WINDOW * rate:
        return SoundMap(empty, empty, [], [], 0, 0, hop)
    pair = _Pair(mine, other, rate, beat)
    slope, rough = pair.speed(hints)
    beat()
    count = max(1, int((length - WINDOW) / hop) + 1)
    centres: Floats = WINDOW / 2 + np.arange(count, dtype=np.float64) * hop
    found = pair.sweep(centres, slope, rough, hints)
    heard = np.array([one is not None or _sounds(mine, centre, rate) for one, centre in zip(found, centres, strict=True)])
    quality = np.array([one.quality if one is not None else 0.0 for one in found])
    delays = np.array([one.delay if one is not None else 0.0 for one in found])
    lines, keep = _lines(centres, delays, quality, slope)
    for _ in range(2):
        steep = [one for one in lines if abs(one.slope - slope) > STEEP and one.count >= 8]
        if not steep:
            break
        slope = max(steep, key=lambda one: one.count).slope
        for k, centre in enumerate(centres.tolist()):
            inside = [one for one in lines if one.begin - hop <= centre <= one.end + hop] or lines
            close = min(inside, key=lambda one: abs(one.middle - centre))
            better = pair.look(centre, close.at(centre), 0.1, close.slope)
            if better is not None and better.quality > quality[k]:
                delays[k], quality[k] = better.delay, better.quality
        lines, keep = _lines(centres, delays, quality, slope)
    jumps = [
        Jump(right.at(where.moment) - left.at(where.moment), where)
        for left, right in pairwise(lines)
        for where in (crossover(mine, other, left, right, rate=rate),)
    ]
    missing = _stretches(centres, heard & ~np.isin(np.arange(count), keep), hop)
    usual = float(np.median(quality[keep])) if len(keep) else 0.0
    return SoundMap(centres[keep], delays[keep], lines, jumps, int(heard.sum()), len(keep), hop, usual, missing)


class _Pair:
    def __init__(self, mine: NDArray[np.int16], other: NDArray[np.int16], rate: int, beat: Callable[[], None]) -> None:
        self.mine, self.other, self.rate, self.beat = mine, other, rate, beat

    def look(self, centre: float, around: float, reach: float, slope: float) -> Peak | None:
        return peak(
            self.mine, self.other, centre=centre, seconds=WINDOW, around=around, reach=reach, slope=slope, rate=self.rate
        )

    def sweep(self, centres: Floats, slope: float, rough: list[Guess], hints: Hints) -> list[Peak | None]:
        """The best peak of each window among the candidates; the delay of the window before is tried first."""
        found: list[Peak | None] = []
        last: Peak | None = None
        usual = 0.0
        step = float(centres[1] - centres[0]) if len(centres) > 1 else 0.0
        for centre in centres.tolist():
            self.beat()
            best: Peak | None = None
            if last is not None:
                best = self.look(centre, last.delay + slope * step, REACH, slope)
            if best is None or best.quality < max(LEAST_QUALITY, 0.5 * usual):
                for low, high in _intervals([0.0, *hints(centre), *_near(rough, centre, slope)]):
                    one = self.look(centre, (low + high) / 2, (high - low) / 2 + REACH, slope)
                    if one is not None and (best is None or one.quality > best.quality):
                        best = one
            found.append(best)
            if best is not None and best.quality > LEAST_QUALITY:
                last = best
                usual = best.quality if not usual else 0.9 * usual + 0.1 * best.quality
        return found

    def speed(self, hints: Hints) -> tuple[float, list[Guess]]:
        """(How much the delay grows per second, where blocks lie roughly.) Other speeds are tried where the plain one gives
        little, and taken only if windows say so too."""
        mine, other = envelope(self.mine, self.rate), envelope(self.other, self.rate)
        plain = guesses(mine, other, seconds=_block(mine))
        length = len(self.mine) / self.rate
        few: Floats = np.linspace(0.05, 0.95, 15, dtype=np.float64) * (length - WINDOW) + WINDOW / 2

        def score(slope: float, rough: list[Guess]) -> float:
            peaks = self.sweep(few, slope, rough, hints)
            return float(np.mean([min(one.quality, 60.0) if one is not None else 0.0 for one in peaks]))

        best, chosen = 1.15 * score(0.0, plain), (0.0, plain)  # nobody plays a file at another speed without a reason
        if best > GOOD:
            return chosen
        tried: list[tuple[float, list[Guess]]] = []
        if steady := _steady_slope(plain):
            tried.append((steady, plain))
        tried += self._other_speeds(mine, other, _strength(plain))
        for one in tried:
            if (reached := score(*one)) > best:
                best, chosen = reached, one
        if best < GOOD:  # jumps hide a small drift from the blocks' places
            for slope in FINE.tolist():
                if (reached := score(slope, plain)) > best:
                    best, chosen = reached, (slope, plain)
        return chosen

    def _other_speeds(self, mine: Samples, other: Samples, at_once: float) -> list[tuple[float, list[Guess]]]:
        best: tuple[float, float, list[Guess]] | None = None
        for slopes in ([1 - ratio for ratio in RATIOS], GRID.tolist()):
            for slope in slopes:
                self.beat()
                rough = guesses(mine, other, slope=slope, seconds=_block(mine))
                strength = _strength(rough)
                if strength > max(1.1 * at_once, best[0] if best else 0.0):
                    best = (strength, slope, rough)
            if best is not None and best[0] >= STRONG:
                break
        return [best[1:]] if best is not None else []


def _block(mine: Samples) -> float:
    """Seconds of a block: long ones are surer, short ones follow edits."""
    return 20.0 if len(mine) > 300 * PER_SECOND else 8.0


def _lines(centres: Floats, delays: Floats, quality: Floats, slope: float) -> tuple[list[Line], NDArray[np.int64]]:
    """Straight lines through the windows that are good enough, and which these are."""
    strong = quality[quality > LEAST_QUALITY]
    least = max(LEAST_QUALITY, SHARE_OF_GOOD * float(np.percentile(strong, 75))) if len(strong) else LEAST_QUALITY
    keep = np.flatnonzero(quality > least)
    if len(keep):
        keep = keep[~isolated(centres[keep], delays[keep] - slope * centres[keep])]
    return fit(centres[keep], delays[keep]), keep


def _strength(found: list[Guess]) -> float:
    strongest: dict[float, float] = {}
    for guess in found:
        strongest[guess.centre] = max(guess.strength, strongest.get(guess.centre, 0.0))
    return float(np.median(list(strongest.values()))) if strongest else 0.0


def _steady_slope(found: list[Guess]) -> float:
    """The drift that the blocks' own best places show: 0 unless it would smear a window."""
    strongest: dict[float, Guess] = {}
    for guess in found:
        if guess.strength > strongest.get(guess.centre, Guess(0, 0, CLEAR)).strength:
            strongest[guess.centre] = guess
    best = [strongest[centre] for centre in sorted(strongest)]
    if len(best) < 4:
        return 0.0
    slopes = [(b.delay - a.delay) / (b.centre - a.centre) for a, b in zip(best, best[2:], strict=False)]
    slope = float(np.median(slopes))
    agree = np.mean(np.abs(np.array(slopes) - slope) < 0.003)
    return slope if abs(slope) > 700e-6 and agree > 0.5 else 0.0


def _near(found: list[Guess], moment: float, slope: float) -> list[float]:
    """Delays that the blocks around a moment give for it."""
    close = sorted((guess for guess in found if guess.strength > 4.5), key=lambda guess: abs(guess.centre - moment))
    return [guess.delay + slope * (moment - guess.centre) for guess in close[:6] if abs(guess.centre - moment) < 30]


def _intervals(wanted: Sequence[float]) -> list[tuple[float, float]]:
    """The delays to try, those closer than the reach taken together."""
    merged: list[tuple[float, float]] = []
    for delay in sorted(wanted):
        if merged and delay - merged[-1][1] <= REACH and delay - merged[-1][0] <= 1.5:
            merged[-1] = (merged[-1][0], delay)
        else:
            merged.append((delay, delay))
    return merged


def _sounds(sound: NDArray[np.int16], centre: float, rate: int) -> bool:
    first = round((centre - WINDOW / 2) * rate)
    part = sound[first : first + round(WINDOW * rate)].astype(np.float32)
    return bool(len(part)) and float(np.sqrt(np.mean(part * part))) > 30.0


def _stretches(centres: Floats, flags: NDArray[np.bool_], hop: float) -> list[tuple[float, float]]:
    """Runs of three flagged windows or more."""
    found: list[tuple[float, float]] = []
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if last - first >= 3:
            found.append((float(centres[first]) - hop / 2, float(centres[last - 1]) + hop / 2))
    return found
