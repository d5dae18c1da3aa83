"""Many comments of a version marked as done, or open again, in one go."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from review import access, events
from review.access import Actor, Capability
from review.actions.comments import announce_update, clock_of
from review.models import Comment


def complete_comments(actor: Actor, version_id: str, *, comment_ids: Sequence[str], completed: bool) -> list[Comment]:
    """All of them or none, by frame; those that are so already stay untouched. Raises NotFound if the actor does not see one
    of them in this version."""
    with transaction.atomic():
        version = access.version(actor, version_id, Capability.COMPLETE_COMMENTS)
        project_id = version.asset.project_id
        events.hold(project_id)
        rows = Comment.objects.filter(version=version, pk__in=comment_ids, deleted_at=None)
        if Capability.SEE_INTERNAL not in actor.capabilities(project_id):
            rows = rows.filter(internal=False)
        found = list(rows.select_related("author", "completed_by", "parent").order_by("frame", "created_at", "pk"))
        if len(found) != len(set(comment_ids)):
            raise access.NotFound
        clock = clock_of(version.media)
        for comment in found:
            if (comment.completed_at is not None) == completed:
                continue
            comment.completed_at = timezone.now() if completed else None
            comment.completed_by = actor.person if completed else None
            comment.save(update_fields=["completed_at", "completed_by", "updated_at"])
            events.audit(actor.user, "comment.update", comment, project_id=project_id, changed=["completed"])
            announce_update(project_id, comment, clock, was_internal=comment.internal)
    return found
