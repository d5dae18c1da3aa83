"""The copies as they are made in the limited child: each proxy decoded, marked, encoded again; its sound copied as it is."""

import os
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from media_pipeline.core import frame_table
from media_pipeline.core.child import Order
from media_pipeline.core.errors import PipelineError
from media_pipeline.core.proxy import MIME, MOST_THREADS
from media_pipeline.core.proxy_encode import AUDIO_RATE, PictureEncoder, mux
from media_pipeline.core.proxy_plan import FrameTimes, ProxyPlan, Rung, frame_times
from media_pipeline.core.report import RenditionFile, Report
from media_pipeline.core.step_renditions import read_index
from media_pipeline.core.summary import Summary
from media_pipeline.core.verify import check_proxy
from media_pipeline.core.watermark.letters import Overlay, overlay
from media_pipeline.core.watermark.mark import MOST_RUNGS, Mark, label

KIND = "watermarked"
# A little finer than the proxy itself: it is encoded for the second time.
PLAN = ProxyPlan(crf=21)


def run(order: Order, report: Report) -> Mapping[str, Any]:
    """Inputs: `mark` (Mark.as_dict), `label`. Raises PipelineError where a copy is not, picture for picture, its proxy."""
    summary = Summary.from_dict(dict(order.inputs["summary"]))
    times = frame_times(read_index(order, variable=summary.variable_rate))
    mark = Mark.from_dict(order.inputs["mark"])
    proxies = [path for name, path in order.files.items() if name.startswith("proxy/")]
    sizes = sorted(((_rung(path), path) for path in proxies), key=lambda one: -one[0].height)[:MOST_RUNGS]
    if not sizes:
        raise PipelineError("there is no proxy to mark")
    files = []
    for place, (rung, path) in enumerate(sizes):
        done = place * len(times)
        name = label(str(order.inputs["label"]), place)
        files.append(_burn(path, rung, times, mark, order.out, name, report, done, len(sizes) * len(times)))
    return {"files": files}


def _rung(path: Path) -> Rung:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return Rung("", stream.codec_context.width, stream.codec_context.height)


def _burn(
    path: Path, rung: Rung, times: FrameTimes, mark: Mark, out: Path, name: str, report: Report, done: int, total: int
) -> RenditionFile:
    laid = overlay(mark, rung.width, rung.height)
    encoder = PictureEncoder(rung, times, PLAN, out / f"{name}.spool", min(os.cpu_count() or 1, MOST_THREADS))
    try:
        count = 0
        with av.open(str(path)) as container:
            container.streams.video[0].thread_type = "AUTO"
            for frame in container.decode(video=0):
                if count == len(times):
                    raise PipelineError(f"{name}: the proxy has more pictures than the source")
                encoder.encode(count, marked(frame, laid))
                count += 1
                report.progress(done + count, total)
                report.check_cancelled()
        encoder.finish()
        if count != len(times):
            raise PipelineError(f"{name}: {count} pictures of the proxy could be read, the source has {len(times)}")
        made = out / f"{name}.mp4"
        with CopiedSound(path) as sound:
            has_sound = mux(made, encoder, sound if sound.present else None, times)
        index = check_proxy(made, times, audio=has_sound)
    finally:
        encoder.close()
    table = made.with_suffix(".tpfi")
    table.write_bytes(frame_table.pack(index, times.timescale))
    meta = {"timescale": times.timescale, "variable": times.variable, "complete": True}
    return RenditionFile(KIND, name, made.name, MIME, rung.width, rung.height, len(times), table.name, meta)


def marked(frame: VideoFrame, laid: Overlay) -> VideoFrame:
    """A copy of the picture (4:2:0) with the overlay in its luma, colours fading out where it lies. The decoder refers to its
    own pictures for the next ones: they stay as they are."""
    width, height = frame.width, frame.height
    whole: NDArray[np.uint8] = frame.to_ndarray(format="yuv420p").astype(np.uint8, copy=False)
    rows, columns = laid.weight.shape
    part = whole[laid.top : laid.top + rows, laid.left : laid.left + columns]
    part[:] = (part * (256 - laid.weight) + laid.luma * laid.weight) >> 8
    chroma = whole[height:].reshape(2, height // 2, width // 2)
    half = laid.weight[::2, ::2]
    top, left = laid.top // 2, laid.left // 2
    part = chroma[:, top : top + half.shape[0], left : left + half.shape[1]]
    part[:] = (part * (256 - half) + 128 * half) >> 8
    return VideoFrame.from_ndarray(np.ascontiguousarray(whole), format="yuv420p")


class CopiedSound:
    """The sound of a proxy as `mux` takes it: packets as they are, with the encoder's priming before time 0."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._container = av.open(str(path))
        streams = self._container.streams.audio
        self.present = len(streams) > 0
        if self.present and streams[0].time_base != Fraction(1, AUDIO_RATE):
            raise PipelineError(f"{path.name}: its sound does not count in samples")

    def __enter__(self) -> "CopiedSound":
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    @property
    def stream(self) -> AudioStream:
        return self._container.streams.audio[0]

    @property
    def spool(self) -> "CopiedSound":
        return self

    def __len__(self) -> int:
        return int(self.present)

    def packets(self) -> Iterator["av.Packet[Any]"]:
        for packet in self._container.demux(audio=0):
            if packet.size:
                yield packet
