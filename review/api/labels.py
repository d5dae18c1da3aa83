"""Labels that a project's comments can carry."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.actions import labels as actions
from review.api.base import ApiView, InputSerializer, PageQuery, gone, many, nothing, one
from review.api.pagination import paged
from review.selectors import labels

COLOUR = r"^#[0-9a-f]{6}$"


class LabelSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    project_id = serializers.CharField()
    name = serializers.CharField()
    colour = serializers.CharField(help_text="#rrggbb")
    created_at = serializers.DateTimeField()


class LabelInput(InputSerializer):
    name = serializers.CharField(max_length=40)
    colour = serializers.RegexField(COLOUR, help_text="#rrggbb, lower case.")


class LabelChange(InputSerializer):
    name = serializers.CharField(max_length=40, required=False)
    colour = serializers.RegexField(COLOUR, required=False, help_text="#rrggbb, lower case.")


class Labels(ApiView):
    @extend_schema(operation_id="labels_list", parameters=[PageQuery], responses=many(LabelSerializer))
    def get(self, request: Request, project_id: str) -> Response:
        """Labels by name."""
        query = self.query(PageQuery)
        rows = labels.of_project(access.project(self.actor, project_id).pk)
        return paged(request, rows, lambda page: [labels.label(row) for row in page], order=("name", "pk"), **query)

    @extend_schema(
        operation_id="labels_create",
        request=LabelInput,
        responses=one(LabelSerializer, status=201, errors=(400, 403, 404, 409)),
    )
    def post(self, request: Request, project_id: str) -> Response:
        """Create a label."""
        return self.shown(labels.label(actions.create_label(self.actor, project_id, **self.body(LabelInput))), status=201)


class OneLabel(ApiView):
    @extend_schema(
        operation_id="labels_update", request=LabelChange, responses=one(LabelSerializer, errors=(400, 403, 404, 409))
    )
    def patch(self, request: Request, label_id: str) -> Response:
        """Rename or recolour a label."""
        return self.shown(labels.label(actions.update_label(self.actor, label_id, **self.body(LabelChange))))

    @extend_schema(operation_id="labels_delete", responses=nothing())
    def delete(self, request: Request, label_id: str) -> Response:
        """Delete a label; comments no longer carry it."""
        actions.delete_label(self.actor, label_id)
        return gone()
