"""What people are told of in their inbox and by mail, and how far the outbox was read for that."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from media_pipeline.ids import new_id


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
    mail_at = models.DateTimeField(null=True)  # when it is to be mailed; null: not at all
    mail = models.ForeignKey("review.Mail", on_delete=models.SET_NULL, null=True, related_name="+")  # with which it went

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "user"], name="notification_once")]
        indexes = [
            models.Index(fields=["user", "thread", "id"], name="notification_line"),
            models.Index(fields=["user", "id"], condition=Q(read_at=None), name="notification_unread"),
            models.Index(fields=["mail_at"], condition=Q(mail=None, mail_at__isnull=False), name="notification_to_mail"),
        ]


class NotificationCursor(models.Model):
    """Up to which of a project's events everybody concerned was told."""

    project = models.OneToOneField(
        "review.Project", on_delete=models.CASCADE, primary_key=True, related_name="notification_cursor"
    )
    seq = models.BigIntegerField(default=0)


class Mail(models.Model):
    """Notifications of one project on their way to one person. What it says is made when it is sent: letters.py."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"
        EMPTY = "empty"  # when it was to be sent there was nothing to tell any more

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    next_at = models.DateTimeField()  # of the next attempt; while one is made: when it is lost
    tries = models.IntegerField(default=0)  # that were refused
    error = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "next_at"], name="mail_due")]


class MutedThread(models.Model):
    """A person wants to hear no more of what belongs to a thread (of Notification)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="+")
    thread = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "thread"], name="muted_once")]
