"""Approvals, deliveries and the policy they follow. Histories only grow."""

from django.db import models

from media_pipeline.ids import new_id


class ApprovalPolicy(models.Model):
    """One revision of a project's policy (review.approval.machine.Policy); the newest is in force."""

    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="policies")
    revision = models.PositiveIntegerField()
    who = models.JSONField(default=list)  # user ids
    everybody = models.BooleanField(default=False)
    open_comments_block = models.BooleanField(default=False)
    failed_checks_block = models.BooleanField(default=True)
    made_by = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "revision"], name="policy_revision_once")]


class ApprovalEntry(models.Model):
    """One entry of a version's approval (review.approval.machine.Entry). Never changed, never deleted."""

    version = models.ForeignKey("review.Version", on_delete=models.CASCADE, related_name="approval_entries")
    number = models.PositiveIntegerField()  # from 1 within the version, without gaps
    kind = models.CharField(max_length=16)
    person = models.ForeignKey("review.User", on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=24, blank=True)
    up_to_frame = models.PositiveIntegerField(null=True)
    block = models.CharField(max_length=24, blank=True)
    due = models.DateField(null=True)
    text = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="approval_entry_once")]
        ordering = ["version", "number"]


class Delivery(models.Model):
    """A version was delivered. `record` is what was so at that moment and is never changed; a recall is added beside it."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="deliveries")
    version = models.ForeignKey("review.Version", on_delete=models.PROTECT, related_name="deliveries")
    name = models.CharField(max_length=255)  # of the delivered file, with its ending
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    record = models.JSONField()
    record_sha256 = models.CharField(max_length=64)  # of the record as canonical JSON
    made_by = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    recalled_at = models.DateTimeField(null=True)
    recalled_by = models.ForeignKey("review.User", on_delete=models.PROTECT, null=True, related_name="+")
    recall_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
