"""Sources for benchmarks: a few seconds encoded once, then repeated by copying packets. Not a benchmark itself."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from tests.media import draw_number

CODECS: dict[str, dict[str, Any]] = {
    "h264": {"encoder": "libx264", "pix_fmt": "yuv420p", "options": {"preset": "fast", "crf": "18", "bf": "2"}, "sound": "aac"},
    "prores": {"encoder": "prores_ks", "pix_fmt": "yuv422p10le", "options": {"profile": "3"}, "sound": "pcm_s24le"},
    # As the proxies are made: a key frame every twelve pictures, no B-frames.
    "h264-proxy": {
        "encoder": "libx264",
        "pix_fmt": "yuv420p",
        "options": {"preset": "veryfast", "crf": "23", "bf": "0", "g": "12", "keyint_min": "12", "sc_threshold": "0"},
        "sound": "aac",
    },
    "h264-small": {
        "encoder": "libx264",
        "pix_fmt": "yuv420p",
        "options": {"preset": "fast", "crf": "38", "bf": "2"},
        "sound": "aac",
    },
}


def film_like(
    path: Path, codec: str, *, seconds: int, rate: Fraction, size: tuple[int, int] = (1920, 1080), numbered: bool = False
) -> None:
    """A panning textured picture with grain, a moving object and a cut every two seconds; a gated tone as sound.

    `numbered`: the upper left quarter shows the picture's number, as tests/media.py draws it.
    """
    spec = CODECS[codec]
    width, height = size
    rng = np.random.default_rng(1)
    scenes = []
    for _ in range(2):
        field = np.cumsum(np.cumsum(rng.normal(size=(height + 64, width + 640)), 0), 1)
        field = (field - field.min()) / np.ptp(field)
        scenes.append((40 + 150 * field + rng.integers(0, 12, field.shape)).astype(np.uint8))
    grain = [rng.integers(0, 6, (height, width), dtype=np.uint8) for _ in range(4)]
    frames = int(seconds * rate)
    with av.open(str(path), "w") as out:
        video: Any = out.add_stream(spec["encoder"], rate=rate, options=spec["options"])
        video.width, video.height, video.pix_fmt = width, height, spec["pix_fmt"]
        sound: Any = out.add_stream(spec["sound"], rate=48_000)
        sound.codec_context.layout = "stereo"
        time = np.arange(seconds * 48_000) / 48_000
        tone = (0.3 * np.sin(2 * np.pi * 440 * time) * (np.sin(2 * np.pi * 0.7 * time) > 0)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(np.stack([tone, tone]), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
        out.mux(sound.encode(frame))
        out.mux(sound.encode(None))
        for n in range(frames):
            scene = scenes[int(n / rate) // 2 % 2]
            x = n * 5 % 600
            luma = scene[n % 60 : n % 60 + height, x : x + width] + grain[n % 4]
            left = n * 17 % (width - 300)
            luma[300:600, left : left + 300] = 200 - n * 3 % 100
            if numbered:
                luma[: height // 2, : width // 2] = draw_number(n, (width // 2, height // 2))
            picture = np.full((height * 3 // 2, width), 128, np.uint8)
            picture[:height] = luma
            picture[height : height + height // 4] = 110 + n % 30
            image = av.VideoFrame.from_ndarray(picture, "yuv420p")
            image.pts, image.time_base = n, 1 / rate
            out.mux(video.encode(image))
        out.mux(video.encode(None))


def repeated(source: Path, path: Path, *, seconds: int) -> None:
    """The clip over and over until it is `seconds` long: packets copied, nothing encoded."""
    with av.open(str(source)) as clip, av.open(str(path), "w", options={"movflags": "faststart"}) as out:
        streams = {stream.index: out.add_stream_from_template(stream, opaque=True) for stream in clip.streams}
        packets = sorted(
            (((packet.dts or 0) * packet.time_base, packet) for packet in clip.demux() if packet.size),
            key=lambda pair: pair[0],
        )
        video = clip.streams.video[0]
        length = (video.duration or 0) * Fraction(video.time_base or 0)
        for turn in range(int(seconds / length)):
            for _, packet in packets:
                shift = int(turn * length / packet.time_base)
                base, stream = packet.time_base, packet.stream
                times = packet.pts, packet.dts
                if stream.type == "audio" and packet.pts is not None and packet.pts < 0 and turn:
                    continue  # the priming of every turn but the first
                packet.pts, packet.dts = (times[0] or 0) + shift, (times[1] or 0) + shift
                packet.stream = streams[stream.index]
                out.mux(packet)
                packet.stream, packet.time_base = stream, base
                packet.pts, packet.dts = times
