"""At the door of a share link: who is let in, by passphrase or mailed code, or with a name that is burned in."""

import logging
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.mail import send_mail
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext

from review import events
from review.actions import share_names
from review.actions.share_uses import tell_use
from review.guests import is_open
from review.models import Share, ShareCode, SharePass
from review.problems import Problem
from review.secrets import hashed

log = logging.getLogger(__name__)

CODE_DIGITS = 6
CODE_VALID_FOR = timedelta(minutes=10)
CODE_TRIES = 5
SEEN_EVERY = timedelta(minutes=1)
ONCE, UNUSED = timedelta(days=2), timedelta(days=30)  # how long passes are kept that nobody gave a name to
MOST_AT_ONCE = 2_000
# A code is made and mailed beside the request: how long an answer takes does not tell whether an address is on the list.
_post = ThreadPoolExecutor(max_workers=1, thread_name_prefix="share-codes")


def share_of(secret: str) -> Share:
    """The link with this secret. Raises share_closed: unknown, revoked, expired, of an archived project are one."""
    rows = Share.objects.select_related("project", "created_by").filter(secret_hash=hashed(secret), revoked_at=None)
    share = rows.filter(project__archived_at=None).first()
    if share is None or not is_open(share):
        raise Problem("share_closed")
    return share


def admit(
    share: Share,
    *,
    passphrase: str = "",
    email: str = "",
    code: str = "",
    name: str = "",
    browser: str = "",
    known: SharePass | None = None,
) -> SharePass:
    """Let a browser in. Raises share_key_wrong, and share_closed when it was used as often as it may; where the link asks for a
    name (Share.asks_name): guest_name_missing, share_name_invalid, share_names_full.

    `known`: a pass that this browser held before (its session was lost, or the passphrase is another one by now): it goes on
    with it, and that is no further use of the link. Unless it was another recipient's: whoever comes now gets their own, with
    no name yet. `browser`: the one that is to have asked for the code.
    """
    email = email.strip().lower()
    if share.passphrase and not check_password(passphrase, share.passphrase):
        raise Problem("share_key_wrong")
    if share.recipients and not _code_is_right(share, email, code, browser):
        raise Problem("share_key_wrong")
    now = timezone.now()
    if share.asks_name and (name.strip() or known is None or not known.burned_name):
        share_names.burned(name)  # before anything is counted
    else:
        name = ""
    with transaction.atomic():
        events.hold(share.project_id)
        if known is not None and known.share_id == share.pk and known.email in ("", email or known.email):
            known.key_number, known.email, known.last_seen_at = share.key_number, email or known.email, now
            known.save(update_fields=["key_number", "email", "last_seen_at"])
            if name:
                share_names.burn(share, known, name)
            return known
        free = Q(max_uses=None) | Q(uses__lt=F("max_uses"))
        if not Share.objects.filter(free, pk=share.pk).update(uses=F("uses") + 1, last_used_at=now):
            raise Problem("share_closed")
        made = SharePass.objects.create(share=share, key_number=share.key_number, email=email)
        tell_use(share.pk)
        if name:
            share_names.burn(share, made, name)
        events.audit(
            None, "share.open", share, project_id=share.project_id, name=share.name, **({"email": email} if email else {})
        )
    return made


def seen(one: SharePass) -> None:
    """Note that a browser opened the link again, at most once a minute."""
    now = timezone.now()
    if one.last_seen_at >= now - SEEN_EVERY:
        return
    SharePass.objects.filter(pk=one.pk).update(last_seen_at=now)
    if one.share.last_used_at is not None and one.share.last_used_at >= now - SEEN_EVERY:
        return  # another browser was there: nothing to tell, and nothing of the project to lock
    with transaction.atomic():
        events.hold(one.share.project_id)
        lately = Q(last_used_at__gte=now - SEEN_EVERY)
        if Share.objects.filter(pk=one.share_id).exclude(lately).update(last_used_at=now):
            tell_use(one.share_id)


def forget_unused() -> int:
    """Passes without a name of browsers that do not come back, codes and sessions that are over. Returns how many passes.

    Asked from time to time. Where uses are counted a pass stands for one, and stays as long as the link.
    """
    now = timezone.now()
    ended = Q(share__revoked_at__lt=now - UNUSED) | Q(share__expires_at__lt=now - UNUSED)
    away = Q(share__max_uses=None, last_seen_at__lt=now - UNUSED)
    free = Q(share__passphrase="", share__recipients=[], share__max_uses=None)
    once = free & Q(last_seen_at__lt=now - ONCE) & Q(last_seen_at__lt=F("created_at") + SEEN_EVERY)
    rows = SharePass.objects.filter(ended | away | once, guest=None)
    gone = list(rows.values_list("pk", flat=True)[:MOST_AT_ONCE])
    SharePass.objects.filter(pk__in=gone, guest=None).delete()
    ShareCode.objects.filter(expires_at__lt=now).delete()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return len(gone)


def mail_code(share: Share, email: str, browser: str = "") -> None:
    """Mail a recipient a code, to be used in the same browser; an address that is not on the list gets none, and the asker does
    not learn which it was: all that differs is done after the answer."""
    code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
    subject = gettext("%(code)s is your code") % {"code": code}
    text = gettext(
        "Your code to watch what %(person)s shares with you: %(code)s\n\n"
        "It is good for ten minutes. If you did not ask for it, do nothing."
    ) % {"person": share.created_by.display_name, "code": code}
    _post.submit(_mail, share.pk, email.strip().lower(), hashed(browser), code, subject, text)


def _mail(share_id: str, email: str, browser: str, code: str, subject: str, text: str) -> None:
    """Keep the code and mail it, if the address is one of the recipients'."""
    given = {"code_hash": make_password(code), "tries_left": CODE_TRIES, "expires_at": timezone.now() + CODE_VALID_FOR}
    _let_go()
    try:
        share = Share.objects.filter(pk=share_id, revoked_at=None).first()
        if share is None or email not in share.recipients:
            return
        ShareCode.objects.update_or_create(share=share, email=email, browser=browser, defaults=given)
        _send(subject, text, email)
    except DatabaseError:
        log.exception("a code for a share link could not be kept")
    finally:
        _let_go()


def _let_go() -> None:
    """The thread that mails keeps no connection from one mail to the next; in a transaction (tests) it is not its own."""
    if not connection.in_atomic_block:
        close_old_connections()


def _code_is_right(share: Share, email: str, code: str, browser: str) -> bool:
    """Whether this is the newest code that was mailed there for this browser. Each try costs one of five; a right one is used
    up."""
    if email not in share.recipients:
        _as_long(code)
        return False
    rows = ShareCode.objects.filter(share=share, email=email, browser=hashed(browser), expires_at__gt=timezone.now())
    rows = rows.filter(tries_left__gt=0)
    row = rows.first()
    if row is None or not rows.update(tries_left=F("tries_left") - 1):
        _as_long(code)
        return False
    return check_password(code.strip(), row.code_hash) and bool(ShareCode.objects.filter(pk=row.pk).delete()[0])


def _as_long(code: str) -> None:
    """Take the time in which a code is looked at: how long a refusal takes does not tell whether one was mailed there."""
    make_password(code)


def _send(subject: str, text: str, email: str) -> None:
    try:
        send_mail(subject, text, None, [email])
    except OSError:  # also whatever smtplib raises
        log.exception("a code for a share link could not be mailed")
