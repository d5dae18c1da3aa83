"""Partial uploads on disk. No HTTP, no database: one file per upload, whose size is the upload's offset.

Rules that keep the bytes right, whatever dies when:

* The offset is the size of the file. Nothing else remembers it, so nothing can disagree with it.
* Bytes are written at their position (never in append mode) and only by the holder of an exclusive `flock`. The lock is on
  the data file itself and dies with its process; whoever gets the lock of a file that was unlinked meanwhile is told Gone.
* A newcomer asks the holder to hand over through a flag file, so that it works between processes. The holder gives way when
  its own connection is silent, or at once when the upload is to be deleted (see `Wish`).
* Bytes under a checksum count only once it matched: a mark beside the file says from where on they do not count yet. After a
  crash the next holder cuts them off.
"""

import contextlib
import errno
import fcntl
import os
import re
import threading
import time
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path

TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
WISH_SECONDS = 2.0  # a wish that was not renewed for so long is no longer waited for
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_MAX_BUFFERS = 512  # below every IOV_MAX


class Gone(Exception):
    """The upload has no file: never begun, finished, deleted or expired."""


class DiskFull(Exception):
    """The file system (or a quota or limit on it) took no more. What was taken counts."""


class Wish(Enum):
    """What somebody who waits for the lock wants of its holder."""

    NONE = ""
    RESUME = "resume"  # give way if your own client has fallen silent
    DELETE = "delete"  # give way at once


class HeldUpload:
    """An upload's file under its lock. Not for use by several threads at once, but `release` waits for a running write."""

    def __init__(self, store: "TusStore", token: str, fd: int) -> None:
        self._store = store
        self._busy = threading.Lock()
        self.token = token
        self.fd = fd
        self.path = store.path(token)
        self.offset = os.fstat(fd).st_size

    def write(self, buffers: Sequence[bytes]) -> None:
        """Write at the offset and move it. Raises DiskFull after taking what fitted; the offset then is still the size."""
        with self._busy:
            rest = [memoryview(buffer) for buffer in buffers if buffer]
            while rest:
                try:
                    written = os.pwritev(self.fd, rest[:_MAX_BUFFERS], self.offset)
                except OSError as error:
                    if error.errno in _NO_SPACE:
                        raise DiskFull from error
                    raise
                self.offset += written
                while rest and written >= len(rest[0]):
                    written -= len(rest.pop(0))
                if written:
                    rest[0] = rest[0][written:]

    def sync(self) -> None:
        """Return once all bytes are on the disk."""
        os.fdatasync(self.fd)

    def truncate(self, offset: int) -> None:
        """Forget all bytes from `offset` on."""
        with self._busy:
            os.ftruncate(self.fd, offset)
            os.fdatasync(self.fd)
            self.offset = offset

    def begin_unverified(self) -> None:
        """From here on bytes do not count until `confirm`; a crash in between cuts them off."""
        mark = self._store.mark_path(self.token)
        beside = mark.with_suffix(".new")
        beside.write_text(str(self.offset))
        beside.replace(mark)
        self._store.sync_folder()

    def confirm(self) -> None:
        """The bytes since `begin_unverified` count (or were cut off)."""
        self._store.mark_path(self.token).unlink(missing_ok=True)

    def wish(self) -> Wish:
        """What somebody waits for, if anybody does."""
        return self._store.wish(self.token)

    def delete(self) -> None:
        """Remove the upload's file. Those who wait for its lock will be told Gone."""
        self._store.discard(self.token)

    def release(self) -> None:
        with self._busy:
            if self.fd >= 0:
                os.close(self.fd)  # closing frees the lock
                self.fd = -1

    def __enter__(self) -> "HeldUpload":
        return self

    def __exit__(self, *exc: object) -> None:
        self.release()


class TusStore:
    """The folder of partial uploads. All its methods are quick (no data is read or written)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, token: str) -> Path:
        """Where the upload's bytes stand. The token is the only part of a path that a client can influence."""
        if not TOKEN.fullmatch(token):
            raise Gone
        return self.root / f"{token}.part"

    def mark_path(self, token: str) -> Path:
        return self.root / f"{token}.unverified"

    def _wish_path(self, token: str) -> Path:
        return self.root / f"{token}.wish"

    def create(self, token: str) -> None:
        """Make the empty file; it survives a power cut once this returns."""
        self.root.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self.path(token), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        self.sync_folder()

    def sync_folder(self) -> None:
        fd = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def exists(self, token: str) -> bool:
        return self.path(token).exists()

    def offset(self, token: str) -> int:
        """The bytes that count, while somebody may be adding to them. Raises Gone."""
        try:
            size = self.path(token).stat().st_size
        except FileNotFoundError:
            raise Gone from None
        mark = self._mark(token)
        return size if mark is None else min(size, mark)

    def _mark(self, token: str) -> int | None:
        try:
            return int(self.mark_path(token).read_text())
        except FileNotFoundError:
            return None

    def try_hold(self, token: str) -> HeldUpload | None:
        """The upload under its lock, or None while another holds it. Raises Gone."""
        path = self.path(token)
        try:
            fd = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            raise Gone from None
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return None
        if os.fstat(fd).st_nlink == 0:  # deleted between open and lock
            os.close(fd)
            raise Gone
        self._wish_path(token).unlink(missing_ok=True)
        held = HeldUpload(self, token, fd)
        mark = self._mark(token)
        if mark is not None:  # the last holder died before it could check its bytes
            if mark < held.offset:
                held.truncate(mark)
            held.confirm()
        return held

    def ask(self, token: str, wish: Wish) -> None:
        """Ask the holder to give way. Renew it (more often than WISH_SECONDS) for as long as you wait."""
        path = self._wish_path(token)
        if wish is Wish.RESUME and self.wish(token) is Wish.DELETE:
            return
        path.write_text(wish.value)

    def wish(self, token: str) -> Wish:
        path = self._wish_path(token)
        try:
            if time.time() - path.stat().st_mtime > WISH_SECONDS:
                return Wish.NONE
            return Wish(path.read_text())
        except (FileNotFoundError, ValueError):  # ValueError: caught between two writes
            return Wish.NONE

    def discard(self, token: str) -> None:
        """Remove all files of the upload."""
        for path in (self.path(token), self.mark_path(token), self._wish_path(token)):
            path.unlink(missing_ok=True)

    def tokens(self) -> Iterator[tuple[str, float]]:
        """Every upload that has a file, with the time of its last byte (seconds since 1970)."""
        if not self.root.exists():
            return
        for path in sorted(self.root.glob("*.part")):
            with contextlib.suppress(FileNotFoundError):
                yield path.stem, path.stat().st_mtime

    def free_bytes(self) -> int:
        """What the disk still takes from an ordinary user."""
        self.root.mkdir(parents=True, exist_ok=True)
        figures = os.statvfs(self.root)
        return figures.f_bavail * figures.f_frsize
