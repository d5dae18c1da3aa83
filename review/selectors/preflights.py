"""Files of a project that are only to be checked."""

from typing import Any

from review.models import Version
from review.selectors import versions
from review.selectors.stamps import stamp


def of_project(project_id: str) -> list[dict[str, Any]]:
    """Preflight of the API, the newest first: the version that is checked, and when it goes. A fixed number of queries."""
    rows = Version.objects.filter(
        asset__project_id=project_id, asset__deleted_at=None, deleted_at=None, asset__expires_at__isnull=False
    )
    found = list(rows.select_related("asset", "created_by").order_by("-created_at", "-pk")[:200])
    shown = versions.version_list(found)
    return [{"version": one, "expires_at": stamp(row.asset.expires_at)} for row, one in zip(found, shown, strict=True)]
