"""The ASGI application: Django, the raw upload path, and the live sockets."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "review.settings")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402 -- Django must be set up first

from review.live.routing import websocket_application  # noqa: E402

application = ProtocolTypeRouter({"http": django_application, "websocket": websocket_application})
