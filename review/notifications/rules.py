"""Who is told of what. RULES are read from the top: the first that names a person for an event is why that person is told.

Nobody is told of their own act, nor of what they may not see; that is decided here once more when it is shown or sent.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from review import access, events
from review.approval.machine import Kind as Entered
from review.guests import shows
from review.models import (
    ApprovalEntry,
    Comment,
    Event,
    Membership,
    Mention,
    Notification,
    NotificationKind,
    Role,
    Share,
    Version,
)
from review.notifications import happenings
from review.notifications.happenings import Happening

K = NotificationKind
People = Iterable[str | None]  # ids


@dataclass(frozen=True)
class Rule:
    kind: NotificationKind
    on: tuple[str, ...]  # kinds of events
    whom: Callable[[Happening], People]
    thread: Callable[[Happening], str]  # what belongs together in the inbox
    personal: bool  # it speaks to the person, or of what is theirs: those hear of it who want to hear little
    own: bool = False  # also whoever did it: it is what came of it


# --- whom ---------------------------------------------------------------------------------------------------------------


def _mentioned(now: Happening) -> People:
    """Those whom the comment names, and had not named when they were told of it."""
    told = Notification.objects.filter(kind=K.MENTION, comment=now.comment).values("user_id")
    return Mention.objects.filter(comment=now.comment).exclude(user_id__in=told).values_list("user_id", flat=True)


def _in_the_thread(now: Happening) -> People:
    """Who began the thread, and who replied in it before."""
    assert now.comment is not None, "a comment's event"
    parent = now.comment.parent
    if parent is None:
        return []
    replies = Comment.objects.filter(parent=parent, deleted_at=None, created_at__lt=now.comment.created_at)
    return [parent.author_id, *replies.values_list("author_id", flat=True)]


def _uploader(now: Happening) -> People:
    return [now.version.created_by_id] if now.version else []


def _sharers(guest_id: str | None, version: Version | None) -> People:
    """Who made the links by which a guest came to see this version; nobody for those who came by none."""
    if guest_id is None or version is None:
        return []
    came_by = Share.objects.filter(passes__guest_id=guest_id, revoked_at=None).prefetch_related("items__version").distinct()
    return [share.created_by_id for share in came_by if shows(share, version)]


def _uploader_if_it_begins_a_thread(now: Happening) -> People:
    """And whoever sent its writer the link."""
    if now.comment is None or now.comment.parent_id is not None:
        return []
    return [*_uploader(now), *_sharers(now.comment.author_id, now.version)]


def _asked(now: Happening) -> People:
    return [now.entry.person_id] if now.entry and now.entry.kind == Entered.ASKED else []


def _who_asked(now: Happening) -> People:
    """Whoever asked this person last, or sent them the link, and whose version it is."""
    if now.entry is None or now.entry.kind == Entered.ASKED:
        return []
    rows = ApprovalEntry.objects.filter(version=now.version, kind=Entered.ASKED, person_id=now.entry.person_id)
    return [
        *rows.order_by("-number").values_list("by_id", flat=True)[:1],
        *_sharers(now.entry.person_id, now.version),
        *_uploader(now),
    ]


def _followers(now: Happening) -> People:
    """Who has put versions into the stack, commented in it, or was asked about it."""
    assert now.version is not None, "a version's event"
    inside = Version.objects.filter(asset_id=now.version.asset_id, deleted_at=None)
    wrote = Comment.objects.filter(version__in=inside, deleted_at=None).values_list("author_id", flat=True)
    entries = ApprovalEntry.objects.filter(version__in=inside, kind__in=[Entered.ASKED, Entered.DECIDED])
    return {
        *inside.values_list("created_by_id", flat=True).distinct(),
        *wrote.distinct(),
        *entries.values_list("person_id", flat=True).distinct(),
    }


def _followers_not_asked(now: Happening) -> People:
    """Whoever is asked about this very version hears that instead."""
    asked = ApprovalEntry.objects.filter(version=now.version, kind=Entered.ASKED).values_list("person_id", flat=True)
    return set(_followers(now)) - set(asked)


def _responsible(now: Happening) -> People:
    """Whose version it is, and the project's version controllers; its owners, if it has none."""
    assert now.version is not None, "a version's event"
    roles = dict(Membership.objects.filter(project_id=now.event.project_id).values_list("user_id", "role"))
    control = [pk for pk, role in roles.items() if role == Role.VERSION_CONTROLLER]
    return {now.version.created_by_id, *(control or [pk for pk, role in roles.items() if role == Role.OWNER])}


