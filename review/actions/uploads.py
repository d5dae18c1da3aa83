"""Uploads: begin, prolong, terminate, expire, and finish as a version."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext

from media_pipeline import api as pipeline
from media_pipeline.models import Media
from review import access, events
from review.access import Actor, Capability
from review.actions import assets, locks, reference_sounds, versions
from review.actions import media as media_actions
from review.models import Asset, ReferenceSound, Upload, Version
from review.problems import Problem
from review.selectors import names

CHECKED_FILES_STAY = timedelta(days=1)  # files that are only to be checked
UNDER_WAY = (Upload.State.OPEN, Upload.State.FINISHING)
WAITING = frozenset({"name_conflict", "sequence_locked"})  # refusals that leave a complete upload waiting for its person


class Description(Protocol):
    """What the client says of its file (uploads.protocol.Metadata)."""

    @property
    def raw(self) -> str: ...
    @property
    def filename(self) -> str: ...
    @property
    def relative_path(self) -> str: ...
    @property
    def project_id(self) -> str: ...
    @property
    def asset_id(self) -> str: ...
    @property
    def asset_name(self) -> str: ...
    @property
    def sequence_id(self) -> str: ...
    @property
    def version_name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def release_lock(self) -> bool: ...
    @property
    def check_only(self) -> bool: ...
    @property
    def reference_for(self) -> str: ...


@dataclass(frozen=True)
class Finished:
    version_id: str
    known: str  # "version": this asset had it, no new version; "project": another asset has the same content; "": new
    sound_id: str = ""  # of the ReferenceSound that it has become instead of a version


def create_upload(
    actor: Actor, described: Description, *, size: int, free_bytes: int, pending_bytes: Callable[[dict[str, int]], int]
) -> Upload:
    """Begin an upload of `size` bytes to an asset, or to a new asset of a project.

    `free_bytes`: of the disk; `pending_bytes`: of open uploads (token → size), what may still come.
    Raises NotFound, Forbidden, Problem (quota_exceeded, disk_full; name_reserved, name_conflict and
    sequence_locked before a byte is sent).
    """
    with transaction.atomic():
        asset: Asset | None = None
        if described.asset_id:
            asset = access.asset(actor, described.asset_id, Capability.UPLOAD)
            if described.project_id and described.project_id != asset.project_id:
                raise access.NotFound
        project = access.project(actor, asset.project_id if asset else described.project_id, Capability.UPLOAD)
        sequence = access.sequence(actor, described.sequence_id) if described.sequence_id else None
        if sequence is not None and sequence.project_id != project.pk:
            raise access.NotFound
        if described.reference_for:  # asked before a byte is sent
            compared = access.version(actor, described.reference_for, Capability.MANAGE_ASSETS)
            if compared.asset.project_id != project.pk:
                raise access.NotFound
        check_only = described.check_only and asset is None
        if not check_only and not described.reference_for:
            known, filename = names.Names.of(project), described.version_name or described.filename
            _check_name(actor, known, asset, described, size)
            place = _place(asset, described.sequence_id, described.asset_name, known, filename)
            locks.refuse_locked(place, actor.user)
        events.hold(project.pk)  # two uploads must not both take the last of the quota
        check_quota(project.pk, size)
        under_way = dict(Upload.objects.filter(state__in=UNDER_WAY).values_list("pk", "size"))
        if free_bytes - pending_bytes(under_way) - size < settings.UPLOAD_DISK_RESERVE_BYTES:
            raise Problem(
                "disk_full", gettext("%(size)s bytes do not fit beside the other uploads under way.") % {"size": size}
            )
        upload = Upload.objects.create(
            project=project,
            asset=asset,
            sequence=sequence,
            asset_name=described.asset_name,
            user=actor.person,
            filename=described.filename,
            name=described.version_name,
            release_lock=described.release_lock,
            relative_path=described.relative_path,
            metadata=described.raw,
            size=size,
            check_only=check_only,
            reference_for=described.reference_for,
            expires_at=_expiry(),
        )
        events.audit(actor.user, "upload.create", upload, project_id=project.pk, filename=upload.filename, size=size)
    return upload


def _check_name(actor: Actor, known: names.Names, asset: Asset | None, described: Description, size: int) -> None:
    """Refuse what cannot become a version under its name. What another upload does meanwhile is found at the end."""
    filename = described.version_name or described.filename
    reading = known.read(filename)
    stack = names.stack_of(asset) if asset else None if described.asset_name else known.stack_for(reading)
    known.refuse_reserved(filename, stack, person=actor.user)
    number = known.claimed(reading, stack) if stack else None
    if stack is None or number is None:
        return
    given = Version.objects.filter(asset_id=stack.id, number=number).select_related("media").first()
    same = given is not None and given.media.size == size and described.sha256 in ("", given.media.sha256)
    refused = names.conflict(known, filename, stack, number, sha256=described.sha256, person=actor.user)
    if refused and not (same and given is not None and given.deleted_at is None):
        raise refused


def _place(asset: Asset | None, sequence_id: str, asset_name: str, known: names.Names, filename: str) -> str | None:
    """The id of the sequence that the upload would go to, as `_target` decides at the end."""
    if asset is not None:
        return asset.sequence_id
    if not asset_name:
        reading = known.read(filename)
        if (stack := known.stack_for(reading)) is not None:
            return Asset.objects.values_list("sequence_id", flat=True).get(pk=stack.id)
        if not sequence_id and (begins := known.new_stack(reading)) is not None:
            return begins[1]
    return sequence_id or None


def rename_upload(actor: Actor, upload_id: str, *, name: str) -> Upload:
    """What the upload is to be called instead of its file's name, without ending. If all bytes are here, HEAD of the upload
    finishes it. Raises name_reserved, upload_gone."""
    with transaction.atomic():
        upload = access.upload(actor, upload_id)
        if upload.state not in UNDER_WAY:
            raise Problem("upload_gone")
        names.Names.of(upload.project).refuse_reserved(
            name, names.stack_of(upload.asset) if upload.asset else None, person=actor.user
        )
        upload.name, upload.error_code, upload.error_message = name, "", ""
        upload.save(update_fields=["name", "error_code", "error_message"])
        events.audit(actor.user, "upload.name", upload, project_id=upload.project_id, name=name)
    return upload


def _expiry() -> datetime:
    return timezone.now() + timedelta(hours=settings.UPLOAD_EXPIRY_HOURS)


def require_room(project_id: str, size: int) -> None:
    """For a file that is to be made here: raise Problem(quota_exceeded, disk_full) unless it fits. Under the project's lock."""
    check_quota(project_id, size)
    try:
        pipeline.require_free(size, reserve=settings.UPLOAD_DISK_RESERVE_BYTES)
    except pipeline.DiskFullError:
        raise Problem("disk_full", gettext("%(size)s bytes do not fit on the disk.") % {"size": size}) from None


