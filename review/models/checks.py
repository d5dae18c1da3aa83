"""What is kept of a version's sync report: its verdict, and the findings that somebody waived."""

from django.db import models

from media_pipeline.ids import new_id


class SyncVerdict(models.Model):
    """The report's answer as it was when it last changed, so that lists and badges need not judge. The report itself is
    judged anew whenever somebody asks (selectors/checks.py)."""

    version = models.OneToOneField("review.Version", on_delete=models.CASCADE, related_name="sync_verdict")
    state = models.CharField(max_length=16)  # of the report: waiting, running, failed, done
    verdict = models.CharField(max_length=16, blank=True)  # "" until there is a report
    errors = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    waived = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)  # rises with each change of what is kept here
    rules = models.CharField(max_length=64, blank=True)  # by what rules it was judged; "" = unknown
    judged_at = models.DateTimeField(auto_now=True)


class ConfirmedClap(models.Model):
    """Somebody looked at a bang that the checks proposed, and says that it is a slate's clap."""

    version = models.ForeignKey("review.Version", on_delete=models.CASCADE, related_name="claps")
    bang = models.PositiveIntegerField()  # the frame in which it is heard, as the checks measured it
    frame = models.PositiveIntegerField()  # the first in which the slate is closed
    created_by = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "bang"], name="clap_once")]
        ordering = ["bang"]


class Waiver(models.Model):
    """Somebody answers for a finding of one version: it is shown, but does not decide the verdict."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    version = models.ForeignKey("review.Version", on_delete=models.CASCADE, related_name="waivers")
    code = models.CharField(max_length=100)  # of the finding, "<check id>.<what>"
    reason = models.TextField()
    created_by = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="waiver_once")]
        ordering = ["created_at", "pk"]
