"""The last look at a proxy before anybody sees it: read back from disk and compared with what it must be."""

from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np

from media_pipeline.core.errors import PipelineError
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.proxy_plan import GOP, FrameTimes


def check_proxy(path: Path, times: FrameTimes, *, audio: bool) -> FrameIndex:
    """Demux the file as a player does and return the index of what it holds.

    Raises PipelineError unless the file is progressive with its index first, has exactly the pictures of `times` at
    exactly those times (the first at 0), none reordered, a key picture every GOP, and audio if there should be.
    """
    _check_boxes(path)
    pts: list[int] = []
    keys: list[bool] = []
    with av.open(f"file:{path}", options={}) as container:
        stream = container.streams.video[0]
        if bool(container.streams.audio) != audio:
            raise PipelineError(f"{path.name}: audio is {'missing' if audio else 'there unasked'}")
        if stream.time_base != Fraction(1, times.timescale):
            raise PipelineError(f"{path.name}: timescale {stream.time_base}, wanted 1/{times.timescale}")
        last = 0
        for packet in container.demux(stream):
            if packet.size == 0:
                continue
            if packet.is_discard or packet.is_corrupt or packet.pts is None or packet.pts != packet.dts:
                raise PipelineError(f"{path.name}: packet {len(pts)} is hidden, damaged or reordered")
            pts.append(packet.pts)
            keys.append(packet.is_keyframe)
            last = packet.duration or 0
    found = np.array(pts, np.int64)
    if len(found) != len(times):
        raise PipelineError(f"{path.name}: {len(found)} pictures where the source has {len(times)}")
    if not np.array_equal(found, times.times):
        n = int(np.flatnonzero(found != times.times)[0])
        raise PipelineError(f"{path.name}: frame {n} is at {found[n]}, not at {times.times[n]}")
    if last != times.last_duration:
        raise PipelineError(f"{path.name}: the last frame lasts {last}, not {times.last_duration}")
    keyframe = np.array(keys, np.bool_)
    wanted = np.arange(len(found)) % GOP == 0
    if not np.array_equal(keyframe, wanted):
        n = int(np.flatnonzero(keyframe != wanted)[0])
        raise PipelineError(f"{path.name}: frame {n} is {'a' if keyframe[n] else 'no'} key frame")
    return FrameIndex(found, keyframe, Fraction(1, times.timescale), times.last_duration, times.rate, times.variable)


def _check_boxes(path: Path) -> None:
    with path.open("rb") as file:
        kinds = list(_top_boxes(file, path.stat().st_size))
    if b"moof" in kinds or b"moov" not in kinds or b"mdat" not in kinds or kinds.index(b"moov") > kinds.index(b"mdat"):
        raise PipelineError(f"{path.name}: not a progressive file with its index first: {kinds}")


def _top_boxes(file: BinaryIO, size: int) -> "list[bytes]":
    kinds: list[bytes] = []
    at = 0
    while at + 8 <= size:
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        kinds.append(head[4:8])
        if length < 8:
            break
        at += length
    return kinds
