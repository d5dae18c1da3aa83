"""What people may do to the media behind a version, and how the pipeline's changes become events.

Media are shared by content, and no project may notice another: cancelling is a wish of the project (StoppedWork). It hears
no more of that media until it wishes otherwise; the jobs themselves end once nobody else wants them.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from media_pipeline import api as pipeline
from media_pipeline.models import Media
from review import access, events
from review.access import Actor, Capability
from review.actions import checks
from review.models import StoppedWork, Version
from review.selectors import media, references


def cancel(actor: Actor, version_id: str) -> Version:
    """The version's project wants nothing more made of the media. Nothing happens if nothing is being made for it."""
    with transaction.atomic():
        version = access.version(actor, version_id, Capability.MANAGE_MEDIA)
        project_id, media_id = version.asset.project_id, version.media_id
        pipeline.hold(media_id)
        known = media.known_of(version)
        active = [job for job in known.jobs if job.state in ("queued", "running")]
        if active:
            stopped = {"stopped_at": Now(), "with_poster": known.poster is not None}
            StoppedWork.objects.create(project_id=project_id, media_id=media_id, **stopped)
            if not wanting(media_id).exists():
                pipeline.cancel(media_id)
            announce(project_id, media_id, "wish")
        events.audit(actor.user, "media.cancel", version, project_id=project_id, jobs=len(active))
    return version


def retry(actor: Actor, version_id: str) -> Version:
    """Start again what failed or was cancelled."""
    with transaction.atomic():
        version = access.version(actor, version_id, Capability.MANAGE_MEDIA)
        project_id, media_id = version.asset.project_id, version.media_id
        pipeline.hold(media_id)
        StoppedWork.objects.filter(project_id=project_id, media_id=media_id).delete()
        count = pipeline.retry(media_id)
        announce(project_id, media_id, "wish")
        events.audit(actor.user, "media.retry", version, project_id=project_id, jobs=count)
    return version


def want(project_id: str, media: Media) -> None:
    """The project wants the media worked on, whatever it wished before. Inside the caller's transaction, which holds the
    media and whatever projects will hear of it (events.hold)."""
    resumed, _ = StoppedWork.objects.filter(project_id=project_id, media=media).delete()
    pipeline.start(media)
    if resumed:
        announce(project_id, media.pk, "wish")


def wanting(media_id: str) -> QuerySet[Version]:
    """The versions for which the media is worked on, by project: neither deleted, nor did their project have it stopped."""
    stopped = StoppedWork.objects.filter(media_id=media_id, project_id=OuterRef("asset__project_id"))
    rows = Version.objects.filter(
        ~Exists(stopped), media_id=media_id, deleted_at=None, asset__deleted_at=None, asset__project__archived_at=None
    )
    return rows.order_by("asset__project_id", "pk")


def announce(project_id: str, media_id: str, what: str) -> None:
    """Tell one project that it sees the media otherwise now, since it wished so."""
    mine = Version.objects.filter(media_id=media_id, asset__project_id=project_id, deleted_at=None, asset__deleted_at=None)
    _record(project_id, media_id, list(mine.order_by("pk").values_list("pk", flat=True)), what)


def record_media_changed(*, media_id: str, what: str, detail: Mapping[str, Any] | None = None, **_: Any) -> None:
    """Receiver of the pipeline's signal: one event per project that has the media worked on, in the change's own transaction.
    Of a comparison only those hear whose versions are compared with just that.

    Projects are taken in the order of their ids, so that two changes never wait for each other's rows.
    """
    known = detail or {}
    if what in ("correction", "sound"):
        return  # whoever ordered it hears of it (actions/corrections.py, actions/reference_sounds.py)
    with transaction.atomic():
        versions = list(wanting(media_id).select_related("asset"))
        if what == "comparison":
            versions = [one for one in versions if references.media_of(one) == known.get("subject")]
        holders: dict[str, list[str]] = {}
        for version in versions:
            holders.setdefault(version.asset.project_id, []).append(version.pk)
        for project_id, version_ids in holders.items():
            _record(project_id, media_id, version_ids, what, judge=may_change_a_verdict(what, known))


def may_change_a_verdict(what: str, detail: Mapping[str, Any]) -> bool:
    """Pictures and sounds made of a file say nothing new about it; what was measured of it does, and which jobs ended."""
    return what != "rendition" or detail.get("kind") == "measurements"


def _record(project_id: str, media_id: str, version_ids: list[str], what: str, *, judge: bool = True) -> None:
    state = media.known_to(project_id, [media_id])[media_id].state
    payload = {"media_id": media_id, "version_ids": version_ids, "what": what, "state": state}
    events.record(project_id, "media.changed", payload)
    if judge:
        checks.follow_media(project_id, version_ids)
