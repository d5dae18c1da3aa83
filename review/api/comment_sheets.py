"""Comments to read and to print, with the pictures that they are about."""

import time
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle, UserRateThrottle

from media_pipeline import api as pipeline
from review import access
from review.api.base import problems
from review.api.comment_shapes import CommentQuery
from review.api.comments import CommentView
from review.exports import drawing, raster
from review.models import Comment, Version
from review.problems import Problem
from review.selectors import comments, media
from review.selectors.positions import Clock

MOST_CARDS = 1000
MOST_PICTURES = 100
MOST_OF_ONE = 3  # pictures of one comment
SECONDS = 60.0  # then the rest goes without pictures
PICTURE_WIDTH = 960  # pixels


class SheetRate(UserRateThrottle):
    """Each picture costs a decoder."""

    scope = "sheet"
    rate = "30/min"


class SheetQuery(CommentQuery):
    page_size = cursor = sort = include = updated_since = None  # type: ignore[assignment]  # a file has no pages
    pictures = serializers.BooleanField(default=True, help_text="With a still of each frame and its drawing.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs


class _Sheet(CommentView):
    def get_throttles(self) -> list[BaseThrottle]:
        return [SheetRate()] if self.request.method == "GET" else []

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """A file is a file, whatever is asked for; problems are JSON."""
        return super().perform_content_negotiation(request, force=True)

    def answer(self, version_id: str, kind: str) -> HttpResponse:
        from review.exports import comment_sheet  # not at the start: it brings a typesetter of 20 MB

        version = access.version(self.actor, version_id)
        query = self.query(SheetQuery)
        pictures = query.pop("pictures")
        if version.media.rate is None or not version.media.frame_count:
            raise Problem("media_not_indexed")
        wanted = self.wanted(self.actor.capabilities_on(version), query)
        found = comments.with_annotations(comments.threads(version.pk, wanted)).order_by("frame", "created_at", "pk")
        rows = list(found[: MOST_CARDS + 1])
        replies = comments.replies_to(rows[:MOST_CARDS], wanted)
        clock, stills = Clock(version.media), Stills(version, wanted=pictures)
        cards = []
        for row in rows[:MOST_CARDS]:
            frames = row.duration_frames
            cards.append(
                comment_sheet.Card(
                    place=clock.record(row.frame) or _frame(row.frame),
                    length=ngettext("%(count)s frame", "%(count)s frames", frames) % {"count": frames} if frames > 1 else "",
                    author=row.author.display_name,
                    text=row.text,
                    url=f"{self.base}/v/{version.pk}?frame={row.frame}&comment={row.pk}",
                    done=row.completed_at is not None,
                    internal=row.internal,
                    replies=tuple((one.author.display_name, one.text) for one in replies.get(row.pk, [])),
                    pictures=tuple(
                        comment_sheet.Picture(jpeg, *size, clock.record(frame) or _frame(frame))
                        for frame, jpeg, size in stills.of(row)
                    ),
                )
            )
        missing = [_("Only the first %(count)s comments are shown.") % {"count": MOST_CARDS}] if len(rows) > MOST_CARDS else []
        if count := stills.left_out:
            said = ngettext("%(count)s picture is left out.", "%(count)s pictures are left out.", count)
            missing.append(said % {"count": count})
        name = f"{version.asset.name} v{version.number}"
        sheet = comment_sheet.Sheet(
            title=_("Comments on %(name)s") % {"name": name},
            about=f"{version.asset.project.name} · {version.original_name} · {_comments(len(cards))}",
            address=f"{self.base}/v/{version.pk}",
            cards=tuple(cards),
            missing=" ".join(missing),
        )
        body = comment_sheet.html(sheet) if kind == "html" else comment_sheet.pdf(sheet)
        disposition = content_disposition_header(as_attachment=True, filename=f"{name} comments.{kind}") or ""
        headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
        content_type = "text/html; charset=utf-8" if kind == "html" else "application/pdf"
        return HttpResponse(body, content_type=content_type, headers=headers)


def _frame(number: int) -> str:
    """What a frame is called at rates that have no timecode."""
    return _("Frame %(number)s") % {"number": number}


def _comments(count: int) -> str:
    return ngettext("%(count)s comment", "%(count)s comments", count) % {"count": count}


class Stills:
    """JPEGs of a version's frames, with what is drawn on them, as long as time and number allow."""

    def __init__(self, version: Version, *, wanted: bool) -> None:
        self._version, self._until = version, time.monotonic() + SECONDS
        self._left = MOST_PICTURES if wanted else 0
        self._size = media.upright_size(version) if wanted else None
        self._wanted = wanted
        self.left_out = 0

    def of(self, row: Comment) -> list[tuple[int, bytes, tuple[int, int]]]:
        """Frame, JPEG and size of what a comment is about: the frames drawn on, or the one it stands on."""
        if not self._wanted:
            return []
        frames = list(row.annotation_frames or [row.frame])[:MOST_OF_ONE]
        made = [(frame, self._one(row, frame)) for frame in frames]
        self.left_out += sum(1 for _, jpeg in made if jpeg is None)
        return [(frame, jpeg, self._shown_size()) for frame, jpeg in made if jpeg is not None]

    def _one(self, row: Comment, frame: int) -> bytes | None:
        if self._size is None or self._left <= 0 or time.monotonic() > self._until:
            return None
        self._left -= 1
        overlay = None
        if row.annotation is not None and frame in row.annotation_frames:
            shapes = (one for one in row.annotation["shapes"] if one["frame"] == frame)
            overlay = raster.png(drawing.svg(shapes, *self._size))
        try:
            return pipeline.still(self._version.media, frame, overlay=overlay, jpeg_width=PICTURE_WIDTH)
        except (pipeline.StillBusyError, pipeline.StillFailedError):
            return None

    def _shown_size(self) -> tuple[int, int]:
        assert self._size is not None, "there is a picture"
        width, height = self._size
        return (width, height) if width <= PICTURE_WIDTH else (PICTURE_WIDTH, max(1, round(height * PICTURE_WIDTH / width)))


class CommentsHtml(_Sheet):
    @extend_schema(
        operation_id="version_comments_html",
        parameters=[SheetQuery],
        responses={(200, "text/html"): OpenApiResponse(OpenApiTypes.BINARY), **problems(400, 404, 409, 429)},
    )
    def get(self, request: Request, version_id: str) -> HttpResponse:
        """The comments as a page in one file, filtered as the list is, each with its frame and drawing (the first hundred)."""
        return self.answer(version_id, "html")


class CommentsPdf(_Sheet):
    @extend_schema(
        operation_id="version_comments_pdf",
        parameters=[SheetQuery],
        responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY), **problems(400, 404, 409, 429)},
    )
    def get(self, request: Request, version_id: str) -> HttpResponse:
        """The comments on paper, filtered as the list is, each with its frame and drawing (the first hundred)."""
        return self.answer(version_id, "pdf")
