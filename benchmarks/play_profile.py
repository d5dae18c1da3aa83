"""Whether anything holds the page up while a 1080p picture plays under a drawing: its tasks over 50 ms, and what it paints.

A clip of 1080p29.97 H.264 with a comment whose drawing lies on every tenth frame (twenty strokes each) plays for a minute in
the room. The browser itself counts tasks of 50 ms and more (PerformanceObserver, `longtask`), the page the time between its
animation frames and the pictures that the video dropped; what the main thread works is told by its processor time, which other
work on the machine does not change. Beside it, in the same run, the same file in a bare <video> on an
empty page: what it does not do there either is not ours.

    python -m benchmarks.play_profile [--seconds 60] [--minutes 10] [--keep DIR]
"""

import argparse
import os
import random
import statistics
from typing import Any

from playwright.sync_api import CDPSession, Page

from benchmarks.numbered_film import Film, in_the_room, options, percentile
from tests.e2e.room import Room

WORK = ("Task", "Script", "Layout", "RecalcStyle")
EVERY, STROKES, POINTS = 10, 20, 24
WATCH = """() => {
  window.watched = { tasks: [], frames: [] };
  new PerformanceObserver(list => list.getEntries().forEach(one => watched.tasks.push(Math.round(one.duration))))
    .observe({ type: "longtask" });
  let last = performance.now();
  const tick = now => { watched.frames.push(now - last); last = now; requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
}"""
QUALITY = """selector => {
  const { totalVideoFrames, droppedVideoFrames } = document.querySelector(selector).getVideoPlaybackQuality();
  return [totalVideoFrames, droppedVideoFrames];
}"""
LOOP = """() => {
  const { player } = document.querySelector("tp-room");
  player.setRange({ first: 0, last: 249 });
  player.setLoop(true);
}"""
BARE = """url => {
  document.body.replaceChildren();
  const video = document.createElement("video");
  video.src = url; video.muted = true; video.style.width = "100vw";
  document.body.append(video);
  return video.play();
}"""


def drawing(frames: int, chance: random.Random) -> dict[str, Any]:
    """Pen strokes on every tenth of the first frames, as many as a comment may hold."""
    shapes = []
    for frame in range(0, min(frames, 250), EVERY):
        for _ in range(STROKES):
            points = [chance.randrange(65_536) for _ in range(2 * POINTS)]
            shapes.append({"tool": "pen", "frame": frame, "color": "#ff453a", "width": 364, "points": points})
    return {"v": 1, "shapes": shapes}


def watched(page: Page, seconds: int, selector: str) -> dict[str, Any]:
    page.evaluate(WATCH)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    begin, worked = page.evaluate(QUALITY, selector), _worked(session)
    page.wait_for_timeout(seconds * 1000)
    end = page.evaluate(QUALITY, selector)
    work = {name: (value - worked[name]) * 1000 / seconds for name, value in _worked(session).items()}
    seen = page.evaluate("watched")
    return {
        "tasks": seen["tasks"],
        "frames": seen["frames"],
        "shown": end[0] - begin[0],
        "dropped": end[1] - begin[1],
        "work": work,
    }


def _worked(session: CDPSession) -> dict[str, float]:
    """Seconds of processor time that the page's main thread has spent so far."""
    metrics = {one["name"]: float(one["value"]) for one in session.send("Performance.getMetrics")["metrics"]}
    return {name: metrics[f"{name}Duration"] for name in WORK}


def line(name: str, result: dict[str, Any]) -> str:
    gaps = sorted(result["frames"])
    work = ", ".join(f"{name} {result['work'][name]:.1f}" for name in WORK)
    return (
        f"{name:22} tasks over 50 ms: {len(result['tasks'])} (longest {max(result['tasks'], default=0)} ms)   animation frames"
        f" p50 {statistics.median(gaps):.1f} p95 {percentile(gaps, 0.95):.1f} max {gaps[-1]:.1f} ms   pictures"
        f" {result['shown']}, dropped {result['dropped']}   load {os.getloadavg()[0]:.1f}"
        f"\n{'':22} main thread, ms of processor a second: {work}"
    )


def in_room(page: Page, film: Film, seconds: int) -> dict[str, Any]:
    """Loop over the frames that are drawn on."""
    room = Room(page).open(f"/v/{film.version}?frame=0", player="plus")
    page.locator("tp-drawing path").first.wait_for(state="attached")
    page.evaluate(LOOP)
    room.key("Space")
    page.wait_for_function("document.querySelector('tp-player').dataset.playing === 'true'")
    return watched(page, seconds, "tp-player video")


def bare(page: Page, film: Film, seconds: int) -> dict[str, Any]:
    page.goto("/healthz")
    page.evaluate(BARE, film.url)
    return watched(page, seconds, "video")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    options(parser)
    chosen = parser.parse_args()
    with in_the_room(chosen.keep, chosen.minutes, width=1920, height=1080) as film:
        annotation = drawing(film.frames, random.Random(1))
        body = {"frame": 0, "duration_frames": 250, "text": "Drawn all over", "annotation": annotation}
        film.editor.post(f"versions/{film.version}/comments", body)
        print(line("room with a drawing", film.on_a_page(lambda page: in_room(page, film, chosen.seconds))), flush=True)
        print(line("bare video element", film.on_a_page(lambda page: bare(page, film, chosen.seconds))))


if __name__ == "__main__":
    main()
