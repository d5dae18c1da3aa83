"""Removing media for good: the original, everything made from it, their rows.

Which media nobody holds is the caller's to know. Safe against an upload of the same bytes that finishes at the same moment:
both lock the media's row before they touch the original (api.keep), and the original goes while the lock is held.
"""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, Sum

from media_pipeline import comparisons, jobs
from media_pipeline.models import Media, Rendition
from media_pipeline.storage import LocalStorage, StorageError, get_storage


@dataclass(frozen=True)
class Stray:
    """An original in the storage that no media names: its upload could not be finished. `size` in bytes."""

    sha256: str
    size: int


def bytes_of(media_ids: Iterable[str]) -> int:
    """What these originals, and what was made from them, take on the disk."""
    ids = list(media_ids)
    originals = Media.objects.filter(pk__in=ids).aggregate(total=Sum("size"))["total"] or 0
    made = Rendition.objects.filter(~Q(kind=Rendition.Kind.ORIGINAL), media_id__in=ids).aggregate(total=Sum("size"))
    return originals + (made["total"] or 0)


def remove(media_id: str, *, is_held: Callable[[str], bool]) -> bool:
    """Remove a media with its jobs, renditions and files; False if it is held (asked under the lock) or gone already.

    A job that runs notices that its row is gone and drops what it made. If the process dies before the commit, the rows
    stay as they were and an upload of the same bytes puts the original back; after it, the reaper finds the files.
    """
    storage = get_storage()
    with transaction.atomic():
        media = jobs.hold_media(media_id)
        if media is None or is_held(media_id):
            return False
        key = media.original_key
        media.delete()
        aside = storage.set_aside(key)
    comparisons.forget(media_id)
    _delete(storage, [aside, *(key for key, _ in storage.keys(f"derived/{media_id}"))])
    return True


def strays(*, older_than_seconds: float) -> Iterator[Stray]:
    """Originals without a row that were last linked longer ago than that."""
    storage = get_storage()
    horizon = time.time() - older_than_seconds
    for key, changed in storage.keys("originals"):
        sha256 = key.rpartition("/")[2]
        if changed < horizon and not sha256.endswith(".part") and not Media.objects.filter(sha256=sha256).exists():
            with contextlib.suppress(FileNotFoundError):
                yield Stray(sha256, storage.size(key))


def remove_stray(stray: Stray) -> bool:
    """Remove an original without a row; False if an upload of the same bytes was first. The row it would have is made and
    taken back: so an upload that finishes now waits for the end of this."""
    storage = get_storage()
    with transaction.atomic():
        media, made = Media.objects.get_or_create(sha256=stray.sha256, defaults={"size": stray.size})
        if not made:
            return False
        aside = storage.set_aside(media.original_key)
        media.delete()
    _delete(storage, [aside])
    return True


def _delete(storage: LocalStorage, keys: Iterable[str]) -> None:
    """Outside of any lock: a file of many gigabytes takes its time to go."""
    for key in list(keys):
        with contextlib.suppress(StorageError):
            storage.delete(key)
