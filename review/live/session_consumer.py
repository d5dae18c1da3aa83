"""The socket of a live session: `/ws/sessions/<id>`. Opening it is joining; what it says and hears stands in
docs/architecture.md ("The socket of a live session")."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from media_pipeline.ids import is_id
from review import access
from review.access import Actor, Capability
from review.actions import sessions as actions
from review.live import background
from review.live.consumers import FAILED, NOT_FOUND, RECHECK_SECONDS, SIGN_IN, TOO_MUCH, sees, stored_actor
from review.live.session_room import COME_BACK, ENDED, REFUSED, TOO_MANY, SessionRoom, now_ms
from review.live.session_seats import Seat
from review.live.session_state import RefusedError, reported
from review.models import Attendance
from review.problems import Problem
from review.selectors import sessions
from review.selectors.people import person

log = logging.getLogger(__name__)

MAX_MESSAGE = 65536  # a drawing in progress
PER_SECOND, AT_ONCE = 40.0, 80.0  # messages that one socket may send


class SessionConsumer(AsyncWebsocketConsumer):
    """Closes with 4401 (sign in), 4404 (nothing here for you), 4403 (not let in), 4410 (it is over), 4429 (too many windows of
    theirs): a client does not come back after these. With 1011 after an error of ours, or 1012: it does."""

    channel_layer_alias = "none"  # only the room listens, see LiveConsumer
    seat: Seat | None = None
    tasks: Sequence[asyncio.Task[None]] = ()
    left = False
    pause = 0  # seconds until whoever was not let in may ask again

    async def __call__(self, *given: Any) -> None:
        """Whatever ends the socket, also an error while somebody is answered who is gone: nobody keeps sitting there."""
        try:
            await super().__call__(*given)
        finally:
            await self._give_up_seat()

    async def connect(self) -> None:
        await self.accept()
        self.allowance, self.counted_at = AT_ONCE, asyncio.get_running_loop().time()
        self.session_id: str = self.scope["url_route"]["kwargs"]["session_id"]
        self.session_key: str | None = self.scope["session"].session_key
        self.by_link = False
        stay, code, may_lead = await database_sync_to_async(self._join)()
        if stay is None:
            if code == REFUSED:
                await self._say({"type": "pause", "seconds": self.pause})
            await self.close(code)
            return
        self.room = await SessionRoom.of(self.session_id)
        former = self._former  # what is known of it here may be nothing: other processes look, too
        self.room.vacate(former, stay.user_id)
        if not self.room.room_for(stay.user_id, self.session_key or ""):
            await self.close(TOO_MANY)
            return
        may_see = self._may_see if self.by_link else None
        waiting = stay.admitted_at is None
        self.seat = Seat(person(stay.user), self.session_key or "", self.counted_at, waiting=waiting, may_see=may_see)
        self.seat.blind = self.by_link
        await self.room.sit_down(self.seat, instead=former)
        you = {"seat": self.seat.id, "person": self.seat.person, "may_lead": may_lead}
        hello = {"type": "hello", "session": sessions.session(self.room.row), "you": you, "now": now_ms()}
        await self._say({**hello, "waiting": self.seat.waiting})
        if not self.seat.waiting:
            self.seat.catch_up()
        self.tasks = [asyncio.create_task(self._safely(work)) for work in (self._send_for_ever, self._recheck)]

    @property
    def _former(self) -> str:
        """The seat that the page had before its connection broke, by its own word. "" without one."""
        named = parse_qs(self.scope["query_string"].decode("latin-1")).get("instead", [""])[0]
        return named if is_id(named) else ""

    async def disconnect(self, code: int) -> None:
        await self._give_up_seat()

    async def _give_up_seat(self) -> None:
        await background.stop(self.tasks)
        seat, self.seat = self.seat, None
        if seat is not None:
            await self.room.stand_up(seat, at_once=self.left)

    # --- access -----------------------------------------------------------------------------------------------------------

    def _join(self) -> tuple[Attendance | None, int, bool]:
        actor = stored_actor(self.session_key, guests=True)
        if actor.is_nobody or actor.user is None:  # a guest gives a name first
            return None, SIGN_IN, False
        try:
            stay = actions.join_session(actor, self.session_id)
        except access.NotFound:
            return None, NOT_FOUND, False
        except actions.TooSoon as error:
            self.pause = error.seconds
            return None, REFUSED, False
        except Problem:
            return None, ENDED, False
        project_id = stay.session.project_id
        self.by_link = self._came_by_link(actor, project_id)
        return stay, 0, Capability.LEAD_SESSION in actor.capabilities(project_id)

    @staticmethod
    def _came_by_link(actor: Actor, project_id: str) -> bool:
        """Whether they are here by a share link alone, as guests are and people with an account, but no role here."""
        return Capability.VIEW not in actor.capabilities(project_id)

    def _may_see(self, version_id: str) -> bool:
        return sees(stored_actor(self.session_key, guests=True), version_id)

    def _look(self) -> int:
        actor = stored_actor(self.session_key, guests=True)
        if actor.is_nobody:
            return SIGN_IN
        try:
            row = access.session(actor, self.session_id)
        except access.NotFound:
            return NOT_FOUND
        return 0 if self._came_by_link(actor, row.project_id) == self.by_link else COME_BACK  # as who they are now

    async def _recheck(self) -> None:
        """Rights may be taken away while somebody watches."""
        assert self.seat is not None
        while True:
            await background.wait_for_bell(self.seat.look_again, RECHECK_SECONDS)
            if code := await database_sync_to_async(self._look)():
                self.left = code != COME_BACK
                self.seat.close(code)
                return
            await self.room.look_through(self.seat)
            background.heed_cancel()

    # --- hearing ----------------------------------------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if bytes_data or text_data is None or len(text_data) > MAX_MESSAGE:
            await self.close(TOO_MUCH)
            return
        with contextlib.suppress(ValueError, RecursionError):  # what is no JSON is not for us
            content = json.loads(text_data)
            if isinstance(content, dict) and self.seat is not None:
                await self._hear(self.seat, content)

    async def _hear(self, seat: Seat, content: dict[str, Any]) -> None:
        kind = content.get("type")
        seat.heard_at = asyncio.get_running_loop().time()
        if kind == "leave":
            self.left = True
            seat.close(1000)
            return
        try:
            self._count()
            if kind == "ping":
                await self._say({"type": "pong", "sent": content.get("sent"), "now": now_ms()})
            elif seat.waiting:
                return
            elif kind == "whole":
                seat.catch_up()
            elif kind == "report":
                seat.report = reported(content)
            elif kind == "do":
                await self.room.command(seat, content)
        except RefusedError as error:
            await self._say({"type": "refused", "do": content.get("do"), "code": error.code})

    def _count(self) -> None:
        """Raise RefusedError for one who sends more than a page of ours ever would."""
        now = asyncio.get_running_loop().time()
        self.allowance = min(AT_ONCE, self.allowance + (now - self.counted_at) * PER_SECOND)
        self.counted_at = now
        if self.allowance < 1:
            raise RefusedError("too_fast")
        self.allowance -= 1

    # --- sending ----------------------------------------------------------------------------------------------------------

    async def _send_for_ever(self) -> None:
        assert self.seat is not None
        while True:
            text = await self.seat.take()
            if text is None:
                await self.send(text_data=self.room.whole_for(self.seat))
                await self.send(text_data=self.room.everybody_for(self.seat))
            elif text:
                await self.send(text_data=text)
            else:
                await self.close(self.seat.closing)
                return

    async def _say(self, message: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(message))

    async def _safely(self, work: Any) -> None:
        try:
            await work()
        except Exception:
            log.exception("a socket of session %s is closed", self.session_id)
            await self.close(FAILED)
