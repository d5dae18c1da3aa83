"""Who is in a project: add, change role, remove."""

from django.db import IntegrityError, transaction

from review import access, events
from review.access import Actor, Capability
from review.actions import locks
from review.models import Membership, Project, Role, User
from review.problems import Problem
from review.selectors import people


def add_member(actor: Actor, project_id: str, *, email: str, role: str) -> Membership | None:
    """Add the person with this address; None if nobody has it (then invite). Raises already_member."""
    try:
        with transaction.atomic():
            project = access.project(actor, project_id, Capability.MANAGE_MEMBERS)
            user = User.objects.filter(email=email.lower(), is_active=True).first()
            return None if user is None else join(actor.person, project, user, role)
    except IntegrityError as error:
        raise Problem("already_member") from error


def join(by: User, project: Project, user: User, role: str) -> Membership:
    """Inside the caller's transaction. Raises IntegrityError if they are in already."""
    events.hold(project.pk)
    membership = Membership.objects.create(project=project, user=user, role=role)
    events.audit(by, "member.add", membership, project_id=project.pk, user=user.pk, role=role)
    events.record(project.pk, "member.created", people.member(membership))
    return membership


def change_role(actor: Actor, project_id: str, user_id: str, *, role: str) -> Membership:
    """Raises last_owner rather than leave the project without one."""
    with transaction.atomic():
        # One change of a project's members at a time, or two owners could remove each other.
        events.hold(access.project(actor, project_id, Capability.MANAGE_MEMBERS).pk)
        membership = access.membership(actor, project_id, user_id, Capability.MANAGE_MEMBERS)
        if role == membership.role:
            return membership
        _keep_an_owner(membership)
        before, membership.role = membership.role, role
        membership.save(update_fields=["role"])
        events.audit(actor.user, "member.update", membership, project_id=project_id, user=user_id, role=role, before=before)
        if Capability.LOCK not in access.CAPABILITIES[role]:
            locks.let_go(membership.user, project_id)
        events.record(project_id, "member.updated", people.member(membership))
    return membership


def remove_member(actor: Actor, project_id: str, user_id: str) -> None:
    """Remove a person, or leave the project. Their sockets are closed as soon as the event is out."""
    with transaction.atomic():
        events.hold(access.project(actor, project_id).pk)  # see change_role
        membership = access.membership(actor, project_id, user_id, Capability.MANAGE_MEMBERS)
        _keep_an_owner(membership)
        shown = people.member(membership)
        events.audit(actor.user, "member.remove", membership, project_id=project_id, user=user_id, role=membership.role)
        locks.let_go(membership.user, project_id)
        membership.delete()
        events.record(project_id, "member.deleted", shown)


def _keep_an_owner(membership: Membership) -> None:
    others = Membership.objects.filter(project_id=membership.project_id, role=Role.OWNER).exclude(pk=membership.pk)
    if membership.role == Role.OWNER and not others.exists():
        raise Problem("last_owner")
