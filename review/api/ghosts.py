"""Ghosts of a version: open comments of the versions below it, and carrying them over."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.actions import ghosts as actions
from review.api.base import InputSerializer, PageQuery, many
from review.api.comment_shapes import CommentSerializer
from review.api.comments import CommentView
from review.api.pagination import paged
from review.models import Comment
from review.selectors import ghosts
from review.selectors.comment_details import CommentDetails
from review.selectors.positions import Clock


class GhostSerializer(serializers.Serializer[Any]):
    comment = CommentSerializer(help_text="As it stands on its own version.")
    version_number = serializers.IntegerField(help_text="Of the version it was said of.")
    frame = serializers.IntegerField(allow_null=True, help_text="Where it stands on this version; null: it ends before.")


class CarryInput(InputSerializer):
    comment_ids = serializers.ListField(
        child=serializers.CharField(max_length=16), min_length=1, max_length=200, help_text="Of this version's ghosts."
    )


class Ghosts(CommentView):
    @extend_schema(operation_id="ghosts_list", parameters=[PageQuery], responses=many(GhostSerializer))
    def get(self, request: Request, version_id: str) -> Response:
        """Open comments of the versions below this one that nobody has carried over, by frame."""
        version = access.version(self.actor, version_id)
        granted = self.actor.capabilities_on(version)
        rows = ghosts.of_version(version, sees_internal=access.Capability.SEE_INTERNAL in granted)

        def shown(found: list[Comment]) -> list[dict[str, Any]]:
            details = CommentDetails(found)
            clocks = {row.version_id: Clock(row.version.media) for row in found}
            told = [self.comment_list(granted, [row], clocks[row.version_id], details)[0] for row in found]
            return [{"comment": one, **ghosts.place(row, version)} for one, row in zip(told, found, strict=True)]

        return paged(request, rows, shown, order=("frame", "created_at", "pk"), **self.query(PageQuery))


class CarryOver(CommentView):
    @extend_schema(
        operation_id="ghosts_carry",
        request=CarryInput,
        responses={**many(CommentSerializer, errors=(400, 403, 404, 409, 422))},
    )
    def post(self, request: Request, version_id: str) -> Response:
        """Carry ghosts over: each becomes a comment of this version on the same frames, linked with its source."""
        made = actions.carry_over(self.actor, version_id, **self.body(CarryInput))
        version = access.version(self.actor, version_id)
        clock = Clock(version.media)
        told = self.comment_list(self.actor.capabilities_on(version), made, clock, CommentDetails(made))
        return Response({"data": told, "links": {"next": None}})
