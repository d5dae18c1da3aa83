"""Every error of the API as RFC 9457 `application/problem+json` with a stable code (docs/errors.md)."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from review.access import Forbidden, NotFound
from review.api.links import base_url
from review.problems import FieldError, Problem
from review.selectors.links import absolute

log = logging.getLogger(__name__)

_BY_EXCEPTION: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.ParseError, "malformed_request"),
    (exceptions.NotAuthenticated, "not_authenticated"),
    (exceptions.AuthenticationFailed, "invalid_token"),
    (exceptions.MethodNotAllowed, "method_not_allowed"),
    (exceptions.NotAcceptable, "not_acceptable"),
    (exceptions.UnsupportedMediaType, "unsupported_media_type"),
    (exceptions.Throttled, "throttled"),
    (exceptions.NotFound, "not_found"),
    (Http404, "not_found"),
    (NotFound, "not_found"),
    (RequestDataTooBig, "body_too_large"),
)


def field_errors(detail: Any, path: str = "") -> list[FieldError]:
    """DRF's nested details as a flat list; `field` is a dotted path, "" for the whole object."""
    if isinstance(detail, dict):
        name = api_settings.NON_FIELD_ERRORS_KEY
        return [
            error
            for key, value in detail.items()
            for error in field_errors(value, path if key == name else f"{path}.{key}" if path else str(key))
        ]
    if isinstance(detail, list):
        return [
            error
            for i, value in enumerate(detail)
            for error in field_errors(value, path if isinstance(value, exceptions.ErrorDetail) else f"{path}[{i}]")
        ]
    return [{"field": path, "code": getattr(detail, "code", "invalid"), "message": str(detail)}]


def as_problem(error: Exception) -> Problem | None:
    """The problem to answer with; None for what nobody foresaw."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, exceptions.ValidationError):
        errors = field_errors(error.detail)
        return Problem("invalid_input", "; ".join(f"{e['field'] or 'body'}: {e['message']}" for e in errors[:5]), errors=errors)
    if isinstance(error, Forbidden):
        return Problem(
            "forbidden", gettext("Your role in this project lacks “%(capability)s”.") % {"capability": error.capability}
        )
    if isinstance(error, exceptions.PermissionDenied | PermissionDenied):
        text = str(getattr(error, "detail", error))
        return Problem("csrf_failed", text) if text.startswith("CSRF") else Problem("forbidden", text)
    for kind, code in _BY_EXCEPTION:
        if isinstance(error, kind):
            hidden = code in ("not_found", "not_authenticated")  # the same body whatever the reason
            return Problem(code, "" if hidden else str(getattr(error, "detail", "")))
    return None


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler."""
    problem = as_problem(error)
    if problem is None:
        log.exception("unhandled error in %s", type(context.get("view")).__name__)
        problem = Problem("internal_error")
    set_rollback()
    if problem.current is not None:
        problem.current = absolute(problem.current, base_url(context["request"]))
    response = Response(problem.as_dict(), status=problem.status, content_type="application/problem+json")
    if problem.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="twopop"'
    if (wait := getattr(error, "wait", None)) is not None:
        response["Retry-After"] = str(int(wait))
    return response
