"""What I was told of."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.access import Capability
from review.actions.notifications import mark_read
from review.api.base import MAX_SEQ, ApiView, InputSerializer, PageQuery, PersonSerializer, many, one
from review.api.pagination import paged
from review.models import Notification, NotificationKind
from review.selectors import notifications
from review.selectors.links import absolute

MOST_THREADS = 200


class ProjectNameSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()


class ThumbnailSerializer(serializers.Serializer[Any]):
    sheet_url = serializers.CharField(help_text="A sheet of pictures; served to whoever may see the version, as all media are.")
    width = serializers.IntegerField(help_text="Of one picture, in pixels.")
    height = serializers.IntegerField()
    columns = serializers.IntegerField(help_text="Pictures in a row of the sheet.")
    column = serializers.IntegerField(help_text="Where this one lies.")
    row = serializers.IntegerField()


class NotificationLineSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="Of its newest notification; later ones are greater.")
    thread = serializers.CharField(help_text="What belongs together: five replies in a thread are one line.")
    kind = serializers.ChoiceField(choices=NotificationKind.choices)
    project = ProjectNameSerializer()
    title = serializers.CharField(help_text="Who did what, the last time; in the language of whoever asks.")
    text = serializers.CharField(allow_blank=True, help_text="What was said with it, its beginning.")
    people = PersonSerializer(many=True, help_text="Who did it, the last first; at most five.")
    count = serializers.IntegerField(help_text="How many notifications the line stands for.")
    unread = serializers.IntegerField(help_text="How many of them are not read.")
    muted = serializers.BooleanField(help_text="Nothing new comes to it but mentions and requests for approval.")
    place = serializers.CharField(allow_blank=True, help_text="Stack and version, or the sequence.")
    frame = serializers.IntegerField(allow_null=True)
    timecode = serializers.CharField(allow_null=True, help_text="Record timecode of `frame`.")
    poster_url = serializers.CharField(allow_null=True)
    thumbnail = ThumbnailSerializer(allow_null=True, help_text="Of the comment's own frame, once hover thumbnails are made.")
    drawing = serializers.DictField(
        allow_null=True, help_text="What the comment has drawn on that frame, as in Comment; null also where it is long."
    )
    url = serializers.CharField(help_text="Where it leads to: the frame and its comment, the version, the report.")
    happened_at = serializers.DateTimeField()


class ProjectUnreadSerializer(ProjectNameSerializer):
    unread = serializers.IntegerField()


class NotificationCountsSerializer(serializers.Serializer[Any]):
    unread = serializers.IntegerField(help_text="Lines with something unread.")
    projects = ProjectUnreadSerializer(many=True, help_text="Those with something unread.")


class NotificationsQuery(PageQuery):
    project = serializers.CharField(required=False, max_length=16, help_text="Id of a project: only what is of it.")
    unread = serializers.BooleanField(default=False, help_text="`true`: only lines with something unread.")
    muted = serializers.BooleanField(default=False, help_text="`true`: only lines that I muted.")


class NotificationsReadInput(InputSerializer):
    threads = serializers.ListField(child=serializers.CharField(max_length=40), max_length=MOST_THREADS, required=False)
    comment_id = serializers.CharField(max_length=16, required=False, help_text="The thread that it stands in.")
    version_id = serializers.CharField(max_length=16, required=False, help_text="What tells of the version as a whole.")
    project_id = serializers.CharField(max_length=16, required=False, help_text="All of a project.")
    everything = serializers.BooleanField(required=False)
    up_to = serializers.RegexField(r"^\d{1,18}$", required=False, help_text="`id` of a line: only what is not newer.")
    read = serializers.BooleanField(default=True, help_text="`false`: as unread.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not any(attrs.get(name) for name in ("threads", "comment_id", "version_id", "project_id", "everything")):
            raise serializers.ValidationError(_("Nothing is named."), code="required")
        if "up_to" in attrs:
            attrs["up_to"] = min(int(attrs["up_to"]), MAX_SEQ)
        return attrs


class Notifications(ApiView):
    @extend_schema(
        operation_id="notifications_list",
        parameters=[NotificationsQuery],
        responses=many(NotificationLineSerializer, errors=(400,)),
    )
    def get(self, request: Request) -> Response:
        """My inbox, newest first; 180 days back. What I may not see any more is not in it."""
        query, mine = self.query(NotificationsQuery), access.notifications(self.actor)
        me = self.actor.person.pk
        rows = notifications.lines(
            mine,
            project_id=query.pop("project", ""),
            unread=query.pop("unread"),
            muted_by=me if query.pop("muted") else "",
        )

        def sees_internal(project_id: str) -> bool:
            return Capability.SEE_INTERNAL in self.actor.capabilities(project_id)

        def shown(page: list[Notification]) -> list[dict[str, Any]]:
            told = notifications.line_list(mine, page, user_id=me, sees_internal=sees_internal)
            return [absolute(row, self.base) for row in told]

        return paged(request, rows, shown, order=("-pk",), **query)


class NotificationCounts(ApiView):
    @extend_schema(operation_id="notifications_counts", responses=one(NotificationCountsSerializer, errors=()))
    def get(self, request: Request) -> Response:
        """How much of my inbox is unread."""
        return self.shown(notifications.counts(access.notifications(self.actor)))


class NotificationsRead(ApiView):
    @extend_schema(
        operation_id="notifications_read",
        request=NotificationsReadInput,
        responses=one(NotificationCountsSerializer, errors=(400, 403)),
    )
    def post(self, request: Request) -> Response:
        """Mark lines as read, or as unread; answers with what is unread now."""
        mark_read(self.actor, **self.body(NotificationsReadInput))
        return self.shown(notifications.counts(access.notifications(self.actor)))
