"""What everybody in a live session sees: a few parts, each as it was last set. Pure: no sockets, no clock of its own.

One web process at a time numbers the changes: it drew the session's epoch from the database, and numbers are
`epoch · 2^32 + count`. They only grow, whoever numbers them, so that of two values of a part the one with the higher number
counts, in whatever order they arrive and whatever is lost between.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import gcd
from typing import Any

from review import annotations
from review.problems import Problem

EPOCH = 2**32
MAX_FRAME = 2**31 - 1
FASTEST = 16  # times the speed of the picture, as the player allows
EARLIEST_MS, LATEST_MS = -2000, 200  # how far from now a client may say that its picture began to move
PLANE = 65535  # points lie within 0 … 65535 each way over the upright picture, as those of drawings
MODES = ("side", "wipe", "overlay", "difference", "flip")
MOST_SHAPES = 200
PARTS = ("play", "compare", "pointer", "drawing", "lead")
HELD = ("pointer", "drawing")  # end with the seat that leads


class RefusedError(Exception):
    """A command that cannot be followed; `code` tells which way."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Change:
    """`number` of this change, and of the one `before` it: whoever has not got that one has missed something."""

    number: int
    before: int
    parts: dict[str, Any]

    def message(self, *, whole: bool = False) -> dict[str, Any]:
        return {"type": "state", "number": self.number, "before": self.before, "whole": whole, "parts": self.parts}

    def for_guest(self, *, blind: bool) -> "Change":
        """What a guest is told: never what the version is compared with, only that it is; and where they may not see it
        (`blind`) only that there is one."""
        kept = ("lead",) if blind else ("lead", "play", "pointer", "drawing")
        parts = {name: value if name in kept else None for name, value in self.parts.items()}
        if not blind and self.parts.get("compare"):
            parts["compare"] = {"with": None}
        return Change(self.number, self.before, parts)


@dataclass
class SessionState:
    """The parts with their numbers. `number` is the highest that was seen."""

    values: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    number: int = 0

    def put(self, parts: Mapping[str, Any], *, epoch: int) -> Change:
        """Set these parts, by the process that holds `epoch`."""
        before = self.number
        number = max(before + 1, epoch * EPOCH)
        assert number < (epoch + 1) * EPOCH, "another process numbers by now"
        change = Change(number, before, dict(parts))
        self.merge(number, change.parts)
        return change

    def merge(self, number: int, parts: Mapping[str, Any]) -> bool:
        """Take a change that another process numbered. False if it brought nothing new."""
        news = False
        for name, value in parts.items():
            if number > self.numbers.get(name, -1):
                self.values[name], self.numbers[name] = value, number
                news = True
        self.number = max(self.number, number)
        return news

    def whole(self) -> Change:
        """Everything, as whoever comes late is told it."""
        return Change(self.number, self.number, dict(self.values))

    def stored(self) -> dict[str, Any]:
        return {"number": self.number, "values": self.values, "numbers": self.numbers}

    def resting(self) -> dict[str, Any]:
        """The same without what somebody holds in their hand: who comes back later finds neither pointer nor stroke."""
        return {**self.stored(), "values": self.values | dict.fromkeys(HELD)}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "SessionState":
        return cls(dict(stored["values"]), dict(stored["numbers"]), stored["number"])

    def merge_whole(self, stored: Mapping[str, Any]) -> bool:
        """Take what another process knows, part by part."""
        news = [self.merge(stored["numbers"][name], {name: value}) for name, value in stored["values"].items()]
        self.number = max(self.number, stored["number"])
        return any(news)

    @property
    def at_rest(self) -> bool:
        return not self.values.get("play", {}).get("playing", False)

    @property
    def version_id(self) -> str:
        return str(self.values.get("play", {}).get("version_id", ""))


def beginning(version_id: str, asset_id: str) -> dict[str, Any]:
    """The parts of a session that just began."""
    play = {"version_id": version_id, "asset_id": asset_id, "frame": 0, "playing": False, "num": 1, "den": 1, "since": 0}
    return {"play": play, "compare": None, "pointer": None, "drawing": None, "lead": None}


