"""Mixdowns that versions are compared with: kept from an upload, and removed."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from media_pipeline import api as pipeline
from media_pipeline.models import Media
from review import access, events
from review.access import Actor, Capability
from review.actions import media as media_actions
from review.actions import references, removal
from review.models import ReferenceMode, ReferenceSound, Upload, Version


def keep(actor: Actor, upload: Upload, media: Media) -> ReferenceSound:
    """What an upload brought becomes a mixdown of the project (the same content is the same one), and what its version is
    compared with. Inside the caller's transaction, which holds the upload and the media. Raises NotFound, Forbidden."""
    pipeline.hear(media)
    events.hold(upload.project_id)
    sound, made = ReferenceSound.objects.get_or_create(
        project_id=upload.project_id, media=media, defaults={"name": upload.filename, "created_by": actor.person}
    )
    if made:
        events.audit(
            actor.user, "reference_sound.create", sound, project_id=upload.project_id, name=sound.name, size=media.size
        )
    references.choose(actor, upload.reference_for, mode=ReferenceMode.SOUND, reference_id=sound.pk)
    return sound


def remove(actor: Actor, sound_id: str) -> None:
    """Forget a mixdown: versions that were compared with it are compared with the version before them again. Its file goes
    too, unless something else holds the same content."""
    with transaction.atomic():
        sound = access.reference_sound(actor, sound_id, Capability.MANAGE_ASSETS)
        events.hold(sound.project_id)
        rows = Version.objects.filter(reference_sound=sound).select_related("asset")
        used = list(rows.order_by("pk"))
        rows.filter(reference_mode=ReferenceMode.SOUND).update(reference_mode=ReferenceMode.PREVIOUS)
        events.audit(
            actor.user, "reference_sound.remove", sound, project_id=sound.project_id, name=sound.name, versions=len(used)
        )
        media_id = sound.media_id
        sound.delete()
        for version in used:
            media_actions.announce(sound.project_id, version.media_id, "reference")
            references.compare_later(version.media_id)
        transaction.on_commit(lambda: removal.remove_media(media_id), robust=True)


def follow(*, media_id: str, what: str, detail: Mapping[str, Any] | None = None, **_: Any) -> None:
    """Receiver of the pipeline's signal: whoever is compared with a mixdown hears when it can be, or never will be."""
    if what != "sound" or (detail or {}).get("state") not in ("done", "failed_user", "failed_app"):
        return
    rows = Version.objects.filter(reference_sound__media_id=media_id, reference_mode=ReferenceMode.SOUND, deleted_at=None)
    with transaction.atomic():
        for project_id, compared in rows.order_by("asset__project_id").values_list("asset__project_id", "media_id").distinct():
            media_actions.announce(project_id, compared, "reference")
    references.compare_later(media_id)
