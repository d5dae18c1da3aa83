"""The pages: shells that name what they show. Their scripts fetch the rest from the API."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from review import access
from review.access import Actor, Forbidden, NotFound
from review.models import Project
from review.preferences import preferences_of

Page = Callable[..., HttpResponse]


def page(view: Page) -> Page:
    """A page for signed-in people. What they may not see answers 404 like what does not exist; the scripts of the page
    find the CSRF token in its cookie."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except NotFound:
            raise Http404 from None
        except Forbidden as error:
            raise PermissionDenied from error

    return login_required(require_safe(ensure_csrf_cookie(guarded)))


def _capabilities(actor: Actor, project: Project) -> str:
    return " ".join(sorted(actor.capabilities(project.pk)))


@page
def projects(request: HttpRequest) -> HttpResponse:
    return render(request, "review/projects.html")


@page
def project(request: HttpRequest, project_id: str) -> HttpResponse:
    actor = Actor.of(request)
    row = access.project(actor, project_id)
    return render(request, "review/project.html", {"project": row, "capabilities": _capabilities(actor, row)})


@page
def sources(request: HttpRequest, project_id: str) -> HttpResponse:
    """The files of a project in one table."""
    return render(request, "review/sources.html", {"project": access.project(Actor.of(request), project_id)})


@page
def preflight(request: HttpRequest, project_id: str) -> HttpResponse:
    """Files that are only to be checked."""
    row = access.project(Actor.of(request), project_id, access.Capability.UPLOAD)
    return render(request, "review/preflight.html", {"project": row})


@page
def version(request: HttpRequest, version_id: str) -> HttpResponse:
    """The review page. `?frame=`, `?timecode=` and `?comment=` say where to land; the page's script reads them."""
    actor = Actor.of(request)
    row = access.version(actor, version_id)
    shown = {"version": row, "project": row.asset.project, "capabilities": _capabilities(actor, row.asset.project)}
    own = json.dumps(preferences_of(actor.person.preferences))
    return render(request, "review/room.html", {**shown, "preferences": own})


@page
def sync_report(request: HttpRequest, version_id: str) -> HttpResponse:
    """What the sync checks say of a version, for reading and printing."""
    actor = Actor.of(request)
    row = access.version(actor, version_id)
    shown = {"version": row, "project": row.asset.project, "capabilities": _capabilities(actor, row.asset.project)}
    return render(request, "review/checks.html", shown)


@page
def tokens(request: HttpRequest) -> HttpResponse:
    return render(request, "review/tokens.html")
