"""Uploads under way."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.access import Capability
from review.api.base import ApiView, PageQuery, many
from review.api.pagination import paged
from review.models import Upload
from review.selectors import uploads
from review.selectors.links import absolute


class UploadSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    project_id = serializers.CharField()
    asset_id = serializers.CharField(allow_null=True)
    filename = serializers.CharField()
    name = serializers.CharField(allow_blank=True, help_text="What it is to be called instead, without ending.")
    error_code = serializers.CharField(allow_blank=True, help_text="What a complete upload waits for: `name_conflict`.")
    error_message = serializers.CharField(allow_blank=True)
    relative_path = serializers.CharField(allow_blank=True)
    size = serializers.IntegerField()
    offset = serializers.IntegerField(help_text="Bytes received.")
    state = serializers.ChoiceField(choices=Upload.State.choices)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    url = serializers.URLField(help_text="Where a tus client goes on.")


class Uploads(ApiView):
    @extend_schema(
        operation_id="uploads_list", parameters=[PageQuery], responses=many(UploadSerializer, errors=(400, 403, 404))
    )
    def get(self, request: Request, project_id: str) -> Response:
        """My own uploads to the project that are not over."""
        query = self.query(PageQuery)
        project = access.project(self.actor, project_id, Capability.UPLOAD)
        rows = uploads.open_uploads(self.actor.person, project.pk)

        def shown(page: list[Upload]) -> list[dict[str, Any]]:
            return [absolute(uploads.upload(row), self.base) for row in page]

        return paged(request, rows, shown, order=("-created_at", "-pk"), **query)
