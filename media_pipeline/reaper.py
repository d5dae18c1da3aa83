"""Clearing away: what newer renditions replaced, what a dead process half made. Originals are never touched."""

import contextlib
import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from media_pipeline.models import Enclosure, Job, Rendition
from media_pipeline.stills import ABANDONED_SECONDS as STILL_SECONDS
from media_pipeline.stills import PREFIX as STILL_PREFIX
from media_pipeline.storage import LocalStorage, StorageError, get_storage, remove_abandoned_copies, table_key

log = logging.getLogger(__name__)


def reap() -> int:
    """Remove what nobody can ask for any more. Returns how many files and folders went."""
    storage = get_storage()
    grace = float(settings.JOB_REAP_GRACE_SECONDS)
    count = reap_superseded(storage, grace) + reap_strays(storage, grace) + reap_work_dirs(storage)
    count += reap_enclosed(storage, max(grace, 3600))
    count += remove_abandoned_copies(storage, older_than_seconds=max(grace, 24 * 3600))
    if count:
        log.info("cleared away %s files", count)
    return count


def reap_superseded(storage: LocalStorage, grace: float) -> int:
    """Renditions that were replaced longer than `grace` seconds ago: until then a page may still be playing them."""
    count = 0
    for rendition in Rendition.objects.filter(superseded_at__lt=Now() - timedelta(seconds=grace)).iterator():
        keys = [table_key(rendition.media_id, rendition.pk)]
        if rendition.kind != Rendition.Kind.ORIGINAL:
            keys.append(rendition.storage_key)
        rendition.delete()  # first: a row without its file would be worse than a file without its row
        for key in keys:
            with contextlib.suppress(StorageError):
                storage.delete(key)
            count += 1
    return count


def reap_strays(storage: LocalStorage, grace: float) -> int:
    """Derived files that no row names: their publisher died between the rename and the commit."""
    horizon = time.time() - grace
    old = [key for key, changed in storage.keys("derived") if changed < horizon]
    count = 0
    for start in range(0, len(old), 500):
        part = old[start : start + 500]
        ids = {_rendition_id(key) for key in part}
        known = set(Rendition.objects.filter(pk__in=ids).values_list("pk", flat=True))
        for key in part:
            if _rendition_id(key) not in known:
                storage.delete(key)
                count += 1
    return count


def reap_enclosed(storage: LocalStorage, grace: float) -> int:
    """Enclosed files that no row names: their sender or their worker died between the file and the commit."""
    horizon = time.time() - grace
    old = [key for key, changed in storage.keys("enclosed") if changed < horizon]
    ids = {key.split("/")[1] for key in old}
    known = set(Enclosure.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    gone = [key for key in old if key.split("/")[1] not in known]
    for key in gone:
        storage.delete(key)
    return len(gone)


def reap_work_dirs(storage: LocalStorage) -> int:
    """Scratch folders of jobs that no longer run under the token that made them."""
    running = {
        f"{pk}-{token.rpartition('-')[2]}"
        for pk, token in Job.objects.filter(state=Job.State.RUNNING).values_list("pk", "token")
    }
    enclosed = Enclosure.objects.filter(state=Enclosure.State.RUNNING).values_list("pk", "token")
    running |= {f"enclosed-{pk}-{token}" for pk, token in enclosed}
    now = time.time()
    # Stills are made by the web processes, which have no rows here: theirs are old before they are abandoned.
    left = [(name, changed) for name, changed in storage.work_dirs() if name not in running]
    gone = [name for name, changed in left if changed < now - (STILL_SECONDS if name.startswith(STILL_PREFIX) else 1)]
    for name in gone:
        storage.remove_work_dir(name)
    return len(gone)


def _rendition_id(key: str) -> str:
    return key.rpartition("/")[2].partition(".")[0]
