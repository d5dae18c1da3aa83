"""Comments: create, edit, mark as done. A comment stands on a frame; labels are turned into frames at the door."""

import hashlib
import json
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from media_pipeline.models import Media
from review import access, annotations, events
from review.access import Actor, Capability
from review.actions.attachment_putting import put_on
from review.mentions import named
from review.models import Comment, CommentRevision, Label, Membership, Mention, Role, Version
from review.problems import Problem
from review.selectors import comments
from review.selectors.positions import Clock
from review.selectors.stamps import stamp

C = Capability


def create_comment(
    actor: Actor,
    version_id: str,
    *,
    text: str,
    frame: int | None = None,
    timecode: str | None = None,
    duration_frames: int = 1,
    parent_id: str | None = None,
    internal: bool = False,
    annotation: dict[str, Any] | None = None,
    labels: list[str] | None = None,
    attachments: list[str] | None = None,
    idempotency_key: str | None = None,
) -> tuple[Comment, bool]:
    """The comment, and whether it is new. Exactly one of `frame`, `timecode` (record timecode) or `parent_id` says where.

    The same key again answers with the comment it made the first time, as it is now; the key for something else is refused.
    """
    wanted = [version_id, text, frame, timecode, duration_frames, parent_id, internal, annotation, labels, attachments]
    request_hash = hashlib.sha256(json.dumps(wanted).encode()).hexdigest() if idempotency_key else ""
    try:
        with transaction.atomic():
            version = access.version(actor, version_id, C.COMMENT)
            events.hold(version.asset.project_id)  # see locked
            if made := _made_before(actor, idempotency_key, request_hash):
                return made, False
            clock = clock_of(version.media)
            parent = _parent(actor, version, parent_id)
            if parent is not None:
                frame, duration_frames, internal = parent.frame, parent.duration_frames, internal or parent.internal
            elif frame is None:
                frame = clock.frame_at(timecode or "")
            check_range(version.media, frame, duration_frames)
            if internal:
                access.require_on(actor, version, C.SEE_INTERNAL)
            comment = Comment(
                version=version,
                parent=parent,
                author=actor.person,
                frame=frame,
                duration_frames=duration_frames,
                text=text,
                internal=internal,
                idempotency_key=idempotency_key,
                idempotency_hash=request_hash,
            )
            _draw(comment, annotation)
            _require_content(comment)
            comment.save(force_insert=True)
            project_id = version.asset.project_id
            _name(comment, project_id)
            if labels:
                _require_role(actor, project_id)
                comment.labels.set(_labels(project_id, labels))
            if attachments:
                put_on(actor, comment, attachments)
            events.audit(actor.user, "comment.create", comment, project_id=project_id, version=version.pk, frame=frame)
            announce(project_id, "comment.created", comment, clock)
    except IntegrityError:
        # Sent twice at the same time: the other transaction was first.
        if made := _made_before(actor, idempotency_key, request_hash):
            return made, False
        raise
    return comment, True


def _made_before(actor: Actor, key: str | None, request_hash: str) -> Comment | None:
    if key is None:
        return None
    rows = Comment.objects.select_related("version__asset", "version__media", "author", "completed_by")
    comment = rows.filter(author=actor.person, idempotency_key=key).first()
    if comment is not None and comment.idempotency_hash != request_hash:
        raise Problem("idempotency_key_reused")
    return comment


def _parent(actor: Actor, version: Version, parent_id: str | None) -> Comment | None:
    if parent_id is None:
        return None
    try:
        parent = access.comment(actor, parent_id)
    except access.NotFound as error:
        raise Problem("parent_invalid", gettext("There is no such comment in this version.")) from error
    if parent.version_id != version.pk:
        raise Problem("parent_invalid", gettext("There is no such comment in this version."))
    if parent.parent_id is not None:
        raise Problem(
            "parent_invalid",
            gettext("That is itself a reply."),
            remedy=gettext("Reply to comment %(parent_id)s.") % {"parent_id": parent.parent_id},
        )
    return parent


def clock_of(media: Media) -> Clock:
    if media.rate is None or media.frame_count is None:
        raise Problem("media_not_indexed")
    return Clock(media)


def check_range(media: Media, frame: int, duration_frames: int) -> None:
    """Raise frame_out_of_range unless the whole range lies within the media."""
    assert media.frame_count is not None, "clock_of() was asked first"
    if frame + duration_frames > media.frame_count:
        last = media.frame_count - 1
        asked = f"frame {frame}" if duration_frames == 1 else f"frames {frame} to {frame + duration_frames - 1}"
        raise Problem(
            "frame_out_of_range",
            gettext("%(asked)s asked; the version has frames 0 to %(last)s.") % {"asked": asked, "last": last},
        )


