"""How a receiver knows that a webhook comes from here: HMAC-SHA256 over time and body."""

import hashlib
import hmac

from django.utils.crypto import salted_hmac

from review.models import Webhook

PREFIX = "whsec_"


def key_of(webhook: Webhook) -> str:
    """The key of a webhook: derived from the installation's secret key and the row's salt, so that no copy lies anywhere."""
    return PREFIX + salted_hmac("review.webhooks", f"{webhook.pk}:{webhook.salt}", algorithm="sha256").hexdigest()


def signature(key: str, body: bytes, *, at: int) -> str:
    """Value of the header `Twopop-Signature`: `t=<seconds>,v1=<hex of HMAC-SHA256(key, "<seconds>." + body)>`."""
    digest = hmac.new(key.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
