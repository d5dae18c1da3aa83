"""Originals and proxies of a project: paired, and each pair's result."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from media_pipeline.core.checks.contract import Severity, State
from media_pipeline.core.checks.proxy_rows import NAMES
from media_pipeline.core.corrections.plan import PROXY_PRESETS
from review import access
from review.access import Capability
from review.actions import proxy_audit as actions
from review.api.base import ApiView, InputSerializer, one
from review.api.corrections import CorrectionErrorSerializer
from review.api.references import STATES
from review.report_words import audit_in_words
from review.selectors import proxy_audit

RESULTS = ("good", "look", "wrong", "unknown")


class AuditedFileSerializer(serializers.Serializer[Any]):
    version_id = serializers.CharField()
    asset_name = serializers.CharField()
    number = serializers.IntegerField()
    original_name = serializers.CharField()
    check_only = serializers.BooleanField(help_text="It is no version of the project, and removed after a while.")
    made_here = serializers.BooleanField(help_text="It was made as the proxy of a file without one.")


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


class ProxyOrderSerializer(serializers.Serializer[Any]):
    original = AuditedFileSerializer()
    state = serializers.ChoiceField(choices=["ordered", "running", "failed"])
    done = serializers.IntegerField(help_text="Bytes read so far, of `total`.")
    total = serializers.IntegerField()
    words = serializers.ListField(child=serializers.CharField(), help_text="What is made, in plain words.")
    error = CorrectionErrorSerializer(allow_null=True)


class ProxyOrders(InputSerializer):
    make = serializers.ChoiceField(
        choices=list(PROXY_PRESETS),
        required=False,
        help_text="Make a proxy by this preset of each file that has none or only wrong ones; absent: only compare.",
    )


class ProxyAuditSerializer(serializers.Serializer[Any]):
    pairs = ProxyPairSerializer(many=True)
    lacking = serializers.ListField(
        child=serializers.CharField(), help_text="Ids of the versions that have no proxy, or none that may be used."
    )
    making = ProxyOrderSerializer(many=True, help_text="Proxies that are being made, or could not be.")
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
        operation_id="project_proxy_audit_compare",
        request=ProxyOrders,
        responses=one(ProxyAuditSerializer, errors=(400, 403, 404, 413, 507)),
    )
    def post(self, request: Request, project_id: str) -> Response:
        """Have pictures and sound of every pair compared: the original becomes the proxy's reference. Or have the missing
        and wrong proxies made; each is compared by itself, and kept for 30 days."""
        preset = self.body(ProxyOrders).get("make")
        if preset:
            actions.make_missing(self.actor, project_id, preset)
        else:
            actions.compare_all(self.actor, project_id)
        return self.shown(audit_in_words(proxy_audit.table(project_id)))
