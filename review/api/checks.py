"""The sync report of a version, and what people say to its findings."""

from typing import Any

from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.actions import checks as actions
from review.api.base import MAX_INT, ApiView, InputSerializer, PersonSerializer, WholeNumberField, gone, nothing, one, problems
from review.api.corrections import CorrectionSerializer
from review.problems import Problem
from review.report_words import report_in_words
from review.selectors import checks

STATES = ["waiting", "running", "failed", "done"]
VERDICTS = ["in_sync", "fix_in_post", "rerender", "cannot_tell"]


class VersionChecksSerializer(serializers.Serializer[Any]):
    """What Version tells of its sync report."""

    state = serializers.ChoiceField(choices=STATES, help_text="Of the report: `done` when every check has spoken.")
    verdict = serializers.ChoiceField(choices=VERDICTS, allow_null=True, help_text="So far; null before there is any.")
    errors = serializers.IntegerField(help_text="Findings that are not waived.")  # type: ignore[assignment]  # a field
    warnings = serializers.IntegerField()
    waived = serializers.IntegerField()
    revision = serializers.IntegerField(help_text="Rises whenever any of this changes.")


class ConfirmedClapSerializer(serializers.Serializer[Any]):
    bang = serializers.IntegerField(help_text="Frame in which it is heard, as the finding sync_events.clap names it.")
    frame = serializers.IntegerField(help_text="First frame in which the slate is closed.")
    by = PersonSerializer()
    created_at = serializers.DateTimeField()


class WaiverSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    reason = serializers.CharField()
    by = PersonSerializer()
    created_at = serializers.DateTimeField()


class UnreadableSerializer(serializers.Serializer[Any]):
    """What is wrong with a file whose frames cannot be counted."""

    code = serializers.CharField()
    message = serializers.CharField()
    remedy = serializers.CharField()


class ProposalSerializer(serializers.Serializer[Any]):
    """What a corrected copy would be (POST versions/{id}/corrections)."""

    codes = serializers.ListField(child=serializers.CharField(), help_text="Of the findings that it would heal.")
    words = serializers.ListField(child=serializers.CharField(), help_text="What would be done, in plain words.")
    container = serializers.ChoiceField(choices=["mov", "mp4"])


class SyncReportSerializer(serializers.Serializer[Any]):
    version_id = serializers.CharField()
    media_id = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    unreadable = UnreadableSerializer(allow_null=True, help_text="Why there is no report, where the file cannot be read.")
    report = serializers.DictField(
        allow_null=True, help_text="The report, format 1 (docs/sync-checks.md); null until the file's frames are known."
    )
    waivers = WaiverSerializer(many=True)
    claps = ConfirmedClapSerializer(many=True)
    compared = serializers.DictField(
        allow_null=True,
        help_text="What is otherwise than in the version before: `version_id`, `number`, `verdict{before, now}`, "
        "`appeared[]`, `gone[]`, `changed[]`, `worse`; null without one.",
    )
    proposal = ProposalSerializer(allow_null=True, help_text="Null if no finding can be healed by a copy.")
    corrections = CorrectionSerializer(many=True, help_text="Of this version, and the one that it came from.")


class NewWaiver(InputSerializer):
    code = serializers.CharField(max_length=100, help_text="Of a finding in the version's report.")
    reason = serializers.CharField(max_length=2000)


class Checks(ApiView):
    @extend_schema(operation_id="versions_checks", responses=one(SyncReportSerializer))
    def get(self, request: Request, version_id: str) -> Response:
        """What the sync checks say of a version: verdict, findings, measurements. `checks.changed` tells when the verdict
        changes, `media.changed` when there is more to read."""
        return self.shown(report_in_words(checks.report(access.version(self.actor, version_id))))


class PdfRenderer(BaseRenderer):
    media_type = "application/pdf"
    format = "pdf"
    charset = None
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        # Problems are JSON whatever was asked for.
        return data if isinstance(data, bytes) else JSONRenderer().render(data)


class ChecksPdf(ApiView):
    renderer_classes = [PdfRenderer, JSONRenderer]

    @extend_schema(
        operation_id="versions_checks_pdf",
        responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY), **problems(404, 409)},
    )
    def get(self, request: Request, version_id: str) -> Response:
        """The same on paper."""
        version = access.version(self.actor, version_id)
        made = report_in_words(checks.report(version))
        if made["report"] is None:
            raise Problem("media_not_indexed")
        title = f"Sync report: {version.asset.name} v{version.number}"
        address = f"{self.base}/v/{version.pk}/checks"
        from review.exports import sync_report_pdf  # not at the start: it brings a typesetter of 20 MB

        pdf = sync_report_pdf.pdf(made["report"], title=title, waivers=made["waivers"], address=address)
        headers = {"Content-Disposition": content_disposition_header(as_attachment=False, filename=f"{title}.pdf") or ""}
        return Response(pdf, content_type="application/pdf", headers=headers)


class Waivers(ApiView):
    @extend_schema(
        operation_id="waivers_create",
        request=NewWaiver,
        responses=one(SyncReportSerializer, status=201, errors=(400, 403, 404)),
    )
    def post(self, request: Request, version_id: str) -> Response:
        """Answer for a finding: it stays in the report, with who and why, and no longer decides the verdict."""
        waived = actions.waive(self.actor, version_id, **self.body(NewWaiver))
        return self.shown(report_in_words(checks.report(waived)), status=201)


class OneWaiver(ApiView):
    @extend_schema(operation_id="waivers_delete", responses=nothing())
    def delete(self, request: Request, version_id: str, code: str) -> Response:
        """Take a waiver back."""
        actions.withdraw(self.actor, version_id, code)
        return gone()


class ClapFrame(InputSerializer):
    frame = WholeNumberField(min_value=0, max_value=MAX_INT, help_text="First frame in which the slate is closed.")


def _frame(text: str) -> int:
    """A frame of an address; one that no report can name where it is no number."""
    return int(text) if text.isdecimal() and len(text) < 10 else MAX_INT


class OneClap(ApiView):
    @extend_schema(
        operation_id="claps_confirm", request=ClapFrame, responses=one(SyncReportSerializer, errors=(400, 403, 404, 422))
    )
    def put(self, request: Request, version_id: str, bang: str) -> Response:
        """Say that a proposed bang is a slate's clap: sound and picture are then judged by it, to half a frame."""
        return self.shown(checks.report(actions.confirm_clap(self.actor, version_id, _frame(bang), **self.body(ClapFrame))))

    @extend_schema(operation_id="claps_withdraw", responses=nothing())
    def delete(self, request: Request, version_id: str, bang: str) -> Response:
        """Take that back."""
        actions.withdraw_clap(self.actor, version_id, _frame(bang))
        return gone()
