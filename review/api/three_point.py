"""The three-point test render: which minutes to render, and whether to go."""

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from media_pipeline.core.checks.spec import SpecError, parse_rate
from media_pipeline.core.checks.three_point import CANNOT_TELL, GO, NAMES, NO_GO, WAITING
from review import access
from review.access import Capability, NotFound
from review.api.base import MAX_INT, ApiView, InputSerializer, RationalSerializer, one
from review.api.checks import STATES
from review.models import Version
from review.report_words import judgement_in_words
from review.selectors import three_point


class TestRenderQuery(InputSerializer):
    frames = serializers.IntegerField(
        min_value=1, max_value=MAX_INT, required=False, help_text="Of the whole timeline; without, the reference's."
    )
    rate = serializers.CharField(max_length=20, required=False, help_text="25, 24000/1001; without, the reference's.")
    reference_id = serializers.CharField(
        max_length=32, required=False, help_text="A version that is known to be in sync; the renders are compared with it."
    )
    beginning = serializers.CharField(max_length=32, required=False, help_text="Version that was rendered of this range.")
    middle = serializers.CharField(max_length=32, required=False)
    end = serializers.CharField(max_length=32, required=False)

    def validate_rate(self, value: str) -> Fraction:
        try:
            return parse_rate(value)
        except SpecError as error:
            raise serializers.ValidationError(_("This is no frame rate: write 25 or 24000/1001.")) from error

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("reference_id") and not (attrs.get("frames") and attrs.get("rate")):
            raise serializers.ValidationError({"frames": _("Name frames and rate of the timeline, or a reference.")})
        return attrs


class RangeRenderSerializer(serializers.Serializer[Any]):
    version_id = serializers.CharField()
    original_name = serializers.CharField()
    reference_id = serializers.CharField(allow_null=True, help_text="The version that it is compared with.")
    state = serializers.ChoiceField(choices=STATES, help_text="Of its checks, the comparison with the reference among them.")


class TestRangeSerializer(serializers.Serializer[Any]):
    name = serializers.ChoiceField(choices=NAMES)
    frame = serializers.IntegerField(help_text="First frame, of the timeline.")
    duration_frames = serializers.IntegerField()
    at_cut = serializers.BooleanField(help_text="It was moved to where a shot of the reference begins.")
    first_timecode = serializers.CharField(allow_null=True)
    last_timecode = serializers.CharField(allow_null=True, help_text="Of its last frame.")
    render = RangeRenderSerializer(allow_null=True)


class TestReasonSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(allow_blank=True, help_text="Of the range; empty for what the renders say together.")
    code = serializers.CharField()
    severity = serializers.ChoiceField(choices=["warn", "error"])
    text = serializers.CharField()


class TestPointSerializer(serializers.Serializer[Any]):
    name = serializers.ChoiceField(choices=NAMES)
    frames = serializers.ListField(child=serializers.IntegerField(), help_text="Two frames of the timeline.")
    milliseconds = serializers.ListField(child=serializers.FloatField(), help_text="Sound late at these.")
    by = serializers.ChoiceField(choices=["reference", "events"])


class TestJudgementSerializer(serializers.Serializer[Any]):
    decision = serializers.ChoiceField(choices=[GO, NO_GO, CANNOT_TELL, WAITING])
    summary = serializers.CharField()
    reasons = TestReasonSerializer(many=True)
    points = TestPointSerializer(many=True)
    ppm = serializers.FloatField(allow_null=True, help_text="Drift of sound against picture.")
    begin_ms = serializers.FloatField(allow_null=True, help_text="Sound late at the timeline's first frame.")
    end_ms = serializers.FloatField(allow_null=True, help_text="Sound late at its last frame: drawn on to the whole length.")


class TestRenderSerializer(serializers.Serializer[Any]):
    frame_count = serializers.IntegerField()
    rate = RationalSerializer()
    reference_id = serializers.CharField(allow_null=True)
    ranges = TestRangeSerializer(many=True)
    judgement = TestJudgementSerializer()


class TestRender(ApiView):
    @extend_schema(
        operation_id="project_test_render",
        parameters=[TestRenderQuery],
        responses=one(TestRenderSerializer, errors=(400, 403, 404)),
    )
    def get(self, request: Request, project_id: str) -> Response:
        """Three minutes of a timeline to be rendered before the whole, and go or no-go of the renders named here. Renders are
        uploaded with `checkOnly`; with a reference, choose it for each of them (`versions/{id}/reference`)."""
        project = access.project(self.actor, project_id, Capability.UPLOAD)
        query = self.query(TestRenderQuery)
        reference = self._version(project.pk, query["reference_id"]) if query.get("reference_id") else None
        known = three_point.timeline_of(reference) if reference is not None else None
        frames, rate = query.get("frames") or (known and known[0]), query.get("rate") or (known and known[1])
        if not frames or not rate:
            raise serializers.ValidationError({"reference_id": _("Its length is not known yet; name frames and rate.")})
        renders = {name: self._version(project.pk, query[name]) for name in NAMES if query.get(name)}
        answer = three_point.answer(project.pk, frames=frames, rate=rate, reference=reference, renders=renders)
        return self.shown({**answer, "judgement": judgement_in_words(answer["judgement"])})

    def _version(self, project_id: str, version_id: str) -> Version:
        version = access.version(self.actor, version_id)
        if version.asset.project_id != project_id:
            raise NotFound
        return version
