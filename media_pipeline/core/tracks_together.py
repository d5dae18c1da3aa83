"""All tracks of a source heard at once: what the channels of a recorder or a camera sound like together."""

from collections.abc import Sequence

import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from media_pipeline.core.listening import Sink
from media_pipeline.core.proxy_encode import AUDIO_RATE
from media_pipeline.core.sound import framed

LONGEST_WAIT = 30 * AUDIO_RATE  # samples by which a track may lie behind another in its file; what comes later is left out
BLOCK = 16 * 1024  # samples handed on at once


class TracksTogether:
    """The sum of stereo tracks at 48 kHz, each at 1/√n: n tracks that have nothing in common sound as loud as one of them.
    Memory: LONGEST_WAIT samples, whatever the length."""

    def __init__(self, encoder: Sink, count: int) -> None:
        self.encoder = encoder
        self.tracks: Sequence[Share] = [Share(self, number) for number in range(count)]
        self._weight = np.float32(count**-0.5)
        self._sum = np.zeros((2, LONGEST_WAIT + BLOCK), np.float32)
        self._start = 0  # sample at which the sum begins; those before are encoded
        self._reached = [0] * count
        self._finished = 0

    @property
    def samples(self) -> int:
        """Handed to the encoder."""
        return self._start

    def add(self, number: int, at: int, samples: NDArray[np.float32]) -> None:
        """The samples of a track from `at` on; they follow those before."""
        self._reached[number] = at + samples.shape[1]
        for first in range(0, samples.shape[1], BLOCK):
            self._add(at + first, samples[:, first : first + BLOCK])
        ready = min(self._reached) - self._start
        if ready >= BLOCK:
            self._hand_on(ready)

    def finish(self) -> None:
        """Once for each track; with the last one the rest is encoded."""
        self._finished += 1
        if self._finished == len(self.tracks):
            self._hand_on(max(self._reached) - self._start)
            self.encoder.finish()

    def _add(self, at: int, samples: NDArray[np.float32]) -> None:
        over = at + samples.shape[1] - self._start - self._sum.shape[1]
        if over > 0:
            self._hand_on(over)
        late = max(0, self._start - at)
        if late < samples.shape[1]:
            place = at + late - self._start
            self._sum[:, place : place + samples.shape[1] - late] += self._weight * samples[:, late:]

    def _hand_on(self, count: int) -> None:
        for first in range(0, count, BLOCK):
            block = np.clip(self._sum[:, first : min(first + BLOCK, count)], -1, 1)
            frame = framed(np.ascontiguousarray(block), "stereo")
            frame.sample_rate, frame.pts = AUDIO_RATE, self._start + first
            self.encoder.encode(frame)
        used = min(max(self._reached) - self._start, self._sum.shape[1])
        self._sum[:, : used - count] = self._sum[:, count:used]
        self._sum[:, used - count : used] = 0
        self._start += count


class Share:
    """What one track gives to the sum: takes the place of its encoder."""

    layout = "stereo"

    def __init__(self, whole: TracksTogether, number: int) -> None:
        self._whole, self._number = whole, number
        self.spool = whole.encoder.spool

    def encode(self, frame: AudioFrame) -> None:
        assert frame.pts is not None
        self._whole.add(self._number, frame.pts, np.asarray(frame.to_ndarray(), np.float32))

    def finish(self) -> None:
        self._whole.finish()

    def close(self) -> None:
        if self._number == 0:
            self._whole.encoder.close()
