"""How long the review room takes to open with 2,000 comments, against the same room without any.

    .venv/bin/python -m benchmarks.open_room

A running product and headless Chromium on this machine. Each opening is a new page in a browser that has the scripts already;
it counts from the navigation until the conversation is drawn and can be written in. The jobs of the uploads are over by then.
Prints p50 and p95 of both, their ratio,
the weight of the scripts of a first load, and how many comments the page really holds.
"""

import os
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.e2e.editor import Editor
from tests.e2e.product import running_product
from tests.e2e.room import PASSWORD, launch, signed_in
from tests.media import clip

ROUNDS = 20
COMMENTS = 2000
FILL = """
from review.models import *
v = Version.objects.get(pk={version!r})
people = [User.objects.create_user(f"p{{i}}@example.org", name=f"Person {{i}}") for i in range(10)]
text = "The **boom** dips into frame, see https://example.org/notes and ask @Person 3 about it. "
roots = Comment.objects.bulk_create(
    Comment(version=v, author=people[i % 10], frame=i % v.media.frame_count, text=text * (1 + i % 3)) for i in range({roots})
)
Comment.objects.bulk_create(
    Comment(version=v, author=people[i % 7], frame=roots[i].frame, parent=roots[i], text="Fixed in the next version.")
    for i in range({replies})
)
"""
READY = """count => document.querySelector("tp-composer textarea")?.disabled === false
  && (count === 0 ? document.querySelector("tp-comments .empty") : document.querySelectorAll("article.thread").length > 3)"""


def openings(page: Page, version: str, count: int) -> list[float]:
    """Milliseconds of each opening, after a first one that fills the browser's cache."""
    times = []
    for round_ in range(ROUNDS + 1):
        page.goto("about:blank")
        begin = time.perf_counter()
        page.goto(f"/v/{version}", wait_until="commit")
        page.wait_for_function(READY, arg=count)
        if round_:
            times.append((time.perf_counter() - begin) * 1000)
    return times


def spread(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), statistics.quantiles(times, n=20)[18]


def script_bytes(page: Page, version: str) -> int:
    """Bytes of script that a first load brings over the wire, compressed as served."""
    page.goto(f"/v/{version}")
    page.wait_for_function(READY, arg=COMMENTS)
    return int(
        page.evaluate(
            "() => performance.getEntriesByType('resource').filter(one => new URL(one.name).pathname.endsWith('.js'))"
            ".reduce((sum, one) => sum + one.encodedBodySize, 0)"
        )
    )


def main() -> None:
    folder, people = Path(tempfile.mkdtemp(prefix="twopop-bench-")), {"owner@example.org": "Olga Owner"}
    with running_product(folder, people=people, password=PASSWORD) as product, sync_playwright() as playwright:
        owner = Editor(product, "owner@example.org")
        project = owner.post("projects", {"name": "Bench"})
        versions = [owner.upload(project["id"], clip(name)) for name in ("prores", "25")]
        for version in versions:
            owner.wait_for_media(version)
            owner.wait_for_jobs(version)
        full, bare = versions
        product.run(FILL.format(version=full, roots=COMMENTS * 3 // 4, replies=COMMENTS // 4))
        browser = launch(playwright)
        with signed_in(browser, product.url, "owner@example.org") as context:
            page = context.new_page()
            weight = script_bytes(page, full)
            with_all, without = spread(openings(page, full, COMMENTS)), spread(openings(page, bare, 0))
            page.goto(f"/v/{full}")
            page.wait_for_function(READY, arg=COMMENTS)
            held = page.locator("article.thread").count()
        browser.close()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {ROUNDS} openings each")
    print(f"{COMMENTS} comments: p50 {with_all[0]:.0f} ms, p95 {with_all[1]:.0f} ms")
    print(f"none: p50 {without[0]:.0f} ms, p95 {without[1]:.0f} ms")
    print(f"ratio p50 {with_all[0] / without[0]:.2f}, p95 {with_all[1] / without[1]:.2f}; threads in the page: {held}")
    print(f"scripts of a first load: {weight / 1000:.0f} kB over the wire")


if __name__ == "__main__":
    main()
