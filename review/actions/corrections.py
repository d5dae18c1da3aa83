"""Copies made here: order what the sync report proposes, or a proxy, and make a version of what comes of it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from django.db import transaction
from django.utils import timezone

from media_pipeline import api as pipeline
from media_pipeline.core.corrections.plan import proxy_plan
from media_pipeline.models import Media
from review import access, events
from review.access import Actor, Capability
from review.actions import assets, uploads, versions
from review.actions import checks as check_actions
from review.actions import media as media_actions
from review.models import Correction, ReferenceMode, Version
from review.problems import Problem
from review.selectors import checks, corrections, references
from review.selectors import media as known_media

State, Purpose = Correction.State, Correction.Purpose
PROXIES_STAY = timedelta(days=30)


def order(actor: Actor, version_id: str, *, codes: Sequence[str] | None = None) -> Correction:
    """Have a corrected copy of the version made: what its findings propose, or those of `codes`. While one is being made,
    that one is answered. Raises Problem: nothing_to_correct, quota_exceeded, disk_full."""
    with transaction.atomic():
        version, media = _held(actor, version_id, Capability.UPLOAD)
        under_way = _under_way(version, Purpose.CORRECT)
        if under_way is not None:
            return under_way
        report = checks.report(version)["report"]
        proposal = corrections.proposal(version, report, codes=codes)
        if proposal is None:
            raise Problem("nothing_to_correct")
        uploads.require_room(version.asset.project_id, media.size)
        reference = references.reference_of(version)
        row = Correction.objects.create(
            version=version,
            codes=proposal.codes,
            words=proposal.plan.words(),
            container=proposal.container,
            moves_sound=proposal.moves_sound,
            verdict_before=report["verdict"]["kind"],
            reference_id=reference.pk if reference else "",
            created_by=actor.person,
        )
        pipeline.correct(media, proposal.plan, order_id=row.pk, container=proposal.container)
        events.audit(
            actor.user, "correction.order", version, project_id=version.asset.project_id, codes=proposal.codes, words=row.words
        )  # fmt: skip
        check_actions.tell(version)
    return row


def order_proxy(actor: Actor, version_id: str, preset: str) -> Correction:
    """Have a proxy of the version made, by a key of PROXY_PRESETS. While one is being made, that one is answered. Raises
    Problem: quota_exceeded, disk_full; ValueError for a version that was not read yet."""
    with transaction.atomic():
        version, media = _held(actor, version_id, Capability.MANAGE_ASSETS)
        under_way = _under_way(version, Purpose.PROXY)
        if under_way is not None:
            return under_way
        summary = known_media.known_of(version).summary
        if summary is None:
            raise ValueError("not read yet")
        uploads.require_room(version.asset.project_id, media.size)
        plan = proxy_plan(preset, summary)
        row = Correction.objects.create(
            version=version, purpose=Purpose.PROXY, words=plan.words(), container="mov", created_by=actor.person
        )
        pipeline.correct(media, plan, order_id=row.pk, container=row.container)
        events.audit(
            actor.user, "proxy.order", version, project_id=version.asset.project_id, preset=preset, words=row.words
        )  # fmt: skip
        check_actions.tell(version)
    return row


def _held(actor: Actor, version_id: str, capability: Capability) -> tuple[Version, Media]:
    """The version and its media, as they are and stay while both are held to the end of the caller's transaction."""
    version = access.version(actor, version_id, capability)
    media = pipeline.hold(version.media_id)  # before the project, as everywhere
    events.hold(version.asset.project_id)
    return access.version(actor, version_id, capability), media


def _under_way(version: Version, purpose: str) -> Correction | None:
    return Correction.objects.filter(version=version, purpose=purpose, state=State.ORDERED).first()


def follow(*, what: str, detail: Mapping[str, Any] | None = None, **_: Any) -> None:
    """Receiver of the pipeline's signal: after the commit, take over what was made. Locks of two media must not meet in one
    transaction; what is lost here because the process dies, `settle_all` finds."""
    known = detail or {}
    if what == "correction" and known.get("state") not in ("queued", "running"):
        order_id = str(known.get("subject"))
        transaction.on_commit(lambda: settle(order_id), robust=True)


def settle_all() -> int:
    """Settle every order whose job has ended. Returns how many were open."""
    open_orders = list(Correction.objects.filter(state=State.ORDERED).values_list("pk", flat=True))
    for pk in open_orders:
        settle(pk)
    return len(open_orders)


