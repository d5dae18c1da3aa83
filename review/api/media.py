"""The media behind a version: status, frame index, cancel, retry."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from media_pipeline.models import Job
from review import access
from review.actions import media as actions
from review.actions import watermarks
from review.api.base import ApiView, RateSerializer, RationalSerializer, one
from review.api.versions import MEDIA_STATES
from review.problems import Problem
from review.selectors import frames, media


class JobErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    remedy = serializers.CharField()


class JobSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    step = serializers.CharField()
    state = serializers.ChoiceField(choices=Job.State.choices)
    done = serializers.IntegerField(help_text="Frames (bytes where a step has none).")
    total = serializers.IntegerField()
    per_second = serializers.FloatField()
    eta_seconds = serializers.IntegerField(allow_null=True)
    error = JobErrorSerializer(allow_null=True)


class AudioTrackSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField()
    stream = serializers.IntegerField()
    codec = serializers.CharField()
    layout = serializers.CharField()
    channels = serializers.IntegerField()
    sample_rate = serializers.IntegerField()
    start_num = serializers.IntegerField(help_text="First sample heard, seconds after the first picture.")
    start_den = serializers.IntegerField()
    duration_num = serializers.IntegerField()
    duration_den = serializers.IntegerField()
    language = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    bit_rate = serializers.IntegerField()


class RenditionSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=["original", "preview", "proxy"])
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field of that name, not the attribute
    url = serializers.CharField(help_text="Path on this host; its bytes never change.")
    table_url = serializers.CharField(help_text="Path of its frame table (.tpfi).")
    mime = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    frame_count = serializers.IntegerField()
    complete = serializers.BooleanField(help_text="False while a preview holds only the first frames.")


class SpritesSerializer(serializers.Serializer[Any]):
    tile_width = serializers.IntegerField()
    tile_height = serializers.IntegerField()
    columns = serializers.IntegerField()
    rows = serializers.IntegerField()
    frame_step = serializers.IntegerField(help_text="Frames from one tile to the next.")
    sheets = serializers.ListField(child=serializers.CharField())


class WaveformSerializer(serializers.Serializer[Any]):
    track = serializers.IntegerField()
    url = serializers.CharField()
    samples_per_peak = serializers.IntegerField()
    sample_rate = serializers.IntegerField()


class SoloSoundSerializer(serializers.Serializer[Any]):
    """A file to be heard by itself, in step with the proxies: its time 0 is the moment when frame 0 appears."""

    track = serializers.IntegerField(allow_null=True, help_text="null: all tracks together.")
    channel = serializers.IntegerField(allow_null=True, help_text="0-based; null: the whole track, as one or two channels.")
    url = serializers.CharField()
    mime = serializers.CharField()


class LevelsSerializer(serializers.Serializer[Any]):
    track = serializers.IntegerField()
    url = serializers.CharField(help_text="Path of the levels of its channels (.tplv).")


class MediaStatusSerializer(serializers.Serializer[Any]):
    """Null wherever the index is not made yet. `reviewable`: it can be shown; `ready`: every step is done."""

    id = serializers.CharField()
    state = serializers.ChoiceField(choices=MEDIA_STATES)
    frame_count = serializers.IntegerField(allow_null=True)
    rate = RateSerializer(allow_null=True)
    variable_rate = serializers.BooleanField(allow_null=True)
    start_timecode = serializers.CharField(allow_null=True)
    start_frame = serializers.IntegerField(allow_null=True)
    duration = RationalSerializer(allow_null=True)
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    pixel_aspect = RationalSerializer(allow_null=True)
    rotation = serializers.IntegerField(allow_null=True)
    has_alpha = serializers.BooleanField(allow_null=True, help_text="Whether the source's pictures have transparency.")
    audio_tracks = AudioTrackSerializer(many=True)
    container = serializers.CharField(allow_null=True)
    video_codec = serializers.CharField(allow_null=True)
    warnings = serializers.ListField(child=serializers.CharField())
    plays_why_not = serializers.CharField(allow_blank=True, help_text="Why browsers cannot play the original exactly.")
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    renditions = RenditionSerializer(many=True)
    poster_url = serializers.CharField(allow_null=True)
    sprites = SpritesSerializer(allow_null=True)
    waveforms = WaveformSerializer(many=True)
    sounds = SoloSoundSerializer(many=True)
    levels = LevelsSerializer(many=True)
    jobs = JobSerializer(many=True)


class FrameIndexSerializer(serializers.Serializer[Any]):
    """Times are integers in `time_base`, as a player shows them, after edit lists."""

    frame_count = serializers.IntegerField()
    rate = RationalSerializer()
    time_base = RationalSerializer(help_text="Seconds per tick.")
    variable = serializers.BooleanField()
    first_pts = serializers.IntegerField()
    pts = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="Only where the times are not exactly the rate's."
    )
    keyframes = serializers.ListField(child=serializers.IntegerField(), help_text="Frames that are key frames.")


class TableRenderer(BaseRenderer):
    """The packed table, as the player reads it (docs/architecture.md)."""

    media_type = "application/octet-stream"
    format = "tpfi"
    charset = None
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        # Problems are JSON whatever was asked for.
        return data if isinstance(data, bytes) else JSONRenderer().render(data)


class MediaStatus(ApiView):
    guests = frozenset({"GET"})

    @extend_schema(operation_id="media_status", responses=one(MediaStatusSerializer))
    def get(self, request: Request, version_id: str) -> Response:
        """What is known of the version's media, what can be shown, and what is being made."""
        version = access.version(self.actor, version_id)
        shown = media.status(version)
        if self.actor.shares_of(version):
            original = access.Capability.DOWNLOAD_ORIGINAL in self.actor.capabilities_on(version)
            shown = media.for_guest(shown, original=original)
            if own := self.actor.mark_on(version):
                shown = media.with_mark(version.pk, shown, watermarks.made_for(version, own))
        return self.shown(shown)


