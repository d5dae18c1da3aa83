"""Comments of a version."""

from collections.abc import Sequence
from itertools import chain, groupby
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.access import Capability
from review.actions import comment_completion as actions_completion
from review.actions import comment_removal
from review.actions import comments as actions
from review.api.base import ApiView, PageQuery, gone, many, nothing, one
from review.api.comment_shapes import (
    CommentChange,
    CommentInput,
    CommentQuery,
    CommentSerializer,
    CompletionInput,
    RevisionSerializer,
    ThreadSerializer,
)
from review.api.conditional import IF_NONE_MATCH, LIST_ETAG, NOT_MODIFIED, unless_known
from review.api.pagination import paged
from review.api.preconditions import ETAG, IF_MATCH, tag_in
from review.models import Comment, Version
from review.problems import Problem
from review.selectors import comments, versions
from review.selectors.comment_details import CommentDetails
from review.selectors.comments import ORDERS, CommentRow, Wanted
from review.selectors.links import absolute
from review.selectors.positions import Clock

GUESTS_CAN = ("reply", "edit", "delete", "react")  # labels are the project's
NOBODY = "-"  # no id: a guest who has not given a name has written nothing
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="1 to 64 characters. Sent twice, created once."
)


class CommentView(ApiView):
    def wanted(self, granted: frozenset[Capability], query: dict[str, Any]) -> Wanted:
        """The filters of a list. `me` is the one who asks."""
        visibility, me = query["visibility"], self.actor.user.pk if self.actor.user is not None else NOBODY
        return Wanted(
            sees_internal=Capability.SEE_INTERNAL in granted,
            only_of=None if Capability.SEE_COMMENTS in granted else me,
            completed=query["completed"],
            internal=None if visibility == "all" else visibility == "internal",
            author=me if query.get("author") == "me" else query.get("author", ""),
            mentions=me if query.get("mentions") == "me" else query.get("mentions", ""),
            label=query.get("label", ""),
            from_frame=query.get("from_frame"),
            to_frame=query.get("to_frame"),
            text=query.get("q", ""),
        )

    def comment_list(
        self,
        granted: frozenset[Capability],
        rows: Sequence[Comment | CommentRow],
        clock: Clock,
        details: CommentDetails,
        *,
        annotation: bool = False,
    ) -> list[dict[str, Any]]:
        is_guest = self.actor.user is None or self.actor.user.is_guest
        may = {
            "comments": Capability.COMMENT in granted,
            "completes": Capability.COMPLETE_COMMENTS in granted,
            "moderates": Capability.MODERATE_COMMENTS in granted,
        }
        base, user, me = self.base, self.actor.user, self.actor.user.pk if self.actor.user else None
        sees_versions = Capability.SEE_VERSIONS in granted
        allowed: dict[tuple[bool, bool], list[str]] = {}  # by what decides it: thousands of rows have two or three answers
        told = []
        for row in rows:
            kind = (row.author_id == me, row.deleted_at is None)
            if kind not in allowed:
                can = comments.can(row, user, **may)
                allowed[kind] = [one for one in can if one in GUESTS_CAN] if is_guest else can
            shown = comments.comment(row, clock, details, annotation=annotation)
            if not sees_versions:
                shown = comments.without_source(shown)
            shown["can"] = allowed[kind]
            told.append(absolute(shown, base))
        return told

    def comment(self, row: Comment, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        clock, details = Clock(row.version.media), CommentDetails([row])
        granted = self.actor.capabilities_on(row.version)
        shown = self.comment_list(granted, [row], clock, details, annotation=True)[0]
        return Response({"data": shown}, status=status, headers={"ETag": actions.etag(row), **(headers or {})})

    def listed(self, request: Request, project_id: str, of: list[Version], *, sort_by: str) -> Response:
        """The comments of these versions as the query wants them, or 304. `sort_by`: unless the query says otherwise."""
        query = self.query(CommentQuery)
        version_ids = [version.pk for version in of]
        page = {name: query.pop(name) for name in ("page_size", "cursor") if name in query}
        include, since, sort = query.pop("include"), query.pop("updated_since", None), query.pop("sort", None)
        granted = self.actor.capabilities_on(of[0]) if of else self.actor.capabilities(project_id)
        wanted = self.wanted(granted, query)
        by_thread, drawings = "replies" in include, "annotations" in include
        if since is not None:
            rows, sort = comments.changed_since(version_ids, since, wanted), "changed"
        else:
            rows = comments.threads(version_ids, wanted) if by_thread else comments.of_version(version_ids, wanted)
        plain = comments.columns(rows, annotation=drawings)

        def shown(found: list[CommentRow]) -> list[dict[str, Any]]:
            if not found:
                return []
            replies = comments.replies_to(found, wanted) if by_thread else {}
            details = CommentDetails([*found, *chain.from_iterable(replies.values())])
            there = {row.version_id for row in found}
            clocks = {one.pk: actions.clock_of(one.media) for one in of if one.pk in there}
            told = []
            for version_id, together in groupby(found, lambda row: row.version_id):
                told += self.comment_list(granted, list(together), clocks[version_id], details, annotation=drawings)
            if by_thread:
                for thread, row in zip(told, found, strict=True):
                    clock = clocks[row.version_id]
                    thread["replies"] = self.comment_list(granted, replies.get(row.pk, []), clock, details)
            return told

        def answer() -> Response:
            return paged(request, plain, shown, order=ORDERS[sort or sort_by], **page)

        return unless_known(request, self.actor, project_id, granted, ThreadSerializer().fields, answer)


class StackComments(CommentView):
    @extend_schema(
        operation_id="stack_comments_list",
        parameters=[CommentQuery, IF_NONE_MATCH, LIST_ETAG],
        responses={**many(ThreadSerializer), **NOT_MODIFIED},
    )
    def get(self, request: Request, asset_id: str) -> Response:
        """The comments of all versions of a stack, by version and frame, or as `sort` says; filtered as a version's are."""
        asset = access.asset(self.actor, asset_id)
        rows = versions.of_asset(asset.pk).select_related("media")
        return self.listed(request, asset.project_id, list(rows), sort_by="version")


class Comments(CommentView):
    guests = frozenset({"GET", "POST"})

    @extend_schema(
        operation_id="comments_list",
        parameters=[CommentQuery, IF_NONE_MATCH, LIST_ETAG],
        responses={**many(ThreadSerializer), **NOT_MODIFIED},
    )
    def get(self, request: Request, version_id: str) -> Response:
        """Comments by frame, or as `sort` says, first comments and replies alike; with `include=replies` by thread."""
        version = access.version(self.actor, version_id)
        return self.listed(request, version.asset.project_id, [version], sort_by="frame")

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
    guests = frozenset({"GET", "PATCH", "DELETE"})

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
        """Edit, move, draw on, label, mark as done or not, make internal or not."""
        changes = self.body(CommentChange)
        return self.comment(actions.update_comment(self.actor, comment_id, if_match=tag_in(request), **changes))

    @extend_schema(operation_id="comments_delete", parameters=[IF_MATCH], responses=nothing(errors=(403, 404, 409, 412)))
    def delete(self, request: Request, comment_id: str) -> Response:
        """Delete a comment and the replies to it. It can be restored for a day."""
        comment_removal.delete_comment(self.actor, comment_id, if_match=tag_in(request))
        return gone()


class Completion(CommentView):
    @extend_schema(
        operation_id="comments_complete",
        request=CompletionInput,
        responses=many(CommentSerializer, errors=(400, 403, 404)),
    )
    def post(self, request: Request, version_id: str) -> Response:
        """Mark comments of a version as done, or as open again: all that are named or none, by frame."""
        version = access.version(self.actor, version_id, Capability.COMPLETE_COMMENTS)  # before anything is said of the body
        found = actions_completion.complete_comments(self.actor, version_id, **self.body(CompletionInput))
        details = CommentDetails(found)
        shown = self.comment_list(self.actor.capabilities_on(version), found, Clock(version.media), details)
        return Response({"data": shown, "links": {"next": None}})


class Restore(CommentView):
    guests = frozenset({"POST"})

    @extend_schema(
        operation_id="comments_restore",
        request=None,
        parameters=[ETAG],
        responses=one(CommentSerializer, errors=(403, 404, 409, 422)),
    )
    def post(self, request: Request, comment_id: str) -> Response:
        """Bring back a comment deleted within the last day, with the replies that went with it."""
        return self.comment(comment_removal.restore_comment(self.actor, comment_id))


class Revisions(CommentView):
    @extend_schema(operation_id="comment_revisions_list", parameters=[PageQuery], responses=many(RevisionSerializer))
    def get(self, request: Request, comment_id: str) -> Response:
        """What the comment said before it was edited, oldest first."""
        query = self.query(PageQuery)
        comment = access.comment(self.actor, comment_id)
        clock, granted = Clock(comment.version.media), self.actor.capabilities_on(comment.version)
        rows = comments.revisions(comment, sees_internal=Capability.SEE_INTERNAL in granted)
        return paged(request, rows, lambda page: [comments.revision(row, clock) for row in page], order=("number",), **query)
