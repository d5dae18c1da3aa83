"""What editors download: every file runs where it is meant to, and says nothing of anybody."""

import io
import json
import subprocess
import sys
import zipfile

import pytest
from django.conf import settings
from django.test import Client

from review import companions
from tests import factories

pytestmark = pytest.mark.django_db


def fetched(name):
    answer = Client().get(f"/companions/{name}", headers={"host": "localhost"})
    assert answer.status_code == 200, name
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    return answer.content


def test_the_page_offers_every_file_that_there_is():
    client = Client()
    client.force_login(factories.user())
    page = client.get("/companions").content.decode()
    for name in companions.FILES:
        there = name != "twopop-premiere.zip" or (companions.PANEL / "manifest.json").exists()
        assert (f"/companions/{name}" in page) == there
    assert client.get("/companions/secret_key").status_code == 404


def test_the_command_line_is_one_file_with_its_exit_codes(tmp_path):
    path = tmp_path / "twopop.pyz"
    path.write_bytes(fetched("twopop.pyz"))
    environment = {"HOME": str(tmp_path), "PATH": ""}

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-I", path, *arguments], capture_output=True, text=True, env=environment, check=False
        )

    assert run("whoami").returncode == 4
    made = run("resolve-install", "--folder", str(tmp_path / "menu"))
    assert made.returncode == 0, made.stderr
    assert len(list((tmp_path / "menu").glob("Twopop - *.py"))) == 3


def test_the_archives_hold_what_is_installed_from_them():
    client, resolve, blender = (
        zipfile.ZipFile(io.BytesIO(fetched(f"twopop-{name}.zip"))) for name in ("client", "resolve", "blender")
    )
    assert {"twopop-client/pyproject.toml", "twopop-client/client.py", "twopop-client/README.md"} <= set(client.namelist())
    assert len(resolve.namelist()) == 3
    for name in resolve.namelist():
        compile(resolve.read(name), name, "exec")
    assert sorted(blender.namelist()) == [f"twopop_comments/{name}.py" for name in ("__init__", "blender_markers", "resolve")]


def test_the_panel_may_reach_the_server_it_came_from_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(companions, "PANEL", tmp_path)
    assert Client().get("/companions/twopop-premiere.zip").status_code == 404, "not built"
    source = settings.BASE_DIR / "frontend" / "premiere"
    for name in ("manifest.json", "index.html"):
        (tmp_path / name).write_bytes((source / name).read_bytes())
    panel = zipfile.ZipFile(io.BytesIO(fetched("twopop-premiere.zip")))
    manifest = json.loads(panel.read("twopop-premiere/manifest.json"))
    assert manifest["requiredPermissions"]["network"] == {"domains": ["http://localhost", "ws://localhost"]}
    assert b'data-address="http://localhost"' in panel.read("twopop-premiere/index.html")
