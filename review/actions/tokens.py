"""Personal access tokens: make, revoke."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from review import access, events
from review.access import Actor
from review.models import AccessToken
from review.secrets import TOKEN_PREFIX, hashed, new_secret


def create_token(
    actor: Actor, *, name: str, read_only: bool = False, expires_at: datetime | None = None
) -> tuple[AccessToken, str]:
    """The token and its secret, which is not kept and cannot be shown again."""
    secret = TOKEN_PREFIX + new_secret()
    with transaction.atomic():
        token = AccessToken.objects.create(
            user=actor.person, name=name, secret_hash=hashed(secret), read_only=read_only, expires_at=expires_at
        )
        events.audit(actor.user, "token.create", token, project_id=None, name=name, read_only=read_only)
    return token, secret


def revoke_token(actor: Actor, token_id: str) -> None:
    with transaction.atomic():
        token = access.token(actor, token_id)
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        events.audit(actor.user, "token.revoke", token, project_id=None, name=token.name)
