"""Turns decoded frames into the pictures that consumers see: one for every entry of the frame index, none more.

Order: placed on the index by their times, deinterlaced, converted (size, colour, upright), gaps closed by repeating.
"""

from collections import deque
from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter

from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.picture import Picture, Scalers, black_picture
from media_pipeline.core.proxy_plan import Rung
from media_pipeline.core.raw_picture import DAMAGED, RawPictures, Record
from media_pipeline.core.summary import Summary

# What FFmpeg calls the matrices, by AVColorSpace, as swscale wants them.
_MATRICES = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
# Curves that look wrong when shown as BT.709. The others (BT.601's is the same, sRGB, gamma 2.2 …) are shown as they are,
# as players do.
_FOREIGN_CURVES = {
    ColorTrc.LINEAR,
    ColorTrc.LOG,
    ColorTrc.LOG_SQRT,
    ColorTrc.SMPTE2084,
    ColorTrc.SMPTE428,
    ColorTrc.ARIB_STD_B67,
}
_FOREIGN_PRIMARIES = {
    ColorPrimaries.BT470M,
    ColorPrimaries.BT470BG,
    ColorPrimaries.SMPTE170M,
    ColorPrimaries.SMPTE240M,
    ColorPrimaries.BT2020,
    ColorPrimaries.SMPTE428,
    ColorPrimaries.SMPTE431,
    ColorPrimaries.SMPTE432,
}
_SD_LINES = 576  # untagged pictures up to this height are BT.601, larger ones BT.709: what every player assumes
_TRANSPOSE = {90: "clock", 270: "cclock"}


class Placement:
    """Which frame of the index a decoded frame is. Decoders give pictures in presentation order; times say which are
    missing. A frame without a time is the next one; one that belongs before the next is surplus.

    `timeless`: the container has no presentation times (AVI: with reordered pictures they are guesses), so order is all.
    """

    def __init__(self, index: FrameIndex, time_base: Fraction, *, timeless: bool = False) -> None:
        self._timeless = timeless
        self._pts = index.pts
        self._factor = time_base / index.time_base
        self.next = 0
        self.surplus = 0

    def place(self, pts: int | None) -> int | None:
        """The frame's number, or None if the index has no place for it."""
        count = len(self._pts)
        if self.next >= count:
            self.surplus += 1
            return None
        n = self.next if pts is None or self._timeless else self._find(pts)
        if n is None:
            self.surplus += 1
            return None
        self.next = n + 1
        return n

    def _find(self, pts: int) -> int | None:
        expected = int(self._pts[self.next])
        if self._factor == 1:
            time = pts
        else:
            scaled = pts * self._factor
            time = (scaled.numerator * 2 + scaled.denominator) // (scaled.denominator * 2)
        if time == expected:
            return self.next
        at = int(np.searchsorted(self._pts, time))
        near = [i for i in (at - 1, at) if 0 <= i < len(self._pts)]
        n = min(near, key=lambda i: abs(int(self._pts[i]) - time))
        if n < self.next:
            # Times that step back by less than a frame are the clock's rounding, not a picture too many.
            return None
        return n


