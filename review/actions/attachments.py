"""Attachments: send one, take it back, and what becomes of it in the worker."""

from datetime import timedelta
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext

from media_pipeline import api as pipeline
from review import access, events
from review.access import Actor, Capability
from review.actions.attachment_putting import remove_rows
from review.actions.comments import announce, clock_of
from review.models import Attachment, Comment, Share, ShareRight, Version
from review.problems import Problem

KEPT = timedelta(days=1)  # one that was put on no comment
MOST_WAITING = 100  # of one person, on no comment yet
# A guest is somebody else with each new browser. How many files come from one address is limited where they come in
# (review/api/attachments.py), so that nobody reaches what all guests of a version may leave lying together.
MOST_OF_A_GUEST, MOST_OF_GUESTS = 20, 2_000


def send_attachment(actor: Actor, version_id: str, *, name: str, content: BinaryIO) -> Attachment:
    """Keep a file for a comment on this version that is yet to be written. Its kind is told by its bytes.

    Raises attachment_type, attachment_too_large, attachment_limit, link_files_full, disk_full.
    """
    link, room = _link_with_room(actor, access.version(actor, version_id, Capability.COMMENT))
    _few_wait(actor, version_id)
    largest = settings.ATTACHMENT_MAX_BYTES
    limit = largest if room is None else min(largest, room)
    try:
        received = pipeline.receive_enclosure(content, limit=limit)
    except pipeline.EnclosureRefusedError as error:
        raise Problem("attachment_type") from error
    except pipeline.TooLargeError as error:
        if limit < largest:
            raise _full() from error
        raise Problem("attachment_too_large", gettext("At most %(limit)s bytes are taken.") % {"limit": limit}) from error
    except pipeline.DiskFullError as error:
        raise Problem("disk_full") from error
    with transaction.atomic():
        version = access.version(actor, version_id, Capability.COMMENT)
        if link is not None:
            Share.objects.select_for_update().get(pk=link.pk)  # files that come at the same time are counted one by one
            if _bytes_by(link) + received.size > settings.LINK_FILES_BYTES:
                raise _full()
        enclosure = pipeline.take_enclosure(received)
        attachment = Attachment.objects.create(version=version, user=actor.person, name=name, enclosure=enclosure, share=link)
        project_id = version.asset.project_id
        events.audit(actor.user, "attachment.create", attachment, project_id=project_id, name=name, size=enclosure.size)
    return attachment


def _few_wait(actor: Actor, version_id: str) -> None:
    """Raise attachment_limit for who left lying too many already."""
    waiting, guest = Attachment.objects.filter(comment=None), actor.person.is_guest
    most = MOST_OF_A_GUEST if guest else MOST_WAITING
    if waiting.filter(user=actor.person).count() >= most:
        raise Problem("attachment_limit", gettext("%(most)s files of yours wait to be attached to a comment.") % {"most": most})
    if guest and waiting.filter(version_id=version_id, user__is_guest=True).count() >= MOST_OF_GUESTS:
        raise Problem("attachment_limit", gettext("Too many files of guests wait to be attached to comments here."))


def _link_with_room(actor: Actor, version: Version) -> tuple[Share | None, int | None]:
    """The share link that a file comes by which is sent now, and how many bytes still fit; None, None: by none. Raises
    link_files_full where nothing fits."""
    links = [one for one in actor.shares_of(version) if ShareRight.COMMENT in one.rights]
    if not links:
        return None, None
    room = {one.pk: settings.LINK_FILES_BYTES - _bytes_by(one) for one in links}
    link = max(links, key=lambda one: room[one.pk])
    if room[link.pk] <= 0:
        raise _full()
    return link, room[link.pk]


def _bytes_by(link: Share) -> int:
    return Attachment.objects.filter(share=link).aggregate(size=Sum("enclosure__size"))["size"] or 0


def _full() -> Problem:
    megabytes = settings.LINK_FILES_BYTES // 1000**2
    return Problem(
        "link_files_full", gettext("All files sent by this link may have %(most)s MB together.") % {"most": megabytes}
    )


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
