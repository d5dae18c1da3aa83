"""Comments as the API and events show them."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from review.models import Comment, User
from review.selectors.people import person
from review.selectors.positions import Clock
from review.selectors.stamps import stamp


def of_version(version_id: str, *, sees_internal: bool, completed: bool | None = None) -> QuerySet[Comment]:
    """Comments that are not deleted, with all that comment() needs; without their drawings, which with_annotations() adds."""
    return _visible(version_id, sees_internal=sees_internal, completed=completed).filter(deleted_at=None)


def changed_since(
    version_id: str, moment: datetime, *, sees_internal: bool, completed: bool | None = None
) -> QuerySet[Comment]:
    """Comments changed at or after `moment`; the deleted ones among them as tombstones."""
    return _visible(version_id, sees_internal=sees_internal, completed=completed).filter(updated_at__gte=moment)


def _visible(version_id: str, *, sees_internal: bool, completed: bool | None) -> QuerySet[Comment]:
    # Prefetched, not joined: a thousand comments have a handful of authors, and a row of each is made once.
    rows = Comment.objects.filter(version_id=version_id).prefetch_related("author", "completed_by").defer("annotation")
    if not sees_internal:
        rows = rows.filter(internal=False)
    return rows if completed is None else rows.filter(completed_at__isnull=not completed)


def with_annotations(rows: QuerySet[Comment]) -> QuerySet[Comment]:
    """The same comments with their drawings read too (up to 256 KB each)."""
    return rows.defer(None)


def comment(row: Comment, clock: Clock, *, annotation: bool = False) -> dict[str, Any]:
    """Comment without what depends on who looks (can), and without its drawing unless `annotation` asks for it.

    A deleted one keeps its place and loses its text and drawing.
    """
    drawn = not row.deleted_at
    return {
        "id": row.pk,
        "version_id": row.version_id,
        "parent_id": row.parent_id,
        "author": person(row.author),
        "text": "" if row.deleted_at else row.text,
        "annotation": row.annotation if annotation and drawn else None,
        "annotation_frames": row.annotation_frames if drawn else [],
        "annotation_digest": row.annotation_digest or None if drawn else None,
        "internal": row.internal,
        "frame": row.frame,
        "duration_frames": row.duration_frames,
        "timecode": clock.record(row.frame),
        "media_timecode": clock.media(row.frame),
        "seconds": clock.seconds(row.frame),
        "rate": clock.rate(),
        "start_timecode": clock.start_timecode,
        "completed_at": stamp(row.completed_at),
        "completed_by": person(row.completed_by) if row.completed_by else None,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
        "edited_at": stamp(row.edited_at),
        "deleted_at": stamp(row.deleted_at),
        "url": f"/v/{row.version_id}?frame={row.frame}&comment={row.pk}",
    }


def can(row: Comment, user: User | None, *, comments: bool, completes: bool, moderates: bool) -> list[str]:
    """What this person may do with the comment: reply, edit, delete, complete."""
    if row.deleted_at:
        return []
    own = comments and user is not None and row.author_id == user.pk
    allowed = {"reply": comments, "edit": own or moderates, "delete": own or moderates, "complete": completes}
    return [what for what, granted in allowed.items() if granted]
