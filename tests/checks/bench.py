"""What tests of checks stand on: materials made of times alone, or of a clip with everything that the pipeline stores."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from media_pipeline.core.checks import local, registry, run
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import Check, Finding, Outcome, Stage
from media_pipeline.core.checks.material import Material, Measurement
from media_pipeline.core.checks.report import judge, plain
from media_pipeline.core.checks.spec import Spec
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.rate import fit_rate
from media_pipeline.core.summary import Summary

PLAIN = Summary(
    container="mov,mp4,m4a,3gp,3g2,mj2", size=1, video_stream=0, video_codec="h264", profile="High", pixel_format="yuv420p",
    width=320, height=180, sar_num=1, sar_den=1, rotation=0, color_primaries="", color_transfer="", color_space="",
    color_range="", field_order="progressive", frame_count=0, rate_num=25, rate_den=1, variable_rate=False, start_timecode="",
    start_frame=None, drop_frame=None, timecode_source="", has_b_frames=False, open_gop=False, fragmented=False, edit_list="",
    plays_exactly=True, plays_why_not="",
)  # fmt: skip


def timed(times: Any, time_base: Fraction | str, *, declared: str = "", **summary: Any) -> Material:
    """A material without a file: pictures at these ticks, every twelfth a key frame."""
    pts, base = np.asarray(times, np.int64), Fraction(time_base)
    fit = fit_rate(pts, base, [Fraction(declared)] if declared else [])
    key = np.arange(len(pts)) % 12 == 0
    index = FrameIndex(pts, key, base, int(np.median(np.diff(pts))), fit.rate, fit.variable)
    known = replace(
        PLAIN, frame_count=len(pts), rate_num=fit.rate.numerator, rate_den=fit.rate.denominator, variable_rate=fit.variable
    )
    return Material("", replace(known, **summary), index)


def opened(path: Path, work: Path | None = None, *, reference: Path | None = None) -> Material:
    """A file with its packets measured; decoded too if there is a folder `work` for it, and compared with a reference."""
    material = local.open_material(path)
    run.measure_stage(Stage.PACKETS, material)
    if work is not None:
        local.decode(material, work / path.name, lambda what, done, total: None)
        run.measure_stage(Stage.DECODED, material)
    if reference is not None:
        assert work is not None
        material.other = opened(reference, work)
        run.measure_stage(Stage.REFERENCE, material)
    failed = {check: known.reason for check, known in material.earlier.items() if known.state == "failed"}
    assert not failed, failed
    return material


def outcome(material: Material, check_id: str, spec: Spec | None = None) -> Outcome:
    """What one check says; it is measured first if nobody has yet."""
    if check_id not in material.earlier:
        measure_one(material, registry.find(check_id))
    return judge(Case(material.summary, spec or Spec(), material.earlier))[check_id]


def measure_one(material: Material, check: Check) -> None:
    """Measure a single check, its errors raised (run.measure_stage would note them)."""
    data = plain(dict(check.measure(material)))
    material.earlier[check.id] = Measurement(check.version, "measured", data)


def only(found: Outcome) -> Finding:
    """The one finding of an outcome."""
    (finding,) = found.findings
    return finding
