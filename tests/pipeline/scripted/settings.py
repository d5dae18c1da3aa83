"""The product's settings with the scripted steps, for workers that tests start."""

from review.settings import *  # noqa: F403 -- settings are a namespace

INSTALLED_APPS = [*INSTALLED_APPS, "tests.pipeline.scripted"]  # noqa: F405
