"""What people chose to hear by mail, as the API and the page behind a mail's link show it."""

from typing import Any

from django.conf import settings

from review import access
from review.access import Actor
from review.models import MutedThread, Project, User
from review.notifications import mailing
from review.notifications.choices import Choices
from review.notifications.mail_links import Letter
from review.notifications.words import title
from review.selectors.notifications import place


def mail_choices(actor: Actor) -> dict[str, Any]:
    """MailChoices of the API."""
    person = User.objects.get(pk=actor.person.pk)
    choices = Choices.of(person.preferences)
    rows = access.projects(actor).order_by("name", "pk").values_list("pk", "name")
    return {
        "address": person.email,
        "sent": bool(settings.EMAIL_HOST) and mailing.possible(),
        "about": choices.everywhere.about,
        "pace": choices.everywhere.pace,
        "hour": choices.hour,
        "time_zone": choices.time_zone,
        "server_time_zone": settings.DIGEST_TIME_ZONE,
        "projects": [
            {
                "id": pk,
                "name": name,
                "own": pk in choices.projects,
                "about": choices.of_project(pk).about,
                "pace": choices.of_project(pk).pace,
            }
            for pk, name in rows
        ],
        "muted": MutedThread.objects.filter(user=person).count(),
    }


def about(letter: Letter) -> dict[str, Any] | None:
    """What a mail was about, for whoever opens its link; None if its person or project is gone. Of project and thread only what
    they may still see: whoever is no longer there is told of neither."""
    person = User.objects.filter(pk=letter.user_id, is_active=True).first()
    project = Project.objects.filter(pk=letter.project_id).first()
    if person is None or project is None:
        return None
    rows = access.notifications(Actor(person)).filter(thread=letter.thread).order_by("-pk")
    newest = rows.select_related("actor", "version__asset", "sequence").first() if letter.thread else None
    said = "" if newest is None else " · ".join(part for part in (title(newest), place(newest)) if part)
    name = project.name if access.projects(Actor(person)).filter(pk=project.pk).exists() else ""
    return {"project": name, "about": said, "thread": letter.thread}
