"""What a check judges by: the file's summary, the project's spec, and what all checks measured."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from media_pipeline.core.checks.contract import PLACES, Place
from media_pipeline.core.checks.material import Measurement
from media_pipeline.core.checks.spec import Spec
from media_pipeline.core.summary import Summary
from media_pipeline.core.timecode import Rate, TimecodeError, to_label

NEAR_A_JOIN = 2  # frames


@dataclass(frozen=True)
class Case:
    """One version to be judged. `against`: what the reference of stage C is called; "" without one. `claps`: confirmed by
    somebody, as frame of the bang → first frame in which the slate is closed."""

    summary: Summary
    spec: Spec = field(default_factory=Spec)
    measurements: Mapping[str, Measurement] = field(default_factory=dict)
    against: str = ""
    claps: Mapping[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> Fraction:
        """The file's own nominal rate."""
        return self.summary.rate

    @property
    def frame_milliseconds(self) -> float:
        """How long a frame is shown, for people and thresholds."""
        return float(1000 / self.rate)

    def measured(self, check_id: str) -> Mapping[str, Any]:
        """What another check measured; {} if it gave nothing."""
        known = self.measurements.get(check_id)
        return known.data if known is not None and known.state == "measured" else {}

    @cached_property
    def joins(self) -> tuple[int, ...]:
        """First frames of the segments of a distributed render; () if none are known."""
        return tuple(int(join["frame"]) for join in self.measured("segments").get("joins", ()))

    def near_join(self, frame: int) -> int | None:
        """The join within NEAR_A_JOIN frames, or None."""
        return next((join for join in self.joins if abs(join - frame) <= NEAR_A_JOIN), None)

    @cached_property
    def _labels(self) -> Rate | None:
        try:
            return Rate(self.summary.rate_num, self.summary.rate_den, bool(self.summary.drop_frame))
        except TimecodeError:
            return None

    def timecode(self, frame: int) -> str:
        """Record timecode of a frame (from zero where the file carries none); "" at rates that have none."""
        return to_label((self.summary.start_frame or 0) + frame, self._labels) if self._labels else ""

    def place(self, frame: int, duration_frames: int = 1, note: str = "") -> Place:
        """A place of a finding. One at a join says so by itself."""
        if not note and self.near_join(frame) is not None:
            note = "at a segment join"
        return Place(frame, max(1, duration_frames), self.timecode(frame), note)

    def places(self, ranges: Iterable[tuple[int, int]]) -> tuple[Place, ...]:
        """(first frame, frames) as places, no more than a report shows."""
        return tuple(self.place(first, count) for first, count in list(ranges)[:PLACES])
