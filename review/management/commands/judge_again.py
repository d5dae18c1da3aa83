from typing import Any

from django.core.management.base import BaseCommand

from review.actions import checks


class Command(BaseCommand):
    help = "Judge again the versions whose sync verdict is missing or was made by the rules of another release."

    def handle(self, *args: Any, **options: Any) -> None:
        if count := checks.judge_again():
            self.stdout.write(f"judged {count} versions by this release's sync checks")
