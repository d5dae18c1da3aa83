"""What it costs to draw the timeline with 2,000 comments on it, and how many frames a second it reaches while it moves.

The whole product runs; the clip is ten minutes long, with film strip and waveform. Per zoom, in turn in the same page: the
main thread's time for painting every layer anew with the comments and, as the baseline, without any; then three seconds
of panning and of zooming, in which every frame paints everything, beside three seconds in which nothing moves; and what
moving the playhead alone costs.

    .venv/bin/python -m benchmarks.timeline_draw
"""

import os
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.numbered_film import PATIENCE_MS
from tests.e2e.editor import Editor
from tests.e2e.product import running_product
from tests.e2e.room import PASSWORD, Room, launch, signed_in
from tests.media import make_clip

PERSON = "bench@example.com"
COMMENTS = 2000
FRAMES = 15_000
SEED = f"""
import random
from review.models import Comment, User, Version
chance = random.Random(5)
person, version = User.objects.get(email={PERSON!r}), Version.objects.get()
Comment.objects.bulk_create(
    Comment(version=version, author=person, text=f"Note {{i}}", frame=chance.randrange({FRAMES} - 200),
            duration_frames=chance.choice([1, 1, 1, 100]))
    for i in range({COMMENTS})
)
"""
MEASURE = """async () => {
  const timeline = document.querySelector("tp-timeline"), { model } = timeline;
  const { marks } = model.state.lanes, frames = model.state.frameCount;
  const look = (span, i) => model.look({ start: (i * 37) % Math.max(1, frames - span), span });
  const paints = (span, shown) => {
    timeline.setMarks(shown);
    timeline.paint(true);
    const times = [];
    for (let i = 0; i < 60; i += 1) {
      look(span, i);
      const begun = performance.now();
      timeline.paint(true);
      times.push(performance.now() - begun);
    }
    return times.sort((a, b) => a - b);
  };
  const out = { comments: marks.length, frames, zooms: [] };
  for (const span of [frames, frames / 10, frames / 100, 40]) {
    const times = paints(span, marks), bare = paints(span, []);
    out.zooms.push({ span: Math.round(span), median: times[30], p95: times[57], bare: bare[30] });
  }
  timeline.setMarks(marks);
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const moving = async (move) => {
    const gaps = [];
    let last = await frame();
    const begun = last;
    for (let i = 0; last - begun < 3000; i += 1) {
      move(i);
      const now = await frame();
      gaps.push(now - last);
      last = now;
    }
    gaps.sort((a, b) => a - b);
    return { perSecond: gaps.length / 3, p95: gaps[Math.floor(gaps.length * 0.95)] };
  };
  out.still = await moving(() => undefined);
  out.pan = await moving((i) => look(frames / 10, i));
  out.zoom = await moving((i) => look(frames / (1 + (i % 200)), 0));
  const state = timeline.player;
  const begun = performance.now();
  for (let i = 0; i < 2000; i += 1) timeline.show({ ...state, frame: i, playing: true }, i);
  out.playhead = (performance.now() - begun) / 2000;
  return out;
}"""


def report(found: dict[str, Any]) -> None:
    print(f"{found['comments']} comments, {found['frames']} frames; load {os.getloadavg()[0]:.1f}")
    for zoom in found["zooms"]:
        times = f"median {zoom['median']:.2f} ms, p95 {zoom['p95']:.2f} ms; without comments {zoom['bare']:.2f} ms"
        print(f"  all layers, {zoom['span']} frames in view: {times}; ratio {zoom['median'] / max(zoom['bare'], 0.05):.2f}")
    for name in ("still", "pan", "zoom"):
        print(f"  {name}: {found[name]['perSecond']:.1f} frames a second, gap p95 {found[name]['p95']:.1f} ms")
    print(f"  playhead alone: {found['playhead'] * 1000:.0f} µs")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="twopop-timeline-") as scratch:
        data = Path(scratch) / "data"
        data.mkdir()
        clip = make_clip(Path(scratch) / "clip.mp4", rate=25, frames=FRAMES, audio="aac")
        with running_product(data, people={PERSON: ""}, password=PASSWORD) as product, sync_playwright() as playwright:
            editor = Editor(product, PERSON)
            version = editor.upload(editor.post("projects", {"name": "Benchmark"})["id"], clip)
            editor.wait_for_media(version, timeout=1200)
            product.run(SEED)
            browser = launch(playwright)
            page = signed_in(browser, product.url, PERSON, viewport={"width": 1440, "height": 900}).new_page()
            room = Room(page)
            page.set_default_timeout(PATIENCE_MS)
            page.goto(f"/v/{version}")
            room.settled(timeout=PATIENCE_MS)
            page.wait_for_function(f"() => document.querySelector('tp-timeline').model.state.lanes.marks.length === {COMMENTS}")
            report(page.evaluate(MEASURE))
            browser.close()


if __name__ == "__main__":
    main()
