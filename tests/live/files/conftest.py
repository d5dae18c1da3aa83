"""A real web server (uvicorn) on a data folder of its own, with people in it."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.product import Product
from tests.live.files.client import Client

PEOPLE = """
import json
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.conf import settings
from review.models import AccessToken, Membership, Project, Role, User, every_scope
from review.secrets import hashed
boss = User.objects.create_superuser("boss@example.org", "x")
project = Project.objects.create(name="Film", created_by=boss)
other = Project.objects.create(name="Other film", created_by=boss)
world = {"project": project.pk, "other": other.pk, "sessions": {}, "tokens": {}}
for name, role in [("editor", Role.EDITOR), ("colleague", Role.EDITOR), ("client", Role.CLIENT), ("outsider", None)]:
    user = User.objects.create_user(f"{name}@example.org", "x")
    if role:
        Membership.objects.create(project=project, user=user, role=role)
    else:
        Membership.objects.create(project=other, user=user, role=Role.OWNER)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = user.pk, user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.create()
    world["sessions"][name] = session.session_key
    for read_only in (False, True):
        secret = f"tp_{name}_{read_only}"
        scopes = ["read"] if read_only else every_scope()
        AccessToken.objects.create(user=user, name="test", secret_hash=hashed(secret), scopes=scopes)
        world["tokens"][name, read_only] = secret
world["tokens"] = {f"{n} read-only" if r else n: s for (n, r), s in world["tokens"].items()}
print(json.dumps(world))
"""


class Server(Product):
    """The product's web process. `files()`, `rows()` look behind the curtain."""

    def __init__(self, data: Path, **environment: str) -> None:
        super().__init__(data)
        self.environment |= {"TWOPOP_UPLOAD_DISK_RESERVE_BYTES": "0", "TWOPOP_SECRET_KEY": "test", **environment}
        self.world: dict[str, dict[str, str]] = {}
        self.project = self.other = ""
        self.application = "review.asgi:application"

    def _spawn(self, name: str, *command: str) -> None:
        super()._spawn(name, *(part.replace("review.asgi:application", self.application) for part in command))

    def twin(self) -> "Server":
        """A second web process on the same data, to be started and killed by the caller."""
        twin = Server(self.data, **self.environment)
        twin.world, twin.project, twin.other = self.world, self.project, self.other
        return twin

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What stands in the database."""
        with contextlib.closing(sqlite3.connect(self.data / "twopop.sqlite3", timeout=20)) as database:
            return database.execute(sql, values).fetchall()

    def change(self, sql: str, *values: object) -> None:
        with contextlib.closing(sqlite3.connect(self.data / "twopop.sqlite3", timeout=20)) as database, database:
            database.execute(sql, values)

    def original(self, body: bytes) -> Path:
        """Where content is kept once it is uploaded."""
        digest = hashlib.sha256(body).hexdigest()
        return self.data / "media" / "originals" / digest[:2] / digest

    def prepare(self) -> None:
        self.migrate()
        (self.data / "world.json").write_text(self.run(PEOPLE))

    def begin(self) -> None:
        self.world = world = json.loads((self.data / "world.json").read_text())
        self.project, self.other = world["project"], world["other"]
        self.start_web()

    def by_session(self, name: str) -> Client:
        return Client(self.port, self.project, cookie=self.world["sessions"][name])

    def by_token(self, name: str) -> Client:
        return Client(self.port, self.project, token=self.world["tokens"][name])

    def part(self, location: str) -> Path:
        """The file of an upload under way."""
        return self.data / "uploads" / f"{location.rpartition('/')[2]}.part"

    def restart(self) -> None:
        """As after a crash: the process is killed, whatever it is doing."""
        self.kill("web")
        self.start_web()

    def wait(self, condition: Callable[[], object], seconds: float = 10) -> None:
        """Until the condition holds."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited in vain\n{self.log('web')}"
            time.sleep(0.01)

    def memory(self, what: str = "VmRSS") -> int:
        """Bytes of memory of the web process now (VmRSS) or at most so far (VmHWM)."""
        status = Path(f"/proc/{self.processes['web'].pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith(what))
        return int(line.split()[1]) * 1024


@pytest.fixture(scope="session")
def prepared() -> Path:
    """A data folder with people in it, to be copied. Made once for all processes of the run: the others wait for it."""
    run = Path(os.environ["TWOPOP_TEST_DATA"])
    data, made = run / "prepared", run / "prepared" / "world.json"
    with (run / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(data, ignore_errors=True)
            data.mkdir()
            Server(data).prepare()
    return data


@contextlib.contextmanager
def serving(
    prepared: Path, data: Path, *, application: str = "review.asgi:application", **environment: str
) -> Iterator[Server]:
    """A running server with `environment` on a copy of the prepared data."""
    shutil.copytree(prepared, data, dirs_exist_ok=True)
    server = Server(data, **environment)
    server.application = application
    server.begin()
    try:
        yield server
    finally:
        for name in list(server.processes):
            server.kill(name)


@pytest.fixture(scope="session")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that leave it as it was."""
    with serving(prepared, tmp_path_factory.mktemp("files")) as running:
        yield running


@pytest.fixture(scope="session")
def editor(server: Server) -> Client:
    return server.by_session("editor")
