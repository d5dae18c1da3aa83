"""What people are told of in their inbox, and how far the outbox was read for that."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class NotificationKind(models.TextChoices):
    """Why somebody is told. Who is told of what stands in review/notifications/rules.py."""

    MENTION = "mention"
    REPLY = "reply"  # in a thread that one began or wrote in
    COMMENT = "comment"  # on a version that one put there
    APPROVAL_ASKED = "approval_asked"
    DECISION = "decision"  # on what one asked for, or put there
    VERSION = "version"  # in a stack that one follows
    MEDIA_FAILED = "media_failed"
    CHECKS_FAILED = "checks_failed"
    LOCK_ASKED = "lock_asked"  # somebody waits for what one holds
    LOCK_FREE = "lock_free"  # what one waited for
    LOCK_FORCED = "lock_forced"  # taken from one
    DELIVERY = "delivery"
    RECALL = "recall"


class Notification(models.Model):
    """One event for one person. What it says is read anew from what it points to, each time that it is shown or sent: it tells
    no more than that does, to nobody who may not see it any more (access.notifications)."""

    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    event = models.ForeignKey("review.Event", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=NotificationKind.choices)
    thread = models.CharField(max_length=40)  # "comment:<id of the first comment>" …: one line of the inbox
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.ForeignKey("review.Version", on_delete=models.CASCADE, null=True, related_name="+")
    comment = models.ForeignKey("review.Comment", on_delete=models.CASCADE, null=True, related_name="+")
    sequence = models.ForeignKey("review.Sequence", on_delete=models.CASCADE, null=True, related_name="+")
    delivery = models.ForeignKey("review.Delivery", on_delete=models.CASCADE, null=True, related_name="+")
    detail = models.JSONField(default=dict)  # what stands nowhere else: a decision, the reason of a forced lock
    happened_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "user"], name="notification_once")]
        indexes = [
            models.Index(fields=["user", "thread", "id"], name="notification_line"),
            models.Index(fields=["user", "id"], condition=Q(read_at=None), name="notification_unread"),
        ]


class NotificationCursor(models.Model):
    """Up to which of a project's events everybody concerned was told."""

    project = models.OneToOneField(
        "review.Project", on_delete=models.CASCADE, primary_key=True, related_name="notification_cursor"
    )
    seq = models.BigIntegerField(default=0)
