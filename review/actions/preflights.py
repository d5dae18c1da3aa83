"""Files that are only to be checked: they live a day as assets that nobody is told of, then they go with all they hold."""

from django.db import transaction
from django.utils import timezone

from review import events
from review.actions import removal
from review.models import Asset, Version


def remove_expired() -> int:
    """Remove what was only to be checked and has had its day, with the media that nothing else holds. Returns how many."""
    expired = Asset.objects.filter(expires_at__lt=timezone.now()).values_list("pk", flat=True)
    return sum(_remove(asset_id) for asset_id in list(expired))


def _remove(asset_id: str) -> bool:
    with transaction.atomic():
        asset = Asset.objects.filter(pk=asset_id, expires_at__lt=timezone.now()).first()
        if asset is None:
            return False
        events.hold(asset.project_id)
        media_ids = set(Version.objects.filter(asset=asset).values_list("media_id", flat=True))
        events.audit(None, "preflight.remove", asset, project_id=asset.project_id, name=asset.name)
        asset.delete()
    for media_id in media_ids:
        removal.remove_media(media_id)
    return True
