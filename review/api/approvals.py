"""Approvals of versions: who is asked, what they say, which blocks are lifted; the project's policy; the inbox."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.actions import approvals as actions
from review.api.base import MAX_INT, ApiView, InputSerializer, PersonSerializer, WholeNumberField, many, one
from review.api.preconditions import ETAG, IF_MATCH, revision_in, revision_tag
from review.approval.machine import Block, Decision, Kind, State
from review.models import Version
from review.selectors import approvals

DECISIONS = [one.value for one in Decision]
STATES = [one.value for one in State]
BLOCKS = [one.value for one in Block]


class ReviewerStandSerializer(serializers.Serializer[Any]):
    person = PersonSerializer()
    asked = serializers.BooleanField()
    must = serializers.BooleanField(help_text="By the project's policy.")
    due = serializers.DateField(allow_null=True)
    decision = serializers.ChoiceField(choices=DECISIONS, allow_null=True)
    up_to_frame = serializers.IntegerField(allow_null=True, help_text="Last approved frame; null: wholly.")
    up_to_timecode = serializers.CharField(allow_null=True)
    text = serializers.CharField(allow_blank=True)


class DeliveryBlockSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=BLOCKS)
    what = serializers.CharField()
    lifted = serializers.CharField(allow_null=True, help_text="The reason, if it was lifted.")


class ApprovalEntrySerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=[one.value for one in Kind])
    person = PersonSerializer(allow_null=True)
    by = PersonSerializer()
    decision = serializers.ChoiceField(choices=DECISIONS, allow_null=True)
    up_to_frame = serializers.IntegerField(allow_null=True)
    up_to_timecode = serializers.CharField(allow_null=True)
    block = serializers.ChoiceField(choices=BLOCKS, allow_null=True)
    due = serializers.DateField(allow_null=True)
    text = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()


class VersionApprovalsSerializer(serializers.Serializer[Any]):
    version_id = serializers.CharField()
    revision = serializers.IntegerField(help_text="How many entries there are.")
    state = serializers.ChoiceField(choices=STATES)
    reviewers = ReviewerStandSerializer(many=True)
    waiting_for = PersonSerializer(many=True)
    blocks = DeliveryBlockSerializer(many=True, help_text="What stands in the way of a delivery, lifted or not.")
    may_be_delivered = serializers.BooleanField()
    entries = ApprovalEntrySerializer(many=True, help_text="The whole history, oldest first.")


class PolicySerializer(serializers.Serializer[Any]):
    project_id = serializers.CharField()
    revision = serializers.IntegerField()
    who = PersonSerializer(many=True, help_text="Who must approve; empty: whoever is asked.")
    everybody = serializers.BooleanField(help_text="All of them; else one is enough.")
    open_comments_block = serializers.BooleanField()
    failed_checks_block = serializers.BooleanField()
    made_by = PersonSerializer(allow_null=True)


class ReviewSerializer(serializers.Serializer[Any]):
    version_id = serializers.CharField()
    project_id = serializers.CharField()
    project_name = serializers.CharField()
    asset_name = serializers.CharField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=STATES)
    due = serializers.DateField(allow_null=True)
    url = serializers.URLField()


class PolicyInput(InputSerializer):
    who = serializers.ListField(child=serializers.CharField(max_length=16), max_length=100, help_text="Ids of members.")
    everybody = serializers.BooleanField()
    open_comments_block = serializers.BooleanField()
    failed_checks_block = serializers.BooleanField()


class AskInput(InputSerializer):
    user_id = serializers.CharField(max_length=16)
    due = serializers.DateField(required=False, allow_null=True)


class DecisionInput(InputSerializer):
    decision = serializers.ChoiceField(choices=DECISIONS)
    up_to_frame = WholeNumberField(min_value=0, max_value=MAX_INT, required=False, help_text="Last approved frame.")
    up_to_timecode = serializers.CharField(max_length=40, required=False, help_text="Record timecode, instead.")
    text = serializers.CharField(max_length=10_000, allow_blank=True, default="")


class OwnDecisionInput(InputSerializer):
    decision = serializers.ChoiceField(choices=DECISIONS)
    text = serializers.CharField(max_length=10_000, allow_blank=True, default="")


class OwnDecisionSerializer(serializers.Serializer[Any]):
    version_id = serializers.CharField()
    decision = serializers.ChoiceField(choices=DECISIONS, allow_null=True, help_text="null: none yet.")
    up_to_frame = serializers.IntegerField(allow_null=True, help_text="Last approved frame; null: wholly.")
    text = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    delivered = serializers.BooleanField(help_text="Then nothing more can be said of it.")


class WithdrawInput(InputSerializer):
    text = serializers.CharField(max_length=10_000, allow_blank=True, default="")


class LiftInput(InputSerializer):
    reason = serializers.CharField(max_length=5000)


def _answer(view: ApiView, version: Version, *, status: int = 200) -> Response:
    shown = approvals.approvals(version)
    return view.shown(shown, status=status, headers=revision_tag(shown))


class Policy(ApiView):
    @extend_schema(operation_id="policy_get", parameters=[ETAG], responses=one(PolicySerializer))
    def get(self, request: Request, project_id: str) -> Response:
        """What a delivery needs in this project."""
        return self.answer(access.project(self.actor, project_id).pk)

    @extend_schema(
        operation_id="policy_put",
        parameters=[IF_MATCH],
        request=PolicyInput,
        responses=one(PolicySerializer, errors=(400, 403, 404, 412, 422)),
    )
    def put(self, request: Request, project_id: str) -> Response:
        """Put a policy in force."""
        actions.set_policy(self.actor, project_id, based_on=revision_in(request), **self.body(PolicyInput))
        return self.answer(project_id)

    def answer(self, project_id: str) -> Response:
        shown = approvals.policy(project_id)
        return self.shown(shown, headers=revision_tag(shown))


class Inbox(ApiView):
    @extend_schema(operation_id="my_reviews", responses=many(ReviewSerializer, errors=()))
    def get(self, request: Request) -> Response:
        """Newest versions that wait for my decision, the earliest due first."""
        ids = list(access.projects(self.actor).values_list("pk", flat=True))
        return self.all_shown(approvals.inbox(self.actor.person, ids))


class Approvals(ApiView):
    @extend_schema(operation_id="approvals_get", parameters=[ETAG], responses=one(VersionApprovalsSerializer))
    def get(self, request: Request, version_id: str) -> Response:
        """Where a version stands, and everything that led there."""
        return _answer(self, access.version(self.actor, version_id))

    @extend_schema(
        operation_id="approvals_decide",
        parameters=[IF_MATCH],
        request=DecisionInput,
        responses=one(VersionApprovalsSerializer, status=201, errors=(400, 403, 404, 409, 412, 422)),
    )
    def post(self, request: Request, version_id: str) -> Response:
        """Say what one thinks of a version. It replaces what one said before, which stays in the history."""
        body, based_on = self.body(DecisionInput), revision_in(request)
        return _answer(self, actions.decide(self.actor, version_id, based_on=based_on, **body), status=201)


class OwnDecision(ApiView):
    """For those who only need to know what they said themselves: guests of a share link learn no more."""

    guests = frozenset({"GET", "PUT"})

    @extend_schema(operation_id="decision_get", responses=one(OwnDecisionSerializer))
    def get(self, request: Request, version_id: str) -> Response:
        """What I said of this version."""
        return self.answer(access.version(self.actor, version_id))

    @extend_schema(
        operation_id="decision_put",
        request=OwnDecisionInput,
        responses=one(OwnDecisionSerializer, errors=(400, 403, 404, 409)),
    )
    def put(self, request: Request, version_id: str) -> Response:
        """Say what I think of a version. It replaces what I said before, which stays in the history."""
        access.version(self.actor, version_id, access.Capability.APPROVE)  # before anything is said of the body
        return self.answer(actions.decide(self.actor, version_id, **self.body(OwnDecisionInput)))

    def answer(self, version: Version) -> Response:
        return self.shown(approvals.own_decision(version, self.actor.user))


class Withdrawal(ApiView):
    @extend_schema(
        operation_id="approvals_withdraw",
        request=WithdrawInput,
        responses=one(VersionApprovalsSerializer, errors=(400, 403, 404, 409)),
    )
    def post(self, request: Request, version_id: str) -> Response:
        """Take back what one said."""
        return _answer(self, actions.withdraw(self.actor, version_id, **self.body(WithdrawInput)))


class Reviewers(ApiView):
    @extend_schema(
        operation_id="reviewers_ask",
        parameters=[IF_MATCH],
        request=AskInput,
        responses=one(VersionApprovalsSerializer, status=201, errors=(400, 403, 404, 409, 412, 422)),
    )
    def post(self, request: Request, version_id: str) -> Response:
        """Ask a member for approval, until a day."""
        body, based_on = self.body(AskInput), revision_in(request)
        return _answer(self, actions.ask(self.actor, version_id, based_on=based_on, **body), status=201)


class OneReviewer(ApiView):
    @extend_schema(operation_id="reviewers_unask", responses=one(VersionApprovalsSerializer, errors=(403, 404, 409)))
    def delete(self, request: Request, version_id: str, user_id: str) -> Response:
        """Ask no longer. What the person said stays."""
        return _answer(self, actions.unask(self.actor, version_id, user_id=user_id))


class OneBlock(ApiView):
    @extend_schema(
        operation_id="blocks_lift",
        request=LiftInput,
        responses=one(VersionApprovalsSerializer, errors=(400, 403, 404, 409)),
    )
    def put(self, request: Request, version_id: str, block: str) -> Response:
        """Lift a block for this version. The reason stays on the delivery record."""
        return _answer(self, actions.lift(self.actor, version_id, block=block, **self.body(LiftInput)))

    @extend_schema(operation_id="blocks_restore", responses=one(VersionApprovalsSerializer, errors=(403, 404, 409)))
    def delete(self, request: Request, version_id: str, block: str) -> Response:
        """The block blocks again."""
        return _answer(self, actions.restore(self.actor, version_id, block=block))
