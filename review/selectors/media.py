"""MediaStatus of the API, made from what the pipeline tells. The pipeline knows no URLs: they are made here."""

from collections.abc import Collection
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from media_pipeline import api as pipeline
from review.media_words import error_in_words
from review.models import StoppedWork, Version


def known_to(project_id: str, media_ids: Collection[str]) -> dict[str, pipeline.MediaStatus]:
    """What the project knows of these media, by media id. A fixed number of queries.

    Media are shared by content: where the project had the work stopped, it does not see what is made for others.
    """
    rows = StoppedWork.objects.filter(project_id=project_id, media_id__in=media_ids)
    stopped = {row.media_id: pipeline.Stopped(row.stopped_at, row.with_poster) for row in rows}
    return pipeline.status(media_ids, stopped=stopped)


def known_of(version: Version) -> pipeline.MediaStatus:
    """What the version's project knows of its media."""
    return known_to(version.asset.project_id, [version.media_id])[version.media_id]


def poster_url(version_id: str, known: pipeline.MediaStatus) -> str | None:
    """Path of the picture that stands for a version; None before the first one is published."""
    return address(version_id, known.poster) if known.poster else None


def address(version_id: str, file: pipeline.RenditionStatus, extension: str = "") -> str:
    """Path of a rendition's bytes (or of its frame table: extension "tpfi"), as review/uploads and serving know it."""
    return f"/media/{version_id}/{file.id}/{file.sha256[:16]}.{extension or file.extension}"


def job(status: pipeline.JobStatus) -> dict[str, Any]:
    """Job: progress in frames, the error with its remedy."""
    shown = asdict(status)
    del shown["media_id"]
    if shown["error"] is not None:
        shown["error"] = error_in_words(shown["error"])
    return shown


def upright_size(version: Version) -> tuple[int, int] | None:
    """Width and height of the picture as people see it, upright and in square pixels; None before they are known."""
    summary = pipeline.status([version.media_id])[version.media_id].summary
    if summary is None:
        return None
    width, height = summary.width, summary.height
    if summary.sar_num > 0 and summary.sar_den > 0:
        width = max(1, round(Fraction(width * summary.sar_num, summary.sar_den)))
    return (height, width) if summary.rotation in (90, 270) else (width, height)


def status(version: Version) -> dict[str, Any]:
    """MediaStatus of a version's media."""
    known = known_of(version)
    summary = known.summary
    return {
        "id": known.id,
        "state": known.state,
        "frame_count": known.frame_count,
        "rate": known.rate and {**_fraction(known.rate), "drop_frame": bool(known.drop_frame)},
        "variable_rate": known.variable_rate,
        "start_timecode": known.start_timecode or None,
        "start_frame": known.start_frame,
        "duration": known.duration and _fraction(known.duration),
        "width": summary and summary.width,
        "height": summary and summary.height,
        "pixel_aspect": summary and {"num": summary.sar_num, "den": summary.sar_den},
        "rotation": summary.rotation if summary else None,
        "has_alpha": summary and summary.has_alpha,
        "audio_tracks": [asdict(track) for track in known.audio_tracks],
        "container": summary and summary.container,
        "video_codec": summary and summary.video_codec,
        "warnings": list(summary.warnings) if summary else [],
        "plays_why_not": summary.plays_why_not if summary else "",
        "size": known.size,
        "sha256": known.sha256,
        "renditions": [_rendition(version.pk, file) for file in known.renditions],
        "poster_url": poster_url(version.pk, known),
        "sprites": known.sprites and _sprites(version.pk, known.sprites),
        "waveforms": [
            {
                "track": one.track,
                "url": address(version.pk, one.file),
                "samples_per_peak": one.samples_per_peak,
                "sample_rate": one.sample_rate,
            }
            for one in known.waveforms
        ],
        "sounds": [
            {"track": one.track, "channel": one.channel, "url": address(version.pk, one.file), "mime": one.file.mime}
            for one in known.sounds
        ],
        "levels": [{"track": track, "url": address(version.pk, file)} for track, file in known.levels],
        "jobs": [job(one) for one in known.jobs],
    }


