"""The sources of a project in one table: what each version's file is, and where it is otherwise than the rest."""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.db.models import Max

from media_pipeline import api as pipeline
from media_pipeline.core.checks.contract import Stage
from media_pipeline.core.checks.material import Measurement
from media_pipeline.core.summary import Summary
from review.models import Version
from review.selectors import checks, media, versions

MOST = 5000  # versions looked at for one table
# What is expected to be alike in a project: a cell that is not what most rows have is marked.
COMPARED = (
    "container", "video_codec", "raster", "pixel_aspect", "scan", "rate", "variable_rate", "drop_frame", "audio", "audio_rate",
    "color",
)  # fmt: skip


def table(project_id: str, *, latest_only: bool) -> dict[str, Any]:
    """SourceTable of the API: rows by asset name and number, the values that most have, in a fixed number of queries."""
    newest = _newest(project_id)
    rows = _versions(project_id, newest, latest_only=latest_only)
    known = media.known_to(project_id, {row.media_id for row in rows})
    measured = pipeline.stage_measurements(known.values(), Stage.PACKETS)
    judged = checks.stored([row.pk for row in rows])
    shown = [
        _row(
            row, known[row.media_id], measured.get(row.media_id, {}), judged[row.pk], latest=newest[row.asset_id] == row.number
        )
        for row in rows
    ]
    common = {name: _most(shown, name) for name in COMPARED}
    for one in shown:
        one["odd"] = [name for name in COMPARED if one[name] not in (None, common[name])]  # what a file does not say
    return {"rows": shown, "common": common}


def _versions(project_id: str, newest: Mapping[str, int], *, latest_only: bool) -> list[Version]:
    rows = versions.listed().filter(asset__project_id=project_id, asset__deleted_at=None, asset__expires_at=None)
    found = list(rows.order_by("asset__name", "-number")[:MOST])
    return [row for row in found if not latest_only or newest[row.asset_id] == row.number]


def _newest(project_id: str) -> dict[str, int]:
    rows = Version.objects.filter(asset__project_id=project_id, deleted_at=None).order_by()
    return dict(rows.values_list("asset_id").annotate(newest=Max("number")))


def _most(rows: Sequence[Mapping[str, Any]], name: str) -> Any:
    """The value that most of the files have; of several, the one that comes first. A file without a timecode says nothing of
    drop-frame: that differs from nothing."""
    counts = Counter(row[name] for row in rows if row[name] is not None)
    return counts.most_common(1)[0][0] if counts else None


def _row(
    version: Version,
    known: pipeline.MediaStatus,
    measured: Mapping[str, Measurement],
    judged: Mapping[str, Any],
    *,
    latest: bool,
) -> dict[str, Any]:
    summary = known.summary
    return {
        "version_id": version.pk,
        "asset_id": version.asset_id,
        "asset_name": version.asset.name,
        "number": version.number,
        "latest": latest,
        "original_name": version.original_name,
        "state": known.state,
        "known": summary is not None,
        "size": known.size,
        "frame_count": known.frame_count,
        "checks": judged,
        **(_facts(summary, measured) if summary is not None else dict.fromkeys(_FACTS)),
    }


_FACTS = (*COMPARED, "start_timecode", "gop", "open_gop", "duration")


def _facts(summary: Summary, measured: Mapping[str, Measurement]) -> dict[str, Any]:
    gop = measured.get("gop")
    shell = measured.get("container")
    kind = summary.container.split(",")[0]
    if kind == "mov" and shell is not None and shell.data.get("mp4"):
        kind = "mp4"
    tracks = [f"{track.codec} {track.layout or track.channels}" for track in summary.audio]
    color = [summary.color_primaries, summary.color_transfer, summary.color_space, summary.color_range]
    return {
        "container": {"matroska": "mkv", "mpegts": "ts"}.get(kind, kind),
        "video_codec": " ".join(filter(None, (summary.video_codec, summary.profile, summary.pixel_format))),
        "raster": f"{summary.width}×{summary.height}" + (f" turned {summary.rotation}°" if summary.rotation else ""),
        "pixel_aspect": f"{summary.sar_num}:{summary.sar_den}",
        "scan": {"tt": "tff", "bb": "bff", "tb": "tff", "bt": "bff"}.get(summary.field_order, "progressive"),
        "rate": _rate(summary.rate),
        "variable_rate": summary.variable_rate,
        "drop_frame": summary.drop_frame,
        "audio": ", ".join(tracks) or "none",
        "audio_rate": ", ".join(str(rate) for rate in sorted({track.sample_rate for track in summary.audio})) or "none",
        "color": " ".join(dict.fromkeys(filter(None, color))) or "untagged",
        "start_timecode": summary.start_timecode or None,
        "gop": gop.data.get("longest") if gop is not None else None,
        "open_gop": summary.open_gop,
        "duration": _seconds(Fraction(summary.frame_count) / summary.rate),
    }


def _rate(rate: Fraction) -> str:
    """Exact, as people write it: 25, 24000/1001."""
    return str(rate)


def _seconds(value: Fraction) -> dict[str, int]:
    return {"num": value.numerator, "den": value.denominator}
