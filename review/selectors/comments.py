"""Comments as the API and events show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from review.models import Comment, CommentRevision, User
from review.selectors.comment_details import CommentDetails
from review.selectors.people import person
from review.selectors.positions import Clock
from review.selectors.stamps import stamp

# Orders of a list: names of fields that together are unique, none of them null ("-": descending).
ORDERS: dict[str, tuple[str, ...]] = {
    "frame": ("frame", "created_at", "pk"),
    "newest": ("-created_at", "pk"),
    "oldest": ("created_at", "pk"),
    "state": ("done", "frame", "created_at", "pk"),  # open ones first
    "changed": ("updated_at", "pk"),
    "version": ("version_number", "frame", "created_at", "pk"),
}


class CommentRow(NamedTuple):
    """The columns of a comment that comment() needs, and those that lists are ordered by."""

    pk: str
    version_id: str
    parent_id: str | None
    carried_from_id: str | None
    author_id: str
    completed_by_id: str | None
    text: str
    annotation_frames: list[int]
    annotation_digest: str
    internal: bool
    frame: int
    duration_frames: int
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    done: int
    version_number: int
    annotation: dict[str, Any] | None = None  # only where it is asked for


@dataclass(frozen=True)
class Wanted:
    """Which comments of a version. None or empty: whatever it is."""

    sees_internal: bool
    only_of: str | None = None  # id of a person: what they wrote, and the answers to it, are all that the reader may see
    completed: bool | None = None
    internal: bool | None = None
    author: str = ""
    mentions: str = ""
    label: str = ""
    from_frame: int | None = None  # comments whose range touches from_frame..to_frame
    to_frame: int | None = None
    text: str = ""  # part of the text, whatever its case


def of_version(version_id: str | list[str], wanted: Wanted) -> QuerySet[Comment]:
    """Comments that are not deleted, with all that comment() needs; without their drawings, which with_annotations() adds."""
    return _listed(_matching(_visible(version_id, wanted), wanted).filter(deleted_at=None))


def changed_since(version_id: str | list[str], moment: datetime, wanted: Wanted) -> QuerySet[Comment]:
    """Comments changed at or after `moment`; the deleted ones among them as tombstones."""
    return _listed(_matching(_visible(version_id, wanted), wanted).filter(updated_at__gte=moment))


def threads(version_id: str | list[str], wanted: Wanted) -> QuerySet[Comment]:
    """First comments of the threads of which any comment is wanted; their state and labels count for the whole thread."""
    visible = _visible(version_id, wanted).filter(deleted_at=None)
    said = _saying(visible, wanted)
    replies = Exists(said.filter(parent=OuterRef("pk")))
    roots = _standing(visible.filter(parent=None), wanted)
    return _listed(roots.filter(Q(pk__in=said.values("pk")) | replies))


def replies_to(roots: Iterable[Comment | CommentRow], wanted: Wanted) -> dict[str, list[Comment]]:
    """The replies to these comments that the reader may see, by the id of the first comment, oldest first."""
    ids = [row.pk for row in roots]
    rows = Comment.objects.filter(parent_id__in=ids, deleted_at=None)
    if not wanted.sees_internal:
        rows = rows.filter(internal=False)
    found: dict[str, list[Comment]] = {}
    for row in _listed(rows).order_by("created_at", "pk"):
        found.setdefault(row.parent_id or "", []).append(row)
    return found


def _visible(version_id: str | list[str], wanted: Wanted) -> QuerySet[Comment]:
    """Those of a version, or of several."""
    ids = [version_id] if isinstance(version_id, str) else version_id
    rows = Comment.objects.filter(version_id__in=ids).annotate(version_number=F("version__number"))
    if wanted.only_of is not None:
        rows = rows.filter(Q(author_id=wanted.only_of) | Q(parent__author_id=wanted.only_of))
    return rows if wanted.sees_internal else rows.filter(internal=False)


def _matching(rows: QuerySet[Comment], wanted: Wanted) -> QuerySet[Comment]:
    return _saying(_standing(rows, wanted), wanted)


def _standing(rows: QuerySet[Comment], wanted: Wanted) -> QuerySet[Comment]:
    """Of these, those of the wanted state, label, visibility and place."""
    if wanted.completed is not None:
        rows = rows.filter(completed_at__isnull=not wanted.completed)
    if wanted.internal is not None:
        rows = rows.filter(internal=wanted.internal)
    if wanted.label:
        rows = rows.filter(labels=wanted.label)
    if wanted.to_frame is not None:
        rows = rows.filter(frame__lte=wanted.to_frame)
    if wanted.from_frame is not None:
        rows = rows.annotate(end=F("frame") + F("duration_frames")).filter(end__gt=wanted.from_frame)
    return rows


def _saying(rows: QuerySet[Comment], wanted: Wanted) -> QuerySet[Comment]:
    """Of these, those by the wanted author, naming the wanted person, holding the wanted text."""
    if wanted.author:
        rows = rows.filter(author_id=wanted.author)
    if wanted.mentions:
        rows = rows.filter(mentions__user_id=wanted.mentions)
    if wanted.text:
        rows = rows.filter(text__icontains=wanted.text)
    return rows


def _listed(rows: QuerySet[Comment]) -> QuerySet[Comment]:
    # Prefetched, not joined: a thousand comments have a handful of authors, and a row of each is made once.
    done = Case(When(completed_at=None, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.annotate(done=done).defer("annotation").prefetch_related("author", "completed_by", "carried_from__version")


def columns(rows: QuerySet[Comment], *, annotation: bool) -> "QuerySet[Comment, CommentRow]":
    """The same comments as plain rows, with their drawings or without: half the time of a list of a thousand went into making
    objects of the model."""
    names = [name for name in CommentRow._fields if annotation or name != "annotation"]
    return cast("QuerySet[Comment, CommentRow]", rows.prefetch_related(None).values_list(*names, named=True))


def with_annotations(rows: QuerySet[Comment]) -> QuerySet[Comment]:
    """The same comments with their drawings read too (up to 256 KB each)."""
    return rows.defer(None)


def comment(
    row: Comment | CommentRow, clock: Clock, details: CommentDetails | None = None, *, annotation: bool = False
) -> dict[str, Any]:
    """Comment without what depends on who looks (can), and without its drawing unless `annotation` asks for it.

    `details`: read for a whole list at once; None reads those of this one. A deleted one keeps its place, not its words.
    """
    gone = row.deleted_at is not None
    details = details or CommentDetails([row])
    return {
        "id": row.pk,
        "version_id": row.version_id,
        "parent_id": row.parent_id,
        "carried_from": details.source(row),
        "author": details.person(row.author_id),
        "text": "" if gone else row.text,
        **details.of(row.pk),
        "annotation": row.annotation if annotation and not gone else None,
        "annotation_frames": [] if gone else row.annotation_frames,
        "annotation_digest": None if gone else row.annotation_digest or None,
        "internal": row.internal,
        "frame": row.frame,
        "duration_frames": row.duration_frames,
        **clock.place(row.frame),
        "completed_at": stamp(row.completed_at),
        "completed_by": details.person(row.completed_by_id) if row.completed_by_id else None,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
        "edited_at": stamp(row.edited_at),
        "deleted_at": stamp(row.deleted_at),
        "url": f"/v/{row.version_id}?frame={row.frame}&comment={row.pk}",
    }


def without_words(shown: dict[str, Any]) -> dict[str, Any]:
    """comment() of one that may no longer be read: its place, and nothing that was said in it, or on it by others."""
    nothing: dict[str, list[Any]] = {"mentions": [], "labels": [], "reactions": [], "attachments": [], "annotation_frames": []}
    return {**shown, **nothing, "text": "", "annotation": None, "annotation_digest": None}


def without_source(shown: dict[str, Any]) -> dict[str, Any]:
    """comment() for those who are not to know of earlier versions."""
    return {**shown, "carried_from": None}


def can(row: Comment | CommentRow, user: User | None, *, comments: bool, completes: bool, moderates: bool) -> list[str]:
    """What this person may do with the comment: reply, edit, delete, complete, label, react."""
    if row.deleted_at:
        return []
    own = comments and user is not None and row.author_id == user.pk
    allowed = {
        "reply": comments,
        "edit": own or moderates,
        "delete": own or moderates,
        "complete": completes,
        "label": own or moderates or completes,
        "react": comments,
    }
    return [what for what, granted in allowed.items() if granted]


def revisions(row: Comment, *, sees_internal: bool) -> QuerySet[CommentRevision]:
    """What the comment said before, for those who may see it; what was internal then is not for others now."""
    rows = CommentRevision.objects.filter(comment=row).prefetch_related("made_by")
    return rows if sees_internal else rows.filter(internal=False)


def revision(row: CommentRevision, clock: Clock) -> dict[str, Any]:
    return {
        "number": row.number,
        "text": row.text,
        "frame": row.frame,
        "duration_frames": row.duration_frames,
        "timecode": clock.record(row.frame),
        "annotation": row.annotation,
        "internal": row.internal,
        "made_by": person(row.made_by),
        "made_at": stamp(row.made_at),
    }
