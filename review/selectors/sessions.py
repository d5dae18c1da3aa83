"""Live sessions as the API and events show them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from review.models import Attendance, ReviewSession
from review.selectors import media
from review.selectors.people import person
from review.selectors.shares import shown_items
from review.selectors.stamps import stamp


def of_project(project_id: str, *, running: bool | None = None) -> QuerySet[ReviewSession]:
    rows = ReviewSession.objects.filter(project_id=project_id, version__deleted_at=None, version__asset__deleted_at=None)
    rows = rows.select_related("version__asset", "host", "controller")
    return rows if running is None else rows.filter(ended_at__isnull=running)


def running_on(version_ids: Iterable[str]) -> QuerySet[ReviewSession]:
    """The sessions that began on one of these versions and are not over."""
    rows = ReviewSession.objects.filter(version_id__in=list(version_ids), ended_at=None)
    return rows.select_related("version__asset", "host", "controller")


def session(row: ReviewSession) -> dict[str, Any]:
    return {
        "id": row.pk,
        "project_id": row.project_id,
        "version_id": row.version_id,
        "asset_id": row.version.asset_id,
        "asset_name": row.version.asset.name,
        "version_number": row.version.number,
        "host": person(row.host),
        "controller": person(row.controller),
        "waiting_room": row.waiting_room,
        "started_at": stamp(row.started_at),
        "ended_at": stamp(row.ended_at),
        "url": f"/sessions/{row.pk}",
    }


def playlist(row: ReviewSession) -> list[dict[str, Any]]:
    """What is gone through, in its order; of one thing alone there is none."""
    shown = [] if row.share is None else [version for _, version in shown_items(row.share)]
    if len(shown) < 2:
        return []
    known = media.known_to(row.project_id, {version.media_id for version in shown})
    return [
        {
            "version_id": version.pk,
            "asset_id": version.asset_id,
            "name": version.asset.name,
            "number": version.number,
            "poster_url": media.poster_url(version.pk, known[version.media_id]),
        }
        for version in shown
    ]


def attendances(session_id: str) -> QuerySet[Attendance]:
    return Attendance.objects.filter(session_id=session_id).select_related("user")


def attendance(row: Attendance, *, version_id: str) -> dict[str, Any]:
    """One stay, as events tell it."""
    return {
        "session_id": row.session_id,
        "version_id": version_id,
        "person": person(row.user),
        "waiting": row.admitted_at is None and row.left_at is None,
        "joined_at": stamp(row.joined_at),
        "left_at": stamp(row.left_at),
    }
