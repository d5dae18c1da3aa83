"""`manage.py up`: prepare the data, then keep web and worker running until told to stop."""

import argparse
import contextlib
import errno
import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bootstrap import environment, frontend
from bootstrap.console import Refused, paint, say
from bootstrap.supervisor import Service, Supervisor

ROOT = environment.ROOT
MANAGE = [sys.executable, str(ROOT / "manage.py")]
DEMO_MADE = "demo/made"  # in the data folder; written by the command make_demo when there is nothing left to do


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    os.environ["TWOPOP_DATA"] = str(options.data)
    with _only_one(options.data):
        _check_port(options.host, options.port)
        frontend.build_if_stale()
        _prepare()
        services = [
            Service("web", _web_command(options.host, options.port), health=(options.host, options.port)),
            Service("worker", [*MANAGE, "worker"]),
        ]
        if options.demo and not (options.data / DEMO_MADE).exists():
            services.append(Service("demo", ["nice", "-n", "10", *MANAGE, "make_demo"], once=True))
        Supervisor(services, on_ready=lambda: _announce(options.host, options.port)).run()
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 manage.py up", description="Set everything up and run Twopop.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0: all of them (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("TWOPOP_DATA", ROOT / "data")),
        metavar="DIR",
        help="folder of the database, media and uploads (default: TWOPOP_DATA, else data/ beside manage.py)",
    )
    parser.add_argument("--no-demo", dest="demo", action="store_false", help="make no demo project")
    options = parser.parse_args(arguments)
    options.data = options.data.expanduser().resolve()
    return options


def _web_command(host: str, port: int) -> list[str]:
    return [
        # WhiteNoise hands Django its few small files synchronously, which Django remarks upon at the first of them.
        *(sys.executable, "-W", "ignore:StreamingHttpResponse must consume synchronous iterators"),
        *("-m", "uvicorn", "review.asgi:application", "--host", host, "--port", str(port)),
        *("--no-access-log", "--log-level", "warning", "--no-server-header"),
        *("--ws", "websockets-sansio", "--ws-max-size", "65536", "--ws-ping-interval", "20", "--ws-ping-timeout", "20"),
        *("--timeout-keep-alive", "30", "--timeout-graceful-shutdown", "5", "--lifespan", "on"),
    ]


@contextlib.contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """Hold the data folder's lock: two workers' sweeps and two webs' SQLite writers on one folder would only hurt."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        handle = (data / "up.lock").open("a+")
    except OSError as error:
        raise Refused(
            f"the data folder {data} cannot be used: {error.strerror}.",
            "Give your user the right to write there, or choose another folder with --data.",
        ) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            handle.seek(0)
            raise Refused(
                f"Twopop already runs on the data folder {data} (process {handle.read().strip() or 'unknown'}).",
                "Use that one, stop it first, or choose another folder with --data.",
            ) from error
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def _check_port(host: str, port: int) -> None:
    """Refuse before anything is started if the port cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Refused(
                    f"port {port} on {host} is taken by another program.",
                    f"Stop that program, or choose another port: python3 manage.py up --port {_free_port(host, family)}",
                ) from error
            raise Refused(
                f"{host}:{port} cannot be listened on: {error.strerror}.",
                "Choose an address of this machine with --host (127.0.0.1, 0.0.0.0) and a port from 1024 on with --port.",
            ) from error
        except OverflowError as error:
            raise Refused(f"there is no port {port}.", "Choose one from 1024 to 65535.") from error


def _free_port(host: str, family: socket.AddressFamily) -> int:
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def _prepare() -> None:
    """Bring the database up to date and see to it that there is an owner, in one process for speed."""
    if subprocess.run([*MANAGE, "prepare"], check=False, stdin=subprocess.DEVNULL).returncode:
        raise Refused(
            "the database could not be prepared (see above).",
            "`python3 manage.py doctor` says what is wrong and how to mend it.",
        )


def _announce(host: str, port: int) -> None:
    shown = "localhost" if host in {"0.0.0.0", "::", "127.0.0.1", "::1"} else host  # noqa: S104 -- compared, not bound
    say(f"\n  Twopop runs at {paint(f'http://{shown}:{port}/', '1')}   (Ctrl-C stops it)\n")
