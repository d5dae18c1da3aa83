"""The product as it is set up for others: no warnings of Django's, no migration forgotten."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]


def test_check_deploy_has_no_warnings(tmp_path):
    """With https configured as docs/operations/install.md says."""
    env = {
        **os.environ,
        "TWOPOP_DATA": str(tmp_path),
        "TWOPOP_PUBLIC_URL": "https://review.example.org",
        "TWOPOP_ALLOWED_HOSTS": "review.example.org",
        "TWOPOP_HSTS_SUBDOMAINS": "1",
        "DJANGO_SETTINGS_MODULE": "review.settings",
    }
    env.pop("TWOPOP_SECRET_KEY", None)
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues" in done.stdout, done.stdout


def setting(expression: str, data: Path, **given: str) -> Any:
    """A setting as a process of its own reads it from this environment."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("TWOPOP_")}
    code = f"import json; from review import settings; print(json.dumps({expression}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**env, "TWOPOP_DATA": str(data), **given}, capture_output=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        ({}, ["*"]),
        ({"TWOPOP_ALLOWED_HOSTS": ""}, ["*"]),
        ({"TWOPOP_PUBLIC_URL": "https://review.example.org/"}, ["review.example.org", "localhost", "127.0.0.1", "[::1]"]),
        ({"TWOPOP_ALLOWED_HOSTS": "a.example, b.example"}, ["a.example", "b.example"]),
    ],
)
def test_which_hosts_are_answered(tmp_path, given, hosts):
    assert setting("settings.ALLOWED_HOSTS", tmp_path, **given) == hosts


@pytest.mark.parametrize(
    ("given", "added"),
    [
        ({}, []),
        ({"TWOPOP_SERVE_MODE": "s3", "TWOPOP_S3_ENDPOINT": "https://minio.example:9000"}, ["https://minio.example:9000"]),
        ({"TWOPOP_SERVE_MODE": "s3", "TWOPOP_S3_PATH_STYLE": "0"}, ["https://films.s3.amazonaws.com"]),
    ],
)
def test_pages_may_follow_the_redirects_to_the_bucket(tmp_path, given, added):
    policy = setting('settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]', tmp_path, TWOPOP_S3_BUCKET="films", **given)
    for use in ("img-src", "media-src", "connect-src"):
        assert [source for source in policy[use] if source.startswith("https:")] == added
    assert policy["script-src"] == ["'self'"]


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