def settle(order_id: str) -> None:
    """If the copy is made, it becomes a version; if it cannot be, the order says why. May be repeated."""
    known = pipeline.corrections([order_id]).get(order_id)
    if known is not None and known.state in ("queued", "running"):
        return
    made = pipeline.corrected(order_id) if known is not None and known.state == "done" else None
    try:
        if made is not None:
            _deliver(order_id, made)
        elif known is None or known.error is None:
            _fail(order_id, "cancelled", "The work on this file was stopped.", "Order the copy again.")
        else:
            _fail(order_id, known.error.code, known.error.message, known.error.remedy)
    except (access.NotFound, access.Forbidden):
        problem = Problem("upload_target_gone")
        _fail(order_id, problem.code, problem.detail, problem.remedy)
    except Problem as refused:
        if refused.code != "sequence_locked":
            raise
        return  # settle_all asks again: the copy waits until the sequence is free
    except pipeline.DiskFullError:
        problem = Problem("disk_full")
        _fail(order_id, problem.code, problem.detail, problem.remedy)
    pipeline.forget_correction(order_id)


def _deliver(order_id: str, made: pipeline.Corrected) -> None:
    with transaction.atomic():
        row = _locked(order_id)
        if row is None:
            return
        source = row.version
        actor = Actor(user=row.created_by if row.created_by.is_active else None)
        project_id = source.asset.project_id
        access.version(actor, source.pk, Capability.UPLOAD)
        media = pipeline.keep(made.path, sha256=made.sha256, size=made.size)
        sharing = media_actions.wanting(media.pk).values_list("asset__project_id", flat=True)
        events.hold(project_id, *sharing)
        media_actions.want(project_id, media)
        result = _proxy(actor, row, media) if row.purpose == Purpose.PROXY else _correction(actor, row, media)
        row.state, row.result, row.proof, row.finished_at = State.DONE, result, list(made.told), timezone.now()
        row.save(update_fields=["state", "result", "proof", "finished_at"])
        done = "proxy.done" if row.purpose == Purpose.PROXY else "correction.done"
        events.audit(actor.user, done, result, project_id=project_id, of=source.pk, proof=row.proof)
        check_actions.tell(source)


def _correction(actor: Actor, row: Correction, media: Media) -> Version:
    source = row.version
    result, created = versions.create_version(
        actor,
        source.asset_id,
        media=media,
        original_name=f"{_stem(source)}.corrected.{row.container}",
        note=f"Corrected copy of version {source.number}: {'; '.join(row.words)}.",
    )
    if created:
        _compare_with(result, row)
    return result


def _proxy(actor: Actor, row: Correction, media: Media) -> Version:
    """A file beside the stacks, which is compared with its original."""
    source = row.version
    name = f"{_stem(source)}_proxy.{row.container}"
    until = timezone.now() + PROXIES_STAY
    asset = assets.create_asset(actor, source.asset.project_id, name=name, expires_at=until)
    result, _ = versions.create_version(actor, asset.pk, media=media, original_name=name, note=f"{'; '.join(row.words)}.")
    result.reference_mode, result.reference = ReferenceMode.CHOSEN, source
    result.save(update_fields=["reference_mode", "reference"])
    return result


def _stem(version: Version) -> str:
    return PurePosixPath(version.original_name).stem[:200]


def _compare_with(result: Version, row: Correction) -> None:
    """What the original was compared with stays the measure; moved sound must not be measured by the original itself."""
    if row.version.reference_mode == ReferenceMode.SOUND and row.version.reference_sound_id:
        result.reference_mode, result.reference_sound = ReferenceMode.SOUND, row.version.reference_sound
    elif row.reference_id and Version.objects.filter(pk=row.reference_id).exists():
        result.reference_mode, result.reference_id = ReferenceMode.CHOSEN, row.reference_id
    elif row.moves_sound:
        result.reference_mode = ReferenceMode.NONE
    result.save(update_fields=["reference_mode", "reference", "reference_sound"])


def _fail(order_id: str, code: str, message: str, remedy: str) -> None:
    with transaction.atomic():
        row = _locked(order_id)
        if row is None:
            return
        events.hold(row.version.asset.project_id)
        row.state, row.finished_at = State.FAILED, timezone.now()
        row.error_code, row.error_message, row.error_remedy = code[:64], message, remedy
        row.save(update_fields=["state", "finished_at", "error_code", "error_message", "error_remedy"])
        failed = "proxy.fail" if row.purpose == Purpose.PROXY else "correction.fail"
        events.audit(None, failed, row.version, project_id=row.version.asset.project_id, code=row.error_code)
        check_actions.tell(row.version)


def _locked(order_id: str) -> Correction | None:
    """The order, if nobody has settled it yet."""
    rows = Correction.objects.select_for_update(of=("self",)).select_related("version__asset", "created_by")
    return rows.filter(pk=order_id, state=State.ORDERED).first()
