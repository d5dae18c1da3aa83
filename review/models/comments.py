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
    # The comment of an earlier version that this one stands for.
    carried_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="carried_to")
    author = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    frame = models.PositiveIntegerField()
    duration_frames = models.PositiveIntegerField(default=1)
    text = models.TextField()  # Markdown, as it was written; review pages show a subset of it
    annotation = models.JSONField(null=True)  # drawings, as review/annotations.py checks them
    annotation_frames = models.JSONField(default=list)  # the frames drawn on, ascending
    annotation_digest = models.CharField(max_length=16, blank=True)  # names this very drawing; empty without one
    internal = models.BooleanField(default=False)  # not shown to clients
    labels = models.ManyToManyField("review.Label", related_name="comments")
    idempotency_key = models.CharField(max_length=64, null=True)  # sent twice, created once
    idempotency_hash = models.CharField(max_length=64, blank=True)  # of what was sent with the key: another body is refused
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    edited_at = models.DateTimeField(null=True)  # when text, place or drawing were last changed
    edited_by = models.ForeignKey("review.User", on_delete=models.PROTECT, null=True, related_name="+")
    completed_at = models.DateTimeField(null=True)
    completed_by = models.ForeignKey("review.User", on_delete=models.PROTECT, null=True, related_name="+")
    deleted_at = models.DateTimeField(null=True)  # the same moment for a thread and the replies that went with it
    deleted_by = models.ForeignKey("review.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["version", "frame", "created_at"], name="comment_list")]
        constraints = [
            models.CheckConstraint(condition=Q(duration_frames__gte=1), name="comment_duration_positive"),
            models.UniqueConstraint(fields=["author", "idempotency_key"], name="comment_once_per_key"),
        ]


class CommentRevision(models.Model):
    """What a comment said before it was edited. `internal`: it was not for clients then, and stays so."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()  # 1 is what was written first
    text = models.TextField()
    frame = models.PositiveIntegerField()
    duration_frames = models.PositiveIntegerField()
    annotation = models.JSONField(null=True)
    internal = models.BooleanField()
    made_by = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "number"], name="revision_number_once")]


class Mention(models.Model):
    """Somebody named in a comment whom the comment is shown to. `label`: how they are named in the text, with the @."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey("review.User", on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=255)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="mention_once")]


class Reaction(models.Model):
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reactions")
    user = models.ForeignKey("review.User", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=16)  # one of review/reactions.py
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "user", "name"], name="reaction_once")]


class Label(models.Model):
    """A coloured word that a project's comments can carry."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="labels")
    name = models.CharField(max_length=40)
    colour = models.CharField(max_length=7)  # "#rrggbb"
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="label_name_once")]


class VersionSeen(models.Model):
    """How far a person has read a version's comments: what others wrote after `seen_at` is new to them."""

    version = models.ForeignKey("review.Version", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("review.User", on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "user"], name="version_seen_once")]


class Attachment(models.Model):
    """Sent before its comment, by whoever writes it; without a comment it is its sender's alone, for a day."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    version = models.ForeignKey("review.Version", on_delete=models.CASCADE, related_name="attachments")
    comment = models.ForeignKey("review.Comment", on_delete=models.CASCADE, null=True, related_name="attachments")
    position = models.PositiveSmallIntegerField(default=0)  # within its comment
    user = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)  # as its sender named it; shown, never a path
    share = models.ForeignKey("review.Share", on_delete=models.SET_NULL, null=True, related_name="+")  # that it came by
    enclosure = models.OneToOneField("media_pipeline.Enclosure", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
