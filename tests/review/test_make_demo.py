"""The demo project: made by the normal actions, whole, and once."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from media_pipeline import api as pipeline
from media_pipeline.core.demo import film
from media_pipeline.models import Job, Media
from review import access
from review.access import Actor
from review.actions import projects
from review.management.commands import make_demo
from review.models import AuditEntry, Comment, Event, Membership, Project, Role, User, Version

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick_film(monkeypatch, tmp_path, settings):
    """The film's rendering and reading have tests of their own; here three files of other bytes stand for it."""
    settings.DATA_DIR = tmp_path

    def render(folder: Path, **_: object) -> list[Path]:
        paths = [folder / cut.filename for cut in film.CUTS]
        for path in paths:
            path.write_bytes(f"{tmp_path}/{path.name}".encode())
        return paths

    monkeypatch.setattr(film, "render", render)


@pytest.fixture
def indexed(monkeypatch):
    def index(self: object, media: Media, *, seconds: int) -> None:
        media.frame_count, media.rate_num, media.rate_den, media.start_frame = film.FRAMES, 24000, 1001, 86400
        media.save()

    monkeypatch.setattr(make_demo.Command, "_wait_for_index", index)


@pytest.fixture
def owner():
    return User.objects.create_superuser("owner@twopop.local", "correct horse")


def test_the_whole_demo(owner, indexed, capsys):
    call_command("make_demo")
    project = Project.objects.get(name=make_demo.PROJECT)
    assert list(Version.objects.order_by("number").values_list("number", "original_name")) == [
        (cut.number, cut.filename) for cut in film.CUTS
    ]
    roles = dict(Membership.objects.filter(project=project).values_list("user__email", "role"))
    assert roles == {owner.email: Role.OWNER} | {email: role for email, (_, role) in make_demo.PEOPLE.items()}
    assert not any(User.objects.get(email=email).has_usable_password() is True for email in make_demo.PEOPLE)
    rows = Comment.objects.filter(version__asset__project=project)
    assert rows.count() == len(make_demo.SAID)
    assert rows.filter(parent=None, completed_at__isnull=False).count() == 1
    assert rows.filter(duration_frames__gt=1).exists()
    assert all(row.frame + row.duration_frames <= film.FRAMES for row in rows)
    assert Job.objects.filter(step="index").count() == 3
    assert Event.objects.filter(project=project, kind="comment.created").count() == len(make_demo.SAID)
    assert AuditEntry.objects.filter(project=project, action="version.create").count() == 3
    assert "the demo project is ready" in capsys.readouterr().out


def test_the_client_does_not_see_the_internal_comment(owner, indexed):
    call_command("make_demo")
    client = Actor(user=User.objects.get(email="maya@demo.invalid"))
    version = Version.objects.get(number=2)
    internal = Comment.objects.get(version=version, internal=True, parent=None)
    with pytest.raises(access.NotFound):
        access.comment(client, internal.pk)


def test_the_second_time_nothing_happens_and_a_deleted_demo_stays_deleted(owner, indexed, capsys):
    call_command("make_demo")
    project = Project.objects.get(name=make_demo.PROJECT)
    projects.archive_project(Actor(user=owner), project.pk)
    before = (Project.objects.count(), Version.objects.count(), Comment.objects.count(), User.objects.count())
    call_command("make_demo")
    assert (Project.objects.count(), Version.objects.count(), Comment.objects.count(), User.objects.count()) == before
    assert "has been made before" in capsys.readouterr().out


def test_after_a_crash_half_way_it_goes_on_and_doubles_nothing(owner, indexed, monkeypatch):
    talk = make_demo.Command._talk

    def crash(self: object, *_: object) -> None:
        raise ConnectionError("the machine went away")

    monkeypatch.setattr(make_demo.Command, "_talk", crash)
    with pytest.raises(ConnectionError):
        call_command("make_demo")
    monkeypatch.setattr(make_demo.Command, "_talk", talk)
    call_command("make_demo")
    call_command("make_demo")
    assert Project.objects.filter(name=make_demo.PROJECT).count() == 1
    assert Version.objects.count() == 3
    assert Comment.objects.count() == len(make_demo.SAID)


def test_without_a_worker_it_says_so(owner):
    with pytest.raises(CommandError, match="The worker has not read the demo film"):
        call_command("make_demo", wait=0)
    assert not (settings.DATA_DIR / "demo" / "made").exists(), "the next start tries again"


def test_a_film_that_cannot_be_read_is_reported_with_the_reason(owner, monkeypatch):
    adopt = pipeline.adopt

    def refuse(path, **facts):
        media = adopt(path, **facts)
        Job.objects.filter(media=media).update(state=Job.State.FAILED_USER, error_message="no video in it")
        return media

    monkeypatch.setattr(pipeline, "adopt", refuse)
    with pytest.raises(CommandError, match="no video in it"):
        call_command("make_demo", wait=5)


def test_without_an_owner_it_says_what_to_do():
    with pytest.raises(CommandError, match="ensure_owner"):
        call_command("make_demo")