def for_guest(shown: dict[str, Any], *, original: bool) -> dict[str, Any]:
    """The same for a guest of a share link: what is needed to watch, and nothing of the file, of errors or of checks. The
    original is played only to those who may also download it (`original`)."""
    renditions = [one for one in shown["renditions"] if original or one["kind"] != "original"]
    jobs = [_for_guest(one) for one in shown["jobs"]]
    hidden = {"warnings": [], "plays_why_not": "", "sha256": "", "size": 0, "container": None, "video_codec": None}
    return {**shown, **hidden, "renditions": renditions, "jobs": jobs}


def _for_guest(shown: dict[str, Any]) -> dict[str, Any]:
    """How far it is; not what is being made, nor why it failed."""
    return {**shown, "step": "prepare", "error": None}


def with_mark(version_id: str, shown: dict[str, Any], marked: pipeline.Marked) -> dict[str, Any]:
    """What for_guest says, for guests whose pictures carry a mark: of all that is larger than the hover thumbnails they are
    given the marked copies alone. While these are being made there is nothing to see."""
    copies = [
        {**_rendition(version_id, one), "kind": "proxy", "label": f"{min(one.width, one.height)}p"} for one in marked.renditions
    ]
    jobs = [_for_guest(job(marked.job))] if marked.job is not None and not copies else []
    state = "ready" if copies else shown["state"]
    if not copies and state in ("ready", "reviewable"):
        failed = marked.job is not None and marked.job.state.startswith("failed")
        state = "failed" if failed else "preparing"
    return {
        **shown,
        "state": state,
        "renditions": copies,
        "poster_url": None,
        "jobs": [*jobs, *([] if copies else shown["jobs"])],
    }


def _fraction(value: Fraction) -> dict[str, int]:
    return {"num": value.numerator, "den": value.denominator}


def _rendition(version_id: str, file: pipeline.RenditionStatus) -> dict[str, Any]:
    return {
        "id": file.id,
        "kind": file.kind,
        "label": file.label,
        "url": address(version_id, file),
        "table_url": address(version_id, file, "tpfi"),
        "mime": file.mime,
        "size": file.size,
        "width": file.width,
        "height": file.height,
        "frame_count": file.frame_count,
        "complete": file.complete,
    }


def thumbnail(version_id: str, known: pipeline.MediaStatus, frame: int) -> dict[str, Any] | None:
    """Where the hover thumbnail of a frame lies, the last one taken at or before it; None while there is none."""
    sprites = known.sprites
    if sprites is None or sprites.frame_step < 1 or (per_sheet := sprites.columns * sprites.rows) < 1:
        return None
    sheet, cell = divmod(frame // sprites.frame_step, per_sheet)
    if sheet >= len(sprites.sheets):
        return None
    return {
        "sheet_url": address(version_id, sprites.sheets[sheet]),
        "width": sprites.tile_width,
        "height": sprites.tile_height,
        "columns": sprites.columns,
        "column": cell % sprites.columns,
        "row": cell // sprites.columns,
    }


def _sprites(version_id: str, sprites: pipeline.Sprites) -> dict[str, Any]:
    return {
        "tile_width": sprites.tile_width,
        "tile_height": sprites.tile_height,
        "columns": sprites.columns,
        "rows": sprites.rows,
        "frame_step": sprites.frame_step,
        "sheets": [address(version_id, sheet) for sheet in sprites.sheets],
    }


def worked_on_for(project_id: str) -> list[str]:
    """Ids of the media that versions of the project hold and that it wants worked on."""
    rows = Version.objects.filter(asset__project_id=project_id, deleted_at=None, asset__deleted_at=None)
    rows = rows.exclude(media_id__in=StoppedWork.objects.filter(project_id=project_id).values("media_id"))
    return list(rows.values_list("media_id", flat=True).distinct().order_by())
