"""Versions: change what is shown of them, delete."""

from django.db import transaction
from django.utils import timezone

from review import access, events
from review.access import Actor, Capability
from review.actions import assets
from review.models import Version
from review.selectors import versions


def update_version(actor: Actor, version_id: str, *, original_name: str | None = None, note: str | None = None) -> Version:
    """Change what is given. The file itself is never changed."""
    with transaction.atomic():
        version = access.version(actor, version_id, Capability.MANAGE_ASSETS)
        project_id = version.asset.project_id
        before = {"original_name": version.original_name, "note": version.note}
        version.original_name = version.original_name if original_name is None else original_name
        version.note = version.note if note is None else note
        version.save(update_fields=["original_name", "note"])
        events.audit(actor.user, "version.update", version, project_id=project_id, before=before)
        events.record(project_id, "version.updated", versions.version(version))
        assets.announce(version.asset)
    return version


def delete_version(actor: Actor, version_id: str) -> None:
    """The version disappears; its number is never given again, its media stays while another version holds it."""
    with transaction.atomic():
        version = access.version(actor, version_id, Capability.MANAGE_ASSETS)
        project_id = version.asset.project_id
        shown = versions.version(version)
        version.deleted_at = timezone.now()
        version.save(update_fields=["deleted_at"])
        events.audit(actor.user, "version.delete", version, project_id=project_id, number=version.number)
        events.record(project_id, "version.deleted", shown)
        assets.announce(version.asset)
