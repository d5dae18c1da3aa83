"""Carry open comments of earlier versions over to a later one."""

from django.db import transaction
from django.utils.translation import gettext

from review import access, events
from review.access import Actor, Capability
from review.actions.comments import announce, check_range, clock_of
from review.models import Comment, Mention
from review.problems import Problem
from review.selectors import ghosts


def carry_over(actor: Actor, version_id: str, *, comment_ids: list[str]) -> list[Comment]:
    """Write these ghosts anew on the version, on the same frames, each linked with its source. All of them or none.

    The words stay their author's; the audit trail knows who carried them. Labels and drawing come along; replies and
    attachments stay with the source. Raises ghost_unknown, frame_out_of_range, media_not_indexed.
    """
    with transaction.atomic():
        events.hold(access.version(actor, version_id, Capability.COMPLETE_COMMENTS).asset.project_id)
        version = access.version(actor, version_id, Capability.COMPLETE_COMMENTS)
        project_id = version.asset.project_id
        clock = clock_of(version.media)
        sees_internal = Capability.SEE_INTERNAL in actor.capabilities(project_id)
        known = {row.pk: row for row in ghosts.of_version(version, sees_internal=sees_internal)}
        made = []
        for pk in dict.fromkeys(comment_ids):
            source = known.get(pk)
            if source is None:
                raise Problem(
                    "ghost_unknown",
                    gettext("“%(pk)s” is no open comment of an earlier version, or was carried over.") % {"pk": pk[:20]},
                )
            check_range(version.media, source.frame, source.duration_frames)
            comment = Comment.objects.create(
                version=version,
                author=source.author,
                frame=source.frame,
                duration_frames=source.duration_frames,
                text=source.text,
                annotation=source.annotation,
                annotation_frames=source.annotation_frames,
                annotation_digest=source.annotation_digest,
                internal=source.internal,
                carried_from=source,
            )
            comment.labels.set(source.labels.all())
            named = Mention.objects.filter(comment=source)
            Mention.objects.bulk_create(Mention(comment=comment, user_id=one.user_id, label=one.label) for one in named)
            events.audit(actor.user, "comment.carry", comment, project_id=project_id, source=source.pk, version=version.pk)
            announce(project_id, "comment.created", comment, clock)
            made.append(comment)
    return made
