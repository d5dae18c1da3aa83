"""Comments of a version."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access, annotations
from review.access import Capability
from review.actions import comments as actions
from review.api.base import (
    MAX_INT,
    ApiView,
    InputSerializer,
    PageQuery,
    PersonSerializer,
    RateSerializer,
    RationalSerializer,
    WholeNumberField,
    gone,
    many,
    nothing,
    one,
)
from review.api.pagination import paged
from review.models import Comment
from review.problems import Problem
from review.selectors import comments
from review.selectors.links import absolute
from review.selectors.positions import Clock

MAX_TEXT = 10_000
MAX_COMMENT_PAGE = 1000


class AnnotationSerializer(serializers.Serializer[Any]):
    """Drawings on frames of the comment's range."""

    v = serializers.ChoiceField(choices=[annotations.VERSION])
    shapes = serializers.ListField(
        child=serializers.DictField(), help_text="Each with the `frame` it stands on (0-based, of the version)."
    )


class CommentSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    version_id = serializers.CharField()
    parent_id = serializers.CharField(allow_null=True, help_text="The first comment of the thread; null if this is it.")
    author = PersonSerializer()
    text = serializers.CharField(allow_blank=True)
    annotation = AnnotationSerializer(
        allow_null=True, help_text="The drawing. In lists only with `include=annotations`; not part of events."
    )
    annotation_frames = serializers.ListField(child=serializers.IntegerField(), help_text="Frames drawn on, ascending.")
    annotation_digest = serializers.CharField(allow_null=True, help_text="Names this very drawing; null if there is none.")
    internal = serializers.BooleanField(help_text="Not shown to clients.")
    frame = serializers.IntegerField(help_text="0-based, presentation order.")
    duration_frames = serializers.IntegerField(min_value=1)
    timecode = serializers.CharField(allow_null=True, help_text="Record timecode: start timecode + frame.")
    media_timecode = serializers.CharField(allow_null=True, help_text="Counted from the first frame.")
    seconds = RationalSerializer(allow_null=True, help_text="Since the first frame, exact.")
    rate = RateSerializer()
    start_timecode = serializers.CharField(allow_null=True, help_text="The file's own; null if it carries none.")
    completed_at = serializers.DateTimeField(allow_null=True)
    completed_by = PersonSerializer(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True, help_text="When the text was last changed.")
    deleted_at = serializers.DateTimeField(allow_null=True)
    can = serializers.ListField(
        child=serializers.ChoiceField(choices=["reply", "edit", "delete", "complete"]),
        help_text="What I may do with it. Not part of events.",
    )
    url = serializers.URLField(help_text="Opens the review page on this frame.")


@extend_schema_field(AnnotationSerializer)
class AnnotationField(serializers.JSONField):
    """Taken as it comes: review/annotations.py checks it with the comment's range."""


class CommentInput(InputSerializer):
    text = serializers.CharField(max_length=MAX_TEXT, allow_blank=True, help_text="May be empty where there is a drawing.")
    frame = WholeNumberField(min_value=0, max_value=MAX_INT, required=False)
    timecode = serializers.CharField(max_length=32, required=False, help_text="Record timecode, instead of `frame`.")
    duration_frames = WholeNumberField(min_value=1, max_value=MAX_INT, default=1)
    parent_id = serializers.CharField(
        max_length=16, required=False, allow_null=True, help_text="Reply; stands on its thread's frame."
    )
    internal = serializers.BooleanField(default=False)
    annotation = AnnotationField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("parent_id") and ("frame" in attrs) == ("timecode" in attrs):
            raise serializers.ValidationError("Send exactly one of frame and timecode.", code="position")
        return attrs


class CommentChange(InputSerializer):
    text = serializers.CharField(max_length=MAX_TEXT, allow_blank=True, required=False)
    frame = WholeNumberField(min_value=0, max_value=MAX_INT, required=False)
    duration_frames = WholeNumberField(min_value=1, max_value=MAX_INT, required=False)
    completed = serializers.BooleanField(required=False)
    internal = serializers.BooleanField(required=False)
    annotation = AnnotationField(required=False, allow_null=True, help_text="null: take the drawing away.")


@extend_schema_field(OpenApiTypes.STR)
class ListParameter(serializers.Field[Any, Any, Any, Any]):
    """Words of `choices`, parted by commas; absent: none."""

    def __init__(self, *, choices: list[str], help_text: str) -> None:
        super().__init__(required=False, default=frozenset, help_text=f"{help_text} Several are parted by commas.")
        self.choices = choices

    def to_internal_value(self, data: Any) -> frozenset[str]:
        words = frozenset(word.strip() for word in str(data).split(",") if word.strip())
        if unknown := words - set(self.choices):
            raise serializers.ValidationError(
                f"{sorted(unknown)[0][:64]} is none of {', '.join(self.choices)}.", code="unknown"
            )
        return words


class CommentQuery(PageQuery):
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_COMMENT_PAGE, default=200)
    completed = serializers.BooleanField(required=False, allow_null=True, default=None)
    include = ListParameter(choices=["annotations"], help_text="annotations: with the drawings themselves.")
    updated_since = serializers.DateTimeField(
        required=False, help_text="Only what changed at or after this; deleted comments come as tombstones, in order of change."
    )


IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="1 to 64 characters. Sent twice, created once."
)
IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="Only if `ETag` is still this.")
ETAG = OpenApiParameter(
    "ETag", OpenApiTypes.STR, OpenApiParameter.HEADER, response=[200, 201], description="State, for If-Match."
)


class CommentView(ApiView):
    def sees_internal(self, project_id: str) -> bool:
        return Capability.SEE_INTERNAL in self.actor.capabilities(project_id)

    def comment_list(
        self, project_id: str, rows: list[Comment], clock: Clock, *, annotation: bool = False
    ) -> list[dict[str, Any]]:
        granted = self.actor.capabilities(project_id)
        may = {
            "comments": Capability.COMMENT in granted,
            "completes": Capability.COMPLETE_COMMENTS in granted,
            "moderates": Capability.MODERATE_COMMENTS in granted,
        }
        base, user = self.base, self.actor.user
        shown = [comments.comment(row, clock, annotation=annotation) for row in rows]
        return [absolute({**one, "can": comments.can(row, user, **may)}, base) for one, row in zip(shown, rows, strict=True)]

    def comment(self, row: Comment, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        shown = self.comment_list(row.version.asset.project_id, [row], Clock(row.version.media), annotation=True)[0]
        return Response({"data": shown}, status=status, headers={"ETag": actions.etag(row), **(headers or {})})


class Comments(CommentView):
    @extend_schema(operation_id="comments_list", parameters=[CommentQuery], responses=many(CommentSerializer))
    def get(self, request: Request, version_id: str) -> Response:
        """Comments by frame."""
        query = self.query(CommentQuery)
        version = access.version(self.actor, version_id)
        project_id = version.asset.project_id
        sees_internal = self.sees_internal(project_id)
        completed, since = query.pop("completed"), query.pop("updated_since", None)
        if since is None:
            rows = comments.of_version(version.pk, sees_internal=sees_internal, completed=completed)
            order: tuple[str, ...] = ("frame", "created_at", "pk")
        else:
            rows = comments.changed_since(version.pk, since, sees_internal=sees_internal, completed=completed)
            order = ("updated_at", "pk")
        drawings = "annotations" in query.pop("include")
        if drawings:
            rows = comments.with_annotations(rows)

        def shown(page: list[Comment]) -> list[dict[str, Any]]:
            return self.comment_list(project_id, page, actions.clock_of(version.media), annotation=drawings) if page else []

        return paged(request, rows, shown, order=order, **query)

    @extend_schema(
        operation_id="comments_create",
        request=CommentInput,
        parameters=[IDEMPOTENCY_KEY, ETAG],
        responses=one(CommentSerializer, status=201, errors=(400, 403, 404, 409, 422)),
        examples=[
            OpenApiExample("On a frame", {"text": "Flash frame", "frame": 1798}, request_only=True),
            OpenApiExample(
                "By timecode, for a second",
                {"text": "Boom in shot", "timecode": "01:00:59;28", "duration_frames": 30},
                request_only=True,
            ),
            OpenApiExample("A reply", {"text": "Fixed in v4", "parent_id": "k7m2x9w4c8r3t6yh"}, request_only=True),
        ],
    )
    def post(self, request: Request, version_id: str) -> Response:
        """Comment on a frame, given as number or record timecode, or reply to a comment."""
        key = request.headers.get("Idempotency-Key")
        if key is not None and not (1 <= len(key) <= 64 and key.isascii() and key.isprintable()):
            error = "1 to 64 printable ASCII characters are expected."
            raise Problem("invalid_input", error, errors=[{"field": "Idempotency-Key", "code": "invalid", "message": error}])
        comment, new = actions.create_comment(self.actor, version_id, **self.body(CommentInput), idempotency_key=key)
        return self.comment(comment, status=201, headers={} if new else {"Idempotency-Replayed": "true"})


class OneComment(CommentView):
    @extend_schema(operation_id="comments_get", parameters=[ETAG], responses=one(CommentSerializer))
    def get(self, request: Request, comment_id: str) -> Response:
        """A comment."""
        return self.comment(access.comment(self.actor, comment_id))

    @extend_schema(
        operation_id="comments_update",
        request=CommentChange,
        parameters=[IF_MATCH, ETAG],
        responses=one(CommentSerializer, errors=(400, 403, 404, 412, 422)),
    )
    def patch(self, request: Request, comment_id: str) -> Response:
        """Edit, move, mark as done or not, make internal or not."""
        if_match = request.headers.get("If-Match")
        return self.comment(actions.update_comment(self.actor, comment_id, if_match=if_match, **self.body(CommentChange)))

    @extend_schema(operation_id="comments_delete", parameters=[IF_MATCH], responses=nothing(errors=(403, 404, 409, 412)))
    def delete(self, request: Request, comment_id: str) -> Response:
        """Delete a comment and the replies to it."""
        actions.delete_comment(self.actor, comment_id, if_match=request.headers.get("If-Match"))
        return gone()
