"""Share links: make one, change it, revoke it. What happens at their door is in share_doors.py."""

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from media_pipeline.core.watermark.letters import missing
from media_pipeline.ids import is_id
from review import access, events
from review.access import Actor, Capability
from review.actions import watermarks
from review.models import Asset, Share, ShareItem, ShareRight, Version
from review.problems import Problem
from review.secrets import hashed
from review.selectors import shares
from review.share_secrets import derived_secret

MOST = 500  # in force, per project
SHORTEST_PASSPHRASE = 6


def create_share(
    actor: Actor,
    project_id: str,
    *,
    items: list[dict[str, str]],
    rights: list[str],
    name: str = "",
    passphrase: str = "",
    expires_at: datetime | None = None,
    max_uses: int | None = None,
    recipients: list[str] | None = None,
    watermark: dict[str, Any] | None = None,
) -> Share:
    """A link to these things, each `{"version_id"}` or `{"asset_id"}` (always its newest version). Raises share_invalid,
    share_limit."""
    with transaction.atomic():
        project = access.project(actor, project_id, Capability.SHARE)
        events.hold(project.pk)
        if shares.in_force(project.pk).count() >= MOST:
            raise Problem("share_limit")
        share = Share(
            project=project,
            name=name.strip(),
            rights=_ordered(rights),
            passphrase=_hashed(passphrase),
            recipients=_addresses(recipients or []),
            expires_at=_future(expires_at),
            max_uses=max_uses,
            created_by=actor.person,
        )
        share.watermark = _watermark(share, watermark)
        share.secret_hash = hashed(derived_secret(share))
        share.save(force_insert=True)
        _show(share, items)
        if share.watermark:
            transaction.on_commit(lambda: watermarks.prepare(share.pk))
        events.audit(actor.user, "share.create", share, project_id=project.pk, **_told(share))
        events.record(project.pk, "share.created", shares.share(share), audience=events.INTERNAL)
    return share


def update_share(actor: Actor, share_id: str, **changes: Any) -> Share:
    """Change what is given: name, items, rights, passphrase ("": none), expires_at, max_uses, recipients, watermark.

    Rights count from the next request on. Another passphrase is asked of everybody, also of those who are in; whoever is no
    longer among the recipients is out.
    """
    with transaction.atomic():
        share = _held(actor, share_id)
        if share.revoked_at is not None:
            raise Problem("share_revoked")
        if "items" in changes:
            share.items.all().delete()
            _show(share, changes["items"])
        if "passphrase" in changes:
            share.passphrase = _hashed(changes["passphrase"])
            share.key_number += 1
        if "rights" in changes:
            share.rights = _ordered(changes["rights"])
        if "recipients" in changes:
            share.recipients = _addresses(changes["recipients"])
        if "expires_at" in changes:
            share.expires_at = _future(changes["expires_at"])
        share.name = changes.get("name", share.name).strip()
        share.max_uses = changes.get("max_uses", share.max_uses)
        before = share.watermark
        share.watermark = _watermark(share, changes.get("watermark", before))
        share.save(
            update_fields=["name", "rights", "passphrase", "key_number", "recipients", "expires_at", "max_uses", "watermark"]
        )
        if before or share.watermark:
            transaction.on_commit(lambda: _marks_anew(share_id))
        share = access.share(actor, share_id)
        events.audit(actor.user, "share.update", share, project_id=share.project_id, changed=sorted(changes), **_told(share))
        events.record(share.project_id, "share.updated", shares.share(share), audience=events.INTERNAL)
    return share


def revoke_share(actor: Actor, share_id: str) -> Share:
    """Nobody comes in by it any more, and whoever is in is out. A second time changes nothing."""
    with transaction.atomic():
        share = _held(actor, share_id)
        if share.revoked_at is None:
            share.revoked_at = timezone.now()
            share.save(update_fields=["revoked_at"])
            if share.watermark:
                transaction.on_commit(watermarks.sweep)
            events.audit(actor.user, "share.revoke", share, project_id=share.project_id, name=share.name)
            events.record(share.project_id, "share.revoked", shares.share(share), audience=events.INTERNAL)
    return share


def _held(actor: Actor, share_id: str) -> Share:
    events.hold(access.share(actor, share_id).project_id)
    return access.share(actor, share_id)


def _show(share: Share, items: list[dict[str, str]]) -> None:
    """Give the link these things, in this order, each once."""
    made: list[ShareItem] = []
    for number, item in enumerate(items):
        version_id, asset_id = item.get("version_id", ""), item.get("asset_id", "")
        there = {"project_id": share.project_id, "deleted_at": None, "expires_at": None}
        version = asset = None
        if version_id and is_id(version_id):
            of = {f"asset__{name}": value for name, value in there.items()}
            version = Version.objects.filter(pk=version_id, deleted_at=None, **of).first()
        elif asset_id and is_id(asset_id):
            asset = Asset.objects.filter(pk=asset_id, **there).first()
        if version is None and asset is None:
            raise Problem("share_invalid", gettext("Item %(number)s is not in this project.") % {"number": number + 1})
        if any((one.version, one.asset) == (version, asset) for one in made):
            raise Problem("share_invalid", gettext("Item %(number)s is named twice.") % {"number": number + 1})
        made.append(ShareItem(share=share, position=number, version=version, asset=asset))
    if not made:
        raise Problem("share_invalid", gettext("A link shows something: name at least one version or stack."))
    ShareItem.objects.bulk_create(made)


def _marks_anew(share_id: str) -> None:
    watermarks.sweep()
    watermarks.prepare(share_id)


def _watermark(share: Share, wish: dict[str, Any] | None) -> dict[str, Any]:
    """The wish, whole; empty: nothing is burned in. Raises share_invalid for what cannot be drawn, or would be no use."""
    if not wish:
        return {}
    standard: dict[str, Any] = {"text": "", "viewer": False, "date": False, "place": "tiled", "opacity": 20}
    wish = standard | wish
    if ShareRight.DOWNLOAD_ORIGINAL in share.rights:
        raise Problem("share_invalid", gettext("The original carries no watermark: take one of both away."))
    if not (wish["text"].strip() or wish["viewer"] or wish["date"]):
        raise Problem("share_invalid", gettext("The watermark says nothing: write a text, or take who watches or the date."))
    if lacking := missing(wish["text"] + "".join(share.recipients if wish["viewer"] else [])):
        raise Problem("share_invalid", gettext("No font has these letters: %(letters)s") % {"letters": lacking[:40]})
    return wish


def _ordered(rights: list[str]) -> list[str]:
    return [right.value for right in ShareRight if right in rights]


def _hashed(passphrase: str) -> str:
    if not passphrase:
        return ""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Problem(
            "share_invalid", gettext("A passphrase has at least %(shortest)s characters.") % {"shortest": SHORTEST_PASSPHRASE}
        )
    return make_password(passphrase)


def _addresses(recipients: list[str]) -> list[str]:
    return list(dict.fromkeys(one.strip().lower() for one in recipients))


def _future(moment: datetime | None) -> datetime | None:
    if moment is not None and moment <= timezone.now():
        raise Problem("share_invalid", gettext("A link expires in the future."))
    return moment


def _told(share: Share) -> dict[str, Any]:
    """What the audit trail keeps of a link: never its secret, its passphrase or an address."""
    return {
        "name": share.name,
        "rights": share.rights,
        "passphrase": bool(share.passphrase),
        "recipients": len(share.recipients),
        "expires_at": share.expires_at.isoformat() if share.expires_at else None,
        "max_uses": share.max_uses,
        "watermark": bool(share.watermark),
    }
