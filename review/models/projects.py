"""Projects, their sequences, and the assets that hold version stacks."""

from django.db import models

from media_pipeline.ids import new_id


class Project(models.Model):
    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    created_by = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)
    event_seq = models.BigIntegerField(default=0)  # number of the newest event; raised under a row lock (events.py)


class Sequence(models.Model):
    """A part of the film that groups assets (a reel, an episode, a scene)."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="sequences")
    name = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position", "created_at"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="sequence_name_once")]


class Asset(models.Model):
    """One thing under review; its versions are its stack."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="assets")
    sequence = models.ForeignKey(Sequence, on_delete=models.SET_NULL, null=True, related_name="assets")
    name = models.CharField(max_length=200)
    last_number = models.PositiveIntegerField(default=0)  # highest version number ever given; never lowered
    created_by = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)
    # Of a file that is only to be checked: it is listed nowhere, told of in no event, and removed then with all that it holds.
    expires_at = models.DateTimeField(null=True)
