"""Projects: create, rename, archive."""

from django.db import transaction
from django.utils import timezone

from review import access, events
from review.access import Actor, Capability
from review.models import Membership, Project, Role
from review.selectors import people, projects


def create_project(actor: Actor, *, name: str) -> Project:
    """Only the installation's owner may. The creator becomes the project's first owner."""
    access.require_site_owner(actor)
    with transaction.atomic():
        project = Project.objects.create(name=name, created_by=actor.person)
        membership = Membership.objects.create(project=project, user=actor.person, role=Role.OWNER)
        events.audit(actor.user, "project.create", project, project_id=project.pk, name=name)
        events.record(project.pk, "project.created", projects.project(project))
        events.record(project.pk, "member.created", people.member(membership))
    return project


def update_project(actor: Actor, project_id: str, *, name: str) -> Project:
    with transaction.atomic():
        events.hold(access.project(actor, project_id, Capability.MANAGE_PROJECT).pk)
        project = access.project(actor, project_id, Capability.MANAGE_PROJECT)
        if project.name == name:
            return project
        events.audit(actor.user, "project.update", project, project_id=project.pk, name=name, before=project.name)
        project.name = name
        project.save(update_fields=["name"])
        events.record(project.pk, "project.updated", projects.project(project))
    return project


def archive_project(actor: Actor, project_id: str) -> None:
    """The project disappears for everybody; its rows and files stay for the operator to restore."""
    with transaction.atomic():
        events.hold(access.project(actor, project_id, Capability.MANAGE_PROJECT).pk)
        project = access.project(actor, project_id, Capability.MANAGE_PROJECT)
        project.archived_at = timezone.now()
        project.save(update_fields=["archived_at"])
        events.audit(actor.user, "project.archive", project, project_id=project.pk)
        events.record(project.pk, "project.deleted", projects.project(project))
