"""Time to index a ten-minute 1080p file in a warm process, against `ffprobe -show_packets` on the same file.

    python -m benchmarks.index_time [--minutes 10] [--runs 5] [mp4 mov mkv ts mxf]

Goal: at most 1× for any container, at most 0.5× for MP4 and MOV, whose sample tables hold it all. Both sides read from the
page cache; medians of alternating runs are compared. The file has two audio tracks and about 8 Mb/s of H.264 with B-frames.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from media_pipeline.core import probe
from tests import media

GOALS = {"mp4": 0.5, "mov": 0.5}
RATE = Fraction(30000, 1001)
PERIOD = 240  # pictures that are encoded; the rest repeats them


def encode_period(path: Path, sound: str) -> None:
    """Eight seconds of noise over a numbered picture, in closed GOPs, with two sound tracks."""
    noise = np.random.default_rng(1).integers(-24, 24, (8, 1080, 1920), np.int16)
    with av.open(str(path), "w", options={"video_track_timescale": "30000"}) as out:
        video = out.add_stream(
            "libx264", rate=RATE, options={"preset": "ultrafast", "b": "8M", "x264-params": "keyint=30:bframes=2"}
        )
        video.width, video.height, video.pix_fmt = 1920, 1080, "yuv420p"
        tracks: list[Any] = [out.add_stream(sound, rate=48_000) for _ in range(2)]
        seconds = PERIOD / RATE
        media.write_audio(out, tracks, int(seconds * 48_000), None, 2)
        for number in range(PERIOD):
            luma = np.clip(media.draw_number(number, (1920, 1080)) + noise[number % 8], 16, 235).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(luma, format="gray").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, 1 / RATE
            out.mux(video.encode(frame))
        out.mux(video.encode(None))


def repeat(period: Path, path: Path, minutes: int) -> None:
    """The period, copied packet by packet until `minutes` are full. Sound follows without gaps."""
    times = int(minutes * 60 * RATE / PERIOD)
    with av.open(str(period)) as source:
        packets = [packet for packet in source.demux() if packet.size]
        streams = [stream for stream in source.streams if stream.type in ("video", "audio")]
        with av.open(str(path), "w", format={".ts": "mpegts", ".mkv": "matroska"}.get(path.suffix)) as out:
            copies = {stream.index: out.add_stream_from_template(stream) for stream in streams}
            payload: list[Any] = [
                (bytes(p), p.pts, p.dts, p.duration, p.is_keyframe, p.stream_index, p.time_base) for p in packets
            ]
            sounded = dict.fromkeys(copies, 0)
            for turn in range(times):
                for data, pts, dts, duration, key, index, base in payload:
                    copy = av.Packet(data)
                    shift = round(turn * PERIOD / RATE / base)
                    if copies[index].type == "audio":
                        pts = dts = sounded[index]
                        sounded[index] += duration
                        shift = 0
                    copy.pts, copy.dts, copy.duration, copy.time_base = pts + shift, dts + shift, duration, base
                    copy.is_keyframe, copy.stream = key, copies[index]
                    out.mux(copy)


def timed(action: Any) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("containers", nargs="*", default=["mp4", "mov", "mkv", "ts", "mxf"])
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    if shutil.which("ffprobe") is None:
        print("ffprobe is not installed: nothing to compare with")
        return 1
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        periods = {sound: Path(folder) / f"{sound}.mov" for sound in ("aac", "pcm_s16le")}
        for sound, period in periods.items():
            encode_period(period, sound)
        print(f"{'file':<6} {'MB':>6} {'frames':>7} {'index ms':>9} {'ffprobe ms':>11} {'ratio':>6} {'goal':>5}")
        for name in options.containers:
            path = Path(folder) / f"clip.{name}"
            repeat(periods["pcm_s16le" if name in ("mov", "mxf") else "aac"], path, options.minutes)
            command = ["ffprobe", "-v", "error", "-show_packets", str(path)]
            frames = len(probe.build_index(str(path)))  # warms the process and the page cache
            ours, theirs = [], []
            for _ in range(options.runs):
                ours.append(timed(lambda: probe.inspect(str(path))))  # noqa: B023 - called at once
                theirs.append(timed(lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True)))  # noqa: B023
            mine, other, goal = statistics.median(ours), statistics.median(theirs), GOALS.get(name, 1.0)
            missed += mine / other > goal
            size = path.stat().st_size / 1e6
            print(f"{name:<6} {size:>6.0f} {frames:>7} {mine * 1e3:>9.1f} {other * 1e3:>11.1f} {mine / other:>6.2f} {goal:>5}")
            path.unlink()
    print("all goals met" if not missed else f"{missed} goals missed")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
