"""Frames as timecode labels and back, as comments need them. The arithmetic is media_pipeline.core.timecode's."""

from typing import Any

from django.utils.translation import gettext

from media_pipeline import api as pipeline
from media_pipeline.core.timecode import Rate, TimecodeError, to_frame, to_label
from media_pipeline.models import Media
from review.media_words import timecode_problem
from review.problems import Problem
from review.selectors.frames import index_of


class Clock:
    """The labels of one media: made once per list, used for every row. `media.rate` must be known.

    A rate that SMPTE cannot label (below one or above 999 frames per second) gives None for labels; frames still count.
    """

    def __init__(self, media: Media) -> None:
        assert media.rate is not None, "a clock needs a rate"
        self._num, self._den = media.rate.numerator, media.rate.denominator
        self._drop_frame = bool(media.drop_frame)
        self._start = media.start_frame or 0
        self._frame_count = media.frame_count or 0
        # Where the rate varies, only the index knows when a frame is shown.
        self._variable = bool(media.variable_rate)
        self._index = index_of(pipeline.status([media.pk]).get(media.pk)) if self._variable else None
        try:
            self._rate: Rate | None = Rate(self._num, self._den, self._drop_frame)
        except TimecodeError:
            self._rate = None
        self._places: dict[int, dict[str, Any]] = {}
        self.start_timecode = None if media.start_frame is None else self._label(media.start_frame)

    def _label(self, count: int) -> str | None:
        return None if self._rate is None else to_label(count, self._rate)

    def record(self, frame: int) -> str | None:
        """Record timecode of a frame: the file's start timecode + frame, wrapped at a day as labels do."""
        return self._label(self._start + frame)

    def media(self, frame: int) -> str | None:
        """Timecode counted from the first frame."""
        return self._label(frame)

    def place(self, frame: int) -> dict[str, Any]:
        """All that the API says of where a frame stands; made once per frame: replies stand where their thread does."""
        known = self._places.get(frame)
        if known is None:
            record = self.record(frame)
            known = self._places[frame] = {
                "timecode": record,
                "media_timecode": self.media(frame) if self._start else record,
                "seconds": self.seconds(frame),
                "rate": self.rate(),
                "start_timecode": self.start_timecode,
            }
        return known

    def rate(self) -> dict[str, Any]:
        return {"num": self._num, "den": self._den, "drop_frame": self._drop_frame}

    def seconds(self, frame: int) -> dict[str, int] | None:
        """Seconds since the first frame, exact. At a constant rate in the rate's own terms (one denominator per list).

        None if the rate varies and the frame index is not there.
        """
        if self._index is not None and frame < len(self._index):
            ticks = int(self._index.pts[frame]) - int(self._index.pts[0])
            base = self._index.time_base
            return {"num": ticks * base.numerator, "den": base.denominator}
        if self._variable:
            return None
        return {"num": frame * self._den, "den": self._num}

    def frame_at(self, label: str) -> int:
        """The frame that carries this record timecode. Raises Problem for labels that do not exist or lie before the start."""
        if self._rate is None:
            raise Problem(
                "timecode_unsupported",
                gettext("%(num)s/%(den)s frames per second has no timecode.") % {"num": self._num, "den": self._den},
            )
        try:
            count = to_frame(label, self._rate)
        except TimecodeError as error:
            raise timecode_problem(error) from error
        frame = count - self._start
        if frame < 0 and self._frame_count > frame + self._rate.frames_per_day:
            frame += self._rate.frames_per_day  # the recording runs past midnight
        if not 0 <= frame < self._frame_count:
            first, last = self.record(0), self.record(self._frame_count - 1)
            raise Problem(
                "frame_out_of_range",
                gettext("%(label)s lies outside the version, which runs from %(first)s to %(last)s.")
                % {"label": label.strip(), "first": first, "last": last},
            )
        return frame
