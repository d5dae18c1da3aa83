"""Locks of sequences: a lease that its holder's activity renews, and that runs out by itself. Others can wait for it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from review import access, events
from review.access import Actor, Capability
from review.models import LockWish, Sequence, SequenceLock, User
from review.problems import Problem
from review.selectors import locks, projects
from review.selectors.people import person


def take(actor: Actor, sequence_id: str, *, minutes: int, note: str | None = None) -> Sequence:
    """Take the lock for so long, or renew one's own; `note` says what for (None: as it was). Raises sequence_locked."""
    with transaction.atomic():
        sequence = _held(actor, sequence_id)
        refuse_locked(sequence.pk, actor.user)
        now = timezone.now()
        row = SequenceLock.objects.filter(sequence=sequence).first()
        mine = row is not None and row.holder_id == actor.person.pk and row.until > now
        said = note if note is not None else row.note if row is not None and mine else ""
        SequenceLock.objects.update_or_create(
            sequence=sequence,
            defaults={
                "holder": actor.person,
                "note": said,
                "minutes": minutes,
                "since": row.since if row is not None and mine else now,
                "until": now + timedelta(minutes=minutes),
            },
        )
        LockWish.objects.filter(sequence=sequence, user=actor.person).delete()
        what = "lock.renew" if mine else "lock.take"
        events.audit(actor.user, what, sequence, project_id=sequence.project_id, minutes=minutes, note=said)
        events.record(sequence.project_id, "sequence.updated", projects.sequence(sequence))
    return sequence


def stay(user_id: str, project_id: str) -> None:
    """This person does something in the project: the locks that they hold in it are theirs for another full lease.

    Called with each audit entry and each part of an upload that arrives, so a lock is renewed (and everybody told) only
    when less than half of it is left. No audit entry of its own: it follows from what was done.
    """
    if not any(map(_fading, locks.held_by(user_id, project_id))):
        return
    with transaction.atomic():
        events.hold(project_id)
        for row in locks.held_by(user_id, project_id):
            if _fading(row):
                row.until = timezone.now() + timedelta(minutes=row.minutes)
                row.save(update_fields=["until"])
                events.record(project_id, "sequence.updated", projects.sequence(row.sequence))


def _fading(row: SequenceLock) -> bool:
    return (row.until - timezone.now()) * 2 < timedelta(minutes=row.minutes)


def release(actor: Actor, sequence_id: str) -> Sequence:
    """Give one's own lock back. Nothing happens if there is none; raises sequence_locked if it is another's."""
    with transaction.atomic():
        sequence = _held(actor, sequence_id)
        refuse_locked(sequence.pk, actor.user)
        release_own(sequence, actor.person)
    return sequence


def release_own(sequence: Sequence, holder: User) -> None:
    """Release the lock if this person holds it. Inside the caller's transaction, which holds the project."""
    if SequenceLock.objects.filter(sequence=sequence, holder=holder).delete()[0]:
        events.audit(holder, "lock.release", sequence, project_id=sequence.project_id)
        _tell_free(sequence, holder, by=holder)


def published(sequence: Sequence, user: User, *, release: bool) -> None:
    """This person has published into the sequence, and waits for it no longer; `release`: their lock is given back with that.
    Inside the caller's transaction, which holds the project."""
    if LockWish.objects.filter(sequence=sequence, user=user).delete()[0]:
        events.record(sequence.project_id, "sequence.updated", projects.sequence(sequence))
    if release:
        release_own(sequence, user)


def let_go(user: User, project_id: str) -> None:
    """This person may lock nothing in the project any more. Inside the caller's transaction, which holds the project."""
    for row in SequenceLock.objects.filter(holder=user, sequence__project_id=project_id).select_related("sequence"):
        release_own(row.sequence, user)
    for wished in LockWish.objects.filter(user=user, sequence__project_id=project_id).select_related("sequence"):
        wished.delete()
        events.record(project_id, "sequence.updated", projects.sequence(wished.sequence))


def force(actor: Actor, sequence_id: str, *, reason: str) -> Sequence:
    """Take the lock away from its holder, who is told why. Nothing happens if there is none."""
    with transaction.atomic():
        events.hold(access.sequence(actor, sequence_id, Capability.FORCE_LOCKS).project_id)
        sequence = access.sequence(actor, sequence_id, Capability.FORCE_LOCKS)
        row = locks.active(sequence.pk)
        if row is not None:
            holder = row.holder
            row.delete()
            events.audit(
                actor.user, "lock.force", sequence, project_id=sequence.project_id,
                holder=holder.pk, sequence=sequence.name, reason=reason,
            )  # fmt: skip
            _tell_free(sequence, holder, by=actor.person, reason=reason)
    return sequence


def wish(actor: Actor, sequence_id: str, *, there: bool) -> Sequence:
    """Wait for the lock, or no longer. The event lock.freed says when it is free and whose turn it is. Raises lock_free."""
    with transaction.atomic():
        sequence = _held(actor, sequence_id)
        row = locks.active(sequence.pk)
        if there:
            if row is None:
                raise Problem("lock_free")
            if row.holder_id == actor.person.pk:
                return sequence
            _, changed = LockWish.objects.get_or_create(sequence=sequence, user=actor.person)
        else:
            changed = bool(LockWish.objects.filter(sequence=sequence, user=actor.person).delete()[0])
        if changed:
            events.audit(actor.user, "lock.wish", sequence, project_id=sequence.project_id, there=there)
            events.record(sequence.project_id, "sequence.updated", projects.sequence(sequence))
        if changed and there and row is not None:
            told = {"sequence_id": sequence.pk, "name": sequence.name, "holder": person(row.holder), "by": person(actor.person)}
            events.record(sequence.project_id, "lock.asked", told)
    return sequence


def refuse_locked(sequence_id: str | None, user: User | None) -> None:
    """Raise sequence_locked if somebody other than `user` holds the sequence's lock."""
    if refused := locks.refusal(sequence_id, user):
        raise refused


def expire_locks() -> int:
    """Tell of the locks whose time is over. Returns how many. Until then they hold nobody up: who asks looks at the time."""
    count = 0
    over = SequenceLock.objects.filter(until__lte=timezone.now())
    for pk, project_id in list(over.values_list("pk", "sequence__project_id")):
        with transaction.atomic():
            events.hold(project_id)
            row = over.filter(pk=pk).select_related("sequence", "holder").first()
            if row is None:
                continue  # renewed or released meanwhile
            row.delete()
            events.audit(None, "lock.expire", row.sequence, project_id=project_id, holder=row.holder_id)
            _tell_free(row.sequence, row.holder)
            count += 1
    return count


def _tell_free(sequence: Sequence, holder: User, *, by: User | None = None, reason: str = "") -> None:
    """Events: how the sequence is now, and for those who wait, that it is free. `by`: who ended the lock; None: time did."""
    events.record(sequence.project_id, "sequence.updated", projects.sequence(sequence))
    told = {
        "sequence_id": sequence.pk,
        "name": sequence.name,
        "holder": person(holder),
        "by": person(by) if by else None,
        "forced_because": reason,
        "waiting": [person(one) for one in locks.waiting(sequence.pk)],
    }
    events.record(sequence.project_id, "lock.freed", told)


def _held(actor: Actor, sequence_id: str) -> Sequence:
    events.hold(access.sequence(actor, sequence_id, Capability.LOCK).project_id)
    return access.sequence(actor, sequence_id, Capability.LOCK)
