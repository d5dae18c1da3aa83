"""Runs the measuring half of the checks, stage by stage."""

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from media_pipeline.core.checks.contract import CannotMeasure, Stage
from media_pipeline.core.checks.material import Material, Measurement
from media_pipeline.core.checks.registry import of_stage
from media_pipeline.core.checks.report import plain
from media_pipeline.core.errors import Cancelled, MediaError

log = logging.getLogger(__name__)

FORMAT = 1
MOST_BYTES = 8 * 1024 * 1024  # of a stage's measurements; evidence is small by contract

Progress = Callable[[int, int], None]


def measure_stage(stage: Stage, material: Material, progress: Progress = lambda done, total: None) -> dict[str, Measurement]:
    """What every check of the stage measures, by id; also put into `material.earlier`. A check that fails says so and does
    not keep the others from measuring. Raises Cancelled, MemoryError, MediaError (the file cannot be opened any more)."""
    checks = of_stage(stage)
    made: dict[str, Measurement] = {}
    for number, check in enumerate(checks):
        progress(number, len(checks))
        material.beat()
        try:
            measurement = Measurement(check.version, "measured", plain(dict(check.measure(material))))
        except CannotMeasure as reason:
            measurement = Measurement(check.version, "cannot_tell", reason=str(reason)[:500])
        except (Cancelled, MemoryError, MediaError):
            raise
        except Exception as error:
            log.exception("the check %s failed", check.id)
            measurement = Measurement(check.version, "failed", reason=f"{type(error).__name__}: {error}"[:500])
        made[check.id] = material.earlier[check.id] = measurement
    progress(len(checks), len(checks))
    return made


def write(path: Path, stage: Stage, made: Mapping[str, Measurement]) -> None:
    """A stage's measurements as the file that is stored."""
    checks = {check_id: measurement.as_dict() for check_id, measurement in made.items()}
    path.write_text(json.dumps({"format": FORMAT, "stage": stage, "checks": checks}, allow_nan=False, separators=(",", ":")))


def read(data: bytes) -> dict[str, Measurement]:
    """Stored measurements by check id; {} for what is none (of another format, damaged, or made up)."""
    try:
        stored: Any = json.loads(data) if len(data) <= MOST_BYTES else {}
        if stored.get("format") != FORMAT:
            return {}
        return {
            str(check_id): Measurement(int(one["version"]), str(one["state"]), dict(one["data"]), str(one["reason"]))
            for check_id, one in stored["checks"].items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}
