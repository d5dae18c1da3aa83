"""Notifications on their way by mail. The rows are the truth: `gather` makes one mail of what is due for a person in a project,
`deliver` sends what is due. A mail server that is away holds nothing else up, and nothing is lost by it for days."""

import logging
import smtplib
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone

from review.models import Mail, Notification
from review.notifications.choices import QUIET
from review.notifications.letters import letter

log = logging.getLogger(__name__)

State = Mail.State
LONGEST_QUIET = timedelta(minutes=4)  # while more and more happens, somebody hears of it at last
PAUSES = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6)]
AWAY = timedelta(minutes=1)  # until a mail server that does not answer is asked again
LOST_AFTER = timedelta(minutes=5)  # then whoever was sending is gone
GIVEN_UP_AFTER = timedelta(days=3)
KEPT_FOR = timedelta(days=30)
NOBODY = ".invalid"  # RFC 2606: the demo's people


def possible() -> bool:
    """Whether mails can be made: their links need the address of this installation. Without a mail server they are logged."""
    return bool(settings.PUBLIC_URL) or not settings.EMAIL_HOST


def _pending() -> QuerySet[Notification]:
    return Notification.objects.filter(mail=None, mail_at__isnull=False)


def _due() -> QuerySet[Mail]:
    return Mail.objects.filter(state=State.WAITING, next_at__lte=timezone.now())


def work_waits() -> bool:
    """Whether there is anything to gather or to send now."""
    return _pending().filter(mail_at__lte=timezone.now()).exists() or _due().exists()


def gather() -> int:
    """Make a mail of what is due for each person and project, once it is quiet there. Returns how many were made."""
    now = timezone.now()
    if not possible():
        _pending().update(mail_at=None)
        return 0
    groups = _pending().values("user_id", "project_id", "user__email").annotate(first=Min("mail_at"), last=Max("mail_at"))
    ripe = groups.filter(Q(last__lte=now) | Q(first__lte=now - LONGEST_QUIET), first__lte=now).order_by("first")
    made = 0
    for group in list(ripe):
        rows = _pending().filter(user_id=group["user_id"], project_id=group["project_id"], mail_at__lte=now + QUIET)
        if group["user__email"].endswith(NOBODY):
            rows.update(mail_at=None)
            continue
        with transaction.atomic():
            mail = Mail.objects.create(user_id=group["user_id"], project_id=group["project_id"], next_at=now)
            if rows.update(mail=mail):
                made += 1
            else:  # another process was first
                mail.delete()
    return made


def deliver(*, most: int) -> int:
    """Send what is due, the oldest first, at most so many; how many were tried."""
    count = 0
    for pk in list(_due().order_by("next_at", "created_at").values_list("pk", flat=True)[:most]):
        # Whoever moves the time forward sends it; if that process dies, the time runs out.
        if _due().filter(pk=pk).update(next_at=timezone.now() + LOST_AFTER):
            count += 1
            if not send(Mail.objects.select_related("user", "project").get(pk=pk)):
                _due().update(next_at=timezone.now() + AWAY)
                break
    return count


def send(mail: Mail) -> bool:
    """One attempt, and what follows from it. False if the mail server is away."""
    try:
        message = letter(mail)
        if message is None:
            _ended(mail, State.EMPTY)
        else:
            message.send()
            _ended(mail, State.SENT)
        return True
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        _again(mail, error, for_good=_code(error) >= 500)
        return True
    except OSError as error:  # also what smtplib raises of a server that does not speak, or lets nobody in
        log.warning("the mail server does not take mails: %s", error)
        if mail.created_at < timezone.now() - GIVEN_UP_AFTER:
            _ended(mail, State.FAILED, error)
        else:
            Mail.objects.filter(pk=mail.pk).update(next_at=timezone.now() + AWAY, error=str(error)[:500])
        return False
    except Exception as error:  # a mail that cannot be made holds up no other
        log.exception("mail %s could not be made", mail.pk)
        _again(mail, error, for_good=False)
        return True


def _code(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> int:
    if isinstance(error, smtplib.SMTPDataError):
        return int(error.smtp_code)
    return min((int(code) for code, _ in error.recipients.values()), default=0)


def _again(mail: Mail, error: Exception, *, for_good: bool) -> None:
    if for_good or mail.tries >= len(PAUSES):
        _ended(mail, State.FAILED, error)
        return
    changes = {"next_at": timezone.now() + PAUSES[mail.tries], "tries": mail.tries + 1, "error": str(error)[:500]}
    Mail.objects.filter(pk=mail.pk).update(**changes)


def _ended(mail: Mail, state: Mail.State, error: Exception | None = None) -> None:
    said = str(error)[:500] if error else ""
    Mail.objects.filter(pk=mail.pk).update(state=state, sent_at=timezone.now() if state == State.SENT else None, error=said)
    if state == State.FAILED:
        log.warning("mail %s to user %s is given up: %s", mail.pk, mail.user_id, said)


def forget_old() -> None:
    Mail.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).exclude(state=State.WAITING).delete()
