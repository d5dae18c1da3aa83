"""Where originals and renditions live. Keys are relative POSIX paths that only this program makes up.

    originals/ab/abcdef…          the uploaded bytes, by SHA-256, never changed
    derived/<media>/<rendition>…  what was made from them, never changed once published
    enclosed/<id>/…               small files that people enclose, and what is shown of them (enclosures.py)
    work/<job>-<token>/           scratch of a running job; same file system, so that publishing is a rename

A second backend (object storage) needs the methods of `Storage` and nothing else: whoever needs a local file asks
`local_path`, whoever serves asks `local_path` or signs the key.
"""

import contextlib
import errno
import functools
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from django.conf import settings

KEY = re.compile(r"(?:originals|derived|enclosed)(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)+")
SHA256 = re.compile(r"[0-9a-f]{64}")
PLACE_TURNS = 20
COPY_CHUNK = 8 * 1024 * 1024


class StorageError(Exception):
    """The storage cannot do what was asked: a key that is no key, a file that is not what it should be."""


class DiskFullError(StorageError):
    """There is not enough free space."""


class Storage(Protocol):
    """What the pipeline needs of a place for files."""

    def adopt_original(self, path: Path, sha256: str) -> str: ...
    def publish(self, path: Path, key: str) -> None: ...
    def exists(self, key: str) -> bool: ...
    def size(self, key: str) -> int: ...
    def local_path(self, key: str) -> Path: ...
    def delete(self, key: str) -> None: ...
    def set_aside(self, key: str) -> str: ...
    def keys(self, prefix: str) -> Iterator[tuple[str, float]]: ...
    def free_bytes(self) -> int: ...
    def make_work_dir(self, name: str) -> Path: ...
    def remove_work_dir(self, name: str) -> None: ...
    def work_dirs(self) -> Iterator[tuple[str, float]]: ...


def original_key(sha256: str) -> str:
    """Key of an original; the same as Media.original_key."""
    if not SHA256.fullmatch(sha256):
        raise StorageError(f"not a SHA-256: {sha256!r}")
    return f"originals/{sha256[:2]}/{sha256}"


def rendition_key(media_id: str, rendition_id: str, extension: str) -> str:
    """Key of a derived file. `extension` without its dot."""
    return f"derived/{media_id}/{rendition_id}.{extension}"


def table_key(media_id: str, rendition_id: str) -> str:
    """Key of a rendition's frame table."""
    return rendition_key(media_id, rendition_id, "tpfi")


