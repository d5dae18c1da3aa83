"""How files and versions are named, asked before and after they are sent."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.access import Capability
from review.actions import uploads as upload_actions
from review.actions import versions as actions
from review.api.base import MAX_SEQ, ApiView, InputSerializer, ProblemSerializer, one
from review.api.uploads import UploadSerializer
from review.api.versions import VersionSerializer
from review.naming.pattern import LONGEST_NAME
from review.selectors import names, uploads, versions
from review.selectors.links import absolute

VALUES_HELP = "What the name says, field by field; empty if it is not written by the pattern."


class StackNamesSerializer(serializers.Serializer[Any]):
    asset_id = serializers.CharField()
    pattern = serializers.CharField(help_text="docs/names.md")
    next_number = serializers.IntegerField()
    next_name = serializers.CharField(allow_null=True, help_text="Without ending; null if the pattern asks for the unknown.")
    gaps = serializers.ListField(child=serializers.IntegerField(), help_text="Numbers below the newest that never came.")
    deleted = serializers.ListField(child=serializers.IntegerField(), help_text="Numbers whose versions were deleted.")


class VersionNameSerializer(serializers.Serializer[Any]):
    version_id = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    original_name = serializers.CharField()
    pattern = serializers.CharField()
    values = serializers.DictField(help_text=VALUES_HELP)
    why_not = serializers.CharField(allow_blank=True)
    offered = serializers.CharField(allow_null=True, help_text="The right name, if it has none: PUT it to accept it.")


class NewStackSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    sequence_id = serializers.CharField(allow_null=True)


class IncomingFileSerializer(serializers.Serializer[Any]):
    filename = serializers.CharField()
    values = serializers.DictField(help_text=VALUES_HELP)
    why_not = serializers.CharField(allow_blank=True, help_text="Why the name is none of the project's.")
    asset_id = serializers.CharField(allow_null=True, help_text="The stack it would go to.")
    new_asset = NewStackSerializer(allow_null=True, help_text="The stack it would begin by its name.")
    number = serializers.IntegerField(help_text="The version number it would get now.")
    name = serializers.CharField(allow_null=True, help_text="Its name, if it is one.")
    offered = serializers.CharField(allow_null=True, help_text="The right name: `versionName` of the upload.")
    refused = ProblemSerializer(allow_null=True, help_text="Why an upload under this name would be refused.")
    known = VersionSerializer(many=True, help_text="Versions of the project with this content: nothing need be sent.")
    same_size = serializers.BooleanField(
        help_text="Whether the project has content of just this size. If not, its hash need not be asked after."
    )


class IncomingQuery(serializers.Serializer[Any]):
    filename = serializers.CharField(max_length=255)
    asset_id = serializers.CharField(max_length=16, required=False, help_text="The stack it is meant for.")
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", required=False, help_text="Of the whole file.")
    size = serializers.IntegerField(min_value=1, max_value=MAX_SEQ, required=False, help_text="In bytes.")


class NextNameSerializer(serializers.Serializer[Any]):
    asset_id = serializers.CharField(allow_null=True, help_text="Null: the project has no stack yet.")
    asset_name = serializers.CharField()
    name = serializers.CharField(allow_null=True, help_text="Null if the pattern asks for what nobody knows.")


class OtherNameSerializer(serializers.Serializer[Any]):
    version_id = serializers.CharField()
    name = serializers.CharField()
    why_not = serializers.CharField()


class PatternPreviewSerializer(serializers.Serializer[Any]):
    pattern = serializers.CharField()
    error = serializers.CharField(allow_null=True, help_text="Why it is none.")
    next = NextNameSerializer(many=True, help_text="What the next versions of a few stacks would be called.")
    others = OtherNameSerializer(many=True, help_text="A few names of the project that are not written by it.")
    matching = serializers.IntegerField(help_text="How many of the newest versions are named by it.")
    judged = serializers.IntegerField(help_text="Of how many.")


class PatternQuery(serializers.Serializer[Any]):
    pattern = serializers.CharField(max_length=200, trim_whitespace=False, help_text="docs/names.md")


class NameInput(InputSerializer):
    name = serializers.CharField(max_length=LONGEST_NAME, help_text="Without ending.")


class Incoming(ApiView):
    @extend_schema(
        operation_id="incoming_file",
        parameters=[IncomingQuery],
        responses=one(IncomingFileSerializer, errors=(400, 403, 404)),
    )
    def get(self, request: Request, project_id: str) -> Response:
        """What a file would become, before it is sent: its stack, its number, its name, and whether its content is here."""
        project = access.project(self.actor, project_id, Capability.UPLOAD)
        query = self.query(IncomingQuery)
        asset = access.asset(self.actor, query["asset_id"], Capability.UPLOAD) if "asset_id" in query else None
        if asset is not None and asset.project_id != project.pk:
            raise access.NotFound
        found = names.incoming(
            project,
            self.actor.user,
            filename=query["filename"],
            sha256=query.get("sha256", ""),
            size=query.get("size", 0),
            asset=asset,
        )
        return self.shown({**found, "known": [absolute(row, self.base) for row in found["known"]]})


class PatternPreview(ApiView):
    @extend_schema(
        operation_id="pattern_preview",
        parameters=[PatternQuery],
        responses=one(PatternPreviewSerializer, errors=(400, 404)),
    )
    def get(self, request: Request, project_id: str) -> Response:
        """How a pattern would name what the project has, before it is put in force."""
        project = access.project(self.actor, project_id)
        return self.shown(names.preview(project, self.actor.user, self.query(PatternQuery)["pattern"]))


class StackNames(ApiView):
    @extend_schema(operation_id="stack_names", responses=one(StackNamesSerializer))
    def get(self, request: Request, asset_id: str) -> Response:
        """The next name of a stack, and the numbers that are missing in it."""
        return self.shown(names.of_stack(access.asset(self.actor, asset_id), self.actor.user))


class VersionName(ApiView):
    @extend_schema(operation_id="version_name_get", responses=one(VersionNameSerializer))
    def get(self, request: Request, version_id: str) -> Response:
        """What a version is called, and what it should be called."""
        return self.shown(names.of_version(access.version(self.actor, version_id), self.actor.user))

    @extend_schema(
        operation_id="version_name_put", request=NameInput, responses=one(VersionSerializer, errors=(400, 403, 404, 422))
    )
    def put(self, request: Request, version_id: str) -> Response:
        """Give a version its name. The name of its file stays known as `original_name`."""
        return self.shown(versions.version(actions.name_version(self.actor, version_id, **self.body(NameInput))))


class UploadName(ApiView):
    @extend_schema(
        operation_id="upload_name_put", request=NameInput, responses=one(UploadSerializer, errors=(400, 404, 410, 422))
    )
    def put(self, request: Request, upload_id: str) -> Response:
        """Name one's upload. If it waits with `name_conflict`, a HEAD of its `url` finishes it then."""
        return self.shown(uploads.upload(upload_actions.rename_upload(self.actor, upload_id, **self.body(NameInput))))
