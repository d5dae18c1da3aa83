"""The pictures of a corrected copy: their packets with exact times, or encoded once more where their number changes."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from media_pipeline.core.corrections.plan import ProxyPreset
from media_pipeline.core.errors import MediaError
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.prepare import Placement
from media_pipeline.core.summary import Summary

_TICK_JITTER = Fraction(11, 10_000)  # seconds: what clocks of milliseconds and their writers round away
_NEAR = Fraction(2, 5)  # of a frame: nearer to its own place on the grid than to any other
_SMALLEST_TIMESCALE = 10_000
_PIXELS = {"libx264": {"yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p10le", "gray", "gray10le"}}
_OPTIONS = {
    "libx264": {"preset": "medium", "crf": "12", "x264-params": "keyint=12:min-keyint=12:scenecut=0:open-gop=0"},
    "prores_ks": {"profile": "3"},
}


def timescale_of(index: FrameIndex, rate: Fraction | None) -> int:
    """Ticks per second in which every picture of the copy begins on a tick."""
    if rate is None and not on_grid(index, index.rate, _slack(index)):
        return index.time_base.denominator
    scale = (rate or index.rate).numerator
    while scale < _SMALLEST_TIMESCALE:
        scale *= 2
    return scale


def _slack(index: FrameIndex) -> Fraction:
    return min(max(_TICK_JITTER, index.time_base * Fraction(21, 20)), 1 / (4 * index.rate))


def on_grid(index: FrameIndex, rate: Fraction, slack: Fraction) -> bool:
    """Whether picture n is nowhere further than `slack` seconds from n / rate, for one common beginning."""
    step = 1 / (rate * index.time_base)
    off = (index.pts - index.pts[0]).astype(np.float64) - np.arange(len(index)) * float(step)
    return float(off.max() - off.min()) / 2 <= float(slack / index.time_base) + 1e-9


def kept_times(index: FrameIndex, rate: Fraction | None, scale: int) -> NDArray[np.int64] | None:
    """When each picture begins in the copy, in ticks of 1/scale from the first: on the grid if they belong there, else as
    they are. None if pictures must be repeated or left out to have `rate`."""
    if rate is not None or on_grid(index, index.rate, _slack(index)):
        wanted = rate or index.rate
        if rate is not None and not on_grid(index, rate, _NEAR / rate):
            return None
        return np.array([round(n * scale / wanted) for n in range(len(index))], np.int64)
    ticks = (index.pts - index.pts[0]).tolist()
    return np.array([round(tick * index.time_base * scale) for tick in ticks], np.int64)


class PictureCopy:
    """Packets as they are, with the times of the plan."""

    def __init__(
        self,
        out: OutputContainer,
        stream: VideoStream,
        index: FrameIndex,
        times: NDArray[np.int64],
        scale: int,
        *,
        timeless: bool,
    ) -> None:
        self.stream = out.add_stream_from_template(stream, opaque=True)
        self._index, self._times, self._base = index, times, Fraction(1, scale)
        self._factor = (stream.time_base or index.time_base) / index.time_base
        self._timeless = timeless
        self._last_dts: int | None = None
        self.count = 0

    def take(self, packet: "av.Packet[Any]") -> "av.Packet[Any]":
        """The packet, ready to be written. Raises MediaError for one that is no picture of the index."""
        n = self._number(packet)
        own = packet.time_base or self._index.time_base
        pts = int(self._times[n])
        ahead = Fraction(0)
        if not self._timeless and packet.dts is not None and packet.pts is not None:
            ahead = (packet.pts - packet.dts) * own
        dts = pts - round(ahead / self._base)
        if self._last_dts is not None and dts <= self._last_dts:
            dts = self._last_dts + 1
        if dts > pts:
            raise _not_copyable("their times cannot be put in order")
        self._last_dts = dts
        end = int(self._times[n + 1]) if n + 1 < len(self._times) else pts + self._length()
        packet.time_base = self._base
        packet.pts, packet.dts, packet.duration = pts, dts, max(1, end - pts)
        packet.stream = self.stream
        self.count += 1
        return packet

    def _length(self) -> int:
        return max(1, round(self._index.last_duration * self._index.time_base / self._base))

    def _number(self, packet: "av.Packet[Any]") -> int:
        if self._timeless and self.count < len(self._index):
            return self.count
        if packet.pts is None or packet.is_discard:
            raise _not_copyable("some have no time, or are hidden by an edit list")
        tick = round(packet.pts * self._factor)
        n = int(np.searchsorted(self._index.pts, tick))
        if n >= len(self._index) or int(self._index.pts[n]) != tick:
            raise _not_copyable("some are hidden, or share a packet")
        return n


def _not_copyable(why: str) -> MediaError:
    return MediaError(
        "not_correctable",
        f"The pictures of this file cannot be copied one by one: {why}",
        "Use the command of the finding, or export the file again.",
    )


class PictureEncoder:
    """Every place of a constant rate with the picture that belongs there: gaps repeat the picture before, of two on one place
    the later stands. ProRes and DNxHR become ProRes 422 HQ, all else H.264 at CRF 12. With `times` (of kept_times) every
    picture stands at its own; with a preset it is made by that."""

    def __init__(
        self,
        out: OutputContainer,
        stream: VideoStream,
        index: FrameIndex,
        summary: Summary,
        rate: Fraction,
        scale: int,
        *,
        times: NDArray[np.int64] | None = None,
        preset: ProxyPreset | None = None,
        size: tuple[int, int],
    ) -> None:
        if summary.field_order not in ("", "progressive"):
            raise MediaError(
                "not_correctable",
                "Interlaced pictures cannot be brought to a constant rate or another size without harm",
                "Deinterlace it, or convert it in an editing program.",
            )
        codec = preset.codec if preset else "prores_ks" if summary.video_codec in ("prores", "dnxhd") else "libx264"
        options = dict(preset.options) if preset else _OPTIONS[codec]
        made = out.add_stream(codec, rate=rate, options=options, width=size[0], height=size[1], time_base=Fraction(1, scale))
        assert isinstance(made, VideoStream)
        self.stream = made
        context, source = self.stream.codec_context, stream.codec_context
        wide = "422" in summary.pixel_format or "444" in summary.pixel_format
        fallback = "yuv422p10le" if codec == "prores_ks" or wide else "yuv420p"
        context.pix_fmt = summary.pixel_format if summary.pixel_format in _PIXELS.get(codec, ()) else fallback
        if preset is not None:
            context.pix_fmt = preset.pixels
        context.sample_aspect_ratio = Fraction(summary.sar_num, summary.sar_den)
        for name in ("color_primaries", "color_trc", "colorspace", "color_range"):
            setattr(context, name, getattr(source, name))
        if summary.rotation:
            self.stream.set_display_rotation(-summary.rotation)
        self._base, self._step, self._times = Fraction(1, scale), Fraction(scale) / rate, times
        self._placement = Placement(index, stream.time_base or index.time_base)
        self._slots = slots_of(index, rate) if times is None else np.arange(len(index))
        last = max(1, round(index.last_duration * index.time_base * rate)) if times is None else 1
        self.count = int(self._slots[-1]) + last
        self._due = 0
        self._held: VideoFrame | None = None

    def feed(self, frame: VideoFrame) -> "Iterator[av.Packet[Any]]":
        n = self._placement.place(frame.pts)
        if n is None:
            return
        yield from self._up_to(int(self._slots[n]))
        self._held = frame

    def finish(self) -> "Iterator[av.Packet[Any]]":
        yield from self._up_to(self.count)
        yield from self.stream.encode(None)

    def _up_to(self, slot: int) -> "Iterator[av.Packet[Any]]":
        while self._held is not None and self._due < slot:
            picture = self._held
            wanted = self.stream.codec_context
            if (picture.format.name, picture.width, picture.height) != (wanted.pix_fmt, wanted.width, wanted.height):
                picture = self._held = picture.reformat(wanted.width, wanted.height, wanted.pix_fmt)
            at = round(self._due * self._step) if self._times is None else int(self._times[self._due])
            picture.pts, picture.time_base, picture.pict_type = at, self._base, 0
            self._due += 1
            yield from self.stream.encode(picture)


def slots_of(index: FrameIndex, rate: Fraction) -> NDArray[np.int64]:
    """The place of each picture on the grid of `rate`, by its time from the first; ties go up."""
    step = index.time_base * rate
    return np.array([(2 * int(tick) * step.numerator + step.denominator) // (2 * step.denominator)
                     for tick in (index.pts - index.pts[0]).tolist()], np.int64)  # fmt: skip
