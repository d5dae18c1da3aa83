"""The audit trail of a project."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.access import Capability
from review.api.base import ApiView, PageQuery, PersonSerializer, many
from review.api.pagination import paged
from review.selectors import audit


class AuditEntrySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = PersonSerializer(allow_null=True, help_text="null: Twopop itself.")
    kind = serializers.CharField(help_text="`comment.create`, `lock.force` …")
    object_type = serializers.CharField(help_text="`comment`, `version` …")
    object_id = serializers.CharField()
    detail = serializers.DictField()


class AuditQuery(PageQuery):
    by = serializers.CharField(max_length=16, required=False, help_text="Id of a person.")
    kind = serializers.CharField(max_length=48, required=False, help_text="`comment.create`, or `comment` for all of them.")
    object_type = serializers.CharField(max_length=32, required=False)
    object_id = serializers.CharField(max_length=32, required=False)
    from_date = serializers.DateField(required=False, help_text="This day and later (UTC).")
    to_date = serializers.DateField(required=False, help_text="This day and earlier (UTC).")


class Audit(ApiView):
    @extend_schema(operation_id="audit_list", parameters=[AuditQuery], responses=many(AuditEntrySerializer))
    def get(self, request: Request, project_id: str) -> Response:
        """Who did what to what, and when; newest first."""
        project = access.project(self.actor, project_id, Capability.SEE_AUDIT)
        query = self.query(AuditQuery)
        page = {name: query.pop(name) for name in ("page_size", "cursor") if name in query}
        addresses = Capability.MANAGE_MEMBERS in self.actor.capabilities(project.pk)
        return paged(
            request,
            audit.trail(project.pk, **query),
            lambda rows: [audit.entry(row, addresses=addresses) for row in rows],
            order=("-created_at", "-pk"),
            **page,
        )
