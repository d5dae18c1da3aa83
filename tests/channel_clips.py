"""Clips whose channels can be told apart: each has clicks of its own."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from media_pipeline.core.sound import framed
from tests.media import SAMPLE_RATE, click_track, draw_number

SIZE = (160, 96)
RATE = 25


def channel_clip(path: Path, layouts: Sequence[str], clicks: Callable[[int, int], list[int]], *, frames: int) -> Path:
    """A MOV at 25 frames a second with one PCM track per layout; `clicks(track, channel)` are samples."""
    length = frames * SAMPLE_RATE // RATE
    with av.open(str(path), "w") as out:
        video: Any = out.add_stream("mjpeg", rate=RATE)
        video.width, video.height, video.pix_fmt = *SIZE, "yuvj420p"
        tracks: list[Any] = [out.add_stream("pcm_s16le", rate=SAMPLE_RATE) for _ in layouts]
        for stream, layout in zip(tracks, layouts, strict=True):
            stream.codec_context.layout = layout
        for n in range(frames):
            frame = av.VideoFrame.from_ndarray(draw_number(n, SIZE), "gray").reformat(format="yuvj420p")
            frame.pts, frame.time_base = n, Fraction(1, RATE)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        for number, (stream, layout) in enumerate(zip(tracks, layouts, strict=True)):
            channels = av.AudioLayout(layout).nb_channels
            samples = np.stack([click_track(length, clicks(number, channel)) for channel in range(channels)])
            resampler = av.AudioResampler(format="s16", layout=layout, rate=SAMPLE_RATE)
            sound = framed(samples, layout)
            sound.sample_rate, sound.pts, sound.time_base = SAMPLE_RATE, 0, Fraction(1, SAMPLE_RATE)
            for part in resampler.resample(sound):
                out.mux(stream.encode(part))
            out.mux(stream.encode(None))
    return path
