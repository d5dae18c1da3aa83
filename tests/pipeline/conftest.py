"""A pipeline of its own for a test: storage, slots, a database that real worker processes can open, scripted media."""

import contextlib
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from media_pipeline import api, runner
from media_pipeline.models import Job, Media
from tests.migrated import migrated_file
from tests.pipeline.scripted import apps as scripted_apps


@pytest.fixture
def pipeline_home(tmp_path, settings, monkeypatch):
    """A data folder of the test's own, with the settings that lead there."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.JOB_BACKOFF_SECONDS = 0
    monkeypatch.setenv("TWOPOP_WORKER_ID", "test")
    return tmp_path


@pytest.fixture
def scripted(pipeline_home):
    """The scripted steps instead of the product's, in this process. Yields `register`, to change version or limits."""
    scripted_apps.register()
    yield scripted_apps.register
    scripted_apps.unregister()
    runner.shut_down()


def adopt_script(home: Path, script: dict) -> Media:
    """Take a scripted media over, as an upload's end does."""
    content = json.dumps({"frames": 48, **script}).encode()
    path = home / f"upload-{hashlib.sha256(content).hexdigest()[:12]}"
    path.write_bytes(content)
    with transaction.atomic():
        media = api.adopt(path, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
    path.unlink()
    return media


def latest(media: Media, step: str) -> Any:
    """The newest job of that step, or None."""
    return Job.objects.filter(media=media, step=step).order_by("created_at").last()


def files_of(media_id: str, rendition_id: str) -> api.RenditionFiles:
    found = api.rendition(media_id, rendition_id)
    assert found is not None
    return found


@pytest.fixture
def shared_database(transactional_db, tmp_path):
    """A database that other processes can open too. Returns its URL for DATABASE_URL."""
    if connection.vendor != "sqlite":
        given = connection.settings_dict
        host = str(given["HOST"]).replace("/", "%2F")
        port = f":{given['PORT']}" if given["PORT"] else ""
        yield f"postgresql://{given['USER']}@{host}{port}/{given['NAME']}"
        return
    path = tmp_path / "shared.sqlite3"
    shutil.copy(migrated_file(), path)
    with _database_file(path):
        yield f"sqlite:///{path}"


@contextlib.contextmanager
def _database_file(path: Path):
    """Point Django's connections at a SQLite file, and back (the tests' own database is in memory)."""
    kept_name, kept_connection = connection.settings_dict["NAME"], connection.connection
    connection.connection = None
    connection.settings_dict["NAME"] = str(path)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = kept_name
        connection.connection = kept_connection
