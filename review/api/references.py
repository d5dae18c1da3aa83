"""What a version is compared with, and the frame map between two versions."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.actions import reference_sounds
from review.actions import references as actions
from review.api.base import ApiView, InputSerializer, PersonSerializer, gone, many, nothing, one
from review.api.checks import VERDICTS
from review.models import ReferenceMode
from review.selectors import references

STATES = ("none", "waiting", "running", "done", "failed")


class ReferenceVersionSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    number = serializers.IntegerField()
    asset_name = serializers.CharField()
    original_name = serializers.CharField()
    verdict = serializers.ChoiceField(choices=VERDICTS, allow_null=True, help_text="Of its own report; null until it is whole.")


class SoundErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    remedy = serializers.CharField()


class ReferenceSoundSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    state = serializers.ChoiceField(choices=["waiting", "running", "ready", "failed"])
    milliseconds = serializers.IntegerField(allow_null=True, help_text="How long it is; null until it is read.")
    tracks = serializers.IntegerField(allow_null=True)
    codec = serializers.CharField(allow_blank=True)
    error = SoundErrorSerializer(allow_null=True)
    versions = serializers.IntegerField(help_text="How many versions are compared with it.")
    created_by = PersonSerializer()
    created_at = serializers.DateTimeField()


class ReferenceSerializer(serializers.Serializer[Any]):
    version_id = serializers.CharField()
    mode = serializers.ChoiceField(choices=ReferenceMode.choices)
    chosen_id = serializers.CharField(allow_null=True, help_text="The version in mode chosen, the mixdown in mode sound.")
    in_use = ReferenceVersionSerializer(allow_null=True, help_text="The version that it is compared with now.")
    sound_in_use = ReferenceSoundSerializer(allow_null=True, help_text="The mixdown that it is compared with now.")
    state = serializers.ChoiceField(choices=STATES)


class ReferenceChoice(InputSerializer):
    mode = serializers.ChoiceField(choices=ReferenceMode.choices)
    reference_id = serializers.CharField(
        required=False, allow_null=True, max_length=32, help_text="A version in mode chosen, a mixdown in mode sound."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["mode"] in (ReferenceMode.CHOSEN, ReferenceMode.SOUND) and not attrs.get("reference_id"):
            raise serializers.ValidationError({"reference_id": _("Name the version to compare with.")})
        return attrs


class FrameMapQuery(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`from` is a word of Python's own."""
        return {"from": serializers.CharField(max_length=32, help_text="The version that the frames come from.")}


class FrameRunSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["same", "inserted", "removed", "repeated", "changed"])
    from_first = serializers.IntegerField(help_text="First frame there; of inserted ones, the frame before which they stand.")
    to_first = serializers.IntegerField(help_text="First frame here; of removed ones, the frame before which they would stand.")
    count = serializers.IntegerField()


class FrameDoubtSerializer(serializers.Serializer[Any]):
    first = serializers.IntegerField()
    count = serializers.IntegerField()


class FrameMapSerializer(serializers.Serializer[Any]):
    version_id = serializers.CharField()
    from_version_id = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES, help_text="none: the two were never compared; failed: they could not be.")
    from_count = serializers.IntegerField(allow_null=True)
    to_count = serializers.IntegerField(allow_null=True)
    runs = FrameRunSerializer(many=True)
    doubts = FrameDoubtSerializer(many=True, help_text="Frames here among which the border of a run lies.")


class Reference(ApiView):
    @extend_schema(operation_id="versions_reference", responses=one(ReferenceSerializer))
    def get(self, request: Request, version_id: str) -> Response:
        """What the sync checks compare a version with."""
        return self.shown(references.choice(access.version(self.actor, version_id)))

    @extend_schema(
        operation_id="versions_choose_reference",
        request=ReferenceChoice,
        responses=one(ReferenceSerializer, errors=(400, 403, 404, 422)),
    )
    def put(self, request: Request, version_id: str) -> Response:
        """Choose what a version is compared with: the version before it, another one or a mixdown of the project, or none."""
        return self.shown(references.choice(actions.choose(self.actor, version_id, **self.body(ReferenceChoice))))


class FrameMap(ApiView):
    @extend_schema(
        operation_id="versions_frame_map", parameters=[FrameMapQuery], responses=one(FrameMapSerializer, errors=(400, 404))
    )
    def get(self, request: Request, version_id: str) -> Response:
        """Which frame of another version is which of this one."""
        version = access.version(self.actor, version_id)
        return self.shown(references.frame_map(version, access.version(self.actor, self.query(FrameMapQuery)["from"])))


class ReferenceSounds(ApiView):
    @extend_schema(operation_id="reference_sounds_list", responses=many(ReferenceSoundSerializer, errors=(404,)))
    def get(self, request: Request, project_id: str) -> Response:
        """Mixdowns that versions of a project can be compared with, the newest first. One comes to be by an upload with
        `referenceFor` (a version's id) in Upload-Metadata: that version is compared with it from then on."""
        return self.all_shown(references.sounds_of(access.project(self.actor, project_id).pk))


class ReferenceSound(ApiView):
    @extend_schema(operation_id="reference_sounds_delete", responses=nothing(errors=(403, 404)))
    def delete(self, request: Request, sound_id: str) -> Response:
        """Remove a mixdown with its file. What was compared with it is compared with the version before it again."""
        reference_sounds.remove(self.actor, sound_id)
        return gone()
