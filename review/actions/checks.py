"""What is kept of sync reports, and what people say to them.

A report changes when its media does, when somebody waives a finding, and with a release whose rules judge otherwise. Each
time the verdict is judged again; if it is not what is kept, it is kept and told.
"""

import time
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from media_pipeline import api as pipeline
from review import access, events
from review.access import Actor, Capability
from review.models import Asset, ConfirmedClap, SyncVerdict, Version, Waiver
from review.problems import Problem
from review.selectors import checks

__all__ = [
    "LET_OTHERS_WRITE",
    "confirm_clap",
    "first_verdict",
    "follow_media",
    "follow_reference",
    "judge_again",
    "judge_newest",
    "tell",
    "waive",
    "withdraw",
    "withdraw_clap",
]


# Seconds between two transactions of a long run beside others' work. Whoever waits for SQLite's lock asks for it only now and
# then, and would hardly ever find it free between thousands that follow at once: their writes would be refused after a while.
LET_OTHERS_WRITE = 0.02


def first_verdict(version: Version) -> None:
    """Keep the verdict of a version that is being made: its content may have been checked before. Nothing is told, the
    version itself is. Inside the caller's transaction."""
    SyncVerdict.objects.create(version=version, rules=pipeline.rules_digest(), revision=1, **checks.brief(version))


def follow_media(project_id: str, version_ids: Collection[str]) -> None:
    """The media of these versions of one project changed. Inside the change's transaction, which holds the project."""
    rows = Version.objects.filter(pk__in=version_ids).select_related("asset", "media").order_by("pk")
    for version in rows:
        _keep(project_id, version)


def judge_newest(project_id: str) -> int:
    """Judge the newest version of every stack of a project anew: its spec was changed. Returns how many."""
    newest = Version.objects.filter(asset=OuterRef("pk"), deleted_at=None).order_by("-number").values("pk")[:1]
    stacks = Asset.objects.filter(project_id=project_id, deleted_at=None).annotate(newest=Subquery(newest))
    return _judge([(pk, project_id) for pk in stacks.values_list("newest", flat=True) if pk])


def follow_reference(project_id: str, gone: Collection[Version]) -> None:
    """These versions of the project were deleted: those above them, or compared with them by choice, may be judged otherwise
    now. Inside the deletion's transaction, which holds the project."""
    above = Q()
    for version in gone:
        above |= Q(asset_id=version.asset_id, number__gt=version.number) | Q(reference=version)
    rows = Version.objects.filter(above, deleted_at=None, asset__deleted_at=None, asset__project_id=project_id)
    follow_media(project_id, list(rows.values_list("pk", flat=True)) if gone else [])


def judge_again(*, pause: float = 0) -> int:
    """Judge every version whose verdict is missing or was made by other rules than this release's, `pause` seconds apart.
    Returns how many."""
    outdated = Q(sync_verdict=None) | ~Q(sync_verdict__rules=pipeline.rules_digest())
    rows = Version.objects.filter(outdated, deleted_at=None, asset__deleted_at=None, asset__project__archived_at=None)
    return _judge(list(rows.order_by("pk").values_list("pk", "asset__project_id")), pause=pause)


def _judge(keys: list[tuple[str, str]], *, pause: float = 0) -> int:
    """Judge these versions (id, project's id), each in a transaction of its own, `pause` seconds apart. Returns how many."""
    for version_id, project_id in keys:
        with transaction.atomic():
            events.hold(project_id)
            version = Version.objects.filter(pk=version_id, deleted_at=None).select_related("asset", "media").first()
            if version is not None:
                _keep(project_id, version)
        if pause:
            time.sleep(pause)
    return len(keys)


def waive(actor: Actor, version_id: str, *, code: str, reason: str) -> Version:
    """Answer for a finding of this version: it no longer decides the verdict. Waiving it again puts the new reason and
    person in place. Raises Problem("unknown_finding") if the report has no such finding."""
    with transaction.atomic():
        version = _held(actor, version_id)
        report = checks.judged(version, [])["report"]
        found = {finding["code"] for check in (report or {"checks": []})["checks"] for finding in check["findings"]}
        if code not in found:
            raise Problem("unknown_finding")
        Waiver.objects.filter(version=version, code=code).delete()
        Waiver.objects.create(version=version, code=code, reason=reason, created_by=actor.person)
        _settled(actor, version, "checks.waive", code=code, reason=reason)
    return version


def withdraw(actor: Actor, version_id: str, code: str) -> Version:
    """Take a waiver back. Nothing happens if there is none."""
    with transaction.atomic():
        version = _held(actor, version_id)
        if Waiver.objects.filter(version=version, code=code).delete()[0]:
            _settled(actor, version, "checks.withdraw", code=code)
    return version


def confirm_clap(actor: Actor, version_id: str, bang: int, *, frame: int) -> Version:
    """Say that a proposed bang is a slate's clap, which is closed from `frame` on. Doing it again puts the new frame in place.
    Raises Problem("unknown_finding") if no such bang was proposed, or the frame is none within a second of it."""
    with transaction.atomic():
        version = _held(actor, version_id)
        case = checks.case_of(version)[0]
        proposed = [int(one[0]) for one in case.measured("sync_events").get("claps", ())] if case is not None else []
        if case is None or bang not in proposed or abs(frame - bang) > case.rate or frame >= case.summary.frame_count:
            raise Problem("unknown_finding")
        ConfirmedClap.objects.update_or_create(
            version=version, bang=bang, defaults={"frame": frame, "created_by": actor.person}
        )
        _settled(actor, version, "checks.confirm_clap", bang=bang, frame=frame)
    return version


def withdraw_clap(actor: Actor, version_id: str, bang: int) -> Version:
    """Take a confirmation back. Nothing happens if there is none."""
    with transaction.atomic():
        version = _held(actor, version_id)
        if ConfirmedClap.objects.filter(version=version, bang=bang).delete()[0]:
            _settled(actor, version, "checks.withdraw_clap", bang=bang)
    return version


def tell(version: Version) -> None:
    """Something that stands beside the report is otherwise: whoever shows it fetches it again. Inside the caller's
    transaction, which holds the project."""
    _keep(version.asset.project_id, version, even_same=True)


def _held(actor: Actor, version_id: str) -> Version:
    events.hold(access.version(actor, version_id, Capability.WAIVE_FINDINGS).asset.project_id)
    return access.version(actor, version_id, Capability.WAIVE_FINDINGS)


def _settled(actor: Actor, version: Version, action: str, **detail: Any) -> None:
    project_id = version.asset.project_id
    events.audit(actor.user, action, version, project_id=project_id, **detail)
    _keep(project_id, version, even_same=True)


def _keep(project_id: str, version: Version, *, even_same: bool = False) -> None:
    """Keep the verdict as it is now and tell it, if it is another one than before."""
    now = checks.brief(version)
    row = SyncVerdict.objects.filter(version=version).first()
    rules = pipeline.rules_digest()
    if row is None:
        row = SyncVerdict(version=version)
    elif not even_same and {name: getattr(row, name) for name in now} == now:
        if row.rules != rules:
            row.rules = rules
            row.save(update_fields=["rules", "judged_at"])
        return
    for name, value in now.items():
        setattr(row, name, value)
    row.rules = rules
    row.revision += 1
    row.save()
    events.record(project_id, "checks.changed", {"version_id": version.pk, "checks": checks.shown(row)})
