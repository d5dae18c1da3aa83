"""The project at a glance: the board, what is under way by person, and whether a session may start."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.access import Capability
from review.api.approvals import STATES
from review.api.base import ApiView, PersonSerializer, many, one
from review.api.sequences import LeaseSerializer
from review.api.versions import VersionSerializer
from review.selectors import board, work
from review.selectors.links import absolute

UNDER_WAY = ["uploading", "processing", "failed"]


class CardSerializer(serializers.Serializer[Any]):
    asset_id = serializers.CharField()
    asset_name = serializers.CharField()
    created_at = serializers.DateTimeField(help_text="Of the stack.")
    sequence_id = serializers.CharField(allow_null=True)
    sequence_name = serializers.CharField(allow_null=True)
    lock = LeaseSerializer(allow_null=True, help_text="Of its sequence.")
    version_count = serializers.IntegerField()
    version = VersionSerializer(allow_null=True, help_text="The newest, with poster and checks.")
    state = serializers.ChoiceField(choices=STATES, allow_null=True)
    waiting_for = PersonSerializer(many=True)
    open_comments = serializers.IntegerField(
        help_text="Threads of the newest version that the caller sees and nobody has done."
    )


class PersonsWorkSerializer(serializers.Serializer[Any]):
    person = PersonSerializer()
    uploading = serializers.IntegerField()
    processing = serializers.IntegerField()
    failed = serializers.IntegerField()
    ready = serializers.IntegerField(help_text="Newest of their stacks.")
    superseded = serializers.IntegerField(help_text="Versions below the newest of their stacks.")


class WorkItemSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=UNDER_WAY)
    person = PersonSerializer()
    name = serializers.CharField(help_text="Of the file.")
    asset_id = serializers.CharField(allow_null=True)
    version_id = serializers.CharField(allow_null=True, help_text="null: still uploading.")
    error_code = serializers.CharField(allow_blank=True, help_text="What an upload waits for.")
    since = serializers.DateTimeField()


class WorkSerializer(serializers.Serializer[Any]):
    people = PersonsWorkSerializer(many=True)
    items = WorkItemSerializer(many=True, help_text="All that is not ready, newest first.")


class ReasonSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=list(work.REASONS))
    message = serializers.CharField()
    remedy = serializers.CharField()
    asset_id = serializers.CharField(allow_null=True)
    version_id = serializers.CharField(allow_null=True)
    sequence_id = serializers.CharField(allow_null=True)


class PreSessionSerializer(serializers.Serializer[Any]):
    may_start = serializers.BooleanField()
    line = serializers.CharField()
    reasons = ReasonSerializer(many=True)


class PreSessionQuery(serializers.Serializer[Any]):
    sequence_id = serializers.CharField(max_length=16, required=False, help_text="Only this sequence's stacks.")
    asset_id = serializers.CharField(max_length=16, required=False, help_text="Only this stack.")


class ProjectBoard(ApiView):
    @extend_schema(operation_id="project_board", responses=many(CardSerializer, errors=(404,)))
    def get(self, request: Request, project_id: str) -> Response:
        """Every stack as a card, the one with the newest version first."""
        project = access.project(self.actor, project_id)
        sees_internal = Capability.SEE_INTERNAL in self.actor.capabilities(project.pk)
        cards = board.board(project.pk, sees_internal=sees_internal)
        return self.all_shown([{**card, "version": card["version"] and absolute(card["version"], self.base)} for card in cards])


class ProjectWork(ApiView):
    @extend_schema(operation_id="project_work", responses=one(WorkSerializer, errors=(403, 404)))
    def get(self, request: Request, project_id: str) -> Response:
        """What is uploading, processing, failed or superseded, by person."""
        return self.shown(work.under_way(access.project(self.actor, project_id, Capability.SEE_INTERNAL).pk))


class PreSession(ApiView):
    @extend_schema(
        operation_id="pre_session", parameters=[PreSessionQuery], responses=one(PreSessionSerializer, errors=(400, 403, 404))
    )
    def get(self, request: Request, project_id: str) -> Response:
        """May I start? One line, and the reasons if not."""
        project = access.project(self.actor, project_id, Capability.SEE_INTERNAL)
        query = self.query(PreSessionQuery)
        for name, found in (("sequence_id", access.sequence), ("asset_id", access.asset)):
            if name in query and found(self.actor, query[name]).project_id != project.pk:
                raise access.NotFound
        return self.shown(work.pre_session(project.pk, self.actor.person, **query))
