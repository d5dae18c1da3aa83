"""What a project has agreed on: its spec and the team's protocol."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.actions import specs as actions
from review.api.base import MAX_INT, ApiView, InputSerializer, PageQuery, PersonSerializer, WholeNumberField, many, one
from review.api.pagination import paged
from review.api.preconditions import ETAG, IF_MATCH, revision_in, revision_tag
from review.models import SpecRevision
from review.selectors import specs


class ProjectSpecSerializer(serializers.Serializer[Any]):
    project_id = serializers.CharField()
    revision = serializers.IntegerField(help_text="0: nothing has been agreed on.")
    technical = serializers.DictField(help_text="The keys of docs/spec.md; what is empty or 0 is not judged.")
    naming_pattern = serializers.CharField(help_text="docs/names.md")
    proxies_by = serializers.ChoiceField(choices=specs.PROXIES_BY, help_text="Who makes proxies for editing.")
    note = serializers.CharField(allow_blank=True)
    made_by = PersonSerializer(allow_null=True)
    made_at = serializers.DateTimeField(allow_null=True)


class DeviationSerializer(serializers.Serializer[Any]):
    what = serializers.CharField()
    expected = serializers.CharField()
    found = serializers.CharField()


class NotConformingSerializer(serializers.Serializer[Any]):
    version_id = serializers.CharField()
    asset_id = serializers.CharField()
    asset_name = serializers.CharField()
    number = serializers.IntegerField()
    name = serializers.CharField()
    newly = serializers.BooleanField(help_text="It conformed to the revision before.")
    deviations = DeviationSerializer(many=True)


class SpecChangeSerializer(serializers.Serializer[Any]):
    spec = ProjectSpecSerializer()
    not_conforming = NotConformingSerializer(many=True)


class PresetSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    technical = serializers.DictField()


class SpecInput(InputSerializer):
    technical = serializers.DictField(help_text="As in docs/spec.md; `preset`, and `rate` as text, may be used.")
    naming_pattern = serializers.CharField(max_length=200, required=False, help_text="Absent: as it was.")
    proxies_by = serializers.ChoiceField(choices=specs.PROXIES_BY, required=False)
    note = serializers.CharField(max_length=2000, allow_blank=True, default="")
    dry_run = serializers.BooleanField(default=False, help_text="Only tell which versions would not conform.")


class ProtocolSerializer(serializers.Serializer[Any]):
    project_id = serializers.CharField()
    revision = serializers.IntegerField(help_text="0: the text that every project begins with.")
    text = serializers.CharField(help_text="Markdown.")
    made_by = PersonSerializer(allow_null=True)
    made_at = serializers.DateTimeField(allow_null=True)
    acknowledged = serializers.ListField(child=serializers.DictField(), help_text="`{person{id, name}, at}` of this revision.")
    missing = PersonSerializer(many=True, help_text="Members who have not acknowledged it.")


class ProtocolInput(InputSerializer):
    text = serializers.CharField(max_length=20_000)


class AcknowledgeInput(InputSerializer):
    revision = WholeNumberField(min_value=0, max_value=MAX_INT)


class Spec(ApiView):
    @extend_schema(operation_id="spec_get", parameters=[ETAG], responses=one(ProjectSpecSerializer))
    def get(self, request: Request, project_id: str) -> Response:
        """The spec in force. Every upload is held against it."""
        project = access.project(self.actor, project_id)
        shown = specs.spec(project.pk, specs.in_force(project.pk))
        return self.shown(shown, headers=revision_tag(shown))

    @extend_schema(
        operation_id="spec_put",
        parameters=[IF_MATCH],
        request=SpecInput,
        responses=one(SpecChangeSerializer, errors=(400, 403, 404, 412, 422)),
    )
    def put(self, request: Request, project_id: str) -> Response:
        """Put a new revision in force, and tell which versions do not conform to it."""
        project = access.project(self.actor, project_id, access.Capability.MANAGE_SPEC)
        body = self.body(SpecInput)
        before = specs.spec(project.pk, specs.in_force(project.pk))
        wanted, earlier = actions.read_technical(body["technical"]), specs.technical(project.pk)
        shown = before
        if not body.pop("dry_run"):
            given = {"naming_pattern": before["naming_pattern"], "proxies_by": before["proxies_by"], **body}
            row = actions.revise_spec(self.actor, project.pk, based_on=revision_in(request), **given)
            shown = specs.spec(project.pk, row)
        found = specs.not_conforming(project.pk, wanted, before=earlier)
        return self.shown({"spec": shown, "not_conforming": found}, headers=revision_tag(shown))


class SpecRevisions(ApiView):
    @extend_schema(operation_id="spec_revisions", parameters=[PageQuery], responses=many(ProjectSpecSerializer))
    def get(self, request: Request, project_id: str) -> Response:
        """Every revision, newest first."""
        query = self.query(PageQuery)
        project = access.project(self.actor, project_id)

        def shown(page: list[SpecRevision]) -> list[dict[str, Any]]:
            return [specs.spec(project.pk, row) for row in page]

        return paged(request, specs.revisions(project.pk), shown, order=("-revision",), **query)


class SpecPresets(ApiView):
    @extend_schema(operation_id="spec_presets", responses=many(PresetSerializer, errors=(404,)))
    def get(self, request: Request, project_id: str) -> Response:
        """Specs to begin with."""
        access.project(self.actor, project_id)
        found = specs.presets().items()
        return self.all_shown([{"name": key, "title": one.name, "technical": one.as_dict()} for key, one in found])


class Conformance(ApiView):
    @extend_schema(operation_id="spec_conformance", responses=many(NotConformingSerializer, errors=(404,)))
    def get(self, request: Request, project_id: str) -> Response:
        """Versions that do not conform to the spec in force, newest first."""
        project = access.project(self.actor, project_id)
        return self.all_shown(specs.not_conforming(project.pk, specs.technical(project.pk)))


class Protocol(ApiView):
    @extend_schema(operation_id="protocol_get", parameters=[ETAG], responses=one(ProtocolSerializer))
    def get(self, request: Request, project_id: str) -> Response:
        """The team's protocol in force, and who has acknowledged it."""
        return self.answer(access.project(self.actor, project_id).pk)

    @extend_schema(
        operation_id="protocol_put",
        parameters=[IF_MATCH],
        request=ProtocolInput,
        responses=one(ProtocolSerializer, errors=(400, 403, 404, 412)),
    )
    def put(self, request: Request, project_id: str) -> Response:
        """Revise the protocol. Everybody acknowledges it anew."""
        actions.revise_protocol(self.actor, project_id, based_on=revision_in(request), **self.body(ProtocolInput))
        return self.answer(project_id)

    def answer(self, project_id: str) -> Response:
        shown = specs.protocol(project_id)
        return self.shown(shown, headers=revision_tag(shown))


class Acknowledge(ApiView):
    @extend_schema(
        operation_id="protocol_acknowledge",
        request=AcknowledgeInput,
        responses=one(ProtocolSerializer, errors=(400, 404, 412)),
    )
    def post(self, request: Request, project_id: str) -> Response:
        """Say that one has read this revision and will keep to it."""
        actions.acknowledge(self.actor, project_id, **self.body(AcknowledgeInput))
        return self.shown(specs.protocol(project_id))
