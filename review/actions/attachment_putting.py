"""Attachments put on a comment or taken off it, inside the action that writes the comment."""

from django.db import transaction

from media_pipeline import api as pipeline
from review.access import Actor
from review.models import Attachment, Comment
from review.problems import Problem


def put_on(actor: Actor, comment: Comment, ids: list[str]) -> bool:
    """Make exactly these the comment's attachments, in this order. What it loses is removed. Whether anything changed.

    Inside the action that writes the comment. Only one's own files of the same version can be put on.
    """
    present = {one.pk: one for one in comment.attachments.all()}
    wanted = list(dict.fromkeys(ids))
    if wanted == [one.pk for one in sorted(present.values(), key=lambda one: one.position)]:
        return False
    own = Attachment.objects.filter(user=actor.person, version_id=comment.version_id, comment=None)
    fresh = {one.pk: one for one in own.filter(pk__in=wanted)}
    for position, pk in enumerate(wanted):
        attachment = present.pop(pk, None) or fresh.get(pk)
        if attachment is None:
            raise Problem("attachment_unknown")
        attachment.comment, attachment.position = comment, position
        attachment.save(update_fields=["comment", "position"])
    remove_rows(list(present.values()))
    return True


def remove_rows(rows: list[Attachment]) -> None:
    """Take these rows away. What they enclose goes after the commit: its rows come before projects in the order of locks."""
    enclosures = [row.enclosure_id for row in rows]
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    transaction.on_commit(lambda: pipeline.remove_enclosures(enclosures))
