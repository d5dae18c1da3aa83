"""What is known and made of a media, as plain typed values. URLs are the caller's: here stand ids, hashes, extensions."""

import mimetypes
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any

from media_pipeline import steps
from media_pipeline.core.summary import AudioTrack, Summary
from media_pipeline.ids import is_id
from media_pipeline.models import Job, Media, Rendition
from media_pipeline.storage import get_storage, table_key

PLAYABLE = (Rendition.Kind.ORIGINAL, Rendition.Kind.PREVIEW, Rendition.Kind.PROXY)
EXTENSIONS = {"video/mp4": "mp4", "video/webm": "webm", "video/quicktime": "mov", "image/jpeg": "jpg", "image/webp": "webp"}


@dataclass(frozen=True)
class JobError:
    code: str
    message: str
    remedy: str


@dataclass(frozen=True)
class JobStatus:
    """`done` of `total` frames; `eta_seconds` is None while nothing is known."""

    id: str
    step: str
    state: str
    done: int
    total: int
    per_second: float
    eta_seconds: int | None
    error: JobError | None
    media_id: str


@dataclass(frozen=True)
class RenditionStatus:
    """A published file. It never changes: `sha256` belongs into its URL. `has_table`: a frame table is served beside."""

    id: str
    kind: str
    label: str
    sha256: str
    extension: str
    mime: str
    size: int
    width: int
    height: int
    frame_count: int
    complete: bool
    has_table: bool
    meta: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sprites:
    tile_width: int
    tile_height: int
    columns: int
    rows: int
    frame_step: int
    sheets: tuple[RenditionStatus, ...]


@dataclass(frozen=True)
class Waveform:
    track: int
    file: RenditionStatus
    samples_per_peak: int
    sample_rate: int


@dataclass(frozen=True)
class SoloSound:
    """A file to be heard by itself: a channel (0-based) of a track, or, None, the whole track; without a track all together."""

    track: int | None
    channel: int | None
    file: RenditionStatus


@dataclass(frozen=True)
class MediaStatus:
    """See docs/architecture.md. Everything about the picture is None until the step "index" is done."""

    id: str
    state: str  # new | indexing | preparing | reviewable | ready | failed | cancelled
    sha256: str
    size: int
    frame_count: int | None
    rate: Fraction | None
    drop_frame: bool | None
    variable_rate: bool | None
    start_timecode: str | None
    start_frame: int | None
    summary: Summary | None
    audio_tracks: tuple[AudioTrack, ...]
    renditions: tuple[RenditionStatus, ...]  # original, previews and proxies
    frame_index: RenditionStatus | None
    poster: RenditionStatus | None
    sprites: Sprites | None
    waveforms: tuple[Waveform, ...]
    sounds: tuple[SoloSound, ...]  # all tracks together first, then by track and channel
    levels: tuple[tuple[int, RenditionStatus], ...]  # of the channels of a track, for meters
    jobs: tuple[JobStatus, ...]  # the latest of each step
    measured: tuple[str, ...] = ()  # labels of the measurements for the sync checks

    @property
    def duration(self) -> Fraction | None:
        """Seconds, at the nominal rate."""
        return Fraction(self.frame_count) / self.rate if self.frame_count is not None and self.rate else None


@dataclass(frozen=True)
class Stopped:
    """When somebody had the work on a media stopped. Work may go on for others, and they must not learn of it: they see
    what the steps that were done by then have made, the rest as cancelled, and nothing of what was half made (whether
    there was a poster already is noted, since it is made early)."""

    at: datetime
    with_poster: bool


@dataclass(frozen=True)
class RenditionFiles:
    """Where the bytes of a rendition are, for whoever serves them."""

    status: RenditionStatus
    media_id: str
    key: str
    path: Path
    table_key: str | None
    table_path: Path | None


def job_status(job: Job) -> JobStatus:
    left = max(job.total_units - job.done_units, 0)
    running = job.state == Job.State.RUNNING
    eta = round(left / job.units_per_second) if running and job.units_per_second > 0 and job.total_units else None
    error = JobError(job.error_code, job.error_message, job.error_remedy) if job.error_code else None
    return JobStatus(
        id=job.pk,
        step=job.step,
        state=job.state,
        done=job.done_units,
        total=job.total_units,
        per_second=round(job.units_per_second, 2),
        eta_seconds=eta,
        error=error,
        media_id=job.media_id,
    )


