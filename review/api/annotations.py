"""A comment's drawing as a file."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.api.base import MAX_INT, ApiView, InputSerializer, problems
from review.exports import drawing
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
        frame = self.query(FrameQuery).get("frame")
        comment = access.comment(self.actor, comment_id)
        frames = comment.annotation_frames
        if comment.annotation is None or (frame is not None and frame not in frames):
            raise access.NotFound
        size = media.upright_size(comment.version)
        if size is None:
            raise Problem("media_not_indexed")
        shown = frames[0] if frame is None else frame
        svg = drawing.svg((shape for shape in comment.annotation["shapes"] if shape["frame"] == shown), *size)
        name = f"{comment.version.pk}-frame-{shown}.svg"
        return Response(svg, content_type="image/svg+xml", headers={"Content-Disposition": f'attachment; filename="{name}"'})
