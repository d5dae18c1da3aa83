"""The step "index", as it runs in the limited child."""

from collections.abc import Mapping
from typing import Any

from media_pipeline.core import frame_table
from media_pipeline.core.child import Order
from media_pipeline.core.probe import inspect
from media_pipeline.core.report import RenditionFile, Report

TABLE_MIME = "application/octet-stream"
PLAYED_AS = {"mov": "video/mp4", "matroska": "video/webm", "webm": "video/webm"}


def run(order: Order, report: Report) -> Mapping[str, Any]:
    """Probe and frame index from packets. The original becomes a rendition if browsers play it exactly as it is."""
    summary, frames = inspect(order.source)
    table = frame_table.pack(frames)
    (order.out / "frame-index.tpfi").write_bytes(table)
    base = frames.time_base
    files = [
        RenditionFile(
            kind="frame_index",
            label="",
            path="frame-index.tpfi",
            mime=TABLE_MIME,
            frame_count=len(frames),
            meta={"time_base": [base.numerator, base.denominator], "last_duration": frames.last_duration},
        )
    ]
    if summary.plays_exactly:
        (order.out / "original.tpfi").write_bytes(table)
        turned = summary.rotation in (90, 270)
        files.append(
            RenditionFile(
                kind="original",
                label="",
                path="",
                mime=PLAYED_AS.get(summary.container.split(",")[0], "video/mp4"),
                width=summary.height if turned else summary.width,
                height=summary.width if turned else summary.height,
                frame_count=len(frames),
                table="original.tpfi",
            )
        )
    report.progress(len(frames), len(frames))
    return {"summary": summary.as_dict(), "files": files}
