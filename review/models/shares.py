"""Share links: what they show to whom, and the browsers that were let in by them."""

from django.db import models
from django.db.models import Q

from media_pipeline.ids import new_id


class ShareRight(models.TextChoices):
    """What a link allows besides watching."""

    COMMENT = "comment"
    APPROVE = "approve"
    SEE_COMMENTS = "see_comments"  # those of others; internal ones never
    SEE_VERSIONS = "see_versions"  # earlier ones of the same stack
    DOWNLOAD_PROXY = "download_proxy"
    DOWNLOAD_ORIGINAL = "download_original"


class Share(models.Model):
    """A link. Its secret is derived (review/share_secrets.py), so that it can be copied again and lies nowhere; the hash finds
    the row. In force until it is revoked or expires; each request asks anew."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="shares")
    name = models.CharField(max_length=100, blank=True)  # for those who made it; guests never see it
    salt = models.CharField(max_length=16, default=new_id)
    secret_hash = models.CharField(max_length=64, unique=True)
    rights = models.JSONField(default=list)  # of ShareRight, in its order
    passphrase = models.CharField(max_length=256, blank=True)  # as Django's hasher keeps it; "": none is asked for
    recipients = models.JSONField(default=list)  # addresses, lower case, that a code is mailed to; empty: whoever has the link
    # Raised with each new passphrase: who came in by an old one is asked for the new one.
    key_number = models.PositiveIntegerField(default=1)
    expires_at = models.DateTimeField(null=True)
    max_uses = models.PositiveIntegerField(null=True)  # browsers that are let in; null: any number
    uses = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True)
    watermark = models.JSONField(default=dict)  # what is burned into its pictures (review/watermarks.py); empty: nothing
    created_by = models.ForeignKey("review.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)

    @property
    def protected(self) -> bool:
        """Whether something is asked before anything is shown, be it no more than its name."""
        return bool(self.passphrase or self.recipients)

    @property
    def asks_name(self) -> bool:
        """Whether whoever comes is asked for a name, which is burned into what they see: nothing else tells who watches."""
        return bool(self.watermark.get("viewer")) and not self.recipients


class ShareItem(models.Model):
    """One thing that a link shows, in its order: a version, or a stack, of which it always shows the newest."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey("review.Version", on_delete=models.CASCADE, null=True, related_name="+")
    asset = models.ForeignKey("review.Asset", on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["share", "position"], name="share_item_place_once"),
            models.CheckConstraint(
                condition=Q(version__isnull=True, asset__isnull=False) | Q(version__isnull=False, asset__isnull=True),
                name="share_item_one_thing",
            ),
        ]


class SharePass(models.Model):
    """A browser that a link let in. Its session names the row; it counts while the link does and what it proved holds."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="passes")
    key_number = models.PositiveIntegerField()  # Share.key_number when it came in
    email = models.EmailField(blank=True)  # the recipient whose code it gave
    # The name in its pictures, where the link asks for one. It stays as it was given when the guest is called otherwise later.
    burned_name = models.CharField(max_length=60, blank=True)
    guest = models.ForeignKey("review.User", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(auto_now_add=True, db_index=True)


class ShareCode(models.Model):
    """The code that was mailed to a recipient of a link, good in the browser that asked for it: no other uses up its tries. Of
    one browser the newest alone counts. Only its hash is kept."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField()
    browser = models.CharField(max_length=64, blank=True)  # hash of its cookie (review/door_limits.py)
    code_hash = models.CharField(max_length=256)
    tries_left = models.PositiveSmallIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["share", "email", "browser"], name="share_code_newest")]
