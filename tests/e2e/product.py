"""The whole product as a person meets it: web server and worker as real processes on a data folder of their own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Product:
    """`start()` and `stop()` either process; `run(code)` executes Python inside the product's Django, for set-up only."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}},
            "TWOPOP_DATA": str(data),
            "DJANGO_SETTINGS_MODULE": "review.settings",
            "PYTHONUNBUFFERED": "1",
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def _spawn(self, name: str, *command: str) -> None:
        log = (self.data / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def run(self, code: str) -> str:
        return self.manage("shell", "--verbosity", "0", "-c", code).strip()

    def start_web(self) -> None:
        where = ("--host", "127.0.0.1", "--port", str(self.port))
        self._spawn("web", "-m", "uvicorn", "review.asgi:application", *where, "--no-access-log")
        deadline = time.monotonic() + 180
        while True:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
            assert self.processes["web"].poll() is None, self.log("web")
            assert time.monotonic() < deadline, f"the web server did not come up:\n{self.log('web')}"
            time.sleep(0.05)

    def start_worker(self) -> None:
        self._spawn("worker", "manage.py", "worker")

    def log(self, name: str) -> str:
        return (self.data / f"{name}.log").read_text(errors="replace")[-6000:]

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        process = self.processes.pop(name, None)
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=15)

    def add_person(self, email: str, password: str, *, name: str = "", owner: bool = False) -> None:
        make = "create_superuser" if owner else "create_user"
        self.run(f"from review.models import User; User.objects.{make}({email!r}, {password!r}, name={name!r})")


@contextlib.contextmanager
def running_product(data: Path) -> Iterator[Product]:
    """A migrated product with web and worker running; both are stopped at the end."""
    product = Product(data)
    product.manage("migrate", "--verbosity", "0")
    try:
        product.start_web()
        product.start_worker()
        yield product
    finally:
        for name in list(product.processes):
            product.kill(name, signal.SIGTERM)
