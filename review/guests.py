"""Guests: people who came by share links, in a browser that the links let in. They have exactly what the links grant, version
by version (Actor.capabilities_on), and nothing of what is asked by project."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from review.models import Share, SharePass, User, Version
from review.watermarks import OwnMark, mark_for

PASSES = "share_passes"  # in a session: ids of SharePass, the oldest first
GUEST = "share_guest"  # in a session: id of the guest's User, once a name was given


@dataclass(frozen=True)
class Guest:
    """What a browser's session says of links it was let in by. Nothing is read before it is asked for."""

    pass_ids: tuple[str, ...] = ()
    user_id: str = ""
    _passes: list[SharePass] = field(default_factory=list, compare=False, repr=False)
    _read: list[bool] = field(default_factory=list, compare=False, repr=False)

    @classmethod
    def of(cls, session: Mapping[str, Any] | None) -> "Guest":
        """Of a Django session; nobody without one."""
        if session is None:
            return NOBODY
        passes = session.get(PASSES)
        return cls(tuple(passes), session.get(GUEST) or "") if passes else NOBODY

    @property
    def passes(self) -> list[SharePass]:
        """Those that count now, with their links and what these show. Two queries, once."""
        if self.pass_ids and not self._read:
            self._read.append(True)
            self._passes.extend(in_force(self.pass_ids))
        return self._passes

    def user(self) -> User | None:
        """The row that stands for this guest; None before a name was given, and where no link lets the browser in."""
        if not self.user_id or not self.passes:
            return None
        return User.objects.filter(pk=self.user_id, is_guest=True).first()

    def shares_of(self, version: Version) -> list[Share]:
        """The links that let this browser see the version."""
        return [one.share for one in self.passes if shows(one.share, version)]

    def mark_on(self, version: Version) -> OwnMark | None:
        """What its pictures of the version must carry."""
        return mark_for(one for one in self.passes if shows(one.share, version))


NOBODY = Guest()


def in_force(pass_ids: Iterable[str]) -> list[SharePass]:
    """Of these passes, those that still let somebody in."""
    rows = SharePass.objects.filter(pk__in=list(pass_ids), share__revoked_at=None, share__project__archived_at=None)
    found = rows.select_related("share").prefetch_related("share__items__version").order_by("created_at", "pk")
    return [one for one in found if still_holds(one)]


def still_holds(one: SharePass) -> bool:
    """Whether the link is in force, and what was proved at its door is what it still asks for."""
    share = one.share
    if not is_open(share):
        return False
    known = one.email in share.recipients if share.recipients else bool(one.burned_name) or not share.asks_name
    return one.key_number == share.key_number and known


def is_open(share: Share) -> bool:
    """Whether the link is in force: neither revoked nor over. How often it was used only counts at its door."""
    return share.revoked_at is None and (share.expires_at is None or share.expires_at > timezone.now())


def shows(share: Share, version: Version) -> bool:
    """Whether the link shows this version: named itself, the newest of a stack, or an earlier one if it allows."""
    earlier = "see_versions" in share.rights
    for item in share.items.all():
        if item.version_id == version.pk:
            return True
        if item.asset_id == version.asset_id and (earlier or newest_id(version.asset_id) == version.pk):
            return True
        pinned = item.version
        if earlier and pinned is not None and pinned.asset_id == version.asset_id and version.number < pinned.number:
            return True
    return False


def newest_id(asset_id: str) -> str | None:
    """Id of a stack's newest version."""
    rows = Version.objects.filter(asset_id=asset_id, deleted_at=None).order_by("-number")
    return rows.values_list("pk", flat=True).first()
