"""Marked copies of what share links show: ordered when they are wanted, cleared away when no link wants them any more."""

from media_pipeline import api as pipeline
from review.guests import newest_id
from review.models import Share, Version
from review.selectors import shares
from review.watermarks import OwnMark, marks_of

AT_ONCE = 3  # recipients whose copies are made before they ask


def made_for(version: Version, own: OwnMark) -> pipeline.Marked:
    """What there is of the version with this mark; what is missing is ordered."""
    known = pipeline.marked(version.media, own.mark, owner=own.owner)
    if known.outdated or not known.renditions:
        pipeline.order_marked(version.media, own.mark, owner=own.owner)
        known = pipeline.marked(version.media, own.mark, owner=own.owner)
    return known


def prepare(share_id: str) -> None:
    """Have ready what a new link will show. Outside of transactions: it holds media, which come before projects."""
    share = Share.objects.prefetch_related("items__version__media").get(pk=share_id)
    marks = marks_of(share, shares.burned_names([share_id]).get(share_id, ()))[:AT_ONCE]
    for item in share.items.all():
        pk = item.version_id or newest_id(item.asset_id or "")
        version = Version.objects.select_related("media").filter(pk=pk, deleted_at=None).first()
        for own in marks if version is not None else []:
            assert version is not None
            made_for(version, own)


def sweep() -> None:
    """Asked by the worker's sweep, and when a link was changed or revoked: forget the copies of links that are over, and of
    names that nobody has come with for some time."""
    rows = list(shares.in_force().exclude(watermark={}))
    names = shares.burned_names([share.pk for share in rows if share.asks_name])
    pipeline.keep_only_marks(
        {own.mark.subject(own.owner) for share in rows for own in marks_of(share, names.get(share.pk, ()))}
    )
