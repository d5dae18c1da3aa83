"""The outbox. An action records its event in its own transaction; the live pump and webhooks read from the table."""

from typing import Any

from django.db import connection, transaction
from django.db.models import F

from review.models import AuditEntry, Event, Project, User


def record(project_id: str, kind: str, payload: dict[str, Any], *, audience: str = "all") -> Event:
    """Append an event with the project's next sequence number. Must run inside the action's transaction.

    The number is drawn by an UPDATE, which holds the project's row until commit: numbers have no gaps and commit in order.
    """
    assert connection.in_atomic_block, "an event belongs to the transaction of its change"
    Project.objects.filter(pk=project_id).update(event_seq=F("event_seq") + 1)
    seq = Project.objects.values_list("event_seq", flat=True).get(pk=project_id)
    event = Event.objects.create(project_id=project_id, seq=seq, kind=kind, payload=payload, audience=audience)
    transaction.on_commit(_ring)
    return event


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


_listeners: list[Any] = []


def on_new_event(callback: Any) -> None:
    """Call `callback()` after each commit of this process that recorded an event (a hint; the table is the truth)."""
    _listeners.append(callback)


def _ring() -> None:
    for callback in _listeners:
        callback()
