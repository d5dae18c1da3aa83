"""How soon and how truly a frame is on screen: our player beside a naive one, on the same clip, in the same Chromium.

The clip is 1080p29.97 H.264, ten minutes, encoded as the proxies are; every picture bears its number (modulo a minute).
Players: `plus` (the room as it is), `base` (the room without WebCodecs), `naive` (`currentTime = n / fps`, and back by
rounding `currentTime · fps`). Moves: steps of one, hops of 2 to 60 frames, jumps anywhere. Times go from the request to the
paint of the picture, in milliseconds; a jump's first picture may be that frame from the lightest proxy: the line beneath
tells when it stands at full size. "Wrong": another picture than the one asked for is on screen; "misreported": the number
that would be saved with a comment is not that of the picture.

`--strip` measures the room alone, with rests in which the film strip gets to work before the next move comes: in turn with
the timeline whole, where it has nothing to make, and at single frames.

    python -m benchmarks.player_seek [--minutes 10] [--moves 150] [--keep DIR] [--runs 1] [--strip]
"""

import argparse
import os
import random
import statistics
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from benchmarks.numbered_film import MINUTE, Film, in_the_room, options, percentile
from tests.e2e.room import Room

DRIVER = Path(__file__).with_suffix(".js")
SETTLING_MS = 20_000  # the decoder is opened, and the light file fetched: what is there when somebody begins to work
STRIP_AT_WORK_MS = 330  # it begins 250 ms after the picture
CLOSEST = 16  # presses of a key, from ten minutes down to single frames
GOALS = {"step": 20, "random": 50}  # p95, milliseconds, of the room as it is


def moves(frames: int, count: int, seed: int) -> dict[str, list[int]]:
    chance = random.Random(seed)
    start = chance.randrange(frames // 4, frames // 2)
    steps = [start + i for i in range(count // 2)]
    steps += [steps[-1] - i for i in range(1, count - len(steps) + 1)]
    at, hops = start, []
    for _ in range(count):
        at = min(frames - 1, max(0, at + chance.choice((-1, 1)) * chance.randint(2, 60)))
        hops.append(at)
    return {"step": steps, "hop": hops, "random": [chance.randrange(frames) for _ in range(count)]}


def line(player: str, move: str, results: list[dict[str, Any]]) -> str:
    times = [result["took"] for result in results]
    wrong = sum(result["shown"] != result["asked"] % MINUTE for result in results)
    misreported = sum(result["reported"] % MINUTE != result["shown"] for result in results)
    return (
        f"{player:6} {move:7} {statistics.median(times):6.1f} {percentile(times, 0.95):6.1f} {max(times):7.1f}"
        f"   wrong {wrong:3}/{len(results)}   misreported {misreported:3}{_goal(player, move, times)}"
    )


def _goal(player: str, move: str, times: list[float]) -> str:
    goal = GOALS.get(move) if player == "plus" else None
    return "" if goal is None else f"   goal p95 {goal}: {'met' if percentile(times, 0.95) <= goal else 'MISSED'}"


def measured(page: Page, *, film: Film, player: str, count: int, seed: int) -> None:
    room = Room(page).open(f"/v/{film.version}", player="plus" if player == "plus" else "base")
    page.evaluate(DRIVER.read_text())
    _plays(page, film.original)
    if player == "naive":
        page.evaluate("([u, n, d]) => playerSeek.open(u, n, d)", [film.url, film.rate["num"], film.rate["den"]])
    for move, targets in moves(film.frames, count, seed=seed).items():
        page.evaluate("([w, f]) => playerSeek.run(w, f, 40)", [player, targets[:4]])  # warm
        results = page.evaluate("([w, f, p]) => playerSeek.run(w, f, p)", [player, targets, 60])
        print(line(player, move, results), f"  load {os.getloadavg()[0]:.1f}", flush=True)
        if player == "plus":
            full = [result["sharp"] for result in results]
            light = sum(result["sharp"] > result["took"] for result in results)
            times = f"{statistics.median(full):6.1f} {percentile(full, 0.95):6.1f} {max(full):7.1f}"
            print(f"  at full size {times}   light first {light}/{len(full)}")
    if player == "plus":
        print(f"       holds {page.evaluate('playerSeek.usage()')}, still {room.player.get_attribute('data-player')}")


def beside_the_strip(page: Page, *, film: Film, count: int, seed: int) -> None:
    room = Room(page).open(f"/v/{film.version}", player="plus")
    page.evaluate(DRIVER.read_text())
    _plays(page, film.original)
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for turn in range(4):
        room.key("\\")
        for _ in range(turn % 2 * CLOSEST):
            room.key("+")
        for move, targets in moves(film.frames, count, seed=seed + turn // 2).items():
            results = page.evaluate("([f, p]) => playerSeek.run('plus', f, p)", [targets, STRIP_AT_WORK_MS])
            found.setdefault((("whole", "close")[turn % 2], move), []).extend(results)
    for (zoom, move), results in sorted(found.items(), key=lambda one: one[0][1]):
        print(line(f"{zoom:6}", move, results), f"  load {os.getloadavg()[0]:.1f}", flush=True)


def _plays(page: Page, source: str) -> None:
    """Have the room play the original, whatever it prefers."""
    ask = (
        "detail => document.querySelector('tp-player').dispatchEvent(new CustomEvent('tp-request', { detail, bubbles: true }))"
    )
    page.evaluate(ask, {"kind": "quality", "quality": "original"})
    expect(page.locator(f'tp-player[data-source="{source}"][data-confirmed="true"]')).to_be_visible()
    page.wait_for_timeout(SETTLING_MS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moves", type=int, default=150)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--strip", action="store_true")
    options(parser)
    chosen = parser.parse_args()
    with in_the_room(chosen.keep, chosen.minutes, width=1600, height=1000, proxies=True) as film:
        for run in range(chosen.runs):
            if chosen.strip:
                film.on_a_page(partial(beside_the_strip, film=film, count=chosen.moves, seed=run))
                continue
            for player in ("plus", "base", "naive"):
                film.on_a_page(partial(measured, film=film, player=player, count=chosen.moves, seed=run))


if __name__ == "__main__":
    main()
