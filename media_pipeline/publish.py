"""The gate: what a child made becomes a rendition only here, checked by the parent and fenced by the job's token.

The child is not believed. Kind, label and type must be ones the step may make, the path must be a plain file inside the
job's own folder, and a frame table must be the one that follows from the frame index: every picture, at its time.
"""

import json
import logging
import os
import re
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from media_pipeline import jobs
from media_pipeline.core import frame_table
from media_pipeline.core.frame_index import MOST_FRAMES
from media_pipeline.core.source_frames import SourceFrames, difference
from media_pipeline.core.summary import Summary
from media_pipeline.ids import new_id
from media_pipeline.missing import WITH_TABLE, steps_with_missing_files
from media_pipeline.models import Job, Media, Rendition
from media_pipeline.signals import media_changed
from media_pipeline.steps import Step, successors
from media_pipeline.storage import Storage, rendition_key, sha256_of, table_key

log = logging.getLogger(__name__)

Kind = Rendition.Kind
# What may be served from this origin. Nothing here can carry a script.
EXTENSIONS = {
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/quicktime": "mov",
    "audio/mp4": "m4a",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/png": "png",
    "application/octet-stream": "bin",
    "application/x-npy": "npy",
    "application/json": "json",
}
LABEL = re.compile(r"[A-Za-z0-9_.-]{0,32}")
EXTENSION = re.compile(r"[a-z0-9]{1,8}")
TABLE_BYTES = 64 * 1024 * 1024
META_CHARS = 65536
FILES_PER_JOB = 20_000


class GateError(Exception):
    """The child handed over something that must not be shown. The program is at fault (or the child was taken over)."""


@dataclass(frozen=True)
class Offer:
    """A checked file, not yet under its key. `path` is None for the original itself."""

    kind: str
    label: str
    path: Path | None
    table: Path | None
    mime: str
    width: int
    height: int
    frame_count: int
    meta: dict[str, Any]


def check(step: Step, out: Path, file: Mapping[str, Any], source: SourceFrames | None) -> Offer:
    """An offer of the child as a checked Offer. `source`: the media's frames, None while they are not known.

    Raises GateError.
    """
    try:
        kind, label, mime = str(file["kind"]), str(file["label"]), str(file["mime"])
        width, height, frames = (int(file[name]) for name in ("width", "height", "frame_count"))
        path, table, meta = str(file["path"]), str(file["table"]), file["meta"]
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise GateError(f"an offer that cannot be read: {error!r}") from error
    if kind not in step.kinds or (step.labels and label not in step.labels):
        raise GateError(f"the step {step.name} may not make {kind!r} {label[:32]!r}")
    if not LABEL.fullmatch(label) or mime not in EXTENSIONS:
        raise GateError(f"{kind}: label {label!r} or type {mime!r} is not allowed")
    if not isinstance(meta, dict) or len(json.dumps(meta)) > META_CHARS:
        raise GateError(f"{kind}: its description is too large")
    if not (0 <= width <= 65535 and 0 <= height <= 65535 and 0 <= frames < 2**31):
        raise GateError(f"{kind}: numbers out of range")
    offer = Offer(
        kind=kind,
        label=label,
        path=None if kind == Kind.ORIGINAL else plain_file(out, path),
        table=plain_file(out, table) if kind in WITH_TABLE else None,
        mime=mime,
        width=width,
        height=height,
        frame_count=frames,
        meta=meta,
    )
    _check_frames(offer, source)
    return offer


def _check_frames(offer: Offer, source: SourceFrames | None) -> None:
    """A picture too few or too many, or at another time than the source's, is never shown."""
    table = offer.path if offer.kind == Kind.FRAME_INDEX else offer.table
    if table is None:
        return
    if source is None:
        raise GateError(f"{offer.kind}: the media has no frame index yet")
    count, held = offer.frame_count, _read_table(offer.kind, table, offer.frame_count)
    whole = 1 <= count <= len(source) if offer.kind == Kind.PREVIEW else count == len(source)
    if not whole:
        raise GateError(f"{offer.kind}: it has {count} frames, the media has {len(source)}")
    made = offer.kind in {Kind.PREVIEW, Kind.PROXY, Kind.WATERMARKED}
    if wrong := difference(held, source.proxy_table(count) if made else source.original_table()):
        raise GateError(f"{offer.kind}: {wrong}")


