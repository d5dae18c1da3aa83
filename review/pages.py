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
    return _of_project(request, project_id, "review/project.html")


@page
def sources(request: HttpRequest, project_id: str) -> HttpResponse:
    """The files of a project in one table."""
    return _of_project(request, project_id, "review/sources.html")


def _of_project(
    request: HttpRequest, project_id: str, template: str, needs: access.Capability = access.Capability.VIEW
) -> HttpResponse:
    actor = Actor.of(request)
    row = access.project(actor, project_id, needs)
    return render(request, template, {"project": row, "capabilities": _capabilities(actor, row)})


@page
def spec(request: HttpRequest, project_id: str) -> HttpResponse:
    """What the project has agreed on, in revisions, and what does not conform."""
    return _of_project(request, project_id, "review/spec.html")


@page
def protocol(request: HttpRequest, project_id: str) -> HttpResponse:
    """How the team works, and who has acknowledged it."""
    return _of_project(request, project_id, "review/protocol.html")


@page
def preflight(request: HttpRequest, project_id: str) -> HttpResponse:
    """Files that are only to be checked."""
    row = access.project(Actor.of(request), project_id, access.Capability.UPLOAD)
    return render(request, "review/preflight.html", {"project": row})


@page
def proxies(request: HttpRequest, project_id: str) -> HttpResponse:
    """Originals and their proxies, and whether these may be used."""
    return _of_project(request, project_id, "review/proxies.html", access.Capability.UPLOAD)


@page
def test_render(request: HttpRequest, project_id: str) -> HttpResponse:
    """Three minutes of a timeline, rendered and checked before the whole is."""
    return _of_project(request, project_id, "review/test_render.html", access.Capability.UPLOAD)


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
def deliveries(request: HttpRequest, project_id: str) -> HttpResponse:
    """What a project has delivered, and whether a file is what was delivered."""
    return _of_project(request, project_id, "review/deliveries.html")


@page
def work(request: HttpRequest, project_id: str) -> HttpResponse:
    """What is uploading, being prepared, failed or superseded, by person; whether a session may start."""
    return _of_project(request, project_id, "review/work.html", access.Capability.SEE_INTERNAL)


@page
def audit(request: HttpRequest, project_id: str) -> HttpResponse:
    """Who did what to what, and when."""
    return _of_project(request, project_id, "review/audit.html", access.Capability.SEE_AUDIT)


@page
def webhooks(request: HttpRequest, project_id: str) -> HttpResponse:
    """Where the project's events are sent."""
    return _of_project(request, project_id, "review/webhooks.html", access.Capability.MANAGE_PROJECT)


@page
def delivery(request: HttpRequest, delivery_id: str) -> HttpResponse:
    """A delivery with its record, for those who see internal comments: the record quotes them."""
    actor = Actor.of(request)
    row = access.delivery(actor, delivery_id, access.Capability.SEE_INTERNAL)
    shown = {"delivery": row, "project": row.project, "capabilities": _capabilities(actor, row.project)}
    return render(request, "review/delivery.html", shown)


@page
def stack(request: HttpRequest, asset_id: str) -> HttpResponse:
    """The versions of a stack: names, gaps, approval, markers, delivery."""
    actor = Actor.of(request)
    row = access.asset(actor, asset_id)
    shown = {"asset": row, "project": row.project, "capabilities": _capabilities(actor, row.project)}
    return render(request, "review/stack.html", shown)


@page
def reviews(request: HttpRequest) -> HttpResponse:
    """What waits for one's own decision."""
    return render(request, "review/reviews.html")


@page
def inbox(request: HttpRequest) -> HttpResponse:
    """What one was told of."""
    return render(request, "review/inbox.html")


@page
def mail_choices(request: HttpRequest) -> HttpResponse:
    """What one hears by mail."""
    return render(request, "review/settings_notifications.html")


@page
def tokens(request: HttpRequest) -> HttpResponse:
    return render(request, "review/tokens.html")
