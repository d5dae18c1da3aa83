"""How many jobs of a lane a worker runs at once, and which of its processes died with one.

A slot is a locked file: the kernel frees it with the process that held it, however that ended. The file names the token
of the job that runs in it, so that the next sweep need not wait for the lease of a job whose process is gone.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

ALIVE = "alive"


def worker_name() -> str:
    """The name of this worker in tokens and lock files; the same in the worker's supervisor and in its pool."""
    return os.environ.setdefault("TWOPOP_WORKER_ID", f"solo{os.getpid()}")


def _root() -> Path:
    return Path(settings.DATA_DIR) / "run"


def _folder() -> Path:
    return _root() / f"worker-{worker_name()}"


class Slot:
    """A held slot."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def note(self, token: str) -> None:
        """Say which job runs here ("" for none)."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, token.encode(), 0)


@contextmanager
def take(lane: str) -> Iterator[Slot | None]:
    """Hold one of this worker's slots of a lane; None if all are taken."""
    _folder().mkdir(parents=True, exist_ok=True)
    for number in range(settings.JOB_SLOTS[lane]):
        with _locked(_folder() / f"{lane}-{number}") as descriptor:
            if descriptor is not None:
                slot = Slot(descriptor)
                try:
                    yield slot
                finally:
                    slot.note("")
                return
    yield None


def has_free(lane: str) -> bool:
    """Whether this worker could run another job of that lane now."""
    for number in range(settings.JOB_SLOTS[lane]):
        with _locked(_folder() / f"{lane}-{number}") as descriptor:
            if descriptor is not None:
                return True
    return False


def all_free() -> bool:
    """Whether no process of this worker runs a job."""
    return all(_is_free(path) for path in _folder().glob("*-*"))


def dead_tokens() -> list[str]:
    """Tokens of jobs whose process on this machine is gone; each is told once."""
    found = []
    for path in _root().glob("worker-*/*-*"):
        with _locked(path) as descriptor:
            if descriptor is None:
                continue
            if token := os.pread(descriptor, 100, 0).decode(errors="replace"):
                found.append(token)
                os.ftruncate(descriptor, 0)
    return found


@contextmanager
def presence() -> Iterator[int]:
    """Mark this worker as alive while the block runs; clear away what dead workers left. Its folder goes at the end.

    Gives the descriptor of the mark: a process that is forked from this one must close it.
    """
    _folder().mkdir(parents=True, exist_ok=True)
    for folder in _root().glob("worker-*"):
        alive = folder / ALIVE
        if (
            folder != _folder()
            and _is_free(alive)
            and all(_is_free(path) and not path.stat().st_size for path in folder.glob("*-*"))
        ):
            shutil.rmtree(folder, ignore_errors=True)
    with _locked(_folder() / ALIVE) as mark:
        assert mark is not None, "the name of a worker is its own"
        try:
            yield mark
        finally:
            shutil.rmtree(_folder(), ignore_errors=True)


def _is_free(path: Path) -> bool:
    if not path.exists():
        return True
    with _locked(path) as descriptor:
        return descriptor is not None


@contextmanager
def _locked(path: Path) -> Iterator[int | None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield descriptor
    finally:
        with contextlib.suppress(OSError):
            os.close(descriptor)
