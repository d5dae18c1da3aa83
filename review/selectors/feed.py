"""The outbox as clients read it: by number, over the socket or the gap filler."""

from typing import Any

from review.events import is_for
from review.models import Event, Project
from review.selectors.links import absolute
from review.selectors.stamps import stamp


def after(project_id: str, seq: int, *, limit: int) -> list[Event]:
    """The events with numbers above `seq`, in order, at most `limit`."""
    return list(Event.objects.filter(project_id=project_id, seq__gt=seq).order_by("seq")[:limit])


def heads(project_ids: list[str]) -> dict[str, int]:
    """Number of the newest event of each project."""
    return dict(Project.objects.filter(pk__in=project_ids).values_list("pk", "event_seq"))


def event(row: Event, *, sees_internal: bool, base: str) -> dict[str, Any]:
    """One event for one receiver. Not meant for them: the number alone, so that they see no gap."""
    shown: dict[str, Any] = {"type": "event", "seq": row.seq, "created_at": stamp(row.created_at)}
    if not is_for(row.audience, sees_internal=sees_internal):
        return {**shown, "kind": "hidden", "payload": None}
    return {**shown, "kind": row.kind, "payload": absolute(row.payload, base)}
