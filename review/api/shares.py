"""Share links, for those who make them; and the name that a guest gives."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from media_pipeline import api as pipeline
from review import access, door_limits, parting
from review.access import Capability
from review.actions import share_names
from review.actions import shares as actions
from review.api.base import (
    MAX_INT,
    ApiView,
    InputSerializer,
    PageQuery,
    PersonSerializer,
    WholeNumberField,
    gone,
    many,
    nothing,
    one,
)
from review.api.pagination import paged
from review.guests import GUEST
from review.models import ShareRight
from review.selectors import shares
from review.selectors.links import absolute
from review.selectors.people import person
from review.watermarks import WORDS_LENGTH

MOST_ITEMS = 100
RIGHTS = serializers.ListField(
    child=serializers.ChoiceField(choices=ShareRight.choices),
    max_length=len(ShareRight),
    required=False,
    help_text="What it allows besides watching.",
)


class WatermarkSerializer(serializers.Serializer[Any]):
    """Words burned into every picture that the link shows."""

    text = serializers.CharField(max_length=WORDS_LENGTH, required=False, allow_blank=True, default="")
    viewer = serializers.BooleanField(
        default=False,
        help_text="Who watches: by the address of a recipient; where none are named, by the name that the door asks for.",
    )
    date = serializers.BooleanField(default=False, help_text="When the link was made.")
    place = serializers.ChoiceField(choices=pipeline.WATERMARK_PLACES, default="tiled")
    opacity = serializers.IntegerField(
        min_value=pipeline.LEAST_OPACITY, max_value=pipeline.MOST_OPACITY, default=20, help_text="Percent."
    )


class WatermarkInput(WatermarkSerializer, InputSerializer):
    """What is not given is as a new one has it."""


class ShareItemSerializer(serializers.Serializer[Any]):
    version_id = serializers.CharField(allow_null=True, help_text="null: always the newest version of the stack.")
    asset_id = serializers.CharField()
    asset_name = serializers.CharField()
    number = serializers.IntegerField(allow_null=True, help_text="Of the version; null: the newest, whichever it is.")


class ShareSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    project_id = serializers.CharField()
    name = serializers.CharField(allow_blank=True, help_text="For you; guests do not see it.")
    items = ShareItemSerializer(many=True)
    rights = serializers.ListField(child=serializers.ChoiceField(choices=ShareRight.choices))
    has_passphrase = serializers.BooleanField()
    recipients = serializers.ListField(
        child=serializers.EmailField(), help_text="A code is mailed to them; empty: whoever has the link. Not part of events."
    )
    expires_at = serializers.DateTimeField(allow_null=True)
    max_uses = serializers.IntegerField(allow_null=True, help_text="Browsers that are let in; null: any number.")
    watermark = WatermarkSerializer(allow_null=True)
    uses = serializers.IntegerField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    created_by = PersonSerializer()
    created_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(choices=shares.STATES, help_text="Not part of events.")
    url = serializers.CharField(allow_null=True, help_text="null: its secret cannot be read out any more. Not part of events.")
    guests = PersonSerializer(many=True, help_text="Who came by it and gave a name. Not part of events.")


class ShareItemInput(InputSerializer):
    version_id = serializers.CharField(max_length=16, required=False)
    asset_id = serializers.CharField(max_length=16, required=False, help_text="Instead: always the stack's newest version.")


class ShareInput(InputSerializer):
    items = serializers.ListField(child=ShareItemInput(), max_length=MOST_ITEMS)
    rights = RIGHTS
    name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    passphrase = serializers.CharField(
        max_length=200, required=False, allow_blank=True, trim_whitespace=False, help_text="Empty: none."
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    max_uses = WholeNumberField(min_value=1, max_value=MAX_INT, required=False, allow_null=True)
    recipients = serializers.ListField(child=serializers.EmailField(max_length=254), max_length=100, required=False)
    watermark = WatermarkInput(required=False, allow_null=True)


class ShareChange(ShareInput):
    items = serializers.ListField(child=ShareItemInput(), max_length=MOST_ITEMS, required=False)


class GuestSerializer(PersonSerializer):
    id = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_null=True)


class GuestInput(InputSerializer):
    name = serializers.CharField(max_length=60)
    in_watermark = serializers.BooleanField(
        default=False, help_text="Also in the pictures of links that burn it in: else what was given at their door stays there."
    )


class Shares(ApiView):
    @extend_schema(operation_id="shares_list", parameters=[PageQuery], responses=many(ShareSerializer, errors=(400, 403, 404)))
    def get(self, request: Request, project_id: str) -> Response:
        """The share links of a project, the newest first; revoked ones too."""
        query = self.query(PageQuery)
        project = access.project(self.actor, project_id, Capability.SHARE)

        def shown(page: list[Any]) -> list[dict[str, Any]]:
            return [absolute(one, self.base) for one in shares.shares_with_addresses(page)]

        return paged(request, shares.of_project(project.pk), shown, order=("-created_at", "-pk"), **query)

    @extend_schema(
        operation_id="shares_create",
        request=ShareInput,
        responses=one(ShareSerializer, status=201, errors=(400, 403, 404, 409, 422)),
    )
    def post(self, request: Request, project_id: str) -> Response:
        """Make a link by which people without an account watch versions, and do what its rights allow."""
        access.project(self.actor, project_id, Capability.SHARE)  # before anything is said of the body
        share = actions.create_share(self.actor, project_id, **{"rights": [], **self.body(ShareInput)})
        return self.shown(shares.share_with_address(share), status=201)


class OneShare(ApiView):
    @extend_schema(operation_id="shares_get", responses=one(ShareSerializer, errors=(403, 404)))
    def get(self, request: Request, share_id: str) -> Response:
        """A share link."""
        return self.shown(shares.share_with_address(access.share(self.actor, share_id)))

    @extend_schema(
        operation_id="shares_update", request=ShareChange, responses=one(ShareSerializer, errors=(400, 403, 404, 409, 422))
    )
    def patch(self, request: Request, share_id: str) -> Response:
        """Change a link. Its address stays; what it allows counts from the next request on."""
        access.share(self.actor, share_id)
        share = actions.update_share(self.actor, share_id, **self.body(ShareChange))
        return self.shown(shares.share_with_address(share))

    @extend_schema(operation_id="shares_revoke", responses=one(ShareSerializer, errors=(403, 404)))
    def delete(self, request: Request, share_id: str) -> Response:
        """Revoke a link: it stops at once, also for those who are watching. It stays in the list."""
        return self.shown(shares.share_with_address(actions.revoke_share(self.actor, share_id)))


class GuestName(ApiView):
    guests = frozenset({"GET", "PUT", "DELETE"})

    @extend_schema(operation_id="guest_get", responses=one(GuestSerializer))
    def get(self, request: Request) -> Response:
        """Who I am as a guest of a share link: null before I gave a name."""
        user = share_names.guest_of(self.actor)
        return self.shown(person(user) if user is not None else {"id": None, "name": None})

    @extend_schema(
        operation_id="guest_name", request=GuestInput, responses=one(GuestSerializer, errors=(400, 403, 404, 409, 422, 429))
    )
    def put(self, request: Request) -> Response:
        """Say what I am called: asked before a guest first writes or decides, and may be said anew. What they wrote before is
        theirs under the new name."""
        share_names.guest_of(self.actor)
        wish = self.body(GuestInput)
        self._count(request)
        if wish["in_watermark"]:
            for one_pass in self.actor.guest.passes:
                wait = door_limits.wait_for_name(request._request, one_pass.share) if one_pass.share.asks_name else 0
                if wait:
                    raise Throttled(wait)
        user = share_names.name_guest(self.actor, **wish)
        request._request.session[GUEST] = user.pk
        return self.shown(person(user))

    @extend_schema(operation_id="guest_forget", responses=nothing(errors=(403, 404, 429)))
    def delete(self, request: Request) -> Response:
        """Somebody else sits at this browser now. What the guest before wrote stays theirs; a link that asks who comes asks
        again."""
        share_names.guest_of(self.actor)
        self._count(request)
        share_names.forget_guest(self.actor)
        session = request._request.session
        session.pop(GUEST, None)
        session.cycle_key()  # what other windows of the guest before have open ends
        answer = gone()
        parting.mark(answer)
        return answer

    def _count(self, request: Request) -> None:
        """Each name is a row for good."""
        if wait := door_limits.wait_for_guest(request._request, self.actor.guest.passes[0]):
            raise Throttled(wait)
