"""Error codes are stable and documented."""

import ast
import re

from django.conf import settings

from review.problems import KINDS


def documented():
    text = (settings.BASE_DIR / "docs" / "errors.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([a-z_]+)`", text, re.MULTILINE))


def test_every_code_is_documented():
    assert set(KINDS) <= documented()


def test_every_code_that_is_raised_is_known():
    """A mistyped code would only be found when the error happens."""
    raised = set()
    for path in (settings.BASE_DIR / "review").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    raised.add(first.value)
    assert "frame_out_of_range" in raised
    assert raised <= set(KINDS)


def test_what_timecode_refuses_is_known_as_a_problem():
    text = (settings.BASE_DIR / "media_pipeline" / "core" / "timecode.py").read_text(encoding="utf-8")
    codes = {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    labels = {code for code in codes if re.fullmatch(r"timecode_[a-z_]+", code)}
    assert labels, "the module names its codes"
    assert labels <= set(KINDS)
