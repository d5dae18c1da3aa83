"""One presented picture as consumers see it: upright, square pixels, BT.709 limited range, 8 bits."""

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

from media_pipeline.core import raw_picture


class Picture:
    """Frame n at the size of the largest proxy. Smaller sizes are made once and shared by all who ask for them.

    `repeated`: the source had no decodable picture for this frame; what it shows is the one before (or black).
    `damaged`: decoded with errors. `raw`: what was seen of it before it was deinterlaced (raw_picture.RECORD).
    """

    def __init__(
        self,
        frame: VideoFrame,
        scalers: "Scalers",
        *,
        repeated: bool = False,
        damaged: bool = False,
        raw: raw_picture.Record = raw_picture.NOTHING,
    ) -> None:
        self.frame = frame  # yuv420p
        self.repeated = repeated
        self.damaged = damaged
        self.raw = raw
        self._scalers = scalers
        self._scaled: dict[tuple[int, int, str], VideoFrame] = {}

    def scaled(self, width: int, height: int, pixel_format: str = "yuv420p") -> VideoFrame:
        """This picture at another size: every output pixel is the mean of the area it covers."""
        key = (width, height, pixel_format)
        if key == (self.frame.width, self.frame.height, self.frame.format.name):
            return self.frame
        if key not in self._scaled:
            self._scaled[key] = self._scalers.scale(self.frame, *key)
        return self._scaled[key]

    def again(self) -> "Picture":
        """The same picture standing in for a frame that has none."""
        twin = Picture(self.frame, self._scalers, repeated=True)
        twin._scaled = self._scaled
        return twin

    @property
    def luma(self) -> NDArray[np.uint8]:
        """A view of the luma plane, shape (height, width), 16…235."""
        return plane_view(self.frame, 0)


class Scalers:
    """Keeps one scaler per output size: a scaler that changes its size rebuilds its tables each time."""

    def __init__(self) -> None:
        self._scalers: dict[tuple[int, int, str], VideoReformatter] = {}

    def scale(self, frame: VideoFrame, width: int, height: int, pixel_format: str) -> VideoFrame:
        key = (width, height, pixel_format)
        scaler = self._scalers.setdefault(key, VideoReformatter())
        return scaler.reformat(frame, width, height, pixel_format, interpolation=Interpolation.AREA, threads=1)


def plane_view(frame: VideoFrame, plane: int) -> NDArray[np.uint8]:
    """A plane of an 8-bit planar frame without copying, shape (height, width)."""
    data = frame.planes[plane]
    rows: NDArray[np.uint8] = np.frombuffer(memoryview(data), np.uint8).reshape(-1, data.line_size)
    return rows[: data.height, : data.width]


def black_picture(width: int, height: int) -> VideoFrame:
    """Black in BT.709 limited range."""
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, value in zip(frame.planes, (16, 128, 128), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    return frame
