"""The sources of a project in one table, as JSON and CSV."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.api.base import ApiView, InputSerializer, RationalSerializer, one, problems
from review.api.checks import VersionChecksSerializer
from review.exports import source_table
from review.selectors import sources


class CsvRenderer(BaseRenderer):
    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        # Problems are JSON whatever was asked for.
        return data.encode() if isinstance(data, str) else JSONRenderer().render(data)


class SourcesQuery(InputSerializer):
    versions = serializers.ChoiceField(
        choices=["latest", "all"], default="latest", help_text="The newest of each asset, or every version."
    )


class SourceSerializer(serializers.Serializer[Any]):
    version_id = serializers.CharField()
    asset_id = serializers.CharField()
    asset_name = serializers.CharField()
    number = serializers.IntegerField()
    latest = serializers.BooleanField()
    original_name = serializers.CharField()
    state = serializers.CharField(help_text="Of the media, as in MediaStatus.")
    known = serializers.BooleanField(help_text="False until the file was read: what follows is null then.")
    size = serializers.IntegerField(help_text="Bytes.")
    frame_count = serializers.IntegerField(allow_null=True)
    checks = VersionChecksSerializer()
    container = serializers.CharField(allow_null=True)
    video_codec = serializers.CharField(allow_null=True, help_text="Codec, profile, pixel format.")
    raster = serializers.CharField(allow_null=True)
    pixel_aspect = serializers.CharField(allow_null=True)
    scan = serializers.ChoiceField(choices=["progressive", "tff", "bff"], allow_null=True)
    rate = serializers.CharField(allow_null=True, help_text="Frames per second, exact: 25, 24000/1001.")
    variable_rate = serializers.BooleanField(allow_null=True)
    drop_frame = serializers.BooleanField(allow_null=True, help_text="Null where the file carries no timecode.")
    audio = serializers.CharField(allow_null=True, help_text="Codec and layout of each track.")
    audio_rate = serializers.CharField(allow_null=True, help_text="Samples per second.")
    color = serializers.CharField(allow_null=True)
    start_timecode = serializers.CharField(allow_null=True)
    gop = serializers.IntegerField(allow_null=True, help_text="Longest distance between key pictures, in frames.")
    open_gop = serializers.BooleanField(allow_null=True)
    duration = RationalSerializer(allow_null=True)
    odd = serializers.ListField(child=serializers.CharField(), help_text="Fields that are not what most of the files have.")


class SourceTableSerializer(serializers.Serializer[Any]):
    rows = SourceSerializer(many=True)
    common = serializers.DictField(help_text="What most of the files have, by field.")


class Sources(ApiView):
    @extend_schema(
        operation_id="project_sources", parameters=[SourcesQuery], responses=one(SourceTableSerializer, errors=(400, 404))
    )
    def get(self, request: Request, project_id: str) -> Response:
        """What the file of each version is, and where it is otherwise than the rest of the project (at most 5000 rows)."""
        project = access.project(self.actor, project_id)
        return self.shown(sources.table(project.pk, latest_only=self.query(SourcesQuery)["versions"] == "latest"))


class SourcesCsv(ApiView):
    renderer_classes = [CsvRenderer, JSONRenderer]

    @extend_schema(
        operation_id="project_sources_csv",
        parameters=[SourcesQuery],
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR), **problems(400, 404)},
    )
    def get(self, request: Request, project_id: str) -> Response:
        """The same as CSV (RFC 4180, UTF-8)."""
        project = access.project(self.actor, project_id)
        made = sources.table(project.pk, latest_only=self.query(SourcesQuery)["versions"] == "latest")
        headers = {"Content-Disposition": 'attachment; filename="sources.csv"'}
        return Response(source_table.csv_of(made["rows"]), content_type="text/csv; charset=utf-8", headers=headers)
