"""Small films for the acceptance corpus: a moving picture and sound made of a seed, written with any encoder and container.

The picture pans over a texture with grain and without a seam, so that no two neighbours are alike and none jumps; a film's
`order` says which drawn picture each frame shows, so that repeating, dropping and freezing are edits of a list. Sound is
babble: bursts like syllables.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import av
import av.filter
import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.sound import framed

RATE = 48_000
SIZE = (96, 64)
FLASH, BLACK = -1, -2  # in `order`: a white and a black picture
_PIXELS = {"prores_ks": "yuv422p10le", "dnxhd": "yuv422p", "mjpeg": "yuvj420p", "dvvideo": "yuv420p"}
_FORMATS = {".ts": "mpegts", ".mkv": "matroska", ".mpg": "mpeg"}


@dataclass
class Sound:
    """`samples`: (n,) mono or (n, channels), full scale 1. `late`: seconds after the picture's time 0 that it begins."""

    samples: NDArray[np.float32]
    codec: str = "aac"
    rate: int = RATE
    layout: str = ""  # mono or stereo by the samples' shape if empty
    late: Fraction = Fraction(0)
    bit_rate: int = 128_000
    said_rate: int = 0  # what the file says, if that is a lie


@dataclass
class Film:
    rate: Fraction
    order: list[int]
    sounds: list[Sound]
    seed: int = 0
    size: tuple[int, int] = SIZE
    codec: str = "libx264"
    gop: int = 24
    b_frames: int = 2
    open_gop: bool = False
    times: Sequence[int] | None = None  # ticks of 1/timescale for each frame; else the exact grid
    timescale: int = 0
    late: Fraction = Fraction(0)  # seconds that the pictures begin after time 0
    timecode: str = ""
    rotation: int = 0
    sar: Fraction | None = None
    interlaced: str = ""  # "tff" | "bff": flagged and coded so
    mux: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)  # colour tags
    pictures: Any = None  # draw(number) -> luma (height, width), instead of the pan
    _marker: Any = field(default=None, repr=False)

    @cached_property
    def _field(self) -> NDArray[np.uint8]:
        rng = np.random.default_rng(self.seed)
        width, height = self.size
        shape = (height + 40, width + 400)
        # Made of waves that fit into it: the pan comes round without a jump.
        far = np.hypot(np.fft.fftfreq(shape[0])[:, np.newaxis], np.fft.rfftfreq(shape[1])[np.newaxis])
        wide = np.fft.irfft2(np.fft.rfft2(rng.normal(size=shape)) / (0.004 + far) ** 1.6, shape)
        wide = (wide - wide.min()) / np.ptp(wide)
        luma: NDArray[np.uint8] = (50 + 130 * wide + rng.integers(0, 22, wide.shape)).astype(np.uint8)
        return luma

    def draw(self, number: int) -> NDArray[np.uint8]:
        width, height = self.size
        if number < 0:
            return np.full((height, width), 235 if number == FLASH else 16, np.uint8)
        if self.pictures is not None:
            drawn: NDArray[np.uint8] = self.pictures(number)
            return drawn
        rows = (number + np.arange(height)) % self._field.shape[0]
        columns = (number * 3 + np.arange(width)) % self._field.shape[1]
        luma = self._field[np.ix_(rows, columns)]
        left = _to_and_fro(number * 5, width - 16)
        luma[height // 3 : height // 3 + 16, left : left + 16] = 60 + _to_and_fro(number * 7, 120)
        return luma

    def write(self, path: Path) -> Path:
        """The film as a file; its container by the suffix."""
        mp4 = path.suffix in (".mp4", ".mov", ".m4v")
        mux = dict(self.mux)
        base = Fraction(1, self.timescale) if self.timescale else 1 / self.rate
        if mp4 and "video_track_timescale" not in mux:
            mux["video_track_timescale"] = str(self.timescale or _timescale(self.rate))
        with av.open(str(path), "w", format=_FORMATS.get(path.suffix), options=mux) as out:
            video: Any = out.add_stream(self.codec, rate=self.rate, options=self._options())
            video.width, video.height = self.size
            video.pix_fmt = _PIXELS.get(self.codec, "yuv420p")
            context = video.codec_context
            context.time_base, context.thread_count, context.gop_size = base, 1, self.gop
            if self.sar is not None:
                context.sample_aspect_ratio = self.sar
            for name, value in self.tags.items():
                setattr(context, name, value)
            if self.timecode:
                (video if mp4 else out).metadata["timecode"] = self.timecode
                if path.suffix == ".mxf":
                    video.metadata["timecode"] = self.timecode
            if self.rotation:
                video.set_display_rotation(-self.rotation)
            tracks = [self._add_track(out, sound) for sound in self.sounds]
            for track, sound in zip(tracks, self.sounds, strict=True):
                _write_sound(out, track, sound)
            ticks = self.times if self.times is not None else self._grid(base)
            for number, tick in zip(self.order, ticks, strict=True):
                out.mux(video.encode(self._frame(number, tick, base, video.pix_fmt)))
            out.mux(video.encode(None))
        return path

    def _grid(self, base: Fraction) -> list[int]:
        step = 1 / (self.rate * base)
        first = self.late / base
        return [int(first + n * step + Fraction(1, 2)) for n in range(len(self.order))]

    def _frame(self, number: int, tick: int, base: Fraction, pixels: str) -> av.VideoFrame:
        width, height = self.size
        picture = np.full((height * 3 // 2, width), 128, np.uint8)
        picture[:height] = self.draw(number)
        frame = av.VideoFrame.from_ndarray(picture, "yuv420p")
        if pixels != "yuv420p":
            frame = frame.reformat(format=pixels)
        if self.interlaced:
            frame = self._marked(frame)
        frame.pts, frame.time_base = int(tick), base
        return frame

    def _marked(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The frame flagged as two fields: encoders tell the order by it."""
        if self._marker is None:
            graph = av.filter.Graph()
            source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 1000))
            graph.link_nodes(source, graph.add("setfield", self.interlaced), graph.add("buffersink")).configure()
            self._marker = graph
        frame.pts, frame.time_base = 0, Fraction(1, 1000)
        self._marker.vpush(frame)
        marked: av.VideoFrame = self._marker.vpull()
        return marked

    def _add_track(self, out: Any, sound: Sound) -> Any:
        track = out.add_stream(sound.codec, rate=sound.said_rate or sound.rate)
        track.codec_context.layout = sound.layout or ("mono" if sound.samples.ndim == 1 else "stereo")
        if not sound.codec.startswith(("pcm", "flac")):
            track.bit_rate = sound.bit_rate
        return track

    def _options(self) -> dict[str, str]:
        if self.codec == "libx264":
            least = self.gop // 2 if self.open_gop else self.gop
            params = f"keyint={self.gop}:min-keyint={least}:scenecut=0:bframes={self.b_frames}:b-adapt=0"
            params += f":open-gop={int(self.open_gop)}:force-cfr=0" + (f":{self.interlaced}=1" if self.interlaced else "")
            return {"preset": "ultrafast", "crf": "20", "x264-params": params, **self.options}
        if self.codec in ("mpeg2video", "mpeg4"):
            flags = ("" if self.open_gop else "+cgop") + ("+ilme+ildct" if self.interlaced else "")
            common = {"qscale": "3", "g": str(self.gop), "bf": str(self.b_frames), "sc_threshold": "1000000000"}
            return {**common, **({"flags": flags} if flags else {}), **self.options}
        if self.codec == "libvpx-vp9":
            return {"deadline": "realtime", "cpu-used": "8", "crf": "30", "b": "0", "g": str(self.gop), **self.options}
        if self.codec == "libsvtav1":
            return {"preset": "12", "crf": "40", "svtav1-params": f"lp=1:keyint={self.gop}", **self.options}
        if self.codec == "dnxhd":
            return {"profile": "dnxhr_sq", **self.options}
        if self.codec == "libx265":
            return {"preset": "ultrafast", "x265-params": f"keyint={self.gop}:bframes=2:log-level=none:pools=1", **self.options}
        return {"g": str(self.gop), **self.options}


def _to_and_fro(far: int, reach: int) -> int:
    """0 to `reach` and back, again and again."""
    return reach - abs(far % (2 * reach) - reach)


def _timescale(rate: Fraction) -> int:
    scale = rate.numerator
    while scale < 10_000:
        scale *= 2
    return scale


def _write_sound(out: Any, track: Any, sound: Sound) -> None:
    samples = np.atleast_2d(sound.samples.T).astype(np.float32)
    rate, context = sound.said_rate or sound.rate, track.codec_context
    late = round(sound.late * rate)
    resampler = av.AudioResampler(format=context.format.name, layout=context.layout.name, rate=rate)
    for start in range(0, samples.shape[1], 1920):
        part = samples[:, start : start + 1920]
        frame = framed(part, context.layout.name)
        frame.sample_rate, frame.pts, frame.time_base = rate, start + late, Fraction(1, rate)
        for converted in resampler.resample(frame):
            out.mux(track.encode(converted))
    out.mux(track.encode(None))


def babble(seconds: float, seed: int, *, dry: bool = False, rate: int = RATE) -> NDArray[np.float32]:
    """Bursts like syllables over quiet noise; `dry`: over digital silence, as synthetic speech has it."""
    rng = np.random.default_rng(seed + 1000)
    n = round(seconds * rate)
    sound = np.zeros(n, np.float32)
    at = int(0.05 * rate)
    while at < n:
        length = int(rng.uniform(0.12, 0.35) * rate)
        t = np.arange(min(length, n - at)) / rate
        pitch = rng.uniform(110, 260)
        voice = sum(np.sin(2 * np.pi * pitch * k * t + rng.uniform(0, 6)) / k for k in range(1, 8))
        shape = np.sin(np.pi * np.arange(len(t)) / length) ** 0.5
        sound[at : at + len(t)] = 0.16 * shape * (voice + rng.normal(0, 0.5, len(t)))
        at += length + int(rng.choice([0.0, 0.02, 0.09, 0.3]) * rate)
    return sound if dry else (sound + rng.normal(0, 0.002, n)).astype(np.float32)


def pops(
    sound: NDArray[np.float32], seconds: Sequence[float], *, length: float = 0.04, rate: int = RATE
) -> NDArray[np.float32]:
    """The sound with 1 kHz tones (−20 dBFS at the sync events' level) in its place at these times."""
    made = sound.copy()
    for at in seconds:
        start, count = round(at * rate), round(length * rate)
        pad = round(0.05 * rate)
        made[max(0, start - pad) : start + count + pad] = 0
        made[start : start + count] = 0.25 * np.sin(2 * np.pi * 1000 * np.arange(count) / rate)
    return made


def stretched(sound: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """Longer by `factor`, by interpolation: what plays too slowly."""
    n = round(len(sound) * factor)
    made: NDArray[np.float32] = np.interp(np.arange(n) / factor, np.arange(len(sound)), sound).astype(np.float32)
    return made