def check_quota(project_id: str, size: int) -> None:
    """Raise Problem("quota_exceeded") unless the project may take so many more bytes. Under the project's lock."""
    quota = settings.UPLOAD_QUOTA_BYTES
    if not quota:
        return
    holding = _media_of(project_id).aggregate(total=Sum("size"))["total"] or 0
    under_way = Upload.objects.filter(project_id=project_id, state__in=UNDER_WAY)
    reserved = under_way.aggregate(total=Sum("size"))["total"] or 0
    if holding + reserved + size > quota:
        left = max(0, quota - holding - reserved)
        raise Problem(
            "quota_exceeded",
            gettext("The file has %(size)s bytes; the project may take %(left)s more.") % {"size": size, "left": left},
        )


def _media_of(project_id: str) -> QuerySet[Media]:
    rows = Version.objects.filter(asset__project_id=project_id, deleted_at=None, asset__deleted_at=None)
    sounds = ReferenceSound.objects.filter(project_id=project_id)
    return Media.objects.filter(Q(pk__in=rows.values("media_id")) | Q(pk__in=sounds.values("media_id")))


def prolong(upload_id: str) -> datetime:
    """More bytes came: the upload lives on for the full time, its person's locks too. Returns when it expires now."""
    expires_at = _expiry()
    Upload.objects.filter(pk=upload_id, state__in=UNDER_WAY).update(expires_at=expires_at)
    for user_id, project_id in Upload.objects.filter(pk=upload_id).values_list("user_id", "project_id"):
        locks.stay(user_id, project_id)
    return expires_at


def terminate_upload(actor: Actor, upload_id: str) -> None:
    """The person gives the upload up. The caller holds the file's lock and removes it afterwards."""
    with transaction.atomic():
        upload = access.upload(actor, upload_id)
        changed = Upload.objects.filter(pk=upload_id, state__in=UNDER_WAY).update(state=Upload.State.TERMINATED)
        if not changed:
            raise Problem("upload_gone")
        events.audit(actor.user, "upload.terminate", upload, project_id=upload.project_id)


def expired_uploads() -> QuerySet[Upload]:
    """Uploads whose time is over."""
    return Upload.objects.filter(state__in=UNDER_WAY, expires_at__lt=timezone.now())


