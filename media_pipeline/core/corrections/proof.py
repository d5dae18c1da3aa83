"""Reads a corrected copy back: it is kept only if it is what was meant.

Pictures: as many, at their times, packet for packet the same. Sound: the loudest moments of the source are looked for in the
copy, and must lie where the plan puts them, to a tenth of a millisecond.
"""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any
from zlib import crc32

import av.error
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from media_pipeline.core import allow, probe
from media_pipeline.core.corrections.places import Place
from media_pipeline.core.corrections.plan import Plan, TrackChange, size_of
from media_pipeline.core.corrections.write import Written
from media_pipeline.core.errors import MediaError
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.sound import TrackClock
from media_pipeline.core.summary import AudioTrack, Summary

EXACT_MILLISECONDS = 0.1
_KEPT = ("rotation", "sar_num", "sar_den")  # of the pictures
_MARGIN = Fraction(1, 50)  # seconds around a place in which it is looked for
_ALIKE = 0.6  # correlation from which on two places are the same sound
_ENOUGH = 0.5  # share of the places that must be found again
_BAND = (80.0, 8000.0)  # Hz: what every encoder keeps


@dataclass(frozen=True)
class Proof:
    """`residual`: milliseconds that a track is off what was meant, at most, by its number; `places`: at how many it was
    measured. `picture_ms`: how far any picture is off its time."""

    residual: dict[int, float]
    places: dict[int, int]
    picture_ms: float
    copied: bool  # the picture was not encoded again

    def words(self) -> list[str]:
        told = ["pictures copied without encoding" if self.copied else "pictures encoded once more"]
        for track, value in sorted(self.residual.items()):
            count = self.places[track]
            told.append(
                f"track {track + 1}: {value:.3f} ms left, measured at {count} place{'s' if count != 1 else ''}"
                if count
                else f"track {track + 1} is silent: nothing can be measured"
            )
        return told


def prove(before: Summary, index: FrameIndex, plan: Plan, written: Written, path: Path) -> Proof:
    """Raises MediaError("correction_unproven") with the first thing that is not as it was meant."""
    after, frames = probe.inspect(str(path))
    _same_file(before, after, plan, written)
    picture = _picture_times(index, frames, plan, written)
    if picture > EXACT_MILLISECONDS:
        raise _unproven(f"a picture lies {picture:.3f} ms off its time")
    if written.checksum is not None and _checksum(path, after) != written.checksum:
        raise _unproven("the pictures' packets are not the original's")
    residual, places = {}, {}
    for track in after.audio:
        change = plan.tracks.get(track.index, TrackChange())
        if track.index not in written.places:
            old = before.audio[track.index]
            moved = Fraction(track.start_num, track.start_den) - Fraction(old.start_num, old.start_den)
            if abs(moved) * 1000 > EXACT_MILLISECONDS:
                raise _unproven(f"sound track {track.index + 1} was to stay, and moved by {float(moved * 1000):.3f} ms")
            continue
        off, count = _sound(path, track, frames, change, written.places[track.index])
        residual[track.index], places[track.index] = off, count
        if off > EXACT_MILLISECONDS:
            raise _unproven(f"sound track {track.index + 1} is {off:.3f} ms off what was meant")
    return Proof(residual, places, picture, not written.encoded)


def _unproven(what: str) -> MediaError:
    return MediaError(
        "correction_unproven",
        f"The corrected copy was thrown away: {what}",
        "Use the command of the finding, or make the change in an editing program.",
    )


def _same_file(before: Summary, after: Summary, plan: Plan, written: Written) -> None:
    if after.frame_count != written.frames:
        raise _unproven(f"it has {after.frame_count} pictures instead of {written.frames}")
    if (plan.proxy or not written.encoded) and after.frame_count != before.frame_count:
        raise _unproven(f"it has {after.frame_count} pictures, the original {before.frame_count}")
    if plan.rate is not None and (after.rate != plan.rate or after.variable_rate):
        raise _unproven(f"its rate is not a constant {plan.rate}")
    if len(after.audio) != len(before.audio):
        raise _unproven(f"it has {len(after.audio)} sound tracks, the original {len(before.audio)}")
    timecode = plan.timecode or before.start_timecode
    if after.start_timecode != timecode:
        raise _unproven(f"it starts at {after.start_timecode or 'no timecode'} instead of {timecode}")
    width, height = size_of(plan, before)
    for name, meant in {"width": width, "height": height, **{one: getattr(before, one) for one in _KEPT}}.items():
        if getattr(after, name) != meant:
            raise _unproven(f"its {name.replace('_', ' ')} is {getattr(after, name)} instead of {meant}")


def _picture_times(index: FrameIndex, frames: FrameIndex, plan: Plan, written: Written) -> float:
    """Largest distance of a picture from where the plan puts it, in milliseconds."""
    now = (frames.pts - frames.pts[0]).astype(np.float64) * float(frames.time_base)
    if plan.rate is not None:  # on_grid said which picture belongs where
        meant = np.arange(len(frames)) / float(plan.rate)
    else:
        meant = (index.pts - index.pts[0]).astype(np.float64) * float(index.time_base)
        if not index.variable:  # a clock of milliseconds was only ever rounded
            grid = np.arange(len(index)) / float(index.rate)
            meant = np.where(np.abs(meant - grid) <= 0.0011 + float(index.time_base), now, meant)
    return float(np.max(np.abs(now - meant))) * 1000


