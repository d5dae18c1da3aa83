"""How often somebody may try something at the door of a share link, counted as allauth counts tries to sign in.

Whoever tries uses up budgets of their own first, by browser and by address; only what these let through counts in the one that
all share. So a stranger ends at his own before he can hold up anybody else.
"""

import time

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import ngettext

from review.models import Share, SharePass

APP = "allauth.account"  # in whose settings the rates stand (ACCOUNT_RATE_LIMITS)
Budget = tuple[str, str]  # a rate's name, and whose budget


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, as login limits know it: what a proxy says of it counts where uvicorn trusts that proxy
    (FORWARDED_ALLOW_IPS, this machine by itself). Of IPv6 the network, all of which one household has."""
    try:
        return str(ratelimit.get_ip(request))
    except PermissionDenied:  # a socket of this machine has none
        return ""


def browser_of(request: HttpRequest) -> str:
    """The cookie without which no form is taken. It is thrown away easily, which is why addresses are counted as well."""
    return request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")[:64]


def wait_to_open(request: HttpRequest, known: SharePass | None) -> int:
    """Seconds until a link that asks for nothing may be opened; 0: now. A browser that was in before is not held up by those at
    its address that never were."""
    return _wait(request, ("share_open", f"{'known:' if known else ''}{address_of(request)}"))


def wait_to_try(request: HttpRequest, share: Share, known: SharePass | None) -> int:
    """The same for a passphrase or a code."""
    address, browser = address_of(request), known.pk if known else browser_of(request)
    own = [("share_link_here", f"{share.pk}:{browser}")] if browser else []
    own.append(("share_link", address))
    if known is not None:  # nobody else holds it up, wherever they are
        return _wait(request, *own, ("share_link_address", f"{share.pk}:known:{address}"))
    return _wait(request, *own, ("share_link_address", f"{share.pk}:{address}"), ("share_link_everywhere", share.pk))


def wait_for_name(request: HttpRequest, share: Share) -> int:
    """The same for a name that was not burned into the link's pictures yet."""
    return _wait(request, ("share_name", f"{share.pk}:{address_of(request)}"))


def wait_for_guest(request: HttpRequest, one: SharePass) -> int:
    """The same for saying what one is called, or that somebody else sits there: by browser, and by address."""
    return _wait(request, ("share_guest_here", one.pk), ("share_guest", address_of(request)))


def wait_for_code(request: HttpRequest, share: Share, known: SharePass | None, email: str) -> int:
    """The same for having a code mailed to a recipient."""
    to, address, browser = f"{share.pk}:{email.strip().lower()}", address_of(request), browser_of(request)
    own = [("share_code", address), ("share_code_here", f"{to}:{address}")]
    if browser:
        own.append(("share_code_here", f"{to}:{browser}"))
    theirs = known is not None and known.email == email.strip().lower()
    return _wait(request, *own, *([] if theirs else [("share_code_everywhere", to)]))


def in_words(seconds: int) -> str:
    """A wait as people say it, never shorter than it is."""
    if seconds < 60:
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def _wait(request: HttpRequest, *budgets: Budget) -> int:
    """Count this try in each budget, in their order, up to the first that is used up."""
    for action, whose in budgets:
        if not ratelimit.consume(request, app=APP, action=action, key=whose):
            return max(1, *(_seconds(request, action, whose, rate) for rate in ratelimit.get_rates(app=APP, action=action)))
    return 0


def _seconds(request: HttpRequest, action: str, whose: str, rate: ratelimit.Rate) -> int:
    tries = cache.get(ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=whose), [])
    if len(tries) < rate.amount:
        return 0
    return int(tries[-1] + rate.duration - time.time()) + 1  # the newest stands first
