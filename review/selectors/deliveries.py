"""Deliveries as the API shows them, the record that is frozen with each, and finding what a file is."""

import hashlib
import json
from typing import Any

from django.db.models import QuerySet

from media_pipeline.storage import get_storage
from review.approval.machine import standing
from review.models import Comment, Delivery, Version
from review.selectors import approvals, checks, markers, specs
from review.selectors.people import person
from review.selectors.positions import Clock
from review.selectors.stamps import stamp

FORMAT = 1
HEAD = 1024 * 1024  # bytes of a file's beginning that verify() can be told the hash of


def of_project(project_id: str) -> QuerySet[Delivery]:
    return Delivery.objects.filter(project_id=project_id).select_related(
        "version__asset", "version__media", "made_by", "recalled_by"
    )


def in_force(version_id: str) -> Delivery | None:
    """The delivery of a version that was not recalled."""
    return Delivery.objects.filter(version_id=version_id, recalled_at=None).first()


def delivery(row: Delivery) -> dict[str, Any]:
    """Delivery of the API and of events, without its record."""
    return {
        "id": row.pk,
        "project_id": row.project_id,
        "version_id": row.version_id,
        "asset_id": row.version.asset_id,
        "asset_name": row.version.asset.name,
        "number": row.version.number,
        "name": row.name,
        "size": row.size,
        "sha256": row.sha256,
        "record_sha256": row.record_sha256,
        "made_by": person(row.made_by),
        "made_at": stamp(row.made_at),
        "recalled_at": stamp(row.recalled_at),
        "recalled_by": person(row.recalled_by) if row.recalled_by else None,
        "recall_reason": row.recall_reason,
        "file_url": f"/media/deliveries/{row.pk}/file",
        "sidecar_url": f"/media/deliveries/{row.pk}/sha256",
    }


def record(version: Version, *, name: str, note: str) -> dict[str, Any]:
    """What is so at this moment: the delivery's record, format 1. Plain JSON."""
    media, asset = version.media, version.asset
    clock = Clock(media) if media.rate is not None else None
    rules = approvals.policy_of(approvals.policy_row(asset.project_id))
    rows = approvals.history(version.pk)
    now = standing(map(approvals.entry, rows))
    open_threads = Comment.objects.filter(version=version, parent=None, deleted_at=None, completed_at=None)
    made: dict[str, Any] = {
        "format": FORMAT,
        "project": {"id": asset.project_id, "name": asset.project.name},
        "sequence": {"id": asset.sequence_id, "name": asset.sequence.name} if asset.sequence else None,
        "asset": {"id": asset.pk, "name": asset.name},
        "version": {"id": version.pk, "number": version.number, "name": version.name, "original_name": version.original_name},
        "file": {"name": name, "size": media.size, "sha256": media.sha256, "frame_count": media.frame_count},
        "rate": clock.rate() if clock else None,
        "start_timecode": clock.start_timecode if clock else None,
        "spec": specs.spec(asset.project_id, specs.in_force(asset.project_id)),
        "not_conforming": [one.as_dict() for one in specs.of_version(version)],
        "checks": checks.report(version),
        "policy": approvals.policy(asset.project_id),
        "blocks_lifted": [
            {"code": block.value, "reason": now.lifted[block]}
            for block in now.blocks(rules, approvals.facts(version))
            if block in now.lifted
        ],
        "approvals": [approvals.shown(row, clock) for row in rows],
        "open_comments": [
            {"id": row.pk, "frame": row.frame, "timecode": clock.record(row.frame) if clock else None, "text": row.text}
            for row in open_threads.order_by("frame", "created_at")
        ],
        "markers": [markers.marker(row, clock) for row in markers.of_version(version.pk).order_by("frame", "pk")]
        if clock
        else [],
        "note": note,
    }
    plain: dict[str, Any] = json.loads(json.dumps(made))
    return plain


def digest(made: dict[str, Any]) -> str:
    """SHA-256 of a record as canonical JSON: keys sorted, no spaces, UTF-8."""
    text = json.dumps(made, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def verify(project_id: str, *, sha256: str, size: int, name: str = "", head_sha256: str = "") -> dict[str, Any]:
    """Verification of the API: what the file with this hash is, in this project.

    A file that is none of the project's is damaged, truncated or longer if it begins as a delivered one does (by `head_sha256`,
    of its first HEAD bytes), or failing that is called so and is as long, or nothing is known of how it begins.
    """
    rows = list(of_project(project_id))
    same = next((row for row in rows if row.sha256 == sha256 and row.recalled_at is None), None)
    same = same or next((row for row in rows if row.sha256 == sha256), None)
    if same is not None:
        return _found("recalled" if same.recalled_at else "delivered", delivered=same)
    version = (
        Version.objects.filter(asset__project_id=project_id, media__sha256=sha256, deleted_at=None, asset__deleted_at=None)
        .select_related("asset")
        .first()
    )
    if version is not None:
        return _found("other_version", version=version)
    like = next((row for row in rows if head_sha256 and head_sha256 == _head(row, size)), None)
    like = like or next((row for row in rows if name == row.name and (not head_sha256 or size == row.size)), None)
    if like is None:
        return _found("unknown")
    result = "truncated" if size < like.size else "longer" if size > like.size else "damaged"
    return _found(result, delivered=like)


def _found(result: str, *, delivered: Delivery | None = None, version: Version | None = None) -> dict[str, Any]:
    newest = {"id": version.pk, "asset_name": version.asset.name, "number": version.number} if version else None
    return {"result": result, "delivery": delivery(delivered) if delivered else None, "version": newest}


def _head(row: Delivery, size: int) -> str:
    """SHA-256 of as many first bytes of the delivered file as the other one's head has; "" if the file is not there."""
    path = get_storage().local_path(row.version.media.original_key)
    try:
        with path.open("rb") as file:
            return hashlib.sha256(file.read(min(HEAD, size))).hexdigest()
    except FileNotFoundError:
        return ""
