"""`/s/<secret>`: the door of a share link, and behind it the client's page.

GET changes nothing, whoever asks (chats fetch links for their preview cards): somebody is let in by POST. Where something is
asked for, the door sends it; where nothing is, the client's page is shown at once and sends it by itself while it loads.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from media_pipeline import api as pipeline
from media_pipeline.serve import ServedFile, serve
from review import door_limits, parting
from review.access import Actor, Capability
from review.actions import share_doors, share_names
from review.api.links import base_url
from review.capabilities import GRANTED
from review.guests import GUEST, PASSES, Guest
from review.models import Share, ShareItem, SharePass, ShareRight, Version
from review.problems import Problem
from review.selectors import approvals, media, shares
from review.selectors import sessions as live
from review.selectors.people import person
from review.selectors.shares import shown_items
from review.selectors.stamps import stamp

COOKIE = "share_pass"  # on the path of one link: this browser's pass, so that it and the guest's name outlive the session
COOKIE_DAYS = 400  # browsers keep none longer
# What somebody can put right there.
AT_THE_DOOR = {"share_key_wrong", "guest_name_missing", "share_name_invalid", "share_names_full"}
MOST_PASSES = 30  # per browser; the oldest go
View = Callable[..., HttpResponseBase]


def unlisted(view: View) -> View:
    """For pages whose address is a secret: no search engine lists them, no other site learns the address."""

    @wraps(view)
    def answered(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        response = view(request, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answered


@unlisted
@never_cache
@sensitive_post_parameters("passphrase", "code")
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, secret: str) -> HttpResponse:
    """The client's page for those who are in, the room for members, else the door."""
    try:
        found = share_doors.share_of(secret)
        actor = Actor.of(request, guests=True)
        items = shown_items(found)
        if not items:
            raise Problem("share_closed")
        if Capability.VIEW in actor.capabilities(found.project_id):
            return redirect("version", version_id=items[0][1].pk)
        present = next((one for one in actor.guest.passes if one.share_id == found.pk), None)
        if request.method == "POST":
            return _knock(request, found, secret, present)
        known = _known_pass(request, found) if present is None else None
        if present is not None:
            share_doors.seen(present)
        elif found.protected or not _opens_by_itself(found, known):
            return _door(request, found, secret)
        return render(
            request, "review/client.html", _client_page(request, found, actor, items, secret, present, present or known)
        )
    except Problem as problem:
        return render(request, "review/share_closed.html", {"problem": problem}, status=problem.status)


