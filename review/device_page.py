"""`/settings/device`: a person lets a program sign in as them, by the code that it shows."""

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from review.access import Actor
from review.actions import device_logins
from review.api.device_logins import shown_code
from review.problems import Problem

MISSES, MISSES_SECONDS = 20, 900  # RFC 8628, 5.1: short codes must not be guessed at


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def device(request: HttpRequest) -> HttpResponse:
    """GET asks for the code, or shows what the program with it wants and changes nothing; POST answers."""
    actor = Actor.of(request)
    code = (request.POST if request.method == "POST" else request.GET).get("user_code", "")[:40]
    if not code and request.method != "POST":
        return render(request, "review/device.html")
    misses = f"device-misses:{actor.person.pk}"
    try:
        if cache.get(misses, 0) >= MISSES:
            raise Problem("throttled")
        if request.method == "POST":
            allowed = request.POST.get("answer") == "allow"
            login = device_logins.answer(actor, code, allowed=allowed)
            return render(request, "review/device.html", {"login": login, "answered": True, "allowed": allowed})
        login = device_logins.open_login(code)
    except Problem as problem:
        if problem.code == "device_code_invalid":
            cache.add(misses, 0, MISSES_SECONDS)
            cache.incr(misses)
        return render(request, "review/device.html", {"problem": problem, "code": code}, status=problem.status)
    return render(request, "review/device.html", {"login": login, "code": shown_code(login)})
