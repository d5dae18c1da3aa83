"""Live sessions: start, join, let in, hand over, leave, end. What everybody sees at the moment is no action: it passes through
the sockets (review/live/session_room.py), and only where it comes to rest is kept."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from review import access, events
from review.access import Actor, Capability
from review.models import Attendance, ReviewSession, User
from review.problems import Problem
from review.selectors import sessions

PAUSE = timedelta(seconds=30)  # between not being let in and asking again
FORSAKEN = timedelta(minutes=30)  # nobody was there for so long: it is over


class TooSoon(Problem):
    """session_refused: they were not let in, and may ask again in so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__("session_refused", gettext("You can ask again in %(seconds)s seconds.") % {"seconds": seconds})
        self.seconds = seconds


def start_session(actor: Actor, version_id: str, *, waiting_room: bool = False, share_id: str | None = None) -> ReviewSession:
    """The actor hosts a session on this version, and leads it. `share_id`: a link of its project, whose playlist is gone
    through. Raises session_running."""
    with transaction.atomic():
        events.hold(access.version(actor, version_id, Capability.LEAD_SESSION).asset.project_id)
        version = access.version(actor, version_id, Capability.LEAD_SESSION)
        if ReviewSession.objects.filter(version=version, ended_at=None).exists():
            raise Problem("session_running")
        project_id = version.asset.project_id
        share = None if share_id is None else access.share(actor, share_id)
        if share is not None and share.project_id != project_id:
            raise access.NotFound
        row = ReviewSession.objects.create(
            project_id=project_id,
            version=version,
            share=share,
            host=actor.person,
            controller=actor.person,
            waiting_room=waiting_room,
        )
        events.audit(actor.user, "session.start", row, project_id=project_id, version=version.pk)
        events.record(project_id, "session.created", sessions.session(row))
    return row


def join_session(actor: Actor, session_id: str) -> Attendance:
    """The actor's stay in it: the one that is open, or a new one. Who is not of the team waits where there is a waiting room,
    unless they were let in before. Raises session_ended, session_refused (TooSoon)."""
    with transaction.atomic():
        row = _held(actor, session_id)
        stays = Attendance.objects.filter(session=row, user=actor.person)
        if (open_one := stays.filter(left_at=None).select_related("user").first()) is not None:
            return open_one
        inside = Capability.LEAD_SESSION in actor.capabilities(row.project_id) or row.host_id == actor.person.pk
        welcome = inside or not row.waiting_room or stays.exclude(admitted_at=None).exists()
        now = timezone.now()
        refused = None if welcome else stays.filter(refused_at__gt=now - PAUSE).order_by("refused_at").last()
        if refused is not None and refused.refused_at is not None:
            raise TooSoon(int((refused.refused_at + PAUSE - now).total_seconds()) + 1)
        stay = Attendance.objects.create(session=row, user=actor.person, admitted_at=now if welcome else None)
        ReviewSession.objects.filter(pk=row.pk).update(seen_at=now)
        events.audit(actor.user, "session.join", row, project_id=row.project_id, waiting=not welcome)
        _tell(row, stay)
    return stay


def leave_session(session_id: str, user_id: str) -> None:
    """This person's open stay is over. Called by the sockets, also for those who lost the right to be there."""
    with transaction.atomic():
        row = ReviewSession.objects.filter(pk=session_id).first()
        if row is None:
            return
        events.hold(row.project_id)
        stay = _stay(row, user_id)
        if stay is None:
            return
        _over(stay)
        events.audit(stay.user, "session.leave", row, project_id=row.project_id)
        _tell(row, stay)


def admit(actor: Actor, session_id: str, user_id: str, *, admitted: bool) -> Attendance:
    """Let somebody in who waits, or do not: then their stay is over. Nothing happens to who is in. Raises
    attendance_unknown."""
    with transaction.atomic():
        row = _held(actor, session_id, Capability.LEAD_SESSION)
        stay = _stay(row, user_id)
        if stay is None:
            raise Problem("attendance_unknown")
        if stay.admitted_at is not None:
            return stay
        if admitted:
            stay.admitted_at = timezone.now()
            stay.save(update_fields=["admitted_at"])
        else:
            stay.refused_at = timezone.now()
            _over(stay)
        events.audit(actor.user, "session.admit", row, project_id=row.project_id, person=user_id, admitted=admitted)
        _tell(row, stay)
    return stay