def _read_table(kind: str, path: Path, count: int) -> bytes:
    """A table that claims `count` frames, not read any further. Raises GateError."""
    if path.stat().st_size > TABLE_BYTES:
        raise GateError(f"{kind}: its frame table is too large")
    data = path.read_bytes()
    try:
        held = frame_table.frame_count(data)
    except frame_table.FrameTableError as error:
        raise GateError(f"{kind}: its frame table is not valid: {error}") from error
    if held != count:
        raise GateError(f"{kind}: it claims {count} frames, its table holds {held}")
    return data


def plain_file(out: Path, relative: str) -> Path:
    """The file `relative` below `out`, if it is a regular file with one name and no link leads to it. Raises GateError."""
    parts = PurePosixPath(relative).parts
    if not relative or not parts or relative.startswith("/") or any(part in {"..", "/"} for part in parts) or "\0" in relative:
        raise GateError(f"not a path inside the job's folder: {relative!r}")
    path = out
    try:
        for part in parts:
            path = path / part
            status = os.lstat(path)
            if stat.S_ISLNK(status.st_mode):
                raise GateError(f"a link: {relative!r}")
    except OSError as error:
        raise GateError(f"not there: {relative!r}") from error
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
        raise GateError(f"not a plain file: {relative!r}")
    return path


def is_superfluous(media_id: str, offer: Offer) -> bool:
    """A preview only grows, and is of no use beside a whole proxy: so a second run after a crash takes nothing away. So does
    sound that is published before its end."""
    current = Rendition.objects.filter(media_id=media_id, superseded_at=None)
    if offer.kind == Kind.SOUND and offer.meta.get("growing"):
        there = current.filter(kind=Kind.SOUND, label=offer.label).first()
        return there is not None and int(there.meta.get("samples", 0)) >= int(offer.meta.get("samples", 0))
    if offer.kind != Kind.PREVIEW:
        return False
    if current.filter(kind=Kind.PROXY).exists():
        return True
    return current.filter(kind=Kind.PREVIEW, label=offer.label, frame_count__gte=offer.frame_count).exists()


def publish(job: Job, storage: Storage, offer: Offer, beat: Callable[[], None]) -> None:
    """Make one checked file current, in a transaction of its own. Raises jobs.LostLeaseError."""
    if is_superfluous(job.media_id, offer):
        return
    placed = _place(job, storage, offer, beat)
    if placed is None:
        return
    jobs.patiently(lambda: _publish_one(job, placed))


def _publish_one(job: Job, placed: Rendition) -> None:
    with transaction.atomic():
        if not jobs.hold(job):
            raise jobs.LostLeaseError
        _swap(job, placed)


def complete(job: Job, step: Step, storage: Storage, out: Path, result: Mapping[str, Any], beat: Callable[[], None]) -> None:
    """The end of a step, in one transaction: what it found, its last files, what they replace, its successors, `done`.

    Raises GateError, jobs.LostLeaseError.
    """
    summary, columns = _summary(result)
    offered = result.get("files", [])
    if not isinstance(offered, list) or len(offered) > FILES_PER_JOB:
        raise GateError("the list of files cannot be read")
    source = stored_frames(job.media, storage) if summary is None else _new_frames(out, offered, summary)
    frame_count = columns["frame_count"] if summary else job.media.frame_count
    offers = [check(step, out, file, source) for file in offered]
    placed = [one for offer in offers if (one := _place(job, storage, offer, beat))]
    gone = steps_with_missing_files(storage, Rendition.objects.filter(media_id=job.media_id)).get(job.media_id, set())
    end = _End(step, columns, placed, {(offer.kind, offer.label) for offer in offers}, frame_count or 0, gone)
    jobs.patiently(lambda: _commit(job, end))


