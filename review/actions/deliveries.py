"""Deliver a version, and recall a delivery. The record is frozen; a recall stands beside it, a new delivery makes a new one."""

from django.db import transaction
from django.utils import timezone

from review import access, events
from review.access import Actor, Capability
from review.actions import approvals
from review.approval.machine import Entry, Kind
from review.models import Delivery
from review.naming.stack import stem_of
from review.problems import Problem
from review.selectors import deliveries, names


def deliver(actor: Actor, version_id: str, *, name: str = "", note: str = "") -> Delivery:
    """Deliver the version under this name without ending (""; its own). Raises delivery_blocked, name_invalid."""
    with transaction.atomic():
        events.hold(access.version(actor, version_id, Capability.DELIVER).asset.project_id)
        version = access.version(actor, version_id, Capability.DELIVER)
        project = version.asset.project
        if name:
            names.check_name(names.Names.of(project), name, version, delivered=True, person=actor.user)
        stem = name or version.name or stem_of(version.original_name)
        file_name = f"{stem}{version.original_name[len(stem_of(version.original_name)) :]}"
        approvals.add(actor, version, Entry(Kind.DELIVERED, text=note))
        record = deliveries.record(version, name=file_name, note=note)
        row = Delivery.objects.create(
            project=project,
            version=version,
            name=file_name,
            size=version.media.size,
            sha256=version.media.sha256,
            record=record,
            record_sha256=deliveries.digest(record),
            made_by=actor.person,
        )
        events.audit(
            actor.user, "delivery.create", row, project_id=project.pk, version=version.pk, name=file_name,
            sha256=row.sha256, record_sha256=row.record_sha256,
        )  # fmt: skip
        events.record(project.pk, "delivery.created", deliveries.delivery(row))
    return row


def recall(actor: Actor, delivery_id: str, *, reason: str) -> Delivery:
    """Take a delivery back. Its record and file stay; the version can be delivered again. Raises delivery_recalled."""
    with transaction.atomic():
        events.hold(access.delivery(actor, delivery_id, Capability.DELIVER).project_id)
        row = access.delivery(actor, delivery_id, Capability.DELIVER)
        if row.recalled_at is not None:
            raise Problem("delivery_recalled")
        row.recalled_at, row.recalled_by, row.recall_reason = timezone.now(), actor.person, reason
        row.save(update_fields=["recalled_at", "recalled_by", "recall_reason"])
        approvals.add(actor, access.version(actor, row.version_id), Entry(Kind.RECALLED, text=reason))
        events.audit(actor.user, "delivery.recall", row, project_id=row.project_id, reason=reason)
        events.record(row.project_id, "delivery.updated", deliveries.delivery(row))
    return row
