"""What people choose to hear by mail. Their own business: nobody is told, nothing is audited."""

from dataclasses import replace
from typing import Any

from django.db import transaction

from review import access
from review.access import Actor
from review.models import MutedThread, User
from review.notifications.choices import KEY, Choices


def choose(actor: Actor, *, project_id: str = "", **changes: Any) -> Choices:
    """Change what is named: `about` and `pace`, of a project or of all without a choice of their own (both None for a project:
    as everywhere), `hour` and `time_zone` of daily mails."""
    if project_id:
        access.project(actor, project_id)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=actor.person.pk)
        choices = Choices.of(user.preferences)
        general = {name: changes[name] for name in ("hour", "time_zone") if name in changes}
        choices = replace(choices, **general)
        own = {name: changes[name] for name in ("about", "pace") if name in changes}
        if project_id and own:
            given = {name: value for name, value in own.items() if value is not None}
            choices = choices.with_project(project_id, replace(choices.of_project(project_id), **given) if given else None)
        elif own:
            choices = replace(choices, everywhere=replace(choices.everywhere, **own))
        _keep(user, choices)
    return choices


def _keep(user: User, choices: Choices) -> None:
    user.preferences = {**user.preferences, KEY: choices.stored()}
    user.save(update_fields=["preferences"])


def stop_mails(user_id: str, project_id: str, *, stopped: bool) -> None:
    """By the link in a mail: no more mails to this person about a project (""; about any), or again as by default."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        choices = Choices.of(user.preferences)
        if project_id:
            kept = replace(choices.of_project(project_id), about="nothing" if stopped else "personal")
            choices = choices.with_project(project_id, kept)
        else:
            about = "nothing" if stopped else "personal"
            projects = {} if stopped else choices.projects
            choices = replace(choices, everywhere=replace(choices.everywhere, about=about), projects=projects)
        _keep(user, choices)


def mute_thread(user_id: str, project_id: str, thread: str, *, muted: bool) -> None:
    """Tell this person no more of what belongs to the thread, or again. Mentions and requests still come."""
    if muted:
        MutedThread.objects.get_or_create(user_id=user_id, thread=thread, defaults={"project_id": project_id})
    else:
        MutedThread.objects.filter(user_id=user_id, thread=thread).delete()


def mute_own_thread(actor: Actor, thread: str, *, muted: bool) -> None:
    """The same for a line of one's inbox. Raises NotFound if there is none."""
    row = access.notifications(actor).filter(thread=thread).first()
    if row is None:
        raise access.NotFound
    mute_thread(actor.person.pk, row.project_id, thread, muted=muted)
