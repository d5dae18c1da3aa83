"""Markers on a version's timeline."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.actions import markers as actions
from review.actions.comments import clock_of
from review.api.base import (
    MAX_INT,
    ApiView,
    InputSerializer,
    PageQuery,
    PersonSerializer,
    WholeNumberField,
    gone,
    many,
    nothing,
    one,
)
from review.api.labels import COLOUR
from review.api.pagination import paged
from review.api.preconditions import ETAG, IF_MATCH, tag_in
from review.models import Marker, MarkerKind
from review.selectors import markers


class MarkerSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    version_id = serializers.CharField()
    kind = serializers.ChoiceField(choices=MarkerKind.choices)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field of that name, not the attribute
    colour = serializers.CharField(help_text="#rrggbb")
    frame = serializers.IntegerField()
    duration_frames = serializers.IntegerField()
    timecode = serializers.CharField(allow_null=True, help_text="Record timecode of `frame`.")
    author = PersonSerializer()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class MarkerInput(InputSerializer):
    kind = serializers.ChoiceField(choices=MarkerKind.choices)
    label = serializers.CharField(max_length=200, allow_blank=True, default="")  # type: ignore[assignment]
    colour = serializers.RegexField(COLOUR, required=False, help_text="Absent: the kind's own.")
    frame = WholeNumberField(min_value=0, max_value=MAX_INT, required=False)
    timecode = serializers.CharField(max_length=40, required=False, help_text="Record timecode, instead of `frame`.")
    duration_frames = WholeNumberField(min_value=1, max_value=MAX_INT, default=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("frame" in attrs) == ("timecode" in attrs):
            raise serializers.ValidationError({"frame": [_("Say where: either `frame` or `timecode`.")]})
        return attrs


class MarkerChange(InputSerializer):
    kind = serializers.ChoiceField(choices=MarkerKind.choices, required=False)
    label = serializers.CharField(max_length=200, allow_blank=True, required=False)  # type: ignore[assignment]
    colour = serializers.RegexField(COLOUR, required=False)
    frame = WholeNumberField(min_value=0, max_value=MAX_INT, required=False)
    duration_frames = WholeNumberField(min_value=1, max_value=MAX_INT, required=False)


def _answer(view: ApiView, row: Marker, *, status: int = 200) -> Response:
    shown = markers.marker(row, clock_of(row.version.media))
    return view.shown(shown, status=status, headers={"ETag": actions.etag(row)})


class Markers(ApiView):
    @extend_schema(operation_id="markers_list", parameters=[PageQuery], responses=many(MarkerSerializer))
    def get(self, request: Request, version_id: str) -> Response:
        """Markers of a version by frame."""
        query = self.query(PageQuery)
        version = access.version(self.actor, version_id)

        def shown(page: list[Marker]) -> list[dict[str, Any]]:
            clock = clock_of(version.media) if page else None
            return [markers.marker(row, clock) for row in page if clock is not None]

        return paged(request, markers.of_version(version.pk), shown, order=("frame", "pk"), **query)

    @extend_schema(
        operation_id="markers_create",
        parameters=[ETAG],
        request=MarkerInput,
        responses=one(MarkerSerializer, status=201, errors=(400, 403, 404, 409, 422)),
    )
    def post(self, request: Request, version_id: str) -> Response:
        """Set a marker."""
        return _answer(self, actions.create_marker(self.actor, version_id, **self.body(MarkerInput)), status=201)


class OneMarker(ApiView):
    @extend_schema(operation_id="markers_get", parameters=[ETAG], responses=one(MarkerSerializer))
    def get(self, request: Request, marker_id: str) -> Response:
        """A marker."""
        return _answer(self, access.marker(self.actor, marker_id))

    @extend_schema(
        operation_id="markers_update",
        parameters=[IF_MATCH, ETAG],
        request=MarkerChange,
        responses=one(MarkerSerializer, errors=(400, 403, 404, 412, 422)),
    )
    def patch(self, request: Request, marker_id: str) -> Response:
        """Change or move a marker."""
        changes = self.body(MarkerChange)
        return _answer(self, actions.update_marker(self.actor, marker_id, if_match=tag_in(request), **changes))

    @extend_schema(operation_id="markers_delete", parameters=[IF_MATCH], responses=nothing(errors=(403, 404, 412)))
    def delete(self, request: Request, marker_id: str) -> Response:
        """Take a marker away."""
        actions.delete_marker(self.actor, marker_id, if_match=tag_in(request))
        return gone()
