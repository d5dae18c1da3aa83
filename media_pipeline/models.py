"""What the pipeline remembers: media by content hash, the jobs that derive from it, and the renditions they published."""

from fractions import Fraction

from django.db import models
from django.db.models import Q

from media_pipeline.ids import new_id


class Media(models.Model):
    """One file's content. Two uploads of the same bytes are one media; originals are never changed."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    # Filled by the step "index"; null before. The rest of what is known stands in `summary` (core.probe.Summary).
    frame_count = models.PositiveIntegerField(null=True)
    rate_num = models.PositiveIntegerField(null=True)
    rate_den = models.PositiveIntegerField(null=True)
    variable_rate = models.BooleanField(null=True)
    start_frame = models.BigIntegerField(null=True)  # start timecode as a frame count; null: the file carries none
    drop_frame = models.BooleanField(null=True)  # from the file's own timecode only; null: the file carries none
    summary = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "media"

    @property
    def rate(self) -> Fraction | None:
        """Frames per second, exact; None before the frame index is made."""
        return Fraction(self.rate_num, self.rate_den) if self.rate_num and self.rate_den else None

    @property
    def original_key(self) -> str:
        """Storage key of the original."""
        return f"originals/{self.sha256[:2]}/{self.sha256}"


class Job(models.Model):
    """One step of one media. This row is the truth; the queue only rings the bell (see jobs.py)."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED_USER = "failed_user"  # the file is at fault: error_* say what, why and what to do
        FAILED_APP = "failed_app"  # the program is at fault: logged, retried, then parked with its reason
        CANCELLED = "cancelled"

    ACTIVE = (State.QUEUED, State.RUNNING)

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    media = models.ForeignKey(Media, on_delete=models.CASCADE, related_name="jobs")
    step = models.CharField(max_length=32)
    # Of steps that compare: the other media's id; of steps that run when somebody orders it: the order's.
    subject = models.CharField(max_length=16, blank=True, default="")
    order = models.JSONField(default=dict)  # what its child is told beyond the media, of steps that run when ordered
    step_version = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    cancel_requested = models.BooleanField(default=False)
    priority = models.PositiveSmallIntegerField(default=0)  # lower runs first: 0 somebody waits, 10 made anew
    # lease
    token = models.CharField(max_length=32, blank=True)  # who runs it now; results are published only by its holder
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)  # back-off after a failure of the program
    crashes = models.PositiveSmallIntegerField(default=0)  # the job's own child died or the program raised
    lost = models.PositiveSmallIntegerField(default=0)  # the worker died under it: not the job's fault
    # progress, in frames (or bytes where a step has no frames)
    done_units = models.BigIntegerField(default=0)
    total_units = models.BigIntegerField(default=0)
    units_per_second = models.FloatField(default=0)
    # error
    error_code = models.CharField(max_length=64, blank=True)
    error_message = models.TextField(blank=True)
    error_remedy = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "lease_until"], name="job_claim")]
        constraints = [
            models.UniqueConstraint(
                fields=["media", "step", "subject"],
                condition=Q(state__in=["queued", "running"]),
                name="job_one_active_per_step",
            )
        ]


class Enclosure(models.Model):
    """A small file enclosed with what somebody says: an image, a sound, a PDF (enclosures.py)."""

    class State(models.TextChoices):
        NEW = "new"
        RUNNING = "running"
        READY = "ready"
        FAILED = "failed"  # nothing can be shown of it; it can still be downloaded

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    kind = models.CharField(max_length=8)  # "image" | "audio" | "pdf", told by its first bytes
    mime = models.CharField(max_length=64)
    extension = models.CharField(max_length=8)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    token = models.CharField(max_length=16, blank=True)  # who works on it now
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error_code = models.CharField(max_length=64, blank=True)
    meta = models.JSONField(default=dict)  # width, height; duration [num, den], peaks
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["state", "created_at"], name="enclosure_waiting")]


class Rendition(models.Model):
    """A published file made from a media (or the original itself where browsers play it exactly). Never changed once
    published: a new result is a new row with a new hash, so that its URL can be cached for ever."""

    class Kind(models.TextChoices):
        ORIGINAL = "original"  # the source itself, when it plays exactly as it is
        PREVIEW = "preview"  # the first frames of a proxy that is still being made; replaced as it grows
        PROXY = "proxy"
        POSTER = "poster"
        SPRITES = "sprites"  # hover thumbnails: sheets of tiles
        WAVEFORM = "waveform"
        SOUND = "sound"  # one channel or track by itself, as its meta says (core.solo_sound)
        LEVELS = "levels"  # loudest sample of every channel of a track, fifty times a second (core.levels)
        FRAME_INDEX = "frame_index"  # binary table of the source's own times (core.frame_index)
        FEATURES = "features"  # fingerprints, luma, audio features: for the sync checks, never served
        CORRECTED = "corrected"  # a corrected copy, until it was taken over as a media of its own; never served
        WATERMARKED = "watermarked"  # a proxy with somebody's name in the picture; its label names the mark (watermarks.py)
        MEASUREMENTS = "measurements"  # what the sync checks measured, by stage and reference (core.checks.run); never served

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    media = models.ForeignKey(Media, on_delete=models.CASCADE, related_name="renditions")
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="renditions")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    label = models.CharField(max_length=32, blank=True)  # "720p", "audio-1", "sheet-003"
    storage_key = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    mime = models.CharField(max_length=64)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    frame_count = models.PositiveIntegerField(default=0)
    meta = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    superseded_at = models.DateTimeField(null=True)  # set when a newer one took its place; files are reaped later

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["media", "kind", "label"], condition=Q(superseded_at=None), name="rendition_one_current"
            )
        ]
