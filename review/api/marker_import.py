"""Markers of editing programs as comments."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.access import Capability
from review.actions import marker_import as actions
from review.api.attachments import RawParser
from review.api.base import one
from review.api.comment_shapes import CommentSerializer
from review.api.comments import CommentView
from review.problems import Problem
from review.selectors.comment_details import CommentDetails
from review.selectors.positions import Clock

LARGEST = 4 * 1024 * 1024  # bytes


class MarkerImportQuery(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=255, help_text="Name of the file; its end says what it is: .edl, .otio, .csv.")
    start_tc = serializers.CharField(
        required=False,
        max_length=16,
        help_text="Timecode of the first frame of the timeline that the markers come from; without it, the file's own.",
    )
    internal = serializers.BooleanField(default=False, help_text="Not shown to clients.")


class MarkerImportSerializer(serializers.Serializer[Any]):
    created = CommentSerializer(many=True)
    known = serializers.IntegerField(help_text="Markers that are comments here already: the same frame, the same text.")
    left_out = serializers.ListField(child=serializers.CharField(), help_text="What became no comment, and why.")


class MarkerImport(CommentView):
    parser_classes = [RawParser]

    @extend_schema(
        operation_id="version_marker_import",
        parameters=[MarkerImportQuery],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses=one(MarkerImportSerializer, status=201, errors=(400, 403, 404, 409, 413, 415, 422)),
    )
    def post(self, request: Request, version_id: str) -> Response:
        """Write the markers of an EDL, an OpenTimelineIO or a CSV file as comments, at most 1000; those that are known stay."""
        version = access.version(self.actor, version_id, Capability.COMMENT)  # before anything is said about the request
        query = self.query(MarkerImportQuery)
        sent: Any = request.data
        content = sent.read(LARGEST + 1) if hasattr(sent, "read") else b""
        if len(content) > LARGEST:
            raise Problem("body_too_large", f"At most {LARGEST} bytes are read.")
        made, known, left_out = actions.import_markers(self.actor, version_id, content=content, **query)
        clock, details = Clock(version.media), CommentDetails(made)
        created = self.comment_list(self.actor.capabilities_on(version), made, clock, details)
        return Response({"data": {"created": created, "known": known, "left_out": left_out}}, status=201)
