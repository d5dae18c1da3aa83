"""Applies an MP4 edit list the way FFmpeg's demuxer does, which Chromium and this product's decoder are built on.

The standard would show a part of the picture that is on screen where an edit begins; FFmpeg shows whole pictures whose
own time lies in the edit, and moves the first one to the edit's start. What is counted here is what is seen there; tests
hold both together over random edit lists.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.mp4_tables import Edit, Samples


@dataclass(frozen=True)
class Presented:
    """What is decoded, in order; of this, what is shown."""

    pts: NDArray[np.int64]  # track ticks; hidden pictures have the times they would have
    sample: NDArray[np.int64]  # which sample each is: the same one again where edits overlap
    shown: NDArray[np.bool_]


def classify(edits: tuple[Edit, ...]) -> str:
    """ "" for none, "simple" for at most one delay followed by one stretch, else "complex"."""
    shown = [edit for edit in edits if edit.media_time >= 0]
    if not edits:
        return ""
    simple = len(shown) == 1 and len(edits) <= 2 and edits[-1].media_time >= 0 and all(edit.plain for edit in edits)
    return "simple" if simple else "complex"


def present(samples: Samples, edits: tuple[Edit, ...], timescale: int, movie_timescale: int) -> Presented | None:
    """Which samples are shown, and when; None if the list is one that only the demuxer should interpret."""
    n = len(samples.dts)
    if not edits:
        return Presented(samples.cts, np.arange(n, dtype=np.int64), np.ones(n, np.bool_))
    if movie_timescale == 0 or len(edits) > 1000:
        return None
    delay = 0
    shown: list[Edit] = []
    for edit in edits:
        if not edit.plain or edit.media_time < -1 or (edit.media_time == -1 and shown):
            return None
        if edit.media_time == -1:
            delay += _rescale(edit.duration, timescale, movie_timescale)
        elif edit.duration == 0:
            return None
        else:
            shown.append(edit)
    if not shown or delay + sum(edit.duration for edit in shown) * timescale >= 2**62:
        return None
    parts: list[Presented] = []
    start = delay
    for edit in shown:
        length = _rescale(edit.duration, timescale, movie_timescale)
        parts.append(_stretch(samples, edit.media_time, length, start))
        start += length
    if sum(len(part.sample) for part in parts) > 2 * n + 1_000_000:
        return None
    pts = np.concatenate([part.pts for part in parts])
    visible = np.concatenate([part.shown for part in parts])
    surplus = int(pts[visible].min()) - delay if visible.any() else 0
    return Presented(pts - max(0, surplus), np.concatenate([part.sample for part in parts]), visible)


def _stretch(samples: Samples, media_time: int, length: int, start: int) -> Presented:
    """One edit that begins at `start`: from the key frame before it to the first (with offsets: the second) behind it."""
    begin = np.flatnonzero(samples.keyframe & (samples.dts <= media_time) & (samples.cts <= media_time))
    first = int(begin[-1]) if len(begin) else 0
    end = media_time + length
    cts = samples.cts[first:]
    duration = np.append(np.diff(samples.dts), length)[first:]
    beyond = np.flatnonzero(samples.keyframe[first:] & (cts + duration >= end))
    passed = 1 if samples.has_offsets else 0
    stop = int(beyond[passed]) + 1 if len(beyond) > passed else len(cts)
    cts = cts[:stop]
    inside = (cts >= media_time) & (cts < end)
    if not inside.any():
        return Presented(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.bool_))
    origin = int(samples.dts[first + int(np.argmax(inside))])
    return Presented(cts - origin + start, np.arange(first, first + stop, dtype=np.int64), inside)


def _rescale(value: int, to: int, source: int) -> int:
    """To the nearest tick, halves away from zero, as av_rescale does."""
    return (2 * value * to + source) // (2 * source)
