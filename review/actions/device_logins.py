"""Signing in a program that has no browser: the device authorization grant of RFC 8628.

The program gets two codes. It polls with the long one; its person types the short one into a page where they are signed in.
A token is made when the program collects it, so that its secret is kept nowhere.
"""

import secrets
from collections.abc import Collection
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from review import events
from review.access import Actor
from review.actions.tokens import create_token, in_order
from review.models import AccessToken, DeviceLogin
from review.problems import Problem
from review.secrets import hashed, new_secret

VALID_FOR = timedelta(minutes=15)
INTERVAL = timedelta(seconds=5)  # between two questions of a program
TOKEN_VALID_FOR = timedelta(days=90)
KEPT_FOR = timedelta(days=1)
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # RFC 8628, 6.1: no vowels, so no words; 20^8 codes, 34 bits
CODE_LENGTH = 8


class DevicePending(Exception):
    """No token yet, or never. `error` is one of RFC 8628, 3.5, or RFC 6749, 5.2."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


def begin(*, name: str, scopes: Collection[str] | None) -> tuple[DeviceLogin, str]:
    """A request that waits for its person, and its device code, of which only the hash is kept."""
    now, device_code = timezone.now(), new_secret()
    DeviceLogin.objects.filter(expires_at__lt=now - KEPT_FOR).delete()
    while True:
        try:
            with transaction.atomic():
                login = DeviceLogin.objects.create(
                    device_hash=hashed(device_code),
                    user_code="".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH)),
                    name=name,
                    scopes=in_order(scopes),
                    expires_at=now + VALID_FOR,
                )
        except IntegrityError:  # the short code is taken
            continue
        return login, device_code


def open_login(user_code: str) -> DeviceLogin:
    """The request with this short code, however it was typed. Raises device_code_invalid (unknown, answered, expired)."""
    letters = "".join(letter for letter in user_code.upper() if letter.isalnum())
    waiting = DeviceLogin.objects.filter(allowed=None, expires_at__gt=timezone.now())
    login = waiting.filter(user_code=letters).first() if len(letters) == CODE_LENGTH else None
    if login is None:
        raise Problem("device_code_invalid")
    return login


def answer(actor: Actor, user_code: str, *, allowed: bool) -> DeviceLogin:
    """The person says yes or no, once."""
    with transaction.atomic():
        login = open_login(user_code)
        if not DeviceLogin.objects.filter(pk=login.pk, allowed=None).update(allowed=allowed, user=actor.person):
            raise Problem("device_code_invalid")
        what = "device.allow" if allowed else "device.refuse"
        events.audit(actor.user, what, login, project_id=None, name=login.name, scopes=login.scopes)
    return login


def exchange(device_code: str) -> tuple[AccessToken, str]:
    """The token that the person allowed, and its secret, once. Raises DevicePending otherwise."""
    now = timezone.now()
    login = DeviceLogin.objects.select_related("user").filter(device_hash=hashed(device_code)).first()
    if login is None or login.used_at is not None:
        raise DevicePending("invalid_grant")
    if login.allowed is False:
        raise DevicePending("access_denied")
    if login.expires_at <= now:
        raise DevicePending("expired_token")
    if login.allowed is None:
        too_soon = login.polled_at is not None and now - login.polled_at < INTERVAL
        DeviceLogin.objects.filter(pk=login.pk).update(polled_at=now)
        raise DevicePending("slow_down" if too_soon else "authorization_pending")
    if login.user is None or not login.user.is_active:
        raise DevicePending("access_denied")
    with transaction.atomic():
        if not DeviceLogin.objects.filter(pk=login.pk, used_at=None).update(used_at=now):
            raise DevicePending("invalid_grant")
        return create_token(Actor(login.user), name=login.name, scopes=login.scopes, expires_at=now + TOKEN_VALID_FOR)
