"""Copies that people ordered of a version: corrected ones, and proxies to edit with."""

from django.db import models
from django.db.models import Q

from media_pipeline.ids import new_id


class Correction(models.Model):
    """What the sync report proposed for a version, made as a new version of its stack; or a proxy of it, as a file of its
    own beside the stacks."""

    class Purpose(models.TextChoices):
        CORRECT = "correct"
        PROXY = "proxy"

    class State(models.TextChoices):
        ORDERED = "ordered"
        DONE = "done"  # `result` is the new version
        FAILED = "failed"  # error_* say what, why and what to do

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    version = models.ForeignKey("review.Version", on_delete=models.CASCADE, related_name="corrections")
    result = models.ForeignKey("review.Version", on_delete=models.SET_NULL, null=True, related_name="corrected_from")
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.CORRECT)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ORDERED)
    codes = models.JSONField(default=list)  # of the findings that it is to heal
    words = models.JSONField(default=list)  # what is done, in plain words
    proof = models.JSONField(default=list)  # what was measured of the copy
    container = models.CharField(max_length=8)
    moves_sound = models.BooleanField(default=False)  # against the picture: the original is no measure for it any more
    verdict_before = models.CharField(max_length=16, blank=True)  # of a corrected copy
    reference_id = models.CharField(max_length=16, blank=True)  # of the version that the report compared with
    error_code = models.CharField(max_length=64, blank=True)
    error_message = models.TextField(blank=True)
    error_remedy = models.TextField(blank=True)
    created_by = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "purpose"], condition=Q(state="ordered"), name="correction_one_at_a_time"
            )
        ]
