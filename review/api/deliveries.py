"""Deliveries: make one, recall it, read its record, find out what a file is."""

from typing import Any

from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.actions import deliveries as actions
from review.api.base import MAX_SEQ, ApiView, InputSerializer, PageQuery, PersonSerializer, many, one, problems
from review.api.checks import PdfRenderer
from review.api.pagination import paged
from review.naming.pattern import LONGEST_NAME
from review.selectors import deliveries

RESULTS = ["delivered", "recalled", "other_version", "truncated", "longer", "damaged", "unknown"]


class DeliverySerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    project_id = serializers.CharField()
    version_id = serializers.CharField()
    asset_id = serializers.CharField()
    asset_name = serializers.CharField()
    number = serializers.IntegerField()
    name = serializers.CharField(help_text="Of the delivered file.")
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    record_sha256 = serializers.CharField(help_text="Of the record as canonical JSON.")
    made_by = PersonSerializer()
    made_at = serializers.DateTimeField()
    recalled_at = serializers.DateTimeField(allow_null=True)
    recalled_by = PersonSerializer(allow_null=True)
    recall_reason = serializers.CharField(allow_blank=True)
    file_url = serializers.CharField(help_text="A path; resumable, with `ETag`, `Digest` and `Repr-Digest`.")
    sidecar_url = serializers.CharField(help_text="A path; for `sha256sum -c`.")


class DeliveryRecordSerializer(serializers.Serializer[Any]):
    delivery = DeliverySerializer()
    record = serializers.DictField(help_text="What was so at that moment, format 1 (docs/deliveries.md).")
    record_sha256 = serializers.CharField()


class DeliveryInput(InputSerializer):
    name = serializers.CharField(max_length=LONGEST_NAME, allow_blank=True, default="", help_text="Without ending.")
    note = serializers.CharField(max_length=5000, allow_blank=True, default="")


class RecallInput(InputSerializer):
    reason = serializers.CharField(max_length=5000)


class VerifyInput(InputSerializer):
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")
    size = serializers.IntegerField(min_value=0, max_value=MAX_SEQ, help_text="Bytes.")
    name = serializers.CharField(max_length=255, allow_blank=True, default="")
    head_sha256 = serializers.RegexField(
        r"^[0-9a-f]{64}$", required=False, help_text="Of its first MiB (all of it, if it is shorter): tells damaged from other."
    )


class KnownVersionSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    asset_name = serializers.CharField()
    number = serializers.IntegerField()


class VerificationSerializer(serializers.Serializer[Any]):
    result = serializers.ChoiceField(choices=RESULTS)
    delivery = DeliverySerializer(allow_null=True, help_text="The delivery that it is, or was once.")
    version = KnownVersionSerializer(allow_null=True, help_text="The version that it is, if it was not delivered.")


class VersionDeliveries(ApiView):
    @extend_schema(
        operation_id="deliveries_create",
        request=DeliveryInput,
        responses=one(DeliverySerializer, status=201, errors=(400, 403, 404, 409, 422)),
    )
    def post(self, request: Request, version_id: str) -> Response:
        """Deliver a version: the policy is checked, the record frozen."""
        row = actions.deliver(self.actor, version_id, **self.body(DeliveryInput))
        return self.shown(deliveries.delivery(row), status=201)


class Deliveries(ApiView):
    @extend_schema(operation_id="deliveries_list", parameters=[PageQuery], responses=many(DeliverySerializer))
    def get(self, request: Request, project_id: str) -> Response:
        """Deliveries of a project, newest first."""
        rows = deliveries.of_project(access.project(self.actor, project_id).pk)
        order = ("-made_at", "-pk")
        return paged(
            request, rows, lambda page: [deliveries.delivery(row) for row in page], order=order, **self.query(PageQuery)
        )


class OneDelivery(ApiView):
    @extend_schema(operation_id="deliveries_get", responses=one(DeliveryRecordSerializer, errors=(403, 404)))
    def get(self, request: Request, delivery_id: str) -> Response:
        """A delivery with its record, for those who see internal comments: the record quotes them."""
        row = access.delivery(self.actor, delivery_id, access.Capability.SEE_INTERNAL)
        return self.shown({"delivery": deliveries.delivery(row), "record": row.record, "record_sha256": row.record_sha256})


class DeliveryPdf(ApiView):
    renderer_classes = [PdfRenderer, JSONRenderer]

    @extend_schema(
        operation_id="deliveries_pdf",
        responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY), **problems(403, 404)},
    )
    def get(self, request: Request, delivery_id: str) -> Response:
        """The delivery's record on paper."""
        from review.exports import delivery_pdf  # not at the start: it brings a typesetter of 20 MB

        row = access.delivery(self.actor, delivery_id, access.Capability.SEE_INTERNAL)
        address = f"{self.base}/v/{row.version_id}"
        pdf = delivery_pdf.pdf(deliveries.delivery(row), row.record, address=address)
        name = content_disposition_header(as_attachment=False, filename=f"{row.name}.delivery.pdf") or ""
        return Response(pdf, content_type="application/pdf", headers={"Content-Disposition": name})


class Recall(ApiView):
    @extend_schema(
        operation_id="deliveries_recall",
        request=RecallInput,
        responses=one(DeliverySerializer, errors=(400, 403, 404, 409)),
    )
    def post(self, request: Request, delivery_id: str) -> Response:
        """Take a delivery back."""
        return self.shown(deliveries.delivery(actions.recall(self.actor, delivery_id, **self.body(RecallInput))))


class Verify(ApiView):
    @extend_schema(
        operation_id="deliveries_verify", request=VerifyInput, responses=one(VerificationSerializer, errors=(400, 404))
    )
    def post(self, request: Request, project_id: str) -> Response:
        """What a file is, by its hash: the delivered one bit for bit, another version, or a damaged one. Changes nothing."""
        project = access.project(self.actor, project_id)
        return self.shown(deliveries.verify(project.pk, **self.body(VerifyInput)))
