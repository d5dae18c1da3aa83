"""Who sends a request that does not come through the API's own views: a person by session, or by access token;
a guest where guests are served."""

from django.http import HttpRequest

from review.access import Actor
from review.api.authentication import token_of
from review.problems import Problem
from review.secrets import TOKEN_PREFIX


def actor_of(request: HttpRequest, *, guests: bool = False) -> Actor:
    """The actor, anonymous without credentials. `request.user` must be set (AuthenticationMiddleware). `guests`: whether
    those whom a share link let in are served, too (Actor.of).

    A wrong token raises Problem("invalid_token"), even beside a good session: whoever sends one means it.
    """
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return Actor.of(request, guests=guests)
    token = token_of(secret.strip()) if secret.strip().startswith(TOKEN_PREFIX) else None
    if token is None:
        raise Problem("invalid_token", "The token is unknown, expired or revoked.")
    return Actor(user=token.user, token=token)
