"""Removing for good what was deleted long ago, and the originals that nothing holds any more."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from media_pipeline import api as pipeline
from media_pipeline.models import Media
from review import events
from review.models import ReferenceSound, Version


@dataclass(frozen=True)
class Removable:
    """What there is to remove. `bytes`: of the originals and what was made from them, on the disk."""

    version_ids: tuple[str, ...]
    media_ids: tuple[str, ...]
    strays: tuple[pipeline.Stray, ...]
    bytes: int


def removable(older_than: timedelta) -> Removable:
    """What was deleted longer ago than that, and the media (older than that) that nothing else holds."""
    gone = _long_deleted(older_than)
    held = Version.objects.exclude(pk__in=gone.values("pk")).values("media_id")
    media_ids = Media.objects.filter(created_at__lt=timezone.now() - older_than).exclude(pk__in=held)
    media_ids = media_ids.exclude(pk__in=ReferenceSound.objects.values("media_id"))
    found = tuple(media_ids.order_by("created_at").values_list("pk", flat=True))
    strays = tuple(pipeline.strays(older_than_seconds=older_than.total_seconds()))
    size = pipeline.bytes_of(found) + sum(stray.size for stray in strays)
    return Removable(tuple(gone.order_by("pk").values_list("pk", flat=True)), found, strays, size)


def _long_deleted(older_than: timedelta) -> QuerySet[Version]:
    """What was delivered once is kept, even if it was recalled and deleted: its record names it."""
    horizon = timezone.now() - older_than
    rows = Version.objects.filter(Q(deleted_at__lt=horizon) | Q(asset__deleted_at__lt=horizon))
    return rows.filter(deliveries=None)


def remove_version(version_id: str, older_than: timedelta) -> bool:
    """Forget a version that was deleted longer ago than that, and the comments on it; False if it was not, or is gone. Its
    number is not given again, and the audit trail keeps that it was there."""
    with transaction.atomic():
        version = Version.objects.select_related("asset").filter(pk=version_id).first()
        if version is None:
            return False
        events.hold(version.asset.project_id)
        if not _long_deleted(older_than).filter(pk=version_id).exists():
            return False  # restored meanwhile
        detail = {"number": version.number, "sha256": version.media.sha256, "asset": version.asset_id}
        events.audit(None, "version.remove", version, project_id=version.asset.project_id, **detail)
        version.delete()
    return True


def remove_media(media_id: str) -> bool:
    """Remove a media that no version holds, not even a deleted one, and no mixdown is; False if one does by now."""
    return pipeline.remove(media_id, is_held=_is_held)


def _is_held(media_id: str) -> bool:
    return any(kind.objects.filter(media_id=media_id).exists() for kind in (Version, ReferenceSound))


def remove_stray(stray: pipeline.Stray) -> bool:
    """Remove an original that was linked by an upload which could not be finished; False if it is a media's by now."""
    return pipeline.remove_stray(stray)
