"""Files by tus 1.0: bytes are sent once, whatever is cut; a later run goes on where an earlier one stopped."""

import base64
import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from twopop.connection import Answer, Connection
from twopop.errors import ApiError, TwopopError, Unreachable

PART = 16 * 1024 * 1024  # bytes per request
TRIES = 8  # in a row without a byte of progress
PAUSE, LONGEST_PAUSE = 2.0, 30.0  # seconds after the first failure, doubled by each; at most
TUS = {"Tus-Resumable": "1.0.0"}
NAMES = {
    "project_id": "projectId", "asset_id": "assetId", "asset_name": "assetName", "sequence_id": "sequenceId",
    "version_name": "versionName", "release_lock": "releaseLock", "sha256": "sha256",
}  # fmt: skip

Progress = Callable[[int, int], None]


def state_folder() -> Path:
    """Where unfinished uploads are remembered."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "twopop"


class Uploader:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def upload(self, path: Path, target: dict[str, str], progress: Progress) -> str:
        """Send the file; the id of its version. Raises TwopopError, OSError."""
        before = path.stat()
        note = _Remembered(self._connection.address, path, before, target)
        location = note.read()
        offset = None if location is None else self._offset(location)
        if location is None or offset is None:
            location, offset = self._begin(path, before.st_size, target), 0
            note.write(location)
        answer = self._send(path, location, offset, before.st_size, progress)
        after = path.stat()
        note.forget()
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise TwopopError(f"{path.name} was changed while it was sent. Delete that version and upload it again.")
        version = answer.headers.get("Twopop-Version")
        if not version:
            raise TwopopError(f"{path.name} is uploaded, but no version was made of it; it may wait for a name in the browser.")
        return version

    def _begin(self, path: Path, size: int, target: dict[str, str]) -> str:
        said = {"filename": path.name, **{NAMES[name]: value for name, value in target.items() if value}}
        pairs = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())
        headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": pairs}
        return self._connection.send("POST", "/files/", b"", headers=headers).headers["Location"]

    def _offset(self, location: str) -> int | None:
        """Where the server stands; None if it no longer knows the upload."""
        try:
            return int(self._connection.send("HEAD", location, headers=TUS).headers["Upload-Offset"])
        except ApiError as error:
            if error.status in (404, 410):
                return None
            raise

    def _send(self, path: Path, location: str, offset: int, size: int, progress: Progress) -> Answer:
        tries = 0
        with path.open("rb") as file:
            while True:
                progress(offset, size)
                if offset >= size:  # HEAD tells what it became
                    return self._connection.send("HEAD", location, headers=TUS)
                file.seek(offset)
                part = file.read(PART)
                if not part:
                    raise TwopopError(f"{path.name} has become shorter while it was sent.")
                digest = base64.b64encode(hashlib.sha256(part).digest()).decode()
                headers = {
                    **TUS,
                    "Content-Type": "application/offset+octet-stream",
                    "Upload-Offset": str(offset),
                    "Upload-Checksum": f"sha256 {digest}",
                }
                try:
                    sent = self._connection.send("PATCH", location, part, headers=headers)
                    offset, tries = int(sent.headers["Upload-Offset"]), 0
                except (Unreachable, ApiError) as error:
                    tries += 1
                    passing = isinstance(error, Unreachable) or error.status in (409, 423, 460, 502, 503, 504, 507)
                    if not passing or tries >= TRIES:
                        raise
                    time.sleep(min(PAUSE * 2 ** (tries - 1), LONGEST_PAUSE))
                    stands = self._offset(location)
                    if stands is None:
                        raise
                    if stands > offset:
                        tries = 0
                    offset = stands


class _Remembered:
    """The address of an unfinished upload of this very file to this place."""

    def __init__(self, address: str, path: Path, stat: os.stat_result, target: dict[str, str]) -> None:
        named = [address, str(path.resolve()), stat.st_size, stat.st_mtime_ns, sorted(target.items())]
        self._file = state_folder() / f"{hashlib.sha256(json.dumps(named).encode()).hexdigest()[:24]}.upload"

    def read(self) -> str | None:
        try:
            return self._file.read_text().strip() or None
        except FileNotFoundError:
            return None

    def write(self, location: str) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(location)

    def forget(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._file.unlink()
