"""What a version is compared with by the sync checks, and what came of it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from media_pipeline import api as pipeline
from review.media_words import error_in_words
from review.models import ReferenceMode, ReferenceSound, StoppedWork, SyncVerdict, Version
from review.selectors import media
from review.selectors.people import person
from review.selectors.stamps import stamp


@dataclass(frozen=True)
class Used:
    """What a version is compared with: another version, or a mixdown."""

    media_id: str
    version: Version | None = None
    sound: ReferenceSound | None = None

    @property
    def name(self) -> str:
        """As a report names it."""
        if self.version is not None:
            of = {"number": self.version.number, "name": self.version.asset.name, "file": self.version.original_name}
            return _("v%(number)s of %(name)s (%(file)s)") % of
        return _("%(name)s (a mixdown)") % {"name": self.sound.name} if self.sound is not None else ""


def used_by(version: Version) -> Used | None:
    """The chosen mixdown or version, else the nearest earlier version; None if there is none, or none is wanted."""
    if version.reference_mode == ReferenceMode.SOUND and version.reference_sound_id:
        sound = ReferenceSound.objects.filter(pk=version.reference_sound_id).first()
        if sound is not None and sound.media_id != version.media_id:
            return Used(sound.media_id, sound=sound)
    found = reference_of(version)
    return Used(found.media_id, version=found) if found is not None else None


def reference_of(version: Version) -> Version | None:
    """The chosen version, else the nearest earlier one of the asset that can be compared with (undeleted, decoded, with other
    content); None if there is none, none is wanted, or it is compared with a mixdown."""
    if version.reference_mode == ReferenceMode.NONE:
        return None
    if version.reference_mode == ReferenceMode.SOUND and version.reference_sound_id:
        return None
    if version.reference_mode == ReferenceMode.CHOSEN and version.reference_id:
        rows = _alive().filter(asset__project_id=version.asset.project_id)
        chosen = rows.filter(pk=version.reference_id).exclude(media_id=version.media_id).first()
        if chosen is not None:
            return chosen
    stopped = StoppedWork.objects.filter(media_id=OuterRef("media_id"), project_id=version.asset.project_id)
    earlier = list(
        _alive()
        .filter(~Exists(stopped), asset_id=version.asset_id, number__lt=version.number)
        .exclude(media_id=version.media_id)
        .order_by("-number")
    )
    ready = pipeline.comparable([one.media_id for one in earlier])
    return next((one for one in earlier if one.media_id in ready), None)


def _alive() -> QuerySet[Version]:
    rows = Version.objects.filter(deleted_at=None, asset__deleted_at=None, asset__project__archived_at=None)
    return rows.select_related("asset")


def media_of(version: Version) -> str | None:
    """Id of the media that the version's is compared with."""
    used = used_by(version)
    return used.media_id if used else None


def state_of(version: Version, reference: Used | None) -> str:
    """none | waiting | running | done | failed: the comparison with that reference."""
    if reference is None:
        return "none"
    ordered = pipeline.comparison(version.media_id, reference.media_id)
    if ordered is not None:
        return ordered
    if reference.sound is not None and pipeline.sound_statuses([reference.media_id])[reference.media_id].state == "failed":
        return "failed"
    mine = {version.media_id} if reference.sound is not None else {version.media_id, reference.media_id}
    known = media.known_to(version.asset.project_id, mine).values()
    return "failed" if any(one.state in ("failed", "cancelled") for one in known) else "waiting"


def choice(version: Version) -> dict[str, Any]:
    """Reference of the API."""
    used = used_by(version)
    other = used.version if used else None
    sound = used.sound if used else None
    chosen = {ReferenceMode.CHOSEN: version.reference_id, ReferenceMode.SOUND: version.reference_sound_id}
    return {
        "version_id": version.pk,
        "mode": version.reference_mode,
        "chosen_id": chosen.get(ReferenceMode(version.reference_mode)),
        "in_use": other and _version(other),
        "sound_in_use": sound and shown_sounds([sound])[0],
        "state": state_of(version, used),
    }


def _version(row: Version) -> dict[str, Any]:
    kept = SyncVerdict.objects.filter(version=row).first()
    return {
        "id": row.pk,
        "number": row.number,
        "asset_name": row.asset.name,
        "original_name": row.original_name,
        "verdict": kept.verdict or None if kept is not None and kept.state == "done" else None,
    }


def sounds_of(project_id: str) -> list[dict[str, Any]]:
    """ReferenceSound of the API: the project's mixdowns, the newest first. A fixed number of queries."""
    return shown_sounds(ReferenceSound.objects.filter(project_id=project_id))


def shown_sounds(rows: QuerySet[ReferenceSound] | list[ReferenceSound]) -> list[dict[str, Any]]:
    """ReferenceSound of the API, of each."""
    if isinstance(rows, QuerySet):
        rows = list(rows.select_related("media", "created_by"))
    known = pipeline.sound_statuses([row.media_id for row in rows])
    alive = Version.objects.filter(reference_mode=ReferenceMode.SOUND, deleted_at=None, asset__deleted_at=None)
    used = Counter(alive.filter(reference_sound__in=rows).values_list("reference_sound_id", flat=True))
    shown = []
    for row in rows:
        status = known[row.media_id]
        error = status.error
        shown.append(
            {
                "id": row.pk,
                "name": row.name,
                "size": row.media.size,
                "state": status.state,
                "milliseconds": status.milliseconds,
                "tracks": status.tracks,
                "codec": status.codec,
                "error": error and error_in_words({"code": error.code, "message": error.message, "remedy": error.remedy}),
                "versions": used[row.pk],
                "created_by": person(row.created_by),
                "created_at": stamp(row.created_at),
            }
        )
    return shown


def frame_map(version: Version, other: Version) -> dict[str, Any]:
    """FrameMap of the API: from the frames of `other` to those of `version`."""
    made = pipeline.frame_map(version.media_id, other.media_id)
    ordered = [
        pipeline.comparison(one, two) for one, two in ((version.media_id, other.media_id), (other.media_id, version.media_id))
    ]
    state = "done" if made is not None else next((one for one in ordered if one is not None), "none")
    return {
        "version_id": version.pk,
        "from_version_id": other.pk,
        "state": "failed" if made is None and state == "done" else state,
        "from_count": made.from_count if made else None,
        "to_count": made.to_count if made else None,
        "runs": [
            {"kind": part.kind.value, "from_first": part.from_first, "to_first": part.to_first, "count": part.count}
            for part in (made.parts if made else ())
        ],
        "doubts": [{"first": low, "count": high - low} for low, high in (made.doubts if made else ())],
    }
