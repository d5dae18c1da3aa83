"""What is known of a media: its state, and the MediaStatus object of the API."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from media_pipeline.core.summary import Summary
from media_pipeline.models import Job, Media, Rendition
from review.models import Version
from review.selectors.positions import Clock

PLAYABLE = frozenset({Rendition.Kind.ORIGINAL, Rendition.Kind.PREVIEW, Rendition.Kind.PROXY})
FAILED = frozenset({Job.State.FAILED_USER, Job.State.FAILED_APP})
EXTENSIONS = {
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "video/quicktime": ".mov",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
}
# What state() needs, for querysets that list versions.
PREFETCH = ("media__jobs", "media__renditions")


def latest_jobs(jobs: Iterable[Job]) -> list[Job]:
    """The newest job of each step, oldest step first: a retry takes the place of the job that failed."""
    newest: dict[str, Job] = {}
    for job in sorted(jobs, key=lambda job: (job.created_at, job.pk)):
        newest.pop(job.step, None)
        newest[job.step] = job
    return list(newest.values())


def state(media: Media) -> str:
    """new | indexing | preparing | reviewable | ready | failed | cancelled, from the rows (prefetched or not)."""
    jobs = latest_jobs(media.jobs.all())
    states = {job.state for job in jobs}
    active = not states.isdisjoint(Job.ACTIVE)
    if any(one.superseded_at is None and one.kind in PLAYABLE for one in media.renditions.all()):
        return "ready" if jobs and states == {Job.State.DONE} else "reviewable"
    if not active and states & FAILED:
        return "failed"
    if not active and Job.State.CANCELLED in states:
        return "cancelled"
    if media.frame_count is not None:
        return "preparing"
    return "indexing" if any(job.state == Job.State.RUNNING for job in jobs) else "new"


def job(row: Job) -> dict[str, Any]:
    """Job of the API: progress in frames, the error with its remedy."""
    left = row.total_units - row.done_units
    failed = row.state in FAILED and row.error_code
    return {
        "id": row.pk,
        "step": row.step,
        "state": row.state,
        "done": row.done_units,
        "total": row.total_units,
        "per_second": round(row.units_per_second, 1),
        "eta_seconds": round(left / row.units_per_second) if row.units_per_second > 0 and row.total_units else None,
        "error": {"code": row.error_code, "message": row.error_message, "remedy": row.error_remedy} if failed else None,
    }


def address(version_id: str, rendition: Rendition, extension: str = "") -> str:
    """Path of a rendition's bytes (or of its frame table: extension ".tpfi"), as review.uploads serves it."""
    extension = extension or EXTENSIONS.get(rendition.mime) or ".bin"
    return f"/media/{version_id}/{rendition.pk}/{rendition.sha256[:16]}{extension}"


def status(version: Version) -> dict[str, Any]:
    """MediaStatus of a version's media."""
    media = version.media
    known = Summary.from_dict(media.summary) if media.summary else None
    current = [one for one in media.renditions.all() if one.superseded_at is None]
    by_kind: dict[str, list[Rendition]] = {}
    for one in sorted(current, key=lambda one: (one.label, one.pk)):
        by_kind.setdefault(one.kind, []).append(one)
    posters = by_kind.get(Rendition.Kind.POSTER, [])
    return {
        "id": media.pk,
        "state": state(media),
        "frame_count": media.frame_count,
        "rate": _rate(media),
        "variable_rate": media.variable_rate,
        "start_timecode": None if media.rate is None else Clock(media).start_timecode,
        "start_frame": media.start_frame,
        "duration": _duration(media),
        "width": known.width if known else None,
        "height": known.height if known else None,
        "pixel_aspect": {"num": known.sar_num, "den": known.sar_den} if known else None,
        "rotation": known.rotation if known else None,
        "audio_tracks": [asdict(track) for track in known.audio] if known else [],
        "container": known.container if known else None,
        "video_codec": known.video_codec if known else None,
        "warnings": list(known.warnings) if known else [],
        "plays_why_not": known.plays_why_not if known else "",
        "size": media.size,
        "sha256": media.sha256,
        "renditions": [
            _rendition(version.pk, one, media)
            for kind in (Rendition.Kind.ORIGINAL, Rendition.Kind.PREVIEW, Rendition.Kind.PROXY)
            for one in by_kind.get(kind, [])
        ],
        "poster_url": address(version.pk, posters[-1]) if posters else None,
        "sprites": _sprites(version.pk, by_kind.get(Rendition.Kind.SPRITES, [])),
        "waveforms": [_waveform(version.pk, one) for one in by_kind.get(Rendition.Kind.WAVEFORM, [])],
        "jobs": [job(one) for one in latest_jobs(media.jobs.all())],
    }


def _rate(media: Media) -> dict[str, Any] | None:
    return None if media.rate is None else Clock(media).rate()


def _duration(media: Media) -> dict[str, int] | None:
    """Length at the nominal rate, exact."""
    if media.rate is None or media.frame_count is None:
        return None
    return {"num": media.frame_count * media.rate.denominator, "den": media.rate.numerator}


def _rendition(version_id: str, one: Rendition, media: Media) -> dict[str, Any]:
    return {
        "id": one.pk,
        "kind": one.kind,
        "label": one.label,
        "url": address(version_id, one),
        "table_url": address(version_id, one, ".tpfi"),
        "mime": one.mime,
        "width": one.width,
        "height": one.height,
        "frame_count": one.frame_count,
        "complete": one.frame_count == media.frame_count,
    }


def _sprites(version_id: str, sheets: list[Rendition]) -> dict[str, Any] | None:
    if not sheets:
        return None
    meta = sheets[0].meta
    names = ("tile_width", "tile_height", "columns", "rows", "frame_step")
    return {**{name: meta.get(name, 0) for name in names}, "sheets": [address(version_id, one) for one in sheets]}


def _waveform(version_id: str, one: Rendition) -> dict[str, Any]:
    names = ("track", "samples_per_peak", "sample_rate")
    return {**{name: one.meta.get(name, 0) for name in names}, "url": address(version_id, one)}
