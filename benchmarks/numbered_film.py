"""Ten minutes of numbered 1080p in the review room, with nothing else going on: what the player's benchmarks measure on.
Not a benchmark itself."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import av
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import Error as BrowserError

from benchmarks.footage import film_like, repeated
from tests.e2e.editor import Editor
from tests.e2e.product import running_product
from tests.e2e.room import PASSWORD, launch, signed_in

PERSON = "bench@example.com"
RATE = Fraction(30_000, 1001)
MINUTE = 1800  # pictures in the part that is repeated: their numbers begin anew after it
T = TypeVar("T")
ATTEMPTS = 3
PATIENCE_MS = 180_000  # a machine that does other things, too, is slow, not broken


@dataclass(frozen=True)
class Film:
    """A version that can be reviewed; nothing more is made of it."""

    editor: Editor
    context: BrowserContext
    version: str
    original: str
    url: str  # of the original
    frames: int
    rate: dict[str, int]

    def on_a_page(self, action: Callable[[Page], T]) -> T:
        """What `action` answers for a fresh page. It is tried again when the browser lost the page or did not come to it in
        time: a run of minutes is not thrown away for that."""
        for attempt in range(1, ATTEMPTS + 1):
            page = self.context.new_page()
            try:
                return action(page)
            except (BrowserError, AssertionError) as error:
                if attempt == ATTEMPTS:
                    raise
                print(f"tried again, after: {str(error).strip().splitlines()[0]}", flush=True)
            finally:
                with suppress(BrowserError):
                    page.close()
        raise AssertionError("unreachable")


@contextmanager
def in_the_room(folder: Path | None, minutes: int, *, width: int, height: int, proxies: bool = False) -> Iterator[Film]:
    """The film, uploaded to a product of its own, and a browser that is signed in there. `folder`: where the made
    file is kept for another run; None: nowhere. `proxies`: whether they are made before anything is measured."""
    with tempfile.TemporaryDirectory(prefix="twopop-player-") as scratch:
        data = Path(scratch) / "data"
        data.mkdir()
        kept = folder or Path(scratch)
        kept.mkdir(exist_ok=True)
        file = numbered(kept, minutes)
        with running_product(data, people={PERSON: ""}, password=PASSWORD) as product, sync_playwright() as playwright:
            editor = Editor(product, PERSON)
            version = editor.upload(editor.post("projects", {"name": "Benchmark"})["id"], file)
            if proxies:
                editor.wait_for_media(version, state="ready", timeout=3600)
            else:
                editor.wait_for_media(version, state="reviewable", timeout=300)
                editor.request("POST", f"/api/v1/versions/{version}/media/cancel", {})  # they would only take the processor
            product.kill("worker")
            status = editor.get(f"versions/{version}/media")
            original = next(rendition for rendition in status["renditions"] if rendition["kind"] == "original")
            expect.set_options(timeout=PATIENCE_MS)
            browser = launch(playwright)
            context = signed_in(browser, product.url, PERSON, viewport={"width": width, "height": height})
            context.set_default_timeout(PATIENCE_MS)
            film = Film(editor, context, version, original["id"], original["url"], status["frame_count"], status["rate"])
            megabits = file.stat().st_size * 8 / 1e6 / (film.frames / RATE)
            print(f"{film.frames} frames of {film.rate['num']}/{film.rate['den']}, {float(megabits):.1f} Mb/s", flush=True)
            yield film
            browser.close()


def numbered(folder: Path, minutes: int) -> Path:
    """H.264 as the proxies are; every picture bears its number, counted anew with each minute."""
    file, part, cut = folder / f"numbered-{minutes}.mp4", folder / "numbered-part.mp4", folder / "numbered-minute.mp4"
    if not file.exists():
        if not cut.exists():
            film_like(part, "h264-proxy", seconds=61, rate=RATE, numbered=True)
            _first(part, cut, MINUTE)
        repeated(cut, file, seconds=int(minutes * MINUTE / RATE) + 1)
    return file


def _first(source_file: Path, path: Path, pictures: int) -> None:
    """The first pictures of a clip, without its sound: a whole number of groups, so that it can be repeated."""
    beside = path.with_suffix(".part.mp4")
    with av.open(str(source_file)) as clip, av.open(str(beside), "w") as out:
        stream = out.add_stream_from_template(clip.streams.video[0], opaque=True)
        for count, packet in enumerate(packet for packet in clip.demux(video=0) if packet.size):
            if count == pictures:
                break
            packet.stream = stream
            out.mux(packet)
    beside.replace(path)


def percentile(times: list[float], part: float) -> float:
    ordered: list[float] = sorted(times)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def options(parser: Any) -> None:
    """The choices that all of these benchmarks have."""
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--keep", type=Path, help="folder in which the made film is kept for another run")
