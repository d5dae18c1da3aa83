"""The outbox and the audit trail: one row per change each, written in the change's own transaction."""

from django.db import models


class Event(models.Model):
    """What live clients are told. `seq` counts up by one per project without gaps: clients resume from the last seen."""

    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="events")
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=48)  # "comment.created" …: the table stands in review/events.py
    audience = models.CharField(max_length=16, default="all")  # "all" | "internal": who may receive it
    payload = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "seq"], name="event_seq_once")]
        # Was it so before? (review/notifications/happenings.py)
        indexes = [models.Index(fields=["project", "kind", "seq"], name="event_of_kind")]


class AuditEntry(models.Model):
    """Who did what to what, and when. Never changed, never deleted with its object."""

    project = models.ForeignKey("review.Project", on_delete=models.SET_NULL, null=True, related_name="+")
    actor = models.ForeignKey("review.User", on_delete=models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=48)
    target_type = models.CharField(max_length=32)
    target_id = models.CharField(max_length=32)
    detail = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["project", "created_at"], name="audit_list")]
