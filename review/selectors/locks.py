"""Locks of sequences as the API and events show them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from review.models import AuditEntry, LockWish, Sequence, SequenceLock, User
from review.problems import Problem
from review.selectors.people import person
from review.selectors.stamps import stamp

TOLD_FOR = timedelta(days=7)  # how long somebody is told that a lock was taken from them


def active(sequence_id: str) -> SequenceLock | None:
    """The lock in force; None if there is none, or its time is over."""
    return SequenceLock.objects.filter(sequence_id=sequence_id, until__gt=timezone.now()).select_related("holder").first()


def held_by(user_id: str, project_id: str) -> list[SequenceLock]:
    """Locks in force that this person holds in the project. One query."""
    rows = SequenceLock.objects.filter(holder_id=user_id, sequence__project_id=project_id, until__gt=timezone.now())
    return list(rows.select_related("sequence"))


def waiting(sequence_id: str) -> list[User]:
    """Who waits for the lock, in order."""
    return [row.user for row in LockWish.objects.filter(sequence_id=sequence_id).select_related("user")]


def refusal(sequence_id: str | None, user: User | None) -> Problem | None:
    """sequence_locked if somebody other than `user` holds the lock; its error names the sequence, for programs."""
    row = active(sequence_id) if sequence_id else None
    if row is None or (user is not None and row.holder_id == user.pk):
        return None
    note = f" “{row.note}”" if row.note else ""
    until = f"{row.until:%Y-%m-%d %H:%M} UTC"
    since = f"{row.since:%Y-%m-%d %H:%M}"
    said = {"who": row.holder.display_name, "since": since, "until": until}
    detail = _("%(who)s has it since %(since)s until %(until)s.") % said + note
    return Problem("sequence_locked", detail, errors=[{"field": "sequence_id", "code": "locked", "message": row.sequence_id}])


def shown(sequence_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """`lock` and `waiting` of Sequence, by sequence id. Two queries."""
    ids = list(sequence_ids)
    found: dict[str, dict[str, Any]] = {pk: {"lock": None, "waiting": []} for pk in ids}
    rows = SequenceLock.objects.filter(sequence_id__in=ids, until__gt=timezone.now()).select_related("holder")
    for row in rows:
        found[row.sequence_id]["lock"] = lock(row)
    for wish in LockWish.objects.filter(sequence_id__in=ids).select_related("user"):
        found[wish.sequence_id]["waiting"].append(person(wish.user))
    return found


def lock(row: SequenceLock) -> dict[str, Any]:
    return {
        "holder": person(row.holder),
        "note": row.note,
        "minutes": row.minutes,
        "since": stamp(row.since),
        "until": stamp(row.until),
    }


def of_person(user: User, project_ids: list[str]) -> dict[str, Any]:
    """MyLocks of the API: what this person holds and waits for in these projects, and what was taken from them lately."""
    inside = Sequence.objects.filter(project_id__in=project_ids)
    holds = SequenceLock.objects.filter(holder=user, sequence__in=inside, until__gt=timezone.now())
    waits = set(LockWish.objects.filter(user=user, sequence__in=inside).values_list("sequence_id", flat=True))
    locked = SequenceLock.objects.filter(sequence__in=waits, until__gt=timezone.now()).values_list("sequence_id", flat=True)
    taken = AuditEntry.objects.filter(
        action="lock.force", project_id__in=project_ids, detail__holder=user.pk, created_at__gt=timezone.now() - TOLD_FOR
    )
    return {
        "held": sorted(holds.values_list("sequence_id", flat=True)),
        "waiting_for": sorted(waits),
        "free": sorted(waits - set(locked)),
        "taken": [
            {
                "sequence_id": row.target_id,
                "name": row.detail["sequence"],
                "by": person(row.actor) if row.actor else None,
                "reason": row.detail["reason"],
                "at": stamp(row.created_at),
            }
            for row in taken.select_related("actor").order_by("-created_at", "-pk")
        ],
    }
