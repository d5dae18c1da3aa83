"""The audit trail: who did what to what, and when."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from review.models import AuditEntry
from review.selectors.people import person
from review.selectors.stamps import stamp


def trail(
    project_id: str,
    *,
    by: str = "",
    kind: str = "",
    object_type: str = "",
    object_id: str = "",
    from_date: date | None = None,
    to_date: date | None = None,
) -> QuerySet[AuditEntry]:
    """Entries of a project. `kind`: "comment.create", or "comment" for all that begin so. Days are those of UTC, both
    included."""
    rows = AuditEntry.objects.filter(project_id=project_id).select_related("actor")
    if by:
        rows = rows.filter(actor_id=by)
    if kind:
        rows = rows.filter(Q(action=kind) | Q(action__startswith=f"{kind}."))
    if object_type:
        rows = rows.filter(target_type=object_type)
    if object_id:
        rows = rows.filter(target_id=object_id)
    if from_date is not None:
        rows = rows.filter(created_at__gte=datetime.combine(from_date, time(), UTC))
    if to_date is not None:
        rows = rows.filter(created_at__lt=datetime.combine(to_date, time(), UTC) + timedelta(days=1))
    return rows


def entry(row: AuditEntry, *, addresses: bool) -> dict[str, Any]:
    """AuditEntry of the API. `addresses`: with people's addresses, which are for those who manage members."""
    return {
        "id": row.pk,
        "at": stamp(row.created_at),
        "by": person(row.actor) if row.actor else None,
        "kind": row.action,
        "object_type": row.target_type,
        "object_id": row.target_id,
        "detail": {name: value for name, value in row.detail.items() if addresses or name != "email"},
    }
