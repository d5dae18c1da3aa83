"""The web process's own housekeeping, at its start and from time to time, while it lives: uploads, comparisons, corrections,
locks whose time is over, live sessions that nobody is in any more, passes of share links that nobody uses."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from channels.db import database_sync_to_async

from review.actions import checks, corrections, locks, references, sessions, share_doors
from review.uploads import finishing

log = logging.getLogger(__name__)

EVERY_SECONDS = 300
LOCKS_EVERY_SECONDS = 5  # people wait to be told; one query


async def run() -> None:
    """Sweep for ever. A sweep that fails is logged and tried again at its next time."""
    while True:
        try:
            counts = await database_sync_to_async(finishing.sweep, thread_sensitive=False)()
            if any(counts.values()):
                log.info("uploads swept: %s", counts)
            await database_sync_to_async(references.compare_missing, thread_sensitive=False)()
            await database_sync_to_async(corrections.settle_all, thread_sensitive=False)()
            await database_sync_to_async(sessions.end_forsaken, thread_sensitive=False)()
            await database_sync_to_async(share_doors.forget_unused, thread_sensitive=False)()
            await database_sync_to_async(checks.judge_again, thread_sensitive=False)(pause=checks.LET_OTHERS_WRITE)
        except Exception:
            log.exception("the sweep failed")
        await asyncio.sleep(EVERY_SECONDS)


async def run_out_locks() -> None:
    """For ever: tell of locks whose time is over, live sessions that nobody is in any more."""
    while True:
        try:
            await database_sync_to_async(locks.expire_locks, thread_sensitive=False)()
        except Exception:
            log.exception("locks could not be looked at")
        await asyncio.sleep(LOCKS_EVERY_SECONDS)


class Lifespan:
    """The ASGI lifespan protocol: background coroutines that run while the server does."""

    def __init__(self, *coroutines: Callable[[], Awaitable[None]]) -> None:
        self._coroutines = coroutines

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        await receive()  # lifespan.startup
        tasks = [asyncio.ensure_future(make()) for make in self._coroutines]
        await send({"type": "lifespan.startup.complete"})
        await receive()  # lifespan.shutdown
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await send({"type": "lifespan.shutdown.complete"})
