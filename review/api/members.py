"""Who is in a project, and who is invited."""

from typing import Any

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.access import Capability
from review.actions import invitations, members
from review.api.base import ApiView, InputSerializer, PageQuery, PersonSerializer, gone, many, nothing, one, problems
from review.api.pagination import paged
from review.models import Membership, Role
from review.selectors import people


class MemberSerializer(serializers.Serializer[Any]):
    project_id = serializers.CharField()
    user = PersonSerializer()
    role = serializers.ChoiceField(choices=Role.choices)
    created_at = serializers.DateTimeField()
    email = serializers.EmailField(allow_null=True, help_text="Only for those who manage members. Not part of events.")


class InvitationSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    project_id = serializers.CharField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=Role.choices)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class NewInvitationSerializer(InvitationSerializer):
    url = serializers.URLField(help_text="Pass it on. Shown this once, works once.")


class MemberInput(InputSerializer):
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(choices=Role.choices)


class MemberChange(InputSerializer):
    role = serializers.ChoiceField(choices=Role.choices)


ADDED = inline_serializer(
    "MemberAdded",
    {
        "data": inline_serializer(
            "MemberOrInvitation",
            {"member": MemberSerializer(allow_null=True), "invitation": NewInvitationSerializer(allow_null=True)},
        )
    },
)


class MemberView(ApiView):
    def member(self, row: Membership) -> dict[str, Any]:
        manages = Capability.MANAGE_MEMBERS in self.actor.capabilities(row.project_id)
        return {**people.member(row), "email": row.user.email if manages else None}


class Members(MemberView):
    @extend_schema(operation_id="members_list", parameters=[PageQuery], responses=many(MemberSerializer))
    def get(self, request: Request, project_id: str) -> Response:
        """Who is in the project."""
        query = self.query(PageQuery)
        rows = people.members(access.project(self.actor, project_id).pk)
        return paged(request, rows, lambda page: [self.member(row) for row in page], order=("created_at", "pk"), **query)

    @extend_schema(operation_id="members_add", request=MemberInput, responses={201: ADDED, **problems(400, 403, 404, 409)})
    def post(self, request: Request, project_id: str) -> Response:
        """Add somebody who has an account; for anybody else, make an invitation link."""
        body = self.body(MemberInput)
        membership = members.add_member(self.actor, project_id, **body)
        if membership is not None:
            return self.shown({"member": self.member(membership), "invitation": None}, status=201)
        invitation, secret = invitations.invite(self.actor, project_id, **body)
        shown = {**people.invitation(invitation), "url": f"{self.base}/invite/{secret}"}
        return self.shown({"member": None, "invitation": shown}, status=201)


class OneMember(MemberView):
    @extend_schema(
        operation_id="members_update", request=MemberChange, responses=one(MemberSerializer, errors=(400, 403, 404, 409))
    )
    def patch(self, request: Request, project_id: str, user_id: str) -> Response:
        """Change a person's role."""
        return self.shown(self.member(members.change_role(self.actor, project_id, user_id, **self.body(MemberChange))))

    @extend_schema(operation_id="members_delete", responses=nothing(errors=(403, 404, 409)))
    def delete(self, request: Request, project_id: str, user_id: str) -> Response:
        """Remove a person, or leave."""
        members.remove_member(self.actor, project_id, user_id)
        return gone()


class Invitations(ApiView):
    @extend_schema(operation_id="invitations_list", responses=many(InvitationSerializer, errors=(403, 404)))
    def get(self, request: Request, project_id: str) -> Response:
        """Invitations that are still open."""
        project = access.project(self.actor, project_id, Capability.MANAGE_MEMBERS)
        return self.all_shown([people.invitation(row) for row in people.open_invitations(project.pk)])


class OneInvitation(ApiView):
    @extend_schema(operation_id="invitations_delete", responses=nothing())
    def delete(self, request: Request, invitation_id: str) -> Response:
        """Revoke an invitation."""
        invitations.revoke(self.actor, invitation_id)
        return gone()
