"""What the review page's scripts ask of the API as they begin, in one answer: a request costs more than most of what it asks
for (benchmarks/requests.py). The page names these addresses and the browser fetches them while the scripts load
(`frontend/src/net/early.ts`); nothing is answered here that the API would not answer to the same person."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import resolve

from review import access
from review.access import Actor
from review.models import Version
from review.pages import page

API = "/api/v1/"


def addresses(version: Version) -> list[str]:
    """Paths with their queries, as the scripts write them. Those first without which nothing is drawn."""
    of_version, of_project = f"{API}versions/{version.pk}", f"{API}projects/{version.asset.project_id}"
    return [
        f"{of_version}/media",
        f"{API}assets/{version.asset_id}/versions?page_size=200",
        f"{of_project}/labels?page_size=200",
        f"{of_project}/members?page_size=200",
        f"{of_project}/sessions?running=true",
        f"{of_version}/approvals",
        f"{of_version}/markers?page_size=200",
        f"{of_version}/ghosts?page_size=200",
        f"{of_version}/checks",
        f"{API}me/notifications/counts",
    ]


@page
def room_answers(request: HttpRequest, version_id: str) -> HttpResponse:
    """Two lines for each address: itself, and the JSON that the API answers. One that the API refuses is left out: whoever
    asks for it is told why."""
    version = access.version(Actor.of(request), version_id)
    lines = []
    for address in addresses(version):
        body = _answer(request, address)
        if body is not None:
            lines += [address.encode(), body]
    return HttpResponse(
        b"\n".join(lines), content_type="text/plain; charset=utf-8", headers={"Cache-Control": "private, no-store"}
    )


def _answer(request: HttpRequest, address: str) -> bytes | None:
    path, _, query = address.partition("?")
    asked = HttpRequest()
    asked.method, asked.path, asked.path_info = "GET", path, path
    dropped = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_ACCEPT", "HTTP_RANGE")
    asked.META = {key: value for key, value in request.META.items() if key not in dropped} | {
        "QUERY_STRING": query,
        "PATH_INFO": path,
    }
    asked.GET = QueryDict(query)
    asked._get_scheme = request._get_scheme  # type: ignore[attr-defined]  # addresses in it are as absolute as the page's
    asked.COOKIES, asked.session, asked.user = request.COOKIES, request.session, request.user
    found = resolve(path)
    response = found.func(asked, *found.args, **found.kwargs)
    if response.status_code != 200:
        return None
    return bytes(response.render().content)
