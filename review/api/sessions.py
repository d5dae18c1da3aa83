"""Live sessions. Joining and leaving happen by the session's socket (review/live/)."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.actions import sessions as actions
from review.api.base import ApiView, InputSerializer, PageQuery, PersonSerializer, many, one
from review.api.pagination import paged
from review.selectors import sessions


class SessionSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    project_id = serializers.CharField()
    version_id = serializers.CharField(help_text="The version that it began with.")
    asset_id = serializers.CharField()
    asset_name = serializers.CharField()
    version_number = serializers.IntegerField()
    host = PersonSerializer()
    controller = PersonSerializer(help_text="Who leads: what they see, those who follow see.")
    waiting_room = serializers.BooleanField(help_text="Whether those who are not of the team wait to be let in.")
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    url = serializers.CharField(help_text="Its minutes.")


class AttendanceSerializer(serializers.Serializer[Any]):
    session_id = serializers.CharField()
    version_id = serializers.CharField()
    person = PersonSerializer()
    waiting = serializers.BooleanField()
    joined_at = serializers.DateTimeField()
    left_at = serializers.DateTimeField(allow_null=True)


class PlaylistItemSerializer(serializers.Serializer[Any]):
    version_id = serializers.CharField()
    asset_id = serializers.CharField()
    name = serializers.CharField()
    number = serializers.IntegerField()
    poster_url = serializers.CharField(allow_null=True)


class SessionInput(InputSerializer):
    waiting_room = serializers.BooleanField(default=False, help_text="Those who are not of the team wait to be let in.")
    share_id = serializers.CharField(
        required=False, allow_null=True, max_length=16, help_text="A share link whose playlist is gone through."
    )


class SessionChange(InputSerializer):
    waiting_room = serializers.BooleanField()


class SessionQuery(PageQuery):
    running = serializers.BooleanField(required=False, allow_null=True, default=None, help_text="Absent: all.")


class ControllerInput(InputSerializer):
    user_id = serializers.CharField(max_length=16, help_text="Somebody who is in the session.")


class AdmissionInput(InputSerializer):
    admitted = serializers.BooleanField(help_text="False: they are not let in, or have to leave.")


class VersionSessions(ApiView):
    guests = frozenset({"GET"})

    @extend_schema(operation_id="version_sessions_list", responses=many(SessionSerializer))
    def get(self, request: Request, version_id: str) -> Response:
        """The live session that runs on this version, if one does: what can be joined."""
        version = access.version(self.actor, version_id)
        rows = sessions.of_project(version.asset.project_id, running=True).filter(version=version)
        return self.all_shown([sessions.session(row) for row in rows])

    @extend_schema(
        operation_id="sessions_start",
        request=SessionInput,
        responses=one(SessionSerializer, status=201, errors=(400, 403, 404, 409)),
    )
    def post(self, request: Request, version_id: str) -> Response:
        """Start a live session on a version, and lead it."""
        row = actions.start_session(self.actor, version_id, **self.body(SessionInput))
        return self.shown(sessions.session(row), status=201)


class ProjectSessions(ApiView):
    @extend_schema(operation_id="sessions_list", parameters=[SessionQuery], responses=many(SessionSerializer))
    def get(self, request: Request, project_id: str) -> Response:
        """Live sessions of a project, the newest first."""
        query = self.query(SessionQuery)
        rows = sessions.of_project(access.project(self.actor, project_id).pk, running=query.pop("running"))
        base = self.base

        def shown(page: list[Any]) -> list[dict[str, Any]]:
            return [{**found, "url": base + found["url"]} for found in map(sessions.session, page)]

        return paged(request, rows, shown, order=("-started_at", "-pk"), **query)


class OneSession(ApiView):
    @extend_schema(operation_id="sessions_get", responses=one(SessionSerializer))
    def get(self, request: Request, session_id: str) -> Response:
        """A live session."""
        return self.shown(sessions.session(access.session(self.actor, session_id)))

    @extend_schema(
        operation_id="sessions_update",
        request=SessionChange,
        responses=one(SessionSerializer, errors=(400, 403, 404, 409)),
    )
    def patch(self, request: Request, session_id: str) -> Response:
        """Open or close the waiting room."""
        return self.shown(sessions.session(actions.change_session(self.actor, session_id, **self.body(SessionChange))))


class SessionPlaylist(ApiView):
    @extend_schema(operation_id="sessions_playlist", responses=many(PlaylistItemSerializer))
    def get(self, request: Request, session_id: str) -> Response:
        """What a session goes through, in its order; nothing where it is on one thing alone."""
        return self.all_shown(sessions.playlist(access.session(self.actor, session_id)))


class SessionEnd(ApiView):
    @extend_schema(operation_id="sessions_end", request=None, responses=one(SessionSerializer, errors=(403, 404)))
    def post(self, request: Request, session_id: str) -> Response:
        """End it for everybody: by its host, by who leads, or by who manages the project."""
        return self.shown(sessions.session(actions.end_session(self.actor, session_id)))


class SessionController(ApiView):
    @extend_schema(
        operation_id="sessions_hand_over",
        request=ControllerInput,
        responses=one(SessionSerializer, errors=(400, 403, 404, 409, 422)),
    )
    def put(self, request: Request, session_id: str) -> Response:
        """Hand over control. Once who leads has left, anybody of the team may take it."""
        return self.shown(sessions.session(actions.hand_over(self.actor, session_id, **self.body(ControllerInput))))


class SessionAttendee(ApiView):
    @extend_schema(
        operation_id="sessions_admit",
        request=AdmissionInput,
        responses=one(AttendanceSerializer, errors=(400, 403, 404, 409, 422)),
    )
    def put(self, request: Request, session_id: str, user_id: str) -> Response:
        """Let somebody in who waits, or have them leave."""
        stay = actions.admit(self.actor, session_id, user_id, **self.body(AdmissionInput))
        return self.shown(sessions.attendance(stay, version_id=stay.session.version_id))