class LocalStorage:
    """Files below one folder. A file appears under its key whole or not at all, and survives power loss once it has."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def local_path(self, key: str) -> Path:
        """The absolute path of a key; raises StorageError for anything that is not a key of ours."""
        if not KEY.fullmatch(key) or ".." in key:
            raise StorageError(f"not a storage key: {key!r}")
        return self.root / key

    def adopt_original(self, path: Path, sha256: str) -> str:
        """Make `path` an original, by a second hard link: the caller's name stays until the caller removes it, so
        that nothing is lost whenever the process dies before its transaction commits. Repeatable. Returns the key.

        The caller vouches that `sha256` is the file's. Falls back to a copy where links are impossible.
        """
        key = original_key(sha256)
        target = self.local_path(key)
        source = path.stat(follow_symlinks=False)
        if not stat.S_ISREG(source.st_mode):
            raise StorageError(f"not a regular file: {path}")
        fsync_file(path)

        def link() -> None:
            try:
                os.link(path, target, follow_symlinks=False)
            except FileExistsError:
                if target.stat().st_size != source.st_size:
                    self._copy(path, target)  # what stands there is damaged: it cannot have this hash at another length
            except OSError as error:
                if error.errno not in {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP}:
                    raise
                self._copy(path, target)

        self._place(path, target, link)
        return key

    def publish(self, path: Path, key: str) -> None:
        """Move a finished file of the same file system under its key. Replaces what is there; durable on return."""
        target = self.local_path(key)
        fsync_file(path)
        self._place(path, target, lambda: path.replace(target))

    def exists(self, key: str) -> bool:
        return self.local_path(key).is_file()

    def size(self, key: str) -> int:
        return self.local_path(key).stat().st_size

    def delete(self, key: str) -> None:
        """Remove a file; it is fine if it is gone already."""
        path = self.local_path(key)
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            path.parent.rmdir()  # only if it is empty now

    def set_aside(self, key: str) -> str:
        """Take a file from its key at once, whatever its size; returns the key to delete it by. It is fine if it is gone
        already. Should nobody come to delete it, remove_abandoned_copies() does."""
        aside = f"{key}.{secrets.token_hex(4)}.part"
        with contextlib.suppress(FileNotFoundError):
            self.local_path(key).rename(self.local_path(aside))
            fsync_folder(self.local_path(key).parent)
        return aside

    def keys(self, prefix: str) -> Iterator[tuple[str, float]]:
        """Every key below `prefix` ("derived", "originals") with its time of change, seconds since the epoch."""
        top = self.root / prefix
        for folder, _, names in os.walk(top):
            for name in names:
                path = Path(folder, name)
                with contextlib.suppress(FileNotFoundError):
                    yield path.relative_to(self.root).as_posix(), path.stat().st_ctime

    def free_bytes(self) -> int:
        self.root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.root).free

    def make_work_dir(self, name: str) -> Path:
        """An empty scratch folder that nobody else may read."""
        folder = self._work_dir(name)
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
        return folder

    def remove_work_dir(self, name: str) -> None:
        shutil.rmtree(self._work_dir(name), ignore_errors=True)

    def work_dirs(self) -> Iterator[tuple[str, float]]:
        """Scratch folders with their time of change."""
        with contextlib.suppress(FileNotFoundError):
            for path in (self.root / "work").iterdir():
                with contextlib.suppress(FileNotFoundError):
                    yield path.name, path.stat().st_mtime

    def _work_dir(self, name: str) -> Path:
        if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
            raise StorageError(f"not a name for a work folder: {name!r}")
        return self.root / "work" / name

    def _place(self, path: Path, target: Path, put: Callable[[], object]) -> None:
        """Make the folders of `target`, have `put()` bring `path` there, and make both durable.

        Again if the folder went in between: delete() takes empty ones away, whoever is about to fill them.
        """
        for turn in range(PLACE_TURNS):
            try:
                made = _make_folders(target.parent, self.root)
                put()
                break
            except (FileNotFoundError, FileExistsError):
                if turn == PLACE_TURNS - 1 or not path.exists():
                    raise
        for folder in {target.parent, *made}:
            fsync_folder(folder)

    def _copy(self, path: Path, target: Path) -> None:
        require_space(self, path.stat().st_size)
        beside = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
        try:
            with path.open("rb") as reader, beside.open("xb") as writer:
                shutil.copyfileobj(reader, writer, COPY_CHUNK)
            fsync_file(beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)


def require_space(storage: Storage, size: int, *, reserve: int = 0) -> None:
    """Raise DiskFullError unless `size` bytes fit and `reserve` stay free."""
    free = storage.free_bytes()
    if free < size + reserve:
        raise DiskFullError(f"{size + reserve} bytes are needed, {free} are free")


def remove_abandoned_copies(storage: LocalStorage, *, older_than_seconds: float) -> int:
    """Delete what an interrupted copy left beside the originals. Returns how many."""
    horizon = time.time() - older_than_seconds
    gone = 0
    for key, changed in storage.keys("originals"):
        if key.endswith(".part") and changed < horizon:
            storage.delete(key)
            gone += 1
    return gone


def sha256_of(path: Path, beat: Callable[[], None] | None = None) -> str:
    """SHA-256 of a file, in constant memory. `beat` is called after every few megabytes (to hold a lease)."""
    import hashlib

    digest = hashlib.sha256()
    with path.open("rb") as reader:
        while chunk := reader.read(COPY_CHUNK):
            digest.update(chunk)
            if beat:
                beat()
    return digest.hexdigest()


def fsync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folders(folder: Path, root: Path) -> set[Path]:
    """Make `folder`; returns the folders that gained an entry (they must be synced for the new name to last)."""
    if folder.is_dir():
        return set()
    missing = [parent for parent in (folder, *folder.parents) if not parent.is_dir()]
    folder.mkdir(parents=True, exist_ok=True)
    return {parent.parent for parent in missing if parent != root and root in parent.parents}


@functools.cache
def _local(root: Path) -> LocalStorage:
    return LocalStorage(root)


def get_storage() -> LocalStorage:
    """The storage of this installation."""
    return _local(Path(settings.MEDIA_ROOT))
