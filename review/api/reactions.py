"""Reactions to a comment."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from review.actions.reactions import set_reaction
from review.api.base import one
from review.api.comment_shapes import CommentSerializer
from review.api.comments import CommentView
from review.reactions import SIGNS

NAME = OpenApiParameter("name", str, OpenApiParameter.PATH, enum=list(SIGNS))
ANSWER = one(CommentSerializer, errors=(403, 404, 409, 422))


class OneReaction(CommentView):
    guests = frozenset({"PUT", "DELETE"})

    @extend_schema(operation_id="reactions_put", request=None, parameters=[NAME], responses=ANSWER)
    def put(self, request: Request, comment_id: str, name: str) -> Response:
        """Put one's sign on a comment."""
        return self.comment(set_reaction(self.actor, comment_id, name, there=True))

    @extend_schema(operation_id="reactions_delete", parameters=[NAME], responses=ANSWER)
    def delete(self, request: Request, comment_id: str, name: str) -> Response:
        """Take one's sign away again."""
        return self.comment(set_reaction(self.actor, comment_id, name, there=False))
