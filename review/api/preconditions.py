"""`If-Match`: a change that is only made if what was read is still what is there. Else 412, with what is there now."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from review.problems import Problem

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of what was read: 412 if it was changed since, with what is there now as `current`.",
)
ETAG = OpenApiParameter(
    "ETag", OpenApiTypes.STR, OpenApiParameter.HEADER, response=[200, 201], description="State, for If-Match."
)


def tag_in(request: Request) -> str | None:
    """The entity tag that `If-Match` names; None without one."""
    return request.headers.get("If-Match")


def revision_in(request: Request) -> int | None:
    """The revision that `If-Match` names; None without one. Raises precondition_failed for what is no revision."""
    text = tag_in(request)
    if text is None or text.strip() == "*":
        return None
    digits = text.strip().removeprefix("W/").strip('"')
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise Problem("precondition_failed", "If-Match names no revision.")
    return int(digits)


def revision_tag(shown: dict[str, object]) -> dict[str, str]:
    """The `ETag` header of what is known by its `revision`."""
    return {"ETag": f'"{shown["revision"]}"'}
