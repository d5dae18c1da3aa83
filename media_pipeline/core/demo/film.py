"""Renders the demo film: every version in one pass over the picture, each with its own grade, slate and sound.

20.02 s (480 frames at 24000/1001), start timecode 01:00:00:00: slate, countdown with the 2-pop two seconds before the first
frame of picture, three shots. Fields a sync check can rest on: the 2-pop, the cuts, the lighthouse's flashes with their bell.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from media_pipeline.core.demo import sound
from media_pipeline.core.demo.leader import BAR, FRAME_HEIGHT, Countdown, Frame, Slate, burn_in, slate_frame
from media_pipeline.core.demo.scenes import Aurora, Lighthouse, Mountains, Scene
from media_pipeline.core.demo.texture import HEIGHT, WIDTH, Picture

RATE = Fraction(24000, 1001)
NOMINAL = 24  # frames counted per second of timecode
FRAMES = 480
LEADER = 48  # first frame of the countdown: 5, 4, 3 for 24 frames each
POP = 120  # the one frame that shows "2"
SHOTS = (168, 272, 376)  # first frame of each shot; the first is two seconds after the pop
START_HOUR = 1
TITLE = "Northern Light"
KEY_INTERVAL = 24
SATURATION = 1.16

Yuv = NDArray[np.uint8]  # planar 4:2:0 as PyAV lays it out: (FRAME_HEIGHT · 3/2, WIDTH), luma in the first FRAME_HEIGHT rows


@dataclass(frozen=True)
class Cut:
    """One version of the film."""

    number: int
    filename: str
    note: str
    look: str  # of the picture, burned in: "Offline" is ungraded
    late_frames: int = 0  # the sound's delay against the picture
    picture_of: int | None = None  # number of an earlier version whose picture this one has, all but the slate

    @property
    def label(self) -> str:
        return f"v{self.number:02}"


OFFLINE, GRADE = "Offline", "Grade 1"
CUTS = (
    Cut(1, "NorthernLight_v01_offline.mp4", "Offline edit, camera colours.", OFFLINE),
    Cut(2, "NorthernLight_v02_grade.mp4", "First grade.", GRADE),
    Cut(3, "NorthernLight_v03_mix.mp4", "New mix laid in.", GRADE, late_frames=3, picture_of=2),
)


def render(folder: Path, *, frames: int = FRAMES, progress: Callable[[int], None] | None = None) -> list[Path]:
    """Render the versions (CUTS) into `folder`, all in one pass; returns their paths in order. `frames` shortens the film."""
    flashes = tuple(SHOTS[1] + at for at in Lighthouse.FLASHES)
    music = sound.compose(FRAMES, pop=POP, shots=SHOTS, bells=flashes, chime=SHOTS[2] + Aurora.STAR)
    paths = [folder / cut.filename for cut in CUTS]
    writers: list[Writer] = []
    for path, cut in zip(paths, CUTS, strict=True):
        heard = sound.late(music, cut.late_frames) if cut.late_frames else music
        source = next((writer for writer in writers if writer.cut.number == cut.picture_of), None)
        writers.append(Writer(path, cut, heard, follows=source))
    try:
        for number, pictures in enumerate(_in_order(Film().frame, frames)):
            for writer, picture in zip(writers, pictures, strict=True):
                writer.add(picture)
            if progress:
                progress(number + 1)
    finally:
        for writer in writers:
            writer.close()
    return paths


def _in_order(make: Callable[[int], list[Yuv]], count: int) -> Iterator[list[Yuv]]:
    """make(0), make(1), … rendered by two threads (NumPy lets go of the interpreter), a few frames ahead."""
    with ThreadPoolExecutor(2) as pool:
        waiting: deque[Future[list[Yuv]]] = deque()
        for number in range(count):
            waiting.append(pool.submit(make, number))
            if len(waiting) > 4:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class Film:
    """Every frame of every version, as a function of its number alone."""

    def __init__(self) -> None:
        self.scenes: tuple[Scene, ...] = (Mountains(), Lighthouse(), Aurora())
        self.countdown = Countdown()
        self.slates = [_yuv(slate_frame(_slate(cut))) for cut in CUTS]
        self.black = _yuv(np.zeros((FRAME_HEIGHT, WIDTH, 3), np.uint8))
        self.curve = _curve()
        grain = np.random.default_rng(7).standard_normal((HEIGHT + 64, WIDTH + 128))
        self.grain = np.round(1.5 * (grain + np.roll(grain, 1, 0) * 0.5 + np.roll(grain, 1, 1) * 0.5)).astype(np.int16)

    def frame(self, number: int) -> list[Yuv]:
        """Frame `number` of each version."""
        if number < LEADER:
            return self.slates
        if number < SHOTS[0]:
            second, n = divmod(number - LEADER, NOMINAL)
            return [_yuv(self.countdown.frame(5 - second, n)) if number <= POP else self.black] * len(CUTS)
        shot = sum(number >= first for first in SHOTS) - 1
        graded = _yuv(self._developed(self.scenes[shot].picture(number - SHOTS[shot]), number))
        pictures: list[Yuv] = []
        for cut in CUTS:
            if cut.picture_of is not None:
                pictures.append(pictures[cut.picture_of - 1])
                continue
            picture = _ungraded(graded) if cut.look == OFFLINE else graded.copy()
            burn_in(
                picture[:FRAME_HEIGHT],
                title=TITLE,
                look=cut.look,
                timecode=timecode(number),
                number=number,
                rate="23.976 fps",
            )
            pictures.append(picture)
        return pictures

    def _developed(self, light: Picture, number: int) -> Frame:
        """From linear light to the screen, between the black bars: saturation, filmic curve, grain."""
        grey = light[0] * np.float32(0.2126) + light[1] * np.float32(0.7152) + light[2] * np.float32(0.0722)
        grey *= np.float32(1 - SATURATION)
        y, x = (number * 37) % 64, (number * 53) % 128
        grain = self.grain[y : y + HEIGHT, x : x + WIDTH]
        frame = np.zeros((FRAME_HEIGHT, WIDTH, 3), np.uint8)
        for channel in range(3):
            plane = light[channel] * np.float32(SATURATION)
            plane += grey
            np.maximum(plane, 0, out=plane)
            np.sqrt(plane, out=plane)
            plane *= np.float32(4095 / 8**0.5)
            shown = self.curve.take(plane.astype(np.int32), mode="clip")
            shown += grain
            frame[BAR : BAR + HEIGHT, :, channel] = np.clip(shown, 0, 255, out=shown)
        return frame


def timecode(number: int) -> str:
    """The record timecode of a frame of the film (non-drop, 24 frames counted per second)."""
    seconds, frame = divmod(number + START_HOUR * 3600 * NOMINAL, NOMINAL)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frame:02}"


def _curve() -> NDArray[np.int16]:
    """A table over 4096 steps of the root of linear light 0 to 8: filmic curve (fit by K. Narkowicz), display gamma."""
    light = (np.arange(4096) / 4095) ** 2 * 8
    shown = np.clip(light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14), 0, 1) ** (1 / 2.2)
    return np.round(np.clip(0.42 + (shown - 0.42) * 1.10, 0, 1) * 242).astype(np.int16)


def _yuv(frame: Frame) -> Yuv:
    video = av.VideoFrame.from_ndarray(frame, format="rgb24")
    return np.asarray(video.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG").to_ndarray(), np.uint8)


def _ungraded(graded: Yuv) -> Yuv:
    """The same picture as it came from the camera: flat, pale, a little cold. The bars stay black."""
    step = np.arange(256)
    luma = np.clip(38 + (step - 16) * 0.74, 16, 235).astype(np.uint8)
    blue, red = (np.clip(128 + (step - 128) * 0.52 + shift, 16, 240).astype(np.uint8) for shift in (2, -1))
    picture = graded.copy()
    quarter, bar = FRAME_HEIGHT // 4, BAR // 4  # a chroma plane takes a quarter of the rows, two of its lines in each
    for table, top, edge, height in (
        (luma, 0, BAR, FRAME_HEIGHT),
        (blue, FRAME_HEIGHT, bar, quarter),
        (red, FRAME_HEIGHT + quarter, bar, quarter),
    ):
        area = picture[top + edge : top + height - edge]
        area[:] = table[area]
    return picture


def _slate(cut: Cut) -> Slate:
    return Slate(
        TITLE,
        cut.label,
        (
            ("file", cut.filename),
            ("frame rate", "23.976 (24000/1001)"),
            ("start timecode", timecode(0)),
            ("duration", f"{FRAMES} frames"),
            ("first picture", timecode(SHOTS[0])),
            ("2-pop", f"{timecode(POP)}, 1 kHz, -20 dBFS"),
            ("picture", f"{WIDTH} x {FRAME_HEIGHT}, 2.39:1"),
            ("sound", "48 kHz, stereo"),
        ),
    )


class Writer:
    """An MP4 with H.264, AAC and a timecode track; picture and sound are handed in frame by frame.

    `follows`: from the countdown on, the coded picture of that writer is copied. Both encoders have the same settings and
    begin a closed group of pictures there, so the packets fit.
    """

    def __init__(self, path: Path, cut: Cut, music: NDArray[np.float32], *, follows: "Writer | None") -> None:
        self.cut = cut
        self.music = music
        self.number = 0
        self.followers: list[Writer] = []
        self.follows = follows
        if follows is not None:
            follows.followers.append(self)
        self.container = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        self.container.metadata["title"] = f"{TITLE} {cut.label}"
        # The fastest preset with what makes a real stream: reordered frames, closed groups of one second.
        coding = {"preset": "ultrafast", "crf": "22", "bf": "2", "sc_threshold": "0", "flags": "+cgop"}
        self.video: VideoStream = self.container.add_stream("libx264", rate=RATE, options=coding)
        codec = self.video.codec_context
        codec.width, codec.height, codec.pix_fmt, codec.gop_size = WIDTH, FRAME_HEIGHT, "yuv420p", NOMINAL
        self.video.time_base = codec.time_base = 1 / RATE
        codec.color_primaries = codec.color_trc = codec.colorspace = codec.color_range = 1  # BT.709, limited range
        self.video.metadata["timecode"] = timecode(0)
        self.audio: AudioStream = self.container.add_stream("aac", rate=sound.SAMPLE_RATE, layout="stereo", bit_rate=192_000)

    def add(self, picture: Yuv) -> None:
        if self.follows is None or self.number < LEADER:
            frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
            frame.pts, frame.time_base = self.number, 1 / RATE
            self._coded(self.video.encode(frame))
        if self.follows is not None and self.number == LEADER - 1:
            self._coded(self.video.encode(None))
        at = self.number * sound.SAMPLES_PER_FRAME
        samples = np.ascontiguousarray(self.music[:, at : at + sound.SAMPLES_PER_FRAME])
        block = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        block.sample_rate, block.pts, block.time_base = sound.SAMPLE_RATE, at, Fraction(1, sound.SAMPLE_RATE)
        self.container.mux(self.audio.encode(block))
        self.number += 1

    def _coded(self, packets: "list[av.Packet[VideoStream]]") -> None:
        for packet in packets:
            if packet.pts is not None and packet.pts >= LEADER:
                for follower in self.followers:
                    follower.copy(packet)
            self.container.mux(packet)

    def copy(self, packet: "av.Packet[VideoStream]") -> None:
        same = av.Packet(bytes(packet))
        same.pts, same.dts, same.duration, same.time_base = packet.pts, packet.dts, packet.duration, packet.time_base
        same.is_keyframe, same.stream = packet.is_keyframe, self.video
        self.container.mux(same)

    def close(self) -> None:
        if self.follows is None or self.number < LEADER:
            self._coded(self.video.encode(None))
        self.container.mux(self.audio.encode(None))
        if not self.followers:
            self.container.close()
            if self.follows is not None:
                self.follows.container.close()
