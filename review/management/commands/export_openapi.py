"""`manage.py export_openapi`: write frontend/openapi.json, from which the TypeScript client is made."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from review.api.schema import document


class Command(BaseCommand):
    help = "Write the OpenAPI document to frontend/openapi.json."

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "frontend" / "openapi.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(document(), indent=2, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
        self.stdout.write(f"written: {path.relative_to(settings.BASE_DIR)}")
