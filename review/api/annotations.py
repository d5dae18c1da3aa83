"""A comment's drawing as a file."""

from dataclasses import dataclass
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.access import Actor
from review.api.base import MAX_INT, ApiView, InputSerializer, problems
from review.api.stills import PngRenderer, StillRate, made_still, png_answer
from review.exports import drawing, raster
from review.models import Comment
from review.problems import Problem
from review.selectors import media


class SvgRenderer(BaseRenderer):
    media_type = "image/svg+xml"
    format = "svg"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        # Problems are JSON whatever was asked for.
        return data.encode() if isinstance(data, str) else JSONRenderer().render(data)


class FrameQuery(InputSerializer):
    frame = serializers.IntegerField(
        min_value=0, max_value=MAX_INT, required=False, help_text="One of annotation_frames; absent: the first of them."
    )


class PngQuery(FrameQuery):
    over = serializers.ChoiceField(
        choices=["nothing", "picture"], default="nothing", help_text="What lies beneath: nothing, or the source's own frame."
    )


@dataclass(frozen=True)
class Drawn:
    comment: Comment
    frame: int
    svg: str


def drawn(actor: Actor, comment_id: str, frame: int | None) -> Drawn:
    """What a comment has drawn on a frame (None: the first drawn on). Raises NotFound, Problem media_not_indexed."""
    comment = access.comment(actor, comment_id)
    frames = comment.annotation_frames
    if comment.annotation is None or (frame is not None and frame not in frames):
        raise access.NotFound
    size = media.upright_size(comment.version)
    if size is None:
        raise Problem("media_not_indexed")
    shown = frames[0] if frame is None else frame
    return Drawn(comment, shown, drawing.svg((one for one in comment.annotation["shapes"] if one["frame"] == shown), *size))


class AnnotationSvg(ApiView):
    renderer_classes = [SvgRenderer, JSONRenderer]

    @extend_schema(
        operation_id="annotation_svg",
        parameters=[FrameQuery],
        responses={
            (200, "image/svg+xml"): OpenApiResponse(OpenApiTypes.STR, description="As large as the upright picture"),
            **problems(400, 404, 409),
        },
    )
    def get(self, request: Request, comment_id: str) -> Response:
        """What the comment has drawn on one frame, as SVG without the picture beneath it."""
        made = drawn(self.actor, comment_id, self.query(FrameQuery).get("frame"))
        name = f"{made.comment.version_id}-frame-{made.frame}.svg"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(made.svg, content_type="image/svg+xml", headers=headers)


class AnnotationPng(ApiView):
    renderer_classes = [PngRenderer, JSONRenderer]
    throttle_classes = [StillRate]

    @extend_schema(
        operation_id="annotation_png",
        parameters=[PngQuery],
        responses={
            (200, "image/png"): OpenApiResponse(OpenApiTypes.BINARY, description="As large as the upright picture"),
            **problems(400, 404, 409, 422, 429),
        },
    )
    def get(self, request: Request, comment_id: str) -> Response:
        """What the comment has drawn on one frame, as PNG: with transparency, or over the source's own picture."""
        query = self.query(PngQuery)
        made = drawn(self.actor, comment_id, query.get("frame"))
        picture = raster.png(made.svg)
        if query["over"] == "picture":
            picture = made_still(made.comment.version, made.frame, picture)
        return png_answer(picture, f"{made.comment.version_id}-frame-{made.frame}.png")