def extension_of(rendition: Rendition) -> str:
    """Extension for the URL, without its dot; "bin" when nothing better is known."""
    if suffix := PurePosixPath(rendition.storage_key).suffix.lstrip("."):
        return suffix
    return EXTENSIONS.get(rendition.mime) or (mimetypes.guess_extension(rendition.mime) or ".bin").lstrip(".")


def rendition_status(rendition: Rendition, frame_count: int | None) -> RenditionStatus:
    playable = rendition.kind in (*PLAYABLE, Rendition.Kind.WATERMARKED)
    return RenditionStatus(
        id=rendition.pk,
        kind=rendition.kind,
        label=rendition.label,
        sha256=rendition.sha256,
        extension=extension_of(rendition),
        mime=rendition.mime,
        size=rendition.size,
        width=rendition.width,
        height=rendition.height,
        frame_count=rendition.frame_count,
        complete=not playable or rendition.frame_count == frame_count,
        has_table=playable,
        meta=dict(rendition.meta),
    )


def statuses(media_ids: Iterable[str], *, stopped: Mapping[str, Stopped]) -> dict[str, MediaStatus]:
    """Status of each media that exists, in four queries however many they are."""
    ids = list(media_ids)
    medias = list(Media.objects.filter(pk__in=ids))
    renditions: dict[str, list[Rendition]] = {media.pk: [] for media in medias}
    for rendition in Rendition.objects.filter(media_id__in=ids, superseded_at=None).order_by("kind", "label"):
        renditions[rendition.media_id].append(rendition)
    jobs: dict[str, list[Job]] = {media.pk: [] for media in medias}
    # Comparisons are the business of whoever chose the reference (comparisons.py), mixdowns of whoever keeps them (sounds.py).
    for job in Job.objects.filter(media_id__in=ids, subject="").exclude(step=steps.SOUND.name).order_by("created_at"):
        jobs[job.media_id].append(job)
    found = {}
    for media in medias:
        if media.pk in stopped:
            found[media.pk] = _stopped_status(media, renditions[media.pk], jobs[media.pk], stopped[media.pk])
        else:
            found[media.pk] = _status(media, renditions[media.pk], {job.step: job for job in jobs[media.pk]})
    return found


def _stopped_status(media: Media, renditions: Sequence[Rendition], jobs: Sequence[Job], stopped: Stopped) -> MediaStatus:
    """The media as it looks to whoever had the work stopped: the same whether others had it go on or not."""
    ended = [job for job in jobs if job.finished_at is not None and job.finished_at <= stopped.at]
    done = {job.step: job for job in ended if job.state == Job.State.DONE}
    shown = {job.step: job for job in jobs if job.created_at <= stopped.at}
    for name, job in shown.items():
        failed = job in ended and job.state in {Job.State.FAILED_USER, Job.State.FAILED_APP}
        if name in done:
            shown[name] = done[name]
        elif not failed:
            shown[name] = Job(pk=job.pk, media_id=job.media_id, step=name, state=Job.State.CANCELLED)

    def is_shown(rendition: Rendition) -> bool:
        if rendition.kind == Rendition.Kind.POSTER and stopped.with_poster:
            return True
        return any(step.name in done and step.makes(rendition.kind, rendition.label) for step in steps.all_steps())

    if steps.first().name not in done:
        media = Media(pk=media.pk, sha256=media.sha256, size=media.size)
    known = _status(media, [rendition for rendition in renditions if is_shown(rendition)], shown)
    return replace(known, state="cancelled") if known.state == "new" else known


