"""What people set for themselves. Their own business: nobody is told, nothing is audited."""

from typing import Any

from django.db import transaction

from review.access import Actor
from review.models import User
from review.preferences import Preferences, preferences_of


def set_preferences(actor: Actor, **changes: Any) -> Preferences:
    """Replace those that are named (checked by the caller), keep the others."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=actor.person.pk)
        user.preferences = {**user.preferences, **changes}
        user.save(update_fields=["preferences"])
    return preferences_of(user.preferences)
