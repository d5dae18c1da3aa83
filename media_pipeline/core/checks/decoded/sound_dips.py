"""How much a short dip of the level looks like a lost block, and not like a pause, a stop consonant or a beat."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.hearing.events import HOLE, SILENT

# Log odds, by logistic regression over 806 dips of real speech (12 languages), music and synthetic speech against 1151 holes of
# 5 to 200 ms cut into the same recordings, uncoded and through AAC, AC-3, E-AC-3, MP3 and Opus.
_BASE = 5.4
_EDGE = -0.33  # per dB that the last 2 ms before differ from the 10 ms before: pauses are faded into
_LOUDER, _SOFTER = -0.23, -0.6  # per dB that it goes on louder or softer
_FADES = -0.2  # per dB that the 80 ms behind are louder than the first 10: a beginning, no continuation
_DEPTH, _INSIDE = 0.11, 0.1  # per dB of depth over 20
_SHORT, _BRIEF = -3.4, -0.5  # below 6 and below 9 ms: low voices dip so with every period
_QUIET = -0.22  # per dB below -25
# Not in those recordings, but in synthetic speech and hard gates: softer towards the dip on both sides.
_BOTH_EDGES, _EDGES_FROM = -0.4, 6.0  # per dB of both edges together beyond this
_BOTH_FADES, _FADES_FROM = -1.5, 2.5  # per dB that the 80 ms on both sides are louder than the 10 ms next to it
_STRUCK, _STRUCK_FROM = -0.7, 6.0  # per dB that it died away before and does so again behind: one beat, and the next
_BLOCK = 1 << 20
ALIKE_MS = 3  # dips of several channels so near are one


def looks_lost(events: NDArray[Any], rate: int) -> NDArray[np.float64]:
    """Log odds of each hole."""
    before, after = events["strength"].astype(float), events["after"].astype(float)
    length = events["length"] * 1000 / rate
    level = np.minimum(before, after)
    depth = np.clip(level - events["floor"], 0, 34) - 20
    inside = np.clip(events["floor"] - events["inside"], 0, 15)
    score = _BASE + _EDGE * np.clip(np.abs(events["edge"] - before), 0, 15)
    score += against_continuing(events) + _DEPTH * depth + _INSIDE * inside
    score += np.where(length < 6, _SHORT, np.where(length < 9, _BRIEF, 0.0)) + _QUIET * np.clip(-25 - before, 0, 25)
    score += against_before_a_beginning(events) + against_amid_a_pause(events)
    struck = events["wide_before"] - before - (events["wide_after"] - after)
    score += _STRUCK * np.clip(struck - _STRUCK_FROM, 0, 20)
    return np.asarray(score, np.float64)


def against_amid_a_pause(events: NDArray[Any]) -> NDArray[np.float64]:
    """The part of the log odds that says: sound faded towards it and away from it, so it lies in a pause."""
    before, after = events["strength"].astype(float), events["after"].astype(float)
    fades = np.minimum(events["wide_before"] - before, events["wide_after"] - after)
    return np.asarray(_BOTH_FADES * np.clip(fades - _FADES_FROM, 0, 12), np.float64)


def against_before_a_beginning(events: NDArray[Any]) -> NDArray[np.float64]:
    """The part of the log odds that says: what is heard behind it is louder, and comes in softly."""
    before, after = events["strength"].astype(float), events["after"].astype(float)
    edges = np.clip(before - events["edge"] + after - events["rise"] - _EDGES_FROM, 0, 20)
    return np.asarray(_LOUDER * np.clip(after - before, 0, 15) + _BOTH_EDGES * edges, np.float64)


def against_continuing(events: NDArray[Any]) -> NDArray[np.float64]:
    """The part of the log odds that says: what is heard behind it begins anew, so this was a pause."""
    before, after = events["strength"].astype(float), events["after"].astype(float)
    return np.asarray(
        _SOFTER * np.clip(before - after, 0, 15) + _FADES * np.clip(events["wide_after"] - after, 0, 20), np.float64
    )


def holes(events: NDArray[Any], track: int, rate: int) -> list[dict[str, Any]]:
    """Dips of a track in the order of time, those of several channels at one moment as one."""
    own = events[(events["track"] == track) & (events["kind"] == HOLE)]
    own = own[np.argsort(own["sample"], kind="stable")]
    scores, paused = looks_lost(own, rate), against_continuing(own)
    amid = against_amid_a_pause(own) + against_before_a_beginning(own)
    made: list[dict[str, Any]] = []
    for one, score, pause, faded in zip(own, scores.tolist(), paused.tolist(), amid.tolist(), strict=True):
        sample, length = int(one["sample"]), int(one["length"])
        last = made[-1] if made else None
        if last is not None and abs(sample - last["sample"]) <= ALIKE_MS * rate // 1000:
            if int(one["channel"]) not in last["channels"]:
                last["channels"].append(int(one["channel"]))
            if score > last["score"]:
                last["score"], last["paused"], last["faded"] = score, pause, faded
            last["zero"] = last["zero"] and bool(one["floor"] <= SILENT + 1)
            continue
        made.append(
            {
                "sample": sample,
                "length": length,
                "score": score,
                "paused": pause,  # the part of it that what follows adds
                "faded": faded,  # and what fades on both sides, and a beginning behind it, do
                "after": float(one["after"]),
                "channels": [int(one["channel"])],
                "zero": bool(one["floor"] <= SILENT + 1),
                "level": float(one["strength"]),
                "floor": float(one["floor"]),
                "inside": float(one["inside"]),
            }
        )
    return made


def rhythmic(starts: list[float], lengths: list[float]) -> list[bool]:
    """Which dips belong to a rhythm: four or more, less than 0.75 s apart, of one length. (Alarms, gated music.)"""
    flags = [False] * len(starts)
    begin = 0
    for k in range(1, len(starts) + 1):
        goes_on = k < len(starts) and starts[k] - starts[k - 1] < 0.75 and _alike(lengths[k], lengths[k - 1])
        if not goes_on:
            if k - begin >= 4:
                flags[begin:k] = [True] * (k - begin)
            begin = k
    return flags


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= max(0.004, 0.2 * max(one, other))


def threshold(track: Mapping[str, Any]) -> float:
    """The log odds that a hole of this track must reach: more where the sound dips by itself all the time. Infinite where
    nothing but a join can tell a hole."""
    minutes = max(float(track["seconds"]) * int(track["channels"]) / 60, 0.25)
    per_minute = float(track["dips"]) / minutes
    return 2.0 if per_minute <= 10 else 3.0 if per_minute <= 40 else 4.5 if per_minute <= 120 else float("inf")


def low_of(levels: NDArray[np.float16], counted: NDArray[np.bool_], share: float) -> float | None:
    """The level that this share of those counted lie below (NumPy's percentile, in the memory of a block); None of none."""
    counts = np.zeros(1 << 16, np.int64)  # levels are not negative, so their bits are in their order
    for first in range(0, len(levels), _BLOCK):
        block = np.asarray(levels[first : first + _BLOCK], np.float16)[counted[first : first + _BLOCK]]
        counts += np.bincount(block.view(np.uint16), minlength=len(counts))
    behind = np.cumsum(counts)
    if not behind[-1]:
        return None
    place = share * (int(behind[-1]) - 1)
    low, high = np.searchsorted(behind, [int(place), min(int(place) + 1, int(behind[-1]) - 1)], "right").astype(np.uint16)
    begin, end = float(low.view(np.float16)), float(high.view(np.float16))
    return begin + (end - begin) * (place - int(place))
