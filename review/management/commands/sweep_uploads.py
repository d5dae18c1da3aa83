from typing import Any

from django.core.management.base import BaseCommand

from review.uploads import finishing


class Command(BaseCommand):
    help = "Finish uploads that a crash left unfinished, and remove abandoned ones. The web process does this by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        counts = finishing.sweep()
        self.stdout.write(", ".join(f"{count} {what}" for what, count in counts.items()))
