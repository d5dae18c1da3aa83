"""Corrected copies of a version."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.actions import corrections as actions
from review.api.base import ApiView, InputSerializer, PersonSerializer, many, one
from review.report_words import correction_in_words
from review.selectors import corrections

VERDICTS = ["in_sync", "fix_in_post", "rerender", "cannot_tell"]


class CorrectedVersionSerializer(serializers.Serializer[Any]):
    version_id = serializers.CharField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=["waiting", "running", "failed", "done"], help_text="Of its sync report.")
    verdict = serializers.ChoiceField(choices=VERDICTS, allow_null=True)


class CorrectionErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    remedy = serializers.CharField()


class CorrectionSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    version_id = serializers.CharField(help_text="Of the original.")
    number = serializers.IntegerField(help_text="Of the original in its stack.")
    state = serializers.ChoiceField(choices=["ordered", "running", "done", "failed"])
    done = serializers.IntegerField(help_text="Bytes read so far, of `total`.")
    total = serializers.IntegerField()
    codes = serializers.ListField(child=serializers.CharField(), help_text="Of the findings that it is to heal.")
    words = serializers.ListField(child=serializers.CharField(), help_text="What is done, in plain words.")
    proof = serializers.ListField(child=serializers.CharField(), help_text="What was measured of the copy.")
    verdict_before = serializers.ChoiceField(choices=VERDICTS)
    result = CorrectedVersionSerializer(allow_null=True)
    error = CorrectionErrorSerializer(allow_null=True)
    by = PersonSerializer()
    created_at = serializers.DateTimeField()


class NewCorrection(InputSerializer):
    codes = serializers.ListField(
        child=serializers.CharField(max_length=100),
        required=False,
        max_length=50,
        help_text="Findings to heal; absent: all that warn, can be healed by a copy, and are not waived.",
    )


class Corrections(ApiView):
    @extend_schema(operation_id="corrections_list", responses=many(CorrectionSerializer, errors=(404,)))
    def get(self, request: Request, version_id: str) -> Response:
        """Corrected copies that were ordered of this version, and the one that it came from."""
        return self.all_shown(
            [correction_in_words(one) for one in corrections.of_version(access.version(self.actor, version_id))]
        )

    @extend_schema(
        operation_id="corrections_create",
        request=NewCorrection,
        responses=one(CorrectionSerializer, status=201, errors=(400, 403, 404, 409, 413, 507)),
    )
    def post(self, request: Request, version_id: str) -> Response:
        """Have the corrected copy made as a new version. It is kept only if it is proven to leave less than 0.1 ms;
        `checks.changed` of this version tells when it is there. While one is being made, that one is answered."""
        row = actions.order(self.actor, version_id, codes=self.body(NewCorrection).get("codes"))
        return self.shown(correction_in_words(corrections.shown([row])[0]), status=201)
