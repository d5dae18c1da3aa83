"""The minutes of a live session, to read and to print."""

from typing import Any

from django.http import HttpResponse
from django.utils import formats
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from review import access
from review.access import Capability
from review.api.approvals import ApprovalEntrySerializer
from review.api.base import ApiView, PersonSerializer, one, problems
from review.api.comment_shapes import CommentSerializer
from review.api.comment_sheets import SheetRate, Stills
from review.api.sessions import SessionSerializer
from review.models import Attendance, Comment
from review.selectors import minutes
from review.selectors.positions import Clock


class StaySerializer(serializers.Serializer[Any]):
    joined_at = serializers.DateTimeField()
    left_at = serializers.DateTimeField(allow_null=True)


class AttendeeSerializer(serializers.Serializer[Any]):
    person = PersonSerializer()
    stays = StaySerializer(many=True)


class SaidSerializer(serializers.Serializer[Any]):
    asset_name = serializers.CharField()
    version_number = serializers.IntegerField()
    comment = CommentSerializer()


class DecidedSerializer(serializers.Serializer[Any]):
    asset_name = serializers.CharField()
    version_number = serializers.IntegerField()
    entry = ApprovalEntrySerializer()


class MinutesSerializer(serializers.Serializer[Any]):
    session = SessionSerializer()
    attendees = AttendeeSerializer(many=True)
    comments = SaidSerializer(many=True, help_text="What people said who were there, while they were (at most 500).")
    decisions = DecidedSerializer(many=True, help_text="What they decided.")


class _MinutesView(ApiView):
    def minutes(self, session_id: str) -> minutes.Minutes:
        row = access.session(self.actor, session_id)
        sees_internal = Capability.SEE_INTERNAL in self.actor.capabilities(row.project_id)
        return minutes.of_session(row, sees_internal=sees_internal)


class SessionMinutes(_MinutesView):
    @extend_schema(operation_id="sessions_minutes", responses=one(MinutesSerializer))
    def get(self, request: Request, session_id: str) -> Response:
        """Who was there, what was said and drawn, what was decided."""
        found = minutes.shown(self.minutes(session_id))
        base = self.base
        said = [{**one, "comment": {**one["comment"], "url": base + one["comment"]["url"]}} for one in found["comments"]]
        session = {**found["session"], "url": base + found["session"]["url"]}
        return Response({"data": {**found, "session": session, "comments": said}})


class MinutesPdf(_MinutesView):
    def get_throttles(self) -> list[BaseThrottle]:
        return [SheetRate()] if self.request.method == "GET" else []

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """A file is a file, whatever is asked for; problems are JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="sessions_minutes_pdf",
        responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY), **problems(404, 429)},
    )
    def get(self, request: Request, session_id: str) -> HttpResponse:
        """The same on paper, each comment with its frame and drawing (the first hundred)."""
        from review.exports import minutes_pdf  # not at the start: it brings a typesetter of 20 MB

        found = self.minutes(session_id)
        row = found.session
        stills: dict[str, Stills] = {}
        cards = [self._card(one, stills) for one in found.comments if one.version.media.rate is not None]
        left_out = sum(one.left_out for one in stills.values())
        sheet = minutes_pdf.Paper(
            title=_("Minutes: %(name)s v%(number)s") % {"name": row.version.asset.name, "number": row.version.number},
            about=f"{row.project.name} · {row.host.display_name} · {_span(row.started_at, row.ended_at)} UTC",
            address=f"{self.base}/sessions/{row.pk}",
            attendees=[(who["name"], _times(stays)) for who, stays in found.attendees],
            decisions=[_decision(one) for one in found.decisions],
            cards=cards,
            missing=_("%(count)s pictures are left out.") % {"count": left_out} if left_out else "",
        )
        name = f"{row.version.asset.name} v{row.version.number} minutes.pdf"
        disposition = content_disposition_header(as_attachment=True, filename=name) or ""
        headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
        return HttpResponse(minutes_pdf.pdf(sheet), content_type="application/pdf", headers=headers)

    def _card(self, row: Comment, stills: dict[str, Stills]) -> Any:
        from review.exports import comment_sheet

        clock = Clock(row.version.media)
        made = stills.setdefault(row.version_id, Stills(row.version, wanted=True))

        def label(frame: int) -> str:
            return clock.record(frame) or _("Frame %(number)s") % {"number": frame}

        pictures = tuple(comment_sheet.Picture(jpeg, *size, label(frame)) for frame, jpeg, size in made.of(row))
        return comment_sheet.Card(
            place=f"{row.version.asset.name} v{row.version.number}  {label(row.frame)}",
            length="",
            author=row.author.display_name,
            text=row.text,
            url=f"{self.base}/v/{row.version_id}?frame={row.frame}&comment={row.pk}",
            done=row.completed_at is not None,
            internal=row.internal,
            pictures=() if row.parent_id else pictures,
        )


def _span(first: Any, last: Any) -> str:
    """From when to when, in the language of now."""
    return f"{formats.date_format(first, 'SHORT_DATETIME_FORMAT')} – {formats.time_format(last) if last else '…'}"


def _times(stays: list[Attendance]) -> str:
    return ", ".join(_span(stay.joined_at, stay.left_at) for stay in stays)


def _decision(entry: Any) -> str:
    words = {
        "approved": _("approved"),
        "approved_with_notes": _("approved with notes"),
        "changes_requested": _("requested changes"),
    }
    name = f"{entry.version.asset.name} v{entry.version.number}"
    said = f"{entry.by.display_name}: {words.get(entry.decision, entry.decision)} ({name})"
    return f"{said}: {entry.text}" if entry.text else said