@unlisted
@require_safe
def poster(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The picture of the preview card, as long as the link is in force; of a protected link there is none."""
    try:
        found = share_doors.share_of(secret)
    except Problem:
        raise Http404 from None
    items = [] if found.protected or found.watermark else shown_items(found)  # no picture without its mark
    known = media.known_of(items[0][1]).poster if items else None
    files = pipeline.rendition(items[0][1].media_id, known.id) if known else None
    if files is None:
        raise Http404
    file = ServedFile(files.path, files.key, files.status.sha256, files.status.mime, cache_control="private, no-cache")
    return serve(request, file, mode="app", x_accel_prefix="", s3=None)


# --- the door -------------------------------------------------------------------------------------------------------------


def _door(
    request: HttpRequest, found: Share, secret: str, *, error: str = "", email: str = "", sent: bool = False, status: int = 200
) -> HttpResponse:
    context = {
        "asks_name": found.asks_name,
        "name": request.POST.get("name", "")[: share_names.LONGEST] or _name_here(request, found),
        "asks_passphrase": bool(found.passphrase),
        "asks_code": bool(found.recipients),
        "code_sent": sent,
        "email": email,
        "error": error,
        **_card(request, found, secret),
    }
    return render(request, "review/share_door.html", context, status=status)


def _knock(request: HttpRequest, found: Share, secret: str, present: SharePass | None) -> HttpResponse:
    email = request.POST.get("email", "").strip()[:254]
    wants_code = request.POST.get("what") == "code" and bool(found.recipients)
    if present is not None and not (found.recipients and email):  # in already; another recipient may still come in
        share_doors.seen(present)
        return _in(request, present, secret)
    known = present or _known_pass(request, found, for_good=True)
    if wait := _wait(request, found, known, mail_to=email if wants_code else None):
        return _too_often(request, found, secret, wait, email="" if wants_code else email)
    browser = door_limits.browser_of(request)
    if wants_code:
        share_doors.mail_code(found, email, browser)
        return _door(request, found, secret, email=email, sent=True)
    try:
        given = {name: request.POST.get(name, "")[:200] for name in ("passphrase", "code", "name")}
        admitted = share_doors.admit(found, **given, email=email, browser=browser, known=known)
    except Problem as problem:
        if problem.code not in AT_THE_DOOR:
            raise
        error = "" if found.asks_name and "name" not in request.POST else _words(problem)
        return _door(request, found, secret, error=error, email=email, sent=bool(email), status=problem.status)
    session = request.session
    session.cycle_key()  # whoever knew the session before is not let in with it
    if known is not None and admitted.pk != known.pk:  # another recipient sits here now: what the one before had is not theirs
        session[PASSES] = []
        session.pop(GUEST, None)
    session[PASSES] = [*(one for one in session.get(PASSES, []) if one != admitted.pk), admitted.pk][-MOST_PASSES:]
    if admitted.guest_id is not None and not session.get(GUEST):
        session[GUEST] = admitted.guest_id
    elif admitted.burned_name and not session.get(GUEST) and not request.user.is_authenticated:  # not to be asked again
        visitor = Actor(None, guest=Guest((admitted.pk,)))
        session[GUEST] = share_names.name_guest(visitor, name=admitted.burned_name).pk
    return _in(request, admitted, secret)


def _in(request: HttpRequest, admitted: SharePass, secret: str) -> HttpResponse:
    response = HttpResponse(status=204) if _by_script(request) else redirect("share", secret=secret)
    response.set_signed_cookie(
        COOKIE, admitted.pk, salt=COOKIE, max_age=COOKIE_DAYS * 86_400, path=f"/s/{secret}", httponly=True,
        secure=settings.HTTPS, samesite="Lax",
    )  # fmt: skip
    return response


def _wait(request: HttpRequest, found: Share, known: SharePass | None, *, mail_to: str | None) -> int:
    """Count this knock; seconds until it would be heard, 0 if it is. `mail_to`: it asks for a code to be mailed there."""
    if mail_to is not None:
        return door_limits.wait_for_code(request, found, known, mail_to)
    wait = door_limits.wait_to_try(request, found, known) if found.protected else door_limits.wait_to_open(request, known)
    name = " ".join(request.POST.get("name", "").split())
    if not wait and found.asks_name and name and name not in shares.burned_names([found.pk]).get(found.pk, ()):
        wait = door_limits.wait_for_name(request, found)
    return wait


def _too_often(request: HttpRequest, found: Share, secret: str, wait: int, *, email: str) -> HttpResponse:
    """What went wrong and when to go on: at the door, where there is one, else as a page of its own."""
    told = {"wait": door_limits.in_words(wait)}
    if _by_script(request):
        problem = Problem("throttled", remedy=gettext("Try again in %(wait)s.") % told)
        response: HttpResponse = JsonResponse(problem.as_dict(), status=problem.status)
    elif found.protected or found.asks_name:
        error = gettext("That was tried too often. You can try again in %(wait)s.") % told
        response = _door(request, found, secret, error=error, email=email, sent=bool(email), status=429)
    else:
        response = render(request, "review/share_wait.html", {"seconds": wait, **told}, status=429)
    response["Retry-After"] = str(wait)
    return response


def _by_script(request: HttpRequest) -> bool:
    """Whether the client's page asks, which is there already."""
    return request.headers.get("Accept") == "application/json"


def _words(problem: Problem) -> str:
    """What is said of it at the door."""
    return str(problem.title) if problem.code == "share_key_wrong" else f"{problem.detail}. {problem.remedy}"


def _opens_by_itself(found: Share, known: SharePass | None) -> bool:
    """Whether the client's page lets this browser in while it loads."""
    if found.asks_name and (known is None or not known.burned_name):
        return False
    return known is not None or shares.state(found) != "used_up"


def _name_here(request: HttpRequest, found: Share) -> str:
    """What whoever comes was called here before, where a name is asked for."""
    if not found.asks_name:
        return ""
    if (known := _known_pass(request, found)) is not None and known.burned_name:
        return known.burned_name
    actor = Actor.of(request, guests=True)
    return actor.user.display_name[: share_names.LONGEST] if actor.user is not None else ""


def _known_pass(request: HttpRequest, found: Share, *, for_good: bool = False) -> SharePass | None:
    """The pass that this browser was given before, whatever became of its session; nobody's yet if somebody else took over
    the browser meanwhile (`for_good`: and it stays so)."""
    try:
        pk = request.get_signed_cookie(COOKIE, salt=COOKIE, default="")
    except signing.BadSignature:
        return None
    one = SharePass.objects.select_related("guest").filter(pk=pk, share=found).first() if pk else None
    if one is not None and parting.is_of_before(request, one):
        if for_good:
            share_names.part_with(SharePass.objects.filter(pk=one.pk))
        one.guest, one.email, one.burned_name = None, "", ""
    return one


# --- the page -------------------------------------------------------------------------------------------------------------


def _card(request: HttpRequest, found: Share, secret: str) -> dict[str, Any]:
    """Of the preview card in chats: title and picture, unless the link is protected; then neither."""
    base = base_url(request)
    items = [] if found.protected else shown_items(found)
    if not items:
        return {"card_title": "", "card_image": ""}
    version = items[0][1]
    has_picture = not found.watermark and media.known_of(version).poster is not None
    title = version.asset.name if len(items) == 1 else gettext("%(name)s and %(more)s more") % {
        "name": version.asset.name, "more": len(items) - 1
    }  # fmt: skip
    return {"card_title": title, "card_image": f"{base}/s/{secret}/poster.jpg" if has_picture else ""}


def _versions_of(shown: list[dict[str, Any]]) -> set[str]:
    return {pk for item in shown for pk in (item["version_id"], *(row["id"] for row in item["versions"]))}


def _client_page(
    request: HttpRequest,
    found: Share,
    actor: Actor,
    items: list[tuple[ShareItem, Version]],
    secret: str,
    present: SharePass | None,
    held: SharePass | None,
) -> dict[str, Any]:
    """What the page is made of. Whoever was not let in yet (`present` is None) is told no more than the link would give to
    anybody who has it. `held`: the pass that this browser goes on with."""
    can = sorted({Capability.VIEW, *(GRANTED[right] for right in found.rights)})
    asset_ids = [version.asset_id for _, version in items]
    stacks: dict[str, list[Version]] = {}
    if Capability.SEE_VERSIONS in can:
        for row in Version.objects.filter(asset_id__in=asset_ids, deleted_at=None).order_by("-number"):
            stacks.setdefault(row.asset_id, []).append(row)
    known = media.known_to(found.project_id, {version.media_id for _, version in items})
    # Who they are again once they are in; of those who are in the session alone says it, as it does to the API.
    user = actor.user or (held.guest if present is None and held is not None else None)
    shown = [
        {
            "version_id": version.pk,
            "name": version.asset.name,
            "number": version.number,
            "poster_url": None if found.watermark else media.poster_url(version.pk, known[version.media_id]),
            "follows": item.asset_id is not None,
            "versions": [
                {"id": row.pk, "number": row.number, "created_at": stamp(row.created_at)}
                for row in stacks.get(version.asset_id, [])
                if row.number <= version.number
            ],
        }
        for item, version in items
    ]
    first = items[0][1]
    status = _media_at_once(found, first)
    page = {
        "items": shown,
        "enter": present is None,
        "media": status,
        "decision": approvals.own_decision(first, user) if Capability.APPROVE in can else None,
        "can": can,
        "me": person(user) if user is not None else None,
        "in_picture": held.burned_name if held is not None and found.asks_name else None,
        "account": user is not None and not user.is_guest,
        "from": found.created_by.display_name,
        "seq": found.project.event_seq,
        "sessions": [live.session(row) for row in live.running_on(_versions_of(shown))],
    }
    early = {"enter": page["enter"], "table": _likely_table(status)}
    return {"page": json.dumps(page), "early": json.dumps(early), "first": first, **_card(request, found, secret)}


def _media_at_once(found: Share, version: Version) -> dict[str, Any] | None:
    """What the API would say of the media, so that the page need not ask. None where pictures carry a mark: which copy is
    whose, and whether it is made, is told to those who are in."""
    if found.watermark:
        return None
    return media.for_guest(media.status(version), original=ShareRight.DOWNLOAD_ORIGINAL in found.rights)


def _likely_table(status: dict[str, Any] | None) -> str | None:
    """The frame table that the player will most likely ask for first: of the best proxy up to 720p."""
    fitting = [one for one in (status or {"renditions": []})["renditions"] if one["kind"] == "proxy" and one["height"] <= 720]
    return max(fitting, key=lambda one: one["height"])["table_url"] if fitting else None
