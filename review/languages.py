"""Which language somebody is spoken to in: what they chose for themselves, else this browser's choice, else what it accepts."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

NAMES: dict[str, str] = dict(settings.LANGUAGES)  # code → its name in itself
YEAR = 365 * 24 * 3600


def chosen_by(user: Any) -> str | None:
    """The language among a person's preferences; None when they chose none, or one that is spoken no more."""
    if not getattr(user, "is_authenticated", False):
        return None
    chosen = user.preferences.get("language")
    return chosen if chosen in NAMES else None


def remember(response: HttpResponseBase, language: str) -> None:
    """Keep the choice in this browser too: for the pages before signing in."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, secure=settings.HTTPS, samesite="Lax")


class LanguageMiddleware(LocaleMiddleware):
    """Django's own, and before what it goes by (cookie, Accept-Language) the person's preference. Stands after the
    middleware of accounts; a request without a session costs no query."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        user = request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None
        if chosen := chosen_by(user):
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        # Bytes of media are the same in every language: caches need not tell them apart.
        if not response.get("Content-Type", "").startswith(("text/", "application/json", "application/problem")):
            return response
        return super().process_response(request, response)
