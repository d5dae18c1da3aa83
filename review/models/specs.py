"""What a project has agreed on: its technical spec and the team's protocol, each in revisions that are never changed."""

from django.db import models


class SpecRevision(models.Model):
    """One revision of a project's spec. The newest is in force; a project without any has no expectations."""

    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="specs")
    revision = models.PositiveIntegerField()  # from 1, without gaps
    technical = models.JSONField()  # media_pipeline.core.checks.spec.Spec.as_dict()
    naming_pattern = models.CharField(max_length=200)
    proxies_by = models.CharField(max_length=16)  # selectors.specs.PROXIES_BY
    note = models.TextField(blank=True)  # why it was changed
    made_by = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "revision"], name="spec_revision_once")]
        ordering = ["-revision"]


class ProtocolRevision(models.Model):
    """One revision of the team's protocol: what to check before opening, during a session, before closing. Markdown."""

    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="protocols")
    revision = models.PositiveIntegerField()
    text = models.TextField()
    made_by = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "revision"], name="protocol_revision_once")]
        ordering = ["-revision"]


class Acknowledgement(models.Model):
    """Somebody has read a revision of the protocol and will keep to it. Revision 0: the text every project begins with."""

    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="+")
    revision = models.PositiveIntegerField()
    user = models.ForeignKey("review.User", on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "revision", "user"], name="acknowledged_once")]
