"""Ordering, for a project, the comparison of every proxy with its original, and the proxies that are missing."""

from review import access
from review.access import Actor, Capability
from review.actions import corrections
from review.actions import references as reference_actions
from review.models import ReferenceMode
from review.selectors import proxy_audit


def compare_all(actor: Actor, project_id: str) -> int:
    """Choose the original as the reference of each proxy that is not compared with it yet; the comparison is ordered by that,
    as soon as both are decoded. Returns how many were chosen. Each choice is one action, with its own audit entry."""
    project = access.project(actor, project_id, Capability.MANAGE_ASSETS)
    files = proxy_audit.files_of(project.pk)
    count = 0
    for one in files.pairs:
        original, proxy = files.versions[one.original], files.versions[one.proxy]
        chosen = proxy.reference_mode == ReferenceMode.CHOSEN and proxy.reference_id == original.pk
        if not chosen and original.media_id != proxy.media_id:
            reference_actions.choose(actor, proxy.pk, mode=ReferenceMode.CHOSEN, reference_id=original.pk)
            count += 1
    return count


def make_missing(actor: Actor, project_id: str, preset: str) -> int:
    """Order a proxy, by a key of PROXY_PRESETS, of each file that has none or only wrong ones. Returns how many were ordered;
    each order is one action, with its own audit entry. Raises Problem: quota_exceeded, disk_full."""
    project = access.project(actor, project_id, Capability.MANAGE_ASSETS)
    lacking = proxy_audit.lacking(project.pk)
    for version_id in lacking:
        corrections.order_proxy(actor, version_id, preset)
    return len(lacking)
