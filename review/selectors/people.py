"""People as others see them, memberships, invitations, tokens."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from review.models import AccessToken, Invitation, Membership, User
from review.selectors.stamps import stamp


def person(user: User) -> dict[str, Any]:
    """Person of the API; `guest` only where it is so: somebody who came by a share link and said what they are called."""
    shown: dict[str, Any] = {"id": user.pk, "name": user.display_name}
    return {**shown, "guest": True} if user.is_guest else shown


def person_named(user_id: str, name: str, email: str) -> dict[str, str]:
    """The same from columns, where no User is made for each of a thousand rows."""
    return {"id": user_id, "name": User.display_name_of(name, email)}


def member(row: Membership) -> dict[str, Any]:
    """Member, as in events: addresses are shown to those who manage members only, so they are not part of it."""
    return {"project_id": row.project_id, "user": person(row.user), "role": row.role, "created_at": stamp(row.created_at)}


def members(project_id: str) -> QuerySet[Membership]:
    return Membership.objects.filter(project_id=project_id).select_related("user")


def invitation(row: Invitation) -> dict[str, Any]:
    return {
        "id": row.pk,
        "project_id": row.project_id,
        "email": row.email,
        "role": row.role,
        "created_at": stamp(row.created_at),
        "expires_at": stamp(row.expires_at),
    }


def open_invitations(project_id: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(project_id=project_id, accepted_at=None, expires_at__gt=timezone.now())


def token(row: AccessToken) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "scopes": row.scopes,
        "read_only": row.read_only,
        "created_at": stamp(row.created_at),
        "expires_at": stamp(row.expires_at),
        "last_used_at": stamp(row.last_used_at),
    }


def tokens(user: User) -> QuerySet[AccessToken]:
    return AccessToken.objects.filter(user=user, revoked_at=None)


def tokens_in_force() -> QuerySet[AccessToken]:
    """Everybody's tokens that still count, with their persons."""
    running = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return AccessToken.objects.select_related("user").filter(running, revoked_at=None, user__is_active=True)
