"""CPU of the checks of packets (stage A) in a warm process, against `ffprobe -count_packets` on the same file.

    python -m benchmarks.checks_packets [--minutes 10] [--runs 5] [mp4 mov mkv ts mxf]

Goal: at most 2×. Both sides read from the page cache and are measured in turn, by processor time (this process, the other's
child process); medians are compared. `whole` counts the probe and frame index too, which the product does in the step before.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.index_time import encode_period, repeat
from media_pipeline.core import probe
from media_pipeline.core.checks import registry, run
from media_pipeline.core.checks.contract import Stage
from media_pipeline.core.checks.material import Material

GOAL = 2.0


def ours(action: Callable[[], Any]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


def theirs(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("containers", nargs="*", default=["mp4", "mov", "mkv", "ts", "mxf"])
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    if shutil.which("ffprobe") is None:
        print("ffprobe is not installed: nothing to compare with")
        return 1
    registry.all_checks()
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        periods = {sound: Path(folder) / f"{sound}.mov" for sound in ("aac", "pcm_s16le")}
        for sound, period in periods.items():
            encode_period(period, sound)
        print(f"load {os.getloadavg()[0]:.1f}")
        print(f"{'file':<6} {'MB':>6} {'checks ms':>10} {'ffprobe ms':>11} {'ratio':>6} {'whole':>6}")
        for name in options.containers:
            path = Path(folder) / f"clip.{name}"
            repeat(periods["pcm_s16le" if name in ("mov", "mxf") else "aac"], path, options.minutes)
            command = ["ffprobe", "-v", "error", "-count_packets", "-show_entries", "stream=nb_read_packets", str(path)]
            summary, index = probe.inspect(str(path))  # warms the process and the page cache
            times: dict[str, list[float]] = {"checks": [], "index": [], "ffprobe": []}
            for _ in range(options.runs):
                material = Material(str(path), summary, index)
                times["checks"].append(ours(lambda: run.measure_stage(Stage.PACKETS, material)))  # noqa: B023 - called at once
                times["index"].append(ours(lambda: probe.inspect(str(path))))  # noqa: B023
                times["ffprobe"].append(theirs(command))
            checks, indexing, other = (statistics.median(times[name]) for name in ("checks", "index", "ffprobe"))
            missed += checks / other > GOAL
            size = path.stat().st_size / 1e6
            whole = (checks + indexing) / other
            print(f"{name:<6} {size:>6.0f} {checks * 1e3:>10.0f} {other * 1e3:>11.0f} {checks / other:>6.2f} {whole:>6.2f}")
            path.unlink()
    print("all goals met" if not missed else f"{missed} goals missed")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
