"""`manage.py remove_deleted`: free the disk from what was deleted long ago."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.template.defaultfilters import filesizeformat

from media_pipeline.models import Media
from review.actions import removal


def days(text: str) -> timedelta:
    return timedelta(days=float(text))


class Command(BaseCommand):
    help = (
        "Show what was deleted long ago and the originals that no version holds any more; with --delete, remove them for "
        "good. Versions of archived projects that were not deleted themselves are kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        default = timedelta(days=settings.DELETED_KEEP_DAYS)
        parser.add_argument("--delete", action="store_true", help="remove it; without, it is only shown")
        parser.add_argument(
            "--older-than",
            metavar="DAYS",
            type=days,
            default=default,
            help=f"deleted (or, if nothing ever held it, uploaded) longer ago than so many days ({settings.DELETED_KEEP_DAYS})",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        older_than: timedelta = options["older_than"]
        found = removal.removable(older_than)
        for media in Media.objects.filter(pk__in=found.media_ids).order_by("created_at"):
            self.stdout.write(f"{media.sha256[:16]}…  {filesizeformat(media.size)}, uploaded {media.created_at:%Y-%m-%d}")
        for stray in found.strays:
            self.stdout.write(f"{stray.sha256[:16]}…  {filesizeformat(stray.size)}, of an upload that could not be finished")
        count = len(found.media_ids) + len(found.strays)
        what = (
            f"{len(found.version_ids)} deleted versions, {count} originals with what was made from them: "
            f"{filesizeformat(found.bytes)}"
        )
        if not options["delete"]:
            self.stdout.write(f"{what}. Nothing was removed: --delete does it.")
            return
        versions = sum(removal.remove_version(pk, older_than) for pk in found.version_ids)
        originals = sum(removal.remove_media(pk) for pk in found.media_ids)
        originals += sum(removal.remove_stray(stray) for stray in found.strays)
        self.stdout.write(f"Found {what}.\nRemoved {versions} versions and {originals} originals.")
