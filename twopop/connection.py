"""Requests to one Twopop: JSON in and out, problems as ApiError, what may be repeated is repeated."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from twopop.errors import ApiError, NotSignedIn, Unreachable

PAUSES = (0.5, 2.0, 5.0)  # seconds before each repetition
PASSING = (429, 502, 503, 504)  # answers that may be another one a little later
TIMEOUT = 60.0


@dataclass(frozen=True)
class Answer:
    status: int
    headers: HTTPMessage
    body: bytes

    def json(self) -> Any:
        try:
            return json.loads(self.body) if self.body else {}
        except ValueError as error:
            raise Unreachable("What answers there is no Twopop.") from error


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would carry the token to wherever it leads."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Connection:
    """`address`: as in the browser (https://review.example). `wait` is told how long to wait; tests give their own."""

    def __init__(self, address: str, token: str = "", *, wait: Callable[[float], None] = time.sleep) -> None:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise Unreachable(f"{address} is no address.")
        self.address = f"{parts.scheme}://{parts.netloc}"
        self.token = token
        self._wait = wait
        self._opener = build_opener(_NoRedirect)

    def json(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The answer's JSON. `path` below /api/v1/, or a whole address of this Twopop (`links.next`)."""
        sent = None if body is None else json.dumps(body).encode()
        kind = {} if sent is None else {"Content-Type": "application/json"}
        return self.send(method, path, sent, query=query, headers={**kind, **(headers or {})}).json()

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request, repeated after a cut or a passing error if that does no harm (reading, or with an Idempotency-Key)."""
        address = self._address(path, query)
        given = dict(headers or {})
        repeatable = method in ("GET", "HEAD", "PUT", "DELETE") or "Idempotency-Key" in given
        for pause in (*PAUSES, None):
            try:
                return self._once(method, address, body, given)
            except ApiError as error:
                if pause is None or error.status not in PASSING or not (repeatable or error.status == 429):
                    raise
                self._wait(float(error.problem.get("retry_after") or pause))
            except Unreachable:
                if pause is None or not repeatable:
                    raise
                self._wait(pause)
        raise AssertionError("the last attempt returns or raises")

    def _address(self, path: str, query: Mapping[str, Any] | None) -> str:
        address = urljoin(f"{self.address}/api/v1/", path)
        if urlsplit(address)[:2] != urlsplit(self.address)[:2]:
            raise Unreachable(f"{address} is not at {self.address}: the token stays here.")
        asked = {name: _plain(value) for name, value in (query or {}).items() if value is not None}
        return f"{address}?{urlencode(asked)}" if asked else address

    def _once(self, method: str, address: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        sent = {"Accept": "application/json", "User-Agent": "twopop-client", **headers}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        request = Request(address, data=body, headers=sent, method=method)  # noqa: S310 -- http and https only, see __init__
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except HTTPError as error:
            raise _problem(error) from None
        except (OSError, HTTPException) as error:
            raise Unreachable(f"{self.address} does not answer: {getattr(error, 'reason', error)}.") from error


def _problem(error: HTTPError) -> ApiError:
    try:
        problem = json.loads(error.read())
    except (ValueError, OSError, HTTPException):
        problem = None
    if not isinstance(problem, dict):
        problem = {"title": f"The answer was {error.code} {error.reason}."}
    if (wait := error.headers.get("Retry-After", "")).isdigit():
        problem["retry_after"] = int(wait)
    return (NotSignedIn if error.code == 401 else ApiError)(error.code, problem)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(value) if isinstance(value, list | tuple) else str(value)
