"""`manage.py doctor` finds what it is there to find, says how to mend it, and is silent about what is well."""

import fcntl
import json
import shutil
import sys
from collections import namedtuple
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from media_pipeline.core import lockdown
from media_pipeline.models import Job, Media
from review import doctor
from review.doctor import Level, machine, safety, services
from review.models import User

pytestmark = pytest.mark.django_db


def only(check):
    [finding] = list(check())
    return finding


@pytest.fixture
def data(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT, settings.UPLOAD_ROOT = tmp_path / "media", tmp_path / "uploads"
    return tmp_path


@pytest.fixture
def media():
    return Media.objects.create(sha256="0" * 64, size=1)


def test_every_complaint_has_a_remedy_and_every_check_is_carried_out():
    findings = doctor.examine()
    assert len(findings) > 20
    assert not [finding for finding in findings if "could not be looked at" in finding.what]
    assert all(finding.remedy for finding in findings if finding.level is not Level.OK)


def test_json_and_exit_code(capsys):
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("doctor", "--json", stdout=out)  # there is no owner in the test's database
    assert left.value.code == 1
    findings = json.loads(out.getvalue())
    assert {
        "name": "owner",
        "level": "error",
        "what": "nobody may make projects",
        "remedy": "Run `python3 manage.py ensure_owner`.",
    } in findings


def test_the_text_names_each_complaint_with_its_remedy(monkeypatch):
    out = StringIO()
    monkeypatch.setattr(doctor, "CHECKS", (safety.debug, services.owner))
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=out, no_color=True)
    assert "✓ debug" in out.getvalue()
    assert "→ Run `python3 manage.py ensure_owner`." in out.getvalue()
    assert "1 to mend, 0 to think about" in out.getvalue()
    User.objects.create_superuser("owner@twopop.local", "correct horse")
    call_command("doctor", stdout=StringIO())  # no error: no exit


def test_a_check_that_breaks_is_an_error(monkeypatch):
    def broken():
        yield Path("/nowhere/at/all").stat()

    monkeypatch.setattr(doctor, "CHECKS", (broken,))
    [finding] = doctor.examine()
    assert finding.level is Level.ERROR
    assert "/nowhere/at/all" in finding.what


def test_an_old_ffmpeg(monkeypatch):
    monkeypatch.setattr("media_pipeline.core.allow.av.ffmpeg_version_info", "8.1.1")
    found = next(machine.ffmpeg())
    assert found.level is Level.ERROR
    assert "8.1.2" in found.what


def test_a_full_disk(monkeypatch, data):
    usage = namedtuple("usage", "total used free")
    for free, level in ((1 << 20, Level.ERROR), (8 << 30, Level.WARNING), (1 << 42, Level.OK)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: usage(1 << 43, 0, free))
        assert only(machine.disk).level is level


def test_a_data_folder_that_all_may_write(data):
    assert next(machine.data_folder()).level is Level.OK
    data.chmod(0o777)
    assert next(machine.data_folder()).remedy == f"chmod o-w {data}"


