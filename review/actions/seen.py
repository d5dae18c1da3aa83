"""How far somebody has read a version's comments. Their own business: nobody is told, nothing is audited."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from review import access
from review.access import Actor
from review.models import VersionSeen


def mark_seen(actor: Actor, version_id: str, *, seen_at: datetime) -> VersionSeen:
    """The person has seen what was written until `seen_at` (never later than now). It only moves forward."""
    with transaction.atomic():
        version = access.version(actor, version_id)
        moment = min(seen_at, timezone.now())
        row, made = VersionSeen.objects.select_for_update().get_or_create(
            version=version, user=actor.person, defaults={"seen_at": moment}
        )
        if not made and row.seen_at < moment:
            row.seen_at = moment
            row.save(update_fields=["seen_at"])
    return row
