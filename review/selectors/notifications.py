"""An inbox as the API shows it: what belongs together is one line, its newest first. `mine`: access.notifications of whoever
asks."""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from media_pipeline import api as pipeline
from review.models import Comment, MutedThread, Notification, NotificationKind, User, Version
from review.notifications.words import excerpt, title
from review.selectors import media
from review.selectors.people import person
from review.selectors.positions import Clock
from review.selectors.stamps import stamp

UNREAD = Q(read_at=None)
MOST_PEOPLE = 5  # named in one line
MOST_NUMBERS = 2000  # of the points of a drawing that a line shows


def lines(
    mine: QuerySet[Notification], *, project_id: str = "", unread: bool = False, muted_by: str = ""
) -> QuerySet[Notification]:
    """The newest notification of each thread, with all that line_list() needs; with `unread` of those with unread ones, with
    `muted_by`, a person, of those that they muted."""
    if muted_by:
        mine = mine.filter(thread__in=muted_threads(muted_by))
    if project_id:
        mine = mine.filter(project_id=project_id)
    threads = mine.values("thread").annotate(newest=Max("pk"), waiting=Count("pk", filter=UNREAD))
    if unread:
        threads = threads.filter(waiting__gt=0)
    rows = Notification.objects.filter(pk__in=threads.values("newest"))
    return rows.select_related("project", "actor", "comment", "version__asset", "version__media", "delivery", "sequence")


def line_list(
    mine: QuerySet[Notification], rows: Collection[Notification], *, user_id: str, sees_internal: Callable[[str], bool]
) -> list[dict[str, Any]]:
    """NotificationLine of the API, in the order given. `user_id`: whose inbox it is; `sees_internal`: of a project, by its
    id."""
    mine = mine.filter(thread__in=[row.thread for row in rows])
    sizes = {
        thread: (count, waiting)
        for thread, count, waiting in mine.values("thread")
        .annotate(count=Count("pk"), waiting=Count("pk", filter=UNREAD))
        .values_list("thread", "count", "waiting")
    }
    muted = set(muted_threads(user_id).filter(thread__in=list(sizes)))
    people = _people(mine)
    clocks: dict[str, Clock] = {}
    known = _known([row.version for row in rows if row.version is not None])
    return [
        {
            "id": str(row.pk),
            "thread": row.thread,
            "kind": row.kind,
            "project": {"id": row.project_id, "name": row.project.name},
            "title": title(row),
            "text": excerpt(row),
            "people": people.get(row.thread, []),
            "count": sizes[row.thread][0],
            "unread": sizes[row.thread][1],
            "muted": row.thread in muted,
            "place": place(row),
            "frame": row.comment.frame if row.comment else None,
            "timecode": timecode(row, clocks),
            **_picture(row, known.get(row.version_id or "")),
            "url": path(row, sees_internal=sees_internal(row.project_id)),
            "happened_at": stamp(row.happened_at),
        }
        for row in rows
        if row.thread in sizes
    ]


def muted_threads(user_id: str) -> "QuerySet[MutedThread, str]":
    """Names of the threads of which the person wants to hear no more."""
    return MutedThread.objects.filter(user_id=user_id).values_list("thread", flat=True)


def _people(mine: QuerySet[Notification]) -> dict[str, list[dict[str, str]]]:
    """Who did what a thread tells of, the last first."""
    ids: dict[str, list[str]] = {}
    rows = mine.exclude(actor=None).values("thread", "actor").annotate(last=Max("pk")).order_by("-last")
    for thread, actor_id in rows.values_list("thread", "actor"):
        known = ids.setdefault(thread, [])
        if len(known) < MOST_PEOPLE:
            known.append(actor_id)
    people = User.objects.in_bulk({pk for known in ids.values() for pk in known})
    return {thread: [person(people[pk]) for pk in known] for thread, known in ids.items()}


def _known(versions: Collection[Version]) -> dict[str, pipeline.MediaStatus]:
    """What is known of the versions' media, by version id."""
    by_project: dict[str, list[Version]] = {}
    for one in versions:
        by_project.setdefault(one.asset.project_id, []).append(one)
    found = {}
    for project_id, rows in by_project.items():
        known = media.known_to(project_id, {row.media_id for row in rows})
        found.update({row.pk: known[row.media_id] for row in rows})
    return found


def _picture(row: Notification, known: pipeline.MediaStatus | None) -> dict[str, Any]:
    """What stands for the line: its own frame with what is drawn on it, else the version's picture."""
    if known is None:
        return {"poster_url": None, "thumbnail": None, "drawing": None}
    comment = row.comment
    thumbnail = media.thumbnail(row.version_id or "", known, comment.frame) if comment is not None else None
    shapes = _drawn(comment) if comment is not None and thumbnail is not None else []
    return {
        "poster_url": media.poster_url(row.version_id or "", known),
        "thumbnail": thumbnail,
        "drawing": {"v": 1, "shapes": shapes} if shapes else None,
    }


def _drawn(comment: Comment) -> list[dict[str, Any]]:
    """What is drawn on the comment's frame; nothing where that is too much for a small picture in a list."""
    if comment.frame not in comment.annotation_frames or not comment.annotation:
        return []
    shapes = [one for one in comment.annotation["shapes"] if one["frame"] == comment.frame]
    return shapes if sum(len(one["points"]) for one in shapes) <= MOST_NUMBERS else []


def place(row: Notification) -> str:
    """What it is about, as people call it."""
    if row.version is not None:
        return f"{row.version.asset.name} v{row.version.number}"
    return row.sequence.name if row.sequence is not None else ""


def timecode(row: Notification, clocks: dict[str, Clock]) -> str | None:
    """Record timecode of the comment's frame; `clocks` are kept by media."""
    if row.comment is None or row.version is None or row.version.media.rate is None:
        return None
    if row.version.media_id not in clocks:
        clocks[row.version.media_id] = Clock(row.version.media)
    return clocks[row.version.media_id].record(row.comment.frame)


def path(row: Notification, *, sees_internal: bool) -> str:
    """Where it leads to."""
    match row.kind:
        case NotificationKind.CHECKS_FAILED:
            return f"/v/{row.version_id}/checks"
        case NotificationKind.DELIVERY | NotificationKind.RECALL:
            return f"/deliveries/{row.delivery_id}" if sees_internal else f"/projects/{row.project_id}/deliveries"
    if row.comment is not None:
        return f"/v/{row.version_id}?frame={row.comment.frame}&comment={row.comment_id}"
    return f"/v/{row.version_id}" if row.version_id else f"/projects/{row.project_id}"


def counts(mine: QuerySet[Notification]) -> dict[str, Any]:
    """NotificationCounts of the API: lines with something unread, in all and by project. One query."""
    waiting = mine.filter(UNREAD).values("project_id", "project__name")
    rows = waiting.annotate(unread=Count("thread", distinct=True)).order_by("project__name", "project_id")
    by_project = [
        {"id": pk, "name": name, "unread": unread}
        for pk, name, unread in rows.values_list("project_id", "project__name", "unread")
    ]
    return {"unread": sum(one["unread"] for one in by_project), "projects": by_project}
