"""The sync report of a version."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.api.base import ApiView, one
from review.selectors import checks


class SyncReportSerializer(serializers.Serializer[Any]):
    version_id = serializers.CharField()
    media_id = serializers.CharField()
    state = serializers.ChoiceField(choices=["waiting", "running", "failed", "done"])
    report = serializers.DictField(
        allow_null=True, help_text="The report, format 1 (docs/sync-checks.md); null until the file's frames are known."
    )


class Checks(ApiView):
    @extend_schema(operation_id="versions_checks", responses=one(SyncReportSerializer))
    def get(self, request: Request, version_id: str) -> Response:
        """What the sync checks say of a version: verdict, findings, measurements. `media.changed` tells when it changes."""
        return self.shown(checks.report(access.version(self.actor, version_id)))