def _checksum(path: Path, summary: Summary) -> int:
    total = 0
    with allow.open_media(path) as container:
        for packet in allow.packets(container, container.streams[summary.video_stream]):
            if packet.size:
                total = crc32(memoryview(packet), total)
    return total


def _sound(path: Path, track: AudioTrack, frames: FrameIndex, change: TrackChange, places: list[Place]) -> tuple[float, int]:
    """(Largest distance in ms of a place from where it is meant to be, places found)."""
    rate = track.sample_rate
    margin = int(_MARGIN * rate)
    wanted = []
    for place in places:
        first = int(place.start / change.ratio) - margin
        last = int((place.start + place.samples.shape[1]) / change.ratio) + margin
        if last - margin <= int(frames.duration * rate):
            wanted.append((place, first, last))
    if not wanted:
        return 0.0, 0
    offs = []
    for (place, first, _), heard in zip(wanted, _excerpts(path, track, frames, [one[1:] for one in wanted]), strict=True):
        off = _off(place, first, heard, change.ratio, rate)
        if off is not None:
            offs.append(off)
    if len(offs) < _ENOUGH * len(wanted):
        raise _unproven(f"sound track {track.index + 1} is not where it was meant to be")
    # What is moved lands on a whole sample: half of one is the most that rounding leaves.
    rounding = _rounding(change, rate)
    return max(abs(off) for off in offs) * 1000 / rate + rounding, len(offs)


def _rounding(change: TrackChange, rate: int) -> float:
    samples = change.milliseconds * rate / 1000
    return float(abs(samples - round(samples))) * 1000 / rate


def _excerpts(path: Path, track: AudioTrack, frames: FrameIndex, spans: list[tuple[int, int]]) -> list[NDArray[np.float32]]:
    """Samples first … last of the track on the picture's clock, for each span; silence where there are none."""
    found = [np.zeros((track.channels, last - first), np.float32) for first, last in spans]
    with allow.open_media(path) as container:
        stream = container.streams[track.stream]
        assert isinstance(stream, AudioStream)
        base = stream.time_base or Fraction(1, track.sample_rate)
        clock = TrackClock(track, base, frames.start, frames.duration + 1)
        for packet in allow.packets(container, stream):
            try:
                decoded: list[Any] = list(packet.decode())
            except av.error.EOFError:
                decoded = []
            for frame in decoded:
                for block in clock.feed(frame):
                    _fill(found, spans, block.start, block.samples)
        for block in clock.flush():
            _fill(found, spans, block.start, block.samples)
    return found


def _fill(found: list[NDArray[np.float32]], spans: list[tuple[int, int]], start: int, samples: NDArray[np.float32]) -> None:
    stop = start + samples.shape[1]
    for kept, (first, last) in zip(found, spans, strict=True):
        low, high = max(first, start), min(last, stop)
        if low < high:
            kept[:, low - first : high - first] = samples[:, low - start : high - start]


def _off(place: Place, first: int, heard: NDArray[np.float32], ratio: Fraction, rate: int) -> float | None:
    """Samples that a place is late in `heard`, whose first sample is number `first` of the copy. None if it is not there."""
    channel = int(np.argmax(np.square(place.samples, dtype=np.float64).sum(axis=1)))
    meant = place.samples[channel].astype(np.float64)
    # Where each sample of the copy stood in the source.
    at = (first + np.arange(heard.shape[1])) * float(ratio) - place.start
    meant = np.interp(at, np.arange(len(meant)), meant, left=0.0, right=0.0)
    own = heard[channel].astype(np.float64)
    inside = (at >= 0) & (at <= place.samples.shape[1] - 1)
    own = np.where(inside, own, 0.0)
    size = 1 << int(np.ceil(np.log2(2 * len(own))))
    hertz = np.fft.rfftfreq(size, 1 / rate)
    band = (hertz >= _BAND[0]) & (hertz <= min(_BAND[1], 0.45 * rate))
    a, b = np.fft.rfft(own, size) * band, np.fft.rfft(meant, size) * band
    energy = np.sqrt(np.sum(np.abs(a) ** 2) * np.sum(np.abs(b) ** 2))
    if energy == 0:
        return None
    reach = int(_MARGIN * rate)
    score = np.fft.irfft(a * np.conj(b), size)
    near = np.concatenate([score[-reach:], score[: reach + 1]])
    best = int(np.argmax(near))
    strength = float(near[best]) * size / 2 / float(energy)
    if strength < _ALIKE:
        return None
    if not 0 < best < len(near) - 1:
        return float(best - reach)
    left, mid, right = near[best - 1 : best + 2]
    bend = left - 2 * mid + right
    return float(best - reach + (0.5 * (left - right) / bend if bend else 0.0))
