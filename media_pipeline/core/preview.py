"""When a growing proxy is worth showing: after about two seconds of material, then whenever it has doubled."""

from media_pipeline.core.proxy_encode import AUDIO_RATE
from media_pipeline.core.proxy_plan import GOP, FrameTimes

FIRST_SECONDS = 2
_PATIENCE_SECONDS = 4  # a file whose sound lies far behind its picture is shown silent rather than late
_ENOUGH = 0.75  # no preview beyond this share: the finished file comes sooner than it would help


class PreviewSchedule:
    """Doubling keeps the copied bytes of all previews together below those of the final file."""

    def __init__(self, times: FrameTimes) -> None:
        self._times = times
        self._next = self._first()

    def due(self, encoded: int, sound_covered: int | None) -> int:
        """How many frames the next preview should have, 0 if it is not due. `encoded`: packets in the spool;
        `sound_covered`: samples at 48 kHz in the sound's spool, None without sound."""
        count = self._next
        if encoded < count or count > len(self._times) * _ENOUGH:
            return 0
        scale = self._times.timescale
        if sound_covered is not None and sound_covered * scale < self._times.end(count) * AUDIO_RATE:
            late = self._times.end(encoded) - self._times.end(count)
            if late < _PATIENCE_SECONDS * scale:
                return 0
        while self._next <= encoded:
            self._next *= 2
        # All whole groups that are there, not only those that were waited for, as far as the sound reaches.
        return count

    def _first(self) -> int:
        goal = FIRST_SECONDS * self._times.timescale
        count = GOP
        while count < len(self._times) and self._times.end(count) < goal:
            count += GOP
        return count
