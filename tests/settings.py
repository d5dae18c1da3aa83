"""Settings of the test runs: the product's own, with a data folder that is thrown away."""

import os
import tempfile

os.environ.setdefault("TWOPOP_DATA", tempfile.mkdtemp(prefix="twopop-test-"))
os.environ.setdefault("TWOPOP_SECRET_KEY", "tests-only")

from review.settings import *  # noqa: F403 -- settings are a namespace

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed
