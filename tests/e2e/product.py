"""The whole product as a person meets it: web server and worker as real processes on a data folder of their own."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.migrated import migrate_data

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
        self._tokens: dict[str, str] = {}

    def _spawn(self, name: str, *command: str) -> None:
        log = (self.data / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )

    def python(self, *arguments: str) -> str:
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{arguments[0]} failed:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def manage(self, *arguments: str) -> str:
        return self.python("manage.py", *arguments)

    def migrate(self) -> None:
        migrate_data(self.data, self.environment)

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

    def populate(self, people: dict[str, str], password: str) -> None:
        """Make the database, and these people (address: name), the first of them the owner, each with an access token.

        In one process: each start of Django costs seconds on a busy machine.
        """
        self.migrate()
        self._tokens = json.loads(self.python("-c", SET_UP, json.dumps([people, password])).splitlines()[-1])

    def token(self, email: str) -> str:
        return self._tokens[email]


SET_UP = """
import json, sys
import django
django.setup()
from review.access import Actor
from review.actions.tokens import create_token
from review.models import User
people, password = json.loads(sys.argv[1])
make, tokens = User.objects.create_superuser, {}
for email, name in people.items():
    person = make(email, password, name=name, preferences={"tour_seen": True})
    tokens[email] = create_token(Actor(user=person), name="test")[1]
    make = User.objects.create_user
print(json.dumps(tokens))
"""


@contextlib.contextmanager
def running_product(data: Path, *, people: dict[str, str], password: str) -> Iterator[Product]:
    """A migrated product with these people (address: name; the first is the owner), web and worker running; both are stopped
    at the end."""
    product = Product(data)
    product.populate(people, password)
    try:
        product.start_web()
        product.start_worker()
        yield product
    finally:
        for name in list(product.processes):
            product.kill(name, signal.SIGTERM)
