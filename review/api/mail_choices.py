"""What I want to hear by mail."""

from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review.actions import mail_choices as actions
from review.api.base import ApiView, InputSerializer, WholeNumberField, gone, nothing, one
from review.notifications import choices_shown
from review.notifications.choices import ABOUT, PACE

ABOUT_HELP = (
    "`personal`: mentions, replies, requests, decisions, what failed. "
    "`everything`: also comments on one's versions, new versions, deliveries."
)
PACE_HELP = "`instant`: a minute after it is quiet. `hourly`, `daily`: together."


class ProjectMailSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    own = serializers.BooleanField(help_text="Whether it has a choice of its own.")
    about = serializers.ChoiceField(choices=ABOUT)
    pace = serializers.ChoiceField(choices=PACE)


class MailChoicesSerializer(serializers.Serializer[Any]):
    address = serializers.CharField()
    sent = serializers.BooleanField(help_text="Whether this server sends mails of notifications.")
    about = serializers.ChoiceField(choices=ABOUT, help_text=ABOUT_HELP)
    pace = serializers.ChoiceField(choices=PACE, help_text=PACE_HELP)
    hour = serializers.IntegerField(help_text="Of daily mails, 0 to 23.")
    time_zone = serializers.CharField(allow_blank=True, help_text="Of `hour`, as `Europe/Berlin`; empty: the server's.")
    server_time_zone = serializers.CharField()
    projects = ProjectMailSerializer(many=True)
    muted = serializers.IntegerField(help_text="Threads that are muted.")


class MailChoicesInput(InputSerializer):
    project_id = serializers.CharField(max_length=16, required=False, help_text="`about` and `pace` are of this project.")
    about = serializers.ChoiceField(
        choices=ABOUT, required=False, allow_null=True, help_text="null, with `pace`: as everywhere."
    )
    pace = serializers.ChoiceField(choices=PACE, required=False, allow_null=True)
    hour = WholeNumberField(min_value=0, max_value=23, required=False)
    time_zone = serializers.CharField(max_length=64, required=False, allow_blank=True)

    def validate_time_zone(self, value: str) -> str:
        if value and value not in available_timezones():
            raise serializers.ValidationError(_("There is no such time zone."), code="unknown")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("project_id") and any(name in attrs and attrs[name] is None for name in ("about", "pace")):
            raise serializers.ValidationError(_("Only a project can be as everywhere."), code="required")
        return attrs


class MailChoices(ApiView):
    @extend_schema(operation_id="mail_choices_get", responses=one(MailChoicesSerializer, errors=()))
    def get(self, request: Request) -> Response:
        """What I want to hear by mail, everywhere and in single projects."""
        return self.shown(choices_shown.mail_choices(self.actor))

    @extend_schema(
        operation_id="mail_choices_change",
        request=MailChoicesInput,
        responses=one(MailChoicesSerializer, errors=(400, 403, 404)),
    )
    def patch(self, request: Request) -> Response:
        """Change some of it; what is not named stays."""
        actions.choose(self.actor, **self.body(MailChoicesInput))
        return self.shown(choices_shown.mail_choices(self.actor))


class MutedThread(ApiView):
    @extend_schema(operation_id="threads_mute", request=None, responses=nothing())
    def put(self, request: Request, thread: str) -> Response:
        """Tell me no more of what belongs to this line of my inbox, unless I am mentioned or asked for approval."""
        actions.mute_own_thread(self.actor, thread, muted=True)
        return gone()

    @extend_schema(operation_id="threads_unmute", responses=nothing())
    def delete(self, request: Request, thread: str) -> Response:
        """Tell me again."""
        actions.mute_own_thread(self.actor, thread, muted=False)
        return gone()
