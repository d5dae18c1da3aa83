"""Assets: create, rename, move between sequences, delete."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from review import access, events
from review.access import Actor, Capability
from review.actions import checks, locks
from review.models import Asset, Delivery, Sequence, Version
from review.problems import Problem
from review.selectors import projects

UNCHANGED: Any = object()


def _sequence(actor: Actor, project_id: str, sequence_id: str | None) -> Sequence | None:
    """The sequence, which must be of the same project."""
    if sequence_id is None:
        return None
    sequence = access.sequence(actor, sequence_id)
    if sequence.project_id != project_id:
        raise access.NotFound
    return sequence


def _held(actor: Actor, asset_id: str) -> Asset:
    """The asset as it is under its project's lock."""
    events.hold(access.asset(actor, asset_id, Capability.MANAGE_ASSETS).project_id)
    return access.asset(actor, asset_id, Capability.MANAGE_ASSETS)


def create_asset(
    actor: Actor, project_id: str, *, name: str, sequence_id: str | None = None, expires_at: datetime | None = None
) -> Asset:
    """`expires_at`: of a file that is only to be checked."""
    with transaction.atomic():
        project = access.project(actor, project_id, Capability.MANAGE_ASSETS)
        events.hold(project.pk)
        sequence = _sequence(actor, project.pk, sequence_id)
        fields: dict[str, Any] = {"project": project, "sequence": sequence, "name": name, "expires_at": expires_at}
        asset = Asset.objects.create(created_by=actor.person, **fields)
        events.audit(actor.user, "asset.create", asset, project_id=project.pk, name=name)
        if expires_at is None:
            events.record(project.pk, "asset.created", projects.asset(asset))
    return asset


def update_asset(actor: Actor, asset_id: str, *, name: str | None = None, sequence_id: str | None = UNCHANGED) -> Asset:
    """Change what is given; `sequence_id=None` takes the asset out of its sequence. Raises sequence_locked."""
    with transaction.atomic():
        asset = _held(actor, asset_id)
        before = {"name": asset.name, "sequence_id": asset.sequence_id}
        if name is not None:
            asset.name = name
        if sequence_id is not UNCHANGED:
            # Out of a locked sequence and back in would be a way around its lock.
            for place in {asset.sequence_id, sequence_id} if asset.sequence_id != sequence_id else ():
                locks.refuse_locked(place, actor.user)
            asset.sequence = _sequence(actor, asset.project_id, sequence_id)
        asset.save(update_fields=["name", "sequence"])
        events.audit(actor.user, "asset.update", asset, project_id=asset.project_id, before=before)
        announce(asset)
    return asset


def announce(asset: Asset) -> None:
    """Tell live clients how the asset is now. Also called when its stack changes, since it shows the latest version."""
    if asset.expires_at is None:
        events.record(asset.project_id, "asset.updated", projects.asset(asset))


def delete_asset(actor: Actor, asset_id: str) -> None:
    """The asset and its versions disappear; their rows stay for the audit trail."""
    with transaction.atomic():
        asset = _held(actor, asset_id)
        if Delivery.objects.filter(version__asset=asset, recalled_at=None).exists():
            raise Problem("delivered", gettext("A version of “%(name)s” was delivered.") % {"name": asset.name})
        shown = projects.asset(asset)
        asset.deleted_at = timezone.now()
        asset.save(update_fields=["deleted_at"])
        events.audit(actor.user, "asset.delete", asset, project_id=asset.project_id, name=asset.name)
        if asset.expires_at is None:
            events.record(asset.project_id, "asset.deleted", shown)
        checks.follow_reference(asset.project_id, list(Version.objects.filter(asset=asset, deleted_at=None)))
