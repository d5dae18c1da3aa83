"""Pictures of single frames, at the source's own resolution."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle

from media_pipeline import api as pipeline
from review import access
from review.api.base import ApiView, problems
from review.models import Version
from review.problems import Problem

DIGITS = 10


class PngRenderer(BaseRenderer):
    media_type = "image/png"
    format = "png"
    charset = None
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        # Problems are JSON whatever was asked for.
        return data if isinstance(data, bytes) else JSONRenderer().render(data)


class StillRate(UserRateThrottle):
    """Each costs a decoder that starts anew: enough for a person and for an export, not for taking a film apart."""

    scope = "still"
    rate = "60/min"


class StillQuery(serializers.Serializer[Any]):
    alpha = serializers.BooleanField(
        default=False, help_text="Keep what is transparent in the source (ProRes 4444 and the like)."
    )


def made_still(version: Version, frame: int, overlay: bytes | None = None, *, alpha: bool = False) -> bytes:
    """The picture; Problem frame_out_of_range, media_not_indexed, still_failed, or Throttled."""
    count = version.media.frame_count
    if count is not None and frame >= count:
        raise Problem("frame_out_of_range")
    try:
        made = pipeline.still(version.media, frame, overlay=overlay, alpha=alpha)
    except pipeline.StillBusyError:
        raise Throttled(wait=5) from None
    except pipeline.StillFailedError as error:
        raise Problem("still_failed", str(error)) from None
    if made is None:
        raise Problem("media_not_indexed")
    return made


def png_answer(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, max-age=3600"}
    return Response(data, content_type="image/png", headers=headers)


class Still(ApiView):
    renderer_classes = [PngRenderer, JSONRenderer]
    throttle_classes = [StillRate]

    @extend_schema(
        operation_id="version_still",
        parameters=[OpenApiParameter("frame", OpenApiTypes.INT, OpenApiParameter.PATH, description="0-based."), StillQuery],
        responses={
            (200, "image/png"): OpenApiResponse(OpenApiTypes.BINARY, description="Upright, in square pixels, 8 bits"),
            **problems(400, 404, 409, 422, 429),
        },
    )
    def get(self, request: Request, version_id: str, frame: str) -> Response:
        """One frame of the source itself, at its own resolution, as PNG. At most 60 a minute for each person."""
        version = access.version(self.actor, version_id)
        if not (frame.isascii() and frame.isdigit() and len(frame) <= DIGITS):
            raise access.NotFound
        picture = made_still(version, int(frame), alpha=self.query(StillQuery)["alpha"])
        return png_answer(picture, f"{version.pk}-frame-{int(frame)}.png")
