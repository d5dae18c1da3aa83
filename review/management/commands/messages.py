"""`manage.py messages`: bring the catalogues of the other languages up to date with the sources."""

from typing import Any

from django.core.management.base import BaseCommand

from review import catalogues


class Command(BaseCommand):
    help = (
        "Bring the message catalogues up to date with sources and templates, and say what is not translated. Exit code 1 if so."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        missing = 0
        for language in catalogues.languages():
            rows = catalogues.untranslated(catalogues.update(language))
            missing += len(rows)
            for text in rows:
                self.stdout.write(f"{language}: {text!r}")
            self.stdout.write(f"{catalogues.po_file(language).relative_to(catalogues.ROOT)}: {len(rows)} not translated")
        catalogues.compile_stale()
        if missing:
            raise SystemExit(1)
