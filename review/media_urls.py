"""Media bytes: renditions under immutable addresses, and the original as a download. Access is checked for each request."""

import base64

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from media_pipeline import api as pipeline
from media_pipeline.models import Rendition
from media_pipeline.serve import S3Target, ServedFile, content_disposition, serve
from media_pipeline.storage import get_storage
from review import access
from review.access import Actor, Capability, Forbidden, NotFound
from review.models import Version
from review.problems import Problem
from review.request_actor import actor_of
from review.selectors import media

TABLE_EXTENSION = "tpfi"
TABLE_TYPE = "application/octet-stream"
NEVER_SERVED = frozenset({Rendition.Kind.FEATURES, Rendition.Kind.MEASUREMENTS, Rendition.Kind.CORRECTED})

BESIDE_MARKS = frozenset({Rendition.Kind.SPRITES, Rendition.Kind.WAVEFORM, Rendition.Kind.SOUND, Rendition.Kind.LEVELS})


def _s3() -> S3Target | None:
    return S3Target(**settings.SERVE_S3) if settings.SERVE_MODE == "s3" else None


def _serve(request: HttpRequest, file: ServedFile) -> HttpResponseBase:
    try:
        return serve(request, file, mode=settings.SERVE_MODE, x_accel_prefix=settings.SERVE_X_ACCEL_PREFIX, s3=_s3())
    except FileNotFoundError:
        raise NotFound from None  # superseded, and reaped since


# To guests: their link may be revoked or end. What was shown may be kept by the browser, but it asks each time whether it may.
ASKED_ANEW = "private, no-cache"


def _known(request: HttpRequest, *, guests: bool = False) -> Actor:
    actor = actor_of(request, guests=guests)
    if actor.is_nobody:
        raise Problem("not_authenticated")
    return actor


def _version(request: HttpRequest, version_id: str, capability: Capability) -> tuple[Actor, Version]:
    actor = _known(request, guests=True)
    return actor, access.version(actor, version_id, capability)


def _refusal(error: Exception) -> HttpResponse:
    match error:
        case Problem():
            problem = error
        case Forbidden():
            problem = Problem(
                "forbidden", gettext("Your role in this project lacks “%(capability)s”.") % {"capability": error.capability}
            )
        case _:
            problem = Problem("not_found")
    response = JsonResponse(problem.as_dict(), status=problem.status, content_type="application/problem+json")
    response["Cache-Control"] = "no-store"
    if problem.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="twopop"'
    return response


def _require_mark(actor: Actor, version: Version, file: pipeline.RenditionStatus) -> None:
    """Marked copies are for those whose mark they carry, and are all that these get beside sound and hover thumbnails."""
    own = actor.mark_on(version)
    if own is None:
        fits = file.kind != Rendition.Kind.WATERMARKED
    elif file.kind == Rendition.Kind.WATERMARKED:
        fits = file.label.rpartition(".")[2] == own.mark.subject(own.owner)
    else:
        fits = file.kind in BESIDE_MARKS
    if not fits:
        raise NotFound


@require_safe
def rendition(request: HttpRequest, version_id: str, rendition_id: str, digest: str, extension: str) -> HttpResponseBase:
    """A rendition's bytes, or (extension "tpfi") its frame table. The original as a rendition is what reviewers play."""
    try:
        actor, version = _version(request, version_id, Capability.VIEW)
        by_link = bool(actor.shares_of(version))
        files = pipeline.rendition(version.media_id, rendition_id)
        if files is None or files.status.kind in NEVER_SERVED or files.status.sha256[:16] != digest:
            raise NotFound
        if by_link and files.status.kind == Rendition.Kind.ORIGINAL:
            access.require_on(actor, version, Capability.DOWNLOAD_ORIGINAL)
        _require_mark(actor, version, files.status)
        cache = {"cache_control": ASKED_ANEW} if by_link else {}
        if extension == TABLE_EXTENSION and files.table_path is not None and files.table_key is not None:
            file = ServedFile(files.table_path, files.table_key, f"{files.status.sha256}-table", TABLE_TYPE, **cache)
        elif extension == files.status.extension:
            file = ServedFile(files.path, files.key, files.status.sha256, files.status.mime, **cache)
        else:
            raise NotFound
        return _serve(request, file)
    except (Problem, Forbidden, NotFound) as error:
        return _refusal(error)


