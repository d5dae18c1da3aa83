"""Tickets that open a socket once: for programs that have a token, and pages of another origin that have a session."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from review import access
from review.access import Actor
from review.models import SocketTicket
from review.secrets import hashed, new_secret

VALID_FOR = timedelta(seconds=60)  # to open the socket; how long it stays open is another matter


def issue_ticket(
    actor: Actor, *, project_id: str = "", version_id: str = "", session_key: str = ""
) -> tuple[SocketTicket, str]:
    """A ticket for the socket of a project, or of a version, and its secret, of which only the hash is kept.

    Whoever uses it is who asks here: the same person, within the same token or session, and for no longer than that counts.
    """
    now, secret = timezone.now(), new_secret()
    with transaction.atomic():
        version = access.version(actor, version_id) if version_id else None
        project = version.asset.project if version is not None else access.project(actor, project_id)
        SocketTicket.objects.filter(expires_at__lt=now).delete()
        ticket = SocketTicket.objects.create(
            secret_hash=hashed(secret),
            user=actor.person,
            token=actor.token,
            session_key="" if actor.token is not None else session_key,
            project=project,
            version=version,
            expires_at=now + VALID_FOR,
        )
    return ticket, secret


def redeem_ticket(secret: str, *, project_id: str = "", version_id: str = "") -> SocketTicket | None:
    """The ticket, used up by this; None for one that is unknown, used, too old or for another socket."""
    place = {"version_id": version_id} if version_id else {"project_id": project_id, "version_id": None}
    rows = SocketTicket.objects.filter(secret_hash=hashed(secret), expires_at__gt=timezone.now(), **place)
    ticket = rows.first()
    # The database says who was first: of two that come at once, one deletes a row.
    return ticket if ticket is not None and rows.delete()[0] else None
