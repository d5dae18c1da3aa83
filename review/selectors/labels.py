"""Labels as the API and events show them."""

from typing import Any

from django.db.models import QuerySet

from review.models import Label
from review.selectors.stamps import stamp


def label(row: Label) -> dict[str, Any]:
    return {
        "id": row.pk,
        "project_id": row.project_id,
        "name": row.name,
        "colour": row.colour,
        "created_at": stamp(row.created_at),
    }


def of_project(project_id: str) -> QuerySet[Label]:
    return Label.objects.filter(project_id=project_id)
