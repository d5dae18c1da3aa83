"""The product as it is set up for others: no warnings of Django's, no migration forgotten."""

import os
import subprocess
import sys
from pathlib import Path

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


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
