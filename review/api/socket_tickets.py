"""Tickets for the live sockets."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review.actions import socket_tickets as actions
from review.api.base import ApiView, one
from review.selectors.stamps import stamp


class SocketTicketSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(help_text="Open this; append `&after=<seq>` to go on from a number.")
    ticket = serializers.CharField(help_text="Good for one socket. Part of `url`.")
    seq = serializers.IntegerField(help_text="The newest event's number now: fetch what you show, then open with `&after=` it.")
    expires_at = serializers.DateTimeField(help_text="The socket must be opened before; it may stay open longer.")


class _TicketView(ApiView):
    reads_only = True  # what it opens can only be listened to

    def _issue(self, path: str, **place: str) -> Response:
        session = getattr(self.request, "session", None)
        ticket, secret = actions.issue_ticket(self.actor, session_key=getattr(session, "session_key", "") or "", **place)
        scheme, _, host = self.base.partition("://")
        url = f"{'wss' if scheme == 'https' else 'ws'}://{host}/ws/{path}?ticket={secret}"
        shown = {"url": url, "ticket": secret, "seq": ticket.project.event_seq, "expires_at": stamp(ticket.expires_at)}
        return Response({"data": shown}, status=201, headers={"Cache-Control": "no-store"})


class ProjectTickets(_TicketView):
    @extend_schema(
        operation_id="project_socket_tickets_create", request=None, responses=one(SocketTicketSerializer, status=201)
    )
    def post(self, request: Request, project_id: str) -> Response:
        """A ticket that opens the project's live socket once, within a minute. A token that may only read can have one."""
        return self._issue(f"projects/{project_id}", project_id=project_id)


class VersionTickets(_TicketView):
    @extend_schema(
        operation_id="version_socket_tickets_create", request=None, responses=one(SocketTicketSerializer, status=201)
    )
    def post(self, request: Request, version_id: str) -> Response:
        """The same for the socket of one version, which hides what is not about it."""
        return self._issue(f"versions/{version_id}", version_id=version_id)
