"""From the outbox to the inboxes, behind a cursor of each project. Killed and repeated at will, nobody is told of an event
twice (the database holds it to that), nor not at all."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from review.models import Notification, NotificationCursor, Project
from review.notifications.rules import notifications_of
from review.selectors import feed

BATCH = 100  # events looked at in one transaction
KEPT_FOR = timedelta(days=180)


def _with_news() -> QuerySet[Project]:
    unread = Q(notification_cursor=None, event_seq__gt=0) | Q(event_seq__gt=F("notification_cursor__seq"))
    return Project.objects.filter(unread, archived_at=None)


def work_waits() -> bool:
    """Whether there are events that nobody was told of yet."""
    return _with_news().exists()


def spread() -> None:
    """Tell of every new event."""
    for pk in list(_with_news().values_list("pk", flat=True)):
        while _spread_some(pk):
            pass


def _spread_some(project_id: str) -> bool:
    with transaction.atomic():
        NotificationCursor.objects.get_or_create(project_id=project_id)
        cursor = NotificationCursor.objects.select_for_update().get(project_id=project_id)
        events = feed.after(project_id, cursor.seq, limit=BATCH)
        if not events:
            return False
        for event in events:
            # One by one: what was said of an event may decide whom the next is told to.
            Notification.objects.bulk_create(notifications_of(event), ignore_conflicts=True)
        cursor.seq = events[-1].seq
        cursor.save(update_fields=["seq"])
    return len(events) == BATCH


def forget_old() -> None:
    """Inboxes go back so far."""
    Notification.objects.filter(happened_at__lt=timezone.now() - KEPT_FOR).delete()
