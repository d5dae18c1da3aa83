"""Versions as the API and events show them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from media_pipeline import api as pipeline
from review.models import Version
from review.selectors import checks, media
from review.selectors.people import person
from review.selectors.stamps import stamp


def listed() -> QuerySet[Version]:
    """Versions that are not deleted, with all that version_list() needs."""
    return Version.objects.filter(deleted_at=None).select_related("asset", "created_by")


def of_asset(asset_id: str) -> QuerySet[Version]:
    return listed().filter(asset_id=asset_id)


def version(row: Version) -> dict[str, Any]:
    return version_list([row])[0]


def version_list(rows: Sequence[Version]) -> list[dict[str, Any]]:
    """Versions in the order given, with what is known of their media and reports read in one go."""
    known: dict[tuple[str, str], pipeline.MediaStatus] = {}
    for project_id in {row.asset.project_id for row in rows}:
        of_project = {row.media_id for row in rows if row.asset.project_id == project_id}
        known |= {(project_id, pk): status for pk, status in media.known_to(project_id, of_project).items()}
    judged = checks.stored([row.pk for row in rows])
    return [
        {
            "id": row.pk,
            "asset_id": row.asset_id,
            "asset_name": row.asset.name,
            "project_id": row.asset.project_id,
            "number": row.number,
            "position": row.position,
            "name": row.name,
            "original_name": row.original_name,
            "note": row.note,
            "created_by": person(row.created_by),
            "created_at": stamp(row.created_at),
            "media_id": row.media_id,
            "media_state": known[row.asset.project_id, row.media_id].state,
            "poster_url": media.poster_url(row.pk, known[row.asset.project_id, row.media_id]),
            "checks": judged[row.pk],
            "url": f"/v/{row.pk}",
        }
        for row in rows
    ]