@require_safe
def original(request: HttpRequest, version_id: str) -> HttpResponseBase:
    """The file as it was uploaded, under the name it had then."""
    try:
        _, version = _version(request, version_id, Capability.DOWNLOAD_ORIGINAL)
        source = version.media
        file = ServedFile(
            get_storage().local_path(source.original_key),
            source.original_key,
            source.sha256,
            "application/octet-stream",
            cache_control="private, no-cache",  # the right to download may be withdrawn
            download_as=version.original_name,
        )
        return _serve(request, file)
    except (Problem, Forbidden, NotFound) as error:
        return _refusal(error)


@require_safe
def proxy(request: HttpRequest, version_id: str) -> HttpResponseBase:
    """The best proxy as a download, named as the version is; frame N of it is frame N of the version."""
    try:
        actor, version = _version(request, version_id, Capability.DOWNLOAD_PROXY)
        if own := actor.mark_on(version):
            proxies = list(pipeline.marked(version.media, own.mark, owner=own.owner).renditions)
        else:
            proxies = [one for one in media.known_of(version).renditions if one.kind == Rendition.Kind.PROXY and one.complete]
        best = max(proxies, key=lambda one: one.height or 0, default=None)
        files = best and pipeline.rendition(version.media_id, best.id)
        if not files:
            raise NotFound
        status = files.status
        name = f"{version.asset.name} V{version.number}.{status.extension}".replace("/", "-")
        return _serve(request, ServedFile(files.path, files.key, status.sha256, status.mime, ASKED_ANEW, name))
    except (Problem, Forbidden, NotFound) as error:
        return _refusal(error)


@require_safe
def attachment(request: HttpRequest, attachment_id: str, part: str) -> HttpResponseBase:
    """A file of a comment. What was made here ("shown", "thumb") is shown by browsers; the file as it came ("original") is a
    download and nothing else, whatever it holds."""
    try:
        actor = _known(request, guests=True)
        row = access.attachment(actor, attachment_id)
        enclosed = pipeline.enclosed_file(row.enclosure, part) if part in ("original", "shown", "thumb") else None
        if enclosed is None:
            raise NotFound
        mime = enclosed.mime if enclosed.inline else "application/octet-stream"
        name = "" if enclosed.inline else row.name
        # The comment may be deleted or become internal: what was shown may be kept by the browser, but asked for anew.
        file = ServedFile(enclosed.path, enclosed.key, enclosed.tag, mime, "private, no-cache", name)
        return _serve(request, file)
    except (Problem, Forbidden, NotFound) as error:
        return _refusal(error)


@require_safe
def delivered(request: HttpRequest, delivery_id: str, part: str) -> HttpResponseBase:
    """A delivered file under its delivered name ("file"), or its checksum as `sha256sum -c` reads it ("sha256")."""
    try:
        actor = _known(request)
        row = access.delivery(actor, delivery_id, Capability.DOWNLOAD_ORIGINAL)
        if part == "sha256":
            response: HttpResponseBase = HttpResponse(f"{row.sha256}  {row.name}\n", content_type="text/plain; charset=utf-8")
            response["Content-Disposition"] = content_disposition(f"{row.name}.sha256")
            response["Cache-Control"] = "private, no-cache"
            return response
        if part != "file":
            raise NotFound
        source = row.version.media
        key = source.original_key
        file = ServedFile(
            get_storage().local_path(key), key, source.sha256, "application/octet-stream",
            cache_control="private, no-cache", download_as=row.name,
        )  # fmt: skip
        response = _serve(request, file)
        encoded = base64.b64encode(bytes.fromhex(source.sha256)).decode()
        # RFC 9530, and RFC 3230 for older clients: of the whole file, whatever range of it is sent.
        response["Repr-Digest"] = f"sha-256=:{encoded}:"
        response["Digest"] = f"sha-256={encoded}"
        return response
    except (Problem, Forbidden, NotFound) as error:
        return _refusal(error)


urlpatterns = [
    path("deliveries/<str:delivery_id>/<str:part>", delivered, name="delivered"),
    path("attachments/<str:attachment_id>/<str:part>", attachment, name="attachment"),
    path("<str:version_id>/original", original, name="original"),
    path("<str:version_id>/proxy", proxy, name="proxy"),
    path("<str:version_id>/<str:rendition_id>/<str:digest>.<str:extension>", rendition, name="rendition"),
]
