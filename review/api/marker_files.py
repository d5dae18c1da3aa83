"""Comments as marker files of editing programs."""

import io
import re
import zipfile
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from review import access
from review.api.base import ListParameter, problems
from review.api.comment_shapes import CommentQuery
from review.api.comments import CommentView
from review.exports.markers import formats
from review.models import Version
from review.selectors import marker_timeline, versions

TYPES = {
    "edl": "text/plain; charset=utf-8", "xml": "application/xml", "fcpxml": "application/xml",
    "txt": "text/plain; charset=utf-8",
    "otio": "application/json", "json": "application/json", "csv": "text/csv; charset=utf-8", "vtt": "text/vtt; charset=utf-8",
    "aaf": "application/octet-stream",
    "jsx": "text/plain; charset=utf-8", "py": "text/plain; charset=utf-8", "zip": "application/zip",
}  # fmt: skip


class MarkerFileQuery(CommentQuery):
    """The filters of the list of comments, and where the markers go."""

    page_size = cursor = sort = updated_since = None  # type: ignore[assignment]  # a file has no pages
    program = serializers.ChoiceField(choices=list(formats.FORMATS), help_text="Whose file.")
    start_tc = serializers.CharField(
        required=False,
        max_length=16,
        help_text="Timecode of the first frame of the timeline that the markers go to; without it, the file's own.",
    )

    include = ListParameter(choices=["markers"], help_text="markers: those of the version's own timeline too (chapters, …).")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs


class MarkerFile(CommentView):
    @extend_schema(
        operation_id="version_marker_file",
        parameters=[MarkerFileQuery],
        responses={
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, description="The file."),
            **problems(400, 404, 409, 422),
        },
    )
    def get(self, request: Request, version_id: str) -> HttpResponse:
        """The comments of a version as markers, filtered as the list is; replies stand in their comment's marker.

        One file, or a zip of several where a program's format has a limit (999 events in an EDL).
        """
        version = access.version(self.actor, version_id)
        return self.file([version], name=f"{version.asset.name}_v{version.number:02}")

    def file(self, of: list[Version], *, name: str) -> HttpResponse:
        """What the query asks for of these versions: one file, or a zip of them."""
        query = self.query(MarkerFileQuery)
        program, start_tc = query.pop("program"), query.pop("start_tc", None)
        with_markers = "markers" in query.pop("include")
        files: dict[str, bytes] = {}
        for version in of:
            wanted = self.wanted(self.actor.capabilities_on(version), query)
            made = marker_timeline.timeline(version, wanted, base=self.base, start_tc=start_tc, with_markers=with_markers)
            of_version = _safe(f"{version.asset.name}_v{version.number:02}_{program}")
            if made.notes or len(of) == 1:
                files |= formats.write(made, program, name=of_version).files
        if len(files) == 1:
            ((filename, content),) = files.items()
        else:
            filename, content = f"{_safe(f'{name}_{program}')}.zip", _zipped(files)
        kind = TYPES[filename.rpartition(".")[2]]
        disposition = content_disposition_header(as_attachment=True, filename=filename) or ""
        headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
        return HttpResponse(content, content_type=kind, headers=headers)


class StackMarkerFile(MarkerFile):
    @extend_schema(
        operation_id="stack_marker_file",
        parameters=[MarkerFileQuery],
        responses={
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, description="The file."),
            **problems(400, 404, 409, 422),
        },
    )
    def get(self, request: Request, asset_id: str) -> HttpResponse:
        """The comments of a stack as markers: a zip with a file for each version that has any, or the only one of them."""
        asset = access.asset(self.actor, asset_id)
        rows = versions.of_asset(asset.pk).select_related("media").exclude(media__frame_count=None).order_by("number")
        return self.file(list(rows), name=asset.name)


def _safe(name: str) -> str:
    return re.sub(r"[^\w.-]+", "_", name).strip("_.")


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for filename, content in files.items():
            archive.writestr(filename, content)
    return out.getvalue()
