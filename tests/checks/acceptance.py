"""How many planted faults the checks find, and whether clean clips stay silent.

    python -m tests.checks.acceptance --seed 7 [--stage packets|decoded|reference|all] [--only PART] [--keep FOLDER]

Prints every clip that is missed or falsely accused (with --verbose all of them), then the figures by stage. Exit code 1 if
anything was missed or accused.
"""

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import av.logging

from media_pipeline.core.checks import local, registry, run
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import RANK, Finding, Severity, Stage
from media_pipeline.core.checks.material import Material
from media_pipeline.core.checks.report import judge
from media_pipeline.core.errors import MediaError
from tests.checks.corpus import Planted, all_clips

STAGES = (Stage.PACKETS, Stage.DECODED, Stage.REFERENCE)


@dataclass(frozen=True)
class Result:
    planted: Planted
    found: bool  # of a fault: the fault; of a clean clip: nothing
    findings: tuple[Finding, ...]
    refused: str = ""
    failed: tuple[str, ...] = ()  # checks that raised


def examine(planted: Planted, folder: Path, stages: tuple[Stage, ...]) -> Result:
    """Write one clip and run the checks of these stages over it."""
    path = planted.write(folder)
    try:
        material = local.open_material(path)
    except MediaError as error:
        return Result(planted, planted.refused, (), error.code)
    _measure(material, folder / "work", stages)
    if planted.reference is not None and Stage.REFERENCE in stages:
        material.other = local.open_material(planted.reference(folder))
        _measure(material.other, folder / "other", stages)
        run.measure_stage(Stage.REFERENCE, material)
    outcomes = judge(Case(material.summary, planted.spec, material.earlier))
    findings = tuple(finding for outcome in outcomes.values() for finding in outcome.findings)
    failed = tuple(name for name, known in material.earlier.items() if known.state == "failed")
    return Result(planted, _right(planted, findings), findings, failed=failed)


def _measure(material: Material, work: Path, stages: tuple[Stage, ...]) -> None:
    run.measure_stage(Stage.PACKETS, material)
    if Stage.DECODED in stages or Stage.REFERENCE in stages:
        local.decode(material, work, lambda what, done, total: None)
        run.measure_stage(Stage.DECODED, material)


def _right(planted: Planted, findings: tuple[Finding, ...]) -> bool:
    loud = [finding for finding in findings if RANK[finding.severity] >= RANK[Severity.WARN]]
    if planted.clean:
        return not loud
    if planted.codes:
        return any(finding.code in planted.codes for finding in (findings if planted.told else loud))
    own = {check.id for check in registry.of_stage(planted.stage)}
    return any(finding.code.split(".")[0] in own for finding in (findings if planted.told else loud))


def chosen(seed: int, stages: tuple[Stage, ...], only: str = "") -> list[Planted]:
    """The clips of these stages; clean ones always, those with a reference only where it is compared."""
    return [
        clip
        for clip in all_clips(seed)
        if (clip.stage in stages or clip.clean)
        and (clip.reference is None or Stage.REFERENCE in stages)
        and any(part in clip.name for part in only.split(","))
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--stage", choices=[*STAGES, "all"], default="all")
    parser.add_argument("--only", default="", help="clips whose name holds this (or one of several, with commas)")
    parser.add_argument("--keep", type=Path, help="leave the clips in this folder")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    stages = STAGES if options.stage == "all" else (Stage(options.stage),)
    av.logging.set_level(av.logging.ERROR)
    results = []
    for planted in chosen(options.seed, stages, options.only):
        folder = Path(tempfile.mkdtemp(prefix=f"{planted.name}-", dir=options.keep))
        try:
            result = examine(planted, folder, stages)
        finally:
            if options.keep is None:
                shutil.rmtree(folder)
        results.append(result)
        if options.verbose or not result.found or result.failed:
            _show(result)
    return _figures(results)


def _show(result: Result) -> None:
    word = ("silent" if result.planted.clean else "found") if result.found else "ACCUSED" if result.planted.clean else "MISSED"
    said = result.refused or "; ".join(f"{f.severity} {f.code}: {f.summary}" for f in result.findings) or "nothing"
    failed = f"  FAILED: {', '.join(result.failed)}" if result.failed else ""
    print(f"{word:8} {result.planted.name:32} {said}{failed}", flush=True)


def _figures(results: list[Result]) -> int:
    for stage in STAGES:
        faults = [result for result in results if not result.planted.clean and result.planted.stage is stage]
        if faults:
            print(f"{stage}: {sum(result.found for result in faults)} of {len(faults)} faults found")
    clean = [result for result in results if result.planted.clean]
    alarms = Counter(finding.code for result in clean if not result.found for finding in result.findings)
    print(f"clean: {sum(not result.found for result in clean)} of {len(clean)} with a warning or error {dict(alarms) or ''}")
    return int(not all(result.found and not result.failed for result in results))


if __name__ == "__main__":
    sys.exit(main())
