"""From the connection to the disk, in constant memory: at most three blocks are held, whatever the body's size.

While a thread writes and hashes blocks, the next is collected. What has arrived when the connection dies is kept.
"""

import asyncio
import contextlib
import hashlib
import hmac
import threading
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from typing import Any

from media_pipeline.running_hash import RunningHash
from media_pipeline.tus_store import DiskFull, HeldUpload, TusStore, Wish
from review.problems import Problem
from review.uploads.protocol import Checksum

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

BLOCK = 1024 * 1024  # bytes collected before a write, unless they come slower than that
SLOW_SECONDS = 0.25  # what came is written after so long, however little it is
SILENT_SECONDS = 1.0  # a connection silent for so long gives way to another one of the same upload
DEAD_SECONDS = 120.0  # and after so long anyway
SYNC_BYTES = 64 * 1024 * 1024  # written back so often, so that the last sync is short
_threads = ThreadPoolExecutor(max_workers=16, thread_name_prefix="upload")


class Ending(Enum):
    COMPLETE = "complete"  # the body's end was reached
    CUT = "cut"  # the connection was lost before
    HANDED_OVER = "handed over"  # silent, and another connection wanted to go on
    DELETED = "deleted"  # somebody wants to delete the upload


class _Sink:
    """Writes blocks in order, in a thread; hashes them there too. After a failure nothing more is written."""

    def __init__(
        self, store: TusStore, held: HeldUpload, running: RunningHash, checksum: Checksum | None, reserve: int
    ) -> None:
        self._store = store
        self._held = held
        self._running = running
        self._digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
        self._reserve = reserve
        self._loop = asyncio.get_running_loop()
        self._moved = asyncio.Event()  # a block was written since somebody looked
        self._lock = threading.Lock()
        self._queue: deque[list[bytes]] = deque()
        self._queued = 0  # bytes
        self._draining: asyncio.Future[None] | None = None
        self._running_thread = False
        self._error: Exception | None = None
        self._unsynced = 0
        self._syncing: asyncio.Future[None] | None = None

    def put(self, buffers: list[bytes]) -> None:
        """Take a block over. Never waits, so that nothing that was taken can be lost by a cancellation."""
        size = sum(map(len, buffers))
        with self._lock:
            if self._error is not None:
                return
            self._queue.append(buffers)
            self._queued += size
            start, self._running_thread = not self._running_thread, True
        if start:
            self._draining = self._loop.run_in_executor(_threads, self._drain)
        self._unsynced += size
        if self._unsynced >= SYNC_BYTES and (self._syncing is None or self._syncing.done()):
            self._unsynced = 0
            self._syncing = self._loop.run_in_executor(_threads, self._held.sync)

    async def room(self) -> None:
        """Wait until not more than a block is queued. Raises what went wrong with any block."""
        while self._queued > BLOCK and self._error is None:
            self._moved.clear()
            if self._queued > BLOCK:
                await self._moved.wait()
        if self._error is not None:
            raise self._error

    async def close(self) -> None:
        """All that was put is on the disk; raises what went wrong."""
        for work in (self._draining, self._syncing):
            if work is not None:
                await _finished(work)
        await _finished(self._loop.run_in_executor(_threads, self._held.sync))
        if self._error is not None:
            raise self._error

    def matches(self, checksum: Checksum) -> bool:
        return self._digest is not None and hmac.compare_digest(self._digest.digest(), checksum.digest)

    def _drain(self) -> None:
        """In a thread: write until the queue is empty."""
        while True:
            with self._lock:
                if not self._queue:
                    self._running_thread = False
                    return
                block = self._queue.popleft()
            try:
                self._write(block)
            except Exception as error:
                with self._lock:
                    self._error = error
                    self._queue.clear()
                    self._queued = 0
                    self._running_thread = False
                self._wake()
                return
            with self._lock:
                self._queued -= sum(map(len, block))
            self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._moved.set)

    def _write(self, buffers: list[bytes]) -> None:
        if self._store.free_bytes() < self._reserve:
            raise DiskFull
        self._held.write(buffers)
        self._running.feed(buffers)
        if self._digest is not None:
            for buffer in buffers:
                self._digest.update(buffer)


