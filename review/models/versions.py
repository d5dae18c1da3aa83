"""Versions of an asset, and the uploads that become versions."""

import secrets

from django.db import models
from django.db.models import Q

from media_pipeline.ids import new_id


class ReferenceMode(models.TextChoices):
    PREVIOUS = "previous"  # the nearest earlier version of the asset that can be compared with
    CHOSEN = "chosen"
    SOUND = "sound"  # a mixdown
    NONE = "none"


class ReferenceSound(models.Model):
    """A mixdown that versions of the project are compared with: sound alone, no version, nothing to be played."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="+")
    media = models.ForeignKey("media_pipeline.Media", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)  # of the file, as uploaded; shown, never a path
    created_by = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "media"], name="reference_sound_once")]
        ordering = ["-created_at", "pk"]


class Version(models.Model):
    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    asset = models.ForeignKey("review.Asset", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()  # never used twice in a stack, not even after deletion
    # Where it stands in its stack as people look at it, the highest on top: its number, unless somebody reordered the stack.
    # Says nothing else: what is newest, what is earlier and what follows go by `number` alone.
    position = models.PositiveIntegerField(default=0)
    media = models.ForeignKey("media_pipeline.Media", on_delete=models.PROTECT, related_name="+")
    original_name = models.CharField(max_length=255)  # as uploaded, Unicode kept; shown, never a path
    name = models.CharField(max_length=255, blank=True)  # by the project's pattern, without ending; "": it has none yet
    note = models.TextField(blank=True)
    created_by = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)
    # What the sync checks compare it with. CHOSEN or SOUND without a reference (it was removed for good) is as PREVIOUS.
    reference_mode = models.CharField(max_length=16, choices=ReferenceMode.choices, default=ReferenceMode.PREVIOUS)
    reference = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    reference_sound = models.ForeignKey(ReferenceSound, on_delete=models.SET_NULL, null=True, related_name="versions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["asset", "name"], condition=~Q(name=""), name="version_name_once"),
        ]
        ordering = ["-number"]


class StoppedWork(models.Model):
    """A project had the work on a media stopped. Another project may hold the same content and want it to go on, so the
    wish is the project's own; the jobs are cancelled when nobody else wants them."""

    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="+")
    media = models.ForeignKey("media_pipeline.Media", on_delete=models.CASCADE, related_name="+")
    stopped_at = models.DateTimeField()
    with_poster = models.BooleanField()  # whether the project had seen one by then

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "media"], name="work_stopped_once")]


def new_upload_token() -> str:
    return secrets.token_urlsafe(24)  # 192 bits


class Upload(models.Model):
    """A tus upload under way. Its offset is the size of its file; this row says whose it is and where it goes."""

    class State(models.TextChoices):
        OPEN = "open"
        FINISHING = "finishing"  # last byte is here; hash, publish (repeatable after a crash)
        DONE = "done"
        FAILED = "failed"
        TERMINATED = "terminated"
        EXPIRED = "expired"

    id = models.CharField(primary_key=True, max_length=32, default=new_upload_token, editable=False)
    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="uploads")
    asset = models.ForeignKey("review.Asset", on_delete=models.SET_NULL, null=True, related_name="uploads")
    user = models.ForeignKey("review.User", on_delete=models.CASCADE, related_name="uploads")
    # A new asset is made at the end if none is named: in this sequence, with this name (empty: the file's).
    sequence = models.ForeignKey("review.Sequence", on_delete=models.SET_NULL, null=True, related_name="+")
    asset_name = models.CharField(max_length=200, blank=True)
    check_only = models.BooleanField(default=False)  # the new asset is only to be checked: it expires (Asset.expires_at)
    # Of the version that is to be compared with this file, a mixdown: then it becomes a ReferenceSound, and no version.
    reference_for = models.CharField(max_length=16, blank=True)
    filename = models.CharField(max_length=255)
    name = models.CharField(max_length=255, blank=True)  # what it is to be called instead of `filename`, without ending
    release_lock = models.BooleanField(default=False)  # of the sequence, together with publishing
    metadata = models.TextField(blank=True)  # Upload-Metadata as it came; tus gives it back
    relative_path = models.CharField(max_length=1000, blank=True)  # of a dropped folder; metadata only
    size = models.BigIntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    sha256 = models.CharField(max_length=64, blank=True)
    version = models.ForeignKey(Version, on_delete=models.SET_NULL, null=True, related_name="uploads")
    error_code = models.CharField(max_length=64, blank=True)
    error_message = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="upload_size_positive")]
