"""Personal access tokens: `Authorization: Bearer tp_…`."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from review.models import AccessToken, User
from review.secrets import TOKEN_PREFIX, hashed
from review.selectors import people

USED_EVERY = timedelta(minutes=1)


def token_of(secret: str) -> AccessToken | None:
    """The token in force with this secret, or None. Notes its use, at most once a minute."""
    now = timezone.now()
    token = people.tokens_in_force().filter(secret_hash=hashed(secret)).first()
    if token is not None and (token.last_used_at is None or token.last_used_at < now - USED_EVERY):
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_EVERY)
        AccessToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return token


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        scheme, _, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token_of(secret.strip()) if secret.strip().startswith(TOKEN_PREFIX) else None
        if token is None:
            raise AuthenticationFailed("The token is unknown, expired or revoked.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="twopop"'


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped base class
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A personal access token (Settings → Tokens)."}
