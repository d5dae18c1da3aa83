"""The house rules that no linter knows."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 420  # "about 400"
MADE = re.compile(
    r"migrations/|package-lock\.json|openapi\.json|(schema\.d|api-types)\.ts$|^tests/vectors/|\.svg$|\.png$|^docs/|^LICENSE$|uv\.lock$"
)
FLOAT_TIME = re.compile(
    r"""currentTime\s*\*            # the classic: currentTime * fps
      | \*\s*(fps|frame_?rate)\b
      | \b(fps|frame_?rate)\s*\*
      | float\((rate|fps|self\.rate|media\.rate)\)
      | \brate_num\s*/\s*\w*\.?rate_den  # a rate as a float
      | \b29\.97\b(?!["'`\w\s]*(fps|DF|NDF|df|ndf|,|/|\)|:|and|or|is|at)) """,
    re.VERBOSE,
)


def tracked(*endings: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = [name for name in listed.stdout.splitlines() if name.endswith(endings) and not MADE.search(name)]
    return [ROOT / name for name in names if (ROOT / name).exists()]


CODE = tracked(".py", ".ts", ".css", ".html")
PRODUCT = [
    path for path in CODE if path.suffix in {".py", ".ts"} and path.relative_to(ROOT).parts[0] not in {"tests", "benchmarks"}
]


def test_there_is_something_to_look_at():
    assert len(PRODUCT) > 60


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_can_be_read_in_a_sitting(path):
    lines = path.read_text().count("\n")
    assert lines <= LONGEST, f"{lines} lines: split it by what its parts do"


def test_no_drawer_for_anything():
    names = {"utils", "util", "helpers", "helper", "misc", "common"}
    assert not [str(path) for path in CODE if path.stem.lower() in names]


def test_no_float_time():
    """Positions are frames, rates are num/den (docs/adr/0001). The player's own seconds never become a frame by a product."""
    found = []
    for path in PRODUCT:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            code = re.split(r"#|//", line)[0]
            if FLOAT_TIME.search(code) and not code.strip().startswith(("*", '"', "'")):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "frame = Math.floor(video.currentTime * fps)",
        "n = seconds * fps",
        "fps * t",
        "float(rate)",
        "x = m.rate_num / m.rate_den",
    ],
)
def test_the_search_for_float_time_finds_it(line):
    assert FLOAT_TIME.search(line)


def test_nothing_is_left_for_later():
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in CODE
        if path.name != Path(__file__).name
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if words.search(line)
    ]
    assert not found, "\n".join(found)


def test_every_ignore_has_its_reason():
    """`type: ignore` and `noqa` name their rule, and the first of a rule in a file says why."""
    ignore = re.compile(r"#\s*(type:\s*ignore|noqa)(?P<rule>\[[\w\-, ]+\]|:\s*[A-Z]+\d*)?(?P<why>.*)")
    found = []
    for path in PRODUCT:
        explained: set[str] = set()
        for number, line in enumerate(path.read_text().splitlines() if path.suffix == ".py" else [], 1):
            if not (match := ignore.search(line)):
                continue
            if match["rule"] and len(match["why"].strip(" -#—")) >= 6:
                explained.add(match["rule"])
            elif match["rule"] not in explained:
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert not found, "\n".join(found)
