"""Who asks the API: by session (REST framework's own), by personal access token, or as a guest that a share link let in."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from review.guests import Guest
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


class GuestAuthentication(SessionAuthentication):
    """A browser that share links let in, for the methods that a view names in `guests`; for all others it is nobody.

    As for people with a session, whatever changes something needs the CSRF token.
    """

    def authenticate(self, request: Request) -> tuple[Any, Guest] | None:
        view = (request.parser_context or {}).get("view")
        if request.method not in getattr(view, "guests", ()):
            return None
        guest = Guest.of(request._request.session)
        if not guest.passes:
            return None
        self.enforce_csrf(request)
        return guest.user() or AnonymousUser(), guest


class SignedInOrGuest(IsAuthenticated):
    """Signed in, or let in by a link where the view serves guests."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, Guest) or super().has_permission(request, view)


class GuestScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped base class
    target_class = GuestAuthentication
    name = "share"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "A share link that was opened."}

    def get_security_requirement(self, auto_schema: Any) -> Any:
        """None, which the stubs do not know: not by this."""
        return {self.name: []} if auto_schema.method in getattr(auto_schema.view, "guests", ()) else None


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped base class
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A personal access token (Settings → Tokens)."}
