"""What a chat is told of an event: a sentence, what was said, where it leads to. Most events say nothing to people."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from review.approval.machine import Kind as Entered
from review.models import Event, Project, User
from review.notifications import happenings
from review.notifications.happenings import Happening
from review.notifications.words import decision_words, failed_words
from review.selectors.positions import Clock

GOOD, BAD, PLAIN = "good", "bad", "plain"
SILENT = frozenset({"comment.updated"})  # told to those who are named in it, not to a whole chat


@dataclass(frozen=True)
class Headline:
    """`title` and `text` are plain text, as people wrote it: each format escapes it in its own way."""

    title: str
    project: str
    url: str  # absolute
    text: str = ""
    place: str = ""  # stack, version, timecode
    tone: str = PLAIN


def speaks(event: Event) -> bool:
    """Whether a chat is told of this event."""
    return event.kind not in SILENT and bool(happenings.of(event))


def headline(event: Event, *, internal: bool) -> Headline | None:
    """What is said of the event now; None if there is nothing (any more), or nothing for those without `internal`."""
    now = next(iter(happenings.of(event)), None)
    if now is None or (now.internal and not internal):
        return None
    title, text, tone = _said(now)
    project = Project.objects.values_list("name", flat=True).get(pk=event.project_id)
    return Headline(title, project, settings.PUBLIC_URL + _path(now), text, _place(now), tone)


def greeting(project: Project) -> Headline:
    """The message by which a chat is tried."""
    url = f"{settings.PUBLIC_URL}/projects/{project.pk}"
    return Headline(
        _("Twopop can write here"), project.name, url, _("This is a test: it was asked for on the page of webhooks.")
    )


def _said(now: Happening) -> tuple[str, str, str]:
    """Title, text, tone."""
    who = _name(now.by)
    event, text = now.event, str(now.detail.get("text", ""))
    if now.comment is not None:
        title = _("%(who)s replies") if now.comment.parent_id else _("%(who)s comments")
        return title % {"who": who}, now.comment.text, PLAIN
    if now.entry is not None:
        if now.entry.kind == Entered.ASKED:
            return _("%(who)s asks %(person)s for approval") % {"who": who, "person": _name(now.entry.person_id)}, text, PLAIN
        decision = now.detail["decision"]
        tone = BAD if decision == "changes_requested" else GOOD if decision.startswith("approved") else PLAIN
        return decision_words(who, decision), text, tone
    if now.delivery is not None:
        recalled = event.kind == "delivery.updated"
        title = _("%(who)s recalled the delivery of %(name)s") if recalled else _("%(who)s delivered %(name)s")
        return title % {"who": who, "name": now.detail["name"]}, text, BAD if recalled else GOOD
    if event.kind == "checks.changed":
        return failed_words(now.detail["errors"]), "", BAD
    if event.kind == "media.changed":
        return _("The file could not be prepared"), "", BAD
    if event.kind == "version.created":
        return _("%(who)s put up a new version") % {"who": who}, now.version.note if now.version else "", PLAIN
    if event.kind == "lock.asked":
        return _("%(who)s waits for the lock of %(name)s") % {"who": who, "name": now.detail["name"]}, "", PLAIN
    return _("%(name)s is free") % {"name": now.detail["name"]}, text, PLAIN


def _name(user_id: str | None) -> str:
    user = User.objects.filter(pk=user_id).first() if user_id else None
    return user.display_name if user else _("Somebody")


def _place(now: Happening) -> str:
    if now.version is None:
        return ""
    place = f"{now.version.asset.name} v{now.version.number}"
    if now.comment is None or now.version.media.rate is None:
        return place
    timecode = Clock(now.version.media).record(now.comment.frame)
    return f"{place} · {timecode}" if timecode else place


def _path(now: Happening) -> str:
    if now.comment is not None:
        return f"/v/{now.comment.version_id}?frame={now.comment.frame}&comment={now.comment.pk}"
    if now.delivery is not None:
        return f"/deliveries/{now.delivery.pk}"
    if now.version is None:
        return f"/projects/{now.event.project_id}"
    return f"/v/{now.version.pk}/checks" if now.event.kind == "checks.changed" else f"/v/{now.version.pk}"
