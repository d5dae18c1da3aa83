"""The API's objects. `read(kind, data)` makes one of what JSON says: fields that are unknown to this release are left out."""

import dataclasses
import types
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


@dataclass(frozen=True)
class Person:
    id: str
    name: str


@dataclass(frozen=True)
class Rational:
    """`num / den`, exact."""

    num: int
    den: int


@dataclass(frozen=True)
class Rate:
    """Frames per second, exact; `drop_frame` is the file's own timecode's."""

    num: int
    den: int
    drop_frame: bool


@dataclass(frozen=True)
class ShareItem:
    """`version_id` and `number`: None where the newest version of the stack is shown, whichever that is."""

    version_id: str | None
    asset_id: str
    asset_name: str
    number: int | None


@dataclass(frozen=True)
class Share:
    """A share link. `url`: None where its secret cannot be read out any more."""

    id: str
    name: str
    items: tuple[ShareItem, ...]
    rights: tuple[str, ...]
    has_passphrase: bool
    recipients: tuple[str, ...]
    state: str
    url: str | None
    uses: int
    max_uses: int | None
    expires_at: str | None
    last_used_at: str | None


@dataclass(frozen=True)
class Project:
    id: str
    name: str
    role: str | None
    capabilities: tuple[str, ...]
    created_at: str


@dataclass(frozen=True)
class Lock:
    holder: Person
    until: str
    note: str = ""


@dataclass(frozen=True)
class Sequence:
    id: str
    project_id: str
    name: str
    position: int
    lock: Lock | None


@dataclass(frozen=True)
class Checks:
    """A version's sync report in brief. `verdict`: in_sync, fix_in_post, rerender, cannot_tell; None before there is any."""

    state: str
    verdict: str | None
    errors: int
    warnings: int
    waived: int


@dataclass(frozen=True)
class Version:
    id: str
    asset_id: str
    asset_name: str
    project_id: str
    number: int
    name: str
    original_name: str
    note: str
    created_by: Person
    created_at: str
    media_state: str
    checks: Checks
    url: str


@dataclass(frozen=True)
class Asset:
    """A stack of versions."""

    id: str
    name: str
    project_id: str
    sequence_id: str | None
    latest_version: Version | None
    version_count: int


@dataclass(frozen=True)
class Comment:
    """On `frame` (0-based) for `duration_frames` frames. `timecode` is the record timecode."""

    id: str
    version_id: str
    parent_id: str | None
    author: Person
    text: str
    internal: bool
    frame: int
    duration_frames: int
    timecode: str | None
    media_timecode: str | None
    seconds: Rational | None
    rate: Rate
    start_timecode: str | None
    annotation: dict[str, Any] | None
    annotation_frames: tuple[int, ...]
    completed_at: str | None
    completed_by: Person | None
    created_at: str
    updated_at: str
    deleted_at: str | None
    url: str
    replies: "tuple[Comment, ...]" = ()


@dataclass(frozen=True)
class Event:
    """A change of a project. `kind` "hidden": it was for others, the number alone counts."""

    seq: int
    kind: str
    payload: dict[str, Any] | None
    created_at: str

    def is_about(self, version: Version) -> bool:
        """Whether it is about that version or its stack."""
        thing, payload = self.kind.partition(".")[0], self.payload or {}
        if thing in ("version", "asset"):
            return bool(payload.get("id") == (version.id if thing == "version" else version.asset_id))
        return payload.get("version_id") == version.id or version.id in payload.get("version_ids", ())


@dataclass(frozen=True)
class Verification:
    """`result`: delivered, or what the file is instead."""

    result: str
    delivery: dict[str, Any] | None
    version: dict[str, Any] | None


def read(kind: type[T], data: Any) -> T:
    """An object of that class. Raises KeyError for a field that must be there and is not."""
    made: T = _read(kind, data)
    return made


@cache
def _fields(kind: type) -> list[tuple[str, Any, bool]]:
    hints = get_type_hints(kind)
    found: list[tuple[str, Any, bool]] = []
    for field in dataclasses.fields(kind):
        found.append((field.name, hints[field.name], field.default is dataclasses.MISSING))
    return found


def _read(kind: Any, data: Any) -> Any:
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        given = {name: _read(hint, data[name]) for name, hint, must in _fields(kind) if must or name in data}
        return kind(**given)
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], one) for one in data)
    if get_origin(kind) in (Union, types.UnionType):
        if data is None:
            return None
        (inner,) = [one for one in get_args(kind) if one is not type(None)]
        return _read(inner, data)
    return data
