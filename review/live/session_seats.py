"""The places of a live session in this web process, and who sits elsewhere."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from media_pipeline.ids import new_id

MOST_SEATS = 5  # of one person or browser in a session: everybody is told of every seat
SILENT_SECONDS = 8.0  # whoever was not heard for so long makes room: a connection that broke is not noticed at once
MOST_WAITING = 64  # messages for one socket; who is further behind gets the newest state instead
REMOTE_FOR = 10.0  # seconds that seats of another process count without a word from it

Entry = dict[str, Any]


@dataclass(eq=False)
class Seat:
    """One socket's place. Others put messages in; the socket takes them out at its own pace."""

    person: dict[str, str]
    browser: str = ""  # key of its session
    heard_at: float = 0.0  # pages ping every five seconds
    waiting: bool = False
    # Of guests of share links: may they see that version? (Asks the database.) None: sees all that the session is led to.
    may_see: Callable[[str], bool] | None = None
    blind: bool = False  # may not see the version that is shown now, or it is not known yet
    id: str = field(default_factory=new_id)
    report: dict[str, Any] | None = None
    closing: int | None = None  # close with this code when all is sent
    look_again: asyncio.Event = field(default_factory=asyncio.Event)  # whether they may still be here was decided anew
    _messages: deque[str] = field(default_factory=deque)
    _behind: bool = False
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def user_id(self) -> str:
        return self.person["id"]

    def put(self, text: str) -> None:
        """Queue a message. With too many before it all are dropped, and the newest state takes their place."""
        if self._behind:
            return
        if len(self._messages) >= MOST_WAITING:
            self.catch_up()
            return
        self._messages.append(text)
        self._bell.set()

    def catch_up(self) -> None:
        """Forget what waits: the next message is the newest state."""
        self._messages.clear()
        self._behind = True
        self._bell.set()

    def refuse(self, code: int, seconds: float) -> None:
        """They are not let in, and may ask again after so long."""
        self.put(json.dumps({"type": "pause", "seconds": round(seconds)}))
        self.close(code)

    def close(self, code: int) -> None:
        self.closing = code
        self._bell.set()

    async def take(self) -> str | None:
        """The next message; None: send the newest state. Returns "" once the socket is to be closed."""
        while True:
            if self._behind:
                self._behind = False
                return None
            if self._messages:
                return self._messages.popleft()
            if self.closing is not None:
                return ""
            self._bell.clear()
            await self._bell.wait()

    def entry(self) -> Entry:
        """What others are told of it."""
        return {"seat": self.id, "person": self.person, "waiting": self.waiting, "report": self.report}


class Seats:
    """Those of this process and, by what they tell, those of the others."""

    def __init__(self) -> None:
        self.here: dict[str, Seat] = {}
        self._elsewhere: dict[str, tuple[float, dict[str, Entry]]] = {}
        self._told: dict[str, Entry] = {}

    def hear(self, process: str, entries: list[Entry], now: float) -> None:
        """Another process says who sits there."""
        self._elsewhere[process] = (now + REMOTE_FOR, {one["seat"]: one for one in entries})

    def vacate(self, seat_id: str, user_id: str, code: int) -> None:
        """Give up a seat of this person, who has another instead: its connection broke, which nobody may have noticed yet.
        Here its socket is closed with `code`. Nothing happens if they have no such seat."""
        here = self.here.get(seat_id)
        if here is not None and here.user_id == user_id:
            del self.here[seat_id]
            here.close(code)
        for _, entries in self._elsewhere.values():
            if seat_id in entries and entries[seat_id]["person"]["id"] == user_id:
                del entries[seat_id]

    def all(self, now: float) -> dict[str, Entry]:
        self._elsewhere = {name: known for name, known in self._elsewhere.items() if known[0] > now}
        everybody = {pk: seat.entry() for pk, seat in self.here.items()}
        for _, entries in self._elsewhere.values():
            everybody.update(entries)
        return everybody

    def rename(self, person: dict[str, Any]) -> bool:
        """Somebody is called otherwise; whether they sit here."""
        theirs = [seat for seat in self.here.values() if seat.user_id == person["id"]]
        for seat in theirs:
            seat.person = person
        return bool(theirs)

    def of_person(self, user_id: str, now: float) -> int:
        """How many seats this person has anywhere."""
        return sum(one["person"]["id"] == user_id for one in self.all(now).values())

    def room_for(self, user_id: str, browser: str, now: float, *, silent_code: int) -> bool:
        """Whether they may take one more; for that, those of theirs that are silent are closed with this code."""
        theirs = [seat for seat in self.here.values() if user_id == seat.user_id or browser == seat.browser]
        mine = sorted((seat for seat in theirs if seat.closing is None), key=lambda seat: seat.heard_at)
        free = MOST_SEATS - (self.of_person(user_id, now) - sum(seat.user_id == user_id for seat in self.here.values()))
        while len(mine) >= free and mine and mine[0].heard_at < now - SILENT_SECONDS:
            mine.pop(0).close(silent_code)
        return len(mine) < free

    def news(self, now: float) -> dict[str, Any] | None:
        """The message that tells what is new of people since the last call; None if nothing is."""
        present = self.all(now)
        changed = [one for pk, one in present.items() if self._told.get(pk) != one]
        gone = [pk for pk in self._told if pk not in present]
        self._told = present
        return {"type": "people", "whole": False, "people": changed, "gone": gone} if changed or gone else None

    def everybody(self, now: float) -> dict[str, Any]:
        """The same for somebody who knows nothing yet."""
        return {"type": "people", "whole": True, "people": list(self.all(now).values()), "gone": []}


def people_for(seat: Seat, message: dict[str, Any], *, shown: str) -> str:
    """news() or everybody() as this seat is told it. `shown`: id of the version that everybody is led to.

    A guest hears of nobody who waits, and what others see only where it is what they see themselves.
    """
    if seat.may_see is None:
        return json.dumps(message)
    told = []
    for one in message["people"]:
        report = one["report"]
        hidden = report is not None and one["seat"] != seat.id and (seat.blind or report["version_id"] != shown)
        if not one["waiting"]:
            told.append({**one, "report": None} if hidden else one)
    return json.dumps({**message, "people": told})
