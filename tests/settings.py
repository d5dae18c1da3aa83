"""Settings of the test runs: the product's own, with a data folder that is thrown away."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "TWOPOP_TEST_DATA" not in os.environ:
    os.environ["TWOPOP_TEST_DATA"] = tempfile.mkdtemp(prefix="twopop-test-")
    atexit.register(shutil.rmtree, os.environ["TWOPOP_TEST_DATA"], ignore_errors=True)
# Each worker of pytest-xdist has its own folder, as it has its own database.
os.environ["TWOPOP_DATA"] = str(Path(os.environ["TWOPOP_TEST_DATA"], os.environ.get("PYTEST_XDIST_WORKER", "main")))
os.environ.setdefault("TWOPOP_SECRET_KEY", "tests-only-0123456789-0123456789-0123456789-0123456789")

from review.settings import *  # noqa: F403 -- settings are a namespace

# The databases are copies of a migrated one (tests/migrated.py): files through tests/conftest.py, PostgreSQL's by itself.
DATABASES["default"]["TEST"] = {"MIGRATE": False, "TEMPLATE": os.environ.get("TWOPOP_TEST_TEMPLATE")}  # noqa: F405
Path(STATIC_ROOT).mkdir(exist_ok=True)  # noqa: F405 -- WhiteNoise warns when it is absent, and warnings are errors
# Each test client makes the middleware anew: it need not list all static files every time (a third of a request's time).
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed
