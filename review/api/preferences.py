"""What I set for myself."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review.actions.preferences import set_preferences
from review.api.base import ApiView, InputSerializer, one
from review.languages import NAMES
from review.preferences import keys_problem, preferences_of

KEYS_HELP = "The keyboard of the review room, `{preset, changes: {action: [key]}}`; null: as it comes."

LANGUAGE_HELP = "The code of the language of pages, errors and mails; empty: what the browser asks for."


@extend_schema_field(OpenApiTypes.OBJECT)
class KeysField(serializers.JSONField):
    """A keyboard, by `review.preferences`."""

    def to_internal_value(self, data: Any) -> Any:
        if problem := keys_problem(data):
            raise serializers.ValidationError(problem, code="invalid")
        return data


class PreferencesSerializer(serializers.Serializer[Any]):
    keys = KeysField(allow_null=True, help_text=KEYS_HELP)
    tour_seen = serializers.BooleanField(help_text="The first-time tour is over for good.")
    language = serializers.CharField(allow_blank=True, help_text=LANGUAGE_HELP)


class PreferencesInput(InputSerializer):
    keys = KeysField(allow_null=True, required=False, help_text=KEYS_HELP)
    tour_seen = serializers.BooleanField(required=False)
    language = serializers.ChoiceField(["", *NAMES], required=False, help_text=LANGUAGE_HELP)


class MyPreferences(ApiView):
    @extend_schema(operation_id="preferences_get", responses=one(PreferencesSerializer, errors=()))
    def get(self, request: Request) -> Response:
        """What I set for myself."""
        return self.shown({**preferences_of(self.actor.person.preferences)})

    @extend_schema(
        operation_id="preferences_change",
        request=PreferencesInput,
        responses=one(PreferencesSerializer, errors=(400, 403)),
    )
    def patch(self, request: Request) -> Response:
        """Change some of it; what is not named stays."""
        return self.shown({**set_preferences(self.actor, **self.body(PreferencesInput))})
