"""Lists by opaque cursor: the key of the last row, signed. Rows that come or go meanwhile shift nothing."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Model, Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from review.api.links import base_url
from review.problems import Problem

SALT = "review.api.cursor"
M = TypeVar("M", bound=Model)
R = TypeVar("R")  # M, or plain rows of it


def paged(
    request: Request,
    rows: QuerySet[M, R],
    shown: Callable[[list[R]], list[dict[str, Any]]],
    *,
    order: tuple[str, ...],
    page_size: int,
    cursor: str | None = None,
) -> Response:
    """Answer with one page. `order` names fields ("-" for descending) that together are unique; none may be null."""
    if cursor:
        rows = rows.filter(_after(order, _key(cursor, order)))
    page = list(rows.order_by(*order)[: page_size + 1])
    more = len(page) > page_size
    page = page[:page_size]
    following = None
    if more:
        key = [_plain(getattr(page[-1], name.lstrip("-"))) for name in order]
        parameters = {**request.query_params.dict(), "cursor": signing.dumps([list(order), key], salt=SALT)}
        following = f"{base_url(request)}{request.path}?{urlencode(parameters)}"
    return Response({"data": shown(page), "links": {"next": following}})


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _key(cursor: str, order: tuple[str, ...]) -> list[Any]:
    try:
        made_for, key = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Problem("invalid_cursor") from error
    if tuple(made_for) != order:
        raise Problem("invalid_cursor", "The cursor belongs to another list.")
    return list(key)


def _after(order: tuple[str, ...], key: list[Any]) -> Q:
    """Rows behind `key`: (a > x) or (a = x and b > y) or …"""
    condition = Q()
    same = Q()
    for name, value in zip(order, key, strict=True):
        field = name.lstrip("-")
        beyond = "lt" if name.startswith("-") else "gt"
        condition |= same & Q(**{f"{field}__{beyond}": value})
        same &= Q(**{field: value})
    return condition
