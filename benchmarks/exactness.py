"""Whether frame N is frame N in long films, at every rate: random jumps, and pauses at random moments of play.

    .venv/bin/python -m benchmarks.exactness [--minutes 10 60] [--seeks 500] [--pauses 200] [--rates 24 vfr] [--keep DIR]

A running product and headless Chromium, the page's own decoder. Every picture of ten minutes bears its own number; an hour is
those ten minutes six times over, so that its numbers are counted anew every ten minutes. A jump is right if the picture on
screen is the one asked for and the number that a comment would get is the same; a pause if that number is the picture's.
Nothing of it is a time: the machine may be busy.
"""

import argparse
import itertools
import os
import random
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright

from benchmarks.footage import repeated
from tests import media
from tests.e2e.editor import Editor
from tests.e2e.exact_clips import misses
from tests.e2e.product import running_product
from tests.e2e.room import PASSWORD, Room, launch, signed_in

PERSON = "bench@example.com"
RATES = ["24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60", "120", "vfr"]
PART_MINUTES = 10
VFR_STEPS = (3000, 2650, 3400, 2990, 4500, 3003, 1500)  # ticks of 1/90000: a phone's jitter around 30 pictures a second
AT_ONCE = 50  # jumps or pauses in one call to the page


def part(folder: Path, rate: str) -> tuple[Path, int]:
    """Ten minutes at a rate, and how many pictures these are."""
    frames = round(PART_MINUTES * 60 * (30 if rate == "vfr" else Fraction(rate)))
    path = folder / f"{rate.replace('/', '-')}.mp4"
    if not path.exists():
        steps = itertools.islice(itertools.cycle(VFR_STEPS), frames - 1)
        variable: dict[str, Any] = {}
        if rate == "vfr":
            variable = {"variable": list(itertools.accumulate(steps, initial=0)), "timescale": 90_000}
        beside = path.with_suffix(".part.mp4")
        media.make_clip(beside, rate="30" if rate == "vfr" else rate, frames=frames, faststart=True, **variable)
        beside.replace(path)
    return path, frames


def film(folder: Path, rate: str, minutes: int) -> tuple[Path, int]:
    """A film of so many minutes, and how many pictures it has before their numbers begin anew."""
    path, frames = part(folder, rate)
    if minutes == PART_MINUTES:
        return path, frames
    long = folder / f"{path.stem}-{minutes}.mp4"
    if not long.exists():
        repeated(path, long, seconds=minutes * 60 + PART_MINUTES * 30)  # the last turn may lack a picture's time
    return long, frames


def proven(context: BrowserContext, editor: Editor, version: str, modulo: int, given: argparse.Namespace) -> str:
    status = editor.wait_for_media(version, state="reviewable", timeout=600)
    if status["variable_rate"]:
        editor.wait_for_media(version, timeout=3600)  # what is played is its proxy
    else:
        editor.request("POST", f"/api/v1/versions/{version}/media/cancel", {})  # it plays as it is
    frames = editor.get(f"versions/{version}/media")["frame_count"]
    page = context.new_page()
    room = Room(page).open(f"/v/{version}", player="plus")
    chance = random.Random(frames)
    targets = [0, frames - 1, *(chance.randrange(frames) for _ in range(given.seeks - 2))]
    jumps = [one for begin in range(0, len(targets), AT_ONCE) for one in room.seeks(targets[begin : begin + AT_ONCE])]
    stops = [
        page.evaluate("([s, m]) => frameNumbers.pause(s, m)", [chance.randrange(frames - 200), chance.randrange(30, 500)])
        for _ in range(given.pauses)
    ]
    wrong, player = (misses(jumps, 0, modulo), misses(stops, 0, modulo)), room.player.get_attribute("data-player")
    page.close()
    for one in [*wrong[0], *wrong[1]][:5]:
        print("   ", one)
    return f"{frames:7} pictures: {len(wrong[0])} of {len(jumps)} jumps, {len(wrong[1])} of {len(stops)} pauses wrong; {player}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, nargs="+", default=[10, 60], help="multiples of ten")
    parser.add_argument("--seeks", type=int, default=500)
    parser.add_argument("--pauses", type=int, default=200)
    parser.add_argument("--rates", nargs="+", default=RATES)
    parser.add_argument("--keep", type=Path, help="folder in which the made films are kept for another run")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="twopop-exact-") as scratch:
        data, kept = Path(scratch) / "data", given.keep or Path(scratch)
        data.mkdir()
        kept.mkdir(exist_ok=True)
        with running_product(data, people={PERSON: ""}, password=PASSWORD) as product, sync_playwright() as playwright:
            editor = Editor(product, PERSON)
            project = editor.post("projects", {"name": "Exactness"})["id"]
            browser = launch(playwright)
            with signed_in(browser, product.url, PERSON, viewport={"width": 960, "height": 600}) as context:
                for minutes, rate in itertools.product(given.minutes, given.rates):
                    file, modulo = film(kept, rate, minutes)
                    line = proven(context, editor, editor.upload(project, file), modulo, given)
                    print(f"{minutes:3} min {rate:10} {line}", flush=True)
            browser.close()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
