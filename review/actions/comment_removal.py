"""Deleting comments, and bringing them back within a day. The rows stay; only the restoring action makes them seen again."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from review import access, events
from review.access import Actor, Capability
from review.actions.comments import announce, clock_of, locked, require_match
from review.models import Comment
from review.problems import Problem

RESTORE_WITHIN = timedelta(days=1)


def delete_comment(actor: Actor, comment_id: str, *, if_match: str | None = None) -> None:
    """Delete a comment and the replies to it. One's own thread with replies of others needs a moderator."""
    with transaction.atomic():
        comment = locked(actor, comment_id)
        project_id = comment.version.asset.project_id
        granted = actor.capabilities_on(comment.version)
        if comment.author_id != actor.person.pk or Capability.COMMENT not in granted:
            access.require_on(actor, comment.version, Capability.MODERATE_COMMENTS)
        require_match(comment, if_match)
        replies = list(comment.replies.filter(deleted_at=None).select_related("author", "completed_by"))
        others = any(reply.author_id != actor.person.pk for reply in replies)
        if others and Capability.MODERATE_COMMENTS not in granted:
            raise Problem("comment_has_replies")
        clock = clock_of(comment.version.media)
        moment = timezone.now()
        for row in [*replies, comment]:
            row.deleted_at, row.deleted_by = moment, actor.person
            row.save(update_fields=["deleted_at", "deleted_by", "updated_at"])
            events.audit(actor.user, "comment.delete", row, project_id=project_id)
            announce(project_id, "comment.deleted", row, clock)


def restore_comment(actor: Actor, comment_id: str) -> Comment:
    """Bring a deleted comment back, with the replies that went with it. One that is not deleted is answered as it is.

    Raises restore_too_late, and parent_invalid for a reply whose thread is deleted.
    """
    with transaction.atomic():
        events.hold(access.comment_to_restore(actor, comment_id).version.asset.project_id)
        comment = access.comment_to_restore(actor, comment_id)
        project_id = comment.version.asset.project_id
        if comment.deleted_at is None:
            return comment
        if timezone.now() - comment.deleted_at > RESTORE_WITHIN:
            raise Problem("restore_too_late")
        if comment.parent is not None and comment.parent.deleted_at is not None:
            raise Problem(
                "parent_invalid", gettext("The thread of this reply is deleted."), remedy=gettext("Restore its first comment.")
            )
        together = comment.replies.filter(deleted_at=comment.deleted_at, deleted_by=comment.deleted_by)
        clock = clock_of(comment.version.media)
        for row in [comment, *together.select_related("author", "completed_by")]:
            row.deleted_at = row.deleted_by = None
            row.save(update_fields=["deleted_at", "deleted_by", "updated_at"])
            events.audit(actor.user, "comment.restore", row, project_id=project_id)
            announce(project_id, "comment.restored", row, clock)
    return comment
