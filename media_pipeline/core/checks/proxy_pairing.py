"""Which file is the proxy of which: by what people call them, and by what they show.

By name: a proxy is called as its original, with a word such as "proxy" added somewhere. By content: as many frames at the same
rate, the same light at twelve moments (`look` of the check picture_continuity), in a smaller raster.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePath

import numpy as np

WORDS = frozenset({"proxy", "proxies", "prxy", "prx", "pxy", "lowres", "lores", "offline"})
ALIKE = 0.97  # correlation of two looks; measured: regraded with a number burned in from 0.995 on, other films up to 0.70
FIELDS, BURNED_IN = 12, 3  # of a picture's look
FRAMES_OFF = 2  # of two files that show the same
SMALLER = 0.75  # of the original's pixels


@dataclass(frozen=True)
class File:
    """`look`: () where the file was not decoded yet."""

    id: str
    name: str
    rate: Fraction
    frames: int
    pixels: int
    look: tuple[int, ...] = ()


@dataclass(frozen=True)
class Pair:
    original: str
    proxy: str
    by: str  # "name" | "content"


@dataclass(frozen=True)
class Pairing:
    """Ids. `without_proxy`: originals that have none; `without_original`: files that are called proxies, of nothing here."""

    pairs: tuple[Pair, ...]
    without_proxy: tuple[str, ...]
    without_original: tuple[str, ...]


def plain_name(name: str) -> tuple[str, bool]:
    """The name without ending and proxy words, in one spelling; and whether it had such a word."""
    words = [word for word in re.split(r"[^0-9a-z]+", PurePath(name).stem.casefold()) if word]
    kept = [word for word in words if word not in WORDS]
    return "_".join(kept), len(kept) < len(words)


def pair(files: Sequence[File]) -> Pairing:
    """Each proxy with one original; an original may have several. In the order of the files."""
    names = {one.id: plain_name(one.name) for one in files}
    called = [one for one in files if names[one.id][1]]
    others = [one for one in files if not names[one.id][1]]
    by_name: dict[str, list[File]] = {}
    for one in others:
        by_name.setdefault(names[one.id][0], []).append(one)
    pairs: list[Pair] = []
    for proxy in called:
        known = by_name.get(names[proxy.id][0], []) if names[proxy.id][0] else []
        if known:
            best = max(known, key=lambda one: (one.rate == proxy.rate, -abs(one.frames - proxy.frames), one.pixels))
            pairs.append(Pair(best.id, proxy.id, "name"))
        elif (found := _shown_by(proxy, others)) is not None:
            pairs.append(Pair(found.id, proxy.id, "content"))
    for one in others:  # called as they like
        if all(one.id != made.original for made in pairs) and (found := _shown_by(one, others)) is not None:
            pairs.append(Pair(found.id, one.id, "content"))
    proxies = {made.proxy for made in pairs}
    pairs = [made for made in pairs if made.original not in proxies]  # no proxies of proxies
    originals = {made.original for made in pairs}
    return Pairing(
        tuple(pairs),
        tuple(one.id for one in others if one.id not in originals and one.id not in proxies),
        tuple(one.id for one in called if one.id not in proxies),
    )


def _shown_by(proxy: File, others: Sequence[File]) -> File | None:
    """The file in a larger raster that shows the same."""
    alike = [
        (likeness(proxy.look, one.look), one)
        for one in others
        if one.id != proxy.id
        and one.rate == proxy.rate
        and abs(one.frames - proxy.frames) <= FRAMES_OFF
        and proxy.pixels <= SMALLER * one.pixels
    ]
    best = max(alike, key=lambda one: (one[0], one[1].pixels), default=None)
    return best[1] if best is not None and best[0] >= ALIKE else None


def likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """Correlation of two looks, whatever their light and contrast, without the BURNED_IN fields of the picture that fit worst
    (numbers, watermarks); 0 where there is nothing to compare."""
    if len(one) != len(other) or not one or len(one) % FIELDS:
        return 0.0
    first, second = (np.asarray(look, np.float64).reshape(-1, FIELDS) for look in (one, other))
    if first.std() < 1 or second.std() < 1:
        return 0.0
    slope, offset = np.polyfit(first.ravel(), second.ravel(), 1)
    off = np.abs(second - slope * first - offset).mean(0)
    kept = np.argsort(off)[: FIELDS - BURNED_IN]
    return float(np.corrcoef(first[:, kept].ravel(), second[:, kept].ravel())[0, 1])
