"""The steps of the sync checks, as they run in the limited child: what is measured of one file, or of two."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from media_pipeline.core import sound_file, step_sound
from media_pipeline.core.checks import registry, run
from media_pipeline.core.checks.contract import Stage
from media_pipeline.core.checks.material import Features, Material
from media_pipeline.core.child import Order
from media_pipeline.core.report import SOUND_SUMMARY, RenditionFile, Report
from media_pipeline.core.step_renditions import read_index
from media_pipeline.core.summary import Summary

KIND = "measurements"
registry.all_checks()  # imported before the child closes its doors


def packets(order: Order, report: Report) -> Mapping[str, Any]:
    """Stage A."""
    return _stage(Stage.PACKETS, order, report)


def decoded(order: Order, report: Report) -> Mapping[str, Any]:
    """Stage B, from the features that the decode pass stored."""
    return _stage(Stage.DECODED, order, report)


def reference(order: Order, report: Report) -> Mapping[str, Any]:
    """Stage C, from the stored features of two files. Nothing is decoded, neither file itself is read."""
    material = _material(order, report)
    prefix = "reference/"
    files = {key.removeprefix(prefix): path for key, path in order.files.items() if key.startswith(prefix)}
    material.other = _material(replace(order, source="", inputs=order.inputs["reference"], files=files), report)
    name = "measurements-reference.json"
    run.write(order.out / name, Stage.REFERENCE, run.measure_stage(Stage.REFERENCE, material, report.progress))
    return {"files": [RenditionFile(KIND, str(order.inputs["label"]), name, "application/json")]}


def _stage(stage: Stage, order: Order, report: Report) -> Mapping[str, Any]:
    material = _material(order, report)
    name = f"measurements-{stage}.json"
    run.write(order.out / name, stage, run.measure_stage(stage, material, report.progress))
    return {"files": [RenditionFile(KIND, stage, name, "application/json")]}


def _material(order: Order, report: Report) -> Material:
    sound = order.files.get(f"features/{SOUND_SUMMARY}")  # of a mixdown alone
    summary = step_sound.read_summary(sound) if sound else Summary.from_dict(dict(order.inputs["summary"]))
    labels = {key.partition("/")[2]: path for key, path in order.files.items() if key.startswith("features/")}
    meta = {label: order.inputs[f"features/{label}"] for label in labels}
    material = Material(
        path=order.source,
        summary=summary,
        index=sound_file.no_frames() if sound else read_index(order, variable=summary.variable_rate),
        features=Features(labels, meta) if labels else None,
        beat=report.check_cancelled,
        copies={key.partition("/")[2]: path for key, path in order.files.items() if key.startswith("proxy/")},
    )
    for key, path in order.files.items():
        if key.startswith(f"{KIND}/"):
            material.earlier |= run.read(path.read_bytes())
    return material
