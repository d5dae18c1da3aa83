"""What the sync checks of decoded picture and sound add to the decode pass: CPU, and the memory of a long file.

    python -m benchmarks.checks_cost [--seconds 40] [--turns 3]        CPU against the same pass without the checks
    python -m benchmarks.checks_cost --memory [--hours 2]              sound of that length alone: peak memory of both sides

CPU: the whole pass of `ingest_cost` (1080p25 H.264 to two rungs) is run with and without the consumers of the checks, in
alternation, each in a process of its own, the measuring of stage B included. `by consumer`: CPU spent inside each in the same
run, over all the rest of that run, which other work on the machine hardly moves.
"""

import argparse
import json
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

import numpy as np

from benchmarks.footage import film_like, repeated
from benchmarks.ingest_cost import Quiet, peak_memory
from media_pipeline.core import decode_pass
from media_pipeline.core.checks.contract import Stage
from media_pipeline.core.checks.local import _Collector
from media_pipeline.core.checks.material import Features, Material
from media_pipeline.core.checks.run import measure_stage
from media_pipeline.core.consumer import Consumer, SoundBlock, Work, registered
from media_pipeline.core.features import SoundFeatures
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.hearing.consumer import ChannelSound
from media_pipeline.core.probe import inspect
from media_pipeline.core.proxy_plan import ProxyPlan
from media_pipeline.core.summary import AudioTrack, Summary
from tests.checks.bench import PLAIN

GOAL = 0.08
MEMORY_GOAL = 150


class Timed:
    """A consumer, with the CPU that is spent in it."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.seconds = 0.0

    def __getattr__(self, name: str) -> Any:
        known = getattr(self._inner, name)
        if not callable(known):
            return known

        def call(*args: Any) -> Any:
            began = time.thread_time()
            made = known(*args)
            made = list(made) if name == "finish" else made
            self.seconds += time.thread_time() - began
            return made

        return call


def whole_pass(source: Path, out: Path, *, checks: bool) -> dict[str, float]:
    """CPU seconds of the pass, and of every consumer of the checks."""
    summary, index = inspect(str(source))
    summary = type(summary).from_dict({**summary.as_dict(), "plays_exactly": False})
    for_checks = {type(one).__name__ for one in registered(for_checks=True)}
    timed = {type(one).__name__: Timed(one) for one in registered() if type(one).__name__ in for_checks}
    wanted = [timed.get(type(one).__name__, one) for one in registered() if checks or type(one).__name__ not in for_checks]
    collector = _Collector(lambda done, total: None)
    report: Any = Quiet()
    report.publish = collector.publish
    work = Work(summary, index, ProxyPlan(), out, collector.publish)
    decode_pass._decode_once(str(source), work, wanted, report)  # pyright: ignore  # the one way to leave consumers out
    measured = 0.0
    if checks:
        files = {made.label: out / made.path for made in collector.made if made.kind == "features"}
        material = Material(str(source), summary, index, Features(files, {made.label: made.meta for made in collector.made}))
        began = time.process_time()
        measure_stage(Stage.DECODED, material)
        measured = time.process_time() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    parts = {name: one.seconds for name, one in timed.items()} if checks else {}
    return {"cpu": used.ru_utime + used.ru_stime, **parts, **({"stage B": measured} if checks else {})}


def long_sound(hours: float, out: Path) -> None:
    """Stereo sound of so many hours through the consumers of the checks and through stage B."""
    rate, seconds = 48_000, round(hours * 3600)
    summary: Summary = Summary.from_dict({**PLAIN.as_dict(), "frame_count": seconds * 25})
    track = AudioTrack(0, 1, "pcm_s24le", "stereo", 2, rate, 0, 1, seconds, 1)
    summary = type(summary).from_dict({**summary.as_dict(), "audio": [vars(track)]})
    index = FrameIndex(np.arange(seconds * 25), np.ones(seconds * 25, bool), Fraction(1, 25), 1, Fraction(25), variable=False)
    collector = _Collector(lambda done, total: None)
    work = Work(summary, index, ProxyPlan(), out, collector.publish)
    consumers: list[Consumer] = [SoundFeatures(), ChannelSound()]
    rng = np.random.default_rng(1)
    minute = (rng.standard_normal((2, 60 * rate)) * 0.05).astype(np.float32)
    for consumer in consumers:
        consumer.start(work)
    before = peak_memory()
    for n in range(seconds * 2):
        start = n * rate // 2
        at = start % (60 * rate)
        for consumer in consumers:
            consumer.audio(0, SoundBlock(start, minute[:, at : at + rate // 2]))
    for consumer in consumers:
        for made in consumer.finish():
            collector.publish(made)
    consumed = peak_memory()
    features = Features(
        {made.label: out / made.path for made in collector.made}, {made.label: made.meta for made in collector.made}
    )
    from media_pipeline.core.checks.decoded import audio_continuity, loudness, tracks

    material = Material("", summary, index, features)
    for check in (audio_continuity.CHECK, tracks.CHECK, loudness.CHECK):
        check.measure(material)
    print(f"{hours:g} h of stereo: {consumed - before:.0f} MB more in the pass, {peak_memory() - before:.0f} MB with stage B")
    print(f"goal ≤ {MEMORY_GOAL} MB: {'met' if peak_memory() - before <= MEMORY_GOAL else 'MISSED'}")


def run(what: str, source: Path) -> dict[str, float]:
    out = tempfile.mkdtemp(prefix="twopop-bench-")
    command = [sys.executable, "-m", "benchmarks.checks_cost", "--run", what, str(source), out]
    done = subprocess.run(command, capture_output=True, text=True)
    shutil.rmtree(out)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=40)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        print(json.dumps(whole_pass(Path(options.run[1]), Path(options.run[2]), checks=options.run[0] == "checks")))
        return
    folder = Path(tempfile.mkdtemp(prefix="twopop-bench-"))
    try:
        if options.memory:
            long_sound(options.hours, folder)
            return
        film_like(folder / "short.mp4", "h264", seconds=4, rate=Fraction(25))
        repeated(folder / "short.mp4", folder / "long.mp4", seconds=options.seconds)
        pairs = [(run("plain", folder / "long.mp4"), run("checks", folder / "long.mp4")) for _ in range(options.turns)]
    finally:
        shutil.rmtree(folder)
    for plain, checks in pairs:
        parts = {name: value for name, value in checks.items() if name != "cpu"}
        rest = checks["cpu"] - sum(parts.values())
        shares = ", ".join(f"{name} {100 * value / rest:.1f} %" for name, value in parts.items())
        print(f"with {checks['cpu']:.2f} s, without {plain['cpu']:.2f} s")
        print(f"by consumer {100 * sum(parts.values()) / rest:.1f} %: {shares}")
    ratio = statistics.median(checks["cpu"] / plain["cpu"] for plain, checks in pairs) - 1
    print(f"median of the pairs: {100 * ratio:+.1f} %  (goal ≤ {100 * GOAL:.0f} %: {'met' if ratio <= GOAL else 'MISSED'})")


if __name__ == "__main__":
    main()
