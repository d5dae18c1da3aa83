"""`python -m media_pipeline fix FILE`: writes a corrected copy beside a file, and keeps it only if it is proven to be one."""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, TextIO

from media_pipeline.core import probe
from media_pipeline.core.checks.local import check_file
from media_pipeline.core.checks.spec import Spec, SpecError, parse_rate
from media_pipeline.core.corrections.plan import CONTAINERS, Plan, TrackChange, container_of, fixes_of, plan_of
from media_pipeline.core.corrections.proof import prove
from media_pipeline.core.corrections.write import write
from media_pipeline.core.errors import MediaError
from media_pipeline.core.report import RenditionFile
from media_pipeline.core.timecode import TimecodeError, start_frame
from media_pipeline.terminal import ProgressLine, spec_of

NOTHING_TO_DO, FIXED, FAILED, WRONG_USE, NOT_POSSIBLE = 0, 0, 1, 2, 5


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    command = commands.add_parser(
        "fix",
        help="write a corrected copy: what the sync checks found, or what is given",
        description="Without options that say what to do, the file is checked and what the findings propose is done. The "
        "original is only read. Exit code: 0 fixed, or nothing to fix; 1 failed, nothing was kept; 2 wrong use; "
        "5 something was found that a copy cannot heal.",
    )
    command.add_argument("file", metavar="FILE")
    command.add_argument("-o", "--output", metavar="OUT", help="ends in .mov or .mp4; default: FILE with .fixed in its name")
    command.add_argument("--reference", metavar="FILE", help="a version or mixdown that is known to be in sync")
    command.add_argument("--spec", metavar="TOML", help="what the project expects; or the name of a preset")
    command.add_argument("--track", metavar="N", type=int, help="the sound track meant by --shift and --speed; default: all")
    command.add_argument("--shift", metavar="MS", help="move the sound by milliseconds, later is positive")
    command.add_argument("--speed", metavar="RATIO", help="play the sound so many times as fast: 1.0001, 25/24")
    command.add_argument("--timecode", metavar="TC", help="the start timecode to write (; before the frames: drop-frame)")
    command.add_argument("--rate", metavar="FPS", help="put every picture on its place of this constant rate")
    command.add_argument("--container", choices=CONTAINERS, help="write it as that")
    command.add_argument("--quiet", action="store_true", help="no progress")


@dataclass
class _Said:
    """Stands in for the pipe to a parent."""

    line: ProgressLine

    def progress(self, done: int, total: int) -> None:
        self.line("writing", done, total)

    def publish(self, rendition: RenditionFile) -> None:
        """Nothing is handed over."""

    def check_cancelled(self) -> None:
        """Ctrl-C ends the process."""


