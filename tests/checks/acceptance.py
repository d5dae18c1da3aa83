"""How many planted faults the checks find, and whether clean clips stay silent.

    python -m tests.checks.acceptance --seed 7 [--stage packets|decoded|reference|all] [--only PART] [--keep FOLDER]
                                      [--workers 2] [--verbose]

Prints every clip that is missed or falsely accused (with --verbose all of them), then the figures by stage. Exit code 1 if
anything was missed or accused, or a warning names no steps to take. `--stage reference` takes only the clips that come with a
reference. With --keep, clips and what the decode pass stored of them stay in the folder and are taken from there next time:
only measuring and judging are done again, which takes a tenth of the time. Empty it when the corpus or the decode pass change.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import av.logging

from media_pipeline.core.checks import local, registry, run
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import RANK, Finding, Severity, Stage
from media_pipeline.core.checks.material import Features, Material
from media_pipeline.core.checks.report import judge
from media_pipeline.core.errors import MediaError
from tests.checks.corpus import Planted, all_clips

STAGES = (Stage.PACKETS, Stage.DECODED, Stage.REFERENCE)
_clips = lru_cache(1)(all_clips)


@dataclass(frozen=True)
class Result:
    planted: Planted
    found: bool  # of a fault: the fault; of a clean clip: nothing
    findings: tuple[Finding, ...]
    refused: str = ""
    failed: tuple[str, ...] = ()  # checks that raised


def examine(planted: Planted, folder: Path, stages: tuple[Stage, ...]) -> Result:
    """Write one clip, unless it is kept in the folder, and run the checks of these stages over it."""
    path = _kept(folder, "clip", lambda: planted.write(folder))
    try:
        material = local.open_material(path)
    except MediaError as error:
        return Result(planted, planted.refused, (), error.code)
    _measure(material, folder / "work", stages)
    if planted.reference is not None and Stage.REFERENCE in stages:
        reference = planted.reference
        material.other = local.open_material(_kept(folder, "reference", lambda: reference(folder)))
        _measure(material.other, folder / "other", stages)
        run.measure_stage(Stage.REFERENCE, material)
    outcomes = judge(Case(material.summary, planted.spec, material.earlier))
    findings = tuple(finding for outcome in outcomes.values() for finding in outcome.findings)
    failed = tuple(name for name, known in material.earlier.items() if known.state == "failed")
    return Result(planted, _right(planted, findings), findings, failed=failed)


def _kept(folder: Path, name: str, write: Callable[[], Path]) -> Path:
    """The path noted in the folder under that name, or of the file that is written now."""
    note = folder / f"{name}.txt"
    if not note.exists():
        written = write()
        note.write_text(written.name)
    return folder / note.read_text()


def _measure(material: Material, work: Path, stages: tuple[Stage, ...]) -> None:
    run.measure_stage(Stage.PACKETS, material)
    if Stage.DECODED in stages or Stage.REFERENCE in stages:
        _decode(material, work)
        run.measure_stage(Stage.DECODED, material)


def _decode(material: Material, work: Path) -> None:
    """The stored features, made now unless they are kept."""
    note = work / "features.json"
    if note.exists():
        kept = json.loads(note.read_text())
        material.features = Features({label: work / name for label, name in kept["files"].items()}, kept["meta"])
        return
    local.decode(material, work, lambda what, done, total: None)
    stored = material.stored
    names = {label: str(path.relative_to(work)) for label, path in stored.files.items()}
    note.write_text(json.dumps({"files": names, "meta": {label: dict(meta) for label, meta in stored.meta.items()}}))


def helpless(findings: tuple[Finding, ...]) -> set[str]:
    """Codes of warnings and errors that do not say in any editing program what to do."""
    return {finding.code for finding in findings if RANK[finding.severity] >= RANK[Severity.WARN] and not finding.remedy.steps}


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
        for clip in _clips(seed)
        if (clip.stage in stages or clip.clean)
        and (clip.reference is None or Stage.REFERENCE in stages)
        and (clip.reference is not None or stages != (Stage.REFERENCE,))
        and any(part in clip.name for part in only.split(","))
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--stage", choices=[*STAGES, "all"], default="all")
    parser.add_argument("--only", default="", help="clips whose name holds this (or one of several, with commas)")
    parser.add_argument("--keep", type=Path, help="leave the clips in this folder")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    stages = STAGES if options.stage == "all" else (Stage(options.stage),)
    clips = chosen(options.seed, stages, options.only)
    seen = partial(_seen, options.seed, stages, options.keep)
    results = []
    with ProcessPoolExecutor(options.workers, get_context("spawn")) if options.workers > 1 else nullcontext() as pool:
        for planted, told in zip(clips, (pool.map if pool else map)(seen, [clip.name for clip in clips]), strict=True):
            results.append(result := Result(planted, *told))
            if options.verbose or not result.found or result.failed:
                _show(result)
    return _figures(results)


def _seen(seed: int, stages: tuple[Stage, ...], keep: Path | None, name: str) -> tuple[Any, ...]:
    """All of a Result but the clip itself, which cannot be sent from process to process."""
    av.logging.set_level(av.logging.ERROR)
    (planted,) = (clip for clip in _clips(seed) if clip.name == name)
    folder = keep / str(seed) / name if keep else Path(tempfile.mkdtemp(prefix=f"{name}-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        result = examine(planted, folder, stages)
    finally:
        if keep is None:
            shutil.rmtree(folder)
    return result.found, result.findings, result.refused, result.failed


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
    bare = {code for result in results for code in helpless(result.findings)}
    if bare:
        print(f"without steps: {', '.join(sorted(bare))}")
    return int(bool(bare) or not all(result.found and not result.failed for result in results))


if __name__ == "__main__":
    sys.exit(main())
