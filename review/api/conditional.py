"""Lists that are answered with 304 as long as nothing in their project has changed."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable

from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

from review.access import Actor, Capability
from review.api.links import base_url
from review.models import Project

IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of an earlier answer: 304 if nothing has changed since.",
)
LIST_ETAG = OpenApiParameter(
    "ETag", OpenApiTypes.STR, OpenApiParameter.HEADER, response=[200], description="State, for If-None-Match."
)
NOT_MODIFIED = {304: OpenApiResponse(description="Nothing has changed since that `ETag`.")}


def unless_known(
    request: Request,
    actor: Actor,
    project_id: str,
    granted: Collection[Capability],
    fields: Iterable[str],
    answer: Callable[[], Response],
) -> Response:
    """`answer()` with an entity tag, or 304 without calling it if the asker has that state already.

    Whatever anybody sees of a project goes through its outbox (review/events.py), so the number of its newest event names the
    state of each list in it; with who asks, what they may (`granted`), what they ask for, and the `fields` that such a row has
    in this release. The number is read first: what changes meanwhile makes the tag too old, never too new.
    """
    seq = Project.objects.values_list("event_seq", flat=True).get(pk=project_id)
    who = actor.user.pk if actor.user is not None else ""
    asked = [base_url(request), request.get_full_path(), who, sorted(granted), sorted(fields), seq]
    tag = f'W/"{hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:32]}"'
    known = get_conditional_response(request._request, etag=tag)
    response = answer() if known is None else Response(status=304)
    response["ETag"] = tag
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Authorization", "Cookie"])
    return response