def _responsible_if_known_to_fail(now: Happening) -> People:
    """Content that was checked before has its report at once."""
    return _responsible(now) if happenings.failed_checks(now.event.payload["checks"]) else []


def _concerned_by_delivery(now: Happening) -> People:
    return {*_followers(now), *_responsible(now)}


def _holder(now: Happening) -> People:
    return [now.event.payload["holder"]["id"]]


def _holder_if_forced(now: Happening) -> People:
    return _holder(now) if now.event.payload["forced_because"] else []


def _waiting(now: Happening) -> People:
    return [one["id"] for one in now.event.payload["waiting"]]


# --- threads ------------------------------------------------------------------------------------------------------------


def _conversation(now: Happening) -> str:
    assert now.comment is not None, "a comment's event"
    return f"comment:{now.comment.parent_id or now.comment.pk}"


def _about(what: str) -> Callable[[Happening], str]:
    def thread(now: Happening) -> str:
        assert now.version is not None, "a version's event"
        return f"{what}:{now.version.asset_id if what == 'stack' else now.version.pk}"

    return thread


def _lock(now: Happening) -> str:
    return f"lock:{now.sequence_id}"


RULES: tuple[Rule, ...] = (
    Rule(K.MENTION, ("comment.created", "comment.updated"), _mentioned, _conversation, personal=True),
    Rule(K.REPLY, ("comment.created",), _in_the_thread, _conversation, personal=True),
    Rule(K.COMMENT, ("comment.created",), _uploader_if_it_begins_a_thread, _about("comments"), personal=False),
    Rule(K.APPROVAL_ASKED, ("approvals.changed",), _asked, _about("approval"), personal=True),
    Rule(K.DECISION, ("approvals.changed",), _who_asked, _about("approval"), personal=True),
    Rule(K.CHECKS_FAILED, ("version.created",), _responsible_if_known_to_fail, _about("file"), personal=True, own=True),
    Rule(K.VERSION, ("version.created",), _followers_not_asked, _about("stack"), personal=False),
    Rule(K.CHECKS_FAILED, ("checks.changed",), _responsible, _about("file"), personal=True),
    Rule(K.MEDIA_FAILED, ("media.changed",), _responsible, _about("file"), personal=True),
    Rule(K.LOCK_ASKED, ("lock.asked",), _holder, _lock, personal=True),
    Rule(K.LOCK_FORCED, ("lock.freed",), _holder_if_forced, _lock, personal=True),
    Rule(K.LOCK_FREE, ("lock.freed",), _waiting, _lock, personal=True),
    Rule(K.DELIVERY, ("delivery.created",), _concerned_by_delivery, _about("delivery"), personal=False),
    Rule(K.RECALL, ("delivery.updated",), _concerned_by_delivery, _about("delivery"), personal=False),
)
PERSONAL: frozenset[str] = frozenset(rule.kind for rule in RULES if rule.personal)


def notifications_of(event: Event) -> list[Notification]:
    """Whom the event is to be told to, and as what; not stored. At most one for each person."""
    chosen: dict[str, tuple[Rule, Happening]] = {}
    rules = [rule for rule in RULES if event.kind in rule.on]
    told = happenings.of(event) if rules else []
    for rule in rules:
        for now in told:
            for user_id in rule.whom(now):
                if user_id is not None and (rule.own or user_id != now.by):
                    chosen.setdefault(user_id, (rule, now))
    return [
        _made(rule, now, user_id)
        for user_id, sees_internal in access.viewers(event.project_id, chosen).items()
        for rule, now in [chosen[user_id]]
        if (sees_internal or not now.internal) and events.is_for(event.audience, sees_internal=sees_internal)
    ]


def _made(rule: Rule, now: Happening, user_id: str) -> Notification:
    return Notification(
        project_id=now.event.project_id,
        user_id=user_id,
        event=now.event,
        kind=rule.kind,
        thread=rule.thread(now),
        actor_id=now.by,
        version=now.version,
        comment=now.comment,
        delivery=now.delivery,
        sequence_id=now.sequence_id,
        detail=now.detail,
        happened_at=now.event.created_at,
    )
