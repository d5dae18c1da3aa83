"""What runs beside: database, Redis, worker, jobs, accounts."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from media_pipeline import api as pipeline
from media_pipeline.models import Job
from review.actions import removal
from review.doctor.finding import Finding, error, ok, warning
from review.models import User

WAITING = timedelta(minutes=2)
OLDEST_SQLITE = (3, 35)
OLDEST_POSTGRESQL = 14_00_00
CLOCKS_APART = 5.0


def database() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except DatabaseError as refused:
        yield error(
            "database",
            f"does not answer: {str(refused).strip()}",
            "Start it, or correct DATABASE_URL (docs/operations/postgresql-redis.md).",
        )
        return
    yield from _sqlite() if connection.vendor == "sqlite" else _postgresql()
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        yield error(
            "migrations", f"{len(pending)} not yet applied", "Run `python3 manage.py migrate` (`up` does so by itself)."
        )
    else:
        yield ok("migrations", "all applied")


def _sqlite() -> Iterator[Finding]:
    import sqlite3

    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield error("database", f"SQLite {version} is too old", "Use a Python with SQLite 3.35 or newer, or PostgreSQL.")
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        if mode not in {"wal", "memory"}:
            yield error(
                "database",
                f"SQLite's journal is {mode}, not WAL: readers block writers",
                "Put the data folder on a local disk.",
            )
        else:
            yield ok("database", f"SQLite {version}, journal {mode}")
        sound = cursor.execute("PRAGMA quick_check(1)").fetchone()[0]
        if sound != "ok":
            yield error(
                "database content", f"damaged: {sound}", "Stop Twopop and restore a backup (docs/operations/backup.md)."
            )


def _postgresql() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int, current_setting('server_version'), clock_timestamp()"
        )
        number, version, there = cursor.fetchone()
    if number < OLDEST_POSTGRESQL:
        yield error("database", f"PostgreSQL {version} is too old", "Update it to 14 or newer.")
    else:
        yield ok("database", f"PostgreSQL {version}")
    apart = abs((timezone.now() - there).total_seconds())
    if apart > CLOCKS_APART:
        yield warning("clocks", f"{apart:.0f} s apart from the database's", "Let both machines keep their clocks (chrony).")
    if not settings.REDIS_URL:
        yield warning(
            "Redis",
            "not configured: with several web processes, live events come late and login limits count apart",
            "Set REDIS_URL when more than one machine or web process runs.",
        )


def redis() -> Iterator[Finding]:
    if not settings.REDIS_URL:
        return
    import redis as client

    try:
        info = client.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3).info("server")
    except client.RedisError as refused:
        yield error(
            "Redis", f"does not answer: {refused}", "Start it, or correct REDIS_URL (docs/operations/postgresql-redis.md)."
        )
    else:
        yield ok("Redis", str(info["redis_version"]))


def owner() -> Iterator[Finding]:
    if User.objects.filter(is_superuser=True, is_active=True).exists():
        yield ok("owner", "there is one")
    else:
        yield error("owner", "nobody may make projects", "Run `python3 manage.py ensure_owner`.")


def worker() -> Iterator[Finding]:
    """A worker on this machine holds a lock in the data folder; with PostgreSQL it may run elsewhere."""
    if workers_here():
        yield ok("worker", "runs on this machine")
    elif connection.vendor == "sqlite":
        yield warning(
            "worker",
            "none runs: uploads are kept but not prepared",
            "`python3 manage.py up` runs one, or start `manage.py worker`.",
        )
    else:
        yield ok("worker", "none on this machine; jobs below tell whether one runs elsewhere")


def jobs() -> Iterator[Finding]:
    now = timezone.now()
    waiting = Job.objects.filter(state=Job.State.QUEUED, created_at__lt=now - WAITING).exclude(not_before__gt=now)
    running = Job.objects.filter(state=Job.State.RUNNING)
    stuck = running.filter(lease_until__lt=now - timedelta(seconds=settings.JOB_LEASE_SECONDS))
    if stuck.exists() or (waiting.exists() and not running.exists()):
        yield error(
            "jobs",
            f"{waiting.count()} wait and {stuck.count()} have been left by their worker, and nobody takes them",
            "Start a worker: `python3 manage.py up` runs one. If one runs, its log says why it does not take them.",
        )
    else:
        yield ok("jobs", f"{running.count()} running, {waiting.count()} waiting for more than two minutes")
    if left := pipeline.count_outdated():
        pace = f"{settings.JOB_REMAKES} at a time" if settings.JOB_REMAKES else "not now"
        yield ok("made anew", f"{left} media are left to be made anew after an update, {pace} (TWOPOP_JOB_REMAKES)")
    for job in Job.objects.filter(state=Job.State.FAILED_APP).order_by("-finished_at")[:5]:
        yield warning(
            "parked job",
            f"{job.step} of media {job.media_id} (job {job.pk}): {job.error_message or job.error_code or 'no reason noted'}",
            job.error_remedy or "Retry on the version's page; if it fails again, report it with the worker's log.",
        )


def deleted() -> Iterator[Finding]:
    """What was deleted so long ago that its space may be had back."""
    days = settings.DELETED_KEEP_DAYS
    found = removal.removable(timedelta(days=days))
    if count := len(found.version_ids) + len(found.media_ids) + len(found.strays):
        yield warning(
            "deleted files",
            f"{filesizeformat(found.bytes)} of what was deleted more than {days} days ago or belongs to nothing ({count})",
            "`python3 manage.py remove_deleted` shows it, with --delete it goes (docs/operations/space.md).",
        )
    else:
        yield ok("deleted files", f"none older than {days} days")


def workers_here() -> int:
    """How many workers hold their lock in this data folder."""
    count = 0
    for path in Path(settings.DATA_DIR).glob("run/worker-*/alive"):
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDWR)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                count += 1
            finally:
                os.close(descriptor)
    return count


CHECKS = (database, redis, owner, worker, jobs, deleted)
