"""Sequences: create, rename, reorder, delete."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from review import access, events
from review.access import Actor, Capability
from review.actions import locks
from review.models import Sequence
from review.problems import Problem
from review.selectors import projects


def _taken(name: str) -> Problem:
    return Problem("name_taken", gettext("This project already has a sequence called “%(name)s”.") % {"name": name})


def _held(actor: Actor, sequence_id: str) -> Sequence:
    """The sequence as it is under its project's lock."""
    events.hold(access.sequence(actor, sequence_id, Capability.MANAGE_ASSETS).project_id)
    return access.sequence(actor, sequence_id, Capability.MANAGE_ASSETS)


def create_sequence(actor: Actor, project_id: str, *, name: str, position: int = 0) -> Sequence:
    try:
        with transaction.atomic():
            project = access.project(actor, project_id, Capability.MANAGE_ASSETS)
            events.hold(project.pk)
            sequence = Sequence.objects.create(project=project, name=name, position=position)
            events.audit(actor.user, "sequence.create", sequence, project_id=project.pk, name=name)
            events.record(project.pk, "sequence.created", projects.sequence(sequence))
    except IntegrityError as error:
        raise _taken(name) from error
    return sequence


def update_sequence(actor: Actor, sequence_id: str, *, name: str | None = None, position: int | None = None) -> Sequence:
    """Change what is given."""
    try:
        with transaction.atomic():
            sequence = _held(actor, sequence_id)
            before = {"name": sequence.name, "position": sequence.position}
            sequence.name = sequence.name if name is None else name
            sequence.position = sequence.position if position is None else position
            sequence.save(update_fields=["name", "position"])
            events.audit(actor.user, "sequence.update", sequence, project_id=sequence.project_id, before=before)
            events.record(sequence.project_id, "sequence.updated", projects.sequence(sequence))
    except IntegrityError as error:
        raise _taken(name or "") from error
    return sequence


def delete_sequence(actor: Actor, sequence_id: str) -> None:
    """Its assets stay, without a sequence. Raises sequence_locked."""
    with transaction.atomic():
        sequence = _held(actor, sequence_id)
        locks.refuse_locked(sequence.pk, actor.user)
        shown = projects.sequence(sequence)
        events.audit(actor.user, "sequence.delete", sequence, project_id=sequence.project_id, name=sequence.name)
        sequence.delete()
        events.record(shown["project_id"], "sequence.deleted", shown)
