"""From packets in decoding order to pictures in presentation order: what a decoder shows of a file."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.bitstream import leading_is_decodable

NO_TIME = -(2**63)  # in arrays of times: there is none
_TS_WRAP = 1 << 33

# Every picture of these stands alone, whatever the container's flags say.
_INTRA_ONLY = {"prores", "dnxhd", "mjpeg", "jpeg2000", "v210", "rawvideo", "dvvideo", "cfhd", "png", "hap", "qtrle"}


@dataclass(frozen=True)
class Pictures:
    """Presented pictures in order of presentation."""

    pts: NDArray[np.int64]  # strictly increasing
    keyframe: NDArray[np.bool_]
    time_base: Fraction
    last_duration: int  # ticks; 0 if the file does not say
    reordered: bool = False  # decoding order differs from presentation order
    open_gop: bool = False
    fragmented: bool = False
    edit_list: str = ""  # "" | "simple" | "complex"
    first_packet: bytes = b""  # its beginning, for what only the bitstream says
    warnings: tuple[str, ...] = ()


def arrange(
    decoded: NDArray[np.int64],
    keyframe: NDArray[np.bool_],
    shown: NDArray[np.bool_],
    *,
    codec: str,
    time_base: Fraction,
    last_duration: int,
    head: Callable[[int], bytes],
    length_size: int,
    reordered: bool,
    open_gop: bool,
) -> Pictures:
    """Sort pictures by time and leave out those that nobody sees.

    Arrays are in decoding order; `shown` is False for what an edit list or the bitstream hides. `head(i)` reads the
    beginning of packet i (only asked around the first key frame). What a decoder cannot show is left out: everything
    before the first key frame, and pictures after it that are shown before it and need what came earlier.
    """
    warnings: list[str] = []
    shown = shown.copy()
    keys = np.flatnonzero(keyframe)
    if codec not in _INTRA_ONLY and len(keys):
        first = int(keys[0])
        lost = int(np.count_nonzero(shown[:first]))
        shown[:first] = False
        stop = int(keys[1]) if len(keys) > 1 else len(decoded)
        early = first + 1 + np.flatnonzero((decoded[first + 1 : stop] < decoded[first]) & shown[first + 1 : stop])
        for i in early.tolist():
            if not leading_is_decodable(codec, head(first), head(i), length_size):
                shown[i] = False
                lost += 1
        if lost:
            warnings.append(f"{lost} pictures at the start cannot be decoded: the key frame they need is missing")
    kept = np.flatnonzero(shown)
    kept = kept[np.argsort(decoded[kept], kind="stable")]
    pts, flags = decoded[kept], keyframe[kept]
    double = np.flatnonzero(np.diff(pts) == 0)
    if len(double):
        warnings.append(f"{len(double)} pictures have the time of another one")
        pts = _spread(pts)
    return Pictures(
        pts=pts,
        keyframe=flags,
        time_base=time_base,
        last_duration=last_duration,
        reordered=reordered,
        open_gop=open_gop,
        warnings=tuple(warnings),
    )


def has_open_gop(decoded: NDArray[np.int64], keyframe: NDArray[np.bool_]) -> bool:
    """Whether a picture is shown before a key frame that it is decoded after. Times in decoding order."""
    if len(decoded) == 0:
        return False
    later_minimum = np.minimum.accumulate(decoded[::-1])[::-1]
    return bool(np.any(later_minimum[keyframe] < decoded[keyframe]))


def _spread(pts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Times made strictly increasing by the fewest ticks: every picture keeps its place in the order."""
    steps = np.arange(len(pts), dtype=np.int64)
    spread: NDArray[np.int64] = np.maximum.accumulate(pts - steps) + steps
    return spread


def unwrapped(times: NDArray[np.int64]) -> NDArray[np.int64]:
    """33-bit times of transport and program streams, continued over their wrap (every 26.5 hours)."""
    known = times != NO_TIME
    steps = np.diff(times[known])
    turns = np.cumsum((steps < -_TS_WRAP // 2).astype(np.int64) - (steps > _TS_WRAP // 2).astype(np.int64))
    result = times.copy()
    result[known] += np.concatenate([np.zeros(min(1, len(steps) + 1), np.int64), turns])[: int(known.sum())] * _TS_WRAP
    return result
