"""Small files that people enclose with what they say: images, sounds, PDFs. No media: they have no frames and no steps.

They are kept as they came, and what pages show of them is made anew in the limited child. The row is the truth, as with jobs:
a worker claims it by a conditional UPDATE with a lease, and the sweep finds what a dead worker held. A file that kills its
child twice is given up.

    enclosed/<id>/original.bin    as it came; served as a download only
    enclosed/<id>/shown.webp      an image's pixels and nothing else (of a sound: shown.m4a)
    enclosed/<id>/thumb.webp
"""

import hashlib
import logging
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from media_pipeline import jobs
from media_pipeline.core.sandbox import Child, ForkServer, Limits
from media_pipeline.core.sniff import HEAD_BYTES, Sniffed, sniff
from media_pipeline.ids import new_id
from media_pipeline.models import Enclosure
from media_pipeline.publish import GateError, plain_file
from media_pipeline.signals import enclosure_changed
from media_pipeline.storage import Storage, get_storage, require_space

log = logging.getLogger(__name__)

RUN = "media_pipeline.core.enclosure:run"
LANE = "index"  # a quick job: somebody waits for the picture
MAX_ATTEMPTS = 2
MADE: dict[str, dict[str, str]] = {"image": {"shown": "webp", "thumb": "webp"}, "audio": {"shown": "m4a"}, "pdf": {}}
MIMES = {"webp": "image/webp", "m4a": "audio/mp4"}
LIMITS = Limits(
    memory_bytes=1536 * 1024**2,
    cpu_seconds=120,
    wall_seconds=180,
    stall_seconds=180,
    file_bytes=256 * 1024**2,
    nice=0,
)
State = Enclosure.State


class EnclosureRefusedError(Exception):
    """The file is of no kind that can be enclosed."""


@dataclass(frozen=True)
class EnclosedFile:
    """Bytes of an enclosure, and how they may be served. `inline`: made here, so that a browser may show them."""

    path: Path
    key: str
    tag: str  # names these very bytes
    mime: str
    inline: bool


@dataclass(frozen=True)
class Received:
    """A file that has arrived whole and is enclosed with nothing yet."""

    id: str
    found: Sniffed
    size: int
    sha256: str


class TooLargeError(Exception):
    """More bytes came than are taken."""


def receive(stream: BinaryIO, *, limit: int) -> Received:
    """Keep what comes, up to `limit` bytes. What is not taken over by `take` is cleared away later.

    Raises EnclosureRefusedError (of no kind that can be enclosed, or empty), TooLargeError, DiskFullError.
    """
    storage, pk = get_storage(), new_id()
    require_space(storage, limit, reserve=settings.UPLOAD_DISK_RESERVE_BYTES)
    target = storage.local_path(f"enclosed/{pk}/original.bin")
    target.parent.mkdir(parents=True)
    beside = target.with_name("original.part")
    digest, size, head = hashlib.sha256(), 0, b""
    try:
        with beside.open("xb") as writer:
            while block := stream.read(1 << 20):
                size += len(block)
                if size > limit:
                    raise TooLargeError
                head = head or block[:HEAD_BYTES]
                digest.update(block)
                writer.write(block)
        found = sniff(head)
        if found is None:
            raise EnclosureRefusedError
        storage.publish(beside, f"enclosed/{pk}/original.bin")
    except BaseException:
        beside.unlink(missing_ok=True)
        target.parent.rmdir()
        raise
    return Received(pk, found, size, digest.hexdigest())


def take(received: Received) -> Enclosure:
    """Take over what was received. Belongs into the caller's transaction; what is to be made of it is ordered at its commit."""
    assert transaction.get_connection().in_atomic_block, "an enclosure belongs to the transaction of what it is enclosed with"
    found = received.found
    enclosure = Enclosure.objects.create(
        id=received.id,
        kind=found.kind,
        mime=found.mime,
        extension=found.extension,
        size=received.size,
        sha256=received.sha256,
        state=State.NEW if MADE[found.kind] else State.READY,
    )
    transaction.on_commit(lambda: jobs.ring(LANE))
    return enclosure


def remove(ids: Iterable[str]) -> None:
    """Forget enclosures and their files."""
    rows = list(Enclosure.objects.filter(pk__in=list(ids)))
    Enclosure.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        for part in ("original", *MADE[row.kind]):
            get_storage().delete(_key(row, part))


def before(moment: datetime, *, besides: QuerySet[Any, Any]) -> list[str]:
    """Ids of enclosures taken before that moment, those in the one column of `besides` left out."""
    rows = Enclosure.objects.filter(created_at__lt=moment).exclude(pk__in=besides)
    return list(rows.values_list("pk", flat=True)[:500])


def file(enclosure: Enclosure, part: str) -> EnclosedFile | None:
    """The bytes of "original", "shown" or "thumb"; None if there are none (yet)."""
    if part != "original" and (part not in MADE[enclosure.kind] or enclosure.state != State.READY):
        return None
    key = _key(enclosure, part)
    storage = get_storage()
    if not storage.exists(key):
        return None
    mime = enclosure.mime if part == "original" else MIMES[MADE[enclosure.kind][part]]
    return EnclosedFile(storage.local_path(key), key, f"{enclosure.sha256}-{part}", mime, inline=part != "original")


