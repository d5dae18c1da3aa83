"""Webhooks of a project, for those who manage it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.access import Capability
from review.actions import webhooks as actions
from review.api.base import ApiView, InputSerializer, PageQuery, PersonSerializer, gone, many, nothing, one
from review.api.pagination import paged
from review.models import WebhookDelivery, WebhookFormat
from review.selectors import webhooks
from review.webhooks.signing import key_of

FORMAT_HELP = "twopop: the event as the API shows it, signed. The others: messages as those chats take them."
REASONS = ["", "gone", "failing"]


class WebhookSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    project_id = serializers.CharField()
    name = serializers.CharField()
    endpoint = serializers.CharField(help_text="Where it is sent to.")
    format = serializers.ChoiceField(choices=WebhookFormat.choices, help_text=FORMAT_HELP)
    kinds = serializers.ListField(
        child=serializers.CharField(), help_text="`comment.created`, `comment` for all that begin so; empty: everything."
    )
    internal = serializers.BooleanField(help_text="Whether internal comments are sent too.")
    created_by = PersonSerializer()
    created_at = serializers.DateTimeField()
    paused_at = serializers.DateTimeField(allow_null=True)
    paused_because = serializers.ChoiceField(
        choices=REASONS, allow_blank=True, help_text="gone: it answered 410. failing: for 21 hours. Empty: somebody paused it."
    )


class WebhookWithKeySerializer(WebhookSerializer):
    key = serializers.CharField(help_text="Signs what is sent: keep it where it is checked.")


class AttemptSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True, help_text="Of the answer; null if there was none.")
    error = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_blank=True, help_text="Its beginning.")
    milliseconds = serializers.IntegerField()


class WebhookDeliverySerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="The same in each attempt: `Twopop-Delivery`.")
    webhook_id = serializers.CharField()
    seq = serializers.IntegerField(allow_null=True, help_text="Of the event; null for a trial.")
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=WebhookDelivery.State.choices)
    created_at = serializers.DateTimeField()
    next_at = serializers.DateTimeField(allow_null=True, help_text="Of the next attempt.")
    attempts = AttemptSerializer(many=True, help_text="The last twenty, the newest last.")


class WebhookInput(InputSerializer):
    name = serializers.CharField(max_length=100)
    endpoint = serializers.CharField(max_length=1000, help_text="https://…")
    format = serializers.ChoiceField(choices=WebhookFormat.choices, default=WebhookFormat.TWOPOP, help_text=FORMAT_HELP)
    kinds = serializers.ListField(child=serializers.CharField(max_length=40), max_length=100, default=list)
    internal = serializers.BooleanField(default=False)


class WebhookChange(InputSerializer):
    name = serializers.CharField(max_length=100, required=False)
    endpoint = serializers.CharField(max_length=1000, required=False)
    format = serializers.ChoiceField(choices=WebhookFormat.choices, required=False, help_text=FORMAT_HELP)
    kinds = serializers.ListField(child=serializers.CharField(max_length=40), max_length=100, required=False)
    internal = serializers.BooleanField(required=False)
    paused = serializers.BooleanField(required=False, help_text="false: goes on with what happens from then on.")


class LogQuery(PageQuery):
    state = serializers.ChoiceField(choices=WebhookDelivery.State.choices, required=False)


def _named(given: dict[str, Any]) -> dict[str, Any]:
    return {"url" if name == "endpoint" else name: value for name, value in given.items()}


class Webhooks(ApiView):
    @extend_schema(operation_id="webhooks_list", responses=many(WebhookSerializer, errors=(403, 404)))
    def get(self, request: Request, project_id: str) -> Response:
        """The webhooks of a project."""
        project = access.project(self.actor, project_id, Capability.MANAGE_PROJECT)
        return self.all_shown([webhooks.webhook(row) for row in webhooks.of_project(project.pk)])

    @extend_schema(
        operation_id="webhooks_create",
        request=WebhookInput,
        responses=one(WebhookWithKeySerializer, status=201, errors=(400, 403, 404, 409, 422)),
    )
    def post(self, request: Request, project_id: str) -> Response:
        """Have events sent to an address from now on."""
        hook = actions.create_webhook(self.actor, project_id, **_named(self.body(WebhookInput)))
        return self.shown({**webhooks.webhook(hook), "key": key_of(hook)}, status=201)


class OneWebhook(ApiView):
    @extend_schema(operation_id="webhooks_get", responses=one(WebhookWithKeySerializer, errors=(403, 404)))
    def get(self, request: Request, webhook_id: str) -> Response:
        """A webhook, with its key."""
        hook = access.webhook(self.actor, webhook_id)
        return self.shown({**webhooks.webhook(hook), "key": key_of(hook)})

    @extend_schema(
        operation_id="webhooks_update", request=WebhookChange, responses=one(WebhookSerializer, errors=(400, 403, 404, 422))
    )
    def patch(self, request: Request, webhook_id: str) -> Response:
        """Change it, pause it, let it go on."""
        return self.shown(webhooks.webhook(actions.update_webhook(self.actor, webhook_id, **_named(self.body(WebhookChange)))))

    @extend_schema(operation_id="webhooks_delete", responses=nothing())
    def delete(self, request: Request, webhook_id: str) -> Response:
        """Send nothing more."""
        actions.delete_webhook(self.actor, webhook_id)
        return gone()


class WebhookKey(ApiView):
    @extend_schema(operation_id="webhooks_renew_key", request=None, responses=one(WebhookWithKeySerializer, errors=(403, 404)))
    def post(self, request: Request, webhook_id: str) -> Response:
        """Sign with another key from now on."""
        hook = actions.renew_key(self.actor, webhook_id)
        return self.shown({**webhooks.webhook(hook), "key": key_of(hook)})


class WebhookTrial(ApiView):
    @extend_schema(
        operation_id="webhooks_try", request=None, responses=one(WebhookDeliverySerializer, status=201, errors=(403, 404, 409))
    )
    def post(self, request: Request, webhook_id: str) -> Response:
        """Send it a `ping`."""
        return self.shown(webhooks.delivery(actions.send_trial(self.actor, webhook_id)), status=201)


class WebhookLog(ApiView):
    @extend_schema(
        operation_id="webhook_deliveries_list",
        parameters=[LogQuery],
        responses=many(WebhookDeliverySerializer, errors=(400, 403, 404)),
    )
    def get(self, request: Request, webhook_id: str) -> Response:
        """What was sent to it and what it answered, newest first; thirty days back."""
        hook, query = access.webhook(self.actor, webhook_id), self.query(LogQuery)
        rows = webhooks.log(hook.pk, query.pop("state", ""))
        shown = lambda page: [webhooks.delivery(row) for row in page]  # noqa: E731 -- one line for paged()
        return paged(request, rows, shown, order=("-created_at", "-pk"), **query)


class WebhookReplay(ApiView):
    @extend_schema(
        operation_id="webhook_deliveries_replay", request=None, responses=one(WebhookDeliverySerializer, errors=(403, 404, 409))
    )
    def post(self, request: Request, webhook_delivery_id: str) -> Response:
        """Send a delivery again."""
        return self.shown(webhooks.delivery(actions.replay(self.actor, webhook_delivery_id)))
