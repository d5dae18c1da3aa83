"""A broker of files for one machine: each hint is a file in a folder, nothing needs to be installed or to run.

Kombu's own file transport writes a message in place and its table of exchanges too, so that a reader may meet half a
message, and a process killed at the wrong moment leaves a table that stops every later worker. Here a message appears by
rename, is taken by rename, and there is no table: the queues of direct exchanges are declared by whoever uses them. What
cannot be read is dropped. All that travels here are hints (jobs.py); the rows of the database are the truth.
"""

import contextlib
import logging
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import virtual
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)

MOST_MESSAGES = 1000  # while no worker runs, further hints say nothing new
ABANDONED_SECONDS = 60


class Channel(virtual.Channel):
    """Messages of all queues lie in one folder: `<time>-<id>.<queue>`; names with a dot in front are being written or read."""

    supports_fanout = False

    @property
    def folder(self) -> Path:
        client = self.connection.client
        options: dict[str, Any] = (client.transport_options if client else None) or {}
        return Path(options["folder"])

    def _put(self, queue: str, message: Any, **_: Any) -> None:
        if self._size(queue) >= MOST_MESSAGES:
            return
        name = f"{time.time_ns():020d}-{uuid.uuid4().hex}.{queue}"
        beside = self.folder / f".{name}"
        try:
            beside.write_text(dumps(message))
        except FileNotFoundError:  # somebody removed the folder; nothing in it was needed
            self.folder.mkdir(parents=True, exist_ok=True)
            beside.write_text(dumps(message))
        beside.rename(self.folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for name in sorted(os.listdir(self.folder)):  # noqa: PTH208 -- names only, ten times a second
            if name.startswith("."):
                self._remove_abandoned(self.folder / name)
            elif name.partition(".")[2] == queue:
                taken = self.folder / f".{name}"
                try:
                    (self.folder / name).rename(taken)
                    text = taken.read_text()
                    taken.unlink()
                    return loads(text)
                except FileNotFoundError:
                    continue  # another worker was first
                except ValueError:
                    log.warning("a hint that cannot be read was dropped: %s", name)
        raise Empty

    def _size(self, queue: str) -> int:
        return len(self._names(queue))

    def _purge(self, queue: str) -> int:
        names = self._names(queue)
        for name in names:
            (self.folder / name).unlink(missing_ok=True)
        return len(names)

    def _has_queue(self, queue: str, **_: Any) -> bool:
        return True

    def _names(self, queue: str) -> list[str]:
        with contextlib.suppress(FileNotFoundError):
            return [path.name for path in self.folder.glob(f"*.{queue}") if not path.name.startswith(".")]
        return []

    def _remove_abandoned(self, path: Path) -> None:
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - ABANDONED_SECONDS:
                path.unlink()


class Transport(virtual.Transport):
    """See the module. Transport options: `folder`, `polling_interval` (seconds)."""

    Channel = Channel
    default_port = 0
    driver_type = "folder"
    driver_name = "folder"
    # One state of the process for all connections, as kombu's own virtual transports have it.
    global_state = virtual.BrokerState()
    implements = virtual.Transport.implements.extend(asynchronous=False, exchange_type=frozenset({"direct"}))

    def __init__(self, client: Any, **options: Any) -> None:
        super().__init__(client, **options)
        self.state = self.global_state

    def driver_version(self) -> str:
        return "1"
