"""Markers as the API and events show them."""

from typing import Any

from django.db.models import QuerySet

from review.models import Marker
from review.selectors.people import person
from review.selectors.positions import Clock
from review.selectors.stamps import stamp


def of_version(version_id: str) -> QuerySet[Marker]:
    return Marker.objects.filter(version_id=version_id).select_related("author")


def marker(row: Marker, clock: Clock) -> dict[str, Any]:
    return {
        "id": row.pk,
        "version_id": row.version_id,
        "kind": row.kind,
        "label": row.label,
        "colour": row.colour,
        "frame": row.frame,
        "duration_frames": row.duration_frames,
        "timecode": clock.record(row.frame),
        "author": person(row.author),
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
    }
