"""What people do with their inbox. Their own business: nobody is told, nothing is audited."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from review import access
from review.access import Actor
from review.models import Notification


def mark_read(
    actor: Actor,
    *,
    threads: Collection[str] = (),
    comment_id: str = "",
    version_id: str = "",
    project_id: str = "",
    everything: bool = False,
    up_to: int | None = None,
    read: bool = True,
) -> int:
    """Mark as read, or not read, what is named: threads; the thread that a comment stands in; what tells of a version as a
    whole; a project's, or everything. Only what is not newer than notification `up_to`. Returns how many were changed."""
    mine = access.notifications(actor)
    wanted = Q(thread__in=list(threads))
    if comment_id:
        wanted |= Q(thread__in=mine.filter(comment_id=comment_id).values("thread"))
    if version_id:
        wanted |= Q(version_id=version_id, comment=None)
    if project_id:
        wanted |= Q(project_id=project_id)
    if everything:
        wanted = Q()
    rows = mine.filter(wanted, read_at__isnull=read)
    if up_to is not None:
        rows = rows.filter(pk__lte=up_to)
    with transaction.atomic():
        found = Notification.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
        return found.update(read_at=timezone.now() if read else None)