def test_a_data_folder_that_is_not_there(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "absent"
    assert only(machine.data_folder).level is Level.ERROR


def test_sqlite_on_a_network_file_system(monkeypatch, data):
    monkeypatch.setattr(connection, "vendor", "sqlite")
    monkeypatch.setattr(machine, "file_system", lambda _: "nfs4")
    assert [finding.level for finding in machine.data_folder()] == [Level.OK, Level.ERROR]


def test_no_landlock_and_no_namespaces(monkeypatch):
    monkeypatch.setattr(lockdown, "landlock_abi", lambda: 0)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    levels = {finding.name: finding.level for finding in machine.media_child()}
    assert levels["Landlock"] is Level.WARNING
    assert levels["network of the media process"] is Level.WARNING


def test_secret_key(settings, data):
    settings.SECRET_KEY = "short"
    assert only(safety.secret_key).level is Level.ERROR
    settings.SECRET_KEY = "k" * 64
    (data / "secret_key").write_text("k" * 64)
    (data / "secret_key").chmod(0o644)
    assert "chmod 600" in only(safety.secret_key).remedy
    (data / "secret_key").chmod(0o600)
    assert only(safety.secret_key).level is Level.OK


@pytest.mark.parametrize(
    ("url", "hosts", "https_level", "hosts_level"),
    [
        ("", ["*"], Level.WARNING, Level.OK),
        ("http://review.example.org", ["*"], Level.ERROR, Level.ERROR),
        ("https://review.example.org", ["review.example.org"], Level.OK, Level.OK),
    ],
)
def test_https_and_hosts(settings, url, hosts, https_level, hosts_level):
    settings.PUBLIC_URL, settings.HTTPS, settings.ALLOWED_HOSTS = url, url.startswith("https"), hosts
    assert only(safety.https).level is https_level
    assert only(safety.allowed_hosts).level is hosts_level


def test_debug_mail_and_serving(settings):
    settings.DEBUG = True
    assert only(safety.debug).level is Level.ERROR
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert only(safety.mail).level is Level.WARNING
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "", ["*"]
    settings.EMAIL_HOST_PASSWORD = "schöner Schlüssel"
    assert only(safety.mail).level is Level.ERROR
    settings.EMAIL_HOST_PASSWORD = "a password"
    led_astray = only(safety.mail)
    assert (led_astray.level, "Host header" in led_astray.what) == (Level.ERROR, True)
    settings.ALLOWED_HOSTS = ["review.example.org"]
    without_links = only(safety.mail)
    assert (without_links.level, "notifications are not" in without_links.what) == (Level.WARNING, True)
    settings.PUBLIC_URL = "https://review.example.org"
    assert only(safety.mail).level is Level.OK
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://review.example.org", ["*"]
    assert only(safety.mail).level is Level.OK, "allowed hosts says it"
    for mode, level in (("app", Level.OK), ("s3", Level.ERROR), ("ftp", Level.ERROR)):
        settings.SERVE_MODE = mode
        assert only(safety.serving).level is level


def test_a_database_that_does_not_answer(monkeypatch):
    def refuse():
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    found = only(services.database)
    assert found.level is Level.ERROR
    assert "connection refused" in found.what


def test_pending_migrations(monkeypatch):
    assert {finding.name: finding.level for finding in services.database()}["migrations"] is Level.OK
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: [("0042", False)])
    assert {finding.name: finding.level for finding in services.database()}["migrations"] is Level.ERROR


def test_redis(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert only(services.redis).level is Level.ERROR
    settings.REDIS_URL = ""
    assert list(services.redis()) == []


def test_jobs_that_nobody_takes(media):
    assert only(services.jobs).level is Level.OK
    job = Job.objects.create(media=media, step="index", step_version=1)
    assert only(services.jobs).level is Level.OK, "it has only just been written"
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=5))
    assert only(services.jobs).level is Level.ERROR
    Job.objects.filter(pk=job.pk).update(not_before=timezone.now() + timedelta(minutes=1))
    assert only(services.jobs).level is Level.OK, "it waits for its next try"


def test_a_job_whose_worker_is_gone(media):
    gone = timezone.now() - timedelta(minutes=5)
    Job.objects.create(media=media, step="index", step_version=1, state=Job.State.RUNNING, lease_until=gone)
    assert only(services.jobs).level is Level.ERROR


def test_a_parked_job_is_named_with_its_reason(media):
    Job.objects.create(
        media=media, step="index", step_version=1, state=Job.State.FAILED_APP, error_message="its process was killed twice"
    )
    parked = list(services.jobs())[-1]
    assert parked.level is Level.WARNING
    assert "its process was killed twice" in parked.what


def test_a_running_worker_is_seen_by_its_lock(data):
    assert services.workers_here() == 0
    alive = data / "run" / "worker-abc" / "alive"
    alive.parent.mkdir(parents=True)
    with alive.open("w") as held:
        assert services.workers_here() == 0, "a lock that nobody holds is of a dead worker"
        fcntl.flock(held, fcntl.LOCK_EX)
        assert services.workers_here() == 1
    assert services.workers_here() == 0
