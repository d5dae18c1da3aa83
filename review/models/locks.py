"""Who works on a sequence at the moment, and who waits for it."""

from django.db import models


class SequenceLock(models.Model):
    """A lease: it holds until `until` unless it is renewed. A row whose time is over is no lock."""

    sequence = models.OneToOneField("review.Sequence", on_delete=models.CASCADE, related_name="lock")
    holder = models.ForeignKey("review.User", on_delete=models.CASCADE, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    minutes = models.PositiveIntegerField()  # how long the lease is, from each sign of life of its holder
    since = models.DateTimeField()
    until = models.DateTimeField()


class LockWish(models.Model):
    """Somebody waits for a sequence's lock; first come, first told."""

    sequence = models.ForeignKey("review.Sequence", on_delete=models.CASCADE, related_name="lock_wishes")
    user = models.ForeignKey("review.User", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sequence", "user"], name="lock_wish_once")]
        ordering = ["created_at", "pk"]
