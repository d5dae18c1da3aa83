"""Uploads under way, as the API lists them."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from media_pipeline.tus_store import Gone, TusStore
from review.models import Upload, User
from review.selectors.stamps import stamp


def open_uploads(user: User, project_id: str) -> QuerySet[Upload]:
    """The person's own uploads to the project that are not over, newest first."""
    rows = Upload.objects.filter(project_id=project_id, state__in=[Upload.State.OPEN, Upload.State.FINISHING])
    return rows.filter(user=user).order_by("-created_at", "-pk")


def upload(row: Upload) -> dict[str, Any]:
    """`offset`: bytes received. `url`: where a tus client goes on."""
    try:
        offset = TusStore(Path(settings.UPLOAD_ROOT)).offset(row.pk)
    except Gone:
        offset = 0
    return {
        "id": row.pk,
        "project_id": row.project_id,
        "asset_id": row.asset_id,
        "filename": row.filename,
        "name": row.name,
        "error_code": row.error_code,
        "error_message": row.error_message,
        "relative_path": row.relative_path,
        "size": row.size,
        "offset": offset,
        "state": row.state,
        "created_at": stamp(row.created_at),
        "expires_at": stamp(row.expires_at),
        "url": f"/files/{row.pk}",
    }
