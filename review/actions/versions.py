"""Versions: put on top of a stack, change what is shown of them, delete."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext

from media_pipeline.models import Media
from review import access, events
from review.access import Actor, Capability
from review.actions import approvals, assets, checks, locks, references
from review.models import Asset, Version
from review.naming.stack import stem_of
from review.problems import Problem
from review.selectors import deliveries, names, versions


def create_version(
    actor: Actor, asset_id: str, *, media: Media, original_name: str, note: str = "", name: str = ""
) -> tuple[Version, bool]:
    """Put a media on top of the asset's stack. Returns the version, and whether it is new.

    A name written by the project's pattern (`name`, else `original_name`) claims its number; whoever comes second to a number
    is refused (name_conflict). Any other file gets the number after the newest, and no name. While somebody else holds the
    sequence's lock, nothing new comes (sequence_locked).

    The same content twice in one stack is one version: the existing one is answered. Numbers only rise and are never given
    twice: the project's row is held until commit, so that concurrent calls follow each other.
    """
    with transaction.atomic():
        events.hold(access.asset(actor, asset_id, Capability.UPLOAD).project_id)
        target = access.asset(actor, asset_id, Capability.UPLOAD)  # it may have been deleted while this one waited
        existing = Version.objects.filter(asset_id=asset_id, media=media, deleted_at=None).order_by("number").first()
        if existing is not None:
            return existing, False
        locks.refuse_locked(Asset.objects.values_list("sequence_id", flat=True).get(pk=asset_id), actor.user)
        number, written = (None, "") if target.expires_at else _claimed(actor, asset_id, name or original_name, media.sha256)
        given = F("last_number") + 1 if number is None else Greatest(F("last_number"), number)
        Asset.objects.filter(pk=asset_id).update(last_number=given)
        asset = Asset.objects.get(pk=asset_id)
        version = Version.objects.create(
            asset=asset,
            number=(taken := asset.last_number if number is None else number),
            position=taken,
            media=media,
            name=written,
            original_name=original_name,
            note=note,
            created_by=actor.person,
        )
        checks.first_verdict(version)  # content that is known has its report already
        events.audit(
            actor.user, "version.create", version, project_id=asset.project_id, number=version.number, sha256=media.sha256
        )
        _tell(asset, "version.created", versions.version(version))
        if asset.expires_at is None:
            approvals.begin_again(actor, version)
        references.compare_later(media.pk)  # its content may be known and ready
        assets.announce(asset)
    return version, True


def _claimed(actor: Actor, asset_id: str, filename: str, sha256: str) -> tuple[int | None, str]:
    """The number that the name claims in the stack, and the name without its ending; (None, "") if it claims none. The caller
    holds the project: what is free stays so. Raises name_conflict."""
    asset = Asset.objects.select_related("project", "sequence").get(pk=asset_id)
    known, stack = names.Names.of(asset.project), names.stack_of(asset)
    number = known.claimed(known.read(filename), stack)
    if number is None or known.reserved(filename) is not None:
        return None, ""
    if refused := names.conflict(known, filename, stack, number, sha256=sha256, person=actor.user):
        raise refused
    return number, stem_of(filename)


def name_version(actor: Actor, version_id: str, *, name: str) -> Version:
    """Call the version so. Raises name_reserved, name_invalid; the original file name stays what it was."""
    with transaction.atomic():
        version = _held(actor, version_id)
        project_id = version.asset.project_id
        delivered = deliveries.in_force(version.pk) is not None
        names.check_name(names.Names.of(version.asset.project), name, version, delivered=delivered, person=actor.user)
        before, version.name = version.name, name
        version.save(update_fields=["name"])
        events.audit(actor.user, "version.name", version, project_id=project_id, name=name, before=before)
        _tell(version.asset, "version.updated", versions.version(version))
        assets.announce(version.asset)
    return version


def _tell(asset: Asset, kind: str, shown: dict[str, Any]) -> None:
    """Nobody hears of what is only to be checked."""
    if asset.expires_at is None:
        events.record(asset.project_id, kind, shown)


def _held(actor: Actor, version_id: str) -> Version:
    """The version as it is under its project's lock."""
    events.hold(access.version(actor, version_id, Capability.MANAGE_ASSETS).asset.project_id)
    return access.version(actor, version_id, Capability.MANAGE_ASSETS)


def update_version(actor: Actor, version_id: str, *, original_name: str | None = None, note: str | None = None) -> Version:
    """Change what is given. The file itself is never changed."""
    with transaction.atomic():
        version = _held(actor, version_id)
        project_id = version.asset.project_id
        before = {"original_name": version.original_name, "note": version.note}
        version.original_name = version.original_name if original_name is None else original_name
        version.note = version.note if note is None else note
        version.save(update_fields=["original_name", "note"])
        events.audit(actor.user, "version.update", version, project_id=project_id, before=before)
        _tell(version.asset, "version.updated", versions.version(version))
        assets.announce(version.asset)
    return version


def reorder(actor: Actor, asset_id: str, *, version_ids: Sequence[str]) -> None:
    """Put the versions of a stack into this order, the first on top. No number, no name and nothing that follows from them
    changes: the newest version is the one with the highest number, wherever it stands. Raises stack_changed unless each
    version of the stack is named just once."""
    with transaction.atomic():
        events.hold(access.asset(actor, asset_id, Capability.MANAGE_ASSETS).project_id)
        asset = access.asset(actor, asset_id, Capability.MANAGE_ASSETS)
        stack = {row.pk: row for row in versions.of_asset(asset.pk)}
        if len(version_ids) != len(stack) or set(version_ids) != set(stack):
            raise Problem("stack_changed")
        before = [row.number for row in sorted(stack.values(), key=lambda row: (-row.position, -row.number))]
        places = sorted((row.number for row in stack.values()), reverse=True)
        moved = []
        for version_id, position in zip(version_ids, places, strict=True):
            row = stack[version_id]
            if row.position != position:
                row.position = position
                row.save(update_fields=["position"])
                moved.append(row)
        numbers = [stack[version_id].number for version_id in version_ids]
        if numbers == before:
            return
        events.audit(actor.user, "asset.reorder", asset, project_id=asset.project_id, order=numbers, before=before)
        for shown in versions.version_list(moved):
            _tell(asset, "version.updated", shown)
        assets.announce(asset)


def delete_version(actor: Actor, version_id: str) -> None:
    """The version disappears; its number is never given again, its media and the original file stay."""
    with transaction.atomic():
        version = _held(actor, version_id)
        project_id = version.asset.project_id
        if deliveries.in_force(version.pk) is not None:
            raise Problem("delivered", gettext("V%(number)s was delivered.") % {"number": version.number})
        shown = versions.version(version)
        version.deleted_at = timezone.now()
        version.save(update_fields=["deleted_at"])
        events.audit(actor.user, "version.delete", version, project_id=project_id, number=version.number)
        _tell(version.asset, "version.deleted", shown)
        checks.follow_reference(project_id, [version])
        references.compare_later(version.media_id, asset_id=version.asset_id)  # those above it may have lost their reference
        assets.announce(version.asset)