class Preparation:
    """Fed with decoded frames in order, yields (n, picture) for every n of the index from `first` on, in order."""

    def __init__(
        self,
        summary: Summary,
        index: FrameIndex,
        rung: Rung,
        time_base: Fraction,
        *,
        first: int = 0,
        pixel_format: str = "yuv420p",
    ) -> None:
        timeless = summary.container == "avi" and not index.keyframe.all()
        self.placement = Placement(index, time_base, timeless=timeless)
        self._summary = summary
        self._rung = rung
        self._count = len(index)
        self._due = self.placement.next = first  # the next frame to yield
        self._pixel_format = pixel_format
        self.raw = RawPictures()
        self._waiting: deque[tuple[int, Record]] = deque()  # placed, but still inside the deinterlacer
        self._deinterlacer: _Chain | None = None
        self._turner: _Chain | None = None
        self._shape: tuple[int, int, str] | None = None
        self._converter = VideoReformatter()
        self._shrinker = VideoReformatter()
        self._scalers = Scalers()
        self._last: Picture | None = None
        turned = summary.rotation in (90, 270)
        self._size = (rung.height, rung.width) if turned else (rung.width, rung.height)

    def feed(self, frame: VideoFrame) -> Iterator[tuple[int, Picture]]:
        n = self.placement.place(frame.pts)
        if n is None:
            return
        raw = self.raw.look(frame)
        shape = (frame.width, frame.height, frame.format.name)
        if self._deinterlacer is not None and shape != self._shape:
            yield from self._drain()
        if self._deinterlacer is None and frame.interlaced_frame:
            # From the first interlaced frame on, for the rest of the file: the filter passes progressive frames through.
            self._deinterlacer = _Chain("bwdif", mode="send_frame", parity="auto", deint="interlaced")
            self._shape = shape
        if self._deinterlacer is None:
            yield from self._emit(n, frame, raw)
            return
        self._waiting.append((n, raw))
        # The deinterlacer thinks in field times; the order is all that counts here.
        frame.pts, frame.time_base = n, Fraction(1, 1000)
        for out in self._deinterlacer.run(frame):
            yield from self._emit_waiting(out)

    def finish(self) -> Iterator[tuple[int, Picture]]:
        """The pictures still held, and repeats up to the end of the index."""
        yield from self._drain()
        while self._due < self._count:
            yield self._repeat()

    def _drain(self) -> Iterator[tuple[int, Picture]]:
        if self._deinterlacer is not None:
            for out in self._deinterlacer.run(None):
                yield from self._emit_waiting(out)
            self._waiting.clear()
            self._deinterlacer = None

    def _emit_waiting(self, frame: VideoFrame) -> Iterator[tuple[int, Picture]]:
        if self._waiting:
            n, raw = self._waiting.popleft()
            yield from self._emit(n, frame, raw)

    def _emit(self, n: int, frame: VideoFrame, raw: Record) -> Iterator[tuple[int, Picture]]:
        while self._due < n:
            yield self._repeat()
        self._last = Picture(self._convert(frame), self._scalers, damaged=bool(raw[0] & DAMAGED), raw=raw)
        self._due = n + 1
        yield n, self._last

    def _repeat(self) -> tuple[int, Picture]:
        n = self._due
        self._due += 1
        if self._last is None:
            self._last = Picture(black_picture(self._rung.width, self._rung.height), self._scalers)
        self._last = self._last.again()
        return n, self._last

    def _convert(self, frame: VideoFrame) -> VideoFrame:
        width, height = self._size
        full_range = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
        trc = frame.color_trc if frame.color_trc in _FOREIGN_CURVES else None
        primaries = frame.color_primaries if frame.color_primaries in _FOREIGN_PRIMARIES else None
        foreign = trc is not None or primaries is not None
        if foreign and frame.width * frame.height > width * height:
            # Other primaries and curves go through a table pixel by pixel, at 20 ns each: shrink first.
            frame = self._shrinker.reformat(frame, width, height, interpolation=Interpolation.BICUBIC, threads=1)
        out = self._converter.reformat(
            frame,
            width,
            height,
            self._pixel_format,
            src_colorspace=self._matrix(frame),
            dst_colorspace=Colorspace.ITU709,
            interpolation=Interpolation.BICUBIC,
            src_color_range=ColorRange.JPEG if full_range else ColorRange.MPEG,
            dst_color_range=ColorRange.MPEG if self._pixel_format == "yuv420p" else ColorRange.JPEG,
            dst_color_trc=ColorTrc.BT709 if foreign else None,
            dst_color_primaries=ColorPrimaries.BT709 if foreign else None,
            threads=1,
        )
        if self._summary.rotation in (90, 180, 270):
            if self._turner is None:
                self._turner = _turn(self._summary.rotation)
            out.pts, out.time_base = 0, Fraction(1, 1000)
            (out,) = self._turner.run(out)
        if self._pixel_format != "yuv420p":
            return out
        out.color_primaries, out.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        out.colorspace, out.color_range = Colorspace.ITU709, ColorRange.MPEG
        return out

    def _matrix(self, frame: VideoFrame) -> Colorspace:
        if frame.format.is_rgb:
            return Colorspace.ITU709
        known = _MATRICES.get(frame.colorspace)
        if known is not None:
            return known
        return Colorspace.ITU601 if frame.height <= _SD_LINES else Colorspace.ITU709


class _Chain:
    """A filter (or several) that gives as many frames as it takes."""

    def __init__(self, *filters: str, **options: str) -> None:
        self._filters = filters
        self._options = options
        self._graph: Graph | None = None

    def run(self, frame: VideoFrame | None) -> Iterator[VideoFrame]:
        if self._graph is None:
            if frame is None:
                return
            self._graph = self._build(frame)
        self._graph.vpush(frame)
        while True:
            try:
                yield self._graph.vpull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return

    def _build(self, frame: VideoFrame) -> Graph:
        graph = Graph()
        nodes = [graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 1000))]
        nodes += [graph.add(name, **self._options) for name in self._filters]
        nodes.append(graph.add("buffersink"))
        graph.link_nodes(*nodes).configure()
        return graph


def _turn(rotation: int) -> _Chain:
    if rotation == 180:
        return _Chain("hflip", "vflip")
    return _Chain("transpose", dir=_TRANSPOSE[rotation])
