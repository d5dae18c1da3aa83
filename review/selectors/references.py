"""What a version is compared with by the sync checks, and what came of it."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from media_pipeline import api as pipeline
from review.models import ReferenceMode, StoppedWork, Version
from review.selectors import media


def reference_of(version: Version) -> Version | None:
    """The chosen version, else the nearest earlier one of the asset that can be compared with (undeleted, decoded, with other
    content); None if there is none, or none is wanted."""
    if version.reference_mode == ReferenceMode.NONE:
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
    reference = reference_of(version)
    return reference.media_id if reference else None


def name_of(reference: Version | None) -> str:
    """As a report names it; "" for none."""
    return f"v{reference.number} of {reference.asset.name} ({reference.original_name})" if reference else ""


def state_of(version: Version, reference: Version | None) -> str:
    """none | waiting | running | done | failed: the comparison with that reference."""
    if reference is None:
        return "none"
    ordered = pipeline.comparison(version.media_id, reference.media_id)
    if ordered is not None:
        return ordered
    known = media.known_to(version.asset.project_id, {version.media_id, reference.media_id}).values()
    return "failed" if any(one.state in ("failed", "cancelled") for one in known) else "waiting"


def choice(version: Version) -> dict[str, Any]:
    """Reference of the API."""
    used = reference_of(version)
    return {
        "version_id": version.pk,
        "mode": version.reference_mode,
        "chosen_id": version.reference_id if version.reference_mode == ReferenceMode.CHOSEN else None,
        "in_use": used
        and {"id": used.pk, "number": used.number, "asset_name": used.asset.name, "original_name": used.original_name},
        "state": state_of(version, used),
    }


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
