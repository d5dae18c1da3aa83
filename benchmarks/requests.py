"""What a small request costs the web server, in its processor time, against Django's own ASGI handler.

    .venv/bin/python -m benchmarks.requests

Two uvicorn processes on the same SQLite database, asked in turn, ROUNDS times REQUESTS each; medians.
"""

import contextlib
import http.client
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

os.environ["TWOPOP_DATA"] = tempfile.mkdtemp(prefix="twopop-bench-")
os.environ["DJANGO_SETTINGS_MODULE"] = "review.settings"
os.environ["TWOPOP_LOG_LEVEL"] = "WARNING"
os.environ.pop("DATABASE_URL", None)

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- Django must be set up first

from tests import factories  # noqa: E402

ROUNDS, REQUESTS = 5, 300
SERVERS = {"ours": "review.asgi:application", "Django's": "benchmarks.requests_baseline:application"}


class Server:
    def __init__(self, application: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--no-access-log", "--log-level", "error"]
        self.process = subprocess.Popen(command)
        self.connection = http.client.HTTPConnection("127.0.0.1", port)

    def ask(self, path: str, token: str) -> None:
        self.connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        answer = self.connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status

    def seconds(self) -> float:
        """Processor time that it has taken."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def running(application: str) -> Iterator[Server]:
    server = Server(application)
    try:
        while True:
            with contextlib.suppress(OSError):
                server.connection.connect()
                break
            time.sleep(0.1)
        yield server
    finally:
        server.process.terminate()
        server.process.wait()


def main() -> None:
    call_command("migrate", verbosity=0)
    project = factories.project()
    version = factories.version(factories.asset(project))
    _, token = factories.token(project.created_by)
    with contextlib.ExitStack() as stack:
        servers = {name: stack.enter_context(running(application)) for name, application in SERVERS.items()}
        for path in ("/healthz", "/api/v1/me", f"/api/v1/versions/{version.pk}"):
            taken: dict[str, list[float]] = {name: [] for name in servers}
            for name, server in [*servers.items()] * (ROUNDS + 1):
                server.connection.close()  # an idle one is cut by the server; the next request opens another
                begun = server.seconds()
                for _ in range(REQUESTS):
                    server.ask(path, token)
                taken[name].append((server.seconds() - begun) / REQUESTS * 1000)
            ours, theirs = (statistics.median(one[1:]) for one in taken.values())  # the first round loads what it needs
            print(f"{path}: {ours:.2f} ms of CPU, {theirs:.2f} with Django's handler: ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(os.environ["TWOPOP_DATA"], ignore_errors=True)
