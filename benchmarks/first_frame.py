"""From the last byte to the first reviewable frame, in a process whose libraries are loaded (as a worker's child is).

1. A 1080p ProRes HQ: time until the first preview is on disk, verified and published; the pass is then cancelled.
2. An hour of 1080p H.264 that browsers play as it is: time until its index is there, for nothing else is needed.
3. The same hour, were it not to play: time until the first preview.

The long files are made by repeating packets and deleted afterwards.

    python -m benchmarks.first_frame [--prores-seconds 60] [--hours 1] [--turns 3]
"""

import argparse
import shutil
import statistics
import tempfile
import time
from fractions import Fraction
from pathlib import Path

from benchmarks.footage import film_like, repeated
from media_pipeline.core.decode_pass import make_renditions
from media_pipeline.core.errors import Cancelled
from media_pipeline.core.probe import inspect
from media_pipeline.core.report import RenditionFile

GOALS = {"prores": 5.0, "original": 1.0}


class UntilPreview:
    """Cancels as soon as the first preview is out."""

    def __init__(self) -> None:
        self.preview: RenditionFile | None = None
        self.at = 0.0
        self.cpu = 0.0

    def progress(self, done: int, total: int) -> None: ...

    def publish(self, rendition: RenditionFile) -> None:
        if rendition.kind == "preview" and self.preview is None:
            self.preview, self.at, self.cpu = rendition, time.perf_counter(), time.process_time()

    def check_cancelled(self) -> None:
        if self.preview is not None:
            raise Cancelled


def first_preview(source: Path, *, force: bool = False) -> tuple[float, float, float, int]:
    """Seconds to the index, seconds to the preview (from the start), CPU seconds until then, frames in it."""
    out = Path(tempfile.mkdtemp(prefix="twopop-bench-"))
    report = UntilPreview()
    began, cpu = time.perf_counter(), time.process_time()
    try:
        summary, index = inspect(str(source))
        indexed = time.perf_counter() - began
        if force:
            summary = type(summary).from_dict({**summary.as_dict(), "plays_exactly": False})
        make_renditions(str(source), summary, index, out, report)
    except Cancelled:
        pass
    finally:
        shutil.rmtree(out)
    if report.preview is None:
        raise SystemExit(f"{source.name}: no preview came")
    return indexed, report.at - began, report.cpu - cpu, report.preview.frame_count


def readiness(source: Path) -> float:
    began = time.perf_counter()
    summary, _ = inspect(str(source))
    taken = time.perf_counter() - began
    if not summary.plays_exactly:
        raise SystemExit(f"{source.name} does not play exactly: {summary.plays_why_not}")
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prores-seconds", type=int, default=60)
    parser.add_argument("--hours", type=int, default=1)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="twopop-bench-"))
    try:
        short, long = folder / "short.mov", folder / "long.mov"
        film_like(short, "prores", seconds=4, rate=Fraction(24))
        repeated(short, long, seconds=options.prores_seconds)
        first_preview(short)  # loads what is loaded lazily
        runs = [first_preview(long) for _ in range(options.turns)]
        size = long.stat().st_size / 1e9
        long.unlink()
        total = statistics.median(run[1] for run in runs)
        print(f"ProRes HQ 1080p24, {options.prores_seconds} s, {size:.1f} GB, median of {options.turns}:")
        print(f"  index after {statistics.median(run[0] for run in runs):.2f} s")
        verdict = "met" if total <= GOALS["prores"] else "MISSED"
        print(f"  first preview ({runs[0][3]} frames) after {total:.2f} s  (goal ≤ {GOALS['prores']:.0f} s: {verdict})")
        short, long = folder / "short.mp4", folder / "long.mp4"
        film_like(short, "h264-small", seconds=4, rate=Fraction(25))
        repeated(short, long, seconds=options.hours * 3600)
        print(
            f"  CPU until then {statistics.median(run[2] for run in runs):.2f} s (what a quiet machine shares among its cores)"
        )
        size = long.stat().st_size / 1e9
        ready = statistics.median(readiness(long) for _ in range(options.turns))
        print(f"H.264 1080p25, {options.hours} h, {size:.1f} GB, median of {options.turns}:")
        verdict = "met" if ready <= GOALS["original"] else "MISSED"
        print(f"  reviewable as it is (index) after {ready:.2f} s  (goal ≤ {GOALS['original']:.0f} s: {verdict})")
        forced = [first_preview(long, force=True) for _ in range(options.turns)]
        print(f"  first preview, were it not to play, after {statistics.median(run[1] for run in forced):.2f} s")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
