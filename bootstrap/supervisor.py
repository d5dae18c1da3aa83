"""Keeps child processes running: logs with a prefix, restarts with back-off, one orderly stop.

The services know nothing of each other; all that they share is the database, the data folder and the doorbell. So any of
them may die at any moment and is simply started again.
"""

import http.client
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from bootstrap import process
from bootstrap.console import paint, say

STABLE_SECONDS = 30  # a child that ran this long starts its back-off anew
LONGEST_PAUSE = 30  # seconds between two tries
GRACE_SECONDS = 10  # between SIGTERM and SIGKILL
TRIES_OF_ONCE = 3
COLOURS = ("34", "35", "36")


@dataclass
class Service:
    """A child that is kept running. `once`: it ends by itself, is begun when the others are ready, retried when it fails."""

    name: str
    command: list[str]
    health: tuple[str, int] | None = None  # host and port where GET /healthz answers 200 once it is ready
    once: bool = False
    child: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    crashes: int = 0  # in a row
    due: float | None = 0.0  # when to start (again), monotonic; None: it runs, or is over


class Supervisor:
    """Runs the services until SIGINT, SIGTERM or SIGHUP. Call from the main thread: children end when it ends."""

    def __init__(self, services: list[Service], *, on_ready: Callable[[], None]) -> None:
        self.services = services
        self.on_ready = on_ready
        self.wake = threading.Event()
        self.stopping = False
        self.ready = False
        self.width = max(len(service.name) for service in services)

    def run(self) -> None:
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._stop_soon) for number in signals}
        try:
            while not self.stopping:
                for service in self.services:
                    self._look_after(service)
                if not self.ready and all(_answers(service) for service in self.services if service.health):
                    self.ready = True
                    self.on_ready()
                self.wake.wait(0.25 if self.ready else 0.05)
                self.wake.clear()
        finally:
            self.stopping = True
            say("\nstopping …")
            process.stop([service.child for service in self.services if service.child], grace=GRACE_SECONDS)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop_soon(self, number: int, frame: object) -> None:
        self.stopping = True
        self.wake.set()

    def _look_after(self, service: Service) -> None:
        """Note that the child has ended, plan its restart, start it when it is due."""
        now = time.monotonic()
        if service.child is not None and (code := service.child.poll()) is not None:
            process.stop([service.child], grace=0)  # what it left in its process group
            service.child = None
            service.due = self._next_start(service, code, now)
        if service.child is None and service.due is not None and now >= service.due and (self.ready or not service.once):
            service.child = process.start(service.command, stdout=subprocess.PIPE)
            service.started, service.due = now, None
            assert service.child.stdout is not None
            threading.Thread(target=self._relay, args=(service, service.child.stdout), daemon=True).start()

    def _next_start(self, service: Service, code: int, now: float) -> float | None:
        if service.once and code == 0:
            return None
        service.crashes = 1 if now - service.started >= STABLE_SECONDS else service.crashes + 1
        cause = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        if service.once and service.crashes >= TRIES_OF_ONCE:
            self._print(service, f"{cause}; given up, the next start tries again")
            return None
        pause = pause_before(service.crashes)
        self._print(service, f"{cause}; starting it again in {pause} s")
        return now + pause

    def _relay(self, service: Service, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                self._print(service, line.decode(errors="replace").rstrip())

    def _print(self, service: Service, line: str) -> None:
        colour = COLOURS[self.services.index(service) % len(COLOURS)]
        say(f"{paint(f'{service.name:<{self.width}} |', colour)} {line}")


def pause_before(crashes: int) -> int:
    """Seconds to wait before the start that follows so many crashes in a row: 1, 2, 4 … LONGEST_PAUSE."""
    return min(1 << (crashes - 1), LONGEST_PAUSE)


def _answers(service: Service) -> bool:
    assert service.health is not None
    host, port = service.health
    # Listening on every address includes the loopback one.
    connection = http.client.HTTPConnection({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port, timeout=2)  # noqa: S104 -- not bound
    try:
        connection.request("GET", "/healthz", headers={"Host": _host_name()})
        status: int = connection.getresponse().status
        return status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _host_name() -> str:
    """A host name that the web server answers to: with TWOPOP_ALLOWED_HOSTS set, it refuses all others; without, it
    answers to this machine's own name whatever TWOPOP_PUBLIC_URL says."""
    first = os.environ.get("TWOPOP_ALLOWED_HOSTS", "*").split(",")[0].strip().removeprefix(".")
    return "localhost" if first in {"", "*"} else first