def duration(enclosure: Enclosure) -> Fraction | None:
    """Length of a sound in seconds, exact."""
    length = enclosure.meta.get("duration")
    return Fraction(*length) if length else None


def _key(enclosure: Enclosure, part: str) -> str:
    extension = "bin" if part == "original" else MADE[enclosure.kind][part]
    return f"enclosed/{enclosure.pk}/{part}.{extension}"


# --- the worker's side ---------------------------------------------------------------------------------------------------


def waiting() -> QuerySet[Enclosure]:
    """What a worker should take up: new ones, and those whose worker is gone."""
    return Enclosure.objects.filter(Q(state=State.NEW) | Q(state=State.RUNNING, lease_until__lt=Now())).order_by("created_at")


def run_next(server: ForkServer) -> bool:
    """Make what is to be made of the next waiting enclosure. False if none waits."""
    for pk in waiting().values_list("pk", flat=True)[:10]:
        token = secrets.token_hex(8)
        lease = Now() + timedelta(seconds=LIMITS.wall_seconds + settings.JOB_LEASE_SECONDS)
        claimed = (
            waiting()
            .order_by()
            .filter(pk=pk)
            .update(state=State.RUNNING, token=token, lease_until=lease, attempts=F("attempts") + 1)
        )
        if claimed:
            _run(Enclosure.objects.get(pk=pk), server, get_storage())
            return True
    return False


def work_name(enclosure: Enclosure) -> str:
    """The scratch folder of a running one."""
    return f"enclosed-{enclosure.pk}-{enclosure.token}"


def _run(enclosure: Enclosure, server: ForkServer, storage: Storage) -> None:
    if enclosure.attempts > MAX_ATTEMPTS:
        _end(enclosure, State.FAILED, error="enclosure_unreadable")
        return
    name = work_name(enclosure)
    work = storage.make_work_dir(name)
    try:
        (work / "out").mkdir()
        outcome = _ask_child(enclosure, server, storage, work)
        if outcome is None:
            _end(enclosure, State.NEW if enclosure.attempts < MAX_ATTEMPTS else State.FAILED, error="enclosure_unreadable")
        elif outcome["kind"] == "error":
            _end(enclosure, State.FAILED, error=str(outcome.get("code", ""))[:64] or "enclosure_unreadable")
        else:
            for part, extension in MADE[enclosure.kind].items():
                made = plain_file(work / "out", f"{part}.{extension}")
                made.chmod(0o644)
                storage.publish(made, _key(enclosure, part))
            _end(enclosure, State.READY, meta=_checked(outcome.get("result")))
    except (GateError, OSError) as error:
        log.error("enclosure %s: %s", enclosure.pk, error)
        _end(enclosure, State.FAILED, error="internal_error")
    finally:
        storage.remove_work_dir(name)


def _ask_child(enclosure: Enclosure, server: ForkServer, storage: Storage, work: Path) -> dict[str, Any] | None:
    """The child's last word: result or error; None if it died without one."""
    child = server.spawn(
        {
            "run": RUN,
            "source": str(storage.local_path(_key(enclosure, "original")).resolve()),
            "out": str((work / "out").resolve()),
            "stderr": str((work / "stderr.txt").resolve()),
            "inputs": {"kind": enclosure.kind},
            "files": {},
        },
        LIMITS,
    )
    try:
        return _listen(child)
    finally:
        child.finish()


def _listen(child: Child) -> dict[str, Any] | None:
    outcome = None
    deadline = time.monotonic() + LIMITS.wall_seconds
    while not child.ended:
        for message in child.receive(0.25):
            if message.get("kind") in ("result", "error") and outcome is None:
                outcome = message
        if time.monotonic() > deadline:
            child.kill("it took too long")
    return None if child.killed_because else outcome


def _checked(result: Any) -> dict[str, Any]:
    """What the child found, if it is what it may be. Raises GateError."""
    found: dict[str, Any] = {}
    try:
        for name in ("width", "height"):
            if name in result and 0 < int(result[name]) < 65536:
                found[name] = int(result[name])
        if "duration" in result:
            num, den = (int(value) for value in result["duration"])
            found["duration"] = [num, den]
            found["peaks"] = [min(100, max(0, int(peak))) for peak in list(result["peaks"])[:200]]
            if num < 1 or den < 1 or num // den > 24 * 3600:
                raise ValueError(num, den)
    except (TypeError, ValueError, KeyError) as error:
        raise GateError(f"a description that cannot be read: {error!r}") from error
    return found


def _end(enclosure: Enclosure, state: str, *, error: str = "", meta: dict[str, Any] | None = None) -> None:
    """Write the outcome, if the row is still ours, and tell whoever shows it."""
    with transaction.atomic():
        mine = Enclosure.objects.filter(pk=enclosure.pk, token=enclosure.token, state=State.RUNNING)
        if mine.update(state=state, token="", lease_until=None, error_code=error, meta=meta or {}):
            # After the commit: whoever is told locks projects, which come later in the order of locks.
            transaction.on_commit(lambda: enclosure_changed.send(sender=Enclosure, enclosure_id=enclosure.pk))
