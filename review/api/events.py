"""The gap filler: the same objects as the socket sends."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.api.base import MAX_SEQ, ApiView, LinksSerializer, problems
from review.events import KINDS
from review.selectors import feed

HIDDEN = "hidden"


class EventSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["event"])
    seq = serializers.IntegerField(help_text="Counts up by one per project, without gaps.")
    kind = serializers.ChoiceField(choices=[*KINDS, HIDDEN], help_text="hidden: not meant for you; the number counts.")
    payload = serializers.DictField(allow_null=True, help_text="As the API shows the object, without `can`; null if hidden.")
    created_at = serializers.DateTimeField()


class EventQuery(serializers.Serializer[Any]):
    after = serializers.IntegerField(min_value=0, max_value=MAX_SEQ, default=0)
    page_size = serializers.IntegerField(min_value=1, max_value=1000, default=200)


class EventListSerializer(serializers.Serializer[Any]):
    data = EventSerializer(many=True)  # type: ignore[assignment]  # a field of that name, not the attribute
    links = LinksSerializer()


class Events(ApiView):
    @extend_schema(
        operation_id="events_list", parameters=[EventQuery], responses={200: EventListSerializer, **problems(400, 404)}
    )
    def get(self, request: Request, project_id: str) -> Response:
        """Events after a number, in order."""
        query = self.query(EventQuery)
        project = access.project(self.actor, project_id)
        sees_internal = access.Capability.SEE_INTERNAL in self.actor.capabilities(project.pk)
        rows = feed.after(project.pk, query["after"], limit=query["page_size"] + 1)
        page, more = rows[: query["page_size"]], len(rows) > query["page_size"]
        link = None
        if more:
            link = f"{self.base}{request.path}?after={page[-1].seq}&page_size={query['page_size']}"
        withdrawn, base = feed.withdrawn(feed.old_comments(page)), self.base
        told = [feed.event(row, sees_internal=sees_internal, base=base, withdrawn=withdrawn) for row in page]
        return Response({"data": told, "links": {"next": link}})
