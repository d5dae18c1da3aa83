"""Originals and proxies of a project: paired, and each pair's result."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from media_pipeline.core.checks.contract import Severity, State
from media_pipeline.core.checks.proxy_rows import NAMES
from review import access
from review.access import Capability
from review.actions import proxy_audit as actions
from review.api.base import ApiView, one
from review.api.references import STATES
from review.report_words import audit_in_words
from review.selectors import proxy_audit

RESULTS = ("good", "look", "wrong", "unknown")


class AuditedFileSerializer(serializers.Serializer[Any]):
    version_id = serializers.CharField()
    asset_name = serializers.CharField()
    number = serializers.IntegerField()
    original_name = serializers.CharField()
    check_only = serializers.BooleanField(help_text="It was uploaded only to be checked.")


class ProxyRowSerializer(serializers.Serializer[Any]):
    name = serializers.ChoiceField(choices=NAMES)
    title = serializers.CharField()
    original = serializers.CharField(allow_blank=True)
    proxy = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=[state.value for state in State])
    severity = serializers.ChoiceField(choices=[severity.value for severity in Severity])
    note = serializers.CharField(allow_blank=True, help_text="The difference in words, or why nothing can be said.")


class ProxyPairSerializer(serializers.Serializer[Any]):
    original = AuditedFileSerializer()
    proxy = AuditedFileSerializer()
    by = serializers.ChoiceField(choices=["name", "content", "chosen"], help_text="What they were paired by.")
    state = serializers.ChoiceField(choices=STATES, help_text="Of the comparison of pictures and sound.")
    result = serializers.ChoiceField(
        choices=RESULTS,
        help_text="good: it may be used; look: something differs; wrong: not to be used; unknown: not compared.",
    )
    summary = serializers.CharField()
    rows = ProxyRowSerializer(many=True)


class ProxyAuditSerializer(serializers.Serializer[Any]):
    pairs = ProxyPairSerializer(many=True)
    without_proxy = AuditedFileSerializer(many=True)
    without_original = AuditedFileSerializer(many=True, help_text="Called proxies, of nothing in this project.")
    unread = serializers.IntegerField(help_text="Files that were not read yet.")


class ProxyAudit(ApiView):
    @extend_schema(operation_id="project_proxy_audit", responses=one(ProxyAuditSerializer, errors=(403, 404)))
    def get(self, request: Request, project_id: str) -> Response:
        """Originals and proxies among the newest versions and the files that are only to be checked, paired by name and
        content, and what of each proxy differs from its original."""
        project = access.project(self.actor, project_id, Capability.UPLOAD)
        return self.shown(audit_in_words(proxy_audit.table(project.pk)))

    @extend_schema(
        operation_id="project_proxy_audit_compare", request=None, responses=one(ProxyAuditSerializer, errors=(403, 404))
    )
    def post(self, request: Request, project_id: str) -> Response:
        """Have pictures and sound of every pair compared: the original becomes the proxy's reference."""
        actions.compare_all(self.actor, project_id)
        return self.shown(audit_in_words(proxy_audit.table(project_id)))
