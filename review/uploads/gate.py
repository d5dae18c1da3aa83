"""Who may send a request to the upload server. Answered before the first byte of its body is read."""

import io
from collections.abc import Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation

from review.access import Actor
from review.problems import Problem

ActorOf = Callable[[HttpRequest], Actor]


def _nothing(request: HttpRequest) -> HttpResponse:
    raise AssertionError("the middleware is used for its preparation of the request only")


_session = SessionMiddleware(_nothing)
_authentication = AuthenticationMiddleware(_nothing)
_csrf = CsrfViewMiddleware(_nothing)


def language_of(scope: MutableMapping[str, Any]) -> str:
    """What the client asks to be spoken to in: the cookie of the choice, else what it accepts."""
    return translation.get_language_from_request(ASGIRequest(dict(scope), io.BytesIO()))


def admit(scope: MutableMapping[str, Any], actor_of: ActorOf, *, changes: bool) -> Actor:
    """The actor of a raw ASGI request. Reads the database.

    Raises Problem: not_authenticated, invalid_token, origin_refused (a session used by another site's page; requests that
    change something only).
    """
    request = ASGIRequest(dict(scope), io.BytesIO())
    try:
        request.get_host()
    except DisallowedHost:
        raise Problem("malformed_request", "This host name is not served here.") from None
    _session.process_request(request)
    _authentication.process_request(request)
    actor = actor_of(request)
    if actor.user is None:
        raise Problem("not_authenticated")
    if changes and actor.token is None:
        _check_origin(request)
    return actor


def _check_origin(request: ASGIRequest) -> None:
    """A browser names the page's origin in every request that changes something. Without it, Django's token must be there."""
    origin = request.META.get("HTTP_ORIGIN")
    if origin is None:
        _csrf.process_request(request)
        if _csrf.process_view(request, _nothing, (), {}) is not None:
            raise Problem("origin_refused", "The request names no origin and carries no X-CSRFToken.")
        return
    trusted = {f"{request.scheme}://{request.get_host()}", settings.PUBLIC_URL, *settings.CSRF_TRUSTED_ORIGINS}
    parts = urlsplit(origin)
    if not parts.netloc or origin not in trusted:
        raise Problem("origin_refused", f"The page that sent this belongs to another site ({origin[:100]}).")
