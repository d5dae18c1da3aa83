"""SHA-256 of a growing file, computed while its bytes arrive, so that it is known when the last one does."""

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

_READ = 4 * 1024 * 1024
_KEPT = 4096  # hash states kept per process; one that was dropped is made again from the disk


class RunningHash:
    """Bytes are fed in order. Those that arrived before this process knew the file are read from disk by a thread, while
    newer ones go on arriving; that thread then reads those too, until it has caught up.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hash = hashlib.sha256()
        self._position = 0  # bytes hashed
        self._end = 0  # bytes known to be in the file
        self._thread: threading.Thread | None = None
        self._catching_up = False  # changed under the lock, so that no byte falls between the thread and feed()
        self._error: OSError | None = None

    def begin(self, path: Path, offset: int) -> None:
        """The file holds `offset` bytes that count, and more may follow. The caller holds the upload's lock."""
        with self._lock:
            if not self._catching_up:
                if self._position > offset or self._error is not None:
                    self._hash, self._position, self._error = hashlib.sha256(), 0, None
                if self._position < offset:
                    self._catching_up = True
                    self._thread = threading.Thread(target=self._catch_up, args=(path,), name="upload-hash", daemon=True)
                    self._thread.start()
            self._end = offset

    def feed(self, buffers: Sequence[bytes]) -> None:
        """These bytes are now in the file behind those known."""
        with self._lock:
            total = sum(map(len, buffers))
            if self._position == self._end and self._error is None:
                for buffer in buffers:
                    self._hash.update(buffer)
                self._position += total
            self._end += total

    def save(self) -> tuple["hashlib._Hash", int] | None:
        """The state to go back to if what follows must be cut off; None while still catching up."""
        with self._lock:
            return (self._hash.copy(), self._position) if self._position == self._end else None

    def restore(self, saved: tuple["hashlib._Hash", int] | None) -> None:
        """Go back to `saved` (None: begin again from the disk). The file was cut to that size."""
        self.settle()
        with self._lock:
            self._hash, self._position = saved if saved is not None else (hashlib.sha256(), 0)
            self._end, self._error = self._position, None

    def settle(self) -> None:
        """Wait until a thread that catches up has done so."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def hexdigest(self, path: Path, size: int) -> str:
        """The hash of the whole file of `size` bytes; immediate unless some of it is still to be read from disk."""
        self.begin(path, size)
        self.settle()
        if self._error is None and self._position != size:  # something hashed bytes that were cut off since
            self.restore(None)
            self.begin(path, size)
            self.settle()
        if self._error is not None:
            raise self._error
        return self._hash.hexdigest()

    def _catch_up(self, path: Path) -> None:
        try:
            with path.open("rb", buffering=0) as file:
                while True:
                    with self._lock:
                        left = self._end - self._position
                        if left <= 0:
                            self._catching_up = False
                            return
                    chunk = os.pread(file.fileno(), min(_READ, left), self._position)
                    if not chunk:
                        raise OSError(f"{path} is shorter than it was")
                    with self._lock:
                        self._hash.update(chunk)
                        self._position += len(chunk)
        except OSError as error:
            with self._lock:
                self._error = error
                self._catching_up = False


class RunningHashes:
    """The hash states of this process's uploads, by token."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._states: OrderedDict[str, RunningHash] = OrderedDict()

    def of(self, token: str) -> RunningHash:
        with self._lock:
            state = self._states.setdefault(token, RunningHash())
            self._states.move_to_end(token)
            while len(self._states) > _KEPT:
                self._states.popitem(last=False)
            return state

    def forget(self, token: str) -> None:
        with self._lock:
            self._states.pop(token, None)
