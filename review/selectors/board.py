"""The project board: every stack with its newest version, what it waits for, and who works on it. Few queries, however many."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from review.models import Asset, Comment, User, Version
from review.selectors import approvals, locks, versions
from review.selectors.people import person
from review.selectors.stamps import stamp


def board(project_id: str, *, sees_internal: bool) -> list[dict[str, Any]]:
    """Card of the API, one for each stack, newest work first. Ten queries."""
    newest = Version.objects.filter(asset=OuterRef("pk"), deleted_at=None).order_by("-number").values("pk")[:1]
    stacks = list(
        Asset.objects.filter(project_id=project_id, deleted_at=None, expires_at=None)
        .select_related("sequence__lock__holder")
        .annotate(
            newest_id=Subquery(newest), version_count=Count("versions", filter=Q(versions__deleted_at=None), distinct=True)
        )
        .order_by("-created_at", "-pk")
    )
    threads = Comment.objects.filter(version=OuterRef("pk"), parent=None, deleted_at=None, completed_at=None)
    if not sees_internal:
        threads = threads.filter(internal=False)
    counted = threads.order_by().values("version").annotate(count=Count("pk")).values("count")
    found = versions.listed().filter(pk__in=[row.newest_id for row in stacks if row.newest_id])
    rows = list(found.annotate(open_comments=Coalesce(Subquery(counted), 0, output_field=IntegerField())))
    shown = {one["id"]: one for one in versions.version_list(rows)}
    unfinished = {row.pk: row.open_comments for row in rows}
    rules = approvals.policy_of(approvals.policy_row(project_id))
    known = approvals.states(rows, rules)
    waiting = {pk: now.waiting_for(rules) if now.asked else () for pk, (_, now) in known.items()}
    people = {user.pk: person(user) for user in User.objects.filter(pk__in={pk for ids in waiting.values() for pk in ids})}

    def card(row: Asset) -> dict[str, Any]:
        pk = row.newest_id  # type: ignore[attr-defined]  # annotated
        return {
            "asset_id": row.pk,
            "asset_name": row.name,
            "created_at": stamp(row.created_at),
            "sequence_id": row.sequence_id,
            "sequence_name": row.sequence.name if row.sequence else None,
            "lock": _lock(row),
            "version_count": row.version_count,  # type: ignore[attr-defined]  # annotated
            "version": shown.get(pk),
            "state": known[pk][0].value if pk else None,
            "waiting_for": [people[one] for one in waiting[pk] if one in people] if pk else [],
            "open_comments": unfinished.get(pk, 0),
        }

    cards = [card(row) for row in stacks]
    return sorted(cards, key=lambda one: one["version"]["created_at"] if one["version"] else "", reverse=True)


def _lock(row: Asset) -> dict[str, Any] | None:
    held = getattr(row.sequence, "lock", None) if row.sequence else None
    return locks.lock(held) if held is not None and held.until > timezone.now() else None
