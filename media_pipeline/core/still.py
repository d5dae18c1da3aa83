"""One picture of a source at its own resolution, as it runs in the limited child: upright, in square pixels, 8-bit RGB (RGBA)
as a PNG without metadata. Reading begins at a key frame before it; what a seek brings is believed only if the frame index has a
picture at that very time."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import av.error
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from media_pipeline.core.allow import open_media, translated_errors
from media_pipeline.core.child import Order
from media_pipeline.core.errors import MediaError
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.picture import Picture
from media_pipeline.core.prepare import Placement, Preparation
from media_pipeline.core.proxy_plan import Rung
from media_pipeline.core.report import Report
from media_pipeline.core.source_frames import SourceFrames
from media_pipeline.core.summary import Summary

_OUTPUT_CORRUPT = 1 << 3
_COMPRESSION = 4  # of zlib: twice as fast as its default, a few per cent larger
_QUALITY = 85  # of JPEG: nothing to be seen of it on paper
# A deinterlacer looks at the pictures before and after.
_NEIGHBOURS = 2


def run(order: Order, report: Report) -> Mapping[str, Any]:
    """Write `still.png` of frame `order.inputs["frame"]`; `order.files["overlay"]`, a transparent PNG, is laid over it. With
    `order.inputs["jpeg_width"]` it is `still.jpg`, at most so many pixels wide; with `order.inputs["alpha"]` the PNG has the
    source's transparency."""
    summary = Summary.from_dict(dict(order.inputs["summary"]))
    stored = SourceFrames(order.files["frame_index"].read_bytes(), order.inputs["frame_index"], variable=summary.variable_rate)
    alpha = summary.has_alpha and bool(order.inputs.get("alpha"))
    picture = frame_of(order.source, summary, stored.index, int(order.inputs["frame"]), alpha=alpha)
    image = Image.fromarray(picture)
    if (overlay := order.files.get("overlay")) is not None:
        with Image.open(overlay, formats=("PNG",)) as drawn:
            over = drawn.convert("RGBA")
            image.paste(over, mask=over)
    if (widest := int(order.inputs.get("jpeg_width") or 0)) > 0:
        image.thumbnail((widest, image.height), Image.Resampling.LANCZOS)
        image.save(order.out / "still.jpg", quality=_QUALITY)
    else:
        image.save(order.out / "still.png", compress_level=_COMPRESSION)
    report.progress(1, 1)
    return {"width": image.width, "height": image.height}


def upright(summary: Summary) -> tuple[int, int]:
    """Width and height of the picture as people see it: upright, in square pixels."""
    width, height = summary.width, summary.height
    if summary.sar_num > 0 and summary.sar_den > 0:
        width = max(1, round(Fraction(width * summary.sar_num, summary.sar_den)))
    return (height, width) if summary.rotation in (90, 270) else (width, height)


def frame_of(
    source: str, summary: Summary, index: FrameIndex, frame: int, *, alpha: bool = False
) -> "np.ndarray[Any, np.dtype[np.uint8]]":
    """The picture of `frame`, shape (height, width, 3), R'G'B'; with `alpha` (height, width, 4), as the file has it. A frame
    without a decodable picture shows the one before, as in every rendition. Raises MediaError (undecodable), IndexError."""
    if not 0 <= frame < len(index):
        raise IndexError(frame)
    pixels = "rgba" if alpha else "rgb24"
    for first in _beginnings(summary, index, frame):
        with open_media(source) as container, translated_errors():
            found = _read(container, summary, index, first, frame, pixels)
        if found is not None:
            rgb = found.frame if found.frame.format.name == pixels else found.frame.reformat(format=pixels)
            return np.asarray(rgb.to_ndarray(), np.uint8)
    raise MediaError("undecodable", f"Frame {frame} of the file cannot be decoded", "Choose a frame beside it.")


def _beginnings(summary: Summary, index: FrameIndex, frame: int) -> Iterator[int]:
    """Frames to begin at: the key frame before it, an earlier one, the first."""
    timeless = summary.container == "avi" and not index.keyframe.all()
    if not timeless:
        margin = 0 if summary.field_order in ("", "progressive") else _NEIGHBOURS
        keys = np.flatnonzero(index.keyframe[: max(0, frame - margin) + 1])
        for back in (1, 3):
            if len(keys) >= back and keys[-back] > 0:
                yield int(keys[-back])
    yield 0


def _read(
    container: InputContainer, summary: Summary, index: FrameIndex, first: int, frame: int, pixels: str
) -> Picture | None:
    """Decode from frame `first` on; None if reading did not begin there."""
    video = container.streams[summary.video_stream]
    assert isinstance(video, VideoStream)
    video.thread_type = "AUTO"
    video.codec_context.flags |= _OUTPUT_CORRUPT
    time_base = video.time_base or index.time_base
    placement = Placement(index, time_base, timeless=summary.container == "avi" and not index.keyframe.all())
    if first > 0:
        ticks = index.time(first) / time_base
        container.seek(ticks.numerator // ticks.denominator, stream=video, backward=True)
        placement.next = first
    preparation: Preparation | None = None
    before: tuple[int, VideoFrame] | None = None
    begun = False
    for decoded in _frames(container, video, from_key=first > 0):
        n = placement.place(decoded.pts)
        if n is None:
            continue
        if not begun and first > 0 and n != first:
            return None
        begun = True
        if preparation is None and n < frame - 1:
            before = (n, decoded)  # nothing is converted that nobody sees
            continue
        if preparation is None:
            begin, held = before or (n, None)
            preparation = Preparation(
                summary, index, Rung("still", *upright(summary)), time_base, first=begin, pixel_format=pixels
            )
            for _ in preparation.feed(held) if held is not None else ():
                pass
        for number, picture in preparation.feed(decoded):
            if number == frame:
                return picture
    if preparation is None:
        if before is None:
            return None
        preparation = Preparation(
            summary, index, Rung("still", *upright(summary)), time_base, first=before[0], pixel_format=pixels
        )
        for _ in preparation.feed(before[1]):
            pass
    return next((picture for number, picture in preparation.finish() if number == frame), None)


def _frames(container: InputContainer, video: VideoStream, *, from_key: bool) -> Iterator[VideoFrame]:
    """Decoded frames; what comes before the first key frame after a seek is left out. A damaged packet is passed over."""
    waiting = from_key
    packets = container.demux(video)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, IndexError, av.error.FFmpegError):
            return
        if waiting and not packet.is_keyframe:
            continue
        waiting = False
        try:
            yield from packet.decode()
        except av.error.FFmpegError as error:
            if isinstance(error, av.error.EOFError):
                return
