"""Routes of the sockets. Every one of them has a line in tests/review/test_access_matrix.py."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.conf import settings
from django.urls import path

from review.live.consumers import LiveConsumer
from review.live.session_consumer import SessionConsumer

websocket_urlpatterns: list[Any] = [
    path("ws/projects/<str:project_id>", LiveConsumer.as_asgi()),  # type: ignore[arg-type]  # Channels' own use of path()
    path("ws/versions/<str:version_id>", LiveConsumer.as_asgi()),  # type: ignore[arg-type]  # as above
    path("ws/sessions/<str:session_id>", SessionConsumer.as_asgi()),  # type: ignore[arg-type]  # as above
]

AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]


def same_origin(application: AsgiApp) -> AsgiApp:
    """Refuse sockets that a page of another site opens: browsers send cookies along, and always name the origin.

    Allowed are the host the socket was sent to, TWOPOP_PUBLIC_URL and TWOPOP_TRUSTED_ORIGINS. No origin is refused too.
    A socket with a ticket comes from anywhere: its cookies count for nothing, and no other site can have got the ticket.
    """

    async def checked(scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        host = headers.get(b"host", b"").decode("latin-1")
        trusted = {settings.PUBLIC_URL, *settings.CSRF_TRUSTED_ORIGINS} - {""}
        with_ticket = "ticket" in parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if with_ticket or origin in trusted or (host and origin and urlsplit(origin).netloc == host):
            await application(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 4403})  # before accept: the handshake is answered with 403

    return checked


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "websocket.close", "code": 4404})


_rest: list[Any] = [path("<path:rest>", _nothing)]  # type: ignore[arg-type]  # ASGI in the stubs
websocket_application: AsgiApp = same_origin(AuthMiddlewareStack(URLRouter([*websocket_urlpatterns, *_rest])))  # type: ignore[arg-type]  # ASGI in the stubs
