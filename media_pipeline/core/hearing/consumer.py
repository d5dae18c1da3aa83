"""Stores what the checks of decoded sound read.

| label | shape, type | content |
|---|---|---|
| `sound-events` | (n,) events.EVENT | holes, clicks, repeated blocks, true peaks of all tracks |
| `sound-loudness` | (tracks, k, 2) f4 | momentary and short-term loudness ten times a second, LUFS; -120 is silence |
| `sound-levels` | (k, channels, 2) f4 | of every ten seconds and every channel of all tracks in turn: mean square, and mean
product with the other channel of its pair |

`meta["tracks"]` of each: [number, channels, rate, samples] of the tracks in that order.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.consumer import SoundBlock, Work
from media_pipeline.core.features import MIME, ArrayFile
from media_pipeline.core.hearing.clicks import ClickFinder
from media_pipeline.core.hearing.events import (
    EVENT,
    EVENTS,
    LEVELS,
    LOSSLESS,
    LOUDNESS,
    MOST_CLICKS,
    MOST_HOLES,
    MOST_REPEATS,
    SEGMENT,
)
from media_pipeline.core.hearing.holes import HoleFinder
from media_pipeline.core.hearing.loudness import Meter, PeakFinder
from media_pipeline.core.hearing.repeats import RepeatFinder
from media_pipeline.core.picture import Picture
from media_pipeline.core.report import RenditionFile
from media_pipeline.core.summary import AudioTrack, Summary

_KEPT = 1024  # events of a track before they are written: thousands of small arrays would scatter the memory


class _Track:
    def __init__(self, track: AudioTrack, store: Callable[[NDArray[np.void]], None]) -> None:
        self.track = track
        self._store = store
        channels, rate = track.channels, track.sample_rate
        self._finders: list[tuple[HoleFinder | ClickFinder | RepeatFinder, int]] = [
            (HoleFinder(channels, rate), MOST_HOLES * channels),
            (ClickFinder(channels, rate), MOST_CLICKS),
        ]
        if track.codec.startswith(LOSSLESS):
            self._finders.append((RepeatFinder(channels, rate), MOST_REPEATS))
        self._peaks = PeakFinder(channels, rate)
        self.meter = Meter(channels, rate, track.layout)
        self._partner = np.array([min(c ^ 1, channels - 1) for c in range(channels)])
        self.length = 0
        self._sums = np.zeros((channels, 2))
        self._count = 0
        self.levels: list[NDArray[np.float64]] = []
        self._found = np.zeros(_KEPT, EVENT)
        self._filled = 0
        self._noted: Counter[tuple[int, int]] = Counter()  # by kind and segment

    def add(self, block: SoundBlock) -> None:
        samples = block.samples
        self.length = block.start + samples.shape[1]
        for finder, most in self._finders:
            self._note(finder.add(samples), most)
        self._peaks.add(samples)
        self.meter.add(block.start, samples)
        self._level(samples)

    def _level(self, samples: NDArray[np.float32]) -> None:
        self._sums[:, 0] += np.einsum("cs,cs->c", samples, samples)
        if len(samples) > 1:
            self._sums[:, 1] += np.einsum("cs,cs->c", samples, samples[self._partner])
        self._count += samples.shape[1]
        if self._count >= SEGMENT * self.track.sample_rate:
            self._close_segment()

    def _close_segment(self) -> None:
        if self._count:
            self.levels.append(self._sums / self._count)
            self._sums = np.zeros_like(self._sums)
            self._count = 0

    def _note(self, events: list[NDArray[np.void]], most: int) -> None:
        for event in events:
            (one,) = event
            about = int(one["kind"]), int(one["sample"]) // (SEGMENT * self.track.sample_rate)
            if self._noted[about] >= most:
                continue
            self._noted[about] += 1
            self._found[self._filled] = one
            self._filled += 1
            if self._filled == _KEPT:
                self._write()

    def _write(self) -> None:
        self._found["track"] = self.track.index
        self._store(self._found[: self._filled])
        self._filled = 0

    def finish(self) -> None:
        for finder, most in self._finders:
            self._note(finder.finish(), most)
        self._note(self._peaks.finish(), self.track.channels)
        self._write()
        self._close_segment()


class ChannelSound:
    """The consumer."""

    def __init__(self) -> None:
        self._tracks: dict[int, _Track] = {}
        self._work: Work | None = None
        self._events: ArrayFile | None = None

    def wants(self, summary: Summary) -> bool:
        return bool(summary.audio)

    def start(self, work: Work) -> None:
        self._work = work
        self._events = ArrayFile(self._path(EVENTS), EVENT)
        self._tracks = {track.index: _Track(track, self._events.append) for track in work.tracks}

    def video(self, n: int, picture: Picture) -> None:
        pass

    def audio(self, track: int, block: SoundBlock) -> None:
        self._tracks[track].add(block)

    def finish(self) -> Iterable[RenditionFile]:
        tracks = list(self._tracks.values())
        for track in tracks:
            track.finish()
        meta = {"tracks": [[t.track.index, t.track.channels, t.track.sample_rate, t.length] for t in tracks]}
        loudness = [np.array(track.meter.values, np.float32).reshape(-1, 2) for track in tracks]
        longest = max((len(one) for one in loudness), default=0)
        together = np.full((len(tracks), longest, 2), -120, np.float32)
        for row, one in zip(together, loudness, strict=True):
            row[: len(one)] = one
        segments = max((len(track.levels) for track in tracks), default=0)
        channels = sum(track.track.channels for track in tracks)
        levels = np.zeros((segments, channels, 2), np.float32)
        at = 0
        for track in tracks:
            if track.levels:
                levels[: len(track.levels), at : at + track.track.channels] = np.stack(track.levels)
            at += track.track.channels
        assert self._events is not None, "started before"
        self._events.finish()
        yield RenditionFile("features", EVENTS, self._events.path.name, MIME, meta=meta)
        yield self._store(LOUDNESS, together, meta)
        yield self._store(LEVELS, levels, meta)

    def _path(self, label: str) -> Path:
        assert self._work is not None, "started before"
        return self._work.out / f"features-{label}.npy"

    def _store(self, label: str, data: NDArray[np.generic], meta: dict[str, list[list[int]]]) -> RenditionFile:
        file = ArrayFile(self._path(label), data.dtype, data.shape[1:])
        file.append(data)
        file.finish()
        return RenditionFile("features", label, file.path.name, MIME, meta=meta)

    def abandon(self) -> None:
        if self._events is not None:
            self._events.close()
