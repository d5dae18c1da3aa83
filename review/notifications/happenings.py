"""What an event tells, read from the rows that it is about: who did it, to what. What is gone by now tells nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from review.approval.machine import Kind as Entered
from review.models import ApprovalEntry, Comment, Delivery, Event, Version

EDITED_WITHIN = timedelta(seconds=10)  # between a change of words and its event, both of one transaction


@dataclass(frozen=True)
class Happening:
    event: Event
    by: str | None = None  # who did it; None: nobody, it came about
    version: Version | None = None
    comment: Comment | None = None
    entry: ApprovalEntry | None = None
    delivery: Delivery | None = None
    sequence_id: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def internal(self) -> bool:
        """Whether it is for those only who see internal comments."""
        row = self.comment
        return row is not None and (row.internal or (row.parent is not None and row.parent.internal))


def of(event: Event) -> list[Happening]:
    """What an event tells; nothing for most kinds."""
    reader = _READERS.get(event.kind)
    return reader(event) if reader else []


def _version(version_id: str) -> Version | None:
    """A version that is there, and not only to be checked."""
    rows = Version.objects.select_related("asset", "created_by")
    return rows.filter(pk=version_id, deleted_at=None, asset__deleted_at=None, asset__expires_at=None).first()


def _comment(event: Event) -> list[Happening]:
    rows = Comment.objects.select_related("version__asset", "parent").filter(
        pk=event.payload["id"], deleted_at=None, version__deleted_at=None, version__asset__deleted_at=None
    )
    row = rows.filter(carried_from=None, version__asset__expires_at=None).first()
    if row is None:
        return []
    return [Happening(event, by=row.edited_by_id or row.author_id, version=row.version, comment=row)]


def _changed_comment(event: Event) -> list[Happening]:
    """Only where its words were changed with this event: a comment is updated for many reasons."""
    edited = event.payload["edited_at"]
    if edited is None or event.created_at - datetime.fromisoformat(edited) > EDITED_WITHIN:
        return []
    return _comment(event)


def _approval(event: Event) -> list[Happening]:
    version = _version(event.payload["version_id"])
    entries = ApprovalEntry.objects.filter(version_id=event.payload["version_id"], number=event.payload["revision"])
    entry = entries.filter(kind__in=[Entered.ASKED, Entered.DECIDED, Entered.WITHDRAWN]).first()
    if version is None or entry is None:
        return []
    detail = {
        "decision": entry.decision or "withdrawn" if entry.kind != Entered.ASKED else "",
        "up_to_frame": entry.up_to_frame,
        "due": entry.due.isoformat() if entry.due else None,
        "text": entry.text,
    }
    return [Happening(event, by=entry.by_id, version=version, entry=entry, detail=detail)]


def _new_version(event: Event) -> list[Happening]:
    version = _version(event.payload["id"])
    return [Happening(event, by=version.created_by_id, version=version)] if version else []


def failed_checks(shown: dict[str, Any]) -> bool:
    """Whether a sync report (`checks` of Version) has errors that nobody answers for."""
    return bool(shown["state"] == "done" and shown["errors"] > 0)


def _before(event: Event, name: str, value: str) -> Event | None:
    """The event of the same kind about the same thing before this one."""
    rows = Event.objects.filter(project_id=event.project_id, kind=event.kind, seq__lt=event.seq, **{f"payload__{name}": value})
    return rows.order_by("-seq").first()


def _checks(event: Event) -> list[Happening]:
    """A report that has failed and had not before."""
    version_id = event.payload["version_id"]
    if not failed_checks(event.payload["checks"]):
        return []
    before = _before(event, "version_id", version_id)
    version = None if before is not None and failed_checks(before.payload["checks"]) else _version(version_id)
    return [Happening(event, version=version, detail={"errors": event.payload["checks"]["errors"]})] if version else []


def _media(event: Event) -> list[Happening]:
    """Media that have failed and had not before."""
    if event.payload["state"] != "failed":
        return []
    before = _before(event, "media_id", event.payload["media_id"])
    if before is not None and before.payload["state"] == "failed":
        return []
    found = [_version(pk) for pk in event.payload["version_ids"]]
    return [Happening(event, version=version) for version in found if version is not None]


def _lock(event: Event) -> list[Happening]:
    told = event.payload
    by = told["by"]["id"] if told.get("by") else None
    detail = {"name": told["name"], "text": told.get("forced_because", "")}
    return [Happening(event, by=by, sequence_id=told["sequence_id"], detail=detail)]


def _delivery(event: Event) -> list[Happening]:
    row = Delivery.objects.select_related("version__asset").filter(pk=event.payload["id"]).first()
    if row is None or (event.kind == "delivery.updated" and row.recalled_at is None):
        return []
    by = row.made_by_id if event.kind == "delivery.created" else row.recalled_by_id
    text = "" if event.kind == "delivery.created" else row.recall_reason
    return [Happening(event, by=by, version=row.version, delivery=row, detail={"name": row.name, "text": text})]


_READERS: dict[str, Callable[[Event], list[Happening]]] = {
    "comment.created": _comment,
    "comment.updated": _changed_comment,
    "approvals.changed": _approval,
    "version.created": _new_version,
    "checks.changed": _checks,
    "media.changed": _media,
    "lock.asked": _lock,
    "lock.freed": _lock,
    "delivery.created": _delivery,
    "delivery.updated": _delivery,
}
