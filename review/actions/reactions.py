"""Reactions: one per person and sign."""

from django.db import transaction

from review import access, events
from review.access import Actor, Capability
from review.actions.comments import announce, clock_of, locked
from review.models import Comment, Reaction
from review.problems import Problem
from review.reactions import SIGNS


def set_reaction(actor: Actor, comment_id: str, name: str, *, there: bool) -> Comment:
    """Put one's sign on a comment, or take it away. Repeating it changes nothing."""
    with transaction.atomic():
        comment = locked(actor, comment_id)
        project_id = comment.version.asset.project_id
        access.require_on(actor, comment.version, Capability.COMMENT)
        if name not in SIGNS:
            raise Problem("reaction_unknown")
        mine = Reaction.objects.filter(comment=comment, user=actor.person, name=name)
        if mine.exists() == there:
            return comment
        if there:
            Reaction.objects.create(comment=comment, user=actor.person, name=name)
        else:
            mine.delete()
        comment.save(update_fields=["updated_at"])
        events.audit(actor.user, "comment.react", comment, project_id=project_id, reaction=name, there=there)
        announce(project_id, "comment.updated", comment, clock_of(comment.version.media))
    return comment
