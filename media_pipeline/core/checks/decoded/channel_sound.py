"""How the checks of decoded sound ask for what is stored of it, and which tracks that has."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from media_pipeline.core.checks.contract import CannotMeasure
from media_pipeline.core.checks.material import Material
from media_pipeline.core.hearing.events import EVENTS

if TYPE_CHECKING:
    from media_pipeline.core.consumer import Consumer


def consumer() -> "Consumer":
    """What stores it in the decode pass. (Imported here alone: it brings FFmpeg along, which who only judges does without.)"""
    from media_pipeline.core.hearing.consumer import ChannelSound

    return ChannelSound()


@dataclass(frozen=True)
class Track:
    """`first`: of its channels among those of all tracks, as `sound-levels` counts them; `row`: in `sound-loudness`."""

    number: int
    channels: int
    rate: int
    row: int
    first: int
    samples: int

    @property
    def seconds(self) -> float:
        return self.samples / self.rate


def tracks_of(material: Material) -> list[Track]:
    """The tracks whose sound was stored. Raises CannotMeasure where it was not, or not by this version."""
    stored = material.stored
    if not stored.has(EVENTS):
        raise CannotMeasure(
            "The file has no sound."
            if not material.summary.audio
            else "The sound was not stored channel by channel: ingest it again."
        )
    made: list[Track] = []
    first = 0
    for row, (number, channels, rate, samples) in enumerate(stored.meta[EVENTS]["tracks"]):
        made.append(Track(int(number), int(channels), int(rate), row, first, int(samples)))
        first += int(channels)
    return made
