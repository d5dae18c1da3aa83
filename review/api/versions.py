"""Versions of an asset."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.actions import versions as actions
from review.api.base import ApiView, InputSerializer, PageQuery, PersonSerializer, gone, many, nothing, one
from review.api.checks import VersionChecksSerializer
from review.api.pagination import paged
from review.selectors import versions
from review.selectors.links import absolute

MEDIA_STATES = ("new", "indexing", "preparing", "reviewable", "ready", "failed", "cancelled")


class VersionSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    asset_id = serializers.CharField()
    asset_name = serializers.CharField()
    project_id = serializers.CharField()
    number = serializers.IntegerField(help_text="Counts up within the asset; never used twice.")
    position = serializers.IntegerField(
        help_text="Where it stands in its stack, the highest on top: its number, unless somebody reordered the stack."
    )
    name = serializers.CharField(allow_blank=True, help_text="By the project's pattern, without ending; empty: none yet.")
    original_name = serializers.CharField(help_text="As uploaded.")
    note = serializers.CharField(allow_blank=True)
    created_by = PersonSerializer()
    created_at = serializers.DateTimeField()
    media_id = serializers.CharField()
    media_state = serializers.ChoiceField(choices=MEDIA_STATES)
    poster_url = serializers.CharField(allow_null=True, help_text="A path; null before a picture is there.")
    checks = VersionChecksSerializer(help_text="Its sync report, in brief.")
    url = serializers.URLField(help_text="Its review page.")


class VersionChange(InputSerializer):
    original_name = serializers.CharField(max_length=255, required=False)
    note = serializers.CharField(max_length=5000, required=False, allow_blank=True)


class OrderInput(InputSerializer):
    version_ids = serializers.ListField(
        child=serializers.CharField(max_length=16), max_length=10_000, help_text="Each version of the stack, the top one first."
    )


class Versions(ApiView):
    @extend_schema(operation_id="versions_list", parameters=[PageQuery], responses=many(VersionSerializer))
    def get(self, request: Request, asset_id: str) -> Response:
        """The asset's version stack from top to bottom: newest first, unless somebody reordered it."""
        query = self.query(PageQuery)
        rows = versions.of_asset(access.asset(self.actor, asset_id).pk)

        def shown(page: list[Any]) -> list[dict[str, Any]]:
            return [absolute(one, self.base) for one in versions.version_list(page)]

        return paged(request, rows, shown, order=("-position", "-number"), **query)


class StackOrder(ApiView):
    @extend_schema(
        operation_id="stack_order", request=OrderInput, responses=many(VersionSerializer, errors=(400, 403, 404, 409))
    )
    def put(self, request: Request, asset_id: str) -> Response:
        """Reorder a stack as people look at it. Numbers and names stay; the newest version is still the highest number."""
        actions.reorder(self.actor, asset_id, **self.body(OrderInput))
        rows = versions.of_asset(asset_id).order_by("-position", "-number")
        return self.all_shown(versions.version_list(list(rows)))


class OneVersion(ApiView):
    @extend_schema(operation_id="versions_get", responses=one(VersionSerializer))
    def get(self, request: Request, version_id: str) -> Response:
        """A version."""
        return self.shown(versions.version(access.version(self.actor, version_id)))

    @extend_schema(
        operation_id="versions_update", request=VersionChange, responses=one(VersionSerializer, errors=(400, 403, 404))
    )
    def patch(self, request: Request, version_id: str) -> Response:
        """Change the shown name or the note of a version."""
        return self.shown(versions.version(actions.update_version(self.actor, version_id, **self.body(VersionChange))))

    @extend_schema(operation_id="versions_delete", responses=nothing())
    def delete(self, request: Request, version_id: str) -> Response:
        """Delete a version. Its number is never given again."""
        actions.delete_version(self.actor, version_id)
        return gone()
