from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from review import pages


def healthz(request: HttpRequest) -> HttpResponse:
    """Alive."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/", include("review.api.urls")),
    path("media/", include("review.media_urls")),
    path("accounts/", include("allauth.urls")),
    path("", pages.projects, name="projects"),
    path("projects/<str:project_id>", pages.project, name="project"),
    path("v/<str:version_id>", pages.version, name="version"),
    path("settings/tokens", pages.tokens, name="tokens"),
]
