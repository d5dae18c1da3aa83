"""What runs beside the sockets until it is stopped.

A cancel can get lost: whoever waits for Redis, or for a thread that asks the database, may be handed the answer in the very
moment of being cancelled, and goes on (redis-py, asgiref). So work is cancelled until it has ended, and asks by itself.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

log = logging.getLogger(__name__)

AFTER_AN_ERROR_SECONDS = 1.0
AGAIN_SECONDS = 0.2  # until a cancel that got lost is repeated


async def for_ever(work: Callable[[], Awaitable[Any]], what: str, pause: Callable[[], Awaitable[Any]] | None = None) -> None:
    """Do the work, and pause after it, again and again until cancelled. An error (the database or Redis is away) is logged and
    does not end it.

    Raises asyncio.CancelledError.
    """
    while True:
        try:
            await work()
        except Exception:
            log.exception("%s failed; trying again", what)
            await asyncio.sleep(AFTER_AN_ERROR_SECONDS)
        heed_cancel()
        if pause is not None:
            await pause()


def heed_cancel() -> None:
    """To be asked in a loop. Raises asyncio.CancelledError where the running task was cancelled and did not notice."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def stop(tasks: Iterable["asyncio.Task[Any]"]) -> None:
    """Cancel the tasks until every one has ended, even while the caller itself is cancelled (which is heeded then)."""
    running = set(tasks)
    cancelled = False
    while running:
        for task in running:
            task.cancel()
        try:
            _, running = await asyncio.wait(running, timeout=AGAIN_SECONDS)
        except asyncio.CancelledError:
            cancelled = True
            running = {task for task in running if not task.done()}
    if cancelled:
        raise asyncio.CancelledError


async def wait_for_bell(bell: asyncio.Event, seconds: float) -> None:
    """Until the bell rings, or for so long; it is quiet again then."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await bell.wait()
    bell.clear()
