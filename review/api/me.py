"""Who I am, and my access tokens."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review.actions import tokens as actions
from review.api.base import ApiView, InputSerializer, gone, many, nothing, one
from review.models import Scope
from review.problems import Problem
from review.selectors import people


class MeSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    email = serializers.EmailField()
    is_owner = serializers.BooleanField(help_text="Owner of the installation: may create projects, sees all of them.")


class TokenSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices), help_text="What it may be used for.")
    read_only = serializers.BooleanField(  # type: ignore[assignment]  # a field of that name, not the attribute
        help_text="Its only scope is `read`."
    )
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")


class NewTokenSerializer(TokenSerializer):
    secret = serializers.CharField(help_text="Shown this once; only its hash is kept.")


class TokenInput(InputSerializer):
    name = serializers.CharField(max_length=100)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices), required=False, help_text="Without it: all. `read` is always in."
    )
    expires_at = serializers.DateTimeField(allow_null=True, default=None)

    def validate_expires_at(self, value: Any) -> Any:
        if value is not None and value <= timezone.now():
            raise serializers.ValidationError(_("This lies in the past."), code="past")
        return value


class Me(ApiView):
    @extend_schema(operation_id="me", responses=one(MeSerializer, errors=()))
    def get(self, request: Request) -> Response:
        """The person who asks."""
        user = self.actor.person
        return self.shown({**people.person(user), "email": user.email, "is_owner": self.actor.is_site_owner})


class Tokens(ApiView):
    @extend_schema(operation_id="tokens_list", responses=many(TokenSerializer, errors=()))
    def get(self, request: Request) -> Response:
        """My access tokens that are not revoked."""
        return self.all_shown([people.token(row) for row in people.tokens(self.actor.person)])

    @extend_schema(
        operation_id="tokens_create", request=TokenInput, responses=one(NewTokenSerializer, status=201, errors=(400, 403))
    )
    def post(self, request: Request) -> Response:
        """Make a token. Only in a signed-in browser: a token cannot make tokens."""
        self._session_only()
        token, secret = actions.create_token(self.actor, **self.body(TokenInput))
        return self.shown({**people.token(token), "secret": secret}, status=201)

    def _session_only(self) -> None:
        if self.actor.token is not None:
            raise Problem("session_required")


class Token(Tokens):
    http_method_names = ["delete"]

    @extend_schema(operation_id="tokens_delete", responses=nothing())
    def delete(self, request: Request, token_id: str) -> Response:
        """Revoke a token."""
        self._session_only()
        actions.revoke_token(self.actor, token_id)
        return gone()
