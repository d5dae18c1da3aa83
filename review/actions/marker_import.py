"""Markers of an editing program as comments of a version, all or none."""

from django.db import transaction

from review import access, events
from review.access import Actor, Capability
from review.actions.comments import create_comment
from review.imports import markers
from review.models import Comment
from review.problems import Problem
from review.selectors.marker_timeline import placed


def import_markers(
    actor: Actor, version_id: str, *, name: str, content: bytes, start_tc: str | None = None, internal: bool = False
) -> tuple[list[Comment], int, list[str]]:
    """The new comments, how many were there already (the same frame and text), and in words what was left out.

    They are the actor's; who set a marker, if it is somebody else, stands before its text. `start_tc`: of the first frame of
    the timeline that the markers come from; None: the file's own. Raises Problem marker_file_unreadable, timecode_*.
    """
    with transaction.atomic():
        version = access.version(actor, version_id, Capability.COMMENT)
        events.hold(version.asset.project_id)
        try:
            found = markers.read(name, content, markers.Target(*placed(version, start_tc)))
        except markers.Unreadable as error:
            raise Problem("marker_file_unreadable", str(error)) from error
        mine = actor.person.display_name
        if internal:
            access.require(actor, version.asset.project_id, Capability.SEE_INTERNAL)
        rows = Comment.objects.filter(version=version, deleted_at=None)
        if Capability.SEE_INTERNAL not in actor.capabilities(version.asset.project_id):
            rows = rows.filter(internal=False)  # what is known must not tell of what is not shown
        there = set(rows.values_list("frame", "text"))
        made, known = [], 0
        for mark in found.marks:
            text = mark.text if mark.author in ("", mine) else f"{mark.author}: {mark.text}"[: markers.MOST_TEXT]
            if there & {(mark.frame, text), (mark.frame, mark.text)}:
                known += 1
                continue
            there.add((mark.frame, text))
            comment, _ = create_comment(
                actor, version_id, text=text, frame=mark.frame, duration_frames=mark.duration_frames, internal=internal
            )
            made.append(comment)
    return made, known, found.left_out
