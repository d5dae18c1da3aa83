"""Child processes that never outlive the one that started them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

# Loaded before any fork: between fork and exec nothing may be imported.
_prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None


def start(
    command: list[str],
    *,
    env: Mapping[str, str] | None = None,
    stdout: int | IO[bytes] | None = None,
    death_signal: int = signal.SIGTERM,
    user: int | None = None,
    cwd: Path | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a child in a process group of its own, with no standard input; stderr joins stdout if that is given.

    On Linux the kernel sends `death_signal` to it when the thread that called this dies, however that happens.
    """
    parent = os.getpid()

    def before_exec() -> None:
        if _prctl is not None:
            _prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
            if os.getppid() != parent:  # it died before the line above
                os._exit(1)

    return subprocess.Popen(
        command,
        env=dict(env) if env is not None else None,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.STDOUT if stdout is not None else None,
        process_group=0,
        preexec_fn=before_exec,
        user=user,
        group=user,
        extra_groups=[] if user is not None else None,
        cwd=cwd,
    )


def stop(children: Iterable["subprocess.Popen[bytes]"], *, grace: int) -> None:
    """End the children and their process groups: SIGTERM to the child, SIGKILL to its group after `grace` seconds."""
    children = list(children)
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + grace
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)  # what is left of the group, the child included
        child.wait()


def adopt_orphans() -> None:
    """Make this process the parent of what its descendants leave behind (Linux), so that orphans() finds it."""
    if _prctl is not None:
        _prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def orphans(known: Iterable[int]) -> dict[int, str]:
    """Living children of this process that are not in `known`: process id and command line. Empty where there is no /proc."""
    found: dict[int, str] = {}
    expected = set(known)
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            pid = int(folder.name)
            if int(fields[1]) == os.getpid() and fields[0] != "Z" and pid not in expected:
                found[pid] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return found
