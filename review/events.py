"""The outbox. An action records its event in its own transaction; the live pump and webhooks read from the table."""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from review.models import AuditEntry, Event, Project, User

# Every kind there is, with its payload. docs/architecture.md ("Socket") explains how a client applies them.
KINDS: dict[str, str] = {
    "comment.created": "Comment",
    "comment.updated": "Comment",
    "comment.deleted": "Comment without its text",
    "comment.restored": "Comment",
    "label.created": "Label",
    "label.updated": "Label",
    "label.deleted": "Label; comments no longer carry it",
    "version.created": "Version",
    "version.updated": "Version",
    "version.deleted": "Version",
    "asset.created": "Asset",
    "asset.updated": "Asset",
    "asset.deleted": "Asset",
    "approvals.changed": "{version_id, asset_id, revision, state}",
    "policy.updated": "ApprovalPolicy",
    "delivery.created": "Delivery",
    "delivery.updated": "Delivery",
    "spec.updated": "ProjectSpec",
    "protocol.updated": "TeamProtocol",
    "marker.created": "Marker",
    "marker.updated": "Marker",
    "marker.deleted": "Marker",
    "session.created": "Session",
    "session.updated": "Session",
    "session.attended": "{session_id, version_id, person, waiting, joined_at, left_at}: somebody came, was let in, or left",
    "lock.asked": "{sequence_id, name, holder, by}: changes nothing, tells the holder that somebody waits",
    "lock.freed": "{sequence_id, name, holder, by, forced_because, waiting[]}: changes nothing, tells those who wait",
    "sequence.created": "Sequence",
    "sequence.updated": "Sequence",
    "sequence.deleted": "Sequence; its assets stay, without a sequence",
    "project.created": "Project",
    "project.updated": "Project",
    "project.deleted": "Project; sockets are closed",
    "member.created": "Member",
    "member.updated": "Member",
    "member.deleted": "Member; that person's sockets are closed",
    "guest.renamed": "{id, name, guest}: a guest of share links is called otherwise from now on, everywhere",
    "share.created": "Share without its address",
    "share.updated": "Share without its address",
    "share.revoked": "Share without its address; who came by it is out",
    "share.used": "Share without its address: somebody came by it, gave a name, or opened it again (once a minute at most)",
    "media.changed": "{media_id, version_ids[], what, state}",
    "checks.changed": "{version_id, checks}: what Version says of its sync report",
}

ALL = "all"
INTERNAL = "internal"  # only those who may see internal comments
EXTERNAL = "external"  # only those who may not: what they see of a comment that becomes internal, or stops being so
AUDIENCES = frozenset({ALL, INTERNAL, EXTERNAL})


def hold(*project_ids: str) -> None:
    """Take these projects' rows until the transaction ends. An action calls it before it writes or locks anything else.

    The rows are those that the events' numbers are drawn from, so whoever changes a project needs its row in the end;
    taken last, two actions that hold each other's asset would wait for each other (PostgreSQL ends one of them). The one
    order of locks: upload, media, jobs, projects by their ids, everything below them.
    """
    assert connection.in_atomic_block, "a lock belongs to the transaction of the change"
    list(Project.objects.select_for_update(no_key=True).filter(pk__in=project_ids).order_by("pk").values_list("pk"))


def record(project_id: str, kind: str, payload: dict[str, Any], *, audience: str = ALL) -> Event:
    """Append an event with the project's next sequence number. Must run inside the action's transaction.

    The number is drawn by an UPDATE, which holds the project's row until commit: numbers have no gaps and commit in order.
    """
    assert connection.in_atomic_block, "an event belongs to the transaction of its change"
    assert kind in KINDS, f"{kind} is not in events.KINDS"
    assert audience in AUDIENCES, audience
    Project.objects.filter(pk=project_id).update(event_seq=F("event_seq") + 1)
    seq = Project.objects.values_list("event_seq", flat=True).get(pk=project_id)
    event = Event.objects.create(project_id=project_id, seq=seq, kind=kind, payload=payload, audience=audience)
    transaction.on_commit(_ring)
    return event


def is_for(audience: str, *, sees_internal: bool) -> bool:
    """Whether a receiver gets the payload; otherwise they get the number alone (kind "hidden")."""
    return audience == ALL or (audience == INTERNAL) == sees_internal


def audit(actor: User | None, action: str, target: Any, *, project_id: str | None, **detail: Any) -> None:
    """Append to the audit trail. Must run inside the action's transaction."""
    assert connection.in_atomic_block, "an audit entry belongs to the transaction of its change"
    AuditEntry.objects.create(
        project_id=project_id,
        actor=actor,
        action=action,
        target_type=type(target).__name__.lower(),
        target_id=str(target.pk),
        detail=detail,
    )
    if actor is not None and project_id is not None:
        for follow in _followers:
            follow(actor.pk, project_id)


_followers: list[Callable[[str, str], None]] = []


def on_activity(callback: Callable[[str, str], None]) -> None:
    """Call `callback(user id, project id)` with each audit entry of a person in a project, inside its transaction."""
    if callback not in _followers:
        _followers.append(callback)


_listeners: list[Callable[[], None]] = []


def on_new_event(callback: Callable[[], None]) -> None:
    """Call `callback()` after each commit of this process that recorded an event (a hint; the table is the truth).

    It runs in the thread that committed, and must be quick and not raise.
    """
    _listeners.append(callback)


def forget_listener(callback: Callable[[], None]) -> None:
    _listeners.remove(callback)


def _ring() -> None:
    for callback in list(_listeners):
        callback()
