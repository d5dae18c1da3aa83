"""Whether frame N is frame N in Firefox: the numbered clips of the test run, driven and read by the same script as in Chromium.

    .venv/bin/python -m benchmarks.firefox [--clips 24 vfr ...] [--seeks 200] [--steps 100] [--pauses 40]

Firefox is the one of the machine, spoken to by WebDriver BiDi, which it has built in; it needs the system's libavcodec for
H.264. Nothing of it is a time: the machine may be busy.
"""

import argparse
import contextlib
import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from websockets.sync.client import connect
from websockets.sync.connection import Connection

from tests.e2e.editor import Editor
from tests.e2e.exact_clips import NAMES, prove, upload
from tests.e2e.product import running_product
from tests.e2e.room import DRIVER, PASSWORD

PERSON = "bench@example.com"
ANSWER_SECONDS = 300.0
SIGN_IN = """
  const [email, password] = ["input[type=email]", "input[type=password]"].map((one) => document.querySelector(one));
  [email.value, password.value] = %s;
  email.form.querySelector("button[type=submit]").click();
"""
# A room that stands on a confirmed frame, by its own decoder if that is wanted and can be had.
STANDS = """
  const wanted = %s, until = Date.now() + 60000;
  const stands = ({ dataset }) => dataset.confirmed === "true" && dataset.player === wanted;
  while (!stands(document.querySelector("tp-player") ?? { dataset: {} })) {
    if (Date.now() > until) throw new Error("the room does not stand on a frame");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
"""


class Page:
    """A tab of Firefox. Offers what `exact_clips.prove` asks of a room."""

    def __init__(self, socket: Connection) -> None:
        self._socket = socket
        self._number = 0
        self._ask("session.new", {"capabilities": {}})
        self._tab = self._ask("browsingContext.getTree", {})["contexts"][0]["context"]
        self._ask("browsingContext.setViewport", {"context": self._tab, "viewport": {"width": 1280, "height": 800}})

    def _ask(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while (answer := json.loads(self._socket.recv(ANSWER_SECONDS))).get("id") != self._number:
            pass  # what happens of itself
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
        return dict(answer["result"])

    def go(self, url: str) -> None:
        self._ask("browsingContext.navigate", {"context": self._tab, "url": url, "wait": "complete"})

    def run(self, code: str) -> Any:
        """What the code returns, by way of JSON."""
        expression = f"(async () => JSON.stringify((await (async () => {{ {code} }})()) ?? null))()"
        where = {"expression": expression, "target": {"context": self._tab}, "awaitPromise": True}
        answer = self._ask("script.evaluate", where)
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def _drive(self, name: str, *values: object) -> Any:
        return self.run(f"return frameNumbers.{name}({', '.join(map(json.dumps, values))})")

    def seeks(self, frames: list[int]) -> list[dict[str, Any]]:
        return list(self._drive("seeks", frames))

    def steps(self, start: int, count: int, direction: int) -> list[dict[str, Any]]:
        return list(self._drive("steps", start, count, direction))

    def burst(self, start: int, count: int, direction: int) -> dict[str, Any]:
        return dict(self._drive("burst", start, count, direction))

    def pause(self, start: int, milliseconds: int) -> dict[str, Any]:
        return dict(self._drive("pause", start, milliseconds))


@contextlib.contextmanager
def firefox(program: str) -> Iterator[Page]:
    with tempfile.TemporaryDirectory(prefix="twopop-firefox-") as home:
        (Path(home) / "user.js").write_text('user_pref("media.autoplay.default", 0);\n')
        command = [program, "--headless", "--no-remote", "--profile", home, "--remote-debugging-port", "0"]
        log = Path(home) / "log"
        with (
            log.open("w") as out,
            subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, "HOME": home}) as process,
        ):
            try:
                with connect(f"{_address(log)}/session", max_size=None, open_timeout=30) as socket:
                    yield Page(socket)
            finally:
                process.kill()


def _address(log: Path) -> str:
    for _ in range(600):
        if found := re.search(r"BiDi listening on (\S+)", log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise RuntimeError(f"Firefox did not start:\n{log.read_text()[-2000:]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--firefox", default="firefox-esr", help="the program")
    parser.add_argument("--clips", nargs="+", default=NAMES)
    parser.add_argument("--seeks", type=int, default=200)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--pauses", type=int, default=40)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="twopop-exact-") as scratch,
        running_product(Path(scratch), people={PERSON: ""}, password=PASSWORD) as product,
        firefox(given.firefox) as page,
    ):
        editor = Editor(product, PERSON)
        project = editor.post("projects", {"name": "Firefox"})["id"]
        page.go(f"{product.url}/accounts/login/")
        page.run(SIGN_IN % json.dumps([PERSON, PASSWORD]))
        clips = [(name, *upload(editor, project, name)) for name in given.clips]
        wrong = 0
        for name, version, frames, first in clips:
            editor.wait_for_media(version)
            for player in ("plus", "base"):
                page.go(f"{product.url}/v/{version}" + ("?player=base" if player == "base" else ""))
                page.run(STANDS % json.dumps(player))
                page.run(DRIVER.read_text())
                done = prove(page, frames, first, seeks=given.seeks, steps=given.steps, pauses=given.pauses, seed=frames)
                wrong += len(done["misses"])
                print(
                    f"{name:22} {player:5} {len(done['misses'])} of {done['actions']} wrong {done['misses'][:3] or ''}",
                    flush=True,
                )
        print(f"{wrong} wrong in all; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
