"""What a mail says: made when it is sent, of what its receiver may see and has not read by then."""

import logging
from collections.abc import Sequence
from email.mime.image import MIMEImage
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media_pipeline import api as pipeline
from review import access
from review.access import Actor, Capability
from review.exports import drawing, raster
from review.languages import chosen_by
from review.models import Comment, Mail, MutedThread, Notification
from review.notifications.choices import Choices
from review.notifications.mail_links import Letter, address
from review.notifications.rules import PERSONAL
from review.notifications.spreading import THROUGH
from review.notifications.words import excerpt, title
from review.selectors import media
from review.selectors.notifications import path, place, timecode
from review.selectors.positions import Clock

log = logging.getLogger(__name__)

MOST_SAID = 3  # the last texts of a thread
MOST_PICTURES = 2
PICTURE_WIDTH = 480  # pixels
CONSOLE = "django.core.mail.backends.console.EmailBackend"


class MailWithPictures(EmailMultiAlternatives):
    mixed_subtype = "related"  # what is attached belongs to its HTML


def letter(mail: Mail) -> EmailMultiAlternatives | None:
    """The message; None if there is nothing to tell (any more)."""
    rows = _told(mail)
    if not rows:
        return None
    with translation.override(chosen_by(mail.user) or settings.LANGUAGE_CODE):
        return _message(mail, rows)


def _told(mail: Mail) -> list[Notification]:
    """Asked again: what they may see, have not read, and still want by mail."""
    person = mail.user
    choices = Choices.of(person.preferences)
    if not person.is_active:
        return []
    muted = set(MutedThread.objects.filter(user=person).values_list("thread", flat=True))
    rows = (
        access.notifications(Actor(person))
        .filter(mail=mail, read_at=None)
        .select_related("actor", "comment", "version__asset", "version__media", "delivery", "sequence")
    )
    return [
        row
        for row in rows.order_by("pk")
        if (row.thread not in muted or row.kind in THROUGH) and choices.want(mail.project_id, personal=row.kind in PERSONAL)
    ]


def _message(mail: Mail, rows: Sequence[Notification]) -> EmailMultiAlternatives:
    threads: dict[str, list[Notification]] = {}
    for row in rows:
        threads.setdefault(row.thread, []).append(row)
    sees_internal = Capability.SEE_INTERNAL in Actor(mail.user).capabilities(mail.project_id)
    clocks: dict[str, Clock] = {}
    items = [_item(mail, told, clocks, sees_internal=sees_internal) for told in threads.values()]
    plainly = settings.EMAIL_BACKEND == CONSOLE  # in a log nobody wants to read HTML
    pictures = [] if plainly else _pictures(items)
    alone = items[0] if len(items) == 1 else None
    whole = Letter(mail.user_id, mail.project_id, rows[0].thread if alone else "")
    shown = {"project": mail.project.name, "items": items, "stop": address(whole), "inbox": f"{settings.PUBLIC_URL}/inbox"}
    message = MailWithPictures(
        subject=_subject(mail, items),
        body=render_to_string("mail/notifications.txt", shown),
        to=[mail.user.email],
        headers=_headers(mail, whole),
    )
    if not plainly:
        message.attach_alternative(render_to_string("mail/notifications.html", shown), "text/html")
    for picture in pictures:
        message.attach(picture)
    return message


def _item(mail: Mail, told: list[Notification], clocks: dict[str, Clock], *, sees_internal: bool) -> dict[str, Any]:
    """One thread: what happened last, the last texts, where it leads to."""
    newest = told[-1]
    said = [{"who": row.actor.display_name if row.actor else "", "text": text} for row in told if (text := excerpt(row))]
    where = " · ".join(part for part in (place(newest), timecode(newest, clocks)) if part)
    return {
        "newest": newest,
        "title": title(newest),
        "said": said[-MOST_SAID:],
        "earlier": max(0, len(said) - MOST_SAID),
        "place": where,
        "url": settings.PUBLIC_URL + path(newest, sees_internal=sees_internal),
        "mute": address(Letter(mail.user_id, mail.project_id, newest.thread)),
        "picture": "",
    }


def _pictures(items: list[dict[str, Any]]) -> list[MIMEImage]:
    """Stills of the first frames that are spoken of, attached: media are private, so no address of theirs is in a mail."""
    found: list[MIMEImage] = []
    for item in items:
        row: Notification = item["newest"]
        if row.comment is None or row.version is None or len(found) == MOST_PICTURES:
            continue
        try:
            data = pipeline.still(row.version.media, row.comment.frame, overlay=_drawn(row.comment), jpeg_width=PICTURE_WIDTH)
        except (pipeline.StillBusyError, pipeline.StillFailedError) as error:
            log.info("a mail goes without its picture: %s", error)
            continue
        if data is not None:
            name = f"frame{len(found) + 1}"
            picture = MIMEImage(data, "jpeg")
            picture.add_header("Content-ID", f"<{name}@twopop>")
            picture.add_header("Content-Disposition", "inline", filename=f"{name}.jpg")
            item["picture"] = f"cid:{name}@twopop"
            found.append(picture)
    return found


def _drawn(comment: Comment) -> bytes | None:
    """What it has drawn on its own frame, as a PNG to lie over the picture."""
    shapes = [one for one in (comment.annotation or {"shapes": []})["shapes"] if one["frame"] == comment.frame]
    size = media.upright_size(comment.version) if shapes else None
    return raster.png(drawing.svg(shapes, *size)) if size is not None else None


def _subject(mail: Mail, items: list[dict[str, Any]]) -> str:
    if len(items) == 1:
        said = f"{items[0]['title']} · {items[0]['place']}" if items[0]["place"] else items[0]["title"]
    else:
        said = ngettext("%(count)s new thing", "%(count)s new things", len(items)) % {"count": len(items)}
    return " ".join(f"[{mail.project.name}] {said}".split())[:200]


def _headers(mail: Mail, whole: Letter) -> dict[str, str]:
    """RFC 8058: one click in the mail program stops the project's mails. The id is the same in each attempt: whoever gets one
    twice, because the server died between sending and noting it, can tell."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "twopop.localhost"
    stop = address(Letter(mail.user_id, mail.project_id))
    headers = {
        "Message-ID": f"<{mail.pk}.told@{host}>",
        "Auto-Submitted": "auto-generated",
        "List-Id": f"{_('Notifications')} <{mail.project_id}.projects.{host}>",
    }
    if settings.PUBLIC_URL:
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    if whole.thread:  # one conversation in the mail program too
        headers["References"] = f"<{whole.thread.replace(':', '.')}.{mail.user_id}@{host}>"
    return headers
