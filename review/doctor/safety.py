"""Settings that keep strangers out: the secret key, DEBUG, hosts, https, cookies, mail."""

import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core import checks

from review.doctor.finding import Finding, error, ok, warning

SHORTEST_KEY = 50
# Said here in our own words, or the domain owner's to decide (TWOPOP_HSTS_SUBDOMAINS).
COVERED = {
    "security.W004",
    "security.W005",
    "security.W008",
    "security.W009",
    "security.W012",
    "security.W016",
    "security.W018",
    "security.W020",
    "security.W021",
}


def secret_key() -> Iterator[Finding]:
    path = Path(settings.DATA_DIR) / "secret_key"
    if len(settings.SECRET_KEY) < SHORTEST_KEY:
        yield error(
            "secret key",
            f"only {len(settings.SECRET_KEY)} characters: sessions could be forged",
            "Unset TWOPOP_SECRET_KEY: a good key is then made and kept in the data folder.",
        )
    elif path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield error("secret key", f"others on this machine may read {path}", f"chmod 600 {path}")
    else:
        yield ok("secret key", "long enough, and nobody else's to read")


def debug() -> Iterator[Finding]:
    if settings.DEBUG:
        yield error("debug", "TWOPOP_DEBUG is on: errors show settings and code to everybody", "Unset TWOPOP_DEBUG.")
    else:
        yield ok("debug", "off")


def https() -> Iterator[Finding]:
    if settings.HTTPS:
        yield ok("https", settings.PUBLIC_URL)
    elif settings.PUBLIC_URL:
        yield error(
            "https",
            f"{settings.PUBLIC_URL} is not https: passwords and pictures cross the network readable",
            "Put a proxy with a certificate in front (docs/operations/install.md) and set TWOPOP_PUBLIC_URL=https://…",
        )
    else:
        yield warning(
            "https",
            "TWOPOP_PUBLIC_URL is not set: fine on this machine alone, not for others",
            "For others: a proxy with a certificate in front (docs/operations/install.md) and TWOPOP_PUBLIC_URL=https://…",
        )


def allowed_hosts() -> Iterator[Finding]:
    if "*" not in settings.ALLOWED_HOSTS:
        yield ok("allowed hosts", ", ".join(settings.ALLOWED_HOSTS))
    elif settings.PUBLIC_URL:
        yield error(
            "allowed hosts",
            "any Host header is believed, so links in answers can be led astray",
            "Set TWOPOP_ALLOWED_HOSTS to the name in TWOPOP_PUBLIC_URL.",
        )
    else:
        yield ok("allowed hosts", "any; set TWOPOP_ALLOWED_HOSTS together with TWOPOP_PUBLIC_URL")


def mail() -> Iterator[Finding]:
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        yield warning(
            "mail",
            "none is sent, it is only logged: nobody can reset a forgotten password by themselves",
            "Set TWOPOP_EMAIL_HOST (docs/settings.md). Invitations work without: their links can be handed over.",
        )
    elif not (settings.EMAIL_HOST_USER + settings.EMAIL_HOST_PASSWORD).isascii():
        yield error(
            "mail",
            "none can be sent: the account's name or password has letters that Python's SMTP cannot log in with",
            "Choose a password of ASCII letters, digits and signs, and set TWOPOP_EMAIL_PASSWORD to it.",
        )
    elif not settings.PUBLIC_URL and "*" in settings.ALLOWED_HOSTS:
        # allauth makes the link from the request: whoever asks with a forged Host gets the victim's key sent to that host.
        yield error(
            "mail",
            "is sent, and links in it (a new password) follow the Host header of whoever asks: it can be forged",
            "Set TWOPOP_PUBLIC_URL to the address that people type, or TWOPOP_ALLOWED_HOSTS to its name.",
        )
    elif not settings.PUBLIC_URL:
        yield warning(
            "mail",
            "links for a new password are sent, notifications are not: their links need this server's address",
            "Set TWOPOP_PUBLIC_URL to the address that people type (docs/operations/mail.md).",
        )
    else:
        yield ok("mail", settings.EMAIL_BACKEND)


def serving() -> Iterator[Finding]:
    if settings.SERVE_MODE not in {"app", "x-accel", "s3"}:
        yield error("serving", f"TWOPOP_SERVE_MODE={settings.SERVE_MODE} is unknown", "Use app, x-accel or s3.")
    elif settings.SERVE_MODE == "s3" and not all(settings.SERVE_S3[name] for name in ("bucket", "access_key", "secret_key")):
        yield error(
            "serving",
            "TWOPOP_SERVE_MODE=s3 without a bucket and its keys",
            "Set TWOPOP_S3_BUCKET, TWOPOP_S3_ACCESS_KEY and TWOPOP_S3_SECRET_KEY.",
        )
    else:
        yield ok("serving", settings.SERVE_MODE)


def django_says() -> Iterator[Finding]:
    """Django's own checks, those for deployment included."""
    deployed = settings.HTTPS
    for found in checks.run_checks(include_deployment_checks=deployed):
        if found.id in COVERED or found.is_silenced():
            continue
        report = error if found.is_serious() else warning
        yield report(f"Django {found.id}", found.msg, found.hint or "See Django's page on system checks.")


CHECKS = (secret_key, debug, https, allowed_hosts, mail, serving, django_says)
