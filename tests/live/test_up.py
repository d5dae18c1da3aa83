"""`manage.py up`, for real: starts, restarts what dies, refuses a second one, leaves nothing running, goes on where it was."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.product import ROOT, free_port

pytestmark = pytest.mark.slow


class Up:
    """One start of the command; `log` grows while it runs."""

    def __init__(self, data: Path, port: int, number: int) -> None:
        self.data, self.port = data, port
        self.path = data.parent / f"up-{number}.log"
        dropped = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "TWOPOP_DATA", "TWOPOP_TEST_DATA"}
        env = {name: value for name, value in os.environ.items() if name not in dropped} | {"TWOPOP_STAGE0": "0"}
        command = [sys.executable, "manage.py", "up", "--no-demo", "--data", str(data), "--port", str(port)]
        with self.path.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    @property
    def log(self) -> str:
        return self.path.read_text(errors="replace")

    def healthy(self) -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    def children(self) -> dict[str, int]:
        """Process ids of web and worker."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, IndexError):
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                command = (folder / "cmdline").read_text()
                if parent == self.process.pid and command:
                    found["web" if "uvicorn" in command else "worker"] = int(folder.name)
        return found


def wait_for(condition: Callable[[], object], up: Up, seconds: int = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, up.log
        time.sleep(0.05)


def of_this(data: Path) -> list[str]:
    """Living processes that work on the data folder, by their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"TWOPOP_DATA={data}\0".encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_text().replace("\0", " "))
    return found


@pytest.fixture
def start(tmp_path) -> Iterator[Callable[[], Up]]:
    started: list[Up] = []
    port = free_port()

    def begin() -> Up:
        started.append(Up(tmp_path / "data", port, len(started)))
        return started[-1]

    yield begin
    for up in started:
        if up.process.poll() is None:
            up.process.kill()
            up.process.wait()


def test_a_life(start):
    up = start()
    wait_for(lambda: "Twopop runs at" in up.log, up)
    assert up.healthy()
    assert up.log.count("owner account: ") == 1
    assert "✗" not in up.log

    # A second one on the same data is refused, with the reason.
    second = start()
    assert second.process.wait(30) == 1
    assert f"already runs on the data folder {up.data} (process {up.process.pid})" in second.log

    # Whatever kills the web server, it comes back.
    before = up.children()["web"]
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: up.children().get("web", before) != before and up.healthy(), up)
    assert "web    | was ended by signal 9; starting it again in 1 s" in up.log

    # Whatever kills the command itself, nothing stays behind.
    up.process.kill()
    up.process.wait()
    wait_for(lambda: not of_this(up.data), up)

    # The next start goes on: same data, same owner, no word of a password.
    again = start()
    wait_for(lambda: "Twopop runs at" in again.log, again)
    assert again.healthy()
    assert "owner account" not in again.log

    # A polite end: both are told, both go.
    again.process.send_signal(signal.SIGTERM)
    assert again.process.wait(30) == 0, again.log
    wait_for(lambda: not of_this(up.data), again)
    assert not again.healthy()
