"""Assets of a project."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.actions import assets as actions
from review.api.base import ApiView, InputSerializer, PageQuery, gone, many, nothing, one
from review.api.pagination import paged
from review.api.versions import VersionSerializer
from review.models import Asset
from review.selectors import projects
from review.selectors.links import absolute


class AssetSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    project_id = serializers.CharField()
    sequence_id = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    latest_version = VersionSerializer(allow_null=True)
    version_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class AssetInput(InputSerializer):
    name = serializers.CharField(max_length=200)
    sequence_id = serializers.CharField(max_length=16, allow_null=True, default=None)


class AssetChange(InputSerializer):
    name = serializers.CharField(max_length=200, required=False)
    sequence_id = serializers.CharField(max_length=16, allow_null=True, required=False)


class AssetQuery(PageQuery):
    sequence_id = serializers.CharField(max_length=16, required=False, help_text="Only those of this sequence.")


class Assets(ApiView):
    @extend_schema(operation_id="assets_list", parameters=[AssetQuery], responses=many(AssetSerializer))
    def get(self, request: Request, project_id: str) -> Response:
        """Assets with their latest versions, newest asset first."""
        query = self.query(AssetQuery)
        rows = projects.assets(access.project(self.actor, project_id).pk)
        if sequence_id := query.pop("sequence_id", None):
            rows = rows.filter(sequence_id=sequence_id)

        def shown(page: list[Asset]) -> list[dict[str, Any]]:
            return [absolute(one, self.base) for one in projects.asset_list(page)]

        return paged(request, rows, shown, order=("-created_at", "-pk"), **query)

    @extend_schema(
        operation_id="assets_create", request=AssetInput, responses=one(AssetSerializer, status=201, errors=(400, 403, 404))
    )
    def post(self, request: Request, project_id: str) -> Response:
        """Create an asset. Its versions come by upload (/files/)."""
        return self.shown(projects.asset(actions.create_asset(self.actor, project_id, **self.body(AssetInput))), status=201)


class OneAsset(ApiView):
    @extend_schema(operation_id="assets_get", responses=one(AssetSerializer))
    def get(self, request: Request, asset_id: str) -> Response:
        """An asset."""
        return self.shown(projects.asset(access.asset(self.actor, asset_id)))

    @extend_schema(operation_id="assets_update", request=AssetChange, responses=one(AssetSerializer, errors=(400, 403, 404)))
    def patch(self, request: Request, asset_id: str) -> Response:
        """Rename an asset or move it to another sequence."""
        return self.shown(projects.asset(actions.update_asset(self.actor, asset_id, **self.body(AssetChange))))

    @extend_schema(operation_id="assets_delete", responses=nothing())
    def delete(self, request: Request, asset_id: str) -> Response:
        """Delete an asset with its versions."""
        actions.delete_asset(self.actor, asset_id)
        return gone()
