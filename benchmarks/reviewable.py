"""How soon a long render can be reviewed: from the last byte of its upload to its first picture in Chromium.

The whole product runs (web, worker, browser). Per file: `said` is the time until the API says that it is reviewable,
`shown` until a review page opened at that moment shows a confirmed picture. Baseline, in the same run: one plain read of
the file from the page cache, the least that a server pays which looks at a file only after it is complete.

    python -m benchmarks.reviewable [--minutes 60] [--codec h264 prores] [--keep DIR]
"""

import argparse
import tempfile
import time
from fractions import Fraction
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.footage import film_like, repeated
from tests.e2e.editor import Editor
from tests.e2e.product import running_product
from tests.e2e.room import PASSWORD, Room, launch, signed_in

PERSON = "bench@example.com"
GOALS = {"h264": 1.0, "prores": 5.0}
RATE = Fraction(25)


def plain_read(file: Path) -> float:
    started = time.monotonic()
    with file.open("rb", buffering=0) as source:
        while source.read(1 << 22):
            pass
    return time.monotonic() - started


def source(folder: Path, codec: str, minutes: int) -> Path:
    suffix = ".mp4" if codec == "h264" else ".mov"
    short, long = folder / f"short-{codec}{suffix}", folder / f"{codec}-{minutes}-minutes{suffix}"
    if not long.exists():
        film_like(short, codec, seconds=8, rate=RATE, size=(1920, 1080))
        repeated(short, long, seconds=minutes * 60)
        short.unlink()
    return long


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--codec", nargs="+", choices=sorted(GOALS), default=sorted(GOALS))
    parser.add_argument("--keep", type=Path, help="folder in which the made files are kept for another run")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="twopop-reviewable-") as scratch:
        folder = chosen.keep or Path(scratch)
        files = {codec: source(folder, codec, chosen.minutes) for codec in chosen.codec}
        data = Path(scratch) / "data"
        data.mkdir()
        with running_product(data, people={PERSON: ""}, password=PASSWORD) as product, sync_playwright() as playwright:
            editor = Editor(product, PERSON)
            project = editor.post("projects", {"name": "Benchmark"})["id"]
            browser = launch(playwright)
            page = signed_in(browser, product.url, PERSON).new_page()
            for codec, file in files.items():
                version = editor.upload(project, file)
                while editor.get(f"versions/{version}/media")["state"] not in {"reviewable", "ready"}:
                    time.sleep(0.02)
                said = time.monotonic() - editor.last_byte_at
                Room(page).open(f"/v/{version}")
                shown = time.monotonic() - editor.last_byte_at
                status = editor.get(f"versions/{version}/media")
                first = status["renditions"][0]
                read = plain_read(file)
                print(
                    f"{codec}: {file.stat().st_size / 1e9:.2f} GB, {status['frame_count']} frames | said {said:.2f} s"
                    f" (goal {GOALS[codec]:.0f} s) | shown {shown:.2f} s as {first['kind']} ({first['frame_count']} frames)"
                    f" | plain read {read:.2f} s | ratio said / read {said / read:.2f}",
                    flush=True,
                )
                editor.request("POST", f"/api/v1/versions/{version}/media/cancel", {})
            browser.close()


if __name__ == "__main__":
    main()
