"""Markers on a version's timeline: set, change, take away."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from review import access, events
from review.access import Actor, Capability
from review.actions.comments import check_range, clock_of
from review.models import Marker, MarkerKind
from review.problems import Problem
from review.selectors import markers
from review.selectors.stamps import stamp

MOST = 1000  # per version
COLOURS = {
    MarkerKind.VERSION_STARTS: "#3b82f6",
    MarkerKind.APPROVED_UP_TO: "#22c55e",
    MarkerKind.CHAPTER: "#a855f7",
    MarkerKind.CUSTOM: "#eab308",
}


def create_marker(
    actor: Actor,
    version_id: str,
    *,
    kind: str,
    frame: int | None = None,
    timecode: str | None = None,
    duration_frames: int = 1,
    label: str = "",
    colour: str = "",
) -> Marker:
    """Exactly one of `frame` and `timecode` (record timecode) says where. Raises frame_out_of_range, marker_limit."""
    with transaction.atomic():
        events.hold(access.version(actor, version_id, Capability.MARK).asset.project_id)
        version = access.version(actor, version_id, Capability.MARK)
        clock = clock_of(version.media)
        if frame is None:
            frame = clock.frame_at(timecode or "")
        check_range(version.media, frame, duration_frames)
        if Marker.objects.filter(version=version).count() >= MOST:
            raise Problem("marker_limit")
        row = Marker.objects.create(
            version=version,
            kind=kind,
            label=label,
            colour=colour or COLOURS[MarkerKind(kind)],
            frame=frame,
            duration_frames=duration_frames,
            author=actor.person,
        )
        project_id = version.asset.project_id
        events.audit(actor.user, "marker.create", row, project_id=project_id, version=version.pk, kind=kind, frame=frame)
        events.record(project_id, "marker.created", markers.marker(row, clock))
    return row


def update_marker(actor: Actor, marker_id: str, *, if_match: str | None = None, **changes: Any) -> Marker:
    """Change what is given: kind, label, colour, frame, duration_frames. With `if_match` only if it is still in that state."""
    with transaction.atomic():
        row = _held(actor, marker_id, if_match)
        before = {name: getattr(row, name) for name in changes}
        for name, value in changes.items():
            setattr(row, name, value)
        check_range(row.version.media, row.frame, row.duration_frames)
        row.save(update_fields=[*changes, "updated_at"])
        project_id = row.version.asset.project_id
        events.audit(actor.user, "marker.update", row, project_id=project_id, before=before)
        events.record(project_id, "marker.updated", markers.marker(row, clock_of(row.version.media)))
    return row


def delete_marker(actor: Actor, marker_id: str, *, if_match: str | None = None) -> None:
    """The marker goes; the audit trail keeps what it said."""
    with transaction.atomic():
        row = _held(actor, marker_id, if_match)
        shown = markers.marker(row, clock_of(row.version.media))
        project_id = row.version.asset.project_id
        events.audit(actor.user, "marker.delete", row, project_id=project_id, marker=shown)
        row.delete()
        events.record(project_id, "marker.deleted", shown)


def etag(row: Marker) -> str:
    """Entity tag: when it was last changed."""
    return f'"{stamp(row.updated_at)}"'


def _held(actor: Actor, marker_id: str, if_match: str | None) -> Marker:
    """The marker under its project's lock, for those who may change it: who set it, and who manages assets."""
    events.hold(access.marker(actor, marker_id, Capability.MARK).version.asset.project_id)
    row = access.marker(actor, marker_id, Capability.MARK)
    if row.author_id != actor.person.pk:
        access.require(actor, row.version.asset.project_id, Capability.MANAGE_ASSETS)
    if if_match is not None and if_match not in ("*", etag(row)):
        current = markers.marker(row, clock_of(row.version.media))
        raise Problem("precondition_failed", gettext("Somebody changed the marker after you had read it."), current=current)
    return row
