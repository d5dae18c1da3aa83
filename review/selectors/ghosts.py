"""Ghosts: open comments of earlier versions of the stack, seen on a later one until somebody carries them over."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from review.models import Comment, Version


def of_version(version: Version, *, sees_internal: bool) -> QuerySet[Comment]:
    """First comments of open threads on the versions below this one, without those that were carried into this version or one
    between: there the carried comment stands for them, whatever has become of it."""
    below = Comment.objects.filter(
        version__asset_id=version.asset_id, version__number__lt=version.number, version__deleted_at=None,
        parent=None, deleted_at=None, completed_at=None,
    )  # fmt: skip
    carried = Comment.objects.filter(
        carried_from=OuterRef("pk"), version__asset_id=version.asset_id, version__number__lte=version.number, deleted_at=None
    )
    rows = below.exclude(Exists(carried)).select_related("version__media", "version__asset", "author")
    return rows if sees_internal else rows.filter(internal=False)


def place(row: Comment, version: Version) -> dict[str, Any]:
    """Where a ghost stands on the version: on the same frames. `frame` is None if the version ends before them."""
    inside = version.media.frame_count is not None and row.frame + row.duration_frames <= version.media.frame_count
    return {"version_number": row.version.number, "frame": row.frame if inside else None}