@dataclass(frozen=True)
class _End:
    step: Step
    columns: dict[str, Any]  # of the media; empty if the step found nothing out about it
    placed: list[Rendition]
    kept: set[tuple[str, str]]
    frames: int
    gone: set[str]  # steps whose files are missing from the storage


def _commit(job: Job, end: _End) -> None:
    with transaction.atomic():
        media = jobs.hold_media(job.media_id)
        if media is None or not jobs.hold(job):
            raise jobs.LostLeaseError
        renewed = False
        if end.columns:
            renewed = media.summary != end.columns["summary"]
            Media.objects.filter(pk=media.pk).update(**end.columns)
        for rendition in end.placed:
            _swap(job, rendition)
        _supersede_rest(job, end.step, end.kept)
        jobs.finish(job, end.frames)
        made = Rendition.objects.filter(job=job, created_at__gte=job.created_at, superseded_at=None)  # anew, not vouched for
        kinds = set(made.values_list("kind", flat=True))
        for following in successors(end.step.name):
            stale = renewed or bool(kinds & set(following.reads)) or following.name in end.gone
            if stale or not _is_done(media, following):
                jobs.enqueue(media, following, priority=job.priority)
        if end.columns:
            detail = {"job_id": job.pk, "frame_count": end.frames}
            media_changed.send(sender=Media, media_id=media.pk, what="indexed", detail=detail)


def _summary(result: Mapping[str, Any]) -> tuple[Summary | None, dict[str, Any]]:
    if "summary" not in result:
        return None, {}
    try:
        summary = Summary.from_dict(dict(result["summary"]))
        columns = {
            "frame_count": int(summary.frame_count),
            "rate_num": int(summary.rate_num),
            "rate_den": int(summary.rate_den),
            "variable_rate": bool(summary.variable_rate),
            "start_frame": summary.start_frame,
            "drop_frame": summary.drop_frame,
            "summary": json.loads(json.dumps(summary.as_dict()).replace("\\u0000", "")),  # PostgreSQL takes no NUL
        }
    except (TypeError, ValueError, KeyError) as error:
        raise GateError(f"a summary that cannot be read: {error!r}") from error
    if columns["frame_count"] < 1 or columns["rate_num"] < 1 or columns["rate_den"] < 1:
        raise GateError("a summary without frames or rate")
    return summary, columns


def stored_frames(media: Media, storage: Storage) -> SourceFrames | None:
    """The media's frame index as it is published; None if it has none."""
    index = current_files(media, [Kind.FRAME_INDEX]).get(Kind.FRAME_INDEX)
    if index is None:
        return None
    return SourceFrames(storage.local_path(index.storage_key).read_bytes(), index.meta)


def _new_frames(out: Path, offered: Sequence[Any], summary: Summary) -> SourceFrames:
    """The frame index among the files of the step that makes it; it must agree with its summary. Raises GateError."""
    try:
        (file,) = (file for file in offered if file["kind"] == Kind.FRAME_INDEX)
        if summary.frame_count > MOST_FRAMES:
            raise GateError(f"{summary.frame_count} frames are more than any file may have")
        source = SourceFrames(_read_table(Kind.FRAME_INDEX, plain_file(out, file["path"]), summary.frame_count), file["meta"])
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise GateError(f"a frame index that cannot be read: {error!r}") from error
    if source.index.rate != summary.rate:
        raise GateError(f"the summary says {summary.rate} frames a second, the frame index {source.index.rate}")
    return source


def _place(job: Job, storage: Storage, offer: Offer, beat: Callable[[], None]) -> Rendition | None:
    """Bring the bytes under the key of a new rendition; None if exactly this is current already. Nothing shows it yet:
    if the process dies here, the reaper finds the file."""
    rendition_id = new_id()
    if offer.path is None:
        key, sha256, size = job.media.original_key, job.media.sha256, job.media.size
    else:
        offer.path.chmod(0o644)
        sha256, size = sha256_of(offer.path, beat), offer.path.stat().st_size
        key = rendition_key(job.media_id, rendition_id, _extension(offer))
    rendition = Rendition(
        id=rendition_id,
        media_id=job.media_id,
        job=job,
        kind=offer.kind,
        label=offer.label,
        storage_key=key,
        sha256=sha256,
        size=size,
        mime=offer.mime,
        width=offer.width,
        height=offer.height,
        frame_count=offer.frame_count,
        meta=offer.meta,
    )
    current = _current_like(storage, rendition, offer)
    if current is not None:
        if current.job_id != job.pk:
            jobs.patiently(lambda: _vouch(job, current))
        return None
    if _was_published(rendition):
        return None
    if offer.table is not None:
        offer.table.chmod(0o644)
        storage.publish(offer.table, table_key(job.media_id, rendition_id))
    if offer.path is not None:
        storage.publish(offer.path, key)
    return rendition


