"""Marks on a version's timeline, apart from comments."""

from django.db import models

from media_pipeline.ids import new_id


class MarkerKind(models.TextChoices):
    VERSION_STARTS = "version_starts"  # what is new in this version begins here
    APPROVED_UP_TO = "approved_up_to"
    CHAPTER = "chapter"
    CUSTOM = "custom"


class Marker(models.Model):
    """Pinned to `frame` (0-based, presentation order) for `duration_frames`."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    version = models.ForeignKey("review.Version", on_delete=models.CASCADE, related_name="markers")
    kind = models.CharField(max_length=16, choices=MarkerKind.choices)
    label = models.CharField(max_length=200, blank=True)
    colour = models.CharField(max_length=7)  # #rrggbb
    frame = models.PositiveIntegerField()
    duration_frames = models.PositiveIntegerField(default=1)
    author = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["version", "frame"], name="marker_list")]
