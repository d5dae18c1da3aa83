"""What people say about frames."""

from django.db import models
from django.db.models import Q

from media_pipeline.ids import new_id


class Comment(models.Model):
    """Pinned to `frame` (0-based, presentation order) for `duration_frames`. Timecode and seconds are derived.

    A reply has a parent and stands on its parent's frame.
    """

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    version = models.ForeignKey("review.Version", on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="replies")
    author = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    frame = models.PositiveIntegerField()
    duration_frames = models.PositiveIntegerField(default=1)
    text = models.TextField()
    annotation = models.JSONField(null=True)  # drawings, as review/annotations.py checks them
    annotation_frames = models.JSONField(default=list)  # the frames drawn on, ascending
    annotation_digest = models.CharField(max_length=16, blank=True)  # names this very drawing; empty without one
    internal = models.BooleanField(default=False)  # not shown to clients
    idempotency_key = models.CharField(max_length=64, null=True)  # sent twice, created once
    idempotency_hash = models.CharField(max_length=64, blank=True)  # of what was sent with the key: another body is refused
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    edited_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    completed_by = models.ForeignKey("review.User", on_delete=models.PROTECT, null=True, related_name="+")
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["version", "frame", "created_at"], name="comment_list")]
        constraints = [
            models.CheckConstraint(condition=Q(duration_frames__gte=1), name="comment_duration_positive"),
            models.UniqueConstraint(fields=["author", "idempotency_key"], name="comment_once_per_key"),
        ]
