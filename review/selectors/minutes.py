"""What a live session leaves: who was there, what was said and drawn, what was decided.

Comments and decisions belong to it by who and when: those of people who were in it, made while they were, in its project.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils import timezone

from review.models import ApprovalEntry, Attendance, Comment, ReviewSession
from review.selectors import approvals, comments, sessions
from review.selectors.people import person
from review.selectors.positions import Clock
from review.selectors.stamps import stamp

MOST_COMMENTS = 500


@dataclass(frozen=True)
class Minutes:
    """`stays`: of those who were let in. `comments`: by version, frame and time, replies among them with their own place."""

    session: ReviewSession
    stays: list[Attendance]
    comments: list[Comment]
    decisions: list[ApprovalEntry]

    @property
    def attendees(self) -> list[tuple[dict[str, str], list[Attendance]]]:
        """Each person once, in the order they came, with their stays."""
        found: dict[str, list[Attendance]] = {}
        for stay in self.stays:
            found.setdefault(stay.user_id, []).append(stay)
        return [(person(stays[0].user), stays) for stays in found.values()]


def of_session(row: ReviewSession, *, sees_internal: bool) -> Minutes:
    stays = list(sessions.attendances(row.pk).exclude(admitted_at=None))
    end = row.ended_at or timezone.now()
    present = _present(stays, end)
    people = {stay.user_id for stay in stays}
    inside = {
        "version__asset__project_id": row.project_id,
        "version__deleted_at": None,
        "version__asset__deleted_at": None,  # a session that began on another stack is still there
        "created_at__gte": row.started_at,
        "created_at__lte": end,
    }
    said = Comment.objects.filter(**inside, author_id__in=people, deleted_at=None)
    if not sees_internal:
        said = said.filter(internal=False)
    said = said.select_related("version__asset", "version__media", "author", "completed_by")
    said = said.order_by("version__asset__name", "version__number", "frame", "created_at")
    spoken = (one for one in said.iterator(chunk_size=MOST_COMMENTS) if present(one.author_id, one.created_at))
    decided = ApprovalEntry.objects.filter(**inside, kind="decided", by_id__in=people)
    decided = decided.select_related("version__asset", "version__media", "person", "by").order_by("created_at")
    return Minutes(
        row,
        stays,
        list(islice(spoken, MOST_COMMENTS)),
        [one for one in decided if present(one.by_id, one.created_at)],
    )


def _present(stays: Iterable[Attendance], end: datetime) -> Callable[[str, datetime], bool]:
    times: dict[str, list[tuple[datetime, datetime]]] = {}
    for stay in stays:
        times.setdefault(stay.user_id, []).append((stay.joined_at, stay.left_at or end))
    return lambda user_id, moment: any(first <= moment <= last for first, last in times[user_id])


def shown(minutes: Minutes) -> dict[str, Any]:
    """Minutes of the API."""
    clocks: dict[str, Clock] = {}
    for version in (*(one.version for one in minutes.comments), *(one.version for one in minutes.decisions)):
        if version.media.rate is not None and version.pk not in clocks:
            clocks[version.pk] = Clock(version.media)
    return {
        "session": sessions.session(minutes.session),
        "attendees": [
            {
                "person": who,
                "stays": [{"joined_at": stamp(stay.joined_at), "left_at": stamp(stay.left_at)} for stay in stays],
            }
            for who, stays in minutes.attendees
        ],
        "comments": [
            {**_version(one.version), "comment": comments.comment(one, clocks[one.version_id])}
            for one in minutes.comments
            if one.version_id in clocks
        ],
        "decisions": [
            {**_version(one.version), "entry": approvals.shown(one, clocks.get(one.version_id))} for one in minutes.decisions
        ],
    }


def _version(version: Any) -> dict[str, Any]:
    return {"asset_name": version.asset.name, "version_number": version.number}
