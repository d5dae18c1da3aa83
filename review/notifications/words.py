"""What a notification says, in the language that is spoken at the moment."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from review.models import Notification, NotificationKind

K = NotificationKind
LONGEST_EXCERPT = 280


def title(row: Notification) -> str:
    """One sentence without its full stop: who did what."""
    who = row.actor.display_name if row.actor else _("Somebody")
    detail: dict[str, Any] = row.detail
    name = detail.get("name", "")
    match row.kind:
        case K.MENTION:
            return _("%(who)s mentions you") % {"who": who}
        case K.REPLY:
            return _("%(who)s replied in your thread") % {"who": who}
        case K.COMMENT:
            if row.version is not None and row.version.created_by_id != row.user_id:
                return _("%(who)s commented on what you shared") % {"who": who}
            return _("%(who)s commented on your version") % {"who": who}
        case K.APPROVAL_ASKED:
            return _("%(who)s asks for your approval") % {"who": who}
        case K.DECISION:
            return decision_words(who, detail["decision"])
        case K.VERSION:
            return _("%(who)s put up a new version") % {"who": who}
        case K.MEDIA_FAILED:
            return _("The file could not be prepared")
        case K.CHECKS_FAILED:
            errors = detail.get("errors")
            return _("The sync checks found errors") if errors is None else failed_words(errors)
        case K.LOCK_ASKED:
            return _("%(who)s waits for your lock of %(name)s") % {"who": who, "name": name}
        case K.LOCK_FREE:
            return _("%(name)s is free: you wait for its lock") % {"name": name}
        case K.LOCK_FORCED:
            return _("%(who)s took the lock of %(name)s from you") % {"who": who, "name": name}
        case K.DELIVERY:
            return _("%(who)s delivered %(name)s") % {"who": who, "name": name}
        case _other:
            return _("%(who)s recalled the delivery of %(name)s") % {"who": who, "name": name}


def failed_words(errors: int) -> str:
    found = ngettext("The sync checks found %(count)s error", "The sync checks found %(count)s errors", errors)
    return found % {"count": errors}


def decision_words(who: str, decision: str) -> str:
    match decision:
        case "approved":
            return _("%(who)s approves") % {"who": who}
        case "approved_with_notes":
            return _("%(who)s approves with notes") % {"who": who}
        case "changes_requested":
            return _("%(who)s asks for changes") % {"who": who}
        case _other:
            return _("%(who)s takes back what they had decided") % {"who": who}


def excerpt(row: Notification) -> str:
    """What was said with it, its beginning; "" if nothing was."""
    text = row.comment.text if row.comment is not None else str(row.detail.get("text", ""))
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_EXCERPT else flat[: LONGEST_EXCERPT - 1].rstrip() + "…"
