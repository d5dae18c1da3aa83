from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_safe

from review import (
    companions,
    device_page,
    invite_page,
    language_page,
    mail_page,
    pages,
    room_answers,
    session_pages,
    share_page,
)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive."""
    return HttpResponse("ok", content_type="text/plain")


def closed(request: HttpRequest) -> HttpResponse:
    """Pages of allauth that are not for us. Nobody changes their own address: projects add people by it, and an address
    that nobody verified could be somebody else's."""
    raise Http404


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/", include("review.api.urls")),
    path("media/", include("review.media_urls")),
    path("invite/<str:secret>", invite_page.invite, name="invite"),
    path("s/<str:secret>", share_page.share, name="share"),
    path("s/<str:secret>/poster.jpg", share_page.poster, name="share_poster"),
    path("accounts/email/", closed),
    path("accounts/", include("allauth.urls")),
    path("", pages.projects, name="projects"),
    path("projects/<str:project_id>", pages.project, name="project"),
    path("projects/<str:project_id>/preflight", pages.preflight, name="preflight"),
    path("projects/<str:project_id>/proxies", pages.proxies, name="proxies"),
    path("projects/<str:project_id>/test-render", pages.test_render, name="test_render"),
    path("projects/<str:project_id>/sources", pages.sources, name="sources"),
    path("projects/<str:project_id>/spec", pages.spec, name="spec"),
    path("projects/<str:project_id>/protocol", pages.protocol, name="protocol"),
    path("v/<str:version_id>", pages.version, name="version"),
    path("v/<str:version_id>/answers", room_answers.room_answers, name="room_answers"),
    path("v/<str:version_id>/checks", pages.sync_report, name="sync_report"),
    path("projects/<str:project_id>/deliveries", pages.deliveries, name="deliveries"),
    path("projects/<str:project_id>/work", pages.work, name="work"),
    path("projects/<str:project_id>/audit", pages.audit, name="audit"),
    path("projects/<str:project_id>/webhooks", pages.webhooks, name="webhooks"),
    path("projects/<str:project_id>/sessions", session_pages.sessions, name="sessions"),
    path("sessions/<str:session_id>", session_pages.minutes, name="minutes"),
    path("deliveries/<str:delivery_id>", pages.delivery, name="delivery"),
    path("stacks/<str:asset_id>", pages.stack, name="stack"),
    path("inbox", pages.inbox, name="inbox"),
    path("reviews", pages.reviews, name="reviews"),
    path("companions", companions.companions, name="companions"),
    path("companions/<str:filename>", companions.download, name="companion"),
    path("settings/tokens", pages.tokens, name="tokens"),
    path("settings/device", device_page.device, name="device"),
    path("settings/notifications", pages.mail_choices, name="mail_choices"),
    path("mail/<str:letter>", mail_page.mail, name="mail"),
    path("settings/language", language_page.language, name="language"),
]