def expire_upload(upload_id: str) -> bool:
    """Give up an upload whose time is over; False if it is not (any more)."""
    with transaction.atomic():
        if not expired_uploads().filter(pk=upload_id).update(state=Upload.State.EXPIRED):
            return False
        upload = Upload.objects.get(pk=upload_id)
        events.audit(None, "upload.expire", upload, project_id=upload.project_id)
    return True


def finish_upload(upload_id: str, *, path: Path, sha256: str) -> Finished:
    """Publish a complete upload: media, job, version and the upload's end, in one transaction. May be repeated.

    1. The original is linked into its place by content hash (`path` stays; the caller removes it afterwards).
    2. The version goes to the asset that was named, or to a new one.
    3. A name that is another version's by now (name_conflict), or a sequence that somebody else has locked (sequence_locked),
       leaves the upload as it is, with all its bytes: it waits for another name (rename_upload), or for the lock.
    4. What can never succeed (the asset was deleted meanwhile, the person may no longer upload) ends the upload: it is
       recorded, and raised as Problem("upload_target_gone").
    """
    try:
        with transaction.atomic():
            upload = Upload.objects.select_for_update(of=("self",)).select_related("user").get(pk=upload_id)
            if upload.state == Upload.State.DONE and (upload.version_id or upload.reference_for):
                return Finished(upload.version_id or "", "")
            if upload.state not in UNDER_WAY:
                raise Problem("upload_gone")
            actor = Actor(user=upload.user if upload.user.is_active else None)
            access.project(actor, upload.project_id, Capability.UPLOAD)
            if upload.asset_id:  # asked before the file is linked: nobody would ever remove that link again
                access.asset(actor, upload.asset_id, Capability.UPLOAD)
            if upload.reference_for:
                access.version(actor, upload.reference_for, Capability.MANAGE_ASSETS)
            media = pipeline.keep(path, sha256=sha256, size=upload.size)
            if upload.reference_for:
                sound = reference_sounds.keep(actor, upload, media)
                upload.state, upload.sha256 = Upload.State.DONE, sha256
                upload.save(update_fields=["state", "sha256"])
                return Finished("", "", sound.pk)
            sharing = media_actions.wanting(media.pk).values_list("asset__project_id", flat=True)
            events.hold(upload.project_id, *sharing)  # all that will hear of it, in one go (see events.hold)
            in_project = _media_of(upload.project_id).filter(sha256=sha256).exists()
            media_actions.want(upload.project_id, media)
            version, created = versions.create_version(
                actor, _target(actor, upload), media=media, original_name=upload.filename, name=upload.name
            )
            upload.state, upload.sha256, upload.version = Upload.State.DONE, sha256, version
            upload.save(update_fields=["state", "sha256", "version"])
            if version.asset.sequence is not None:
                locks.published(version.asset.sequence, upload.user, release=upload.release_lock)
    except (access.NotFound, access.Forbidden):
        problem = Problem("upload_target_gone")
        Upload.objects.filter(pk=upload_id, state__in=UNDER_WAY).update(
            state=Upload.State.FAILED, error_code=problem.code, error_message=problem.detail
        )
        raise problem from None
    except Problem as problem:
        if problem.code in WAITING:
            rows = Upload.objects.filter(pk=upload_id, state__in=UNDER_WAY)
            rows.update(error_code=problem.code, error_message=f"{problem.detail} {problem.remedy}")
        raise
    except pipeline.DiskFullError:  # the original had to be copied: uploads and media are on different file systems
        raise Problem("disk_full") from None
    return Finished(version.pk, "" if created and not in_project else "project" if created else "version")


def _target(actor: Actor, upload: Upload) -> str:
    """The asset's id; made now if the upload is not for an existing one."""
    if upload.asset_id:
        return upload.asset_id
    if upload.check_only:  # whatever it is called: into no stack
        until = timezone.now() + CHECKED_FILES_STAY
        return assets.create_asset(actor, upload.project_id, name=upload.filename[:200], expires_at=until).pk
    sequence_id = upload.sequence_id  # None too if the sequence was deleted meanwhile
    if not upload.asset_name:
        known = names.Names.of(upload.project)
        reading = known.read(upload.name or upload.filename)
        if (stack := known.stack_for(reading)) is not None:
            return stack.id
        if (begins := known.new_stack(reading)) is not None:  # where the person put it counts for more than what its name says
            return assets.create_asset(actor, upload.project_id, name=begins[0], sequence_id=sequence_id or begins[1]).pk
    stem = upload.filename.rpartition(".")[0] or upload.filename
    name = upload.asset_name or stem[:200]
    return assets.create_asset(actor, upload.project_id, name=name, sequence_id=sequence_id).pk