def _current_like(storage: Storage, new: Rendition, offer: Offer) -> Rendition | None:
    """The current rendition, if it has the same bytes and description (a step that runs a second time changes nothing)."""
    old = Rendition.objects.filter(media_id=new.media_id, kind=new.kind, label=new.label, superseded_at=None).first()
    fields = ("sha256", "mime", "width", "height", "frame_count", "meta")
    if old is None or any(getattr(old, name) != getattr(new, name) for name in fields) or not storage.exists(old.storage_key):
        return None
    if offer.table is None:
        return old
    table = table_key(old.media_id, old.pk)
    alike = storage.exists(table) and storage.local_path(table).read_bytes() == offer.table.read_bytes()
    return old if alike else None


def _vouch(job: Job, current: Rendition) -> None:
    """This run has made the same again: it is its result too, so that the end of the step does not take it away."""
    with transaction.atomic():
        if not jobs.hold(job):
            raise jobs.LostLeaseError
        Rendition.objects.filter(pk=current.pk).update(job=job)


def _was_published(new: Rendition) -> bool:
    """Whether an earlier try of the same job published these bytes and then something better in their place (a first
    poster, say): then the better one stays until this try comes to it."""
    same = Rendition.objects.filter(media_id=new.media_id, kind=new.kind, label=new.label)
    return same.filter(superseded_at=None).exists() and same.filter(job_id=new.job_id, sha256=new.sha256).exists()


def _swap(job: Job, rendition: Rendition) -> None:
    current = Rendition.objects.filter(
        media_id=rendition.media_id, kind=rendition.kind, label=rendition.label, superseded_at=None
    )
    current.update(superseded_at=Now())
    rendition.save(force_insert=True)
    detail = {"rendition_id": rendition.pk, "kind": rendition.kind, "label": rendition.label, "subject": job.subject}
    what = "comparison" if job.subject else "rendition"
    media_changed.send(sender=Rendition, media_id=rendition.media_id, what=what, detail=detail | {"job_id": job.pk})


def _supersede_rest(job: Job, step: Step, kept: set[tuple[str, str]]) -> None:
    """What earlier runs of this step left and this one did not make again, and the previews, give way."""
    current = Rendition.objects.filter(media_id=job.media_id, kind__in=step.kinds, superseded_at=None)
    if step.labels:
        current = current.filter(label__in=step.labels)
    for rendition in current:
        mine = rendition.job_id == job.pk or (rendition.kind, rendition.label) in kept
        if rendition.kind == Kind.PREVIEW or not mine:
            Rendition.objects.filter(pk=rendition.pk).update(superseded_at=Now())


def _is_done(media: Media, step: Step) -> bool:
    return Job.objects.filter(media=media, step=step.name, state=Job.State.DONE, step_version__gte=step.version).exists()


def _extension(offer: Offer) -> str:
    suffix = offer.path.suffix.lstrip(".").lower() if offer.path else ""
    if offer.mime == "application/octet-stream" and EXTENSION.fullmatch(suffix):
        return suffix
    return EXTENSIONS[offer.mime]


def current_files(media: Media, kinds: Sequence[str]) -> dict[str, Rendition]:
    """The current renditions of these kinds: by "kind" where the label is empty, else by "kind/label"."""
    rows = Rendition.objects.filter(media=media, kind__in=kinds, superseded_at=None)
    return {f"{row.kind}/{row.label}".rstrip("/"): row for row in rows}
