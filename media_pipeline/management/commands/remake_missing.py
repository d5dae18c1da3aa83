from typing import Any

from django.core.management.base import BaseCommand

from media_pipeline import api


class Command(BaseCommand):
    help = "Order again what was made from the originals and is missing on disk, after a restore. A worker then makes it."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{api.remake_missing()} jobs ordered")
