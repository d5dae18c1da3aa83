"""How far one has read a version's comments."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.access import Capability
from review.actions.seen import mark_seen
from review.api.base import ApiView, InputSerializer, one
from review.models import Version
from review.selectors import seen


class SeenSerializer(serializers.Serializer[Any]):
    seen_at = serializers.DateTimeField(allow_null=True, help_text="What others wrote later is new; null: everything is.")
    unread = serializers.IntegerField(help_text="How many comments of others are new.")


class SeenInput(InputSerializer):
    seen_at = serializers.DateTimeField(help_text="`created_at` of the newest comment that was on screen.")


class Seen(ApiView):
    @extend_schema(operation_id="seen_get", responses=one(SeenSerializer))
    def get(self, request: Request, version_id: str) -> Response:
        """Until when one has read."""
        return self.answer(access.version(self.actor, version_id))

    @extend_schema(operation_id="seen_put", request=SeenInput, responses=one(SeenSerializer, errors=(400, 403, 404)))
    def put(self, request: Request, version_id: str) -> Response:
        """Note that one has read until then. It only moves forward."""
        mark_seen(self.actor, version_id, **self.body(SeenInput))
        return self.answer(access.version(self.actor, version_id))

    def answer(self, version: Version) -> Response:
        sees_internal = Capability.SEE_INTERNAL in self.actor.capabilities(version.asset.project_id)
        return self.shown(seen.seen(version.pk, self.actor.person, sees_internal=sees_internal))
