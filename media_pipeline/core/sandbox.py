"""The parent's side of the limited child: a warm fork server per worker process, one child per job.

Nothing here parses media. What comes from the child is data of a stranger: lines are capped in number and length, and
their meaning is checked by whoever reads them.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

START_SECONDS = 60.0  # a cold start on a busy machine
MESSAGE_BYTES = 16 * 1024 * 1024
ROOT = Path(__file__).resolve().parents[2]
# Nothing of the worker's environment (database passwords, keys) reaches the child. One thread per numeric library:
# a process that forks must have no other threads.
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/nonexistent",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


class SandboxError(Exception):
    """The fork server does not start or does not answer: the program's fault, not the file's."""


@dataclass(frozen=True)
class Limits:
    """What a child may use. Beyond it the work ends with an error, never the machine."""

    memory_bytes: int  # address space
    cpu_seconds: int
    wall_seconds: float
    stall_seconds: float  # without any sign of progress
    file_bytes: int  # largest file it may write
    open_files: int = 256
    nice: int = 10  # people's requests go first


@dataclass(frozen=True)
class Protection:
    """What holds the children of a fork server on this machine."""

    network: str  # how they are kept from it; "" if they are not
    landlock: int  # version of the kernel's interface; 0: files are not restricted
    no_new_privileges: bool
    capabilities_dropped: bool
    ffmpeg: str

    def gaps(self) -> list[str]:
        """What is missing, in plain words; empty if nothing is."""
        found = []
        if not self.network:
            found.append("children that parse media can reach the network: user namespaces are not allowed here")
        if not self.landlock:
            found.append("children that parse media can read every file of this account: the kernel has no Landlock")
        if not self.no_new_privileges:
            found.append("children that parse media may gain privileges: the kernel refuses PR_SET_NO_NEW_PRIVS")
        return found


class Child:
    """A running child. Ask `receive` until `ended`; then `exit_status` says how it ended."""

    def __init__(self, server: "ForkServer", pipe: socket.socket, pid: int, handle: int | None) -> None:
        self.pid = pid
        self.ended = False
        self.killed_because = ""
        self.exit_status = 0  # as of os.waitpid
        self._server = server
        self._pipe = pipe
        self._handle = handle
        self._rest = b""

    def send_order(self, order: Mapping[str, Any]) -> None:
        self._pipe.settimeout(10)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._pipe.sendall(json.dumps(order).encode() + b"\n")

    def receive(self, timeout: float) -> Iterator[dict[str, Any]]:
        """What the child said within `timeout` seconds (returns as soon as it has said anything). Sets `ended` at its end.

        A line that is no JSON object, or too long, ends the child.
        """
        self._pipe.settimeout(timeout)
        try:
            data = self._pipe.recv(1 << 18)
        except TimeoutError:
            return
        except ConnectionResetError:
            data = b""
        if not data:
            self.ended = True
            self.exit_status = self._server.wait_status()
            self._close()
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MESSAGE_BYTES:
            self.kill("it sent a message without end")
            self._rest = b""
        for line in lines:
            try:
                message = json.loads(line)
            except (ValueError, RecursionError):
                message = None
            if not isinstance(message, dict):
                self.kill("it sent what is no message")
                return
            yield message

    def kill(self, why: str) -> None:
        """End it now."""
        self.killed_because = self.killed_because or why
        with contextlib.suppress(ProcessLookupError):
            if self._handle is not None:
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            else:
                os.kill(self.pid, signal.SIGKILL)

    def finish(self) -> None:
        """Kill it if it still runs, and wait for its end."""
        deadline = time.monotonic() + 10
        while not self.ended:
            if time.monotonic() > deadline:
                self._close()
                self._server.stop()  # takes the child along
                return
            self.kill("its parent stopped waiting")
            for _ in self.receive(1):
                pass

    def _close(self) -> None:
        self._pipe.close()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class ForkServer:
    """Starts children that are warm: the libraries are loaded, nothing has been parsed. For one job at a time."""

    def __init__(self, preload: Sequence[str] = (), *, path: Sequence[Path] = ()) -> None:
        self._preload = list(preload)
        self._path = [str(ROOT), *map(str, path)]
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._protection: Protection | None = None

    def start(self) -> None:
        """Start it if it does not run; returns at once, loading goes on meanwhile."""
        if self._process is not None and self._process.poll() is None:
            return
        self.stop()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        code = f"import sys; sys.path[:0] = {self._path!r}; from media_pipeline.core import zygote; zygote.main()"
        arguments = [str(theirs.fileno()), str(os.getpid()), *self._preload]
        # -I forgets where bytecode is kept. The server keeps what it compiled, its children nothing (zygote.py).
        bytecode = ["-B"] if sys.dont_write_bytecode else ["-X", f"pycache_prefix={sys.pycache_prefix or ''}"]
        self._process = subprocess.Popen(
            [sys.executable, "-I", *bytecode, "-c", code, *arguments],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd="/",
        )
        theirs.close()
        self._control = ours

    def protection(self) -> Protection:
        """What holds the children here. Starts the server if need be; raises SandboxError if it cannot work."""
        self.start()
        if self._protection is None:
            hello = self._answer(START_SECONDS)
            if error := hello.pop("error", None):
                self.stop()
                raise SandboxError(str(error))
            self._protection = Protection(**hello)
        return self._protection

    def spawn(self, order: Mapping[str, Any], limits: Limits) -> Child:
        """Fork a child for `order` (keys: run, source, out, stderr, inputs, files). A server that died is started again."""
        for attempt in (1, 2):
            self.protection()
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                assert self._control is not None
                socket.send_fds(self._control, [b"fork"], [theirs.fileno()])
                answer, handles = self._receive(START_SECONDS)
                child = Child(self, ours, int(answer["pid"]), handles[0] if handles else None)
                break
            except (OSError, SandboxError, KeyError):
                ours.close()
                self.stop()
                if attempt == 2:
                    raise
            finally:
                theirs.close()
        kernel = {key: value for key, value in asdict(limits).items() if key not in {"wall_seconds", "stall_seconds"}}
        child.send_order({**order, "limits": kernel})
        return child

    def wait_status(self) -> int:
        """Wait status of the child that has just ended; SIGKILL's if the server died with it."""
        try:
            return int(self._answer(10)["status"])
        except (SandboxError, KeyError):
            self.stop()
            return int(signal.SIGKILL)

    def stop(self) -> None:
        """End the server and whatever child it has."""
        self._protection = None
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answer(self, timeout: float) -> dict[str, Any]:
        return self._receive(timeout)[0]

    def _receive(self, timeout: float) -> tuple[dict[str, Any], list[int]]:
        if self._control is None:
            raise SandboxError("the fork server does not run")
        self._control.settimeout(timeout)
        try:
            data, handles, _, _ = socket.recv_fds(self._control, 65536, 1)
        except OSError as error:
            raise SandboxError(f"the fork server does not answer: {error}") from error
        if not data:
            raise SandboxError("the fork server died")
        answer: dict[str, Any] = json.loads(data)
        return answer, handles
