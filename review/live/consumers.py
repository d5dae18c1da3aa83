"""The socket of a project or of one version: `/ws/projects/<id>?after=<seq>`, `/ws/versions/<id>?after=<seq>`. Sends events by
number, without gaps, and progress between. It is opened by the session of a page, or by a ticket (`&ticket=`)."""

import asyncio
import contextlib
import logging
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.contrib.auth import get_user

from review import access
from review.access import Actor, Capability
from review.actions import socket_tickets
from review.live import background
from review.live.pump import Pump, Subscription
from review.models import Event, Version
from review.selectors import feed, people

log = logging.getLogger(__name__)

RECHECK_SECONDS = 20.0
SIGN_IN, NOT_FOUND, TOO_MUCH = 4401, 4404, 4408
FAILED = 1011
MAX_SEQ = 2**63 - 1
MAX_MESSAGE = 4096


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """Closes with 4401 (sign in, or: ask for a new ticket) or 4404 (no such project or version for you): a client does not come
    back after either. With 1011 after an error of ours (the database is away): it does."""

    # Sockets do not listen to the channel layer: only the pump does. So an outage of Redis closes nobody's socket.
    channel_layer_alias = "none"

    async def connect(self) -> None:
        await self.accept()
        self.sending: asyncio.Task[None] | None = None
        self.resume_after: int | None = None
        query = parse_qs(self.scope["query_string"].decode("latin-1"), keep_blank_values=True)
        self.seq = _sequence_number(query.get("after", [""])[0])
        place: dict[str, str] = self.scope["url_route"]["kwargs"]
        self.project_id = place.get("project_id", "")
        self.version: Version | None = None
        self.version_id = place.get("version_id", "")
        self.base = _base_url(self.scope)
        self.receiver = feed.Receiver()
        self.token_id: str | None = None
        self.session_key: str | None = None
        if "ticket" in query:  # then cookies count for nothing, also if it is no good
            if not await database_sync_to_async(self._redeem)(query["ticket"][0]):
                await self.close(SIGN_IN)
                return
        else:
            self.session_key = self.scope["session"].session_key
        if await self._check():
            self.sending = asyncio.create_task(self._send_for_ever())

    async def disconnect(self, code: int) -> None:
        if self.sending is not None:
            await background.stop([self.sending])

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        if bytes_data or (text_data is not None and len(text_data) > MAX_MESSAGE):
            await self.close(TOO_MUCH)
            return
        with contextlib.suppress(ValueError, RecursionError):  # what is no JSON is not for us
            await super().receive(text_data=text_data, **kwargs)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """{"type": "resume", "after": seq}: send again from there."""
        if isinstance(content, dict) and content.get("type") == "resume" and self.sending is not None:
            after = _sequence_number(content.get("after"))
            if after is not None:
                self.resume_after = after  # taken up between two batches
                self.subscription.ring()

    # --- access -----------------------------------------------------------------------------------------------------

    async def _check(self) -> bool:
        """Read the session or token and the membership afresh; close the socket if either is gone."""
        code, self.receiver, head = await database_sync_to_async(self._look)()
        if code:
            await self.close(code)
        elif self.seq is None or self.seq > head:
            self.seq = head  # from now on
        return not code

    def _redeem(self, secret: str) -> bool:
        ticket = socket_tickets.redeem_ticket(secret, project_id=self.project_id, version_id=self.version_id)
        if ticket is not None:
            self.token_id, self.session_key = ticket.token_id, ticket.session_key or None
        return ticket is not None

    def _actor(self) -> Actor:
        """Who listens, as it is stored now: a session may have been ended since the socket was opened, a token revoked."""
        if self.token_id is not None:
            token = people.tokens_in_force().filter(pk=self.token_id).first()
            return Actor(None if token is None else token.user, token)
        return stored_actor(self.session_key, guests=bool(self.version_id))

    def _look(self) -> tuple[int, feed.Receiver, int]:
        """Why the socket is to be closed (0: it is not), what its receiver may be told, and the number of the newest event."""
        actor = self._actor()
        if actor.is_nobody:
            return SIGN_IN, feed.Receiver(), 0
        try:
            if self.version_id:
                self.version = access.version(actor, self.version_id)
                project, granted = self.version.asset.project, actor.capabilities_on(self.version)
                self.project_id = project.pk
            else:
                project = access.project(actor, self.project_id)
                granted = actor.capabilities(project.pk)
        except access.NotFound:
            return NOT_FOUND, feed.Receiver(), 0
        by_link = [] if self.version is None else actor.shares_of(self.version)
        receiver = feed.Receiver(
            user_id="" if actor.user is None else actor.user.pk,
            sees_internal=Capability.SEE_INTERNAL in granted,
            guest=bool(by_link),
            sees_comments=Capability.SEE_COMMENTS in granted,
            sees_versions=Capability.SEE_VERSIONS in granted,
        )
        return 0, receiver, project.event_seq

    # --- sending ----------------------------------------------------------------------------------------------------

    async def _send_for_ever(self) -> None:
        async with Pump.here().subscribed(self.project_id) as self.subscription:
            try:
                await self._send_all(self.subscription)
            except Exception:
                log.exception("a socket of project %s is closed", self.project_id)
                # An open one that sends nothing would look alive. Closed before the subscription ends: that may take the
                # pump seconds, where it has to let go of Redis.
                await self.close(FAILED)

    async def _send_all(self, subscription: Subscription) -> None:
        loop = asyncio.get_running_loop()
        await self.send_json({"type": "hello", "seq": self.seq})
        checked = loop.time()
        while True:
            if loop.time() - checked > RECHECK_SECONDS:
                checked = loop.time()
                if not await self._check():
                    return
            background.heed_cancel()
            if not await self._send_new(subscription):
                await subscription.wait(1.0)

    async def _send_new(self, subscription: Subscription) -> bool:
        """Send one batch of what is new. False if there was nothing."""
        for media_id, jobs in subscription.take_progress().items():
            if self.receiver.guest:
                continue  # steps have names, and the copies of other links are jobs too: guests ask how far theirs is
            if self.version is None or self.version.media_id == media_id:
                await self.send_json({"type": "progress", "media_id": media_id, "jobs": jobs})
        if self.resume_after is not None:
            self.seq, self.resume_after = self.resume_after, None
        assert self.seq is not None, "set by _check"
        fresh = await subscription.after(self.seq)
        old = feed.old_comments(fresh)
        withdrawn = await database_sync_to_async(feed.withdrawn)(old) if old else {}
        reworded = await database_sync_to_async(feed.reworded)(fresh) if old and self.receiver.guest else frozenset()
        for event in fresh:
            if self._concerns_access(event.kind, event.payload) and not await self._check():
                raise asyncio.CancelledError
            if event.seq <= self.seq:
                continue
            one = self.version
            wanted = one is None or feed.is_about(event, version_id=one.pk, asset_id=one.asset_id)
            if not wanted and self.receiver.guest and event.kind in feed.SESSIONS:  # a link may show more than this version
                wanted = await database_sync_to_async(self._sees)(event.payload["version_id"])
            wanted = wanted and event.seq not in reworded
            told = await self._told(event, withdrawn, wanted=wanted)
            await self.send_json(told)
            self.seq = event.seq
        return bool(fresh)

    async def _told(self, event: Event, withdrawn: dict[str, str], *, wanted: bool) -> dict[str, Any]:
        given: dict[str, Any] = {"base": self.base, "withdrawn": withdrawn, "wanted": wanted, "version_id": self.version_id}
        if self.receiver.guest and event.kind.startswith(("comment.", "guest.")):  # what answers them is looked up
            return await database_sync_to_async(feed.event_for)(self.receiver, event, **given)
        return feed.event_for(self.receiver, event, **given)

    def _sees(self, version_id: str) -> bool:
        return sees(self._actor(), version_id)

    def _concerns_access(self, kind: str, payload: dict[str, Any]) -> bool:
        if kind == "project.deleted" or (kind.startswith("member.") and payload["user"]["id"] == self.receiver.user_id):
            return True
        if self.receiver.guest and kind.startswith(("share.", "version.", "member.")):  # a stack may have a newer version now
            return kind != "share.used"
        return self.version is not None and kind in ("version.deleted", "asset.deleted")


def stored_actor(session_key: str | None, *, guests: bool) -> Actor:
    """Who a page's session belongs to now; `guests`: what share links let it see counts."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(_Request(store))  # type: ignore[arg-type]  # all it needs
    return Actor.of({"user": user, "session": store}, guests=guests)


def sees(actor: Actor, version_id: str) -> bool:
    """Whether the actor may see that version."""
    try:
        access.version(actor, version_id)
    except access.NotFound:
        return False
    return True


class _Request:
    """What django.contrib.auth.get_user needs of a request."""

    def __init__(self, session: Any) -> None:
        self.session = session


def _sequence_number(value: Any) -> int | None:
    """A number that a client may give; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_SEQ else None


def _base_url(scope: Any) -> str:
    """Scheme and host of this installation, as the browser that opened the socket sees it."""
    if settings.PUBLIC_URL:
        return str(settings.PUBLIC_URL)
    headers = dict(scope["headers"])
    scheme = {"wss": "https", "https": "https"}.get(scope.get("scheme", "ws"), "http")
    return f"{scheme}://{headers.get(b'host', b'localhost').decode('latin-1')}"
