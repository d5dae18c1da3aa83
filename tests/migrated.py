"""Migrated databases, made once in a test run: to migrate costs seconds of a core, and a run needs some twenty databases."""

import atexit
import contextlib
import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = "twopop_migrated"  # on PostgreSQL: the database that those of the tests are copies of


def migrate(**environment: str) -> None:
    """`manage.py migrate` in a process of its own, with the product's settings and these variables.

    Raises AssertionError with what it printed.
    """
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    settings = {"DJANGO_SETTINGS_MODULE": "review.settings", "TWOPOP_SECRET_KEY": "tests-only"}
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
    done = subprocess.run(command, env={**inherited, **settings, **environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def migrated_file() -> Path:
    """A migrated SQLite file of this run, to be copied. Its other processes wait for the one that makes it."""
    if "TWOPOP_TEST_DATA" not in os.environ:  # a benchmark, or the guide's pictures: not begun by pytest
        os.environ["TWOPOP_TEST_DATA"] = tempfile.mkdtemp(prefix="twopop-test-")
        atexit.register(shutil.rmtree, os.environ["TWOPOP_TEST_DATA"], ignore_errors=True)
    # One for all workers of the run (tests/settings.py), or for all runs of the suite (bootstrap/suite.py).
    folder = Path(os.environ.get("TWOPOP_TEST_MIGRATED") or os.environ["TWOPOP_TEST_DATA"])
    path = folder / "migrated.sqlite3"
    with (folder / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            made = folder / "migrated"
            migrate(TWOPOP_DATA=str(made))
            with contextlib.closing(sqlite3.connect(made / "twopop.sqlite3")) as plain:
                plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (made / "twopop.sqlite3").replace(path)
    return path


def migrate_data(data: Path, environment: Mapping[str, str]) -> None:
    """Have the database of a product's data folder migrated, or that of DATABASE_URL in its environment."""
    if url := environment.get("DATABASE_URL"):
        migrate(DATABASE_URL=url, TWOPOP_DATA=str(data))
    else:
        shutil.copy(migrated_file(), data / "twopop.sqlite3")
