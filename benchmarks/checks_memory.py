"""Peak memory of all sync checks over a real file of two hours, beside decoding it alone.

    python -m benchmarks.checks_memory [--hours 2] [--file FILE]

Without --file, a minute of low resolution (160 by 90, H.264 and stereo AAC, cuts, babble) is encoded once and
repeated by copying its packets. Each side runs in a process of its own: `plain` decodes every picture and every sample and
keeps nothing; `checks` probes the file, measures its packets, decodes it with the features of all checks, and measures these.
Told is the peak of anonymous memory, sampled fifty times a second, and VmHWM, which counts mapped feature files too: those
pages are the system's to drop. Goal: at most 150 MB above decoding.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av

from benchmarks.footage import repeated
from benchmarks.ingest_cost import peak_memory
from media_pipeline.core.checks import local
from media_pipeline.core.checks.contract import Stage
from media_pipeline.core.checks.run import measure_stage
from tests.checks.corpus_film import Film, Sound, babble

GOAL = 150
RATE = 25


def minute(path: Path) -> Path:
    stereo = babble(60, 3).repeat(2).reshape(-1, 2)
    order = [n + 1000 * (n // 110) for n in range(60 * RATE)]  # a cut every 110 frames
    return Film(Fraction(RATE), order, [Sound(stereo)], seed=3, size=(160, 90)).write(path)


def plain(source: Path, work: Path) -> None:
    with av.open(str(source)) as container:
        for _ in container.decode(video=0, audio=0):
            pass


def checks(source: Path, work: Path) -> None:
    material = local.open_material(source)
    measure_stage(Stage.PACKETS, material)
    local.decode(material, work, lambda what, done, total: None)
    measure_stage(Stage.DECODED, material)
    failed = {name: one.reason for name, one in material.earlier.items() if one.state == "failed"}
    assert not failed, failed


SIDES: dict[str, Callable[[Path, Path], None]] = {"plain": plain, "checks": checks}


def anonymous() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("RssAnon"))) / 1024


def watched(action: Callable[[], None]) -> dict[str, float]:
    """Run it; the peaks in MB, and seconds of CPU."""
    over, peak = threading.Event(), [anonymous()]

    def watch() -> None:
        while not over.wait(0.02):
            peak[0] = max(peak[0], anonymous())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        action()
    finally:
        over.set()
        watcher.join()
    return {"anonymous": peak[0], "all": peak_memory(), "cpu": time.process_time()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--run", choices=SIDES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="twopop-bench-") as name:
        if options.run:
            print(json.dumps(watched(lambda: SIDES[options.run](options.file, Path(name)))))
            return
        source = options.file
        if source is None:
            source = Path(name) / "long.mp4"
            repeated(minute(Path(name) / "minute.mp4"), source, seconds=round(options.hours * 3600))
        found = {}
        for side in SIDES:
            command = [sys.executable, "-m", "benchmarks.checks_memory", "--run", side, "--file", str(source)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found[side] = json.loads(done.stdout.splitlines()[-1])
            print(f"{side}: {found[side]['anonymous']:.0f} MB anonymous, {found[side]['all']:.0f} MB with mapped files, "
                  f"{found[side]['cpu']:.0f} s of CPU (load {os.getloadavg()[0]:.1f})", flush=True)  # fmt: skip
    more = found["checks"]["anonymous"] - found["plain"]["anonymous"]
    mapped = found["checks"]["all"] - found["plain"]["all"]
    print(
        f"{more:.0f} MB above decoding, {mapped:.0f} MB with mapped files; goal ≤ {GOAL}: {'met' if more <= GOAL else 'MISSED'}"
    )


if __name__ == "__main__":
    main()