async def _finished(future: asyncio.Future[None]) -> None:
    """Await work of a thread; a cancellation is passed on only when the thread no longer touches the file."""
    cancelled: asyncio.CancelledError | None = None
    while not future.done():
        try:
            await asyncio.wait([future])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    future.result()


async def receive_body(
    store: TusStore,
    held: HeldUpload,
    running: RunningHash,
    receive: Receive,
    *,
    limit: int,
    checksum: Checksum | None,
    reserve: int,
) -> Ending:
    """Write the request's body at the upload's offset; on return the bytes that count are on the disk.

    `limit`: bytes still missing of the upload; `reserve`: bytes of free disk that are not ours to fill.
    Raises Problem (checksum_mismatch, upload_too_long: nothing of this body counts; disk_full: what fitted counts).
    """
    start = held.offset
    saved = running.save() if checksum else None
    if checksum:
        held.begin_unverified()
    sink = _Sink(store, held, running, checksum, reserve)

    def take_back() -> None:
        held.truncate(start)
        running.restore(saved)
        if checksum:
            held.confirm()

    try:
        try:
            ending = await _pump(held, sink, receive, limit)
        finally:
            await sink.close()
    except _TooLong:
        await asyncio.to_thread(take_back)
        raise Problem("upload_too_long", f"The body is longer than the {limit} bytes that were missing.") from None
    except DiskFull:
        if checksum:
            await asyncio.to_thread(take_back)
        raise Problem("disk_full") from None
    except BaseException:
        if checksum:
            take_back()
        raise
    if checksum:
        if ending is not Ending.COMPLETE or not sink.matches(checksum):
            await asyncio.to_thread(take_back)
            if ending is Ending.COMPLETE:
                raise Problem("checksum_mismatch")
        else:
            held.confirm()
    return ending


class _TooLong(Exception):
    pass


async def _pump(held: HeldUpload, sink: _Sink, receive: Receive, limit: int) -> Ending:
    """Feed the sink until the body ends, the client is gone, or somebody else should go on."""
    loop = asyncio.get_running_loop()
    waiting_since: float | None = None
    given_way = Ending.CUT
    collected: list[bytes] = []
    size = 0

    def put() -> None:
        nonlocal collected, size
        block, collected, size = collected, [], 0
        if block:
            sink.put(block)

    async def watch(scope: asyncio.Timeout) -> None:
        nonlocal given_way
        while True:
            await asyncio.sleep(SLOW_SECONDS)
            silent = 0.0 if waiting_since is None else loop.time() - waiting_since
            if silent:
                put()
            wish = held.wish()
            if wish is Wish.DELETE:
                given_way = Ending.DELETED
            elif wish is Wish.RESUME and silent >= SILENT_SECONDS:
                given_way = Ending.HANDED_OVER
            elif silent < DEAD_SECONDS:
                continue
            scope.reschedule(loop.time())
            return

    watcher: asyncio.Task[None] | None = None
    try:
        async with asyncio.timeout(None) as scope:
            watcher = asyncio.create_task(watch(scope))
            more = True
            while more:
                waiting_since = loop.time()
                message = await receive()
                waiting_since = None
                if message["type"] == "http.disconnect":
                    return Ending.CUT
                body: bytes = message.get("body", b"")
                more = message.get("more_body", False)
                limit -= len(body)
                if limit < 0:
                    raise _TooLong
                if body:
                    collected.append(body)
                    size += len(body)
                if size >= BLOCK:
                    put()
                    await sink.room()
        return Ending.COMPLETE
    except TimeoutError:
        return given_way
    finally:
        if watcher is not None:
            watcher.cancel()
        put()