def played(play: Mapping[str, Any], order: Mapping[str, Any], *, now: int, frame_count: int | None) -> dict[str, Any]:
    """The part `play` after {"do": "play" | "pause" | "seek", "frame", "num"?, "den"?, "at"?}. `now` and `since` are
    milliseconds since 1970 by the server's clock; `at`: when the picture was on `frame`, as the client reckons."""
    frame = whole_number(order.get("frame"), 0, MAX_FRAME)
    if frame_count is not None:
        frame = min(frame, frame_count - 1)
    playing = order["do"] == "play"
    num, den = play["num"], play["den"]
    if "num" in order or "den" in order:
        num = whole_number(order.get("num"), -FASTEST * 1000, FASTEST * 1000)
        den = whole_number(order.get("den"), 1, 1000)
        if num == 0 or abs(num) > FASTEST * den:
            raise RefusedError("speed")
        num, den = num // gcd(num, den), den // gcd(num, den)
    since = now
    if "at" in order:
        since = min(max(whole_number(order["at"], 0, 2**53), now + EARLIEST_MS), now + LATEST_MS)
    return {**play, "frame": frame, "playing": playing, "num": num, "den": den, "since": since}


def compared(order: Mapping[str, Any]) -> dict[str, Any] | None:
    """The part `compare` after {"do": "compare", "with": version_id | null, "mode", "wipe", "opacity", "gain", "flipped",
    "offset"}: percent, percent, times, and frames."""
    other = order.get("with")
    if other is None:
        return None
    if (
        not isinstance(other, str)
        or len(other) > 16
        or order.get("mode") not in MODES
        or not isinstance(order.get("flipped"), bool)
    ):
        raise RefusedError("compare")
    return {
        "with": other,
        "mode": order["mode"],
        "wipe": whole_number(order.get("wipe"), 0, 100),
        "opacity": whole_number(order.get("opacity"), 0, 100),
        "gain": whole_number(order.get("gain"), 1, 64),
        "flipped": order["flipped"],
        "offset": whole_number(order.get("offset"), -MAX_FRAME, MAX_FRAME),
    }


def pointed(order: Mapping[str, Any]) -> dict[str, int] | None:
    """The part `pointer` after {"do": "pointer", "x", "y"} (null: it points at nothing)."""
    if order.get("x") is None:
        return None
    return {"x": whole_number(order.get("x"), 0, PLANE), "y": whole_number(order.get("y"), 0, PLANE)}


def drawn(order: Mapping[str, Any]) -> dict[str, Any] | None:
    """The part `drawing` after {"do": "drawing", "frame", "shapes"}: what is being drawn there, not sent as a comment yet.
    The shapes are those of comments, held to the same rules."""
    shapes = order.get("shapes")
    if not shapes:
        return None
    if not isinstance(shapes, list) or len(shapes) > MOST_SHAPES:
        raise RefusedError("drawing")
    frame = whole_number(order.get("frame"), 0, MAX_FRAME)
    try:
        annotations.checked({"v": annotations.VERSION, "shapes": shapes}, first=frame, duration_frames=1)
    except Problem:
        raise RefusedError("drawing") from None
    return {"frame": frame, "shapes": shapes}


def whole_number(value: Any, least: int, most: int) -> int:
    """`value`, if it is an integer within these bounds (no boolean, no float)."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise RefusedError("number")
    return value


def reported(content: Mapping[str, Any]) -> dict[str, Any]:
    """What an attendee's page says that it shows: {"frame", "at_rest", "lag", "buffering", "following", "version_id"}; `lag` in
    frames behind where it should be (negative: ahead) while it plays."""
    version = content.get("version_id")
    if not isinstance(version, str) or len(version) > 16:
        raise RefusedError("report")
    flags = {name: content.get(name) for name in ("at_rest", "buffering", "following")}
    if not all(isinstance(flag, bool) for flag in flags.values()):
        raise RefusedError("report")
    frame = whole_number(content.get("frame"), 0, MAX_FRAME)
    lag = whole_number(content.get("lag"), -MAX_FRAME, MAX_FRAME)
    return {"version_id": version, "frame": frame, "lag": lag, **flags}
