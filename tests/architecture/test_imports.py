"""Who may know whom: the contracts in pyproject.toml hold."""

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_import_contracts(capsys):
    status = lint_imports(no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_stage_0_needs_nothing_but_the_standard_library():
    """`bootstrap` runs before anything is installed."""
    import ast
    import sys
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    for path in [root / "manage.py", *(root / "bootstrap").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                top = name.partition(".")[0]
                allowed = top in sys.stdlib_module_names or top == "bootstrap" or name == "django.core.management"
                assert allowed, f"{path.name} imports {name}"
