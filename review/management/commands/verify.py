"""`manage.py verify FILE`: is this file, bit for bit, one that was delivered?"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from media_pipeline.storage import get_storage
from review.delivered_file import compare, in_words, sha256_of
from review.models import Delivery, Version
from review.selectors.stamps import stamp


class Command(BaseCommand):
    help = (
        "Say whether a file is bit for bit a delivered one; tells a damaged or truncated file from another version. Exit code "
        "0 if it was delivered and not recalled, 1 otherwise."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--delivery", metavar="ID", default="", help="compare with this delivery alone")
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            found = verify(path, delivery_id=options["delivery"])
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from error
        self.stdout.write(json.dumps(found) if options["json"] else f"{path.name}: {found['text']}")
        if found["result"] != "delivered":
            raise SystemExit(1)


def verify(path: Path, *, delivery_id: str = "") -> dict[str, Any]:
    """`result` (as the API's Verification), `text` for people, `sha256`, and the ids of the `delivery` or `version` meant."""
    digest = sha256_of(path)
    rows = Delivery.objects.select_related("version__asset", "version__media").order_by("-made_at", "-pk")
    rows = rows.filter(pk=delivery_id) if delivery_id else rows
    if delivery_id and not rows:
        raise CommandError(f"There is no delivery {delivery_id}.")
    same = list(rows.filter(sha256=digest))
    if same:
        row = next((one for one in same if one.recalled_at is None), same[0])
        about = f"“{row.name}”, V{row.version.number} of “{row.version.asset.name}”, delivered {stamp(row.made_at)}"
        if row.recalled_at is not None:
            return _found(digest, "recalled", f"This is {about}, but recalled: {row.recall_reason}", row)
        return _found(digest, "delivered", f"This is {about}, bit for bit.", row)
    version = (
        Version.objects.filter(media__sha256=digest, deleted_at=None).select_related("asset").order_by("-created_at").first()
    )
    if version is not None:
        text = f"This is V{version.number} of “{version.asset.name}”, which was not delivered."
        return {"result": "other_version", "text": text, "sha256": digest, "delivery": None, "version": version.pk}
    for row in _likely(rows, path):
        original = get_storage().local_path(row.version.media.original_key)
        compared = compare(path, original) if original.exists() else None
        if compared is not None and compared.difference != "other":
            return _found(digest, compared.difference, in_words(compared, name=row.name), row)
    text = "This file is none that was delivered, nor any other version, nor a damaged one of them."
    return {"result": "unknown", "text": text, "sha256": digest, "delivery": None, "version": None}


def _likely(rows: Any, path: Path) -> list[Delivery]:
    """Deliveries that the file may have been: of its name or size first, each content once."""
    size = path.stat().st_size
    found = sorted(rows, key=lambda row: (row.name != path.name, row.size != size))
    return list({row.sha256: row for row in reversed(found)}.values())[::-1]


def _found(digest: str, result: str, text: str, row: Delivery) -> dict[str, Any]:
    return {"result": result, "text": text, "sha256": digest, "delivery": row.pk, "version": row.version_id}
