"""Files that are only to be checked."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.access import Capability
from review.api.base import ApiView, many
from review.api.versions import VersionSerializer
from review.selectors import preflights


class PreflightSerializer(serializers.Serializer[Any]):
    version = VersionSerializer(help_text="Its sync report is the answer; it is in no list of the project.")
    expires_at = serializers.DateTimeField(help_text="Then the file is removed.")


class Preflights(ApiView):
    @extend_schema(operation_id="preflights_list", responses=many(PreflightSerializer, errors=(403, 404)))
    def get(self, request: Request, project_id: str) -> Response:
        """Files that were uploaded (`checkOnly` in Upload-Metadata) only to be checked, the newest 200. They live for a day."""
        project = access.project(self.actor, project_id, Capability.UPLOAD)
        return self.all_shown(preflights.of_project(project.pk))
