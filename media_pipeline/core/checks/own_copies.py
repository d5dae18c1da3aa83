"""A look into the review copies that were made of a file: are their pictures and their sound, at a few places, the source's?"""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.material import Features
from media_pipeline.core.checks.sync_map.gcc import peak
from media_pipeline.core.frame_index import FrameIndex

SPOTS = 8
GROUP = 12  # pictures from one key picture of a copy to the next (proxy_plan.GOP)
SHIFTS = 6  # frames to either side that are tried
SECONDS = 2.0  # of sound at each spot
_LEAD = 0.4  # before it, so that the decoder is warm and a late sound is still inside
LEAST_QUALITY = 9.0


def look(
    path: Path, index: FrameIndex, stored: Features, track: int | None, beat: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """What a copy shows: {"size", "frames", "spots": [[frame, best shift, difference there, difference at 0, next best]],
    "sound": [[frame, milliseconds late, quality]]}. A shift is positive where the copy is late. `track`: the one it carries.
    Raises errors.MediaError if it cannot be opened."""
    from media_pipeline.core.allow import open_media  # brings FFmpeg along, which those who only judge do not need
    from media_pipeline.core.proxy_plan import frame_times

    times = frame_times(index)
    made: dict[str, Any] = {"spots": [], "sound": []}
    with open_media(str(path)) as container:
        video = container.streams.video[0]
        made["size"], made["frames"] = [video.width, video.height], int(video.frames)
        for first in _spots(stored, len(index)):
            beat()
            moment = Fraction(int(times.times[first]), times.timescale)
            shown = _pictures(container, video, moment, times)
            if shown:
                made["spots"].append([first, *_laid(shown, stored.fine)])
            if track is not None and container.streams.audio:
                heard = _sound(container, float(moment))
                if heard is not None:
                    late = _late(*heard, stored.mono(track), stored.mono_rate, float(moment))
                    made["sound"] += [[first, *late]] if late else []
    return made


def _spots(stored: Features, count: int) -> list[int]:
    """Key pictures of the copies, one in each part of the film: where most moves."""
    groups = count // GROUP
    if groups < 1:
        return []
    spots: list[int] = []
    for part in np.array_split(np.arange(groups), min(SPOTS, groups)):
        tried = part[:: max(1, len(part) // 64)]  # of a long film, not every group is read
        moves = [float(np.median(stored.frames["change"][k * GROUP : (k + 1) * GROUP])) for k in tried.tolist()]
        spots.append(int(tried[int(np.argmax(moves))]) * GROUP)
    return spots


def _pictures(container: Any, video: Any, moment: Fraction, times: Any) -> list[tuple[int, NDArray[np.uint8]]]:
    """(frame, fine grid) of the pictures of one group."""
    from media_pipeline.core.fingerprint import Grids
    from media_pipeline.core.picture import Picture, Scalers

    container.seek(int(moment / video.time_base), stream=video, backward=True)
    shown: list[tuple[int, NDArray[np.uint8]]] = []
    grids = scalers = None
    for frame in container.decode(video):
        n = int(np.searchsorted(times.times, round(frame.pts * video.time_base * times.timescale)))
        grids, scalers = grids or Grids(frame.width, frame.height), scalers or Scalers()
        shown.append((n, grids.of(Picture(frame, scalers))[1]))
        if len(shown) >= GROUP:
            break
    return shown


def _laid(shown: list[tuple[int, NDArray[np.uint8]]], fine: NDArray[np.uint8]) -> list[float]:
    """[best shift, mean difference there, at no shift, at the next best]."""
    found: dict[int, float] = {}
    for shift in range(-SHIFTS, SHIFTS + 1):
        inside = [(n, grid) for n, grid in shown if 0 <= n - shift < len(fine)]
        if 2 * len(inside) >= len(shown):
            found[shift] = float(np.mean([np.abs(fine[n - shift].astype(np.int16) - grid).mean() for n, grid in inside]))
    best = min(found, key=lambda shift: (found[shift], abs(shift)))
    others = [value for shift, value in found.items() if shift != best]
    return [best, found[best], found[0], min(others, default=found[best])]


def _sound(container: Any, moment: float) -> tuple[NDArray[np.int16], float] | None:
    """The copy's sound from a little before `moment` on, as mono at 8 kHz, and when it begins."""
    from av.audio.resampler import AudioResampler

    from media_pipeline.core.rate import MONO_RATE

    audio = container.streams.audio[0]
    container.seek(int(max(0.0, moment - 2 * _LEAD) / audio.time_base), stream=audio, backward=True)
    resampler = AudioResampler(format="s16", layout="mono", rate=MONO_RATE)
    begin: float | None = None
    parts: list[NDArray[np.int16]] = []
    for frame in container.decode(audio):
        at = float(frame.pts * frame.time_base)
        if at > moment + SECONDS + _LEAD:
            break
        begin = at if begin is None else begin
        parts += [one.to_ndarray()[0] for one in resampler.resample(frame)]
    parts += [one.to_ndarray()[0] for one in resampler.resample(None)]
    return (np.concatenate(parts), begin) if parts and begin is not None else None


def _late(
    heard: NDArray[np.int16], begin: float, mono: NDArray[np.int16], rate: int, moment: float
) -> tuple[float, float] | None:
    """(milliseconds late, quality), or None where nothing is heard."""
    first = round(begin * rate)
    own = np.asarray(mono[max(0, first) : max(0, first) + len(heard)])
    found = peak(
        heard, own, centre=moment - begin + SECONDS / 2, seconds=SECONDS, around=0.0, reach=_LEAD / 2, slope=0.0, rate=rate
    )
    if found is None or found.quality < LEAST_QUALITY:
        return None
    return 1000 * (found.delay + begin - first / rate), found.quality
