"""Sequences of a project."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.actions import sequences as actions
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
from review.api.pagination import paged
from review.selectors import projects


class LeaseSerializer(serializers.Serializer[Any]):
    holder = PersonSerializer()
    note = serializers.CharField(allow_blank=True)
    minutes = serializers.IntegerField(help_text="How long the lease is from each sign of life of its holder.")
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(help_text="It runs out then by itself, unless its holder does something before.")


class SequenceSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    project_id = serializers.CharField()
    name = serializers.CharField()
    position = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    lock = LeaseSerializer(allow_null=True, help_text="Who works on it; null: nobody. Also over once `until` has passed.")
    waiting = PersonSerializer(many=True, help_text="Who asked for the lock, in order.")


class SequenceInput(InputSerializer):
    name = serializers.CharField(max_length=200)
    position = WholeNumberField(min_value=0, max_value=MAX_INT, default=0)


class SequenceChange(InputSerializer):
    name = serializers.CharField(max_length=200, required=False)
    position = WholeNumberField(min_value=0, max_value=MAX_INT, required=False)


class Sequences(ApiView):
    @extend_schema(operation_id="sequences_list", parameters=[PageQuery], responses=many(SequenceSerializer))
    def get(self, request: Request, project_id: str) -> Response:
        """Sequences by position."""
        query = self.query(PageQuery)
        rows = projects.sequences(access.project(self.actor, project_id).pk)
        return paged(
            request,
            rows,
            projects.sequence_list,
            order=("position", "created_at", "pk"),
            **query,
        )

    @extend_schema(
        operation_id="sequences_create",
        request=SequenceInput,
        responses=one(SequenceSerializer, status=201, errors=(400, 403, 404, 409)),
    )
    def post(self, request: Request, project_id: str) -> Response:
        """Create a sequence."""
        sequence = actions.create_sequence(self.actor, project_id, **self.body(SequenceInput))
        return self.shown(projects.sequence(sequence), status=201)


class OneSequence(ApiView):
    @extend_schema(
        operation_id="sequences_update", request=SequenceChange, responses=one(SequenceSerializer, errors=(400, 403, 404, 409))
    )
    def patch(self, request: Request, sequence_id: str) -> Response:
        """Rename or move a sequence."""
        return self.shown(projects.sequence(actions.update_sequence(self.actor, sequence_id, **self.body(SequenceChange))))

    @extend_schema(operation_id="sequences_delete", responses=nothing())
    def delete(self, request: Request, sequence_id: str) -> Response:
        """Delete a sequence; its assets stay, without a sequence."""
        actions.delete_sequence(self.actor, sequence_id)
        return gone()
