"""What every test may use: the option that picks the database tests, and the hygiene of the run."""

import contextlib
import gc
import os
import sqlite3
from collections import Counter

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from bootstrap.suite import DATABASE_FOLDERS
from tests.migrated import migrated_file

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("twopop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("twopop")

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The tests' own database: on SQLite a copy of the migrated file (PostgreSQL copies its template by itself)."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            with contextlib.closing(sqlite3.connect(migrated_file())) as migrated:
                connection.ensure_connection()
                migrated.backup(connection.connection)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-tests",
        action="store_true",
        help="only tests that use the database (the second run, on PostgreSQL and Redis: -p tests.real_servers)",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database-tests"):
        kept = [item for item in items if uses_database(item) and item.get_closest_marker("e2e") is None and worth_twice(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept
    elsewhere = [
        one.nodeid for one in items if uses_database(one) and not one.nodeid.startswith((*DATABASE_FOLDERS, "tests/e2e/"))
    ]
    if elsewhere:
        raise pytest.UsageError(f"tests of the database live in {DATABASE_FOLDERS}, else PostgreSQL misses them: {elsewhere}")
    if "PYTEST_XDIST_WORKER" in os.environ:
        items[:] = long_ones_first(items)


def long_ones_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """File by file: those with slow tests, then by how many tests each has, so that no worker is left alone with a long one."""
    files = Counter(item.path for item in items)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    return sorted(items, key=lambda item: (item.path not in slow, -files[item.path], str(item.path)))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Thousands of tests stay in memory to the end: the collector of garbage need not look through them again and again."""
    gc.collect()
    gc.freeze()


def worth_twice(item: pytest.Item) -> bool:
    """Slow tests run on SQLite, and on the servers too if that is their point (or the run is the full one)."""
    full = os.environ.get("TWOPOP_E2E_FULL") == "1"
    return full or item.get_closest_marker("slow") is None or item.get_closest_marker("servers") is not None


def uses_database(item: pytest.Item) -> bool:
    """Whether the test is marked `django_db`, or asks for a fixture of the database, itself or through another."""
    if item.get_closest_marker("django_db") is not None:
        return True
    return bool(DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))
