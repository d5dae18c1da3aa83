"""What people may do to the media behind a version, and how the pipeline's changes become events."""

from typing import Any

from django.db import transaction

from media_pipeline import api as pipeline
from review import access, events
from review.access import Actor, Capability
from review.models import Version
from review.selectors import media


def cancel(actor: Actor, version_id: str) -> Version:
    """Cancel what is being made of the version's media."""
    with transaction.atomic():
        version = access.version(actor, version_id, Capability.MANAGE_MEDIA)
        count = pipeline.cancel(version.media_id)
        events.audit(actor.user, "media.cancel", version, project_id=version.asset.project_id, jobs=count)
    return version


def retry(actor: Actor, version_id: str) -> Version:
    """Start again what failed or was cancelled."""
    with transaction.atomic():
        version = access.version(actor, version_id, Capability.MANAGE_MEDIA)
        count = pipeline.retry(version.media_id)
        events.audit(actor.user, "media.retry", version, project_id=version.asset.project_id, jobs=count)
    return version


def record_media_changed(*, media_id: str, what: str, **_: Any) -> None:
    """Receiver of the pipeline's signal: one event per project that holds the media, in the change's own transaction.

    Projects are taken in the order of their ids, so that two changes never wait for each other's rows.
    """
    with transaction.atomic():
        rows = Version.objects.filter(
            media_id=media_id, deleted_at=None, asset__deleted_at=None, asset__project__archived_at=None
        )
        holders: dict[str, list[str]] = {}
        for project_id, version_id in rows.order_by("asset__project_id", "pk").values_list("asset__project_id", "pk"):
            holders.setdefault(project_id, []).append(version_id)
        if not holders:
            return
        state = media.states([media_id])[media_id]
        for project_id, version_ids in holders.items():
            payload = {"media_id": media_id, "version_ids": version_ids, "what": what, "state": state}
            events.record(project_id, "media.changed", payload)
