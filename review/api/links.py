"""Where this installation is, as the one who asks sees it."""

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request


def base_url(request: HttpRequest | Request) -> str:
    """Scheme and host: the setting, or what the request was sent to."""
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"
