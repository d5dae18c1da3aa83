"""Secrets that are shown once and kept as hashes: access tokens, invitation links."""

import hashlib
import secrets

TOKEN_PREFIX = "tp_"  # noqa: S105 -- a prefix, so that scanners for leaked secrets can know ours


def new_secret() -> str:
    """192 bits, safe in URLs."""
    return secrets.token_urlsafe(24)


def hashed(secret: str) -> str:
    """SHA-256: the secrets are random and long, a slow hash would protect nothing."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