class FrameIndex(ApiView):
    renderer_classes = [JSONRenderer, TableRenderer]

    @extend_schema(
        operation_id="frame_index",
        responses={
            **one(FrameIndexSerializer, errors=(404, 409)),
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, description="The packed table (.tpfi)"),
        },
    )
    def get(self, request: Request, version_id: str) -> Response:
        """When each frame of the source is shown, and which are key frames."""
        version = access.version(self.actor, version_id)
        known = media.known_of(version)
        if isinstance(request.accepted_renderer, TableRenderer):
            path = frames.table_path(known)
            if path is None:
                raise Problem("media_not_indexed")
            return Response(path.read_bytes(), content_type="application/octet-stream")
        index = frames.index_of(known)
        if index is None:
            raise Problem("media_not_indexed")
        shown = {
            "frame_count": len(index),
            "rate": {"num": index.rate.numerator, "den": index.rate.denominator},
            "time_base": {"num": index.time_base.numerator, "den": index.time_base.denominator},
            # Not the table's flag: a constant rate whose times are rounded (Matroska's milliseconds) is listed there too.
            "variable": bool(version.media.variable_rate),
            "first_pts": int(index.pts[0]),
            "keyframes": index.keyframe.nonzero()[0].tolist(),
        }
        return self.shown({**shown, "pts": index.pts.tolist()} if index.variable else shown)


class Cancel(ApiView):
    @extend_schema(operation_id="media_cancel", request=None, responses=one(MediaStatusSerializer, errors=(403, 404)))
    def post(self, request: Request, version_id: str) -> Response:
        """Stop what is being made of the version's media, as far as its project is concerned."""
        return self.shown(media.status(actions.cancel(self.actor, version_id)))


class Retry(ApiView):
    @extend_schema(operation_id="media_retry", request=None, responses=one(MediaStatusSerializer, errors=(403, 404)))
    def post(self, request: Request, version_id: str) -> Response:
        """Start again what failed or was cancelled."""
        return self.shown(media.status(actions.retry(self.actor, version_id)))
