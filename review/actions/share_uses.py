"""That a share link is used, told to those who look at the links."""

from review import events
from review.models import Share
from review.selectors import shares


def tell_use(share_id: str) -> None:
    """Somebody came by it, was there again, or has another name. Inside the action's transaction, which holds the project."""
    row = Share.objects.select_related("created_by").get(pk=share_id)
    events.record(row.project_id, "share.used", shares.share(row), audience=events.INTERNAL)
