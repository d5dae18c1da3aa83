"""Takes events from the table to the sockets of this process.

The table is the truth: every pump asks it, five times a second, for the newest number of each project that somebody here
watches, and reads what is new once for all of them. Hints make it ask at once: commits of this process call it directly,
commits of other web processes tell it through the channel layer (at most once, and no loss if it never arrives).
A subscriber only learns "there is something new"; it reads by number at its own pace, so a slow one delays nobody.
"""

import asyncio
import contextlib
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from media_pipeline import api as pipeline
from review import events
from review.live import background
from review.models import Event
from review.selectors import feed, media

POLL_SECONDS = 0.2
PROGRESS_SECONDS = 0.5
TELL_SECONDS = 0.05  # so that many commits become one hint
KEPT = 500  # newest events per project kept in memory, so that the ordinary case costs one query per process
BATCH = 500
GROUP = "twopop.pumps"


class Room:
    """What this process knows of one project that somebody watches."""

    def __init__(self) -> None:
        self.subscribers: set[Subscription] = set()
        self.head = 0
        self.recent: deque[Event] = deque(maxlen=KEPT)
        self.media_ids: list[str] | None = None  # None: read again


class Subscription:
    """One socket's place in a project. `wait()` returns when there is something to do."""

    def __init__(self, room: Room, project_id: str) -> None:
        self.room = room
        self.project_id = project_id
        self.progress: dict[str, list[dict[str, Any]]] = {}  # newest per media; older ones are replaced, not queued
        self._told: dict[str, list[dict[str, Any]]] = {}
        self._bell = asyncio.Event()

    def ring(self) -> None:
        self._bell.set()

    async def wait(self, seconds: float) -> None:
        """Until there is something to do, at most so long."""
        await background.wait_for_bell(self._bell, seconds)

    def tell(self, running: dict[str, list[dict[str, Any]]]) -> None:
        """Of what runs or waits now, by media, pass on what is not as it was last told."""
        news = {pk: jobs for pk, jobs in running.items() if self._told.get(pk) != jobs}
        self._told = running
        if news:
            self.progress.update(news)
            self.ring()

    def take_progress(self) -> dict[str, list[dict[str, Any]]]:
        taken, self.progress = self.progress, {}
        return taken

    async def after(self, seq: int) -> list[Event]:
        """The next events behind `seq`, in order; from memory if it holds them all, else from the table."""
        recent = self.room.recent
        if recent and recent[0].seq <= seq + 1:
            return [event for event in recent if event.seq > seq]
        if self.room.head <= seq:
            return []
        return await database_sync_to_async(feed.after)(self.project_id, seq, limit=BATCH)


class Pump:
    """One per event loop, which is one per web process. Runs while somebody is subscribed."""

    _by_loop: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Pump]" = weakref.WeakKeyDictionary()

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rooms: dict[str, Room] = {}
        self._bell = asyncio.Event()  # look at the table now
        self._to_tell = asyncio.Event()  # tell the other processes that this one committed
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    def here(cls) -> "Pump":
        """The pump of the running event loop."""
        loop = asyncio.get_running_loop()
        if loop not in cls._by_loop:
            cls._by_loop[loop] = cls()
        return cls._by_loop[loop]

    @contextlib.asynccontextmanager
    async def subscribed(self, project_id: str) -> Any:
        """A Subscription for as long as the context lasts."""
        room = self._rooms.setdefault(project_id, Room())
        subscription = Subscription(room, project_id)
        room.subscribers.add(subscription)
        if not self._tasks:
            self._start()
        self._bell.set()
        try:
            yield subscription
        finally:
            room.subscribers.discard(subscription)
            if not room.subscribers and self._rooms.get(project_id) is room:
                del self._rooms[project_id]
            if not self._rooms:
                await self._stop()

    # --- running ----------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        events.on_new_event(self._committed)
        work: tuple[tuple[Callable[[], Any], str, Callable[[], Any]], ...] = (
            (self._poll, "reading events", lambda: background.wait_for_bell(self._bell, POLL_SECONDS)),
            (self._progress, "reading progress", lambda: asyncio.sleep(PROGRESS_SECONDS)),
            (self._listen, "listening to other processes", lambda: asyncio.sleep(1)),
            (self._tell, "telling other processes", lambda: asyncio.sleep(TELL_SECONDS)),
        )
        self._tasks = [asyncio.create_task(background.for_ever(*one)) for one in work]

    async def _stop(self) -> None:
        tasks, self._tasks = self._tasks, []
        events.forget_listener(self._committed)
        await background.stop(tasks)

    def _committed(self) -> None:
        """Called in the thread that committed."""
        with contextlib.suppress(RuntimeError):  # the loop is closing
            self._loop.call_soon_threadsafe(self._hint)

    def _hint(self) -> None:
        self._bell.set()
        self._to_tell.set()

    async def _poll(self) -> None:
        """One look at the table, and at what is new in it."""
        rooms = dict(self._rooms)
        if not rooms:
            return
        heads = await database_sync_to_async(feed.heads)(list(rooms))
        for project_id, head in heads.items():
            room = rooms[project_id]
            while room.head < head:
                await self._read(project_id, room, head)

    async def _read(self, project_id: str, room: Room, head: int) -> None:
        # A room that is new here, or far behind, keeps only the newest; its subscribers read older ones themselves.
        start = max(room.head, head - KEPT) if room.head else head - 1
        if start > room.head:
            room.recent.clear()
        fresh = await database_sync_to_async(feed.after)(project_id, start, limit=BATCH)
        room.recent.extend(fresh)
        room.head = fresh[-1].seq if fresh else head
        if any(event.kind.startswith(("version.", "asset.")) or event.payload.get("what") == "wish" for event in fresh):
            room.media_ids = None
        for subscription in list(room.subscribers):
            subscription.ring()

    # --- progress ---------------------------------------------------------------------------------------------------

    async def _progress(self) -> None:
        rooms = dict(self._rooms)
        jobs = await database_sync_to_async(_jobs_by_media)(rooms)
        for room in rooms.values():
            running = {pk: jobs[pk] for pk in room.media_ids or () if pk in jobs}
            for subscription in list(room.subscribers):
                subscription.tell(running)

    # --- hints from other processes ---------------------------------------------------------------------------------

    async def _listen(self) -> None:
        layer = get_channel_layer()
        if layer is None:
            await asyncio.sleep(3600)
            return
        channel = await layer.new_channel()
        await layer.group_add(GROUP, channel)
        try:
            while True:
                await layer.receive(channel)
                background.heed_cancel()
                self._bell.set()
        finally:
            await layer.group_discard(GROUP, channel)

    async def _tell(self) -> None:
        await self._to_tell.wait()
        self._to_tell.clear()
        if (layer := get_channel_layer()) is not None:
            await layer.group_send(GROUP, {"type": "hint"})


def _jobs_by_media(rooms: dict[str, Room]) -> dict[str, list[dict[str, Any]]]:
    """Active jobs of all media in these rooms, by media id. Also fills in which media a room has."""
    for project_id, room in rooms.items():
        if room.media_ids is None:
            room.media_ids = media.worked_on_for(project_id)
    wanted = {pk for room in rooms.values() for pk in room.media_ids or ()}
    found = pipeline.active_jobs(wanted) if wanted else {}
    return {media_id: [media.job(one) for one in jobs] for media_id, jobs in found.items()}
