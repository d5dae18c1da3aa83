"""The outbox as clients read it: by number, over the socket or the gap filler."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from review.events import is_for
from review.models import Comment, Event, Project
from review.selectors.comments import without_source, without_words
from review.selectors.links import absolute
from review.selectors.stamps import stamp


def after(project_id: str, seq: int, *, limit: int) -> list[Event]:
    """The events with numbers above `seq`, in order, at most `limit`."""
    return list(Event.objects.filter(project_id=project_id, seq__gt=seq).order_by("seq")[:limit])


def heads(project_ids: list[str]) -> dict[str, int]:
    """Number of the newest event of each project."""
    return dict(Project.objects.filter(pk__in=project_ids).values_list("pk", "event_seq"))


DELETED, INTERNAL = "deleted", "internal"
SPEAKING = ("comment.created", "comment.updated", "comment.restored")  # kinds whose payload holds a text
SESSIONS = ("session.created", "session.updated")
RENAMED = "guest.renamed"
FOR_GUESTS = ("media.changed", *SESSIONS)  # beside comments
NEW_FOR = timedelta(seconds=5)  # so long an event is as good as what it tells of


def old_comments(rows: Iterable[Event]) -> list[str]:
    """Ids of comments whose text stands in events that are not new: withdrawn() must be asked of them."""
    horizon = timezone.now() - NEW_FOR
    return [row.payload["id"] for row in rows if row.kind in SPEAKING and row.created_at < horizon]


def withdrawn(comment_ids: Iterable[str]) -> dict[str, str]:
    """Which of these comments may no longer be read as they once were, and why: DELETED (or their version is), INTERNAL.

    The outbox remembers every text; who reads it later must not learn more than from the comments themselves.
    """
    ids = list(comment_ids)
    kept = Comment.objects.filter(pk__in=ids, deleted_at=None, version__deleted_at=None, version__asset__deleted_at=None)
    hidden = Q(internal=True) | Q(parent__internal=True)
    found = dict.fromkeys(ids, DELETED)
    for pk in kept.values_list("pk", flat=True):
        del found[pk]
    return found | dict.fromkeys(kept.filter(hidden).values_list("pk", flat=True), INTERNAL)


def reworded(rows: Iterable[Event]) -> set[int]:
    """Numbers of those events whose comment has other words by now. A later event tells them: who may not read what comments
    said before they were edited is told that one alone."""
    said = {row.seq: row.payload for row in rows if row.kind in SPEAKING}
    now = dict(Comment.objects.filter(pk__in={one["id"] for one in said.values()}).values_list("pk", "text"))
    return {seq for seq, one in said.items() if now.get(one["id"]) != one["text"]}


def event(row: Event, *, sees_internal: bool, base: str, withdrawn: Mapping[str, str], wanted: bool = True) -> dict[str, Any]:
    """One event for one receiver. Not meant for them, or not `wanted`: the number alone, so that they see no gap."""
    shown: dict[str, Any] = {"type": "event", "seq": row.seq, "created_at": stamp(row.created_at)}
    why = withdrawn.get(row.payload["id"], "") if row.kind in SPEAKING else ""
    if not wanted or not is_for(row.audience, sees_internal=sees_internal) or (why == INTERNAL and not sees_internal):
        return {**shown, "kind": "hidden", "payload": None}
    payload = without_words(row.payload) if why == DELETED else row.payload
    return {**shown, "kind": row.kind, "payload": absolute(payload, base)}


@dataclass(frozen=True)
class Receiver:
    """Who listens. A `guest` came by a share link, to one version."""

    user_id: str = ""
    sees_internal: bool = False
    guest: bool = False
    sees_comments: bool = False  # those of others
    sees_versions: bool = False  # earlier ones


def event_for(
    to: Receiver, row: Event, *, base: str, withdrawn: Mapping[str, str], wanted: bool = True, version_id: str = ""
) -> dict[str, Any]:
    """event() for this receiver. Guests are told of picture and conversation: comments on the version (with SEE_COMMENTS all
    of them, else their own and the answers to these), that there is more of its media, and live sessions on what they see.
    Of other guests they learn a new name where they read what these wrote. Nothing else has a payload."""
    if to.guest and wanted:
        spoken = row.kind.startswith("comment.") and _heard(to, row.payload)
        wanted = row.kind in FOR_GUESTS or spoken or (row.kind == RENAMED and _reads(to, row.payload["id"], version_id))
    told = event(row, sees_internal=to.sees_internal, base=base, withdrawn=withdrawn, wanted=wanted)
    if to.guest and told["kind"] == "media.changed":
        told["payload"] = {**told["payload"], "version_ids": [version_id]}
    if to.guest and not to.sees_versions and told["kind"].startswith("comment."):
        told["payload"] = without_source(told["payload"])
    return told


def _heard(to: Receiver, comment: Mapping[str, Any]) -> bool:
    """Whether a guest may read this comment, which is of their version."""
    if to.sees_comments:
        return True
    if not to.user_id:
        return False
    if comment["author"]["id"] == to.user_id:
        return True
    parent = comment["parent_id"]
    return parent is not None and Comment.objects.filter(pk=parent, author_id=to.user_id).exists()


def _reads(to: Receiver, writer_id: str, version_id: str) -> bool:
    """Whether a guest reads anything on their version that this person wrote."""
    if writer_id == to.user_id:
        return True
    said = Comment.objects.filter(version_id=version_id, author_id=writer_id, deleted_at=None, internal=False)
    return said.exists() if to.sees_comments else to.user_id != "" and said.filter(parent__author_id=to.user_id).exists()


OF_THE_PROJECT = frozenset({"project", "guest", "member", "label", "policy", "spec", "protocol"})


def is_about(row: Event, *, version_id: str, asset_id: str) -> bool:
    """Whether somebody who looks at one version is concerned: what is of it, of its stack, or of the whole project."""
    thing, payload = row.kind.partition(".")[0], row.payload
    if thing in OF_THE_PROJECT:
        return True
    if thing in ("version", "asset"):
        return bool(payload["id"] == (version_id if thing == "version" else asset_id))
    return payload.get("version_id") == version_id or version_id in payload.get("version_ids", ())
