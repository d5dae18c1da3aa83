"""The pages of live sessions: those of a project, and the minutes of one. They need no script but for local times."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from review import access
from review.access import Actor, Capability
from review.pages import page
from review.selectors import minutes as found
from review.selectors import sessions as rows

MOST = 200  # sessions on one page, the newest


@page
def sessions(request: HttpRequest, project_id: str) -> HttpResponse:
    """The live sessions of a project, the newest first."""
    actor = Actor.of(request)
    project = access.project(actor, project_id)
    shown = {"project": project, "capabilities": " ".join(sorted(actor.capabilities(project.pk)))}
    return render(request, "review/sessions.html", {**shown, "sessions": rows.of_project(project.pk)[:MOST]})


@page
def minutes(request: HttpRequest, session_id: str) -> HttpResponse:
    """Who was there, what was said and drawn, what was decided."""
    actor = Actor.of(request)
    row = access.session(actor, session_id)
    granted = actor.capabilities(row.project_id)
    data = found.shown(found.of_session(row, sees_internal=Capability.SEE_INTERNAL in granted))
    shown = {"session": row, "project": row.project, "capabilities": " ".join(sorted(granted))}
    return render(request, "review/minutes.html", {**shown, "minutes": data})
