"""Bytes to and fro, so that a page can measure its connection to this server; no third party is asked."""

import secrets
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle

from review import access
from review.api.attachments import RawParser
from review.api.base import ApiView, one, problems
from review.problems import Problem

MOST = 2_000_000  # bytes of one request, either way
CHUNK = 64 * 1024
# The same bytes for everybody, made once per process: random, so that nothing on the way can compress them.
_BYTES = secrets.token_bytes(MOST)


class ConnectionRate(SimpleRateThrottle):
    """One test is about 15 requests and at most 7 MB: four of them a minute for each person, or guest's browser."""

    scope = "connection"
    rate = "60/min"

    def get_cache_key(self, request: Request, view: Any) -> str:
        person = view.actor.user
        # Without a name yet: the link's pass. Addresses that proxies name can be made up.
        ident = person.pk if person is not None else "".join(view.actor.guest.pass_ids[-1:])
        return self.cache_format % {"scope": self.scope, "ident": ident}


class BytesQuery(serializers.Serializer[Any]):
    bytes = serializers.IntegerField(min_value=0, max_value=MOST, default=0)


class ReceivedSerializer(serializers.Serializer[Any]):
    received = serializers.IntegerField(help_text="Bytes.")


class Connection(ApiView):
    guests = frozenset({"GET", "POST"})
    parser_classes = [RawParser]
    throttle_classes = [ConnectionRate]

    @extend_schema(
        operation_id="version_connection_download",
        parameters=[BytesQuery],
        responses={
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, description="Random bytes"),
            **problems(400, 404, 429),
        },
    )
    def get(self, request: Request, version_id: str) -> HttpResponse:
        """So many random bytes, for a test of the connection. At most 60 requests a minute for each person."""
        access.version(self.actor, version_id)
        size = self.query(BytesQuery)["bytes"]
        return HttpResponse(_BYTES[:size], content_type="application/octet-stream", headers={"Cache-Control": "no-store"})

    @extend_schema(
        operation_id="version_connection_upload",
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses=one(ReceivedSerializer, errors=(404, 413, 415, 429)),
    )
    def post(self, request: Request, version_id: str) -> Response:
        """Take bytes and throw them away, for a test of the connection: at most 2,000,000 of them."""
        access.version(self.actor, version_id)
        received = 0
        content: Any = request.data
        while hasattr(content, "read") and (chunk := content.read(CHUNK)):
            received += len(chunk)
            if received > MOST:
                raise Problem("body_too_large", f"At most {MOST} bytes are read.")
        return self.shown({"received": received})
