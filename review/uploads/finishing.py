"""From the last byte to a version, and cleaning up after those that never came. Every step may be repeated after a crash."""

import asyncio
import functools
import logging
import time
from pathlib import Path

from channels.db import database_sync_to_async
from django.conf import settings

from media_pipeline.running_hash import RunningHashes
from media_pipeline.tus_store import Gone, HeldUpload, TusStore
from review.actions import attachments, preflights, uploads
from review.actions.uploads import Finished
from review.models import Upload

log = logging.getLogger(__name__)

hashes = RunningHashes()
ORPHAN_SECONDS = 24 * 3600  # a file without a row is removed once it is so old (a row is written before its file)


@functools.cache
def _store(root: Path) -> TusStore:
    return TusStore(root)


def store() -> TusStore:
    """This installation's folder of partial uploads."""
    return _store(Path(settings.UPLOAD_ROOT))


def pending_bytes(open_uploads: dict[str, int]) -> int:
    """Bytes that the open uploads (token → size) may still bring."""
    total = 0
    for token, size in open_uploads.items():
        try:
            total += size - store().offset(token)
        except Gone:
            total += size
    return total


async def finish(held: HeldUpload, upload: Upload) -> Finished:
    """All bytes are on the disk: publish them as a version. The caller holds the upload's lock."""
    sha256 = await asyncio.to_thread(hashes.of(upload.pk).hexdigest, held.path, upload.size)
    finished = await database_sync_to_async(uploads.finish_upload)(upload.pk, path=held.path, sha256=sha256)
    held.delete()
    hashes.forget(upload.pk)
    return finished


def sweep() -> dict[str, int]:
    """Finish what a crash left unfinished, expire what nobody came back for, remove files without a row.

    Uploads that somebody is sending at this moment are left alone. Returns how many of each kind.
    """
    counts = {"finished": 0, "expired": 0, "failed": 0, "removed": 0}
    for upload in uploads.expired_uploads():
        try:
            with _held_now(upload.pk) as held:
                waits = held.offset < upload.size or upload.error_code in uploads.WAITING
                if waits and uploads.expire_upload(upload.pk):
                    held.delete()
                    counts["expired"] += 1
        except (Gone, BlockingIOError) as error:
            if isinstance(error, Gone) and uploads.expire_upload(upload.pk):
                counts["expired"] += 1
    for token, changed in list(store().tokens()):
        upload_row = Upload.objects.filter(pk=token).first()
        try:
            if upload_row is None or upload_row.state not in uploads.UNDER_WAY:
                if upload_row is not None or time.time() - changed > ORPHAN_SECONDS:
                    with _held_now(token) as held:
                        held.delete()
                        counts["removed"] += 1
            elif store().offset(token) == upload_row.size and upload_row.error_code not in uploads.WAITING:
                with _held_now(token) as held:
                    sha256 = hashes.of(token).hexdigest(held.path, upload_row.size)
                    uploads.finish_upload(token, path=held.path, sha256=sha256)
                    held.delete()
                    counts["finished"] += 1
        except (Gone, BlockingIOError):
            continue
        except Exception:
            log.exception("upload %s could not be finished", token[:6])
            counts["failed"] += 1
        hashes.forget(token)
    counts["removed"] += attachments.remove_abandoned() + preflights.remove_expired()
    return counts


def _held_now(token: str) -> HeldUpload:
    held = store().try_hold(token)
    if held is None:
        raise BlockingIOError
    return held
