"""Files for comments."""

import io
from collections.abc import Mapping
from typing import IO, Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle

from review import access
from review.access import Capability
from review.actions import attachments as actions
from review.api.base import ApiView, RationalSerializer, gone, nothing, one
from review.door_limits import address_of
from review.selectors import attachments


class AttachmentSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["image", "audio", "pdf"], help_text="Told by its bytes, not by its name.")
    mime = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes, as it was sent.")
    state = serializers.ChoiceField(choices=["preparing", "ready", "failed"])
    error_code = serializers.CharField(allow_null=True, help_text="Why it cannot be shown; it can still be downloaded.")
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    duration = RationalSerializer(allow_null=True, help_text="Seconds of a sound, exact.")
    peaks = serializers.ListField(
        child=serializers.IntegerField(), allow_null=True, help_text="Loudness of a sound over its length, 0 to 100."
    )
    shown_url = serializers.CharField(allow_null=True, help_text="WebP of an image, AAC of a sound.")
    thumb_url = serializers.CharField(allow_null=True)
    original_url = serializers.CharField(help_text="As it was sent, as a download.")


class AttachmentQuery(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=255, help_text="File name, as it is shown.")


class RawParser(BaseParser):
    """The body as it comes, unread: the action reads it piece by piece, up to its limit."""

    media_type = "application/octet-stream"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        return stream


class GuestFileRate(SimpleRateThrottle):
    """Files of guests from one address. As many may wait for their comments for a day (`attachments.KEPT`)."""

    scope = "guest_files"
    rate = "200/day"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        person = view.actor.user
        if person is not None and not person.is_guest:
            return None
        return self.cache_format % {"scope": self.scope, "ident": address_of(request._request)}


class Attachments(ApiView):
    guests = frozenset({"POST"})
    throttle_classes = [GuestFileRate]
    parser_classes = [RawParser]

    @extend_schema(
        operation_id="attachments_create",
        parameters=[AttachmentQuery],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses=one(AttachmentSerializer, status=201, errors=(400, 403, 404, 409, 413, 415, 422, 429)),
    )
    def post(self, request: Request, version_id: str) -> Response:
        """Send a file (an image, a PDF, a sound) for a comment: then name its id in the comment's `attachments`."""
        access.version(self.actor, version_id, Capability.COMMENT)  # before anything is said about the request
        query = self.query(AttachmentQuery)
        content: Any = request.data
        stream = content if hasattr(content, "read") else io.BytesIO()
        attachment = actions.send_attachment(self.actor, version_id, name=query["name"], content=stream)
        return self.shown(attachments.attachment(attachment), status=201)


class OneAttachment(ApiView):
    guests = frozenset({"GET", "DELETE"})

    @extend_schema(operation_id="attachments_get", responses=one(AttachmentSerializer))
    def get(self, request: Request, attachment_id: str) -> Response:
        """An attachment of a comment, or one's own that is not attached yet."""
        return self.shown(attachments.attachment(access.attachment(self.actor, attachment_id)))

    @extend_schema(operation_id="attachments_delete", responses=nothing(errors=(403, 404, 409)))
    def delete(self, request: Request, attachment_id: str) -> Response:
        """Take back one's own file before it is attached. Afterwards change the comment's `attachments`."""
        actions.delete_attachment(self.actor, attachment_id)
        return gone()
