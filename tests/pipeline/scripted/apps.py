"""Puts the scripted steps in the place of the product's, in a worker that runs with tests.pipeline.scripted.settings."""

import os
from dataclasses import replace

from django.apps import AppConfig

from media_pipeline import steps


class ScriptedConfig(AppConfig):
    name = "tests.pipeline.scripted"
    label = "scripted"

    def ready(self):
        register()
        if "TWOPOP_TEST_STOPS" in os.environ:
            from tests.pipeline.scripted import stops  # not before the models are loaded

            stops.install()


def register(*, version=1, **limits):
    """The scripted index and renditions, with limits that a test can wait for; nothing else."""
    for step in (steps.CHECKS, steps.DECODED_CHECKS):
        steps._steps.pop(step.name, None)
    small = {"memory_bytes": 512 * 1024**2, "cpu_seconds": 5, "file_bytes": 16 * 1024**2, **limits}
    steps.register(
        replace(
            steps.INDEX,
            version=version,
            run="tests.pipeline.scripted.steps:index",
            limits=replace(steps.INDEX.limits, **small),
        )
    )
    steps.register(
        replace(
            steps.RENDITIONS,
            version=version,
            run="tests.pipeline.scripted.steps:renditions",
            limits=replace(steps.RENDITIONS.limits, **small),
        )
    )


def unregister():
    steps.register(steps.INDEX)
    steps.register(steps.RENDITIONS)
    steps.register(steps.CHECKS)
    steps.register(steps.DECODED_CHECKS)