def _status(media: Media, renditions: Sequence[Rendition], jobs: dict[str, Job]) -> MediaStatus:
    files = [rendition_status(rendition, media.frame_count) for rendition in renditions]

    def of_kind(*kinds: str) -> tuple[RenditionStatus, ...]:
        return tuple(file for file in files if file.kind in kinds)

    summary = Summary.from_dict(media.summary) if media.summary else None
    playable = tuple(sorted(of_kind(*PLAYABLE), key=lambda file: (PLAYABLE.index(Rendition.Kind(file.kind)), -file.height)))
    order = [step.name for step in steps.all_steps()]
    known = sorted(jobs.values(), key=lambda job: order.index(job.step) if job.step in order else len(order))
    return MediaStatus(
        id=media.pk,
        state=_state(media, playable, jobs),
        sha256=media.sha256,
        size=media.size,
        frame_count=media.frame_count,
        rate=media.rate,
        drop_frame=media.drop_frame,
        variable_rate=media.variable_rate,
        start_timecode=summary.start_timecode if summary else None,
        start_frame=media.start_frame,
        summary=summary,
        audio_tracks=summary.audio if summary else (),
        renditions=playable,
        frame_index=next(iter(of_kind(Rendition.Kind.FRAME_INDEX)), None),
        poster=next(iter(of_kind(Rendition.Kind.POSTER)), None),
        sprites=_sprites(of_kind(Rendition.Kind.SPRITES)),
        waveforms=tuple(_waveform(file) for file in of_kind(Rendition.Kind.WAVEFORM)),
        sounds=tuple(sorted(map(_solo, of_kind(Rendition.Kind.SOUND)), key=_place)),
        levels=tuple((int(file.meta.get("track", 0)), file) for file in of_kind(Rendition.Kind.LEVELS)),
        jobs=tuple(job_status(job) for job in known),
        measured=tuple(file.label for file in of_kind(Rendition.Kind.MEASUREMENTS)),
    )


def _state(media: Media, playable: Sequence[RenditionStatus], jobs: dict[str, Job]) -> str:
    """A media whose every step is done is ready, whatever those that only look are at; with a whole picture it is
    reviewable whatever failed afterwards; a growing preview makes it reviewable as long as it still grows."""
    aside = set(steps.aside())
    needed = [job for job in jobs.values() if job.step not in aside]
    states = {job.state for job in needed}
    wanted = {step.name for step in steps.all_steps()} - aside
    done = {job.step for job in needed if job.state == Job.State.DONE}
    if wanted <= done:
        return "ready"
    active = bool(states & set(Job.ACTIVE))
    if any(file.complete for file in playable) or (playable and active):
        return "reviewable"
    if active:
        if media.frame_count is not None:
            return "preparing"
        return "indexing" if Job.State.RUNNING in states else "new"
    if states & {Job.State.FAILED_USER, Job.State.FAILED_APP}:
        return "failed"
    return "cancelled" if Job.State.CANCELLED in states else "new"


def _sprites(sheets: Sequence[RenditionStatus]) -> Sprites | None:
    if not sheets:
        return None
    names = ("tile_width", "tile_height", "columns", "rows", "frame_step")
    numbers = {name: int(sheets[0].meta.get(name, 0)) for name in names}
    return Sprites(**numbers, sheets=tuple(sheets))


def _waveform(file: RenditionStatus) -> Waveform:
    numbers = {name: int(file.meta.get(name, 0)) for name in ("track", "samples_per_peak", "sample_rate")}
    return Waveform(file=file, **numbers)


def _solo(file: RenditionStatus) -> SoloSound:
    track, channel = file.meta.get("track", 0), file.meta.get("channel")
    return SoloSound(None if track is None else int(track), None if channel is None else int(channel), file)


def _place(sound: SoloSound) -> tuple[int, int]:
    return -1 if sound.track is None else sound.track, sound.channel or 0


def rendition_files(media_id: str, rendition_id: str) -> RenditionFiles | None:
    """A rendition of that media (superseded ones too, as long as they are not reaped); None if there is none."""
    if not is_id(rendition_id):
        return None
    rendition = Rendition.objects.select_related("media").filter(pk=rendition_id, media_id=media_id).first()
    if rendition is None:
        return None
    storage = get_storage()
    status = rendition_status(rendition, rendition.media.frame_count)
    table = table_key(media_id, rendition_id) if status.has_table else None
    return RenditionFiles(
        status=status,
        media_id=media_id,
        key=rendition.storage_key,
        path=storage.local_path(rendition.storage_key),
        table_key=table,
        table_path=storage.local_path(table) if table else None,
    )
