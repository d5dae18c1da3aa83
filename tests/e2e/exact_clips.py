"""The clips by which the whole product proves that frame N is frame N."""

import random
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

from tests import media
from tests.e2e.editor import Editor

# Every rate that people deliver in, and every trait that breaks players.
NAMES = [
    *("23.976", "24", "25", "29.97", "30", "50", "59.94", "60", "120", "vfr", "vfr-b", "b-frames", "b-frames-no-edit-list"),
    *("edit-list", "start-offset", "open-gop", "fragmented-b", "prores", "dnxhr", "hevc", "avi", "mxf", "mkv"),
    *("webm-vp9", "ts"),
]  # fmt: skip
# Each rate and each trait in fewer clips: some traits at another rate than media.CLIPS has them.
MIXED = ["24", "29.97", "59.94", "vfr-b", "edit-list", "prores", "mxf", "webm-vp9", "fragmented-b"]
RATES = {"hevc": 50, "avi": 30, "open-gop": 60, "start-offset": 120}
LONG = 240  # pictures


class Moves(Protocol):
    """A review room in some browser, moved and read by frame_numbers.js."""

    def seeks(self, frames: list[int]) -> list[dict[str, Any]]: ...
    def steps(self, start: int, count: int, direction: int) -> list[dict[str, Any]]: ...
    def burst(self, start: int, count: int, direction: int) -> dict[str, Any]: ...
    def pause(self, start: int, milliseconds: int) -> dict[str, Any]: ...


def file_of(name: str, *, frames: int = LONG, rate: Fraction | None = None) -> tuple[Path, int, int]:
    """(file, presented pictures, number that the first one carries): the clip `name` of media.CLIPS, made longer.

    `rate`: pictures per second instead of that clip's.
    """
    spec = media.CLIPS[name]
    options, encoded, rate = dict(spec.options), frames, rate or spec.rate
    if "variable" in options:
        options["variable"] = media.irregular_times(frames)
    if not isinstance(options.get("edit_list", True), bool):
        [(_, media_time)] = options["edit_list"]
        options["edit_list"] = [(int(frames / rate * 1000), media_time)]
        encoded = frames + (spec.encoded or spec.frames) - spec.frames
    path = media.clips_folder() / f"{name}-{frames}-{rate.numerator}-{rate.denominator}{spec.suffix}"
    if not path.exists():
        beside = path.with_name(f"making-{random.getrandbits(48):x}-{path.name}")
        media.make_clip(beside, rate=rate, frames=encoded, **options).replace(path)
    return path, frames, spec.first_number


def misses(results: list[dict[str, Any]], first_number: int, modulo: int | None = None) -> list[dict[str, Any]]:
    """Those where asked, reported and shown are not the same picture. `modulo`: after so many pictures numbers begin anew."""
    wrong = []
    for result in results:
        pictures = {result["shown"], result.get("seen", result["shown"])}
        number = result["reported"] + first_number
        if result["reported"] != result["asked"] or pictures != {number % modulo if modulo else number} or "error" in result:
            wrong.append(result)
    return wrong


def prove(room: Moves, frames: int, first_number: int, *, seeks: int, steps: int, pauses: int, seed: int) -> dict[str, Any]:
    """Random seeks (first and last frame among them), steps each way, bursts, pauses during play.

    Answers {"actions": how many, "misses": the failed ones}.
    """
    chance = random.Random(seed)
    targets = [0, frames - 1, *(chance.randrange(frames) for _ in range(seeks - 2))]
    results = room.seeks(targets)
    start = chance.randrange(max(1, frames - steps))
    results += room.steps(start, min(steps, frames - 1 - start), 1)
    results += room.steps(frames - 1, min(steps, frames - 1), -1)
    burst = min(12, frames // 3)
    results += [room.burst(0, burst, 1), room.burst(frames - 1, burst, -1)]
    for _ in range(pauses):
        results.append(room.pause(chance.randrange(max(1, frames // 2)), chance.randrange(30, 700)))
    return {"actions": len(results), "misses": misses(results, first_number)}


def upload(
    editor: Editor, project_id: str, name: str, *, frames: int = LONG, rate: Fraction | None = None
) -> tuple[str, int, int]:
    """(version id, presented pictures, first number) of an uploaded clip."""
    file, frames, first_number = file_of(name, frames=frames, rate=rate)
    return editor.upload(project_id, file), frames, first_number
