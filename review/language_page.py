"""`/settings/language`: a person's language. Before signing in the browser's own choice is a cookie (`pages/site.ts`)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from review.access import Actor
from review.actions.preferences import set_preferences
from review.languages import NAMES, remember


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    """POST `language`, a code: kept with the person, and in this browser for the pages before signing in."""
    if request.method != "POST":
        return render(request, "review/language.html")
    code = request.POST.get("language", "")
    if code not in NAMES:
        return HttpResponseBadRequest()
    set_preferences(Actor.of(request), language=code)
    response = redirect("language")
    remember(response, code)
    return response
