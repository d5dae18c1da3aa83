"""How exact the reference check is, how long it takes, and how much memory.

    .venv/bin/python -m benchmarks.reference_check [accuracy] [places] [ten] [hours]

accuracy: offsets through a re-encoding, another mix and noise; drift; jumps; dropped and repeated frames in another grade with
a burnt-in number. places: where a hundred jumps in as many films are laid, once they are known to be there. ten: processor
time for a pair of ten minutes, against reading both stored features once. hours: processor time and peak memory for a pair of
two hours, mapped from files. All on made-up films (tests/checks/films.py), seeds fixed here.
"""

import functools
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks import run
from media_pipeline.core.checks.contract import Stage
from media_pipeline.core.checks.material import Material
from media_pipeline.core.checks.sync_map import candidates
from media_pipeline.core.checks.sync_map.crossover import crossover
from media_pipeline.core.checks.sync_map.lines import Line
from media_pipeline.core.checks.sync_map.shifts import follow
from media_pipeline.core.checks.sync_map.sound import map_sound
from media_pipeline.core.rate import MONO_RATE as RATE
from tests.checks.films import HIGH, encoded, film, graded, heard, material, noisy, recoded, speech


def mixed(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """Another mix: brighter, with an echo and a second voice below it."""
    bright = sound - 0.6 * np.concatenate([[0.0], sound[:-1]])
    echo = 0.3 * np.concatenate([np.zeros(HIGH // 9), bright[: -(HIGH // 9)]])
    return bright + echo + 0.3 * speech(len(sound) / HIGH, 31)


def sound_accuracy() -> None:
    voice = speech(60, 21)
    reference = heard(voice)
    worst: dict[str, float] = {}
    for late in (-0.0803, -0.01234, 0.0, 0.04006, 0.5):
        made = {
            "plain": heard(voice, late=late),
            "AAC 48 kb/s": heard(recoded(voice), late=late),
            "other mix": heard(mixed(voice), late=late),
            "noise 0 dB": noisy(heard(voice, late=late)),
            "other mix, AAC, noise 0 dB": noisy(heard(recoded(mixed(voice)), late=late)),
        }
        for name, sound in made.items():
            lines = map_sound(sound, reference, rate=RATE).lines
            error = abs(lines[0].at(30.0) - late) if len(lines) == 1 else 9.0
            worst[name] = max(worst.get(name, 0.0), error)
    for name, error in worst.items():
        print(f"offset, {name}: largest error {1000 * error:.4f} ms")
    for seconds in (60, 600):
        errors = []
        spoken = speech(seconds, 22)
        plain = heard(spoken)
        for ppm in (-1000, -100, 10, 100) if seconds == 60 else (-100, 10):
            lines = map_sound(noisy(heard(spoken, speed=1 - ppm * 1e-6)), plain, rate=RATE).lines
            errors.append(abs(1e6 * lines[0].slope - ppm) if len(lines) == 1 else 999.0)
        print(f"drift over {seconds} s with noise 0 dB: largest error {max(errors):.3f} ppm of {len(errors)} files")
    for name, heard_as in (("as it is", np.asarray), ("noise 0 dB", noisy)):
        jump_accuracy(name, heard_as, reference)


def jump_accuracy(name: str, heard_as: Callable[[NDArray[np.int16]], NDArray[np.int16]], reference: NDArray[np.int16]) -> None:
    rng = np.random.default_rng(5)
    sizes, times, counts, inside = [], [], 0, 0
    for _ in range(20):
        at, cut = int(rng.integers(10 * RATE, 50 * RATE)), int(rng.choice([-1, 1])) * int(rng.integers(24, 800))
        changed = np.concatenate([reference[:at], reference[at + cut :]])
        jumps = map_sound(heard_as(changed), reference, rate=RATE).jumps
        counts += len(jumps) == 1
        if len(jumps) == 1:
            where = jumps[0].where
            sizes.append(abs(jumps[0].size + cut / RATE))
            times.append(abs(where.moment - at / RATE))
            inside += where.low <= at / RATE <= where.high
    print(
        f"jumps of 3 to 100 ms, {name}: {counts} of 20 found alone; size to {1000 * max(sizes):.3f} ms, "
        f"time: median {1000 * float(np.median(times)):.0f} ms, {sum(one <= 0.1 for one in times)} within 100 ms, "
        f"worst {1000 * max(times):.0f} ms, {inside} inside the range stated"
    )


def jump_places(films: int = 100) -> None:
    """Where jumps are laid that are known to be there, each in a film of its own; none of these seeds is used elsewhere."""
    made: dict[str, Callable[[NDArray[np.float64], NDArray[np.int16]], NDArray[np.int16]]] = {
        "as it is": lambda voice, sound: sound,
        "AAC 48 kb/s": lambda voice, sound: heard(recoded(voice)),
        "other mix": lambda voice, sound: heard(mixed(voice)),
        "noise 0 dB": lambda voice, sound: noisy(sound),
        "other mix, noise 0 dB": lambda voice, sound: noisy(heard(mixed(voice))),
    }
    seconds = 14
    errors: dict[str, list[float]] = {name: [] for name in made}
    inside = dict.fromkeys(made, 0)
    for seed in range(films):
        rng = np.random.default_rng(70_000 + seed)
        voice = speech(seconds, 5000 + seed)
        reference = heard(voice)
        at, cut = int(rng.integers(5 * RATE, 9 * RATE)), int(rng.choice([-1, 1])) * int(rng.integers(24, 800))
        known = at / RATE - rng.uniform(0.2, 1.8), at / RATE + rng.uniform(0.2, 1.8)
        before = Line(0, 0, 0.0, known[0], 0.0, 0.0, 0.0, 0.0)
        after = Line(0, 0, known[1], seconds, 0.0, -cut / RATE, 0.0, 0.0)
        for name, make in made.items():
            sound = make(voice, reference)
            where = crossover(np.concatenate([sound[:at], sound[at + cut :]]), reference, before, after, rate=RATE)
            errors[name].append(abs(where.moment - at / RATE))
            inside[name] += where.low <= at / RATE <= where.high
    for name, found in errors.items():
        times = 1000 * np.array(found)
        print(
            f"places of jumps, {name}: {int((times <= 100).sum())} of {films} within 100 ms, median {np.median(times):.1f} ms, "
            f"90 % within {np.percentile(times, 90):.0f} ms, worst {times.max():.0f} ms, {inside[name]} inside the range stated"
        )


def _apart(one: int, other: int) -> int:
    return abs(one - other)


def picture_accuracy() -> None:
    rng = np.random.default_rng(6)
    found = inside = near = false = total = 0
    for seed in range(12):
        grids = film(1500, 100 + seed, speed=float(rng.uniform(0.5, 1.5)))
        spots = np.sort(rng.choice(np.arange(60, 1440, 115), 5, replace=False) + rng.integers(-20, 20, 5))
        for kind in ("dropped", "repeated"):
            changed = np.delete(grids, spots, 0) if kind == "dropped" else np.insert(grids, spots, grids[spots - 1], 0)
            sign = -1 if kind == "dropped" else 1
            expected = [int(spot) + sign * k for k, spot in enumerate(spots)]
            made = graded(encoded(changed, seed))
            runs = follow(made, grids, candidates.blocks(made, grids, length=25))
            total += len(expected)
            for before, after in pairwise(runs):
                if before.shift is None or after.shift is None or after.shift - before.shift != sign:
                    false += 1
                    continue
                place = int(min(expected, key=functools.partial(_apart, after.first)))
                found += abs(place - after.first) <= 25
                inside += after.low <= place <= after.high
                near += abs(place - after.first) <= 1
    print(
        f"dropped and repeated single frames, other grade, burnt-in number: {found} of {total} found, {inside} inside the "
        f"stated range, {near} within one frame, {false} false"
    )


def ten_minutes() -> None:
    with tempfile.TemporaryDirectory() as name:
        mine, theirs = pair(Path(name), 600)
        begin = time.process_time()
        sum(int(np.asarray(one.stored.coarse).sum()) + int(np.asarray(one.stored.mono(0)).sum()) for one in (mine, theirs))
        read = time.process_time() - begin
        mine.other = theirs
        begin = time.process_time()
        made = run.measure_stage(Stage.REFERENCE, mine)
        spent = time.process_time() - begin
        states = {check: one.state for check, one in made.items()}
        print(f"ten minutes, 25 fps: {spent:.1f} s of processor time, {spent / read:.0f} times reading the features; {states}")


def two_hours() -> None:
    with tempfile.TemporaryDirectory() as name:
        mine, theirs = pair(Path(name), 7200)
        before = resident()
        mine.other = theirs
        begin = time.process_time()
        made = run.measure_stage(Stage.REFERENCE, mine)
        spent = time.process_time() - begin
        states = {check: one.state for check, one in made.items()}
        print(f"two hours, 25 fps: {spent:.0f} s of processor time; memory {before} MB, at most {PEAK[0]} meanwhile; {states}")


PEAK = [0]


def resident() -> int:
    """Anonymous resident memory in MB: mapped feature files are the system's to drop."""
    values = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    return int(values["RssAnon"].split()[0]) // 1024


def pair(folder: Path, seconds: int) -> tuple[Material, Material]:
    """Two films of that length, the second with another grade and its sound 20 ms late; made in pieces of ten minutes."""
    pieces = [(film(25 * 600, 40 + k), heard(speech(600, 50 + k))) for k in range(-(-seconds // 600))]
    grids, sound = np.concatenate([one for one, _ in pieces]), np.concatenate([one for _, one in pieces])
    theirs = material(folder / "theirs", grids, sound)
    mine = material(folder / "mine", graded(encoded(grids)), np.concatenate([np.zeros(160, np.int16), sound[:-160]]))

    def beat() -> None:
        PEAK[0] = max(PEAK[0], resident())

    mine.beat = beat
    return mine, theirs


def main() -> None:
    wanted = sys.argv[1:] or ["accuracy", "ten"]
    if "accuracy" in wanted:
        sound_accuracy()
        picture_accuracy()
    if "places" in wanted:
        jump_places()
    if "ten" in wanted:
        ten_minutes()
    if "hours" in wanted:
        two_hours()


if __name__ == "__main__":
    main()
