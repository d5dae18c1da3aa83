"""From the outbox to the inboxes, behind a cursor of each project. Killed and repeated at will, nobody is told of an event
twice (the database holds it to that), nor not at all."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from review.models import Event, MutedThread, Notification, NotificationCursor, NotificationKind, Project, User
from review.notifications.choices import Choices
from review.notifications.rules import PERSONAL, notifications_of
from review.selectors import feed

BATCH = 100  # events looked at in one transaction
KEPT_FOR = timedelta(days=180)
MAILED_WITHIN = timedelta(days=1)  # what is told later than that, after an outage, is no news to mail
THROUGH = frozenset({NotificationKind.MENTION, NotificationKind.APPROVAL_ASKED})  # also of a thread that is muted


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
            Notification.objects.bulk_create(_wanted(event), ignore_conflicts=True)
        cursor.seq = events[-1].seq
        cursor.save(update_fields=["seq"])
    return len(events) == BATCH


def _wanted(event: Event) -> list[Notification]:
    """Whom it is told to, without those who muted its thread; with the moment at which it is to be mailed."""
    rows, now = notifications_of(event), timezone.now()
    if not rows:
        return []
    people = [row.user_id for row in rows]
    muted = set(
        MutedThread.objects.filter(user__in=people, thread__in=[row.thread for row in rows]).values_list("user_id", "thread")
    )
    choices = {
        pk: Choices.of(preferences) for pk, preferences in User.objects.filter(pk__in=people).values_list("pk", "preferences")
    }
    told = [row for row in rows if row.kind in THROUGH or (row.user_id, row.thread) not in muted]
    for row in told:
        mine = choices[row.user_id]
        if now - event.created_at < MAILED_WITHIN and mine.want(row.project_id, personal=row.kind in PERSONAL):
            row.mail_at = mine.due(row.project_id, now, server_zone=settings.DIGEST_TIME_ZONE)
    return told


def forget_old() -> None:
    """Inboxes go back so far."""
    Notification.objects.filter(happened_at__lt=timezone.now() - KEPT_FOR).delete()
