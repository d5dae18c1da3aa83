"""What is heard of a track: mixed down to stereo, or one channel of it, at 48 kHz, in step with the picture to the sample."""

from fractions import Fraction
from typing import Protocol

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from media_pipeline.core.consumer import SoundBlock
from media_pipeline.core.proxy_encode import AUDIO_RATE
from media_pipeline.core.sound import framed
from media_pipeline.core.spool import Spool
from media_pipeline.core.summary import AudioTrack


def heard_track(tracks: tuple[AudioTrack, ...]) -> AudioTrack | None:
    """Which track the proxy carries: the first. The others, and single channels, are files beside it (solo_sound.py)."""
    return tracks[0] if tracks else None


class Sink(Protocol):
    """Where it goes, float planar at 48 kHz, its time in samples: an encoder, or the sum of several tracks in front of one."""

    layout: str
    spool: Spool

    def encode(self, frame: AudioFrame) -> None: ...

    def finish(self) -> None: ...

    def close(self) -> None: ...


class Listening:
    """Feeds a sound encoder with what is heard of a track up to the end of the picture: all of it as stereo, or one
    channel as it is."""

    def __init__(self, track: AudioTrack, encoder: Sink, picture_end: Fraction, *, channel: int | None = None) -> None:
        self.encoder = encoder
        self.track = track
        self._channel = channel
        self.finished = False
        self._limit = int(picture_end * AUDIO_RATE)  # at 48 kHz
        self._source_limit = -int(-picture_end * track.sample_rate // 1)
        self._written = 0
        self._layout = _known_layout(track)
        self._resampler = AudioResampler(format="fltp", layout=encoder.layout, rate=AUDIO_RATE)

    @property
    def samples(self) -> int:
        """How many samples at 48 kHz it has handed to the encoder."""
        return self._written

    @property
    def covered(self) -> int:
        """Samples at 48 kHz for which there are packets in the spool."""
        return self._limit if self.finished else self.encoder.spool.end

    def feed(self, block: SoundBlock) -> None:
        samples = block.samples[:, : max(0, self._source_limit - block.start)]
        if not samples.shape[1]:
            return
        frame = framed(*self._ready(samples))
        frame.sample_rate = self.track.sample_rate
        frame.pts, frame.time_base = block.start, Fraction(1, self.track.sample_rate)
        self._write(self._resampler.resample(frame))

    def finish(self) -> None:
        if not self.finished:
            self._write(self._resampler.resample(None))
            self.encoder.finish()
            self.finished = True

    def _ready(self, samples: NDArray[np.float32]) -> tuple[NDArray[np.float32], str]:
        if self._channel is not None:
            return samples[[self._channel]], "mono"
        if self._layout is not None and samples.shape[0] > 2:
            return samples, self._layout
        # One channel is heard on both sides at its own level; of channels without names the first two are the pair.
        pair = samples[[0, 0]] if samples.shape[0] == 1 else samples[:2]
        return pair, "stereo"

    def _write(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            count = min(frame.samples, self._limit - self._written)
            if count <= 0:
                return
            if count < frame.samples:
                cut = np.ascontiguousarray(frame.to_ndarray()[:, :count], np.float32)
                frame = AudioFrame.from_ndarray(cut, "fltp", self.encoder.layout)
                frame.sample_rate = AUDIO_RATE
            # The run is unbroken from 0, so the count is the time: no rounding of the resampler's own stamps.
            frame.pts, frame.time_base = self._written, Fraction(1, AUDIO_RATE)
            self._written += count
            self.encoder.encode(frame)

    def close(self) -> None:
        self.encoder.close()


def _known_layout(track: AudioTrack) -> str | None:
    """The layout's name if its channels have places to be mixed from."""
    try:
        layout = av.AudioLayout(track.layout)
    except ValueError:
        return None
    placed = all(not channel.name.startswith(("UNK", "USR", "NONE", "AMBI")) for channel in layout.channels)
    return track.layout if placed and layout.nb_channels == track.channels else None
