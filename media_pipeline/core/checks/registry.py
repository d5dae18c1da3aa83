"""Finds the checks: every module in the packages packets, decoded and reference that has a `CHECK` (or `CHECKS`)."""

import hashlib
import importlib
import pkgutil
from functools import cache
from pathlib import Path
from types import ModuleType

from media_pipeline.core.checks import decoded, packets, reference
from media_pipeline.core.checks.contract import Check, Stage

PACKAGES: dict[Stage, ModuleType] = {Stage.PACKETS: packets, Stage.DECODED: decoded, Stage.REFERENCE: reference}


@cache
def all_checks() -> tuple[Check, ...]:
    """Every check, in the order of a report. Raises ValueError where two have one id or one stands in a foreign package."""
    checks: list[Check] = []
    for stage, package in PACKAGES.items():
        for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
            module = importlib.import_module(f"{package.__name__}.{info.name}")
            declared = getattr(module, "CHECKS", ()) or filter(None, [getattr(module, "CHECK", None)])
            for check in declared:
                if check.stage is not stage:
                    raise ValueError(f"{check.id} is of stage {check.stage} but stands in {package.__name__}")
                checks.append(check)
    ids = [check.id for check in checks]
    if len(set(ids)) != len(ids):
        raise ValueError(f"two checks have one id: {sorted(ids)}")
    return tuple(sorted(checks, key=lambda check: (check.position, check.id)))


def of_stage(stage: Stage) -> list[Check]:
    """The checks of a stage, each behind those whose measurements it reads."""
    waiting = [check for check in all_checks() if check.stage is stage]
    ordered: list[Check] = []
    while waiting:
        ready = [check for check in waiting if not any(other.id in check.after for other in waiting)]
        if not ready:
            raise ValueError(f"checks wait for each other: {[check.id for check in waiting]}")
        ordered += ready
        waiting = [check for check in waiting if check not in ready]
    return ordered


def find(check_id: str) -> Check:
    """The check of that id. Raises KeyError."""
    return {check.id: check for check in all_checks()}[check_id]


@cache
def register_consumers() -> None:
    """Add what the checks want to store to every later decode pass. Once, however often it is called."""
    from media_pipeline.core import consumer  # here, since it brings FFmpeg along

    for check in all_checks():
        for name, factory in check.consumers:
            consumer.register(name, factory, for_checks=True)


@cache
def rules_digest() -> str:
    """Another one whenever the code that judges is: what was judged by other rules is judged again."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
