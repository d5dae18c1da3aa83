"""Runs in the limited child. The "media file" is JSON: {"frames": n, "index": {…}, "renditions": {…}}, see `act`."""

import json
import os
import signal
import socket
import time
from fractions import Fraction
from pathlib import Path

import numpy as np

from media_pipeline.core import frame_table
from media_pipeline.core.errors import MediaError, PipelineError
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.report import RenditionFile
from media_pipeline.core.source_frames import SourceFrames
from media_pipeline.core.summary import Summary

RATE = Fraction(24)


def table(frames: int) -> bytes:
    pts = np.arange(frames, dtype=np.int64)
    return frame_table.pack(FrameIndex(pts, np.ones(frames, bool), 1 / RATE, 1, RATE, False))


META = {"time_base": [1, 24], "last_duration": 1}


def proxy_table(count: int, frames: int) -> bytes:
    """What a proxy or preview of the first `count` of `frames` frames has."""
    return SourceFrames(table(frames), META).proxy_table(count)


def summary(frames: int, size: int) -> Summary:
    return Summary(
        container="scripted", size=size, video_stream=0, video_codec="none", profile="", pixel_format="", width=64, height=36,
        sar_num=1, sar_den=1, rotation=0, color_primaries="", color_transfer="", color_space="", color_range="",
        field_order="progressive", frame_count=frames, rate_num=24, rate_den=1, variable_rate=False, start_timecode="",
        start_frame=None, drop_frame=None, timecode_source="", has_b_frames=False, open_gop=False, fragmented=False,
        edit_list="", plays_exactly=False, plays_why_not="scripted",
    )  # fmt: skip


def index(order, report):
    script = json.loads(Path(order.source).read_text())
    act(script.get("index", {}), order, report)
    frames = script["frames"]
    (order.out / "frame-index.tpfi").write_bytes(table(frames))
    file = RenditionFile(
        "frame_index",
        "",
        "frame-index.tpfi",
        "application/octet-stream",
        frame_count=frames,
        meta=META,
    )
    return {"summary": summary(frames, Path(order.source).stat().st_size).as_dict(), "files": [file]}


def renditions(order, report):
    script = json.loads(Path(order.source).read_text())
    act(script.get("renditions", {}), order, report)
    return {}


def act(script, order, report):
    """Publish and misbehave as told."""
    if failure := script.get("media_error"):
        raise MediaError(*failure)
    if failure := script.get("pipeline_error"):
        raise PipelineError(failure)
    for file in script.get("publish", []):
        publish(order, report, file)
    frames, seconds = script.get("progress", 0), script.get("seconds", 0)
    begun = time.monotonic()
    while seconds and time.monotonic() - begun < seconds:
        if frames:
            report.progress(int(frames * (time.monotonic() - begun) / seconds), frames)
        time.sleep(0.02)
    misbehave(script.get("then", ""), script, order)
    for file in script.get("publish_late", []):
        publish(order, report, file)


def publish(order, report, file):
    frames = file.get("frames", 0)
    name = f"{file['kind']}{file.get('label', '')}"
    (order.out / f"{name}.bin").write_bytes(file.get("text", name).encode())
    if frames:
        held = file.get("table_frames", frames)
        made = bytearray(proxy_table(held, held))
        if file.get("late"):  # by a tick, all of them
            made[24] += 1
        (order.out / f"{name}.tpfi").write_bytes(made)
    report.publish(
        RenditionFile(
            file["kind"],
            file.get("label", ""),
            file.get("path", f"{name}.bin"),
            file.get("mime", "application/octet-stream"),
            frame_count=frames,
            table=f"{name}.tpfi" if frames else "",
        )
    )


def misbehave(how, script, order):
    if how == "segv":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif how == "exit":
        os._exit(7)
    elif how == "raise":
        raise RuntimeError("scripted")
    elif how == "memory":
        block = [bytearray(64 * 1024 * 1024) for _ in range(1000)]
        assert block
    elif how == "cpu":
        while True:
            pass
    elif how == "hang":
        time.sleep(3600)
    elif how == "big_file":
        with (order.out / "big").open("wb") as writer:
            for _ in range(100_000):
                writer.write(b"\0" * 1024 * 1024)
    elif how == "shout":
        for _ in range(100_000):
            os.write(2, b"x" * 1000)
        raise RuntimeError("shouted")
    elif how == "read":
        Path(script["path"]).read_bytes()
    elif how == "list":
        list(Path(script["path"]).iterdir())
    elif how == "write":
        Path(script["path"]).write_text("was here")
    elif how == "connect":
        socket.create_connection(("127.0.0.1", script["port"]), timeout=2)
    elif how == "signal":
        os.kill(script["pid"], signal.SIGKILL)
    elif how == "environment":
        raise PipelineError(json.dumps(dict(os.environ)))
    elif how == "babble":
        find_pipe().sendall(b"this is no JSON\n")
        time.sleep(60)
    elif how == "endless_line":
        pipe = find_pipe()
        while True:
            pipe.sendall(b"x" * 65536)
    elif how:
        raise AssertionError(how)


def find_pipe():
    """The pipe to the parent, as a child that was taken over would find it."""
    for number in range(3, 64):
        try:
            return socket.socket(fileno=number)
        except OSError:
            continue
    raise AssertionError("no pipe")
