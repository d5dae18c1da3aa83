"""Secrets of share links: derived from the installation's secret key and the row's salt. So a link can be copied again by those
who may, while a copy of the database alone opens none of them. With another key old links go on (their hashes find them), but
can no longer be read out."""

import base64

from django.utils.crypto import salted_hmac

from review.models import Share
from review.secrets import hashed


def derived_secret(share: Share) -> str:
    """192 bits, safe in addresses."""
    digest = salted_hmac("review.shares", f"{share.pk}:{share.salt}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


def secret_of(share: Share) -> str | None:
    """The secret in the link's address; None if it was made under another key of the installation."""
    secret = derived_secret(share)
    return secret if hashed(secret) == share.secret_hash else None