def _draw(comment: Comment, data: dict[str, Any] | None) -> None:
    """Give the comment this drawing, or none."""
    if data is not None and comment.parent_id is not None:
        raise Problem(
            "annotation_invalid",
            gettext("A reply stands on its thread's frames."),
            remedy=gettext("Draw in the first comment."),
        )
    first, duration = comment.frame, comment.duration_frames
    _keep(comment, None if data is None else annotations.checked(data, first=first, duration_frames=duration))


def _require_content(comment: Comment) -> None:
    """A drawing alone says enough; nothing at all does not."""
    if not comment.text.strip() and comment.annotation is None:
        raise Problem("comment_empty")


def _keep(comment: Comment, annotation: annotations.Annotation | None) -> None:
    comment.annotation = annotation.data if annotation else None
    comment.annotation_frames = annotation.frames if annotation else []
    comment.annotation_digest = annotation.digest if annotation else ""


def update_comment(actor: Actor, comment_id: str, *, if_match: str | None = None, **changes: Any) -> Comment:
    """Change what is given: text, frame, duration_frames, annotation (author or moderator), completed, internal, labels,
    attachments.

    What it said before is kept as a revision. With `if_match` only if the comment is still in that state; raises
    precondition_failed otherwise.
    """
    with transaction.atomic():
        comment = locked(actor, comment_id)
        project_id = comment.version.asset.project_id
        require_match(comment, if_match)
        was, was_internal = _state(comment), comment.internal
        _apply(actor, comment, changes)
        if changes.keys() & {"text", "annotation"}:
            _require_content(comment)
        if "attachments" in changes and put_on(actor, comment, changes["attachments"]):
            comment.edited_at, comment.edited_by = timezone.now(), actor.person
        if _said(was) != _said(_state(comment)):
            _remember(actor, comment, was)
        comment.save(
            update_fields=[
                "text", "frame", "duration_frames", "annotation", "annotation_frames", "annotation_digest", "internal",
                "completed_at", "completed_by", "edited_at", "edited_by", "updated_at",
            ]
        )  # fmt: skip
        if comment.text != was.text or comment.internal != was_internal:
            _name(comment, project_id)
        events.audit(actor.user, "comment.update", comment, project_id=project_id, changed=sorted(changes))
        clock = clock_of(comment.version.media)
        announce_update(project_id, comment, clock, was_internal=was_internal)
        if comment.parent_id is None:
            _carry_to_replies(project_id, comment, clock)
    return comment


def require_match(comment: Comment, if_match: str | None) -> None:
    """Raise precondition_failed unless the comment is still in the state that was named (None: whatever it is)."""
    if if_match is not None and if_match not in ("*", etag(comment)):
        current = comments.comment(comment, clock_of(comment.version.media))
        raise Problem("precondition_failed", gettext("Somebody changed the comment after you had read it."), current=current)


def _state(comment: Comment) -> CommentRevision:
    """What the comment says now, as a revision that is not stored yet."""
    return CommentRevision(
        comment=comment,
        text=comment.text,
        frame=comment.frame,
        duration_frames=comment.duration_frames,
        annotation=comment.annotation,
        internal=comment.internal,
        made_by_id=comment.edited_by_id or comment.author_id,
        made_at=comment.edited_at or comment.created_at,
    )


def _said(state: CommentRevision) -> tuple[Any, ...]:
    return state.text, state.frame, state.duration_frames, state.annotation


def _remember(actor: Actor, comment: Comment, was: CommentRevision) -> None:
    was.number = comment.revisions.count() + 1  # under the lock of the project
    was.save(force_insert=True)
    comment.edited_at, comment.edited_by = timezone.now(), actor.person


def _name(comment: Comment, project_id: str) -> None:
    """Note whom the text names, of those whom the comment is shown to."""
    comment.mentions.all().delete()
    if "@" not in comment.text or comment.author.is_guest:  # who is in a project is not for guests to find out
        return
    members = Membership.objects.filter(project_id=project_id, user__is_active=True).select_related("user")
    if comment.internal:
        members = members.filter(role__in=[role for role in Role if C.SEE_INTERNAL in access.CAPABILITIES[role]])
    people = [(one.user_id, one.user.display_name) for one in members.order_by("created_at", "pk")]
    found = named(comment.text, people)
    Mention.objects.bulk_create([Mention(comment=comment, user_id=one.user_id, label=one.label) for one in found])


