"""The ASGI application: Django, the raw upload path, and the live sockets."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "review.settings")

import django

django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter  # noqa: E402 -- Django must be set up first

from review.live.routing import websocket_application  # noqa: E402
from review.request_actor import actor_of  # noqa: E402
from review.request_threads import ThreadedHandler  # noqa: E402
from review.uploads import sweeper  # noqa: E402
from review.uploads.application import UploadApplication  # noqa: E402

django_application = ThreadedHandler()
upload_application = UploadApplication(actor_of)


async def http(scope, receive, send):  # type: ignore[no-untyped-def]  # the ASGI interface; typed where it is used
    """Uploads go past Django, which would read their bodies before it looks at their headers."""
    path = scope["path"]
    application = upload_application if path == "/files" or path.startswith("/files/") else django_application
    await application(scope, receive, send)


housekeeping = sweeper.Lifespan(sweeper.run, sweeper.run_out_locks)
application = ProtocolTypeRouter({"http": http, "websocket": websocket_application, "lifespan": housekeeping})
