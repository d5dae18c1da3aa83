"""A real worker as a process of its own: supervisor, Celery over its broker, pool, fork servers, children."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class WorkerProcess:
    """`manage.py worker` with the scripted steps and times that a test can wait for."""

    def __init__(self, home: Path, database_url: str, **environment: str) -> None:
        self.log = home / "worker.log"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TWOPOP_")}
        self.environment = {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "tests.pipeline.scripted.settings",
            "TWOPOP_DATA": str(home),
            "TWOPOP_SECRET_KEY": "tests-only",
            "TWOPOP_JOB_LEASE_SECONDS": "6",
            "TWOPOP_JOB_SWEEP_SECONDS": "0.3",
            "TWOPOP_JOB_BACKOFF_SECONDS": "0",
            "TWOPOP_INDEX_JOBS": "1",
            "DATABASE_URL": database_url,
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            command = [sys.executable, str(ROOT / "manage.py"), "worker"]
            self.process = subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def terminate(self) -> float:
        """SIGTERM; returns how many seconds it took to end."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.terminate()
        assert self.process.wait(20) == 0, self.log.read_text()
        self.process = None
        return time.monotonic() - begun

    def kill(self) -> None:
        """SIGKILL to the supervisor."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None

    def close(self) -> None:
        if self.process is not None:
            everything = tree(self.pid)
            self.kill()
            for pid in everything:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def find(self, role: str) -> int | None:
        """A process of that role, one that is at work if there is one: supervisor, celery, pool, fork server, child."""
        depth = ["supervisor", "celery", "pool", "fork server", "child"].index(role)
        chain = [[self.pid]]
        for _ in range(4):
            chain.append([child for pid in chain[-1] for child in children(pid)])
        at_work = chain[4]
        for level in range(4, depth, -1):
            at_work = [parent for parent in chain[level - 1] if set(children(parent)) & set(at_work)]
        return next(iter(at_work), None)


def children(pid: int) -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, path.read_text().split())
    return found


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for child in children(pid):
        found += tree(child)
    return found


def is_alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


def wait_for(condition: Callable[[], object], *, seconds: float = 180, what: str = "", log: Path | None = None) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}\n{log.read_text()[-6000:] if log else ''}")
        time.sleep(0.05)


@contextlib.contextmanager
def redis_server(home: Path) -> Iterator[str]:
    """The Redis of the test run, or one of our own."""
    if url := os.environ.get("REDIS_URL"):
        yield url.rpartition("/")[0] + "/9"
        return
    from tests.real_servers import redis

    with redis() as environment:
        yield environment["REDIS_URL"]
