"""Webhooks: where events of a project are sent, and what became of each."""

from django.conf import settings
from django.db import models

from media_pipeline.ids import new_id


class WebhookFormat(models.TextChoices):
    TWOPOP = "twopop"  # the event as the API shows it, signed
    SLACK = "slack"
    TEAMS = "teams"
    DISCORD = "discord"


class Webhook(models.Model):
    """An address that gets the events of a project from `seq` on. Its key is derived (review/webhooks/signing.py), not kept."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="webhooks")
    name = models.CharField(max_length=100)
    url = models.CharField(max_length=1000)
    format = models.CharField(max_length=12, choices=WebhookFormat.choices, default=WebhookFormat.TWOPOP)
    kinds = models.JSONField(default=list)  # of events.KINDS, or their first words; empty: all
    internal = models.BooleanField(default=False)  # whether it gets what only those get who see internal comments
    salt = models.CharField(max_length=16, default=new_id)
    seq = models.BigIntegerField()  # number of the last event that was looked at
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    paused_at = models.DateTimeField(null=True)
    paused_because = models.CharField(max_length=12, blank=True)  # "gone", "failing"; empty: somebody paused it
    deleted_at = models.DateTimeField(null=True)


class WebhookDelivery(models.Model):
    """One event for one address. What is sent is read from the event anew each time, so that a repetition tells no more than
    the API would. `event` is null for a trial."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        FAILED = "failed"

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey("review.Event", on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    next_at = models.DateTimeField()  # of the next attempt; while one is made: when it is lost
    tries = models.IntegerField(default=0)  # since it was made or replayed
    attempts = models.JSONField(default=list)  # [{at, status, error, milliseconds, answer}], the newest last

    class Meta:
        indexes = [models.Index(fields=["state", "next_at"], name="webhook_due")]
