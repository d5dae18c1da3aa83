"""What exists is documented, and what is documented exists."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from media_pipeline import core
from review.problems import KINDS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [path for folder in ("review", "media_pipeline", "bootstrap") for path in (ROOT / folder).rglob("*.py")]
OURS = sorted(name for name, app in get_commands().items() if app in {"review", "media_pipeline"})
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def documented(page: str) -> set[str]:
    """What stands in backticks on a page of docs/."""
    return set(re.findall(r"`([^`\n]+)`", (ROOT / "docs" / page).read_text()))


def test_every_setting_is_documented():
    read = re.compile(r"""["']((?:TWOPOP_[A-Z0-9_]+|DATABASE_URL|REDIS_URL))["']""")
    used = {name for path in SOURCES for name in read.findall(path.read_text()) if not name.startswith("TWOPOP_TEST_")}
    assert len(used) > 25
    assert not used - documented("settings.md")


def test_every_documented_setting_is_read():
    text = "".join(path.read_text() for path in SOURCES)
    for name in re.findall(r"^\| (.*?) \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE):
        for setting in re.findall(r"`(TWOPOP_\w+|\w+_URL)`", name):
            assert setting in text, f"{setting} is documented but nothing reads it"


@pytest.mark.parametrize("name", [*OURS, "up", "test"])
def test_every_command_is_documented(name):
    assert name in documented("commands.md")


@pytest.mark.parametrize("name", OURS)
def test_every_command_says_what_it_does(name):
    assert len(load_command_class(get_commands()[name], name).help) > 20


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_error_code_of_the_api_is_documented(code):
    assert code in documented("errors.md")


def test_every_error_code_of_the_pipeline_is_documented():
    folder = Path(core.__file__).parent
    codes = {code for path in folder.rglob("*.py") for code in re.findall(r"MediaError\(\s*\"(\w+)\"", path.read_text())}
    assert len(codes) > 10
    assert not codes - documented("errors.md")


def test_every_decision_is_in_the_list():
    pages = {path.name for path in (ROOT / "docs/adr").glob("0*.md")}
    assert pages
    assert pages == set(re.findall(r"\((0\d+[\w-]+\.md)\)", (ROOT / "docs/adr/README.md").read_text()))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_the_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_changelog_has_something_to_say():
    assert re.search(r"## Unreleased\n+- \w", (ROOT / "CHANGELOG.md").read_text())


def test_the_audit_trail_has_words_for_all_that_is_done():
    """What the page does not know is shown as the program calls it."""
    done = {
        kind for path in SOURCES for kind in re.findall(r"""\baudit\(\s*[\w.]+,\s*"([a-z_]+\.[a-z_]+)\"""", path.read_text())
    }
    assert len(done) > 60
    assert not done - set(
        re.findall(r'^  "([a-z_]+\.[a-z_]+)": t\(', (ROOT / "frontend/src/state/audit-words.ts").read_text(), re.MULTILINE)
    )
