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
    pts: NDArray[np.int64]  # track ticks, in decoding order (per edit)
    sample: NDArray[np.int64]  # which sample each is


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
    everything = np.arange(n, dtype=np.int64)
    if not edits:
        return Presented(samples.cts, everything)
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
    pts, order = [], []
    start = delay
    for edit in shown:
        length = _rescale(edit.duration, timescale, movie_timescale)
        chosen = _inside(samples, edit.media_time, length)
        if len(chosen):
            pts.append(samples.cts[chosen] - samples.dts[chosen[0]] + start)
            order.append(chosen)
        start += length
    if not pts:
        return Presented(np.zeros(0, np.int64), np.zeros(0, np.int64))
    times = np.concatenate(pts)
    surplus = int(times.min()) - delay
    if surplus > 0:
        times = times - surplus
    return Presented(times, np.concatenate(order))


def _inside(samples: Samples, media_time: int, length: int) -> NDArray[np.int64]:
    """Samples of one edit in decoding order: from the key frame before it to the first (with offsets: second) after it."""
    begin = np.flatnonzero(samples.keyframe & (samples.dts <= media_time) & (samples.cts <= media_time))
    first = int(begin[-1]) if len(begin) else 0
    end = media_time + length
    cts = samples.cts[first:]
    duration = np.append(np.diff(samples.dts), length)[first:]
    beyond = np.flatnonzero(samples.keyframe[first:] & (cts + duration >= end))
    passed = 1 if samples.has_offsets else 0
    stop = int(beyond[passed]) if len(beyond) > passed else len(cts)
    inside = (cts >= media_time) & (cts < end)
    inside[stop + 1 :] = False
    return np.flatnonzero(inside) + first


def _rescale(value: int, to: int, source: int) -> int:
    """To the nearest tick, halves away from zero, as av_rescale does."""
    return (2 * value * to + source) // (2 * source)