def hand_over(actor: Actor, session_id: str, user_id: str) -> ReviewSession:
    """Somebody who is there leads from now on. The host and who leads may say who; of the team anybody once who leads has
    left. Raises attendance_unknown."""
    with transaction.atomic():
        row = _held(actor, session_id)
        me = actor.person.pk
        if me not in (row.host_id, row.controller_id) and (user_id != me or _stay(row, row.controller_id) is not None):
            raise access.Forbidden(Capability.LEAD_SESSION)
        if me not in (row.host_id, row.controller_id):
            access.require(actor, row.project_id, Capability.LEAD_SESSION)
        stay = _stay(row, user_id)
        if stay is None or stay.admitted_at is None:
            raise Problem("attendance_unknown")
        before = row.controller_id
        row.controller = stay.user
        row.save(update_fields=["controller"])
        events.audit(actor.user, "session.hand_over", row, project_id=row.project_id, before=before, to=user_id)
        events.record(row.project_id, "session.updated", sessions.session(row))
    return row


def change_session(actor: Actor, session_id: str, *, waiting_room: bool) -> ReviewSession:
    """Open or close the waiting room. Those who are in stay in."""
    with transaction.atomic():
        row = _held(actor, session_id, Capability.LEAD_SESSION)
        if row.waiting_room != waiting_room:
            row.waiting_room = waiting_room
            row.save(update_fields=["waiting_room"])
            events.audit(actor.user, "session.update", row, project_id=row.project_id, waiting_room=waiting_room)
            events.record(row.project_id, "session.updated", sessions.session(row))
    return row


def end_session(actor: Actor, session_id: str) -> ReviewSession:
    """Over for everybody: by its host, by who leads, or by who manages the project. Ended already: nothing happens."""
    with transaction.atomic():
        events.hold(access.session(actor, session_id).project_id)
        row = access.session(actor, session_id)
        if actor.person.pk not in (row.host_id, row.controller_id):
            access.require(actor, row.project_id, Capability.MANAGE_PROJECT)
        if row.ended_at is None:
            _end(row, actor.user)
    return row


def end_forsaken() -> int:
    """End the sessions in which nobody was for half an hour. Returns how many."""
    count = 0
    old = ReviewSession.objects.filter(ended_at=None, seen_at__lt=timezone.now() - FORSAKEN)
    for pk, project_id in list(old.values_list("pk", "project_id")):
        with transaction.atomic():
            events.hold(project_id)
            row = old.filter(pk=pk).select_related("version__asset", "host", "controller").first()
            if row is not None:
                _end(row, None)
                count += 1
    return count


# --- what the sockets keep: no change that anybody is told of ---------------------------------------------------------------


def claim_epoch(session_id: str) -> int:
    """A new epoch, higher than all before: whoever got it numbers what is seen from now on."""
    with transaction.atomic():
        ReviewSession.objects.filter(pk=session_id).update(epoch=F("epoch") + 1)
        return ReviewSession.objects.values_list("epoch", flat=True).get(pk=session_id)


def keep_rest(session_id: str, seen: dict[str, Any]) -> None:
    """Remember what is seen while nothing moves."""
    ReviewSession.objects.filter(pk=session_id, ended_at=None).update(rest=seen, seen_at=timezone.now())


def keep_alive(session_id: str) -> None:
    """Somebody is there."""
    ReviewSession.objects.filter(pk=session_id, ended_at=None).update(seen_at=timezone.now())


# --- inside -----------------------------------------------------------------------------------------------------------------


def _held(actor: Actor, session_id: str, capability: Capability = Capability.VIEW) -> ReviewSession:
    """The session under its project's lock, still running."""
    events.hold(access.session(actor, session_id, capability).project_id)
    row = access.session(actor, session_id, capability)
    if row.ended_at is not None:
        raise Problem("session_ended")
    return row


def _stay(row: ReviewSession, user_id: str) -> Attendance | None:
    return Attendance.objects.filter(session=row, user_id=user_id, left_at=None).select_related("user").first()


def _over(stay: Attendance) -> None:
    stay.left_at = timezone.now()
    stay.save(update_fields=["left_at", "refused_at"])


def _tell(row: ReviewSession, stay: Attendance) -> None:
    events.record(row.project_id, "session.attended", sessions.attendance(stay, version_id=row.version_id))


def _end(row: ReviewSession, by: User | None) -> None:
    row.ended_at = timezone.now() if by is not None else max(row.seen_at, row.started_at)
    row.save(update_fields=["ended_at"])
    Attendance.objects.filter(session=row, left_at=None).update(left_at=row.ended_at)
    events.audit(by, "session.end", row, project_id=row.project_id)
    events.record(row.project_id, "session.updated", sessions.session(row))
