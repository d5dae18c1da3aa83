"""How soon and how truly a frame is on screen: our player beside a naive one, on the same clip, in the same Chromium.

The clip is 1080p29.97 H.264, ten minutes, encoded as the proxies are; every picture bears its number (modulo a minute).
Players: `plus` (the room as it is), `base` (the room without WebCodecs), `naive` (`currentTime = n / fps`, and back by
rounding `currentTime · fps`). Moves: steps of one, hops of 2 to 60 frames, jumps anywhere. Times go from the request to the
paint of the picture, in milliseconds. "Wrong": another picture than the one asked for is on screen; "misreported": the number
that would be saved with a comment is not that of the picture.

    python -m benchmarks.player_seek [--minutes 10] [--moves 150] [--keep DIR] [--runs 1]
"""

import argparse
import os
import random
import statistics
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from playwright.sync_api import sync_playwright

from benchmarks.footage import film_like, repeated
from tests.e2e.editor import Editor
from tests.e2e.product import running_product
from tests.e2e.room import PASSWORD, Room, launch, signed_in

PERSON = "bench@example.com"
RATE = Fraction(30_000, 1001)
MINUTE = 1800  # pictures in the part that is repeated
DRIVER = Path(__file__).with_suffix(".js")
GOALS = {"step": (17, 20), "random": (None, 50)}


def source(folder: Path, minutes: int) -> Path:
    file, part = folder / f"numbered-{minutes}.mp4", folder / "numbered-part.mp4"
    if not file.exists():
        film_like(part, "h264-proxy", seconds=61, rate=RATE, numbered=True)
        cut = folder / "numbered-minute.mp4"
        _first(part, cut, MINUTE)
        repeated(cut, file, seconds=int(minutes * MINUTE / RATE) + 1)
    return file


def _first(source_file: Path, path: Path, pictures: int) -> None:
    """The first pictures of a clip, without its sound: a whole number of groups, so that it can be repeated."""
    with av.open(str(source_file)) as clip, av.open(str(path), "w") as out:
        stream = out.add_stream_from_template(clip.streams.video[0], opaque=True)
        for count, packet in enumerate(packet for packet in clip.demux(video=0) if packet.size):
            if count == pictures:
                break
            packet.stream = stream
            out.mux(packet)


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


def percentile(times: list[float], part: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def line(player: str, move: str, results: list[dict[str, Any]]) -> str:
    times = [result["took"] for result in results]
    wrong = sum(result["shown"] != result["asked"] % MINUTE for result in results)
    misreported = sum(result["reported"] % MINUTE != result["shown"] for result in results)
    return (
        f"{player:6} {move:7} {statistics.median(times):6.1f} {percentile(times, 0.95):6.1f} {max(times):7.1f}"
        f"   wrong {wrong:3}/{len(results)}   misreported {misreported:3}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--moves", type=int, default=150)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder in which the made files are kept for another run")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="twopop-seek-") as scratch:
        folder = chosen.keep or Path(scratch)
        folder.mkdir(exist_ok=True)
        file = source(folder, chosen.minutes)
        data = Path(scratch) / "data"
        data.mkdir()
        with running_product(data, people={PERSON: ""}, password=PASSWORD) as product, sync_playwright() as playwright:
            editor = Editor(product, PERSON)
            project = editor.post("projects", {"name": "Benchmark"})["id"]
            version = editor.upload(project, file)
            editor.wait_for_media(version, state="reviewable", timeout=120)
            editor.request("POST", f"/api/v1/versions/{version}/media/cancel", {})  # the proxy would only take the processor
            status = editor.get(f"versions/{version}/media")
            original = next(rendition for rendition in status["renditions"] if rendition["kind"] == "original")
            frames, rate = status["frame_count"], status["rate"]
            browser = launch(playwright)
            page = signed_in(browser, product.url, PERSON, viewport={"width": 1600, "height": 1000}).new_page()
            print(f"{frames} frames of {rate['num']}/{rate['den']}, {file.stat().st_size * 8 / 1e6 / (frames / RATE):.1f} Mb/s")
            for run in range(chosen.runs):
                for player in ("plus", "base", "naive"):
                    room = Room(page).open(f"/v/{version}", player="plus" if player == "plus" else "base")
                    page.evaluate(DRIVER.read_text())
                    if player == "naive":
                        page.evaluate("([u, n, d]) => playerSeek.open(u, n, d)", [original["url"], rate["num"], rate["den"]])
                    for move, targets in moves(frames, chosen.moves, seed=run).items():
                        page.evaluate("([w, f]) => playerSeek.run(w, f, 40)", [player, targets[:4]])  # warm
                        results = page.evaluate("([w, f, p]) => playerSeek.run(w, f, p)", [player, targets, 60])
                        print(line(player, move, results), f"  load {os.getloadavg()[0]:.1f}", flush=True)
                    if player == "plus":
                        kept = page.evaluate("playerSeek.usage()")
                        print(f"       holds {kept}, still {room.player.get_attribute('data-player')}")
            browser.close()


if __name__ == "__main__":
    main()
