"""Attachments: send one, take it back, and what becomes of it in the worker."""

from datetime import timedelta
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from media_pipeline import api as pipeline
from review import access, events
from review.access import Actor, Capability
from review.actions.attachment_putting import remove_rows
from review.actions.comments import announce, clock_of
from review.models import Attachment, Comment
from review.problems import Problem

KEPT = timedelta(days=1)  # one that was put on no comment
MOST_WAITING = 100  # of one person, on no comment yet; of guests: of all of them together, on one version


def send_attachment(actor: Actor, version_id: str, *, name: str, content: BinaryIO) -> Attachment:
    """Keep a file for a comment on this version that is yet to be written. Its kind is told by its bytes.

    Raises attachment_type, attachment_too_large, attachment_limit, disk_full.
    """
    access.version(actor, version_id, Capability.COMMENT)
    waiting = Attachment.objects.filter(comment=None)
    # A guest is somebody else with each new browser: what they leave lying is counted together.
    waiting = (
        waiting.filter(version_id=version_id, user__is_guest=True)
        if actor.person.is_guest
        else waiting.filter(user=actor.person)
    )
    if waiting.count() >= MOST_WAITING:
        raise Problem(
            "attachment_limit",
            gettext("%(most)s files of yours wait to be attached to a comment.") % {"most": MOST_WAITING},
        )
    limit = settings.ATTACHMENT_MAX_BYTES
    try:
        received = pipeline.receive_enclosure(content, limit=limit)
    except pipeline.EnclosureRefusedError as error:
        raise Problem("attachment_type") from error
    except pipeline.TooLargeError as error:
        raise Problem("attachment_too_large", gettext("At most %(limit)s bytes are taken.") % {"limit": limit}) from error
    except pipeline.DiskFullError as error:
        raise Problem("disk_full") from error
    with transaction.atomic():
        version = access.version(actor, version_id, Capability.COMMENT)
        enclosure = pipeline.take_enclosure(received)
        attachment = Attachment.objects.create(version=version, user=actor.person, name=name, enclosure=enclosure)
        project_id = version.asset.project_id
        events.audit(actor.user, "attachment.create", attachment, project_id=project_id, name=name, size=enclosure.size)
    return attachment


def delete_attachment(actor: Actor, attachment_id: str) -> None:
    """Take back one's own file that was put on no comment."""
    with transaction.atomic():
        attachment = access.attachment(actor, attachment_id)
        events.hold(attachment.version.asset.project_id)
        attachment.refresh_from_db(fields=["comment"])  # it may have been put on one meanwhile
        if attachment.comment_id is not None:
            raise Problem("attachment_in_use")
        events.audit(actor.user, "attachment.delete", attachment, project_id=attachment.version.asset.project_id)
        remove_rows([attachment])


def remove_abandoned() -> int:
    """Files that were put on no comment within a day go. Returns how many."""
    with transaction.atomic():
        rows = list(Attachment.objects.filter(comment=None, created_at__lt=timezone.now() - KEPT)[:500])
        remove_rows(rows)
    lost = pipeline.enclosures_before(timezone.now() - KEPT, besides=Attachment.objects.values("enclosure_id"))
    pipeline.remove_enclosures(lost)  # the process died between the commit and the removal
    return len(rows)


def record_enclosure_changed(*, enclosure_id: str, **_: object) -> None:
    """Receiver of the pipeline's signal: whoever sees the comment learns that the file can be shown, or why not."""
    with transaction.atomic():
        attachment = (
            Attachment.objects.select_related("comment__version__asset", "comment__version__media")
            .filter(enclosure_id=enclosure_id)
            .first()
        )
        if attachment is None or attachment.comment is None:
            return
        project_id = attachment.comment.version.asset.project_id
        events.hold(project_id)
        comment = Comment.objects.select_related("version__media", "author", "completed_by").get(pk=attachment.comment_id)
        if comment.deleted_at is None:
            comment.save(update_fields=["updated_at"])
            announce(project_id, "comment.updated", comment, clock_of(comment.version.media))
