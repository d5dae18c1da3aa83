"""The step "renditions", as it runs in the limited child."""

from collections.abc import Mapping
from typing import Any

from media_pipeline.core.child import Order
from media_pipeline.core.decode_pass import make_renditions
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.report import Report
from media_pipeline.core.source_frames import SourceFrames
from media_pipeline.core.summary import Summary


def run(order: Order, report: Report) -> Mapping[str, Any]:
    """One decode pass makes everything else."""
    summary = Summary.from_dict(dict(order.inputs["summary"]))
    frames = read_index(order, variable=summary.variable_rate)
    make_renditions(order.source, summary, frames, order.out, report)
    return {}


def read_index(order: Order, *, variable: bool) -> FrameIndex:
    """The frame index as `inspect` made it: in the file's own time base."""
    return SourceFrames(order.files["frame_index"].read_bytes(), order.inputs["frame_index"], variable=variable).index
