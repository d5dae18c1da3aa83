"""Invitations: make a link, revoke it, accept it."""

from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from review import access, events
from review.access import Actor, Capability
from review.actions.members import join
from review.models import Invitation, Membership, User
from review.problems import Problem
from review.secrets import hashed, new_secret

VALID_FOR = timedelta(days=7)


def invite(actor: Actor, project_id: str, *, email: str, role: str) -> tuple[Invitation, str]:
    """The invitation and the secret of its link, which is not kept."""
    secret = new_secret()
    with transaction.atomic():
        project = access.project(actor, project_id, Capability.MANAGE_MEMBERS)
        invitation = Invitation.objects.create(
            project=project,
            email=email.lower(),
            role=role,
            secret_hash=hashed(secret),
            invited_by=actor.person,
            expires_at=timezone.now() + VALID_FOR,
        )
        events.audit(actor.user, "invitation.create", invitation, project_id=project.pk, email=email, role=role)
    return invitation, secret


def revoke(actor: Actor, invitation_id: str) -> None:
    with transaction.atomic():
        invitation = access.invitation(actor, invitation_id)
        events.audit(actor.user, "invitation.revoke", invitation, project_id=invitation.project_id, email=invitation.email)
        invitation.delete()


def open_invitation(secret: str) -> Invitation:
    """The invitation that a link belongs to. Raises invitation_invalid: unknown, used, revoked, expired are one."""
    rows = Invitation.objects.select_related("project", "invited_by")
    usable = rows.filter(accepted_at=None, expires_at__gt=timezone.now(), project__archived_at=None)
    invitation = usable.filter(secret_hash=hashed(secret)).first()
    if invitation is None:
        raise Problem("invitation_invalid")
    return invitation


def accept_as(user: User, secret: str) -> Invitation:
    """The signed-in person joins. Somebody who is in already keeps their role, and the link is used up."""
    with transaction.atomic():
        invitation = _use(secret)
        if not Membership.objects.filter(project=invitation.project, user=user).exists():
            join(user, invitation.project, user, invitation.role)
        events.audit(user, "invitation.accept", invitation, project_id=invitation.project_id)
    return invitation


def accept_with_new_account(secret: str, *, name: str, password: str) -> tuple[Invitation, User]:
    """Make an account for the invited address and join. Raises Django's ValidationError for a weak password.

    An address that has an account already must sign in: a link never opens somebody's existing account.
    """
    with transaction.atomic():
        invitation = _use(secret)
        if User.objects.filter(email=invitation.email).exists():
            raise Problem("invitation_needs_login")
        validate_password(password, User(email=invitation.email, name=name))
        user = User.objects.create_user(invitation.email, password, name=name)
        events.audit(user, "account.create", user, project_id=invitation.project_id)
        join(user, invitation.project, user, invitation.role)
        events.audit(user, "invitation.accept", invitation, project_id=invitation.project_id)
    return invitation, user


def _use(secret: str) -> Invitation:
    """Take the invitation, once: the conditional UPDATE decides between two who come at the same time."""
    invitation = open_invitation(secret)
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=timezone.now()):
        raise Problem("invitation_invalid")
    return invitation
