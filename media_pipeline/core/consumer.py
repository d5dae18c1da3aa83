"""The seam of the decode pass: who wants to see every picture and every sound of a source registers here.

A source is decoded once. Whatever is derived from its content (proxy, thumbnails, waveform, features, a sync check)
is a consumer: it gets every presented picture once, in order, and every audio track as one unbroken run of samples.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.picture import Picture
from media_pipeline.core.proxy_plan import ProxyPlan
from media_pipeline.core.report import RenditionFile
from media_pipeline.core.summary import AudioTrack, Summary


@dataclass(frozen=True)
class SoundBlock:
    """Consecutive samples of one track at its own rate, on the picture's clock: sample 0 is heard as frame 0 appears.

    Blocks of a track follow each other without gap or overlap from sample 0 on: silence stands where the source has
    none, and what sounds before the first picture is not delivered.
    """

    start: int  # number of the block's first sample
    samples: NDArray[np.float32]  # shape (channels, n), full scale is ±1


@dataclass(frozen=True)
class Work:
    """What a consumer is given at the start."""

    summary: Summary
    index: FrameIndex
    plan: ProxyPlan
    out: Path  # write here; the names of files start with the consumer's own name
    publish: Callable[[RenditionFile], None]  # hand a finished file over before the end (previews, sheets)

    @property
    def tracks(self) -> tuple[AudioTrack, ...]:
        """The audio tracks that are delivered: those whose file says what they are."""
        return tuple(track for track in self.summary.audio if track.sample_rate > 0 and track.channels > 0)

    @property
    def picture_end(self) -> Fraction:
        """Seconds from the first picture to the end of the last."""
        return self.index.duration


class Consumer(Protocol):
    def wants(self, summary: Summary) -> bool:
        """Whether this source has anything for it. One that does not want is never started."""

    def start(self, work: Work) -> None:
        """Before the first picture."""

    def video(self, n: int, picture: Picture) -> None:
        """Frame n: every n from 0 on, once, in order. The picture must not be kept after the call."""

    def audio(self, track: int, block: SoundBlock) -> None:
        """The next samples of a track (its number among the audio tracks). They must not be changed."""

    def finish(self) -> Iterable[RenditionFile]:
        """After the last picture and sample: the finished, verified files not yet published."""

    def abandon(self) -> None:
        """The pass failed or was cancelled: close what is open. Called instead of finish, or after it raised."""


_factories: dict[str, Callable[[], Consumer]] = {}
_for_checks: set[str] = set()


def register(name: str, factory: Callable[[], Consumer], *, for_checks: bool = False) -> None:
    """Add a consumer to every later pass. Consumers are called in the order of registration. `for_checks`: it stores what
    the sync checks read, and so takes part in passes that make nothing else."""
    if name in _factories:
        raise ValueError(f"a consumer named {name!r} is registered already")
    _factories[name] = factory
    if for_checks:
        _for_checks.add(name)


def registered(*, for_checks: bool = False) -> list[Consumer]:
    """A fresh instance of each, or of those that the sync checks need."""
    return [factory() for name, factory in _factories.items() if not for_checks or name in _for_checks]
