"""Locks of sequences. How a sequence is locked stands in Sequence itself."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.actions import locks as actions
from review.api.base import ApiView, InputSerializer, PersonSerializer, WholeNumberField, one
from review.api.sequences import SequenceSerializer
from review.selectors import locks, projects


class TakenLockSerializer(serializers.Serializer[Any]):
    sequence_id = serializers.CharField()
    name = serializers.CharField()
    by = PersonSerializer(allow_null=True)
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class MyLocksSerializer(serializers.Serializer[Any]):
    held = serializers.ListField(child=serializers.CharField(), help_text="Ids of sequences.")
    waiting_for = serializers.ListField(child=serializers.CharField(), help_text="Ids of sequences.")
    free = serializers.ListField(child=serializers.CharField(), help_text="Those of `waiting_for` that nobody holds now.")
    taken = TakenLockSerializer(many=True, help_text="Locks that were forced from the caller in the last week, newest first.")


class LockInput(InputSerializer):
    minutes = WholeNumberField(
        min_value=1, max_value=24 * 60, default=60, help_text="How long, from now. Ask again to renew it."
    )
    note = serializers.CharField(max_length=500, allow_blank=True, required=False, help_text="What for; absent: as it was.")


class ForceInput(InputSerializer):
    reason = serializers.CharField(max_length=2000, help_text="The holder is told.")


class Lock(ApiView):
    @extend_schema(operation_id="lock_put", request=LockInput, responses=one(SequenceSerializer, errors=(400, 403, 404, 422)))
    def put(self, request: Request, sequence_id: str) -> Response:
        """Take a sequence's lock, or renew one's own."""
        return self.shown(projects.sequence(actions.take(self.actor, sequence_id, **self.body(LockInput))))

    @extend_schema(operation_id="lock_delete", responses=one(SequenceSerializer, errors=(403, 404, 422)))
    def delete(self, request: Request, sequence_id: str) -> Response:
        """Release one's own lock."""
        return self.shown(projects.sequence(actions.release(self.actor, sequence_id)))


class ForceLock(ApiView):
    @extend_schema(operation_id="lock_force", request=ForceInput, responses=one(SequenceSerializer, errors=(400, 403, 404)))
    def post(self, request: Request, sequence_id: str) -> Response:
        """Take a lock away from its holder."""
        return self.shown(projects.sequence(actions.force(self.actor, sequence_id, **self.body(ForceInput))))


class LockQueue(ApiView):
    @extend_schema(operation_id="lock_queue_put", request=None, responses=one(SequenceSerializer, errors=(403, 404, 409)))
    def put(self, request: Request, sequence_id: str) -> Response:
        """Wait for a lock: `lock.freed` tells when it is free."""
        return self.answer(sequence_id, there=True)

    @extend_schema(operation_id="lock_queue_delete", responses=one(SequenceSerializer, errors=(403, 404)))
    def delete(self, request: Request, sequence_id: str) -> Response:
        """Wait no longer."""
        return self.answer(sequence_id, there=False)

    def answer(self, sequence_id: str, **wish: Any) -> Response:
        return self.shown(projects.sequence(actions.wish(self.actor, sequence_id, **wish)))


class MyLocks(ApiView):
    @extend_schema(operation_id="my_locks", responses=one(MyLocksSerializer, errors=()))
    def get(self, request: Request) -> Response:
        """What the caller holds and waits for, and what was taken from them."""
        projects_of = list(access.projects(self.actor).values_list("pk", flat=True))
        return self.shown(locks.of_person(self.actor.person, projects_of))
