"""When somebody else took over a browser (`DELETE guest`): a mark in a cookie at the doors of all links. It lasts as long as
the passes in their own cookies do, which the API is not sent: those lead to guests of before, who sit there no more."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from review.models import SharePass

COOKIE = "share_parted"
COOKIE_DAYS = 400  # browsers keep none longer


def mark(response: HttpResponseBase) -> None:
    response.set_signed_cookie(
        COOKIE, timezone.now().isoformat(), salt=COOKIE, max_age=COOKIE_DAYS * 86_400, path="/s/", httponly=True,
        secure=settings.HTTPS, samesite="Lax",
    )  # fmt: skip


def is_of_before(request: HttpRequest, one: SharePass) -> bool:
    """Whether this browser's pass names a guest who was there before somebody else came."""
    parted = request.get_signed_cookie(COOKIE, salt=COOKIE, default="") or ""
    return bool(parted) and one.guest is not None and one.guest.date_joined <= datetime.fromisoformat(parted)
