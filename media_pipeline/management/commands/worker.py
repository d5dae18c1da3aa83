"""`manage.py worker`: run the jobs of the pipeline."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from media_pipeline.worker import Worker


class Command(BaseCommand):
    help = "Run the pipeline's jobs until stopped (Ctrl-C or SIGTERM); what runs then is done by the next worker."
    requires_system_checks = []  # they load every page and API, which a worker does not need

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: worker.stop())
        worker.run()