def _require_role(actor: Actor, project_id: str) -> None:
    """Labels are the project's: not for those who came by a share link alone, on their own comments neither."""
    if C.VIEW not in actor.capabilities(project_id):
        raise access.Forbidden(C.MANAGE_LABELS)


def _labels(project_id: str, ids: list[str]) -> list[Label]:
    found = list(Label.objects.filter(project_id=project_id, pk__in=ids))
    if len(found) != len(set(ids)):
        raise Problem("label_unknown")
    return found


def locked(actor: Actor, comment_id: str) -> Comment:
    """The comment as it is under the project's lock: one change of a project's comments at a time, so that a thread is not
    deleted, moved or hidden under a reply being written."""
    events.hold(access.comment(actor, comment_id).version.asset.project_id)
    return access.comment(actor, comment_id)


def _apply(actor: Actor, comment: Comment, changes: dict[str, Any]) -> None:
    version = comment.version
    granted = actor.capabilities_on(version)
    own = comment.author_id == actor.person.pk and C.COMMENT in granted
    if changes.keys() & {"text", "frame", "duration_frames", "annotation", "internal", "attachments"} and not own:
        access.require_on(actor, version, C.MODERATE_COMMENTS)
    if "labels" in changes:
        _require_role(actor, version.asset.project_id)
        if not own and C.MODERATE_COMMENTS not in granted:
            access.require_on(actor, version, C.COMPLETE_COMMENTS)
        comment.labels.set(_labels(version.asset.project_id, changes["labels"]))
    comment.text = changes.get("text", comment.text)
    if changes.keys() & {"frame", "duration_frames"}:
        if comment.parent_id is not None:
            raise Problem(
                "parent_invalid",
                gettext("A reply stands on the frame of its thread."),
                remedy=gettext("Move the thread's first comment."),
            )
        was = (comment.frame, comment.duration_frames)
        comment.frame = changes.get("frame", comment.frame)
        comment.duration_frames = changes.get("duration_frames", comment.duration_frames)
        clock_of(comment.version.media)
        check_range(comment.version.media, comment.frame, comment.duration_frames)
        if comment.annotation is not None:
            now = (comment.frame, comment.duration_frames)
            _keep(comment, annotations.moved(comment.annotation, was=was, now=now))
    if "annotation" in changes:
        _draw(comment, changes["annotation"])
    if "internal" in changes:
        access.require_on(actor, version, C.SEE_INTERNAL)
        comment.internal = changes["internal"] or (comment.parent is not None and comment.parent.internal)
    if "completed" in changes and changes["completed"] != (comment.completed_at is not None):
        access.require_on(actor, version, C.COMPLETE_COMMENTS)
        comment.completed_at = timezone.now() if changes["completed"] else None
        comment.completed_by = actor.person if changes["completed"] else None


def _carry_to_replies(project_id: str, parent: Comment, clock: Clock) -> None:
    """Replies stand on their parent's frames, and are internal when it is."""
    for reply in parent.replies.filter(deleted_at=None).select_related("author", "completed_by"):
        was_internal = reply.internal
        moved = (reply.frame, reply.duration_frames) != (parent.frame, parent.duration_frames)
        if not moved and (was_internal or not parent.internal):
            continue
        reply.frame, reply.duration_frames, reply.internal = (
            parent.frame,
            parent.duration_frames,
            was_internal or parent.internal,
        )
        reply.save(update_fields=["frame", "duration_frames", "internal", "updated_at"])
        announce_update(project_id, reply, clock, was_internal=was_internal)


def etag(comment: Comment) -> str:
    """Entity tag: when it was last changed, as `updated_at` reads."""
    return f'"{stamp(comment.updated_at)}"'


def announce(project_id: str, kind: str, comment: Comment, clock: Clock) -> None:
    """Tell those who may see the comment."""
    audience = events.INTERNAL if comment.internal else events.ALL
    events.record(project_id, kind, comments.comment(comment, clock), audience=audience)


def announce_update(project_id: str, comment: Comment, clock: Clock, *, was_internal: bool) -> None:
    """Tell of a change. For those who may not see internal comments, one that becomes internal goes away, and one that
    stops being so appears."""
    if was_internal == comment.internal:
        return announce(project_id, "comment.updated", comment, clock)
    shown = comments.comment(comment, clock)
    events.record(project_id, "comment.updated", shown, audience=events.INTERNAL)
    if comment.internal:
        gone = {**comments.without_words(shown), "internal": False, "deleted_at": shown["updated_at"]}
        events.record(project_id, "comment.deleted", gone, audience=events.EXTERNAL)
    else:
        events.record(project_id, "comment.created", shown, audience=events.EXTERNAL)
