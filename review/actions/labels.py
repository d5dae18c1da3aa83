"""Labels of a project: coloured words that its comments can carry."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from review import access, events
from review.access import Actor, Capability
from review.models import Label
from review.problems import Problem
from review.selectors import labels

MOST = 100  # per project


def create_label(actor: Actor, project_id: str, *, name: str, colour: str) -> Label:
    """Raises name_taken, and label_limit for a project that has enough."""
    with transaction.atomic():
        project = access.project(actor, project_id, Capability.MANAGE_LABELS)
        events.hold(project.pk)
        if Label.objects.filter(project=project).count() >= MOST:
            raise Problem("label_limit")
        label = _named(Label(project=project, colour=colour), name)
        events.audit(actor.user, "label.create", label, project_id=project.pk, name=name)
        events.record(project.pk, "label.created", labels.label(label))
    return label


def update_label(actor: Actor, label_id: str, *, name: str | None = None, colour: str | None = None) -> Label:
    """Change what is given. Raises name_taken."""
    with transaction.atomic():
        label = _held(actor, label_id)
        before = {"name": label.name, "colour": label.colour}
        label.colour = label.colour if colour is None else colour
        _named(label, label.name if name is None else name)
        events.audit(actor.user, "label.update", label, project_id=label.project_id, before=before)
        events.record(label.project_id, "label.updated", labels.label(label))
    return label


def delete_label(actor: Actor, label_id: str) -> None:
    """The label goes, also from the comments that carry it. They do not count as changed: whoever mirrors them ignores ids
    that are no label of the project any more."""
    with transaction.atomic():
        label = _held(actor, label_id)
        shown, project_id = labels.label(label), label.project_id
        events.audit(actor.user, "label.delete", label, project_id=project_id, name=label.name)
        label.delete()
        events.record(project_id, "label.deleted", shown)


def _held(actor: Actor, label_id: str) -> Label:
    """The label as it is under its project's lock."""
    events.hold(access.label(actor, label_id, Capability.MANAGE_LABELS).project_id)
    return access.label(actor, label_id, Capability.MANAGE_LABELS)


def _named(label: Label, name: str) -> Label:
    label.name = name
    try:
        with transaction.atomic():
            label.save()
    except IntegrityError as error:
        raise Problem("name_taken", gettext("There is already a label “%(name)s” in this project.") % {"name": name}) from error
    return label
