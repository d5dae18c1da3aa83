"""`manage.py make_demo`: the demo project, by the same actions that people's requests go through."""

import hashlib
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from media_pipeline import api as pipeline
from media_pipeline.core.demo import film
from media_pipeline.models import Job, Media
from review import events
from review.access import Actor
from review.actions import assets, comments, members, projects, sequences, versions
from review.models import Asset, Membership, Project, Role, Sequence, User, Version

PROJECT = "Northern Light (demo)"
PEOPLE = {  # address (of a domain that cannot exist): name, role
    "maya@demo.invalid": ("Maya Lindqvist", Role.CLIENT),
    "jonas@demo.invalid": ("Jonas Weber", Role.EDITOR),
    "ade@demo.invalid": ("Ade Okafor", Role.VERSION_CONTROLLER),
    "priya@demo.invalid": ("Priya Raman", Role.REVIEWER),
}


@dataclass(frozen=True)
class Said:
    """A comment of the demo. `key` makes it come to be once, however often the command runs."""

    key: str
    version: int
    by: str
    text: str
    frame: int = 0
    duration: int = 1
    reply_to: str = ""
    internal: bool = False
    completed: bool = False


SAID = (
    Said("pop", 1, "jonas", "2-pop on the first frame of “2”, two seconds before picture. Sound and picture agree.", film.POP),
    Said("birds", 1, "maya", "I love the birds. Could they come in a little earlier?", 214, completed=True),
    Said("birds-1", 1, "jonas", "Moved up by eight frames; have a look at the new version.", reply_to="birds"),
    Said("flash", 1, "maya", "From here on the flash swallows the tower. Can we keep its outline?", 292, 12),
    Said("flash-1", 1, "ade", "Yes, that is in the grade: the highlight comes down in the next version.", reply_to="flash"),
    Said(
        "look",
        2,
        "maya",
        "This is the look! Please touch nothing from here to the end.",
        film.SHOTS[2],
        film.FRAMES - film.SHOTS[2],
    ),
    Said("mist", 2, "priya", "The mist turns a little pink on my screen. Ade, what do the scopes say?", 226, internal=True),
    Said("mist-1", 2, "ade", "It is within the limits, but I see it too. I'll pull it down a touch.", reply_to="mist"),
    Said("bell", 3, "jonas", "Flash and bell: does the bell feel late to anybody else?", 296),
    Said("bell-1", 3, "priya", "Now that you say it … compare it with the 2-pop.", reply_to="bell"),
)


class Command(BaseCommand):
    help = "Render the demo film and make the demo project: three versions, people, comments. Does nothing the second time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wait", type=int, default=300, help="seconds to wait for the worker's index (default: 300)")

    def handle(self, *args: Any, wait: int, **options: Any) -> None:
        folder = settings.DATA_DIR / "demo"
        made = folder / "made"
        if made.exists():
            self.stdout.write("the demo has been made before")
            return
        owner = User.objects.filter(is_superuser=True, is_active=True).order_by("date_joined").first()
        if owner is None:
            raise CommandError("There is no owner yet: run `python3 manage.py ensure_owner` first.")
        files = self._render(folder)
        asset = self._asset(Actor(user=owner))
        people = self._people(Actor(user=owner), asset.project)
        stack = {cut.number: self._version(Actor(user=people["jonas"]), asset, cut, files[cut.filename]) for cut in film.CUTS}
        self.stdout.write(f"{PROJECT}: {len(stack)} versions; waiting for their frame indexes")
        for version in stack.values():
            self._wait_for_index(version.media, seconds=wait)
        self._talk(people, stack)
        made.touch()
        self.stdout.write("the demo project is ready")

    def _render(self, folder: Path) -> dict[str, Path]:
        """The film's files, rendered unless they lie there already; whole or not at all."""
        done = folder / "film"
        if not done.exists():
            self.stdout.write("rendering the demo film")
            beside = folder / f"film.{os.getpid()}"
            shutil.rmtree(beside, ignore_errors=True)
            beside.mkdir(parents=True)
            film.render(beside)
            beside.rename(done)
        return {cut.filename: done / cut.filename for cut in film.CUTS}

    def _asset(self, owner: Actor) -> Asset:
        project = Project.objects.filter(name=PROJECT, created_by=owner.person, archived_at=None).first()
        project = project or projects.create_project(owner, name=PROJECT)
        sequence = Sequence.objects.filter(project=project, name="Trailer").first()
        sequence = sequence or sequences.create_sequence(owner, project.pk, name="Trailer")
        asset = Asset.objects.select_related("project").filter(project=project, name=film.TITLE, deleted_at=None).first()
        return asset or assets.create_asset(owner, project.pk, name=film.TITLE, sequence_id=sequence.pk)

    def _people(self, owner: Actor, project: Project) -> dict[str, User]:
        """The demo's people, by the part of the address before the @. They cannot sign in: they have no password."""
        people: dict[str, User] = {}
        for email, (name, role) in PEOPLE.items():
            user = User.objects.filter(email=email).first()
            if user is None:
                with transaction.atomic():
                    user = User.objects.create_user(email, None, name=name)
                    events.audit(owner.user, "account.create", user, project_id=project.pk, email=email)
            if not Membership.objects.filter(project=project, user=user).exists():
                members.add_member(owner, project.pk, email=email, role=role)
            people[email.partition("@")[0]] = user
        return people

    def _version(self, editor: Actor, asset: Asset, cut: film.Cut, path: Path) -> Version:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        with transaction.atomic():
            media = pipeline.adopt(path, sha256=sha256, size=path.stat().st_size)
            version, _ = versions.create_version(editor, asset.pk, media=media, original_name=cut.filename, note=cut.note)
        return version

    def _wait_for_index(self, media: Media, *, seconds: int) -> None:
        """Comments need frames to stand on: the worker counts them. Raises CommandError when it does not."""
        deadline = time.monotonic() + seconds
        while True:
            media.refresh_from_db(fields=["frame_count"])
            if media.frame_count is not None:
                return
            failed = Job.objects.filter(media=media, state__in=[Job.State.FAILED_USER, Job.State.FAILED_APP]).first()
            if failed is not None:
                raise CommandError(f"The demo film could not be read: {failed.error_message}")
            if time.monotonic() > deadline:
                raise CommandError("The worker has not read the demo film; does it run? (python3 manage.py worker)")
            time.sleep(0.2)

    def _talk(self, people: dict[str, User], stack: dict[int, Version]) -> None:
        ids: dict[str, str] = {}
        for said in SAID:
            actor = Actor(user=people[said.by])
            comment, _ = comments.create_comment(
                actor,
                stack[said.version].pk,
                text=said.text,
                frame=None if said.reply_to else said.frame,
                duration_frames=said.duration,
                parent_id=ids.get(said.reply_to),
                internal=said.internal,
                idempotency_key=f"demo-{said.key}",
            )
            ids[said.key] = comment.pk
            if said.completed and comment.completed_at is None:
                comments.update_comment(Actor(user=people["jonas"]), comment.pk, completed=True)
