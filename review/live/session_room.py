"""A live session as one web process knows it: who sits here, what everybody sees, and word with the other processes.

Commands of who leads are numbered by the process that they arrive in (session_state.py) and passed on at once, here through the
seats' queues, elsewhere through the channel layer. That may lose a message: each change names the one before it, so whoever
missed one asks for the whole, and what is known is repeated every two seconds. Without Redis there is one process, and the same
code with nobody to talk to.
"""

import asyncio
import contextlib
import json
import logging
import time
import weakref
from collections.abc import Callable
from typing import Any

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from media_pipeline.ids import new_id
from review.actions import sessions as actions
from review.live import background
from review.live import session_state as state
from review.live.pump import Pump
from review.live.session_seats import Seat, Seats, people_for
from review.models import Attendance, ReviewSession, Version
from review.selectors import sessions

log = logging.getLogger(__name__)

BEAT_SECONDS = 0.5  # people's reports are passed on at most so often …
BEAT_PER_SEAT = 0.01  # … and less often the more there are
REPEAT_SECONDS = 2.0
REST_SECONDS = 1.0  # what is seen is kept once it has rested so long
ALIVE_SECONDS = 60.0
GRACE_SECONDS = 20.0  # a connection that breaks and comes back is no leaving
ENDED, REFUSED, TOO_MANY, COME_BACK = 4410, 4403, 4429, 1012
RIGHTS = ("member.", "version.deleted", "asset.deleted", "project.deleted")  # kinds of events
WHAT_LINKS_SHOW = ("share.", "version.")


def now_ms() -> int:
    """Milliseconds since 1970: what clients measure their clocks against. Processes on several machines need NTP."""
    return time.time_ns() // 1_000_000


