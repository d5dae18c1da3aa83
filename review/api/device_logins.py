"""Device-code login for scripts and panels, in the words of RFC 8628: forms go in, OAuth's own errors come out."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle, BaseThrottle

from review.actions import device_logins as actions
from review.api.base import ApiView
from review.api.parsers import StrictJSONParser
from review.models import DeviceLogin, Scope

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class DeviceRate(AnonRateThrottle):
    """Polling every five seconds needs twelve a minute; a room of people behind one address some more."""

    scope = "device"
    rate = "120/min"


class DeviceLoginInput(serializers.Serializer[Any]):
    client_id = serializers.CharField(
        max_length=100, help_text="What the program calls itself: the person reads it, the token is named so."
    )
    scope = serializers.CharField(required=False, max_length=100, help_text="Scopes, parted by spaces; without it, all.")

    def validate_scope(self, value: str) -> str:
        if not set(value.split()) <= set(Scope.values):
            raise serializers.ValidationError("unknown scope", code="scope")
        return value


class DeviceLoginSerializer(serializers.Serializer[Any]):
    device_code = serializers.CharField(help_text="To poll with; secret.")
    user_code = serializers.CharField(help_text="For the person to type.")
    verification_uri = serializers.URLField()
    verification_uri_complete = serializers.URLField(help_text="The same with the code in it.")
    expires_in = serializers.IntegerField(help_text="Seconds.")
    interval = serializers.IntegerField(help_text="Seconds between two polls.")


class DeviceTokenInput(serializers.Serializer[Any]):
    grant_type = serializers.CharField(max_length=100, help_text=GRANT)
    device_code = serializers.CharField(max_length=100)
    client_id = serializers.CharField(required=False, max_length=100)


class DeviceTokenSerializer(serializers.Serializer[Any]):
    access_token = serializers.CharField(help_text="Send it as `Authorization: Bearer …`.")
    token_type = serializers.CharField(help_text="Bearer")
    expires_in = serializers.IntegerField(help_text="Seconds.")
    scope = serializers.CharField(help_text="Parted by spaces.")


class OAuthErrorSerializer(serializers.Serializer[Any]):
    error = serializers.CharField(help_text="As RFC 6749, 5.2 and RFC 8628, 3.5 name them.")


class _DeviceView(ApiView):
    authentication_classes: Sequence[Any] = ()  # who polls is nobody yet
    permission_classes = (AllowAny,)
    parser_classes = (FormParser, StrictJSONParser)

    def get_throttles(self) -> list[BaseThrottle]:
        return [DeviceRate()] if self.request.method == "POST" else []


def _refused(error: str) -> Response:
    return Response({"error": error}, status=400, headers={"Cache-Control": "no-store"})


REFUSED = {400: OpenApiResponse(OAuthErrorSerializer, description="OAuth error")}


class DeviceAuthorization(_DeviceView):
    @extend_schema(
        operation_id="device_authorization",
        request={"application/x-www-form-urlencoded": DeviceLoginInput},
        responses={200: DeviceLoginSerializer, **REFUSED},
        auth=[],
        examples=[
            OpenApiExample("A panel", {"client_id": "Premiere panel on EDIT-3", "scope": "read comment"}, request_only=True)
        ],
    )
    def post(self, request: Request) -> Response:
        """Begin to sign in a program without a browser (RFC 8628): show its person the code and the address."""
        asked = DeviceLoginInput(data=request.data)
        if not asked.is_valid():
            return _refused("invalid_scope" if "scope" in asked.errors else "invalid_request")
        given = asked.validated_data
        scopes = given.get("scope", "").split() or None
        login, device_code = actions.begin(name=given["client_id"], scopes=scopes)
        page = self.base + reverse("device")
        shown = shown_code(login)
        return Response(
            {
                "device_code": device_code,
                "user_code": shown,
                "verification_uri": page,
                "verification_uri_complete": f"{page}?user_code={shown}",
                "expires_in": int(actions.VALID_FOR.total_seconds()),
                "interval": int(actions.INTERVAL.total_seconds()),
            },
            headers={"Cache-Control": "no-store"},
        )


class DeviceToken(_DeviceView):
    @extend_schema(
        operation_id="device_token",
        request={"application/x-www-form-urlencoded": DeviceTokenInput},
        responses={200: DeviceTokenSerializer, **REFUSED},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Ask whether the person has allowed it; the token is handed out once. `authorization_pending`: ask again after
        `interval` seconds; `slow_down`: wait five more."""
        asked = DeviceTokenInput(data=request.data)
        if not asked.is_valid():
            return _refused("invalid_request")
        if asked.validated_data["grant_type"] != GRANT:
            return _refused("unsupported_grant_type")
        try:
            token, secret = actions.exchange(asked.validated_data["device_code"])
        except actions.DevicePending as pending:
            return _refused(pending.error)
        return Response(
            {
                "access_token": secret,
                "token_type": "Bearer",
                "expires_in": int(actions.TOKEN_VALID_FOR.total_seconds()),
                "scope": " ".join(token.scopes),
            },
            headers={"Cache-Control": "no-store"},
        )


def shown_code(login: DeviceLogin) -> str:
    """The short code as people read it: two groups of four."""
    return f"{login.user_code[:4]}-{login.user_code[4:]}"
