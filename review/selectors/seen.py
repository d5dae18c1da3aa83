"""What is new to somebody in a version's comments."""

from datetime import datetime
from typing import Any

from review.models import Comment, User, VersionSeen
from review.selectors.stamps import stamp


def seen(version_id: str, user: User, *, sees_internal: bool) -> dict[str, Any]:
    """Until when this person has read, and how many comments of others came since."""
    moment = _moment(version_id, user)
    rows = Comment.objects.filter(version_id=version_id, deleted_at=None).exclude(author=user)
    if not sees_internal:
        rows = rows.filter(internal=False)
    if moment is not None:
        rows = rows.filter(created_at__gt=moment)
    return {"seen_at": stamp(moment), "unread": rows.count()}


def _moment(version_id: str, user: User) -> datetime | None:
    return VersionSeen.objects.filter(version_id=version_id, user=user).values_list("seen_at", flat=True).first()