class SessionRoom:
    """One per session and event loop, while somebody sits here or has only just left."""

    _by_loop: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, SessionRoom]]" = weakref.WeakKeyDictionary()

    def __init__(self, row: ReviewSession, version: Version) -> None:
        self.row = row
        self.process = new_id()
        self.seats = Seats()
        self.state = state.SessionState()
        self._counted: tuple[str, int | None] = (version.pk, version.media.frame_count)
        self._loop = asyncio.get_running_loop()
        self._epoch = 0  # that this process numbers by; 0: another does
        self._claiming = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._leaving: dict[str, asyncio.Task[None]] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._judged = ""
        self._rested_at: float | None = None
        self._next = {"repeat": 0.0, "alive": 0.0}
        if row.rest:
            self.state.merge_whole(row.rest)
        else:
            # Number 0: what any process that has led says is newer.
            self.state.merge(0, state.beginning(version.pk, version.asset_id))

    @classmethod
    async def of(cls, session_id: str) -> "SessionRoom":
        """The room of a session that the caller has found by the one door."""
        rooms = cls._by_loop.setdefault(asyncio.get_running_loop(), {})
        if session_id not in rooms:
            row, version = await database_sync_to_async(_read)(session_id)
            if session_id not in rooms:  # nobody else made it meanwhile
                rooms[session_id] = cls(row, version)
        return rooms[session_id]

    # --- coming and going -------------------------------------------------------------------------------------------------

    def vacate(self, seat_id: str, user_id: str) -> None:
        """This person, if that seat is theirs, has it no longer: their page comes back otherwise."""
        self.seats.vacate(seat_id, user_id, COME_BACK)

    def room_for(self, user_id: str, browser: str) -> bool:
        """Whether this person, and this browser, may take one more seat."""
        return self.seats.room_for(user_id, browser, self._loop.time(), silent_code=COME_BACK)

    async def sit_down(self, seat: Seat, *, instead: str = "") -> None:
        """`instead`: the seat that its page says it had. Elsewhere this one is known and leads before that one is given up."""
        self.seats.here[seat.id] = seat
        if (leaving := self._leaving.pop(seat.user_id, None)) is not None:
            leaving.cancel()
        await self._tell_whole()
        if not self._tasks:
            self._start()
        await self.look_through(seat)
        await self.settle_lead(gone=instead if seat.user_id == self.row.controller_id else "")
        if instead:
            await self._say({"kind": "vacated", "seat": instead, "user": seat.user_id})
        await self._say({"kind": "ask"})

    async def stand_up(self, seat: Seat, *, at_once: bool = False) -> None:
        """The socket is closed. The person has left once they have no other and do not come back soon."""
        led = self.leads(seat)
        self.seats.here.pop(seat.id, None)
        for known, key in ((self._looking, seat.id), (self._leaving, seat.user_id)):
            if (before := known.pop(key, None)) is not None:
                before.cancel()
        self._leaving[seat.user_id] = asyncio.create_task(self._leave(seat.user_id, 0 if at_once else GRACE_SECONDS))
        if led and any(self.state.values.get(name) for name in state.HELD):
            await self._put(dict.fromkeys(state.HELD))
        await self.settle_lead()

    async def _leave(self, user_id: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._leaving.pop(user_id, None)
        if not self.seats.of_person(user_id, self._loop.time()):
            with contextlib.suppress(Exception):  # the sweep of the sessions comes later
                await database_sync_to_async(actions.leave_session)(self.row.pk, user_id)
        if not self.seats.here and not self._leaving:
            await self._stop()

    # --- what is seen -----------------------------------------------------------------------------------------------------

    async def look_through(self, seat: Seat) -> None:
        """Ask whether a guest may see what is shown now. Until that is known they are told nothing of it."""
        if seat.may_see is None:
            return
        version_id = self.state.version_id
        sees = await database_sync_to_async(seat.may_see)(version_id)
        blind = not sees or version_id != self.state.version_id  # led on meanwhile: asked anew
        if blind != seat.blind:
            seat.blind = blind
            if not seat.waiting:
                seat.catch_up()

    def _blindfold(self) -> None:
        """Another version is shown than guests were let see."""
        if self._judged == self.state.version_id:
            return
        self._judged = self.state.version_id
        for seat in self.seats.here.values():
            if seat.may_see is not None:
                seat.blind = True
                self._looking[seat.id] = asyncio.create_task(self.look_through(seat))

    def leads(self, seat: Seat) -> bool:
        lead = self.state.values.get("lead")
        return bool(lead and lead["seat"] == seat.id and lead["user"] == self.row.controller_id == seat.user_id)

    async def command(self, seat: Seat, order: dict[str, Any]) -> None:
        """Follow an order of who leads. Raises RefusedError."""
        if order.get("do") == "lead" and seat.user_id == self.row.controller_id:  # in this window of theirs
            return await self._hand_to(seat)
        if not self.leads(seat):
            raise state.RefusedError("not_leading")
        await self._put(await self._parts(seat, order))

    async def _parts(self, seat: Seat, order: dict[str, Any]) -> dict[str, Any]:
        play, do = self.state.values["play"], order.get("do")
        if do in ("play", "pause", "seek"):
            return {"play": state.played(play, order, now=now_ms(), frame_count=await self._frames_of(play["version_id"]))}
        if do == "version":
            version = await database_sync_to_async(_version_of)(self.row, order.get("version_id"), seat.may_see)
            self._counted = (version.pk, version.media.frame_count)
            other = {**play, "version_id": version.pk, "asset_id": version.asset_id}
            moved = state.played(other, {**order, "do": "seek"}, now=now_ms(), frame_count=version.media.frame_count)
            return {"play": moved, "compare": None, "pointer": None, "drawing": None}
        if do == "compare":
            compare = state.compared(order)
            if compare is not None and compare["with"] != (self.state.values.get("compare") or {}).get("with"):
                if seat.may_see is not None:  # comparing is the team's
                    raise state.RefusedError("compare")
                await database_sync_to_async(_version_of)(self.row, compare["with"], None)
            return {"compare": compare}
        if do == "pointer":
            return {"pointer": state.pointed(order)}
        if do == "drawing":
            return {"drawing": state.drawn(order)}
        raise state.RefusedError("unknown")

    async def _frames_of(self, version_id: str) -> int | None:
        """How many the version that is shown has; another process may have led to it. None while that is not known."""
        if self._counted[0] != version_id or self._counted[1] is None:
            rows = Version.objects.filter(pk=version_id).values_list("media__frame_count", flat=True)
            self._counted = (version_id, await database_sync_to_async(rows.first)())
        return self._counted[1]

    async def settle_lead(self, *, gone: str = "") -> None:
        """Whoever has control leads by one of their seats; a seat that is gone leads no more."""
        now = self._loop.time()
        lead, controller = self.state.values.get("lead"), self.row.controller_id
        if lead and lead["user"] == controller and lead["seat"] != gone and lead["seat"] in self.seats.all(now):
            return
        mine = [one for one in self.seats.here.values() if one.user_id == controller and not one.waiting]
        if mine:
            await self._hand_to(mine[-1])

    async def _hand_to(self, seat: Seat) -> None:
        """This seat leads from now on; what the one before it held is gone."""
        await self._put({"lead": {"seat": seat.id, "user": seat.user_id}, **dict.fromkeys(state.HELD)})

    async def _put(self, parts: dict[str, Any]) -> None:
        async with self._claiming:  # orders are numbered as they came, and told in that order
            while not self._epoch or self.state.number >= (self._epoch + 1) * state.EPOCH:  # or another drew a later one
                self._epoch = await database_sync_to_async(actions.claim_epoch)(self.row.pk)
            change = self.state.put(parts, epoch=self._epoch)
            self._show(change)
            await self._say({"kind": "change", "change": change.message()})

    def _show(self, change: state.Change) -> None:
        """Tell everybody here."""
        self._blindfold()
        self._rested_at = self._loop.time() if self.state.at_rest else None
        text = json.dumps(change.message())
        for seat in self.seats.here.values():
            if not seat.waiting:
                seat.put(text if seat.may_see is None else json.dumps(change.for_guest(blind=seat.blind).message()))

    def whole_for(self, seat: Seat) -> str:
        change = self.state.whole()
        return json.dumps((change if seat.may_see is None else change.for_guest(blind=seat.blind)).message(whole=True))

    def everybody_for(self, seat: Seat) -> str:
        return people_for(seat, self.seats.everybody(self._loop.time()), shown=self.state.version_id)

    # --- running ----------------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self._tasks = [
            asyncio.create_task(background.for_ever(work, "a live session"))
            for work in (self._listen, self._follow, self._beat)
        ]

    async def _stop(self) -> None:
        rooms = SessionRoom._by_loop.get(self._loop, {})
        if rooms.get(self.row.pk) is self:
            del rooms[self.row.pk]
        tasks, self._tasks = self._tasks, []
        await background.stop(tasks)

    async def _beat(self) -> None:
        await asyncio.sleep(max(BEAT_SECONDS, BEAT_PER_SEAT * len(self.seats.here)))
        now = self._loop.time()
        if (news := self.seats.news(now)) is not None:
            text = json.dumps(news)
            for seat in self.seats.here.values():
                if not seat.waiting:
                    seat.put(text if seat.may_see is None else people_for(seat, news, shown=self.state.version_id))
        if now >= self._next["repeat"]:
            self._next["repeat"] = now + REPEAT_SECONDS
            await self._tell_whole()
            await self.settle_lead()
        if self._rested_at is not None and now - self._rested_at >= REST_SECONDS and self._epoch:
            self._rested_at = None
            await database_sync_to_async(actions.keep_rest)(self.row.pk, self.state.resting())
        if now >= self._next["alive"] and self.seats.here:
            self._next["alive"] = now + ALIVE_SECONDS
            await database_sync_to_async(actions.keep_alive)(self.row.pk)

    async def _follow(self) -> None:
        """Hear of what was decided: control handed over, somebody let in, the session ended, rights taken away."""
        async with Pump.here().subscribed(self.row.project_id) as subscription:
            seq = await database_sync_to_async(_head)(self.row.project_id)
            await self._read_again()
            while True:
                for event in await subscription.after(seq):
                    seq = event.seq
                    about = event.payload.get("id" if event.kind == "session.updated" else "session_id")
                    renamed = event.kind == "guest.renamed" and self.seats.rename(event.payload)
                    if renamed or (event.kind.startswith("session.") and about == self.row.pk):
                        await self._read_again()
                    self._doubt(event.kind)
                background.heed_cancel()
                await subscription.wait(1.0)

    def _doubt(self, kind: str) -> None:
        """Have those asked anew who may have lost, by an event of this kind, what they see here."""
        shows = kind.startswith(WHAT_LINKS_SHOW) and kind != "share.used"  # that one changes nothing of what is seen
        for seat in self.seats.here.values():
            if kind.startswith(RIGHTS) or (seat.may_see is not None and shows):
                seat.look_again.set()

    async def _read_again(self) -> None:
        seats = list(self.seats.here.values())  # of who sits down meanwhile nothing is asked
        people = {seat.user_id for seat in seats}
        before, (self.row, stays) = sessions.session(self.row), await database_sync_to_async(_decided)(self.row.pk, people)
        after = sessions.session(self.row)
        for seat in seats:
            stay = stays.get(seat.user_id)
            if before != after and not seat.waiting:
                seat.put(json.dumps({"type": "session", "session": after}))
            if self.row.ended_at is not None:
                seat.close(ENDED)
            elif stay is None and seat.waiting:
                seat.refuse(REFUSED, actions.PAUSE.total_seconds())
            elif stay is None:
                seat.close(COME_BACK)
            elif seat.waiting and stay.admitted_at is not None:
                seat.waiting = False
                seat.catch_up()
        await self.settle_lead()

    # --- the other processes ----------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        layer = get_channel_layer()
        assert layer is not None, "settings name one"
        channel = await layer.new_channel()
        await layer.group_add(self._group, channel)
        try:
            await self._say({"kind": "ask"})
            while True:
                message = await layer.receive(channel)
                background.heed_cancel()
                self._heard(message)
        finally:
            await layer.group_discard(self._group, channel)

    def _heard(self, message: dict[str, Any]) -> None:
        if message["from"] == self.process:
            return
        kind = message["kind"]
        if kind == "ask":
            self._next["repeat"] = 0.0
            return
        if kind == "vacated":
            self.vacate(message["seat"], message["user"])
            return
        if kind == "change":
            change = state.Change(**{name: message["change"][name] for name in ("number", "before", "parts")})
            next_one = change.before <= self.state.number < change.number
            news = self.state.merge(change.number, change.parts)
            if news and next_one:
                self._show(change)
            elif news:  # one is missing; or this is the missing one, and later news were told as if it were known
                self._show_whole()
        else:
            self.seats.hear(message["from"], message["people"], self._loop.time())
            if self.state.merge_whole(message["state"]):
                self._show_whole()
        if self.state.number >= (self._epoch + 1) * state.EPOCH:
            self._epoch = 0  # another process has taken over

    def _show_whole(self) -> None:
        self._blindfold()
        self._rested_at = None
        for seat in self.seats.here.values():
            if not seat.waiting:
                seat.catch_up()

    async def _tell_whole(self) -> None:
        people = [seat.entry() for seat in self.seats.here.values()]
        await self._say({"kind": "whole", "state": self.state.stored(), "people": people})

    async def _say(self, message: dict[str, Any]) -> None:
        layer = get_channel_layer()
        if layer is None:
            return
        try:
            await layer.group_send(self._group, {"type": "session", "from": self.process, **message})
        except Exception:
            log.warning("the other web processes do not hear of session %s", self.row.pk, exc_info=True)

    @property
    def _group(self) -> str:
        return f"twopop.session.{self.row.pk}"


def _read(session_id: str) -> tuple[ReviewSession, Version]:
    row = ReviewSession.objects.select_related("version__asset", "version__media", "host", "controller").get(pk=session_id)
    shown = row.rest["values"]["play"]["version_id"] if row.rest else row.version_id
    return row, Version.objects.select_related("media").filter(pk=shown).first() or row.version


def _head(project_id: str) -> int:
    from review.selectors import feed

    return feed.heads([project_id])[project_id]


def _decided(session_id: str, user_ids: set[str]) -> tuple[ReviewSession, dict[str, Attendance]]:
    row = _read(session_id)[0]
    stays = sessions.attendances(session_id).filter(user_id__in=user_ids, left_at=None)
    return row, {stay.user_id: stay for stay in stays}


def _version_of(row: ReviewSession, version_id: Any, may_see: Callable[[str], bool] | None) -> Version:
    """A version that the session can be led to: one of its project, and by a guest one that they may see."""
    rows = Version.objects.select_related("asset", "media").filter(deleted_at=None, asset__deleted_at=None)
    found = rows.filter(pk=version_id, asset__project_id=row.project_id).first() if isinstance(version_id, str) else None
    if found is None or (may_see is not None and not may_see(found.pk)):
        raise state.RefusedError("version")
    return found
