"""Choosing what a version is compared with, and ordering the comparisons that follow from it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from media_pipeline import api as pipeline
from review import access, events
from review.access import Actor, Capability
from review.actions import media as media_actions
from review.models import ReferenceMode, ReferenceSound, Version
from review.problems import Problem
from review.selectors import references


def choose(actor: Actor, version_id: str, *, mode: str, reference_id: str | None = None) -> Version:
    """Compare the version with another one of its project (CHOSEN), with a mixdown of it (SOUND), with the one before it
    (PREVIOUS), or with none."""
    with transaction.atomic():
        events.hold(access.version(actor, version_id, Capability.MANAGE_ASSETS).asset.project_id)
        version = access.version(actor, version_id, Capability.MANAGE_ASSETS)
        reference: Version | None = None
        if mode == ReferenceMode.CHOSEN:
            reference = access.version(actor, reference_id or "")
            if reference.asset.project_id != version.asset.project_id:
                raise access.NotFound
            if reference.media_id == version.media_id:
                raise Problem("reference_invalid", gettext("The reference has the same content as the version."))
        sound: ReferenceSound | None = None
        if mode == ReferenceMode.SOUND:
            sound = access.reference_sound(actor, reference_id or "")
            if sound.project_id != version.asset.project_id:
                raise access.NotFound
        before = {"mode": version.reference_mode, "reference": version.reference_id or version.reference_sound_id}
        version.reference_mode, version.reference, version.reference_sound = mode, reference, sound
        version.save(update_fields=["reference_mode", "reference", "reference_sound"])
        events.audit(
            actor.user, "version.reference", version, project_id=version.asset.project_id, before=before, mode=mode,
            reference=reference.pk if reference else sound.pk if sound else None,
        )  # fmt: skip
        media_actions.announce(version.asset.project_id, version.media_id, "reference")
        compare_later(version.media_id)
    return version


def compare_when_ready(*, media_id: str, what: str, detail: Mapping[str, Any] | None = None, **_: Any) -> None:
    """Receiver of the pipeline's signal: with every step that ends, a media may have become comparable."""
    if what == "job" and (detail or {}).get("state") == "done":
        compare_later(media_id)


def compare_later(media_id: str, *, asset_id: str | None = None) -> None:
    """After the commit, order what the versions of this media, and those that are compared with them, still lack. Locks of
    several media must not meet in one transaction. What is lost here because the process dies, compare_missing finds."""
    transaction.on_commit(lambda: _compare(media_id, asset_id), robust=True)


def _compare(media_id: str, asset_id: str | None) -> int:
    assets = set(Version.objects.filter(media_id=media_id, deleted_at=None).values_list("asset_id", flat=True))
    assets |= {asset_id} if asset_id else set()
    compared = Q(reference__media_id=media_id) | Q(reference_sound__media_id=media_id)
    return _order(Q(asset_id__in=assets) | compared | Q(media_id=media_id))


def compare_missing() -> int:
    """Order every comparison that is due and was not ordered. Returns how many."""
    return _order(Q())


def _order(which: Q) -> int:
    rows = Version.objects.filter(which, deleted_at=None, asset__deleted_at=None, asset__project__archived_at=None)
    ready = pipeline.comparable(rows.values_list("media_id", flat=True).distinct().order_by())
    count = 0
    for version in rows.filter(media_id__in=ready).select_related("asset"):
        reference = references.used_by(version)
        if reference is not None and media_actions.wanting(version.media_id).filter(asset_id=version.asset_id).exists():
            count += pipeline.compare(version.media_id, reference.media_id)
    return count
