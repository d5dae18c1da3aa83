"""What the whole decode pass costs, against a plain PyAV transcode to the same proxy files.

Both run in processes of their own, in turns, on the same file; CPU is user + system time of the process, start-up included.
The plain transcode decodes the first audio and the picture with threads, scales, and encodes the same two H.264 rungs with
the same settings and the same AAC straight into files with the index first: no previews, thumbnails, waveforms, features,
frame placement or verification.

    python -m benchmarks.ingest_cost [--seconds 60] [--turns 3] [--codec h264|prores]
"""

import argparse
import json
import os
import resource
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
import av.logging
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter

from benchmarks.footage import film_like, repeated
from media_pipeline.core.decode_pass import make_renditions
from media_pipeline.core.probe import inspect
from media_pipeline.core.proxy_plan import GOP, ProxyPlan, x264_options
from media_pipeline.core.report import RenditionFile

GOAL = 1.10


class Quiet:
    def progress(self, done: int, total: int) -> None: ...
    def publish(self, rendition: RenditionFile) -> None: ...
    def check_cancelled(self) -> None: ...


def whole_pass(source: Path, out: Path) -> None:
    summary, index = inspect(str(source))
    # As if it did not play in browsers, so that the previews are paid for as well.
    summary = type(summary).from_dict({**summary.as_dict(), "plays_exactly": False})
    make_renditions(str(source), summary, index, out, Quiet())


def plain(source: Path, out: Path, sizes: tuple[tuple[int, int], ...]) -> None:
    av.logging.set_level(None)
    plan = ProxyPlan()
    with av.open(str(source)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        video.thread_type = "AUTO"
        rate = video.average_rate or Fraction(25)
        files: list[tuple[Any, Any, Any]] = []
        for size in sizes:
            file = av.open(str(out / f"{size[1]}.mp4"), "w", container_options={"movflags": "+faststart"})
            encoder: Any = file.add_stream("libx264", rate=rate, options=x264_options(plan))
            encoder.width, encoder.height = size
            encoder.codec_context.gop_size, encoder.codec_context.max_b_frames = GOP, 0
            encoder.codec_context.thread_count = os.cpu_count() or 1
            sound: Any = file.add_stream("aac", rate=48_000)
            sound.codec_context.layout, sound.codec_context.bit_rate = "stereo", plan.audio_bit_rate
            files.append((file, encoder, sound))
        scalers = [VideoReformatter() for _ in sizes]
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=48_000)
        for packet in container.demux(video, audio):
            for frame in packet.decode():
                if isinstance(frame, av.VideoFrame):
                    picture: Any = frame
                    for i, (file, encoder, _) in enumerate(files):
                        quality = Interpolation.BICUBIC if i == 0 else Interpolation.AREA
                        picture = scalers[i].reformat(
                            picture, *sizes[i], "yuv420p", interpolation=quality, threads=1,
                            src_colorspace=Colorspace.ITU709, dst_colorspace=Colorspace.ITU709,
                            src_color_range=ColorRange.MPEG, dst_color_range=ColorRange.MPEG,
                        )  # fmt: skip
                        picture.color_primaries, picture.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
                        picture.pict_type = 0
                        file.mux(encoder.encode(picture))
                elif isinstance(frame, av.AudioFrame):
                    for block in resampler.resample(frame):
                        for i, (file, _, sound) in enumerate(files):
                            if i == 0:
                                packets = sound.encode(block)
                            for encoded in packets if i == 0 else []:
                                file.mux(encoded)
        for i, (file, encoder, sound) in enumerate(files):
            file.mux(encoder.encode(None))
            if i == 0:
                file.mux(sound.encode(None))
            file.close()


def peak_memory() -> float:
    """MB of this process. Not ru_maxrss: that remembers the parent's size from before exec."""
    status = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in status if line.startswith("VmHWM"))) / 1024


def measure(what: str, source: Path) -> dict[str, float]:
    """Run one side in a fresh process; seconds of CPU and wall clock, peak memory in MB."""
    out = tempfile.mkdtemp(prefix="twopop-bench-")
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.ingest_cost", "--run", what, str(source), out], capture_output=True, text=True
    )
    wall = time.perf_counter() - began
    shutil.rmtree(out)
    if done.returncode:
        raise SystemExit(done.stderr)
    result: dict[str, float] = json.loads(done.stdout)
    return {**result, "wall": wall}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--codec", default="h264", choices=["h264", "prores"])
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        what, source, out = options.run
        if what == "pass":
            whole_pass(Path(source), Path(out))
        else:
            plain(Path(source), Path(out), ((1280, 720), (640, 360)) if what == "plain" else ((1280, 720),))
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({"cpu": used.ru_utime + used.ru_stime, "memory": peak_memory()}))
        return
    folder = Path(tempfile.mkdtemp(prefix="twopop-bench-"))
    try:
        suffix = ".mov" if options.codec == "prores" else ".mp4"
        short, long = folder / f"short{suffix}", folder / f"long{suffix}"
        film_like(short, options.codec, seconds=4, rate=Fraction(25))
        repeated(short, long, seconds=options.seconds)
        runs: dict[str, list[dict[str, float]]] = {"plain": [], "pass": [], "plain-720-only": []}
        for _ in range(options.turns):
            for what, found in runs.items():
                found.append(measure(what, long))
    finally:
        shutil.rmtree(folder)
    print(f"{options.codec} 1080p25, {options.seconds} s, median of {options.turns} turns in alternation")
    middle = {what: {key: statistics.median(run[key] for run in found) for key in found[0]} for what, found in runs.items()}
    for what, values in middle.items():
        print(f"{what:>16}: CPU {values['cpu']:6.2f} s   wall {values['wall']:6.2f} s   peak memory {values['memory']:4.0f} MB")
    for key in ("cpu", "wall"):
        ratio = middle["pass"][key] / middle["plain"][key]
        print(f"whole pass / plain transcode, {key}: {ratio:.3f}  (goal ≤ {GOAL:.2f}: {'met' if ratio <= GOAL else 'MISSED'})")


if __name__ == "__main__":
    main()
