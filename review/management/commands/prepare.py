"""`manage.py prepare`: bring the database up to date and see to it that the installation has an owner."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    help = "Migrate the database, judge by this release's rules, make an owner's account if there is none. `up` runs this."
    requires_system_checks = []  # `doctor` runs them; a start must be quick

    def handle(self, *args: Any, **options: Any) -> None:
        with suppress(OSError):  # of a read-only installation; WhiteNoise only remarks that it is absent
            Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("migrating the database")
            call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)
        call_command("judge_again", stdout=self.stdout)
        call_command("ensure_owner", stdout=self.stdout)
