"""The OpenAPI document, and the answer for addresses that do not exist."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from review.access import NotFound
from review.api.base import ApiView


def document() -> dict[str, Any]:
    """The OpenAPI document of the whole API, as plain JSON values."""
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # untyped
    plain: dict[str, Any] = json.loads(json.dumps(made))
    return plain


@cache
def served() -> bytes:
    """The document as it is served: made once per process, since anybody may ask for it."""
    return json.dumps(document(), ensure_ascii=False).encode()


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """Open to anybody: it tells nothing that the documentation does not."""
    return HttpResponse(served(), content_type="application/json")


@extend_schema(exclude=True)
class Nothing(ApiView):
    """Whatever no other route takes: the same 404 as for an object that does not exist."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound
