"""Personal access tokens: make, revoke."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from review import access, events
from review.access import Actor
from review.models import AccessToken, Scope
from review.secrets import TOKEN_PREFIX, hashed, new_secret


def in_order(scopes: Collection[str] | None) -> list[str]:
    """The scopes as a token keeps them: in one order, reading among them. None: all."""
    return [one.value for one in Scope if scopes is None or one in scopes or one == Scope.READ]


def create_token(
    actor: Actor, *, name: str, scopes: Collection[str] | None = None, expires_at: datetime | None = None
) -> tuple[AccessToken, str]:
    """The token and its secret, which is not kept and cannot be shown again. `scopes`: None for all; reading is always in."""
    secret = TOKEN_PREFIX + new_secret()
    granted = in_order(scopes)
    with transaction.atomic():
        token = AccessToken.objects.create(
            user=actor.person, name=name, secret_hash=hashed(secret), scopes=granted, expires_at=expires_at
        )
        events.audit(actor.user, "token.create", token, project_id=None, name=name, scopes=granted)
    return token, secret


def revoke_token(actor: Actor, token_id: str) -> None:
    with transaction.atomic():
        token = access.token(actor, token_id)
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        events.audit(actor.user, "token.revoke", token, project_id=None, name=token.name)
