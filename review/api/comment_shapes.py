"""What goes into and comes out of the API about comments."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from review import annotations
from review.api.attachments import AttachmentSerializer
from review.api.base import (
    MAX_INT,
    InputSerializer,
    ListParameter,
    PageQuery,
    PersonSerializer,
    RateSerializer,
    RationalSerializer,
    WholeNumberField,
)
from review.reactions import SIGNS
from review.selectors.comments import ORDERS

MAX_TEXT = 10_000
MAX_COMMENT_PAGE = 2000
MAX_COMPLETED = 1000


class AnnotationSerializer(serializers.Serializer[Any]):
    """Drawings on frames of the comment's range."""

    v = serializers.ChoiceField(choices=[annotations.VERSION])
    shapes = serializers.ListField(
        child=serializers.DictField(), help_text="Each with the `frame` it stands on (0-based, of the version)."
    )


class MentionSerializer(PersonSerializer):
    text = serializers.CharField(help_text="How they are named in the text, with the @.")


class ReactionSerializer(serializers.Serializer[Any]):
    name = serializers.ChoiceField(choices=list(SIGNS))
    emoji = serializers.CharField()
    people = PersonSerializer(many=True)


class CarriedFromSerializer(serializers.Serializer[Any]):
    comment_id = serializers.CharField()
    version_id = serializers.CharField()
    version_number = serializers.IntegerField()


class CommentSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    version_id = serializers.CharField()
    parent_id = serializers.CharField(allow_null=True, help_text="The first comment of the thread; null if this is it.")
    carried_from = CarriedFromSerializer(
        allow_null=True, required=False, help_text="The comment of an earlier version that it was carried over from."
    )
    author = PersonSerializer()
    text = serializers.CharField(allow_blank=True, help_text="Markdown.")
    mentions = MentionSerializer(many=True)
    annotation = AnnotationSerializer(
        allow_null=True, help_text="The drawing. In lists only with `include=annotations`; not part of events."
    )
    annotation_frames = serializers.ListField(child=serializers.IntegerField(), help_text="Frames drawn on, ascending.")
    annotation_digest = serializers.CharField(allow_null=True, help_text="Names this very drawing; null if there is none.")
    internal = serializers.BooleanField(help_text="Not shown to clients.")
    labels = serializers.ListField(child=serializers.CharField(), help_text="Ids of the project's labels.")
    reactions = ReactionSerializer(many=True)
    attachments = AttachmentSerializer(many=True)
    frame = serializers.IntegerField(help_text="0-based, presentation order.")
    duration_frames = serializers.IntegerField(min_value=1)
    timecode = serializers.CharField(allow_null=True, help_text="Record timecode: start timecode + frame.")
    media_timecode = serializers.CharField(allow_null=True, help_text="Counted from the first frame.")
    seconds = RationalSerializer(allow_null=True, help_text="Since the first frame, exact.")
    rate = RateSerializer()
    start_timecode = serializers.CharField(allow_null=True, help_text="The file's own; null if it carries none.")
    completed_at = serializers.DateTimeField(allow_null=True)
    completed_by = PersonSerializer(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True, help_text="When text, place or drawing were last changed.")
    deleted_at = serializers.DateTimeField(allow_null=True)
    can = serializers.ListField(
        child=serializers.ChoiceField(choices=["reply", "edit", "delete", "complete", "label", "react"]),
        help_text="What I may do with it. Not part of events.",
    )
    url = serializers.URLField(help_text="Opens the review page on this frame.")


@extend_schema_field(AnnotationSerializer)
class AnnotationField(serializers.JSONField):
    """Taken as it comes: review/annotations.py checks it with the comment's range."""


class ThreadSerializer(CommentSerializer):
    replies = CommentSerializer(many=True, required=False, help_text="Only with `include=replies`.")


class RevisionSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text="1 is what was written first.")
    text = serializers.CharField(allow_blank=True)
    frame = serializers.IntegerField()
    duration_frames = serializers.IntegerField()
    timecode = serializers.CharField(allow_null=True)
    annotation = AnnotationSerializer(allow_null=True)
    internal = serializers.BooleanField(help_text="Whether it was internal when it was replaced.")
    made_by = PersonSerializer()
    made_at = serializers.DateTimeField()


ATTACHMENTS = serializers.ListField(
    child=serializers.CharField(max_length=16), max_length=20, required=False, help_text="Ids of files sent before."
)
LABELS = serializers.ListField(child=serializers.CharField(max_length=16), max_length=20, required=False)


class CommentInput(InputSerializer):
    text = serializers.CharField(max_length=MAX_TEXT, allow_blank=True, help_text="May be empty where there is a drawing.")
    frame = WholeNumberField(min_value=0, max_value=MAX_INT, required=False)
    timecode = serializers.CharField(max_length=32, required=False, help_text="Record timecode, instead of `frame`.")
    duration_frames = WholeNumberField(min_value=1, max_value=MAX_INT, default=1)
    parent_id = serializers.CharField(
        max_length=16, required=False, allow_null=True, help_text="Reply; stands on its thread's frame."
    )
    internal = serializers.BooleanField(default=False)
    annotation = AnnotationField(required=False, allow_null=True)
    labels = LABELS
    attachments = ATTACHMENTS

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("parent_id") and ("frame" in attrs) == ("timecode" in attrs):
            raise serializers.ValidationError(_("Send exactly one of frame and timecode."), code="position")
        return attrs


class CommentChange(InputSerializer):
    text = serializers.CharField(max_length=MAX_TEXT, allow_blank=True, required=False)
    frame = WholeNumberField(min_value=0, max_value=MAX_INT, required=False)
    duration_frames = WholeNumberField(min_value=1, max_value=MAX_INT, required=False)
    completed = serializers.BooleanField(required=False)
    internal = serializers.BooleanField(required=False)
    annotation = AnnotationField(required=False, allow_null=True, help_text="null: take the drawing away.")
    labels = LABELS
    attachments = ATTACHMENTS


class CompletionInput(InputSerializer):
    comment_ids = serializers.ListField(
        child=serializers.CharField(max_length=16), min_length=1, max_length=MAX_COMPLETED, help_text="Of this version."
    )
    completed = serializers.BooleanField(help_text="true: done.")


class CommentQuery(PageQuery):
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_COMMENT_PAGE, default=200)
    sort = serializers.ChoiceField(choices=list(ORDERS), required=False, help_text="frame, unless `updated_since` is given.")
    completed = serializers.BooleanField(required=False, allow_null=True, default=None)
    visibility = serializers.ChoiceField(choices=["all", "internal", "public"], default="all")
    author = serializers.CharField(required=False, max_length=16, help_text="Id of a person, or `me`.")
    mentions = serializers.CharField(required=False, max_length=16, help_text="Id of a person, or `me`.")
    label = serializers.CharField(  # type: ignore[assignment]  # a field of that name, not the attribute
        required=False, max_length=16, help_text="Id of a label."
    )
    from_frame = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_INT, help_text="Comments that touch the frames from here on."
    )
    to_frame = serializers.IntegerField(required=False, min_value=0, max_value=MAX_INT, help_text="… up to this one.")
    q = serializers.CharField(required=False, max_length=200, help_text="Part of the text, whatever its case.")
    include = ListParameter(
        choices=["annotations", "replies"],
        help_text="annotations: with the drawings themselves. replies: threads, each with all its `replies`, of which any "
        "comment is wanted.",
    )
    updated_since = serializers.DateTimeField(
        required=False, help_text="Only what changed at or after this; deleted comments come as tombstones, in order of change."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "updated_since" in attrs and ("replies" in attrs["include"] or attrs.get("sort", "changed") != "changed"):
            raise serializers.ValidationError(
                _("updated_since lists every changed comment by itself, in order of change."), code="order"
            )
        return attrs
