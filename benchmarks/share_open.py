"""How long a client waits who opens a share link, against a bare page that holds nothing but a `<video>` of the same proxy.

    .venv/bin/python -m benchmarks.share_open [--rounds N] [--waterfall]

A running product and headless Chromium on this machine; 1080p29.97 H.264, of which guests are played the proxy. A first visit
is a browser that was never here (no cache, no pass), a visit again is the same browser once more. It counts from the
navigation to the link's address until the player has confirmed the frame that it shows (`exact`), and until the comment box
takes text (`write`). The bare page counts until its first picture is presented, in a browser that was let in but has an empty
cache; the two take turns. `--waterfall` lists the requests of one first visit instead.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from tests.e2e.editor import Editor
from tests.e2e.exact_clips import file_of
from tests.e2e.product import running_product
from tests.e2e.room import PASSWORD, launch

EXACT = """() => document.querySelector("tp-player[data-confirmed='true']") !== null"""
WRITE = "() => document.querySelector('tp-composer textarea')?.disabled === false"
BARE = """<!doctype html><title>bare</title><video muted preload="auto" width="1280" src="{url}"></video>
<script>document.querySelector("video").requestVideoFrameCallback(() => {{ document.title = "shown"; }})</script>"""
LAPTOP: Any = {"viewport": {"width": 1280, "height": 800}}


def opening(page: Page, url: str) -> tuple[float, float]:
    """Milliseconds from the navigation to the exact picture, and to a box that can be written in."""
    begin = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_function(EXACT)
    exact = (time.perf_counter() - begin) * 1000
    page.wait_for_function(WRITE)
    return exact, max(exact, (time.perf_counter() - begin) * 1000)


def bare(browser: Browser, base: str, state: StorageState, media: str) -> float:
    """Milliseconds from the navigation to a page that is nothing but the video until its first picture."""
    with browser.new_context(base_url=base, storage_state=state, **LAPTOP) as context:
        page = context.new_page()
        page.route("**/bare", lambda route: route.fulfill(content_type="text/html", body=BARE.format(url=media)))
        begin = time.perf_counter()
        page.goto("/bare", wait_until="commit")
        page.wait_for_function("() => document.title === 'shown'")
        return (time.perf_counter() - begin) * 1000


def waterfall(browser: Browser, base: str, url: str) -> None:
    """Print when each request of a first visit began and ended, and how much it brought."""
    with browser.new_context(base_url=base, **LAPTOP) as context:
        page, begin, rows = context.new_page(), time.time() * 1000, []
        page.on("requestfinished", lambda request: rows.append((request.timing, request)))
        exact, write = opening(page, url)
        page.wait_for_load_state("networkidle")
        for timing, request in sorted(rows, key=lambda row: row[0]["startTime"]):
            start = timing["startTime"] - begin
            size = request.sizes()["responseBodySize"]
            what = f"{request.method} {request.url[len(base) :][:80]}"
            ends = start + timing["responseEnd"]
            print(f"{start:7.0f} {ends:7.0f} ms {size / 1000:8.1f} kB  {what}")
        print(f"exact picture after {exact:.0f} ms, box after {write:.0f} ms")


def figures(name: str, times: list[float], ground: float) -> str:
    """One line: median and p95 of these milliseconds, and the median's ratio to the baseline's."""
    middle = statistics.median(times)
    return f"{name}: p50 {middle:.0f} ms, p95 {statistics.quantiles(times, n=20)[18]:.0f} ms, ratio {middle / ground:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--waterfall", action="store_true")
    options = parser.parse_args()
    folder, people = Path(tempfile.mkdtemp(prefix="twopop-bench-")), {"owner@example.org": "Olga Owner"}
    with running_product(folder, people=people, password=PASSWORD) as product, sync_playwright() as playwright:
        owner = Editor(product, "owner@example.org")
        project = owner.post("projects", {"name": "Bench"})["id"]
        version = owner.upload(project, file_of("29.97", frames=150)[0])
        media = owner.wait_for_media(version)
        asset = owner.get(f"versions/{version}")["asset_id"]
        body = {"items": [{"asset_id": asset}], "rights": ["comment", "approve", "see_comments"]}
        url = owner.post(f"projects/{project}/shares", body)["url"]
        proxy = next(one["url"] for one in media["renditions"] if one["kind"] == "proxy")
        browser = launch(playwright)
        times: dict[str, list[float]] = {
            name: [] for name in ("first exact", "first write", "again exact", "again write", "bare")
        }
        for round_ in range(options.rounds + 1):
            with browser.new_context(base_url=product.url, **LAPTOP) as context:
                page = context.new_page()
                first = opening(page, url)
                again = opening(page, url)
                state = context.storage_state()
            ground = bare(browser, product.url, state, proxy)
            if round_:  # the first warms up the server
                for name, value in zip(times, (*first, *again, ground), strict=True):
                    times[name].append(value)
            if options.waterfall:
                waterfall(browser, product.url, url)
                break
        browser.close()
    if options.waterfall:
        return
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {options.rounds} visits each")
    middle = statistics.median(times["bare"])
    for name, values in times.items():
        print(figures(name, values, middle))


if __name__ == "__main__":
    main()
