"""Live review sessions: people look at the same frame together. What is seen at the moment is not stored (review/live/); who
was there, and from when to when, is."""

from django.db import models
from django.db.models import Q

from media_pipeline.ids import new_id


class ReviewSession(models.Model):
    """A session on a version. While it runs the host, or whoever was given control, leads it to other versions as well."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="sessions")
    version = models.ForeignKey("review.Version", on_delete=models.CASCADE, related_name="sessions")  # it began with
    # Whose playlist is gone through: several things in an order. Nobody is told of the link itself.
    share = models.ForeignKey("review.Share", on_delete=models.SET_NULL, null=True, related_name="+")
    host = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    controller = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")  # who leads
    waiting_room = models.BooleanField(default=False)  # clients and guests wait until somebody lets them in
    # Raised whenever another web process begins to number what is seen, so that numbers only grow (live/session_room.py).
    epoch = models.PositiveIntegerField(default=0)
    rest = models.JSONField(null=True)  # what was seen when it last rested: a server that comes back goes on from there
    seen_at = models.DateTimeField(auto_now_add=True)  # the last sign of somebody being there; without any it ends by itself
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["version"], condition=Q(ended_at=None), name="session_open_once_per_version"),
        ]


class Attendance(models.Model):
    """One stay of a person in a session."""

    session = models.ForeignKey(ReviewSession, on_delete=models.CASCADE, related_name="attendances")
    user = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField(auto_now_add=True)
    admitted_at = models.DateTimeField(null=True)  # null: waits, or was not let in
    left_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)  # not let in: they ask again after a pause

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], condition=Q(left_at=None), name="attendance_open_once"),
        ]
