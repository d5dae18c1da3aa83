"""`manage.py test`: everything that is checked of Twopop, run side by side where two cores allow, with one summary."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bootstrap import environment, frontend, process
from bootstrap.console import paint, say, step

ROOT = environment.ROOT
PYTHON = str(environment.PYTHON)
BIN = environment.VENV / "bin"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# Where tests of the database are; the rest of tests/architecture is a thousand tests without one.
DATABASE_FOLDERS = (
    *("tests/architecture/test_deploy.py", "tests/architecture/test_servers.py"),
    *("tests/live/", "tests/pipeline/", "tests/review/"),
)
NO_TESTS = 5  # pytest's exit code for "nothing collected"

USAGE = """\
usage: python3 manage.py test [arguments of pytest]

Without arguments: everything (style, types, frontend, pytest on SQLite, its database tests again on PostgreSQL and
Redis, the whole product in Chromium). With arguments only pytest runs, with these: test -k timecode, test tests/unit -x.
To run some tests on PostgreSQL and Redis: test -p tests.real_servers tests/review
"""


@dataclass
class Part:
    """One thing that is checked, as one command."""

    name: str
    command: list[str]
    cwd: Path = ROOT
    env: dict[str, str] = field(default_factory=dict)
    counts: Callable[[Path, int], "Counts"] | None = None  # reads {report} after the command; None: by exit code
    live: bool = False  # prints as it runs, else when it has ended


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0


@dataclass
class Result:
    part: Part
    code: int
    seconds: float
    counts: Counts
    log: Path

    @property
    def ok(self) -> bool:
        return self.code == 0 and self.counts.failed == 0


def main(arguments: list[str]) -> int:
    if arguments and arguments[0] in {"-h", "--help"}:
        say(USAGE)
        return 0
    process.adopt_orphans()
    signal.signal(signal.SIGTERM, _interrupt)
    frontend.build_if_stale()
    if arguments:
        return _only_pytest(arguments)
    chromium_missing = ensure_chromium()
    ensure_nginx()
    with tempfile.TemporaryDirectory(prefix="twopop-suite-") as folder:
        suite = Suite(Path(folder))
        os.environ["TWOPOP_TEST_MIGRATED"] = folder  # a migrated database serves the runs of pytest after the one that made it
        suite.run_all([*_frontend_parts(), *_pytest_parts()], beside=_style_parts())
        return suite.summary(chromium_missing)


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def _only_pytest(arguments: list[str]) -> int:
    child = subprocess.Popen([PYTHON, "-m", "pytest", *arguments], cwd=ROOT)
    try:
        return child.wait()
    except KeyboardInterrupt:
        child.send_signal(signal.SIGINT)
        return child.wait()


def _style_parts() -> list[Part]:
    return [
        Part("ruff check", [str(BIN / "ruff"), "check", "."]),
        Part("ruff format", [str(BIN / "ruff"), "format", "--check", "."]),
        Part("mypy", [str(BIN / "mypy"), *_mypy_targets()]),
    ]


def _mypy_targets() -> list[str]:
    return [
        name
        for name in ("bootstrap", "media_pipeline", "review", "twopop", "tests", "benchmarks")
        if any((ROOT / name).rglob("*.py"))
    ]


def _frontend_parts() -> list[Part]:
    if not (frontend.FRONTEND / "package.json").exists():
        return []
    node = frontend.ensure_modules()
    tools = frontend.MODULES / ".bin"
    return [
        Part("tsc", [str(tools / "tsc"), "--noEmit"], cwd=frontend.FRONTEND, env=node.env()),
        Part(
            "vitest",
            [str(tools / "vitest"), "run", "--reporter=default", "--reporter=json", "--outputFile.json={report}"],
            cwd=frontend.FRONTEND,
            env=node.env(),
            counts=_count_vitest,
        ),
    ]


def _pytest_parts() -> list[Part]:
    cores = max(2, os.cpu_count() or 2)
    by_file = ["--dist", "loadfile", "--no-loadscope-reorder", "-n"]  # in the order of tests/conftest.py
    # Much of what these do is to wait for processes that were killed to be missed and replaced: two to a core.
    waiting = [*by_file, str(2 * cores)]
    return [
        # In a fresh checkout no test has been compiled yet: once here, instead of by each worker of the next part at once.
        Part("pytest collects", [PYTHON, "-m", "pytest", "-q", "--collect-only"]),
        _pytest("pytest on SQLite", ["-m", "not e2e", *waiting]),
        _pytest(
            "pytest on PostgreSQL and Redis",
            ["-p", "tests.real_servers", "--database-tests", *waiting, *DATABASE_FOLDERS],
        ),
        _pytest("pytest in Chromium", ["-m", "e2e", *by_file, str(cores), "tests/e2e"]),
    ]


def _pytest(name: str, arguments: Sequence[str]) -> Part:
    command = [PYTHON, "-m", "pytest", "-q", "--durations=5", "--junitxml={report}", *arguments]
    return Part(name, command, counts=_count_junit, live=True)


def _count_junit(report: Path, code: int) -> Counts:
    suites = ElementTree.parse(report).getroot().iter("testsuite")  # noqa: S314 -- written by our own pytest
    counts = Counts()
    for one in suites:
        total, failed, errors, skipped = (int(one.get(name, "0")) for name in ("tests", "failures", "errors", "skipped"))
        counts.passed += total - failed - errors - skipped
        counts.failed += failed + errors
        counts.skipped += skipped
    if code == NO_TESTS:
        counts.failed += 1  # a part that finds no test checks nothing
    return counts


def _count_vitest(report: Path, code: int) -> Counts:
    found = json.loads(report.read_text())
    return Counts(int(found["numPassedTests"]), int(found["numFailedTests"]), int(found["numPendingTests"]))


class Suite:
    """Runs parts, keeps their results, and sees to it that nothing they start stays behind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.results: list[Result] = []
        self.left_behind: list[str] = []
        self.running: dict[int, subprocess.Popen[bytes]] = {}
        self.not_ours = set(process.orphans(()))  # children that this process had before
        self.lock = threading.Lock()
        self.began = time.monotonic()

    def run_all(self, parts: list[Part], *, beside: list[Part]) -> None:
        """The parts one after the other, and those of `beside`, of which none keeps two cores busy, at the same time."""
        lane = threading.Thread(target=self._run_in_order, args=(beside,), daemon=True)
        lane.start()
        self._run_in_order(parts)
        lane.join()

    def _run_in_order(self, parts: list[Part]) -> None:
        for part in parts:
            self.run(part)

    def run(self, part: Part) -> None:
        with self.lock:
            number = len(self.results) + len(self.running)
            log, report = self.folder / f"{number}.log", self.folder / f"{number}.report"
            step(part.name)
            began = time.monotonic()
            command = [word.replace("{report}", str(report)) for word in part.command]
            env = {**os.environ, **part.env, "PYTHONUNBUFFERED": "1"}
            with log.open("wb") as output:
                child = process.start(command, env=env, cwd=part.cwd, stdout=None if part.live else output)
            self.running[child.pid] = child
        try:
            code = child.wait()
        except BaseException:  # interrupted: pytest is asked first, so that its fixtures can end what they started
            child.send_signal(signal.SIGINT)
            process.stop([child], grace=10)
            self._sweep(part)
            raise
        process.stop([child], grace=10)
        result = Result(part, code, time.monotonic() - began, self._count(part, report, code), log)
        with self.lock:
            del self.running[child.pid]
            self.results.append(result)
            if not self.running:  # else what it would find may be the other part's
                self._sweep(part)
            if not result.ok and not part.live:
                say(log.read_text(errors="replace").rstrip())
            say(f"{_mark(result)} {part.name} ({result.seconds:.0f} s)")

    def _count(self, part: Part, report: Path, code: int) -> Counts:
        """What the part's report says; a command that failed without a failed test counts as one failure."""
        counts = Counts()
        if part.counts is not None:
            try:
                counts = part.counts(report, code)
            except (OSError, ValueError, KeyError, ElementTree.ParseError):
                counts = Counts(failed=1)
        if code != 0 and counts.failed == 0:
            counts.failed = 1
        return counts

    def _sweep(self, part: Part) -> None:
        """End what the part left running, and remember it: a test that leaves a process behind is at fault."""
        expected = {*self.running, *self.not_ours}
        while left := process.orphans(expected):  # those that are ended leave theirs to us in turn
            for pid, command in left.items():
                self.left_behind.append(f"{part.name}: {command}")
                try:
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                except OSError:
                    expected.add(pid)

    def summary(self, chromium_missing: str) -> int:
        """Print the table and the closing line; returns the exit code."""
        say("")
        width = max(len(result.part.name) for result in self.results)
        for result in self.results:
            counts = result.counts
            tests = f"{counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped" if result.part.counts else ""
            say(f"{_mark(result)} {result.part.name:<{width}}  {result.seconds:6.1f} s  {tests}")
        if chromium_missing:
            say(f"  {chromium_missing}")
        for line in self.left_behind:
            say(f"{paint('!', '33')} a process was left behind and has been ended — {line}")
        passed = sum(result.counts.passed for result in self.results)
        failed = sum(result.counts.failed for result in self.results)
        skipped = sum(result.counts.skipped for result in self.results)
        say(f"\n{time.monotonic() - self.began:.0f} s in all")
        say(f"{passed} passed, {failed} failed, {skipped} skipped" if skipped else f"{passed} passed, {failed} failed")
        return 1 if failed else 0


def _mark(result: Result) -> str:
    return paint("✓", "32") if result.ok else paint("✗", "31")


def ensure_chromium() -> str:
    """Have a Chromium, installing Debian's where that may be done. Returns "" or what is missing and how to mend it."""
    if any(shutil.which(name) for name in CHROMIUM_NAMES):
        return ""
    _install("chromium", "fonts-dejavu-core")
    if shutil.which("chromium"):
        return ""
    return "There is no Chromium: the tests in the browser fail. Install one (Debian: apt install chromium) and run again."


def ensure_nginx() -> None:
    """Have nginx, installing Debian's where that may be done. Without it the tests behind it are skipped and say so."""
    if not (shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")):
        _install("nginx-light")


def _install(*packages: str) -> None:
    """Install packages of Debian quietly, where that may be done."""
    if os.geteuid() == 0 and (apt := shutil.which("apt-get")):
        step(f"installing Debian's {packages[0]}")
        # A server that is only to be started by tests must not be started by its installation.
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
            subprocess.run([apt, *command], env=environment, stdout=subprocess.DEVNULL, check=False)