def run(options: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Plan, write, read back, check again. Returns the exit code."""
    path = Path(options.file)
    line = ProgressLine(err, options.file, shown=err.isatty() and not options.quiet)
    try:
        return _Fix(options, path, line, out).run()
    except MediaError as error:
        code, text = FAILED, f"{path.name}: {error.message}. {error.remedy} ({error.code})"
    except SpecError as error:
        code, text = WRONG_USE, f"The spec cannot be used. {error}"
    except ValueError as error:
        code, text = WRONG_USE, str(error)
    except OSError as error:
        code, text = FAILED, f"{error.filename or path}: {error.strerror}"
    line.clear()
    err.write(text + "\n")
    return code


class _Fix:
    def __init__(self, options: argparse.Namespace, path: Path, line: ProgressLine, out: TextIO) -> None:
        self.options, self.path, self.line, self.out = options, path, line, out
        self.reference = Path(options.reference) if options.reference else None
        self.spec: Spec = spec_of(options.spec)
        self.codes: list[str] = []  # of the findings that are to be gone
        self.left: list[str] = []  # what was found and a copy cannot heal
        self.before: dict[str, Any] | None = None

    def run(self) -> int:
        summary, index = probe.inspect(str(self.path))
        plan = _given(self.options, [track.index for track in summary.audio], index.rate) or self._proposed()
        if plan.empty:
            self.line.clear()
            if not self.left:
                self.out.write("Nothing was found that a corrected copy would heal.\n")
                return NOTHING_TO_DO
            self._tell(["What was found cannot be healed by a copy:", *(f"  {one}" for one in self.left)])
            return NOT_POSSIBLE
        target = self._target(plan, container_of(plan, summary, self.path.name))
        with tempfile.TemporaryDirectory(prefix=".twopop-fix-", dir=target.resolve().parent) as folder:
            made = Path(folder) / target.name
            container = target.suffix.lower().lstrip(".").replace("m4v", "mp4")
            written = write(str(self.path), summary, index, plan, made, _Said(self.line), container=container)
            self.line("reading back", 0, 1)
            told = prove(summary, index, plan, written, made).words()
            if written.left_out > 0:
                told.append(f"{written.left_out} tracks that are no picture or sound were left out")
            told += self._checked_again(made)
            _keep(made, target)
        self.line.clear()
        self._tell([f"written: {target}", *(f"  {one}" for one in (*plan.words(), *told))])
        if self.left:
            self._tell(["what a copy cannot heal:", *(f"  {one}" for one in self.left)])
        return FIXED

    def _proposed(self) -> Plan:
        """What the findings' own fixes say."""
        self.before = self._check(self.path)
        fixes = fixes_of(self.before)
        self.codes = [code for code, _ in fixes]
        decided = self.before["verdict"]["codes"]
        findings = [finding for check in self.before["checks"] for finding in check["findings"]]
        self.left = [one["summary"] for one in findings if one["code"] in decided and one["code"] not in self.codes]
        return plan_of(fix for _, fix in fixes)

    def _check(self, path: Path) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="twopop-fix-") as work:
            return check_file(path, spec=self.spec, reference=self.reference, work=Path(work), progress=self.line)

    def _checked_again(self, made: Path) -> list[str]:
        """The findings that were to be healed are gone, and none is new. Raises MediaError otherwise."""
        if self.before is None:
            return []
        after = self._check(made)
        old, now = _grave(self.before), _grave(after)
        for code, summary in now.items():
            if code in self.codes or code not in old:
                raise MediaError(
                    "correction_unproven",
                    f"The corrected copy was thrown away, it still says: {summary}",
                    "Use the command of the finding, or make the change in an editing program.",
                )
        return [f"checked again: {self.before['verdict']['title']} before, {after['verdict']['title']} now"]

    def _target(self, plan: Plan, container: str) -> Path:
        given = self.options.output
        target = Path(given) if given else self.path.with_name(f"{self.path.stem}.fixed.{container}")
        if target.suffix.lower() not in (".mov", ".mp4", ".m4v"):
            raise ValueError(f"{target.name}: a corrected copy ends in .mov or .mp4.")
        if target.exists():
            raise ValueError(f"{target} is there already: name another with -o.")
        return target

    def _tell(self, lines: Sequence[str]) -> None:
        self.out.write("\n".join(lines) + "\n")


def _grave(report: dict[str, Any]) -> dict[str, str]:
    found = [finding for check in report["checks"] for finding in check["findings"]]
    return {one["code"]: one["summary"] for one in found if one["severity"] in ("warn", "error")}


def _given(options: argparse.Namespace, tracks: Sequence[int], rate: Fraction) -> Plan | None:
    """What the command line asks for; None if it leaves that to the checks. Raises ValueError in plain words."""
    if options.track is not None and not 1 <= options.track <= len(tracks):
        raise ValueError(f"--track {options.track}: the file has {len(tracks)} sound track{'s' if len(tracks) != 1 else ''}.")
    chosen = tracks if options.track is None else [options.track - 1]
    change = TrackChange(_fraction(options.shift or "0", "--shift"), _fraction(options.speed or "1", "--speed"))
    if not Fraction(1, 2) <= change.ratio <= 2:
        raise ValueError(f"--speed {options.speed}: between 1/2 and 2.")
    if abs(change.milliseconds) > 3_600_000:
        raise ValueError(f"--shift {options.shift}: an hour at most.")
    changes = dict.fromkeys(chosen, change) if options.shift or options.speed else {}
    wanted = parse_rate(options.rate) if options.rate else None
    if options.timecode:
        try:
            start_frame(options.timecode, wanted or rate)
        except TimecodeError as error:
            raise ValueError(f"--timecode {options.timecode}: {error.message}. {error.remedy}") from None
    plan = Plan(changes, options.timecode or "", wanted, options.container or "")
    return None if plan.empty else plan


def _fraction(text: str, option: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{option} {text}: write a number, as -41.7 or 1001/1000.") from None


def _keep(made: Path, target: Path) -> None:
    """Under its name, never over what somebody else put there meanwhile. Raises ValueError."""
    try:
        os.link(made, target)
    except FileExistsError:
        raise ValueError(f"{target} is there already: name another with -o.") from None
    except OSError:  # a file system without hard links
        made.rename(target)


def main(options: argparse.Namespace) -> int:
    return run(options, sys.stdout, sys.stderr)
