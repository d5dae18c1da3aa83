"""One POST to an address that somebody typed, without becoming their way into our network.

The name is resolved once, every address it has is judged, and the connection goes to a judged one: a name that answers
otherwise the second time changes nothing. No redirect is followed, no proxy used, little of the answer read.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext

SECONDS = 10.0  # for the whole exchange
MOST_ANSWER = 500  # bytes of it that are kept
# Ways to write an IPv4 address in IPv6, past any look at the IPv6 address itself.
_CARRIERS = [ipaddress.ip_network(one) for one in ("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")]


class Refused(Exception):
    """The address must not be sent to; the text says why."""


@dataclass(frozen=True)
class Sent:
    """How it ended: `status` of the answer, or `error` in words."""

    status: int | None
    error: str = ""
    answer: str = ""


def checked_url(url: str) -> None:
    """Raise Refused unless this is an address for webhooks. Its name is judged when it is sent to, each time."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(gettext("This is no address.")) from error
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        raise Refused(gettext("An address begins with https:// and names a host."))
    if parts.scheme == "http" and not settings.WEBHOOK_PRIVATE_ADDRESSES:
        raise Refused(gettext("Only https is allowed: what is sent tells what people write."))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Refused(gettext("Leave out names, passwords and fragments."))
    if any(ord(letter) <= 32 or ord(letter) > 126 for letter in url):
        raise Refused(gettext("Percent-encode spaces and other letters of the address."))


def public(address: str) -> bool:
    """Whether an address belongs to the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    carried = isinstance(ip, ipaddress.IPv6Address) and any(ip in network for network in _CARRIERS)
    return ip.is_global and not ip.is_multicast and not carried


def resolved(host: str, port: int) -> str:
    """One IP address of the host. Raises Refused if any it has is not public (unless the settings allow those), OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    addresses = [str(one[4][0]) for one in found]
    if not settings.WEBHOOK_PRIVATE_ADDRESSES and not all(public(one) for one in addresses):
        raise Refused(gettext("%(host)s is an address within a private network.") % {"host": host})
    return addresses[0]


def post(url: str, body: bytes, headers: dict[str, str]) -> Sent:
    """Send it and say how it ended. Never raises."""
    try:
        checked_url(url)
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        host, port = parts.hostname or "", parts.port or (443 if secure else 80)
        ip = resolved(host, port)
        connection = _to(ip, host, port, secure=secure)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with contextlib.closing(connection), _deadline(connection):
            connection.request("POST", path, body, {"Content-Type": "application/json", "User-Agent": "Twopop", **headers})
            answer = connection.getresponse()
            return Sent(answer.status, answer=answer.read(MOST_ANSWER).decode("utf-8", "replace"))
    except Refused as error:
        return Sent(None, str(error))
    except (TimeoutError, ssl.SSLError, OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        return Sent(None, _words(error))


def _to(ip: str, host: str, port: int, *, secure: bool) -> http.client.HTTPConnection:
    """A connection to that IP address which names and checks the host."""

    def dial(*_: Any, **__: Any) -> socket.socket:
        return socket.create_connection((ip, port), timeout=SECONDS)

    made: http.client.HTTPConnection
    if secure:
        made = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
    else:
        made = http.client.HTTPConnection(host, port, timeout=SECONDS)
    made._create_connection = dial  # type: ignore[attr-defined]  # the standard library's own hook for its tests
    return made


@contextlib.contextmanager
def _deadline(connection: http.client.HTTPConnection) -> Any:
    """End the exchange after SECONDS, also one that drips a byte at a time."""

    def cut() -> None:
        if connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"No answer within {int(SECONDS)} seconds."
    return str(error)[:200] or type(error).__name__
