"""Share links as the API and events show them."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from review.models import Asset, Share, ShareItem, SharePass, User, Version
from review.selectors.people import person
from review.selectors.stamps import stamp
from review.share_secrets import secret_of

NAMES_KEPT = timedelta(days=14)  # copies with a guest's name, after they were last there
STATES = ("open", "used_up", "expired", "revoked")


def of_project(project_id: str) -> QuerySet[Share]:
    """All links of a project, revoked ones too; the newest first."""
    rows = Share.objects.filter(project_id=project_id).select_related("created_by")
    return rows.prefetch_related("items__version__asset", "items__asset")


def in_force(project_id: str = "") -> QuerySet[Share]:
    """The links, of a project or of all, that are neither revoked nor over."""
    running = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    rows = Share.objects.filter(running, revoked_at=None)
    return rows.filter(project_id=project_id) if project_id else rows


def state(row: Share) -> str:
    """revoked, expired, used_up (nobody new comes in; who is in stays in) or open."""
    if row.revoked_at is not None:
        return "revoked"
    if row.expires_at is not None and row.expires_at <= timezone.now():
        return "expired"
    return "used_up" if row.max_uses is not None and row.uses >= row.max_uses else "open"


def share(row: Share) -> dict[str, Any]:
    """Share, as in events: without its address and those of its recipients, which are for those who make links."""
    items = row.items.select_related("version__asset", "asset") if not _prefetched(row) else row.items.all()
    return {
        "id": row.pk,
        "project_id": row.project_id,
        "name": row.name,
        "items": [_item(one) for one in items],
        "rights": row.rights,
        "has_passphrase": bool(row.passphrase),
        "expires_at": stamp(row.expires_at),
        "max_uses": row.max_uses,
        "watermark": row.watermark or None,
        "uses": row.uses,
        "last_used_at": stamp(row.last_used_at),
        "created_by": person(row.created_by),
        "created_at": stamp(row.created_at),
        "revoked_at": stamp(row.revoked_at),
    }


def share_with_address(row: Share) -> dict[str, Any]:
    """The same for those who make links: with its state, its address (null if it cannot be read out any more), its recipients,
    and who came by it and gave a name."""
    return shares_with_addresses([row])[0]


def shares_with_addresses(rows: Sequence[Share]) -> list[dict[str, Any]]:
    """share_with_address() of several, whose guests are read at once."""
    named = SharePass.objects.filter(share__in=rows).exclude(guest=None)
    pairs = set(named.values_list("share_id", "guest_id"))
    people = User.objects.filter(pk__in={guest_id for _, guest_id in pairs}).order_by("date_joined", "pk")
    guests = [(one.pk, person(one)) for one in people]
    told = []
    for row in rows:
        secret = secret_of(row)
        told.append(
            {
                **share(row),
                "state": state(row),
                "url": f"/s/{secret}" if secret else None,
                "recipients": row.recipients,
                "guests": [shown for pk, shown in guests if (row.pk, pk) in pairs],
            }
        )
    return told


def burned_names(share_ids: Iterable[str]) -> dict[str, list[str]]:
    """By link, the names in its pictures of who was there lately; the newest last."""
    rows = SharePass.objects.filter(share__in=list(share_ids), last_seen_at__gt=timezone.now() - NAMES_KEPT)
    found: dict[str, list[str]] = {}
    for share_id, name in rows.exclude(burned_name="").order_by("created_at").values_list("share_id", "burned_name"):
        names = found.setdefault(share_id, [])
        if name not in names:
            names.append(name)
    return found


def _prefetched(row: Share) -> bool:
    return "items" in getattr(row, "_prefetched_objects_cache", {})


def _item(row: ShareItem) -> dict[str, Any]:
    asset = row.version.asset if row.version is not None else row.asset
    assert asset is not None, "an item shows a version or a stack"
    return {
        "version_id": row.version_id,
        "asset_id": asset.pk,
        "asset_name": asset.name,
        "number": row.version.number if row.version is not None else None,
    }


def shown_items(found: Share) -> list[tuple[ShareItem, Version]]:
    """What the link shows now, in its order: each with its version. Deleted things are left out."""
    rows = list(found.items.select_related("version__asset", "version__media"))
    newest = _newest({item.asset_id for item in rows if item.asset_id is not None})
    shown = []
    for item in rows:
        version = item.version if item.asset_id is None else newest.get(item.asset_id)
        if version is not None and version.deleted_at is None and version.asset.deleted_at is None:
            shown.append((item, version))
    return shown


def _newest(asset_ids: set[str]) -> dict[str, Version]:
    """The newest version of each of these stacks, in one query."""
    of_stack = Version.objects.filter(asset_id=OuterRef("pk"), deleted_at=None).order_by("-number").values("pk")[:1]
    newest = Asset.objects.filter(pk__in=asset_ids).annotate(newest=Subquery(of_stack)).values("newest")
    rows = Version.objects.filter(pk__in=newest).select_related("asset", "media")
    return {row.asset_id: row for row in rows}
