"""A corrected copy as it is made in the limited child: written, read back, handed over only if proven."""

from collections.abc import Mapping
from typing import Any

from media_pipeline.core.child import Order
from media_pipeline.core.corrections.plan import Plan
from media_pipeline.core.corrections.proof import prove
from media_pipeline.core.corrections.write import write
from media_pipeline.core.report import RenditionFile, Report
from media_pipeline.core.step_renditions import read_index
from media_pipeline.core.summary import Summary

KIND = "corrected"
MIMES = {"mov": "video/quicktime", "mp4": "video/mp4"}


def run(order: Order, report: Report) -> Mapping[str, Any]:
    """Inputs: `plan` (core.corrections.plan), `container`, `label`. Raises MediaError, also where the copy is not what was
    meant."""
    summary = Summary.from_dict(dict(order.inputs["summary"]))
    index = read_index(order, variable=summary.variable_rate)
    plan, container = Plan.from_dict(order.inputs["plan"]), str(order.inputs["container"])
    name = f"corrected.{container}"
    written = write(order.source, summary, index, plan, order.out / name, report, container=container)
    proof = prove(summary, index, plan, written, order.out / name)
    meta = {
        "residual_ms": {str(track): round(value, 4) for track, value in proof.residual.items()},
        "places": {str(track): count for track, count in proof.places.items()},
        "words": proof.words(),
        "left_out": written.left_out,
    }
    report.progress(1, 1)
    return {"files": [RenditionFile(KIND, str(order.inputs["label"]), name, MIMES[container], meta=meta)]}
