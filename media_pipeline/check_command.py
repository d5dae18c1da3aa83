"""`python -m media_pipeline check FILE…`: the sync checks as a preflight, without server, database or account."""

import argparse
import json
import os
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from media_pipeline.core.checks import verdict
from media_pipeline.core.checks.local import check_file
from media_pipeline.core.checks.spec import PRESETS, SpecError
from media_pipeline.core.errors import MediaError
from media_pipeline.terminal import ProgressLine, spec_of

# The worst of several files decides.
EXIT = {verdict.IN_SYNC: 0, verdict.CANNOT_TELL: 0, verdict.FIX_IN_POST: 3, verdict.RERENDER: 4}
UNREADABLE, WRONG_USE = 1, 2
_RANK = [0, 3, 4, UNREADABLE, WRONG_USE]
_COLORS = {"red": 31, "green": 32, "yellow": 33, "blue": 34, "dim": 2, "bold": 1}
_MARKS = {
    "pass": ("✓", "green"), "info": ("i", "blue"), "warn": ("!", "yellow"), "error": ("✗", "red"),
    "does_not_apply": ("–", "dim"), "cannot_tell": ("?", "dim"),
}  # fmt: skip
_VERDICT_COLORS = {
    verdict.IN_SYNC: "green", verdict.CANNOT_TELL: "blue", verdict.FIX_IN_POST: "yellow", verdict.RERENDER: "red",
}  # fmt: skip


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    command = commands.add_parser(
        "check",
        help="sync checks: is it in sync, what is wrong, what to do",
        description="Exit code: 0 nothing wrong was found, 3 fix in post, 4 re-render, 1 unreadable, 2 wrong use.",
    )
    command.add_argument("files", metavar="FILE", nargs="+")
    command.add_argument("--spec", metavar="TOML", help=f"what the project expects; or a preset: {', '.join(PRESETS)}")
    command.add_argument("--reference", metavar="FILE", help="a version or mixdown that is known to be in sync")
    command.add_argument("--json", action="store_true", help="one JSON report per line")
    command.add_argument("--quiet", action="store_true", help="no progress")


def run(options: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Check every file, print its report. Returns the exit code."""
    try:
        spec = spec_of(options.spec)
    except SpecError as error:
        err.write(f"The spec cannot be used. {error}\n")
        return WRONG_USE
    reference = Path(options.reference) if options.reference else None
    codes: list[int] = []
    for name in options.files:
        progress = ProgressLine(err, name, shown=err.isatty() and not options.quiet)
        try:
            with tempfile.TemporaryDirectory(prefix="twopop-check-") as work:
                report = check_file(Path(name), spec=spec, reference=reference, work=Path(work), progress=progress)
        except MediaError as error:
            progress.clear()
            told = {"file": {"name": name}, "error": {"code": error.code, "message": error.message, "remedy": error.remedy}}
            out.write(json.dumps(told) + "\n" if options.json else f"{name}: {error.message}. {error.remedy} ({error.code})\n")
            codes.append(UNREADABLE)
            continue
        progress.clear()
        out.write(json.dumps(report, ensure_ascii=False) + "\n" if options.json else _Printer(out).text(report))
        codes.append(EXIT[report["verdict"]["kind"]])
    return max(codes, key=_RANK.index)


class _Printer:
    def __init__(self, out: TextIO) -> None:
        self._colored = out.isatty() and "NO_COLOR" not in os.environ
        self._width = min(shutil.get_terminal_size((100, 24)).columns, 120)

    def _paint(self, text: str, *colors: str) -> str:
        codes = ";".join(str(_COLORS[color]) for color in colors)
        return f"\033[{codes}m{text}\033[0m" if self._colored else text

    def text(self, report: Mapping[str, Any]) -> str:
        """The report for a terminal: verdict first, then one line per check, then what was found."""
        decided = report["verdict"]
        lines = [self._paint(report["file"]["name"], "bold")]
        title = self._paint(decided["title"].upper(), "bold", _VERDICT_COLORS[decided["kind"]])
        lines += self._wrapped(f"{title}  {decided['summary']}", 2)
        lines += [line for step in decided["next_steps"] for line in self._wrapped(f"→ {step}", 4)]
        if report["render_cost"]:
            lines += self._wrapped(report["render_cost"]["text"], 4)
        lines.append("")
        for check in report["checks"]:
            kind = check["severity"] if check["state"] in ("findings", "passed") else check["state"]
            mark, color = _MARKS[kind]
            lines += self._wrapped(f"{self._paint(mark, color)} {check['title']:<24} {check['summary']}", 2, hang=28)
            for finding in check["findings"]:
                lines += self._finding(finding)
        return "\n".join(lines) + "\n\n"

    def _finding(self, finding: Mapping[str, Any]) -> list[str]:
        lines = self._wrapped(finding["meaning"], 6)
        places = [f"{place['timecode']} (frame {place['frame']})".strip() for place in finding["places"][:5]]
        more = finding["place_count"] - len(places)
        if places:
            lines += self._wrapped("at " + ", ".join(places) + (f" and {more} more" if more > 0 else ""), 6)
        lines += self._wrapped("→ " + finding["remedy"]["summary"], 6)
        if finding["remedy"]["command"]:
            lines.append(" " * 8 + self._paint(finding["remedy"]["command"], "dim"))
        return lines

    def _wrapped(self, text: str, indent: int, hang: int = 2) -> list[str]:
        pad = " " * indent
        return textwrap.wrap(
            text, self._width, initial_indent=pad, subsequent_indent=pad + " " * hang, break_long_words=False
        ) or [""]


def main(options: argparse.Namespace) -> int:
    return run(options, sys.stdout, sys.stderr)
