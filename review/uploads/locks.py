"""Waiting for an upload's lock, and taking over from a connection that has died without saying so."""

import asyncio

from media_pipeline.tus_store import HeldUpload, TusStore, Wish
from review.problems import Problem

WAIT_SECONDS = 4.0  # then the upload counts as truly locked; a silent holder gives way well before
POLL_SECONDS = 0.05
ASK_SECONDS = 0.5
BUSY_SECONDS = 1.5  # after so long without getting the lock, a file that grows is taken as a live connection


async def hold(store: TusStore, token: str, wish: Wish) -> HeldUpload:
    """The upload under its lock. Raises Problem("upload_locked") if its holder is alive and receiving, Gone if it is gone."""
    loop = asyncio.get_running_loop()
    began = asked = seen = loop.time()
    size = store.offset(token)
    while (held := store.try_hold(token)) is None:
        now = loop.time()
        if now == began or now - asked >= ASK_SECONDS:
            store.ask(token, wish)
            asked = now
        if wish is Wish.RESUME and now - seen >= BUSY_SECONDS:
            before, size, seen = size, store.offset(token), now
            if size > before:
                raise Problem("upload_locked")
        if now - began >= WAIT_SECONDS:
            raise Problem("upload_locked")
        await asyncio.sleep(POLL_SECONDS)
    return held
